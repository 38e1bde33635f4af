"""Trades made by hand, as readers would yield them."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence

from supreme_system_v5.market_data import Dropped, TradeChunk

__all__ = ["HOUR_NS", "SECOND_NS", "chunk_of", "cut"]

SECOND_NS = 1_000_000_000
HOUR_NS = 1_735_689_600 * SECOND_NS
"""2025-01-01T00:00:00Z, a whole hour."""


def chunk_of(rows: Sequence[tuple[float, float]], dropped: Dropped | None = None) -> TradeChunk:
    """Return trades of size 1 from (seconds after the hour, price)."""
    return TradeChunk(
        prices=array("d", [price for _, price in rows]),
        sizes=array("d", [1.0] * len(rows)),
        timestamps_ns=array("q", [HOUR_NS + round(at * SECOND_NS) for at, _ in rows]),
        sides=array("b", [0] * len(rows)),
        dropped=dropped or Dropped(),
    )


def cut(chunk: TradeChunk, lengths: Sequence[int]) -> Iterator[TradeChunk]:
    """Yield the same trades in chunks of these lengths, over and over."""
    start, turn = 0, 0
    while start < len(chunk):
        stop = start + lengths[turn % len(lengths)]
        yield TradeChunk(
            prices=chunk.prices[start:stop],
            sizes=chunk.sizes[start:stop],
            timestamps_ns=chunk.timestamps_ns[start:stop],
            sides=chunk.sides[start:stop],
        )
        start, turn = stop, turn + 1
