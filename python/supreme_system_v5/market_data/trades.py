"""Recorded trades, one row each.

Columns, found by their names: ``timestamp_ms`` (integer, UTC), ``price`` (quote currency), ``size``
(base currency), ``side`` (``buy`` or ``sell``, the taker's), optionally ``trade_id``; others are
ignored. Rows keep the order of the file, also where time goes backward.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from supreme_system_v5.market_data.chunks import CHUNK_ROWS, Dropped, Grid, TradeChunk
from supreme_system_v5.market_data.reading import FileReader
from supreme_system_v5.optimized import TradeDecoder

__all__ = ["TRADE_COLUMNS", "read_trades"]

TRADE_COLUMNS = ("timestamp_ms", "price", "size", "side")


def read_trades(
    paths: Iterable[Path],
    *,
    price_grid: Grid | None = None,
    size_grid: Grid | None = None,
    skip_bad_rows: bool = False,
    chunk_rows: int = CHUNK_ROWS,
    on_bytes: Callable[[int], None] | None = None,
) -> Iterator[TradeChunk]:
    """Return the trades of some files, one file after the other, in O(1) memory.

    A trade whose ``trade_id`` is among the last 65 536 is dropped and counted; a trade without id
    is never a duplicate.

    Args:
        paths: The files, ``.csv``, ``.csv.gz`` or ``.parquet``.
        price_grid: Which prices are allowed; by default every price that fits 8 decimals.
        size_grid: The same for sizes.
        skip_bad_rows: Count malformed rows and go on.
        chunk_rows: Trades in a full chunk.
        on_bytes: Told how many bytes were read from disk since it was told last.

    Raises:
        DataError: While reading, if a file cannot be read, or has a malformed row and skipping was
            not asked for. The message names file, line, column, value, and what is allowed.
    """
    return FileReader(
        decoder=TradeDecoder(
            price_decimals=price_grid.decimals if price_grid else None,
            size_decimals=size_grid.decimals if size_grid else None,
            chunk_rows=chunk_rows,
        ),
        chunk=_chunk,
        columns=TRADE_COLUMNS,
        optional="trade_id",
        skip_bad_rows=skip_bad_rows,
        on_bytes=on_bytes,
    ).read(paths)


def _chunk(arrays: tuple[bytes, bytes, bytes, bytes], dropped: Dropped) -> TradeChunk:
    prices, sizes, timestamps_ns, sides = arrays
    return TradeChunk(
        prices=array("d", prices),
        sizes=array("d", sizes),
        timestamps_ns=array("q", timestamps_ns),
        sides=array("b", sides),
        dropped=dropped,
    )
