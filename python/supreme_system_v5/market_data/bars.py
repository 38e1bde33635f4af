"""Recorded 1-minute bars.

Columns, found by their names: ``timestamp_ms`` (OPEN time, integer, UTC, a whole minute),
``open``, ``high``, ``low``, ``close`` (quote currency), ``volume`` (base currency); others are
ignored. A bar without volume is left out: in that minute there was silence.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from supreme_system_v5.market_data.chunks import CHUNK_ROWS, BarChunk, Dropped, Grid
from supreme_system_v5.market_data.reading import FileReader
from supreme_system_v5.optimized import BarDecoder

__all__ = ["BAR_COLUMNS", "read_bars"]

BAR_COLUMNS = ("timestamp_ms", "open", "high", "low", "close", "volume")


def read_bars(
    paths: Iterable[Path],
    *,
    price_grid: Grid | None = None,
    size_grid: Grid | None = None,
    skip_bad_rows: bool = False,
    chunk_rows: int = CHUNK_ROWS,
    on_bytes: Callable[[int], None] | None = None,
) -> Iterator[BarChunk]:
    """Return the bars of some files, one file after the other, in O(1) memory.

    A row that repeats one of the last 65 536 exactly is a duplicate; a bar that does not begin
    after the one before it is late. Both are dropped and counted.

    Args:
        paths: The files, ``.csv``, ``.csv.gz`` or ``.parquet``.
        price_grid: Which prices are allowed; by default every price that fits 8 decimals.
        size_grid: The same for volumes, which may also be 0.
        skip_bad_rows: Count malformed rows and go on.
        chunk_rows: Bars in a full chunk.
        on_bytes: Told how many bytes were read from disk since it was told last.

    Raises:
        DataError: While reading, if a file cannot be read, holds bars of another length, or has a
            malformed row and skipping was not asked for. The message names file, line, column,
            value, and what is allowed.
    """
    return FileReader(
        decoder=BarDecoder(
            price_decimals=price_grid.decimals if price_grid else None,
            size_decimals=size_grid.decimals if size_grid else None,
            chunk_rows=chunk_rows,
        ),
        chunk=_chunk,
        columns=BAR_COLUMNS,
        skip_bad_rows=skip_bad_rows,
        on_bytes=on_bytes,
    ).read(paths)


def _chunk(arrays: tuple[bytes, bytes, bytes, bytes, bytes, bytes], dropped: Dropped) -> BarChunk:
    opens, highs, lows, closes, volumes, timestamps_ns = arrays
    return BarChunk(
        opens=array("d", opens),
        highs=array("d", highs),
        lows=array("d", lows),
        closes=array("d", closes),
        volumes=array("d", volumes),
        timestamps_ns=array("q", timestamps_ns),
        dropped=dropped,
    )
