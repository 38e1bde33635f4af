"""Rows of recorded items of the world: JSON lines or CSV, plain or gzip."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from pathlib import Path

from supreme_system_v5.domain import NS_PER_SECOND
from supreme_system_v5.errors import DataError

__all__ = ["Columns", "ItemRow", "read_rows", "rows_of"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_NS = 4_102_444_800 * NS_PER_SECOND
_ALIKE = 0.8
"""From which likeness on a name is taken for a misspelt one."""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One row; what is wrong with it is said with the file and the line.

    Attributes:
        path: Of the file.
        line: Number of the line, the first being 1.
        values: By name; text, or what JSON has, its numbers exact.
        json: The line, of JSON lines; empty of CSV.
    """

    path: Path
    line: int
    values: Mapping[str, object]
    json: str = ""

    def fault(self, what: str) -> DataError:
        """Return an error about this row."""
        return DataError(f"{self.path}, line {self.line}: {what}")

    def text(self, *names: str, default: str = "") -> str:
        """Return the first of some columns that is there and not empty, as text.

        Raises:
            DataError: It is something else.
        """
        for name in names:
            value = self.values.get(name)
            if value is None or value == "":
                continue
            if not isinstance(value, str):
                raise self.fault(f"{name} is {_shown(value)}, allowed is text")
            return value
        return default

    def time_ns(self, *names: str) -> int | None:
        """Return the first of some columns that is there as nanoseconds UTC; None without one.

        A column ``..._at`` is ISO 8601 text, UTC where it names no zone. A number is told by its
        name, ``..._ms`` or ``..._ns``: milliseconds, or whole nanoseconds, since 1970 UTC.

        Raises:
            DataError: It is no time, or before 1970 or after 2100.
        """
        for name in names:
            value = self.values.get(name)
            if value is None or value == "":
                continue
            scale = {"_ms": 10**6, "_ns": 1}.get(name[-3:])
            if scale is not None:
                unit = "whole number of nanoseconds" if scale == 1 else "number of milliseconds"
                time_ns, form = _count(value, scale), f"a {unit}"
            else:
                time_ns, form = _instant(value), "ISO 8601 text like 2025-01-31T14:30:00Z"
            if time_ns is not None and 0 <= time_ns <= _LATEST_NS:
                return time_ns
            hint = ""
            if scale is None and _is_number(value):
                base = name.removesuffix("_at")
                hint = f"; a number goes into {base}_ms or {base}_ns"
            allowed = f"a time from 1970 to 2100 as {form}"
            raise self.fault(f"{name} is {_shown(value)}, allowed is {allowed}{hint}")
        return None

    def number(self, value: object, name: str) -> Decimal:
        """Return a number, exact.

        Raises:
            DataError: It is none.
        """
        number = value if isinstance(value, Decimal) else _decimal(value)
        if number is None:
            raise self.fault(f"{name} is {_shown(value)}, allowed is a number")
        return number

    def amount(self, value: object, name: str) -> Decimal:
        """Return an amount, exact.

        Raises:
            DataError: It is none, below 0 or above 1e10.
        """
        number = value if isinstance(value, Decimal) else _decimal(value)
        if number is None or not 0 <= number <= 10**10:
            raise self.fault(f"{name} is {_shown(value)}, allowed is a number from 0 to 1e10")
        return number


class Columns:
    """Which columns are read of the rows of a file; misspelt ones are refused, others are not read.

    Args:
        known: Those that are read.
        instead: Names that mean one of those elsewhere, and which.
    """

    def __init__(self, known: Collection[str], instead: Mapping[str, str] | None = None) -> None:
        self._known = known
        self._meant: dict[str, tuple[str, ...]] = {
            name: (meant,) for name, meant in (instead or {}).items()
        }

    def check(self, row: ItemRow) -> None:
        """Refuse a row with a column that is nearly one which it does not have.

        Raises:
            DataError: It names both.
        """
        for name, value in row.values.items():
            if name in self._known or value is None or value == "":
                continue
            if name not in self._meant:  # once for a file: it takes a while
                self._meant[name] = tuple(get_close_matches(name, self._known, 1, _ALIKE))
            for meant in self._meant[name]:
                if row.values.get(meant) in (None, ""):
                    raise row.fault(f"has a column {name!r}, which is not read: write {meant}")


def read_rows(path: Path) -> Iterator[ItemRow]:
    """Yield the rows of a file: CSV with a header where its name says so, JSON lines otherwise.

    Raises:
        DataError: It cannot be read as that; the message names the line.
    """
    name = path.name.removesuffix(".gz")
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as raw:
        lines = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
        yield from rows_of(lines, path, is_csv=name.endswith(".csv"))


def rows_of(lines: Iterable[str], path: Path, *, is_csv: bool) -> Iterator[ItemRow]:
    """Yield the rows in lines of text.

    Args:
        lines: The text.
        path: What to call it when something is wrong.
        is_csv: Whether it is CSV with a header, or JSON lines.

    Raises:
        DataError: It cannot be read as that; the message names the line.
    """
    number = 0
    try:
        if is_csv:
            rows = csv.DictReader(lines)
            for row in rows:
                number = rows.line_num
                if None in row:
                    raise DataError(f"{path}, line {number}: has more cells than the first line")
                yield ItemRow(path, number, row)
            return
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield ItemRow(path, number, _object(path, number, line), line)
    except (UnicodeDecodeError, OSError, EOFError, csv.Error) as error:
        raise DataError(f"{path}, after line {number}: cannot be read ({error})") from error


def _object(path: Path, number: int, line: str) -> Mapping[str, object]:
    try:
        value = json.loads(line, parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}, line {number}: is no JSON ({error})") from error
    if not isinstance(value, dict):
        raise DataError(f"{path}, line {number}: is {type(value).__name__}, allowed is an object")
    return value


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is no number")


def _decimal(value: object) -> Decimal | None:
    if not isinstance(value, str):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _count(value: object, scale: int) -> int | None:
    number = value if isinstance(value, Decimal) else _decimal(value)
    if number is None or not 0 <= number < _LATEST_NS * 10:
        return None
    if scale == 1 and number != number.to_integral_value():
        return None  # nobody knows what a part of a nanosecond is meant to be
    return int(number * scale)


def _is_number(value: object) -> bool:
    return isinstance(value, Decimal) or _decimal(value) is not None


def _shown(value: object) -> str:
    """Write a value as it stands in the file."""
    return str(value) if isinstance(value, Decimal) else repr(value)


def _instant(value: object) -> int | None:
    if not isinstance(value, str) or (value.isdigit() and len(value) != len("20250131")):
        return None
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        return None
    time = time.replace(tzinfo=UTC) if time.tzinfo is None else time
    since = time - _EPOCH
    return (since.days * 86_400 + since.seconds) * NS_PER_SECOND + since.microseconds * 1_000
