"""Recorded trades, one row each.

Columns, found by the names in the header: ``timestamp_ms`` (integer, UTC), ``price`` (quote
currency), ``size`` (base currency), ``side`` (``buy`` or ``sell``, the taker's), optionally
``trade_id``; others are ignored. Rows keep the order of the file, also where time goes backward.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from supreme_system_v5.domain import Side
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

__all__ = ["TRADE_COLUMNS", "read_trades"]

TRADE_COLUMNS = ("timestamp_ms", "price", "size", "side")

_Trade = tuple[float, float, int, bytes]
"""Price, size, side, id."""

_BUY, _SELL = int(Side.BUY), int(Side.SELL)


def read_trades(
    paths: Iterable[Path],
    *,
    price_grid: Grid | None = None,
    size_grid: Grid | None = None,
    skip_bad_rows: bool = False,
    chunk_rows: int = CHUNK_ROWS,
    on_bytes: Callable[[int], None] | None = None,
) -> Iterator[TradeChunk]:
    """Yield the trades of some files, one file after the other, in O(1) memory.

    A trade whose ``trade_id`` is among the last 65 536 is dropped and counted; a trade without id
    is never a duplicate.

    Args:
        paths: The files, ``.csv`` or ``.csv.gz``.
        price_grid: Which prices are allowed; by default every price that fits 8 decimals.
        size_grid: The same for sizes.
        skip_bad_rows: Count malformed rows and go on.
        chunk_rows: Trades in a full chunk.
        on_bytes: Told how many bytes were read from disk since it was told last.

    Raises:
        DataError: If a file cannot be read, or has a malformed row and skipping was not asked
            for. The message names file, line, column, value, and what is allowed.
    """
    prices = price_grid or Grid()
    sizes = size_grid or Grid()
    known = DuplicateWindow()
    builder = ChunkBuilder(rows=chunk_rows, skip_bad_rows=skip_bad_rows)

    def rows() -> Iterator[Row[_Trade]]:
        for path in paths:
            yield from _rows(path, prices, sizes, builder, on_bytes)

    for time_ns, (price, size, side, trade_id) in believed(rows(), builder):
        if trade_id and known.seen(trade_id):
            builder.duplicates += 1
            continue
        if builder.add(price, size, time_ns, side):
            yield builder.take()
    if not builder.empty:
        yield builder.take()


def _rows(
    path: Path,
    prices: Grid,
    sizes: Grid,
    builder: ChunkBuilder,
    on_bytes: Callable[[int], None] | None,
) -> Iterator[Row[_Trade]]:
    """Yield the well-formed rows of one file and reject the others."""
    lines = read_lines(path, on_bytes)
    columns = Columns(path, next(lines, (0, None))[1], TRADE_COLUMNS, "trade_id")
    for line_number, line in lines:
        if not line:
            continue
        try:
            time_text, price_text, size_text, side_text, *ids = columns.split(line)
            time_ns = timestamp_ns("timestamp_ms", time_text)
            price = prices.read("price", price_text)
            size = sizes.read("size", size_text)
            side = _side(side_text)
        except RowFault as fault:
            builder.reject(path, line_number, fault)
            continue
        yield Row(path, line_number, time_ns, (price, size, side, ids[0] if ids else b""))


def _side(text: bytes) -> int:
    if text == b"buy":
        return _BUY
    if text == b"sell":
        return _SELL
    raise RowFault("side", text, "'buy' or 'sell'")
