from __future__ import annotations

from array import array
from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any, ClassVar

import pytest

from supreme_system_v5.domain import (
    VENUES,
    AccountState,
    AnalyzerConfig,
    Arm,
    BarEvent,
    Cancel,
    FeedState,
    Flag,
    Flatten,
    Headline,
    IntervalChange,
    OrderKind,
    OrderUpdate,
    Origin,
    Query,
    Report,
    Submit,
    Timer,
    Trade,
    Watermark,
)
from supreme_system_v5.engine import TradingEngine
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.optimized import OptimizedTechnicalAnalyzer, Signals
from supreme_system_v5.risk import FixedFraction
from supreme_system_v5.simulation import Ledger
from supreme_system_v5.strategies import MarketView, Signal, Strategy
from tests.support.engine_runs import ORIGIN

UNITS = VENUES["okx-perp"].in_units(None)
CASH = 10_000 * 10**8
SECOND = 10**9
MINUTE = 60 * SECOND
START = 1_700_000_040 * SECOND
"""A whole minute."""


class Scripted:
    """Answers what it is given, one answer a wake."""

    def __init__(self, *answers: object) -> None:
        self.answers = list(answers)
        self.asked: list[int] = []

    def decide(self, view: MarketView) -> Signal | None:
        self.asked.append(view.now_ns)
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[return-value] # what a user's strategy may answer by mistake


def engine_of(
    strategy: Strategy | Callable[[], Strategy], wakes: Flag = Flag.BAR_1M
) -> TradingEngine:
    make = strategy if isinstance(strategy, type) else lambda: strategy
    return TradingEngine(
        origin=ORIGIN,
        market=OptimizedTechnicalAnalyzer(AnalyzerConfig(wake_on=wakes | Flag.TIMER)),
        ledger=Ledger(UNITS, CASH),
        units=UNITS,
        risk=FixedFraction(Decimal("0.1"), UNITS),
        new_strategy=make,  # type: ignore[arg-type] # either makes a strategy
    )


class Feed:
    """Events with rising numbers."""

    def __init__(self, engine: TradingEngine) -> None:
        self.engine = engine
        self.seq = 0

    def _stamp(self, at_ns: int) -> dict[str, object]:
        self.seq += 1
        return {"origin": ORIGIN, "seq": self.seq, "event_ns": at_ns, "receive_ns": at_ns + 5}

    def trade(self, at_ns: int, price: float = 60_000.0) -> tuple[object, ...]:
        stamp = self._stamp(START + at_ns)
        return self.engine.on_event(Trade(**stamp, price=price, size=0.1))  # type: ignore[arg-type]

    def silence(self, at_ns: int) -> tuple[object, ...]:
        return self.engine.on_event(Watermark(**self._stamp(START + at_ns)))  # type: ignore[arg-type]

    def told(self, report: Report, fill_id: str = "") -> tuple[object, ...]:
        stamp = self._stamp(report.event_ns)
        event = OrderUpdate(**stamp, report=report, fill_id=fill_id)  # type: ignore[arg-type]
        return self.engine.on_event(event)


def filled(number: int, side: int, quantity: int, at_ns: int, price: int = 60_000) -> Report:
    return Report(
        "FILLED",
        number,
        START + at_ns,
        side=side,
        price=price * 10**8,
        quantity=quantity,
        filled=quantity,
        value=quantity * price,
    )


