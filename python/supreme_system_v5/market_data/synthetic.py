"""An invented market: seeded, the same on every machine, and evidence of nothing.

It exists so that the system can be tried without data. Prices are a random walk in whole cents
whose size, drift and pace change with a regime (calm, normal, volatile) every few minutes; sizes
have a fat tail. Only the generator's ``random()`` and exactly rounded arithmetic are used, so a
seed gives the same trades everywhere.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from supreme_system_v5.domain import Side
from supreme_system_v5.market_data.chunks import CHUNK_ROWS, ChunkBuilder, TradeChunk

__all__ = ["DEFAULT_MINUTES", "DEFAULT_START_NS", "synthetic_trades"]

DEFAULT_MINUTES = 3 * 24 * 60
DEFAULT_START_NS = 1_735_689_600_000_000_000
"""2025-01-01T00:00:00Z."""

_START_CENTS = 6_000_000
_LOWEST_CENTS = 100_000
_MINUTE_MS = 60_000
_LARGEST_TAIL = 500.0


@dataclass(frozen=True, slots=True)
class _Regime:
    """How the market behaves for a while.

    Attributes:
        share: Part of the time that it rules.
        pause_ms: Longest pause between two trades; the mean is half of it.
        reach: Farthest move of one trade, as a fraction of the price.
        drift: Largest mean move of one trade, as a fraction of `reach`.
    """

    share: float
    pause_ms: int
    reach: float
    drift: float


_REGIMES = (
    _Regime(share=0.35, pause_ms=1_000, reach=0.00006, drift=0.02),
    _Regime(share=0.50, pause_ms=600, reach=0.0001, drift=0.02),
    _Regime(share=0.15, pause_ms=400, reach=0.0002, drift=0.02),
)


def synthetic_trades(
    rng: random.Random,
    *,
    minutes: int = DEFAULT_MINUTES,
    start_ns: int = DEFAULT_START_NS,
    on_minutes: Callable[[int], None] | None = None,
) -> Iterator[TradeChunk]:
    """Yield invented trades: 2 to 5 a second, prices in cents, sizes in units of 0.00001.

    Args:
        rng: The seeded source of chance; only ``random()`` is called.
        minutes: Length of the market.
        start_ns: Time of the first trade, nanoseconds UTC, a whole hour.
        on_minutes: Told how many minutes passed since it was told last.
    """
    chance = rng.random
    builder = ChunkBuilder(rows=CHUNK_ROWS)
    cents = float(_START_CENTS)
    now_ms, end_ms, regime_start_ms, regime_end_ms = 0, minutes * _MINUTE_MS, 0, 0
    regime, bias = _REGIMES[0], 0.0
    while now_ms < end_ms:
        if now_ms >= regime_end_ms:
            if on_minutes is not None:
                on_minutes((now_ms - regime_start_ms) // _MINUTE_MS)
            regime_start_ms = now_ms
            regime = _pick(chance())
            bias = regime.drift * (2.0 * chance() - 1.0)
            regime_end_ms = now_ms + int((2.0 + 28.0 * chance()) * _MINUTE_MS)
        aggressor = chance()
        move = (aggressor + chance() - 1.0 + bias) * regime.reach
        cents = max(cents + cents * move, _LOWEST_CENTS)
        tail = min(1.0 / (1.0 - chance()), _LARGEST_TAIL)
        full = builder.add(
            int(cents) / 100.0,
            int(40.0 * tail * (0.5 + chance())) / 100_000.0,
            start_ns + now_ms * 1_000_000,
            Side.BUY if aggressor >= 0.5 else Side.SELL,  # noqa: PLR2004 - a fair coin
        )
        if full:
            yield builder.take()
        now_ms += 1 + int(regime.pause_ms * chance())
    if not builder.empty:
        yield builder.take()


def _pick(chance: float) -> _Regime:
    for regime in _REGIMES:
        if chance < regime.share:
            return regime
        chance -= regime.share
    return _REGIMES[-1]
