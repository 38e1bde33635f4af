from __future__ import annotations

import math
from random import Random

import pytest

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.evidence.random_entries import (
    MinuteBars,
    RandomEntries,
    _Walker,
    random_entries,
)
from supreme_system_v5.evidence.trades import TradeRecord
from tests.support.evidence import MINUTE_NS, bars_of, random_walk


def trade(
    gross: float = 0.0,
    *,
    side: int = 1,
    minutes: int = 10,
    stop: float = 0.0,
    target: float = 0.0,
    trail: float = 0.0,
    timed: bool = True,
) -> TradeRecord:
    return TradeRecord(
        side=side,
        entry_ns=0,
        exit_ns=minutes * MINUTE_NS,
        gross_bps=gross,
        net_bps=gross,
        stop=stop,
        target=target,
        trail=trail,
        timed=timed,
    )


def plainly(
    bars: MinuteBars, start: int, side: int, held: int | None, levels: tuple[float, float, float]
) -> float:
    """Walk one bar after the other, as docs/evidence.md says, without a mirror and short cuts."""
    stop, target, trail = levels
    first = best = bars.opens[start]
    length = len(bars.opens)
    last = length if held is None else min(start + held, length)

    def gain(price: float) -> float:
        return side * (price - first) / first

    for at in range(start, last):
        low, high = bars.lows[at], bars.highs[at]
        near, far = (low, high) if side > 0 else (high, low)
        stops = [first * (1 - side * stop)] if stop else []
        stops += [best - side * trail * first] if trail else []
        level = (max(stops) if side > 0 else min(stops)) if stops else -side * math.inf
        goal = first * (1 + side * target) if target else side * math.inf
        if side * bars.opens[at] <= side * level or side * bars.opens[at] >= side * goal:
            return gain(bars.opens[at])
        if side * near <= side * level:
            return gain(level)
        if side * far >= side * goal:
            return gain(goal)
        best = max(best, far) if side > 0 else min(best, far)
        if trail and side * bars.closes[at] <= side * (best - side * trail * first):
            return gain(best - side * trail * first)
    return gain(bars.opens[last] if last < length else bars.closes[-1])


LEVELS = [
    (0.002, 0.003, 0.0),
    (0.01, 0.0, 0.0),
    (0.0, 0.01, 0.0),
    (0.0, 0.0, 0.004),
    (0.02, 0.015, 0.01),
    (0.5, 0.5, 0.5),
]


@pytest.mark.parametrize("levels", LEVELS)
@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("held", [None, 1, 7, 200])
def test_a_walk_is_the_plain_one(
    side: int, held: int | None, levels: tuple[float, float, float]
) -> None:
    bars = bars_of(random_walk(Random(2), 500))
    walker = _Walker([bars], short=side < 0)
    for start in range(0, 500, 3):
        stop, target, trail = levels
        expected = plainly(bars, start, side, held, levels)
        assert walker.protected(start, held, stop, target, trail) == pytest.approx(expected)
        if held is not None:
            timed = plainly(bars, start, side, held, (0.0, 0.0, 0.0))
            assert walker.held(start, held) == pytest.approx(timed)


def test_a_gap_fills_at_the_open() -> None:
    bars = bars_of([100.0, 100.0])
    bars.extend(bars_of([80.0, 80.0]))
    assert _Walker([bars], short=False).protected(0, None, 0.1, 0.0, 0.0) == pytest.approx(-0.2)
    assert _Walker([bars], short=True).protected(0, None, 0.1, 0.1, 0.0) == pytest.approx(0.2)


def test_no_position_outlives_its_stretch() -> None:
    walker = _Walker([bars_of([100.0] * 20), bars_of([200.0] * 20)], short=False)
    assert walker.held(15, 10) == 0.0
    assert walker.protected(15, None, 0.1, 0.5, 0.0) == 0.0


