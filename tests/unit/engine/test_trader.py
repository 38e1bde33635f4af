"""Limits of the account hold between decisions, without gaps and on the worst real minutes."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from supreme_system_v5.domain import (
    VENUES,
    Action,
    AnalyzerConfig,
    Arm,
    Cancel,
    FeedState,
    Flag,
    OrderUpdate,
    Rearm,
    Report,
    Submit,
    Trade,
    VenueUnits,
)
from supreme_system_v5.engine import TradingEngine
from supreme_system_v5.engine.notes import Stamp
from supreme_system_v5.market_data import BarChunk, TradeChunk
from supreme_system_v5.optimized import OptimizedTechnicalAnalyzer
from supreme_system_v5.risk import DynamicRiskManager, Protections, RiskRules
from supreme_system_v5.simulation import Ledger
from supreme_system_v5.strategies import MarketView, Signal
from tests.support.engine_runs import (
    NATIVE,
    ORIGIN,
    REFERENCE,
    Chunk,
    Rooms,
    read,
    runner_of,
)
from tests.support.risk_runs import CASH, Holder, Watched, loose

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
    """Long when the worst minute came, with stops in it: every limit that was met is met there."""
    (path,) = [p for p in (data_dir / "bars").glob("*BTCUSDT_1m*") if f"1m_{year}" in p.name][:1]
    chunk = around_the_worst(read(path))
    worst = max(falls(chunk))
    assert worst >= GAP_FILES[year] - 0.0005
    units = VENUES["okx-spot"].in_units(None)
    overshot = stopped = 0
    for stop in (0.004, 0.02, 0.05):
        rules = loose(risk=0.01, daily_loss=0.01)
        risk = watched([chunk], lambda stop=stop: Holder(stop), rules, units)  # type: ignore[misc]
        for each in risk.overshot:
            assert each.amount <= each.value * worst
        overshot += len(risk.overshot)
        stopped += sum(risk.stops.values())
        assert 0 < risk.largest <= 0.34 * 10_000 * 10**8
    assert stopped > 0
    assert overshot > 0


def around_the_worst(chunks: list[Chunk]) -> BarChunk:
    """Return the 90 minutes before the one that fell most, and the hour from it on."""
    chunk = max(chunks, key=lambda each: max(falls(each)))
    assert isinstance(chunk, BarChunk)
    fallen = falls(chunk)
    place = fallen.index(max(fallen))
    return chunk.rows(slice(max(place - 90, 0), place + 60))


def falls(chunk: Chunk) -> list[float]:
    """Return by which part each bar fell from its open to its low."""
    assert isinstance(chunk, BarChunk)
    return [1 - low / first for first, low in zip(chunk.opens, chunk.lows, strict=True)]


# One thing at a time.


UNITS = VENUES["okx-perp"].in_units(None)
PRICE = 20_000.0
SECOND = 10**9


def bars(closes: list[float], first_ns: int = START, wick: float = 0.0) -> BarChunk:
    """Return minutes; the last one reaches down by the wick and comes back."""
    opens = array("d", [closes[0], *closes[:-1]])
    lows = array("d", map(min, opens, closes))
    lows[-1] -= wick
    return BarChunk(
        opens=opens,
        highs=array("d", map(max, opens, closes)),
        lows=lows,
        closes=array("d", closes),
        volumes=array("d", [100.0] * len(closes)),
        timestamps_ns=array("q", [first_ns + 60 * SECOND * n for n in range(len(closes))]),
    )


def calm(minutes: int) -> list[float]:
    return [PRICE + 0.1 * (minute % 3) for minute in range(minutes)]


@pytest.mark.parametrize("rooms", [NATIVE, REFERENCE], ids=["rust", "python"])
def test_a_position_outlives_a_gap_at_its_last_price(rooms: Rooms) -> None:
    """The market begins anew after three weeks, over 20 midnights: nothing is worthless."""
    seen: list[Watched] = []

    def risk(units: VenueUnits) -> Watched:
        seen.append(Watched(loose(), units))
        return seen[-1]

    runner = runner_of(rooms, lambda: Holder(0.03), units=NO_FUNDING, risk=risk)
    runner.feed(bars(calm(100)))
    assert runner.engine.ledger.whole
    runner.feed(bars(calm(100), START + 21 * DAY))
    runner.finish()
    assert runner.totals.restarts == 1
    assert not seen[-1].stops
    assert seen[-1].protections.floors()[1] > CASH * 98 // 100


@pytest.mark.parametrize(("wick", "state"), [(900.0, "REDUCE_ONLY"), (30.0, "ACTIVE")])
def test_the_low_of_a_bar_counts_even_if_it_has_passed(wick: float, state: str) -> None:
    """Its stop is far below; 900 of 20 000, on a third of the equity, is more than a day's loss."""
    rules = loose(risk=0.05, daily_loss=0.05, drawdown=0.5)
    tight = loose(risk=0.01, daily_loss=0.01)
    seen: list[DynamicRiskManager] = []

    def risk(units: VenueUnits) -> DynamicRiskManager:
        seen.append(Watched(rules, units))
        return seen[-1]

    runner = runner_of(NATIVE, lambda: Holder(0.1), units=NO_FUNDING, risk=risk)
    runner.feed(bars(calm(100)))
    assert runner.engine.ledger.whole
    # The same account, from here on with a tight limit.
    seen[-1]._protections = Protections(tight.limits, seen[-1].protections.worth)
    runner.engine._trader._armed = None
    runner.engine._trader.arm(Stamp(1, START, START))
    runner.feed(bars([*calm(3), PRICE], START + 100 * 60 * SECOND, wick))
    assert str(seen[-1].state) == state