def test_a_bar_that_closes_asks_and_an_entry_becomes_an_order() -> None:
    strategy = Scripted(Signal.enter("up", stop=59_000.07, target=61_000.03))
    feed = Feed(engine_of(strategy))
    assert feed.trade(0) == ()
    (order,) = feed.trade(MINUTE + SECOND)
    assert isinstance(order, Submit)
    assert (order.side, order.kind, order.reduce_only, order.reason) == (
        1,
        OrderKind.MARKET,
        False,
        "up",
    )
    # Away from the position, to the venue's ticks of 0.1.
    assert (order.stop, order.target) == (59_000_00000000, 61_000_10000000)
    # A tenth of 10 000 at 60 000, costs as a taker included: 6 bps of fee, spread and slippage.
    assert order.quantity == 1_660_000
    # The bar's end was told by the trade one second later; the answer is to that event.
    assert (order.event_ns, order.seq, order.number) == (START + MINUTE + SECOND, 2, 1)
    assert order.receive_ns == START + MINUTE + SECOND + 5
    assert strategy.asked == [START + MINUTE + SECOND]
    assert feed.engine.notes.funnel.approved == 1


def test_in_silence_a_bar_ends_by_a_watermark() -> None:
    strategy = Scripted(None, Signal.enter("quiet"))
    feed = Feed(engine_of(strategy))
    feed.trade(0)
    assert feed.silence(MINUTE - 1) == ()
    assert feed.silence(MINUTE + 2 * SECOND) == ()
    assert strategy.asked == [START + MINUTE + 2 * SECOND]
    # Two silent minutes end at once: each is asked about, at the time it would have been known.
    (order,) = feed.silence(3 * MINUTE + 30 * SECOND)
    assert isinstance(order, Submit)
    assert order.event_ns == START + 2 * MINUTE + 2 * SECOND
    assert len(strategy.asked) == 2


def test_while_an_order_is_under_way_nobody_is_asked() -> None:
    strategy = Scripted(Signal.enter(), Signal.enter())
    feed = Feed(engine_of(strategy))
    feed.trade(0)
    assert len(feed.trade(MINUTE)) == 1
    assert feed.trade(2 * MINUTE) == ()
    assert len(strategy.asked) == 1
    feed.told(filled(1, 1, 1_660_000, 2 * MINUTE))
    feed.trade(3 * MINUTE)
    assert len(strategy.asked) == 2
    assert feed.engine.notes.funnel.refusals == {"IN_POSITION": 1}


def test_an_exit_closes_all_of_it_and_the_position_comes_from_fills_alone() -> None:
    feed = Feed(engine_of(Scripted(Signal.enter(), Signal.exit("enough"), Signal.exit())))
    feed.trade(0)
    feed.trade(MINUTE)
    assert feed.engine.ledger.whole == 0  # sent is not filled
    feed.told(filled(1, 1, 1_660_000, MINUTE + SECOND))
    assert feed.engine.ledger.whole == 1_660_000
    (order,) = feed.trade(2 * MINUTE)
    assert isinstance(order, Submit)
    assert (order.side, order.quantity, order.reduce_only) == (-1, 1_660_000, True)
    assert order.number > 1 + 3  # the three above 1 are its protections'
    feed.told(filled(order.number, -1, 1_660_000, 2 * MINUTE + SECOND))
    assert feed.engine.ledger.whole == 0
    feed.trade(3 * MINUTE)
    assert feed.engine.notes.funnel.refusals == {"NO_POSITION": 1}


def test_a_fill_told_twice_counts_once() -> None:
    feed = Feed(engine_of(Scripted(Signal.enter())))
    feed.trade(0)
    feed.trade(MINUTE)
    fill = filled(1, 1, 1_660_000, MINUTE + SECOND)
    feed.told(fill, "77")
    feed.told(fill, "77")
    assert feed.engine.ledger.whole == 1_660_000
    reasons = [record.reason for record in feed.engine.notes.records]
    assert reasons == ["APPROVED", "FILLED", "DUPLICATE_FILL"]


def test_what_the_exchange_rejects_is_counted_and_frees_the_way() -> None:
    feed = Feed(engine_of(Scripted(Signal.enter(), Signal.enter())))
    feed.trade(0)
    feed.trade(MINUTE)
    feed.told(Report("REJECTED", 1, START + MINUTE, "PRICE_BAND"))
    assert feed.engine.notes.funnel.refusals == {"REJECTED_PRICE_BAND": 1}
    assert len(feed.trade(2 * MINUTE)) == 1


