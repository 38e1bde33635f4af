"""Recorded trades as the simulated market's own, with their pauses.

At the end they begin anew after a second; the price jumps there.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path
from typing import TextIO

import msgspec

from supreme_system_v5.errors import DataError
from supreme_system_v5.exchanges.simulator.tape import CENTS, NS_PER_MS, UNITS, Tick

__all__ = ["Replay", "read_replay"]

_NS = 10**9
_BETWEEN_NS = _NS
_COLUMNS = ("timestamp_ms", "price", "size", "side")


class Replay:
    """Fulfils `sources.TickSource`.

    Args:
        ticks: At least one.
        tick: Step of prices, cents.
    """

    def __init__(self, ticks: tuple[Tick, ...], tick: int) -> None:
        self.tick = tick
        self.spread = tick
        self.price = ticks[0].price
        self._ticks = ticks
        self._place = 0

    def __len__(self) -> int:
        """Count the trades of one round."""
        return len(self._ticks)

    def next(self) -> Tick:
        """Return the next trade; after the last one the first."""
        told = self._ticks[self._place]
        self._place = (self._place + 1) % len(self._ticks)
        return told


class _Told(msgspec.Struct):
    e: str = ""
    p: str = ""
    q: str = ""
    m: bool = False
    T: int = 0


class _Line(msgspec.Struct):
    data: _Told = msgspec.field(default_factory=_Told)


def read_replay(path: Path) -> Replay:
    """Read trades, or a raw capture of Binance, from a file that may be gzipped.

    Trades are CSV with the columns ``timestamp_ms,price,size,side``. Of a capture, lines of a
    receive time and a message, the trades are taken.

    Raises:
        DataError: It cannot be read, or holds no trade.
    """
    try:
        with _opened(path) as lines:
            start = lines.read(64)
            lines.seek(0)
            rows = [*(_csv_rows(lines, path) if start.startswith("timestamp_ms") else _raw(lines))]
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read: {error}") from error
    rows = [row for row in rows if row[1] > 0 and row[2] > 0]
    if not rows:
        raise DataError(
            f"{path} holds no trades: it takes CSV with {','.join(_COLUMNS)}, or a raw capture"
        )
    fine = any(price % (CENTS // 10) for _, price, _, _ in rows)
    return Replay(tuple(_ticks(rows)), 1 if fine else CENTS // 10)


def _ticks(rows: list[tuple[int, int, int, bool]]) -> Iterator[Tick]:
    _, price, size, buy = rows[0]
    yield Tick(_BETWEEN_NS, price, size, buy)
    for (before_ms, *_), (time_ms, price, size, buy) in pairwise(rows):
        yield Tick(max(time_ms - before_ms, 0) * NS_PER_MS, price, size, buy)


def _csv_rows(lines: Iterable[str], path: Path) -> Iterator[tuple[int, int, int, bool]]:
    reader = csv.DictReader(lines)
    missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise DataError(f"{path}: the columns {', '.join(missing)} are missing")
    for number, row in enumerate(reader, start=2):
        try:
            yield (
                int(row["timestamp_ms"]),
                round(Decimal(row["price"]) * CENTS),
                round(Decimal(row["size"]) * UNITS),
                row["side"] == "buy",
            )
        except (InvalidOperation, ValueError, TypeError, OverflowError) as error:
            raise DataError(f"{path}, line {number}: {row} is no trade") from error


def _raw(lines: Iterable[str]) -> Iterator[tuple[int, int, int, bool]]:
    read = msgspec.json.Decoder(_Line)
    for line in lines:
        _, _, text = line.partition(" ")
        try:
            told = read.decode(text).data
            if told.e == "trade":
                yield (
                    told.T,
                    round(Decimal(told.p) * CENTS),
                    round(Decimal(told.q) * UNITS),
                    not told.m,
                )
        except (msgspec.MsgspecError, InvalidOperation):
            continue


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8")
    ) as lines:
        yield lines