class TestOneByOne:
    def trader(self, answer: Signal | None = None) -> tuple[TradingEngine, DynamicRiskManager]:
        risk = Watched(loose(risk=0.01, daily_loss=0.01), UNITS)
        market = OptimizedTechnicalAnalyzer(
            AnalyzerConfig(wake_on=Flag.BAR_1M | Flag.LEVEL | Flag.TIMER)
        )

        class Once:
            def decide(self, _: MarketView) -> Signal | None:
                nonlocal answer
                told, answer = answer, None
                return told

        engine = TradingEngine(
            origin=ORIGIN,
            market=market,
            ledger=Ledger(UNITS, CASH),
            units=UNITS,
            risk=risk,
            new_strategy=Once,
        )
        return engine, risk

    def stamp(self, at_ns: int) -> dict[str, Any]:
        return {"origin": ORIGIN, "seq": 1, "event_ns": START + at_ns, "receive_ns": START + at_ns}

    def trade(self, engine: TradingEngine, at_ns: int, price: float) -> tuple[Action, ...]:
        return engine.on_event(Trade(**self.stamp(at_ns), price=price, size=1.0))

    def told(self, engine: TradingEngine, report: Report) -> tuple[Action, ...]:
        fill_id = str(report.event_ns) if report.quantity else ""
        event = OrderUpdate(**self.stamp(report.event_ns - START), report=report, fill_id=fill_id)
        return engine.on_event(event)

    def bought(self, number: int, at_ns: int, price: int = 20_000) -> Report:
        quantity = 10**8 // 10
        return Report(
            "FILLED", number, START + at_ns, "", 1, price * 10**8, quantity, quantity,
            quantity * price,
        )  # fmt: skip

    def test_a_close_out_that_is_not_taken_is_sent_again_later_and_later(self) -> None:
        engine, _ = self.trader(Signal.enter("now"))
        self.trade(engine, 0, PRICE)
        self.told(engine, self.bought(1, SECOND))  # filled outside of what risk approved
        (order, _) = self.trade(engine, 2 * SECOND, 18_000.0)
        assert isinstance(order, Submit)
        assert (order.reason, order.reduce_only) == (
            "DAILY_LOSS",
            True,
        ) or order.reason == "DRAWDOWN"
        rejected = Report("REJECTED", order.number, START + 2 * SECOND, "LOT_SIZE")
        (arm,) = self.told(engine, rejected)
        assert isinstance(arm, Arm)
        assert arm.wake_at_ns == START + 3 * SECOND
        assert self.trade(engine, 2 * SECOND + 5, 18_000.0) == ()
        again, *_ = self.trade(engine, 4 * SECOND, 18_000.0)
        assert isinstance(again, Submit)
        assert engine.notes.funnel.refusals["REJECTED_LOT_SIZE"] == 1

    def test_what_is_less_than_the_smallest_order_is_said_and_not_sent(self) -> None:
        engine, _ = self.trader()
        self.trade(engine, 0, PRICE)
        dust = UNITS._replace(min_quantity=10**9)
        engine._trader._units = dust
        self.told(engine, self.bought(1, SECOND))
        actions = self.trade(engine, 2 * SECOND, 18_000.0)
        assert not any(isinstance(action, Submit) for action in actions)
        assert engine.notes.funnel.refusals["BELOW_SMALLEST"] == 1

    def test_rearming_is_an_event_and_watches_again(self) -> None:
        engine, risk = self.trader()
        self.trade(engine, 0, PRICE)
        self.told(engine, self.bought(1, SECOND))
        self.trade(engine, 2 * SECOND, 9_000.0)
        assert str(risk.state) == "HALTED"
        (arm,) = engine.on_event(Rearm(**self.stamp(3 * SECOND)))
        assert str(risk.state) == "ACTIVE"
        assert isinstance(arm, Arm)
        assert arm.stop_below is not None
        assert 8_000 < arm.stop_below < 9_000
        states = [r.reason for r in engine.notes.records if r.kind == "risk"]
        assert states == ["HALTED", "ACTIVE"]

    def test_a_resting_entry_is_cancelled_when_something_is_not_in_order(self) -> None:
        engine, _ = self.trader()
        engine._trader.desk.enter(
            Stamp(1, START, START), 1, 10**7, limit=10**12, levels=(0, 0, 0), good_for_ns=10**12,
            reason="cheap",
        )  # fmt: skip
        event = FeedState(**self.stamp(1), feed="trades", fresh=False, reason="silent for 61 s")
        cancel, *_ = engine.on_event(event)
        assert isinstance(cancel, Cancel)
        assert cancel.reason == "STALE_FEED"
        assert [r.reason for r in engine.notes.records] == ["STALE", "STALE_FEED"]