def test_an_unknown_order_blocks_new_exposure_until_the_exchange_says_more() -> None:
    feed = Feed(engine_of(Scripted(Signal.enter(), Signal.enter(), Signal.enter())))
    feed.trade(0)
    feed.trade(MINUTE)
    (query,) = feed.told(Report("UNKNOWN", 1, START + MINUTE))
    assert isinstance(query, Query)
    assert query.number == 1
    assert feed.trade(2 * MINUTE) == ()  # still under way
    stamp = {"origin": ORIGIN, "seq": 9, "event_ns": START, "receive_ns": START}
    assert feed.engine.on_event(Timer(**stamp, name="orders")) != ()  # type: ignore[arg-type] # asked again
    assert len(feed.told(Report("UNKNOWN", 9, START + 2 * MINUTE))) == 2
    feed.told(Report("CANCELLED", 1, START + 2 * MINUTE, "REQUESTED"))
    assert feed.trade(3 * MINUTE) == ()
    assert feed.engine.notes.funnel.refusals == {"UNKNOWN_ORDER": 1}
    feed.told(Report("REJECTED", 9, START + 3 * MINUTE, "FUNDS"))
    assert len(feed.trade(4 * MINUTE)) == 1


def test_a_stale_feed_and_an_account_that_differs_refuse_entries() -> None:
    engine = engine_of(Scripted(*[Signal.enter()] * 4))
    feed = Feed(engine)
    feed.trade(0)
    stamp = {"origin": ORIGIN, "seq": 9, "event_ns": START, "receive_ns": START}
    engine.on_event(FeedState(**stamp, feed="trades", fresh=False))  # type: ignore[arg-type]
    assert feed.trade(MINUTE) == ()
    engine.on_event(FeedState(**stamp, feed="trades", fresh=True))  # type: ignore[arg-type]
    engine.on_event(AccountState(**stamp, cash=CASH - 1, position=0))  # type: ignore[arg-type]
    assert feed.trade(2 * MINUTE) == ()
    assert engine.notes.funnel.refusals == {"STALE_FEED": 1, "ACCOUNT_MISMATCH": 1}
    engine.on_event(AccountState(**stamp, cash=CASH, position=0))  # type: ignore[arg-type]
    assert engine.on_event(Timer(**stamp, name="technical")) == ()  # type: ignore[arg-type]
    assert len(feed.trade(3 * MINUTE)) == 1


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (7, "NOT_A_SIGNAL"),
        ("buy", "NOT_A_SIGNAL"),
        (Signal.enter(stop=float("nan")), "NOT_A_PRICE"),
        (Signal.enter(target=-1.0), "NOT_A_PRICE"),
        (Signal.enter(stop=60_001.0), "WRONG_SIDE"),
        (Signal.enter(side=-1, stop=59_999.0), "WRONG_SIDE"),
        (Signal.enter(side=2), "NOT_A_SIDE"),
        (Signal.exit(), "NO_POSITION"),
    ],
)
def test_nonsense_is_refused_with_a_record_and_never_an_order(answer: object, reason: str) -> None:
    feed = Feed(engine_of(Scripted(answer)))
    feed.trade(0)
    assert feed.trade(MINUTE) == ()
    funnel = feed.engine.notes.funnel
    assert (funnel.signals, funnel.approved, funnel.refusals) == (1, 0, {reason: 1})
    (record,) = feed.engine.notes.records
    assert (record.kind, record.reason) == ("refused", reason)


def test_a_strategy_that_raises_is_told_once_and_not_asked_again() -> None:
    strategy = Scripted(KeyError("close"), Signal.enter())
    feed = Feed(engine_of(strategy))
    feed.trade(0)
    assert feed.trade(MINUTE) == ()
    assert feed.trade(2 * MINUTE) == ()
    assert len(strategy.asked) == 1
    (error,) = feed.engine.strategy_errors
    assert error.startswith("KeyError: 'close' (")
    assert "test_trading_engine.py, line" in error
    feed.engine.restart()
    feed.trade(3 * MINUTE)
    assert len(strategy.asked) == 1


