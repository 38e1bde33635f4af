"""Our minutes beside the exchange's."""

from __future__ import annotations

from random import Random

import msgspec
import pytest

from supreme_system_v5.domain import AnalyzerConfig, Flag
from supreme_system_v5.domain.live import Candle
from supreme_system_v5.optimized import OptimizedTechnicalAnalyzer
from supreme_system_v5.orchestrator.bar_audit import BarAudit

MINUTE = 60 * 10**9
START = 1_700_000_040 * 10**9


def minutes(rng: Random, count: int) -> tuple[list[tuple[float, float, int]], list[Candle]]:
    """Return trades, and the minutes that they make."""
    trades, candles = [], []
    for number in range(count):
        open_ns = START + number * MINUTE
        rows = [
            (60_000.0 + rng.randrange(500) / 10, rng.randrange(1, 90) / 1_000, at)
            for at in sorted(rng.sample(range(open_ns, open_ns + MINUTE), rng.randrange(1, 9)))
        ]
        trades += rows
        prices = [price for price, _, _ in rows]
        candles.append(
            Candle(
                open_ns=open_ns,
                open=prices[0],
                high=max(prices),
                low=min(prices),
                close=prices[-1],
                volume=sum(size for _, size, _ in rows),
                closed=True,
            )
        )
    return trades, candles


@pytest.mark.parametrize("seed", range(5))
def test_equal_minutes_agree_whoever_tells_first(seed: int) -> None:
    rng = Random(seed)
    market = OptimizedTechnicalAnalyzer(AnalyzerConfig(wake_on=Flag(0)))
    audit = BarAudit(market)
    trades, candles = minutes(rng, 40)
    for price, size, at_ns in trades:
        market.update(price, size, at_ns)
        audit.closed()
        while candles and candles[0].open_ns + MINUTE <= at_ns and rng.random() < 0.4:
            audit.told(candles.pop(0))
    assert len(candles) <= 12
    for candle in candles:
        audit.told(candle)
    assert audit.checked == 39  # the last is still open
    assert (audit.differing, audit.unmatched, audit.last) == (0, 0, None)


@pytest.mark.parametrize("name", ["open", "high", "low", "close", "volume"])
def test_a_minute_that_differs_is_counted_and_says_where(name: str) -> None:
    market = OptimizedTechnicalAnalyzer(AnalyzerConfig(wake_on=Flag(0)))
    audit = BarAudit(market)
    trades, candles = minutes(Random(1), 4)
    theirs = getattr(candles[1], name) * (1 + 1e-5)
    candles[1] = msgspec.structs.replace(candles[1], **{name: theirs})
    for price, size, at_ns in trades:
        market.update(price, size, at_ns)
        audit.closed()
    for candle in candles:
        audit.told(msgspec.structs.replace(candle, closed=False))
        audit.told(candle)
    assert (audit.checked, audit.differing) == (3, 1)
    assert audit.last is not None
    assert (audit.last.open_ns, audit.last.name) == (START + MINUTE, name)
    assert audit.last.theirs == theirs


def test_what_only_one_side_has_is_given_up_in_the_end_and_counted() -> None:
    audit = BarAudit(OptimizedTechnicalAnalyzer(AnalyzerConfig(wake_on=Flag(0))))
    _, candles = minutes(Random(1), 20)
    for candle in candles:
        audit.told(candle)
    assert (audit.checked, audit.unmatched) == (0, 4)
