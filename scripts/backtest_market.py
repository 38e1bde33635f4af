"""Invented markets for the benchmarks of the backtest: quickly made, seeded, evidence of nothing.

Prices are a random walk in cents; one trade or bar is one step. Nothing but the generator's
`random()` and exact arithmetic is used, so a seed gives the same market everywhere.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

from supreme_system_v5.domain import Side
from supreme_system_v5.market_data.chunks import CHUNK_ROWS, BarChunk, TradeChunk

START_NS = 1_735_689_600_000_000_000
"""2025-01-01T00:00:00Z."""

MINUTE_NS = 60_000_000_000
_START_CENTS = 6_000_000
_LOWEST_CENTS = 1_000_000
_LARGEST_TAIL = 500.0


def trade_chunks(rng: Random, count: int, *, rows: int = CHUNK_ROWS) -> Iterator[TradeChunk]:
    """Yield `count` trades, about 20 a second, that move by some 3 basis points a minute."""
    chance = rng.random
    cents, now_ms = _START_CENTS, START_NS // 1_000_000
    for first in range(0, count, rows):
        prices, sizes = array("d"), array("d")
        times, sides = array("q"), array("b")
        for _ in range(min(rows, count - first)):
            aggressor = chance()
            cents = max(cents + int(120.0 * (aggressor + chance() - 1.0)), _LOWEST_CENTS)
            now_ms += 1 + int(99.0 * chance())
            tail = min(1.0 / (1.0 - chance()), _LARGEST_TAIL)
            prices.append(cents / 100.0)
            sizes.append(int(40.0 + 40.0 * tail) / 100_000.0)
            times.append(now_ms * 1_000_000)
            sides.append(Side.BUY if aggressor >= 0.5 else Side.SELL)
        yield TradeChunk(prices=prices, sizes=sizes, timestamps_ns=times, sides=sides)


def bar_chunks(rng: Random, count: int, *, rows: int = CHUNK_ROWS) -> Iterator[BarChunk]:
    """Yield `count` 1-minute bars that each open where the one before closed.

    So whoever fills at the close of a bar and whoever fills at the next open fill at one price.
    """
    chance = rng.random
    cents, now_ns = _START_CENTS, START_NS
    for first in range(0, count, rows):
        opens, highs, lows = array("d"), array("d"), array("d")
        closes, volumes, times = array("d"), array("d"), array("q")
        for _ in range(min(rows, count - first)):
            after = max(
                cents + int(0.003 * cents * (chance() + chance() + chance() - 1.5)), _LOWEST_CENTS
            )
            reach = 0.0005 * cents
            opens.append(cents / 100.0)
            highs.append((max(cents, after) + int(reach * chance())) / 100.0)
            lows.append((min(cents, after) - int(reach * chance())) / 100.0)
            closes.append(after / 100.0)
            volumes.append(100.0 + int(1e7 * chance()) / 100_000.0)
            times.append(now_ns)
            cents = after
            now_ns += MINUTE_NS
        yield BarChunk(
            opens=opens, highs=highs, lows=lows, closes=closes, volumes=volumes, timestamps_ns=times
        )


def write_trades(path: Path, chunks: Iterable[TradeChunk]) -> None:
    """Write trades as `supreme backtest` reads them."""
    with path.open("w", encoding="ascii", newline="") as file:
        file.write("timestamp_ms,price,size,side\n")
        for chunk in chunks:
            columns = zip(chunk.timestamps_ns, chunk.prices, chunk.sizes, chunk.sides, strict=True)
            file.writelines(
                f"{time // 1_000_000},{price:.2f},{size:.5f},{'buy' if side > 0 else 'sell'}\n"
                for time, price, size, side in columns
            )