def test_the_future_cannot_be_asked_for() -> None:
    class Seer:
        def decide(self, view: MarketView) -> Signal | None:
            view.m1.recent("close", -1)
            return Signal.enter()

    feed = Feed(engine_of(Seer))
    feed.trade(0)
    assert feed.trade(MINUTE) == ()
    assert "count must be an integer from 1 to 50" in feed.engine.strategy_errors[0]


def test_signals_before_the_warm_up_are_refused() -> None:
    class Eager:
        warmup_bars = 2

        def decide(self, view: MarketView) -> Signal | None:
            return Signal.enter(f"{view.m1.closed} bars")

    feed = Feed(engine_of(Eager))
    feed.trade(0)
    assert feed.trade(MINUTE) == ()
    assert feed.engine.notes.funnel.refusals == {"WARM_UP": 1}
    (order,) = feed.trade(2 * MINUTE)
    assert isinstance(order, Submit)
    assert order.reason == "2 bars"


def test_an_exit_needs_no_warm_up_and_bars_held_outlive_a_restart() -> None:
    held: list[int] = []

    class Leaves:
        warmup_bars = 2

        def decide(self, view: MarketView) -> Signal | None:
            if view.position is None:
                return Signal.enter()
            held.append(view.position.bars_held)
            return Signal.exit() if len(held) > 1 else None

    feed = Feed(engine_of(Leaves))
    feed.trade(0)
    feed.trade(MINUTE)
    feed.trade(2 * MINUTE)
    feed.told(filled(1, 1, 1_660_000, 2 * MINUTE))
    feed.trade(3 * MINUTE)
    feed.engine.restart()
    feed.trade(90 * MINUTE)
    (order,) = feed.trade(91 * MINUTE)
    assert isinstance(order, Submit)
    assert order.reduce_only
    assert held == [1, 2]


def test_a_limit_entry_waits_and_is_cancelled_when_its_time_is_over() -> None:
    entry = Signal.enter("cheap", limit=59_990.07, stop=59_000.0, good_for_seconds=90.0)
    feed = Feed(engine_of(Scripted(entry)))
    feed.trade(0)
    order, arm = feed.trade(MINUTE)
    assert isinstance(order, Submit)
    assert isinstance(arm, Arm)
    assert arm.wake_at_ns == START + 2 * MINUTE + 30 * SECOND
    assert (order.kind, order.price) == (OrderKind.LIMIT, 59_990_00000000)
    assert feed.trade(2 * MINUTE + 29 * SECOND) == ()
    (cancel,) = feed.trade(2 * MINUTE + 31 * SECOND)
    assert isinstance(cancel, Cancel)
    assert (cancel.number, cancel.event_ns) == (1, START + 2 * MINUTE + 30 * SECOND)
    feed.told(Report("CANCELLED", 1, START + 3 * MINUTE, "REQUESTED"))
    assert not feed.engine.waiting_to_enter


def test_what_is_about_somebody_else_changes_nothing() -> None:
    feed = Feed(engine_of(Scripted(Signal.enter())))
    feed.trade(0)
    other = Origin(instrument="ETH-USDT", account="paper", run_id="test")
    foreign = Trade(
        origin=other, seq=5, event_ns=START + MINUTE, receive_ns=START, price=1.0, size=1.0
    )
    assert feed.engine.on_event(foreign) == ()
    assert feed.engine.seq == 1
    assert feed.engine.notes.funnel.refusals == {"FOREIGN_EVENT": 1}


@pytest.mark.parametrize("raised", [SystemExit(0), GeneratorExit(), BaseException("boo")])
def test_nothing_a_strategy_raises_ends_the_run(raised: BaseException) -> None:
    class Rude:
        def decide(self, _: MarketView) -> Signal | None:
            raise raised

    feed = Feed(engine_of(Rude))
    feed.trade(0)
    assert feed.trade(MINUTE) == ()
    assert type(raised).__name__ in feed.engine.strategy_errors[0]