@pytest.fixture
def market() -> MinuteBars:
    """Return 4 000 minutes, each fortieth of which is followed by a rise of 20 bps in 10."""
    rng, price, closes = Random(4), 100.0, []
    for minute in range(4_000):
        price *= 1 + rng.gauss(0.0, 0.0002) + (0.0002 if minute % 40 < 10 else -0.0002 / 3)
        closes.append(price)
    return bars_of(closes)


def made(market: MinuteBars, starts: range) -> list[TradeRecord]:
    walker = _Walker([market], short=False)
    return [trade(walker.held(start, 10) * 10_000) for start in starts]


def found(trades: list[TradeRecord], market: MinuteBars, seed: int = 1) -> RandomEntries:
    result = random_entries(trades, [market], Random(seed), 300)
    assert result is not None
    return result


def test_who_knows_when_is_at_the_top(market: MinuteBars) -> None:
    assert found(made(market, range(1, 3_900, 40)), market).percentile == 1.0
    assert found(made(market, range(12, 3_900, 40)), market).percentile < 0.2


def test_who_knows_nothing_is_anywhere(market: MinuteBars) -> None:
    """Entries by chance are each percentile alike: over 40 of them the mean is 0.5 +- 0.05."""
    percentiles = []
    for seed in range(40):
        rng = Random(1_000 + seed)
        starts = [rng.randrange(3_990) for _ in range(50)]
        trades = [trade(_Walker([market], short=False).held(at, 10) * 10_000) for at in starts]
        percentiles.append(found(trades, market, seed).percentile)
    assert sum(percentiles) / 40 == pytest.approx(0.5, abs=0.15)
    assert min(percentiles) < 0.2
    assert max(percentiles) > 0.8


def test_mean_and_deviation_are_those_of_the_market(market: MinuteBars) -> None:
    """The mean of a draw is that over all bars; its deviation falls with the root of the trades."""
    walker = _Walker([market], short=False)
    gains = [walker.held(at, 10) * 10_000 for at in range(4_000)]
    mean = sum(gains) / 4_000
    deviation = math.sqrt(sum((gain - mean) ** 2 for gain in gains) / 4_000)
    result = random_entries([trade()] * 100, [market], Random(3), 2_000)
    assert result is not None
    assert result.mean == pytest.approx(mean, abs=4 * deviation / 10 / math.sqrt(2_000))
    assert result.deviation == pytest.approx(deviation / 10, rel=0.1)


def test_many_trades_share_walks_and_say_the_same(
    market: MinuteBars, monkeypatch: pytest.MonkeyPatch
) -> None:
    trades = [trade(3.0, stop=0.001, target=0.002, timed=False)] * 60
    fresh = found(trades, market)
    monkeypatch.setattr("supreme_system_v5.evidence.random_entries._WALKS", 0)
    shared = found(trades, market)
    assert shared.mean == pytest.approx(fresh.mean, abs=fresh.deviation / 3)
    assert shared.deviation == pytest.approx(fresh.deviation, rel=0.25)


def test_a_draw_has_the_sides_of_the_trades() -> None:
    rising = bars_of([100 * 1.0001**minute for minute in range(2_000)])
    long = random_entries([trade()] * 5, [rising], Random(1), 50)
    short = random_entries([trade(side=-1)] * 5, [rising], Random(1), 50)
    assert long is not None
    assert short is not None
    assert long.mean == pytest.approx(-short.mean, rel=1e-3)
    assert long.mean == pytest.approx(10, rel=0.05)


def test_a_seed_gives_the_same_again(market: MinuteBars) -> None:
    trades = made(market, range(0, 3_000, 100))
    assert found(trades, market, 5) == found(trades, market, 5)


def test_nothing_to_draw(market: MinuteBars) -> None:
    assert random_entries([], [market], Random(1)) is None
    assert random_entries([trade()], [], Random(1)) is None


def test_one_draw_is_refused(market: MinuteBars) -> None:
    with pytest.raises(InvalidInputError, match="draws is 1, allowed is 2 or more"):
        random_entries([trade()], [market], Random(1), 1)
