"""Limits of the account hold between decisions, without gaps and on the worst real minutes."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from supreme_system_v5.domain import VENUES, VenueUnits
from supreme_system_v5.market_data import BarChunk, TradeChunk
from supreme_system_v5.risk import RiskRules
from tests.support.engine_runs import NATIVE, Chunk, read, runner_of
from tests.support.risk_runs import Holder, Watched, loose

DAY = 86_400 * 10**9
START = 19_700 * DAY
STEP = 0.2
"""A hundred thousandth of the price: a path of such steps has no gaps."""
NO_FUNDING = VENUES["okx-perp"].in_units(None)._replace(funding=0)
"""A payment of funding may take an account beyond a limit, and is no slippage."""
GAP_FILES = {"2019": 0.091, "2021": 0.065, "2024": 0.059}
"""The fall of the worst minute in the recordings of that year."""


def path_of(rng: Random, days: int = 3) -> list[Chunk]:
    """Return trades every 8 s that climb or fall by one step, in a mood of some hours."""
    prices, times = array("d"), array("q")
    price, mood = 20_000.0, 0.5
    for number in range(days * 10_800):
        if number % 2_700 == 0:
            mood = rng.choice((0.1, 0.3, 0.5, 0.7, 0.9))
        price += STEP if rng.random() < mood else -STEP
        prices.append(round(price, 1))
        times.append(START + number * 8 * 10**9)
    sizes, sides = array("d", [1.0] * len(prices)), array("b", [0] * len(prices))
    return [TradeChunk(prices=prices, sizes=sizes, timestamps_ns=times, sides=sides)]


def watched(
    chunks: list[Chunk],
    strategy: Callable[[], Holder],
    rules: RiskRules,
    units: VenueUnits = NO_FUNDING,
) -> Watched:
    seen: list[Watched] = []

    def risk(units: VenueUnits) -> Watched:
        seen.append(Watched(rules, units))
        return seen[-1]

    runner = runner_of(NATIVE, strategy, units=units, risk=risk)
    for chunk in chunks:
        runner.feed(chunk)
    runner.finish()
    assert not runner.engine.strategy_errors
    return seen[-1]


@pytest.mark.parametrize("side", [1, -1])
def test_without_gaps_no_limit_is_overshot_by_more_than_one_slippage(side: int) -> None:
    """What is lost beyond it: the slippage of the order, or of a stop beside the limit, and the two
    steps that it takes."""
    units = NO_FUNDING
    rules = loose(risk=0.004, daily_loss=0.004, drawdown=0.006)
    stops = overshot = 0
    for seed in range(20):
        risk = watched(path_of(Random(seed)), lambda: Holder(0.013, side=side), rules)
        for each in risk.overshot:
            two_steps = round(2 * STEP / 15_000 * 10**8)  # the lowest price of all paths
            slippage = units.slippage if each.closed else units.stop_slippage
            assert each.amount <= each.value * (slippage + two_steps) // 10**8
        stops += sum(risk.stops.values())
        overshot += len(risk.overshot)
        assert risk.largest > 0
    assert stops > 3
    assert overshot > 3


def test_a_day_that_began_with_a_gain_is_protected_too() -> None:
    """Up 2 % until midnight, then down: closed long before the stop 10 % below the entry."""
    up = [20_000.0 + 0.4 * number for number in range(2_000)]
    prices = array("d", [round(price, 1) for price in up + up[::-1]])
    times = array("q", [START + DAY // 2 + number * DAY // 4_000 for number in range(4_000)])
    ones, sides = array("d", [1.0] * 4_000), array("b", [0] * 4_000)
    chunk = TradeChunk(prices=prices, sizes=ones, timestamps_ns=times, sides=sides)
    rules = loose(risk=0.005, daily_loss=0.005, drawdown=0.05)
    risk = watched([chunk], lambda: Holder(0.013), rules)
    assert risk.stops["DAILY_LOSS"] > 0


@pytest.mark.parametrize("year", list(GAP_FILES))
def test_on_the_worst_real_minutes_it_costs_at_most_position_times_gap(
    data_dir: Path, year: str
) -> None:
    (path,) = [p for p in (data_dir / "bars").glob("*BTCUSDT_1m*") if f"1m_{year}" in p.name][:1]
    chunks = read(path)
    worst = max(fall for chunk in chunks for fall in falls(chunk))
    assert worst >= GAP_FILES[year] - 0.0005
    units = VENUES["okx-spot"].in_units(None)
    slippage = units.stop_slippage / 10**8 + worst / 4
    for stop in (0.004, 0.02, 0.1):
        risk = watched(chunks, lambda stop=stop: Holder(stop), loose(), units)  # type: ignore[misc]
        for each in risk.overshot:
            assert each.amount <= each.value * (worst + slippage)
        assert 0 < risk.largest <= 0.34 * 10_000 * 10**8


def falls(chunk: Chunk) -> list[float]:
    """Return by which part each bar fell from its open to its low."""
    assert isinstance(chunk, BarChunk)
    return [1 - low / first for first, low in zip(chunk.opens, chunk.lows, strict=True)]