def test_the_market_must_wake_on_what_the_strategy_needs() -> None:
    with pytest.raises(InvalidInputError, match="wake_on of the market lacks .*BAR_1M"):
        engine_of(Scripted(), wakes=Flag.SIGNIFICANT)


def test_trades_as_events_and_in_columns_are_answered_alike() -> None:
    times = [START + turn * 20 * SECOND for turn in range(60)]
    prices = [60_000.0 + turn % 7 for turn in range(60)]
    one = engine_of(Scripted(*[Signal.enter("x")] * 30))
    feed = Feed(one)
    answered = [
        action
        for time, price in zip(times, prices, strict=True)
        for action in feed.trade(time - START, price)
    ]
    other = engine_of(Scripted(*[Signal.enter("x")] * 30))
    index, flags = 0, 1
    found: list[object] = []
    while flags:
        columns = (prices, [0.1] * 60, times, [0] * 60)
        index, flags, actions = other.advance(columns, index)
        found += actions
    assert [(a.number, a.event_ns, a.quantity) for a in found if isinstance(a, Submit)] == [
        (a.number, a.event_ns, a.quantity) for a in answered if isinstance(a, Submit)
    ]
    assert other.seq == one.seq == 60


def test_a_bar_is_an_event_too() -> None:
    engine = engine_of(Scripted(Signal.enter()))
    stamp = {"origin": ORIGIN, "seq": 1, "event_ns": START, "receive_ns": START + MINUTE}
    bar = {"open": 1.0, "high": 2.0, "low": 1.0, "close": 1.5, "volume": 3.0}
    (order,) = engine.on_event(BarEvent(**stamp, **bar))  # type: ignore[arg-type]
    assert isinstance(order, Submit)
    assert order.event_ns == START + MINUTE


def test_a_restart_begins_the_market_anew_and_keeps_the_money() -> None:
    feed = Feed(engine_of(Scripted(Signal.enter())))
    feed.trade(0)
    feed.trade(MINUTE)
    feed.told(filled(1, 1, 1_660_000, MINUTE + SECOND))
    feed.engine.restart()
    assert feed.engine.ledger.whole == 1_660_000
    assert feed.trade(-1_000 * MINUTE) == ()  # an older time is not late any more


def test_an_engine_needs_one_who_decides() -> None:
    parts = {
        "origin": ORIGIN,
        "market": OptimizedTechnicalAnalyzer(),
        "ledger": Ledger(UNITS, CASH),
        "units": UNITS,
        "risk": FixedFraction(Decimal("0.1"), UNITS),
    }
    with pytest.raises(InvalidInputError, match="a signal or a strategy, and not both"):
        TradingEngine(**parts)  # type: ignore[arg-type]
    both = {"signals": Signals("trend"), "new_strategy": Scripted}
    with pytest.raises(InvalidInputError, match="a signal or a strategy, and not both"):
        TradingEngine(**parts, **both)  # type: ignore[arg-type]

    class Nosy(Scripted):
        wakes = Flag.LATE

    with pytest.raises(InvalidInputError, match="wakes of the strategy"):
        TradingEngine(**parts, new_strategy=Nosy)  # type: ignore[arg-type]


def test_records_are_bounded_and_what_was_pushed_out_is_counted() -> None:
    engine = engine_of(Scripted())
    for _ in range(5_000):
        engine._refuse("X", "a Y", "an X")
    assert len(engine.notes.records) == 4_096
    assert engine.notes.dropped == 5_000 - 4_096


