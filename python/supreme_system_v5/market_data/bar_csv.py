"""Recorded 1-minute bars, walked as trades.

Columns, found by the names in the header: ``timestamp_ms`` (OPEN time, integer, UTC, a whole
minute), ``open``, ``high``, ``low``, ``close`` (quote currency), ``volume`` (base currency).

Bars do not say in which order their prices came. Each is walked open, low, high, close: the low
first, against a strategy that is long, so that within one bar a stop is hit before a target. The
four ticks stand at the bar's open time plus 0, 15, 30 and 59.999 seconds. The volume is split in
whole units of the size grid: a quarter, rounded down, for each of the first three, the rest for the
last, and at least one unit each, so that the sum is the volume (from 4 units on). A bar without
volume yields nothing: in that minute there was silence.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from supreme_system_v5.domain import NS_PER_SECOND, Side
from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data.chunks import (
    CHUNK_ROWS,
    ChunkBuilder,
    DuplicateWindow,
    Grid,
    RowFault,
)
from supreme_system_v5.market_data.csv_lines import Columns, read_lines, timestamp_ns
from supreme_system_v5.market_data.row_order import Row, believed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from supreme_system_v5.market_data.chunks import TradeChunk

__all__ = ["BAR_COLUMNS", "read_bars"]

BAR_COLUMNS = ("timestamp_ms", "open", "high", "low", "close", "volume")

_MINUTE_NS = 60 * NS_PER_SECOND
_OFFSETS_NS = (0, 15_000_000_000, 30_000_000_000, 59_999_000_000)
_FIRST_ROWS = 100


def read_bars(
    paths: Iterable[Path],
    *,
    price_grid: Grid | None = None,
    size_grid: Grid | None = None,
    skip_bad_rows: bool = False,
    chunk_rows: int = CHUNK_ROWS,
    on_bytes: Callable[[int], None] | None = None,
) -> Iterator[TradeChunk]:
    """Yield the bars of some files as trades of unknown side, in O(1) memory.

    A row that repeats one of the last 65 536 exactly is a duplicate; a bar that does not begin
    after the one before it is late. Both are dropped and counted.

    Args:
        paths: The files, ``.csv`` or ``.csv.gz``.
        price_grid: Which prices are allowed; by default every price that fits 8 decimals.
        size_grid: The same for volumes; its unit is the smallest size of a tick.
        skip_bad_rows: Count malformed rows and go on.
        chunk_rows: Trades in a full chunk, rounded up to whole bars.
        on_bytes: Told how many bytes were read from disk since it was told last.

    Raises:
        DataError: If a file cannot be read, holds bars of another length, or has a malformed row
            and skipping was not asked for. The message names file, line, column and value.
    """
    prices = price_grid or Grid()
    sizes = size_grid or Grid()
    known = DuplicateWindow()
    latest_ns = -1
    builder = ChunkBuilder(rows=chunk_rows, skip_bad_rows=skip_bad_rows)

    def rows() -> Iterator[Row[tuple[_Bar, bytes]]]:
        for path in paths:
            yield from _rows(path, prices, sizes, builder, on_bytes)

    for open_ns, (bar, line) in believed(rows(), builder):
        if known.seen(line):
            builder.duplicates += 1
        elif open_ns <= latest_ns:
            builder.late += 1
        else:
            latest_ns = open_ns
            if _walk(bar, sizes, builder):
                yield builder.take()
    if not builder.empty:
        yield builder.take()


class _Bar(NamedTuple):
    open_ns: int
    walked: tuple[float, float, float, float]
    units: int


def _rows(
    path: Path,
    prices: Grid,
    sizes: Grid,
    builder: ChunkBuilder,
    on_bytes: Callable[[int], None] | None,
) -> Iterator[Row[tuple[_Bar, bytes]]]:
    """Yield the well-formed rows of one file, each with its line, and reject the others."""
    lines = read_lines(path, on_bytes)
    columns = Columns(path, next(lines, (0, None))[1], BAR_COLUMNS)
    first_rows = list(islice(lines, _FIRST_ROWS))
    _check_step(path, columns, first_rows)
    for line_number, line in chain(first_rows, lines):
        if not line:
            continue
        try:
            bar = _parse(columns.split(line), prices, sizes)
        except RowFault as fault:
            builder.reject(path, line_number, fault)
            continue
        yield Row(path, line_number, bar.open_ns, (bar, line))


def _parse(fields: list[bytes], prices: Grid, sizes: Grid) -> _Bar:
    """Return open time, (open, low, high, close) and the volume in units."""
    open_ns = timestamp_ns("timestamp_ms", fields[0])
    if open_ns % _MINUTE_NS:
        raise RowFault("timestamp_ms", fields[0], "the first millisecond of a minute")
    first = prices.read("open", fields[1])
    high = prices.read("high", fields[2])
    low = prices.read("low", fields[3])
    close = prices.read("close", fields[4])
    if low > min(first, close):
        raise RowFault("low", fields[3], "at most open and close")
    if high < max(first, close):
        raise RowFault("high", fields[2], "at least open and close")
    return _Bar(open_ns, (first, low, high, close), _volume_units(fields[5], sizes))


def _volume_units(text: bytes, sizes: Grid) -> int:
    try:
        if float(text) == 0.0 and b"_" not in text:
            return 0
    except ValueError:
        pass  # told below
    return sizes.units(sizes.read("volume", text))


def _walk(bar: _Bar, sizes: Grid, builder: ChunkBuilder) -> bool:
    """Add the four ticks of a bar, none if nothing traded in it; True when the chunk is full."""
    full = False
    if bar.units:
        quarter = max(bar.units // 4, 1)
        parts = (quarter, quarter, quarter, max(bar.units - 3 * quarter, 1))
        for price, offset_ns, units in zip(bar.walked, _OFFSETS_NS, parts, strict=True):
            full = builder.add(price, sizes.value(units), bar.open_ns + offset_ns, Side.UNKNOWN)
    return full


def _check_step(path: Path, columns: Columns, rows: Iterable[tuple[int, bytes]]) -> None:
    """Refuse a file whose bars are not one minute long, by the commonest step of its first rows."""
    steps: Counter[int] = Counter()
    previous_ns: int | None = None
    for _, line in rows:
        try:
            open_ns = timestamp_ns("timestamp_ms", columns.split(line)[0])
        except RowFault:
            previous_ns = None  # the fault is told when the row's turn comes
            continue
        if previous_ns is not None and open_ns > previous_ns:
            steps[open_ns - previous_ns] += 1
        previous_ns = open_ns
    common = max(steps, key=lambda step: (steps[step], step == _MINUTE_NS), default=_MINUTE_NS)
    if common != _MINUTE_NS:
        raise DataError(
            f"{path}: its bars are {common / NS_PER_SECOND:g} seconds apart; "
            "1-minute bars (60 seconds) are needed, longer ones are built from them"
        )
