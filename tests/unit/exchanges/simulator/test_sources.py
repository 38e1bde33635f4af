"""The invented market: the same from the same seed, and of the shape that markets have."""

from __future__ import annotations

import random
from itertools import islice

import pytest

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.exchanges.simulator.sources import MOODS, InventedMarket
from supreme_system_v5.exchanges.simulator.tape import Tick


def ticks(mood: str, seed: int, count: int, rate: float = 20.0) -> list[Tick]:
    source = InventedMarket(mood, random.Random(seed), rate=rate)
    return list(islice(iter(source.next, None), count))


@pytest.mark.parametrize("mood", MOODS)
def test_a_seed_gives_the_same_market(mood: str) -> None:
    assert ticks(mood, 7, 2_000) == ticks(mood, 7, 2_000)
    assert ticks(mood, 7, 2_000) != ticks(mood, 8, 2_000)


@pytest.mark.parametrize("mood", MOODS)
def test_every_trade_is_on_the_grids(mood: str) -> None:
    for tick in ticks(mood, 1, 20_000):
        assert tick.price > 0
        assert tick.price % 10 == 0
        assert tick.size > 0
        assert tick.size % 100_000 == 0
        assert tick.pause_ns >= 0
        assert 1 <= tick.matches <= 40


@pytest.mark.parametrize("rate", [20.0, 200.0])
def test_the_rate_is_about_what_was_asked_for(rate: float) -> None:
    found = ticks("normal", 3, 60_000, rate)
    seconds = sum(tick.pause_ns for tick in found) / 1e9
    assert 0.8 * rate < len(found) / seconds < 1.25 * rate


def test_trades_come_in_clusters_and_sizes_have_a_fat_tail() -> None:
    found = ticks("normal", 3, 40_000)
    together = sum(tick.pause_ns == 0 for tick in found) / len(found)
    assert 0.25 < together < 0.6
    sizes = sorted(tick.size for tick in found)
    median, high = sizes[len(sizes) // 2], sizes[len(sizes) * 99 // 100]
    assert high > 50 * median
    assert 0.1 < sum(tick.matches > 1 for tick in found) / len(found) < 0.3


def test_a_calm_market_moves_less_than_a_volatile_one_and_a_crash_falls() -> None:
    reach = {}
    for mood in ("calm", "normal", "volatile"):
        prices = [tick.price for tick in ticks(mood, 5, 20_000)]
        moves = [abs(b - a) for a, b in zip(prices[::500], prices[500::500], strict=False)]
        reach[mood] = sum(moves) / len(moves)
    assert reach["calm"] < reach["normal"] < reach["volatile"]
    prices = [tick.price for tick in ticks("crash", 5, 15_000)]
    assert min(prices) < 0.95 * prices[0]


def test_a_crash_waits_until_somebody_looks() -> None:
    source = InventedMarket("crash", random.Random(5), lead_ns=120 * 10**9)
    seconds, prices = -120.0, {}
    while seconds < 200:
        tick = source.next()
        seconds += tick.pause_ns / 1e9
        prices[int(seconds)] = tick.price
    first, before, after = (
        prices[max(second for second in prices if second <= at)] for at in (-100, 55, 155)
    )
    assert before > 0.98 * first
    assert after < 0.95 * before


@pytest.mark.parametrize(("mood", "rate"), [("stormy", 20.0), ("calm", 0.0), ("calm", 1e9)])
def test_what_there_is_not_is_refused(mood: str, rate: float) -> None:
    with pytest.raises(InvalidInputError, match="allowed is"):
        InventedMarket(mood, random.Random(1), rate=rate)
