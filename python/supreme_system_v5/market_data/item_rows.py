"""Rows of recorded items of the world: JSON lines or CSV, plain or gzip."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from supreme_system_v5.domain import NS_PER_SECOND
from supreme_system_v5.errors import DataError

__all__ = ["ItemRow", "read_rows"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_NS = 4_102_444_800 * NS_PER_SECOND


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One row; what is wrong with it is said with the file and the line.

    Attributes:
        path: Of the file.
        line: Number of the line, the first being 1.
        values: By name; text, or what JSON has, its numbers exact.
    """

    path: Path
    line: int
    values: Mapping[str, object]

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
                raise self.fault(f"{name} is {value!r}, allowed is text")
            return value
        return default

    def time_ns(self, *names: str) -> int | None:
        """Return the first of some columns that is there as nanoseconds UTC; None without one.

        Text is ISO 8601, UTC where it names no zone; the name of a number ends with its unit,
        ``_ms`` or ``_ns``.

        Raises:
            DataError: It is no time, or before 1970 or after 2100.
        """
        for name in names:
            value = self.values.get(name)
            if value is None or value == "":
                continue
            scale = {"_ms": 10**6, "_ns": 1}.get(name[-3:])
            time_ns = _instant(str(value)) if scale is None else _count(value, scale)
            if time_ns is None or not 0 <= time_ns <= _LATEST_NS:
                raise self.fault(f"{name} is {value!r}, allowed is a time from 1970 to 2100")
            return time_ns
        return None

    def amount(self, value: object, name: str) -> Decimal:
        """Return an amount, exact.

        Raises:
            DataError: It is none, below 0 or above 1e10.
        """
        number = value if isinstance(value, Decimal) else _decimal(value)
        if number is None or not 0 <= number <= 10**10:
            raise self.fault(f"{name} is {value!r}, allowed is a number from 0 to 1e10")
        return number


def read_rows(path: Path) -> Iterator[ItemRow]:
    """Yield the rows of a file: CSV with a header where its name says so, JSON lines otherwise.

    Raises:
        DataError: It cannot be read as that; the message names the line.
    """
    name = path.name.removesuffix(".gz")
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as raw:
        lines = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
        number = 0
        try:
            if name.endswith(".csv"):
                rows = csv.DictReader(lines)
                for row in rows:
                    number = rows.line_num
                    yield ItemRow(path, number, row)
                return
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield ItemRow(path, number, _object(path, number, line))
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
    return None if number is None or not 0 <= number < _LATEST_NS * 10 else int(number * scale)


def _instant(text: str) -> int | None:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    time = time.replace(tzinfo=UTC) if time.tzinfo is None else time
    since = time - _EPOCH
    return (since.days * 86_400 + since.seconds) * NS_PER_SECOND + since.microseconds * 1_000