def test_a_headline_moves_neither_the_number_nor_the_time_of_what_is_decided() -> None:
    """Nobody here judges by headlines; one that is told twice, late or early is nothing at all."""
    signal = Signal.enter("in")
    plain, told = Feed(engine_of(Scripted(signal))), Feed(engine_of(Scripted(signal)))
    late = START + 10**6 * SECOND
    title = Headline(
        origin=ORIGIN, seq=99, event_ns=late, receive_ns=late, source="desk", title="x"
    )
    plain.trade(0)
    told.trade(0)
    for _ in range(2):
        assert told.engine.on_event(title) == ()
    assert told.engine.seq == plain.engine.seq
    assert told.trade(MINUTE) == plain.trade(MINUTE) != ()
    foreign = Headline(
        origin=Origin("ETH-USDT", "paper", "x"), seq=1, event_ns=0, receive_ns=0, source="",
        title="",
    )  # fmt: skip
    assert told.engine.on_event(foreign) == ()
    assert told.engine.notes.records[-1].reason == "FOREIGN_EVENT"


def test_what_its_owner_paused_enters_nothing_until_it_is_resumed() -> None:
    engine = engine_of(Scripted(*[Signal.enter()] * 2))
    feed = Feed(engine)
    feed.trade(0)
    stamp = {"origin": ORIGIN, "seq": 9, "event_ns": START, "receive_ns": START}
    engine.on_event(FeedState(**stamp, feed="owner", fresh=False))  # type: ignore[arg-type]
    assert feed.trade(MINUTE) == ()
    assert engine.notes.funnel.refusals == {"PAUSED": 1}
    engine.on_event(FeedState(**stamp, feed="owner", fresh=True))  # type: ignore[arg-type]
    assert len(feed.trade(2 * MINUTE)) == 1


class TestFlattening:
    """What is held is closed, whatever its orders are up to, and tried until nothing is."""

    STAMP: ClassVar[dict[str, Any]] = {
        "origin": ORIGIN,
        "seq": 9,
        "event_ns": START,
        "receive_ns": START,
    }

    def flatten(self, engine: TradingEngine) -> tuple[object, ...]:
        return engine.on_event(Flatten(**self.STAMP))

    def test_with_nothing_open_there_is_nothing_to_do(self) -> None:
        feed = Feed(engine_of(Scripted(None, Signal.enter())))
        feed.trade(0)
        assert self.flatten(feed.engine) == ()
        feed.trade(MINUTE)
        (order,) = feed.trade(2 * MINUTE)  # and it does not last
        assert isinstance(order, Submit)

    def test_a_position_is_closed_and_what_was_not_taken_is_tried_again(self) -> None:
        feed = Feed(engine_of(Scripted(Signal.enter())))
        feed.trade(0)
        feed.trade(MINUTE)
        feed.told(filled(1, 1, 1_660_000, MINUTE))
        (order,) = self.flatten(feed.engine)
        assert isinstance(order, Submit)
        assert (order.side, order.quantity, order.reduce_only) == (-1, 1_660_000, True)
        (arm,) = feed.told(Report("REJECTED", order.number, START + MINUTE, "BUSY"))
        assert isinstance(arm, Arm)
        assert arm.wake_at_ns == START + MINUTE + SECOND
        again = feed.trade(MINUTE + 2 * SECOND)
        assert [each.quantity for each in again if isinstance(each, Submit)] == [1_660_000]
        number = next(each.number for each in again if isinstance(each, Submit))
        feed.told(filled(number, -1, 1_660_000, MINUTE + 3 * SECOND))
        assert feed.engine.ledger.whole == 0
        assert self.flatten(feed.engine) == ()

    def test_an_entry_under_way_is_closed_once_it_has_filled(self) -> None:
        feed = Feed(engine_of(Scripted(Signal.enter())))
        feed.trade(0)
        feed.trade(MINUTE)
        assert self.flatten(feed.engine) == ()
        (order,) = feed.told(filled(1, 1, 1_660_000, MINUTE))
        assert isinstance(order, Submit)
        assert order.reduce_only

    def test_an_entry_that_rests_is_cancelled(self) -> None:
        feed = Feed(engine_of(Scripted(Signal.enter(limit=59_000.0, good_for_seconds=900.0))))
        feed.trade(0)
        feed.trade(MINUTE)
        cancel, *_ = self.flatten(feed.engine)
        assert isinstance(cancel, Cancel)
        assert (cancel.number, cancel.reason) == (1, "FLATTEN")


def test_another_interval_is_recorded_and_changes_nothing() -> None:
    feed = Feed(engine_of(Scripted(Signal.enter())))
    feed.trade(0)
    stamp = {"origin": ORIGIN, "seq": 9, "event_ns": START, "receive_ns": START}
    change = IntervalChange(**stamp, domain="news", interval_ns=MINUTE, reason="busy")  # type: ignore[arg-type]
    assert feed.engine.on_event(change) == ()
    (record,) = feed.engine.notes.records
    assert (record.kind, record.reason) == ("pace", "news")
    assert len(feed.trade(MINUTE)) == 1


def minutes_of(rng: Random, count: int) -> tuple[Any, ...]:
    """Return columns of bars that wander."""
    opens, highs, lows, closes = array("d"), array("d"), array("d"), array("d")
    price = 60_000.0
    for _ in range(count):
        opens.append(price)
        price = round(price + rng.choice((-40.0, -10.0, 10.0, 40.0)), 1)
        closes.append(price)
        highs.append(max(opens[-1], price) + 5.0)
        lows.append(min(opens[-1], price) - 5.0)
    times = array("q", range(START, START + count * MINUTE, MINUTE))
    return opens, highs, lows, closes, array("d", [1.0] * count), times


@pytest.mark.parametrize("signal", ["scalping", "ema-cross", "trend"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_warmed_up_it_decides_as_one_that_was_paused_all_along(signal: str, seed: int) -> None:
    columns = minutes_of(Random(seed), 4_000)
    past = tuple(column[:2_000] for column in columns)

    def fresh() -> TradingEngine:
        return TradingEngine(
            origin=ORIGIN,
            market=OptimizedTechnicalAnalyzer(AnalyzerConfig(wake_on=Flag.TIMER)),
            ledger=Ledger(UNITS, CASH),
            units=UNITS,
            risk=FixedFraction(Decimal("0.1"), UNITS),
            signals=Signals(signal, {"stop_atr": 2.0} if signal == "ema-cross" else {}),
        )

    def rest(engine: TradingEngine) -> list[object]:
        actions: list[object] = []
        index, flags = 2_000, -1
        while flags:
            index, flags, more = engine.advance_bars(columns, index)
            actions += more
        return actions

    warmed, paused = fresh(), fresh()
    warmed.warm_up(past)
    stamp = {"origin": ORIGIN, "seq": 0, "event_ns": START, "receive_ns": START}
    paused.on_event(FeedState(**stamp, feed="owner", fresh=False))  # type: ignore[arg-type]
    index, flags = 0, -1
    while flags:
        index, flags, actions = paused.advance_bars(past, index)
        assert actions == ()
    stamp["seq"] = paused.seq
    paused.on_event(FeedState(**stamp, feed="owner", fresh=True))  # type: ignore[arg-type]
    assert warmed.seq == paused.seq == 2_000
    told = rest(warmed)
    assert told
    assert told == rest(paused)
    assert warmed.notes.funnel.signals == len(told)


def test_a_strategy_sees_the_past_and_acts_on_none_of_it() -> None:
    strategy = Scripted(*[Signal.enter()] * 30)
    engine = engine_of(strategy)
    engine.warm_up(minutes_of(Random(1), 20))
    assert len(strategy.asked) == 20
    assert engine.notes.funnel.signals == 0
    feed = Feed(engine)
    (order,) = feed.trade(21 * MINUTE)
    assert isinstance(order, Submit)
    with pytest.raises(InvalidInputError, match="warm up before the first order"):
        engine.warm_up(minutes_of(Random(1), 20))
