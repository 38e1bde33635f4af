from __future__ import annotations

from array import array
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from supreme_system_v5.backtest.decision_log import DecisionLog
from supreme_system_v5.backtest.runner import BacktestRunner
from supreme_system_v5.domain import VENUES, Flatten
from supreme_system_v5.market_data import BarChunk
from supreme_system_v5.strategies import MarketView, Signal
from tests.fakes.judges import Judge
from tests.fakes.trades import HOUR_NS, SECOND_NS, chunk_of, cut
from tests.support.chain import transfer
from tests.support.engine_runs import NATIVE, ORIGIN, runner_of

# A venue without costs or latency, so that results can be computed in the head.
FREE = (
    VENUES["okx-perp"]
    .in_units(None)
    ._replace(taker=0, spread=0, slippage=0, stop_slippage=0, funding=0, latency_ns=0)
)


def scripted(*answers: Signal | None) -> type:
    """Return a strategy that gives one answer for each closed minute."""

    class Scripted:
        def __init__(self) -> None:
            self._answers = list(answers)

        def decide(self, view: MarketView) -> Signal | None:
            assert view.m1.closed
            return self._answers.pop(0) if self._answers else None

    return Scripted


def run(
    rows: Sequence[tuple[float, float]], *answers: Signal | None, **options: object
) -> BacktestRunner:
    runner = runner_of(NATIVE, scripted(*answers), units=FREE, **options)  # type: ignore[arg-type] # passed on
    runner.feed(chunk_of(rows))
    runner.finish()
    return runner


def bars_of(rows: Sequence[tuple[float, float, float, float]]) -> BarChunk:
    opens, highs, lows, closes = (array("d", column) for column in zip(*rows, strict=True))
    return BarChunk(
        opens=opens,
        highs=highs,
        lows=lows,
        closes=closes,
        volumes=array("d", [5.0] * len(rows)),
        timestamps_ns=array("q", [HOUR_NS + turn * 60 * SECOND_NS for turn in range(len(rows))]),
    )


def test_a_decision_at_a_bar_never_fills_at_the_trade_that_closed_it() -> None:
    # Half of 10 000 buys 50 at 100; the trade at 61 s closes the bar, the one at 62 s fills.
    rows = [(0, 100.0), (61, 100.0), (62, 110.0), (121, 130.0), (122, 120.0), (123, 1.0)]
    runner = run(rows, Signal.enter("in"), Signal.exit("out"))
    (trade,) = runner.trips.newest
    assert (int(trade.entry_price), int(trade.exit_price)) == (110, 120)
    assert (trade.entry_reason, trade.exit_reason) == ("in", "out")
    assert trade.net == trade.gross == trade.quantity * 10
    assert runner.engine.ledger.cash == 10_000 * 10**8 + trade.net * 10**8
    assert not runner.closed_at_end


def test_latency_lets_trades_pass() -> None:
    late = FREE._replace(latency_ns=10 * SECOND_NS)
    runner = runner_of(NATIVE, scripted(Signal.enter()), units=late)
    runner.feed(chunk_of([(0, 100.0), (61, 100.0), (70, 200.0), (71, 300.0), (71.5, 104.0)]))
    runner.finish()
    assert runner.trips.newest[0].entry_price == Decimal(104)


@pytest.mark.parametrize(
    ("prices", "reason", "price"),
    [
        ((100.0, 97.0, 96.0), "STOP", 96),
        ((100.0, 104.0, 105.0), "TARGET", 105),
        ((100.0, 101.0, 99.0), "END_OF_DATA", 99),
    ],
)
def test_a_position_ends_at_its_stop_its_target_or_the_end(
    prices: Sequence[float], reason: str, price: int
) -> None:
    rows = [(0, 100.0), (61, 100.0), *((62 + turn, price) for turn, price in enumerate(prices))]
    runner = run(rows, Signal.enter(stop=98.0, target=103.0))
    (trade,) = runner.trips.newest
    assert (trade.exit_reason, int(trade.exit_price)) == (reason, price)
    assert runner.closed_at_end == (reason == "END_OF_DATA")


def test_bars_fill_at_the_open_and_are_walked_against_us() -> None:
    bars = bars_of(
        [
            (100.0, 100.0, 100.0, 100.0),
            (101.0, 120.0, 95.0, 110.0),  # low first: the stop at 96 is hit before the target
        ]
    )
    runner = runner_of(NATIVE, scripted(Signal.enter(stop=96.0, target=119.0)), units=FREE)
    runner.feed(bars)
    runner.finish()
    (trade,) = runner.trips.newest
    assert (int(trade.entry_price), int(trade.exit_price)) == (101, 96)
    assert trade.exit_reason == "STOP"
    # A quarter of the bar's range of 25, but not beyond its low.
    assert trade.slippage == trade.quantity * 1


def test_an_entry_under_way_at_the_end_is_told() -> None:
    runner = run([(0, 100.0), (61, 100.0)], Signal.enter())
    assert runner.unfilled_at_end
    assert not runner.trips.newest


def test_months_apart_begin_the_market_anew_and_keep_the_position() -> None:
    month = 40 * 24 * 3600
    rows = [(0, 100.0), (61, 100.0), (62, 101.0), (month, 150.0), (month + 1, 160.0)]
    runner = run(rows, Signal.enter())
    assert runner.totals.restarts == 1
    (trade,) = runner.trips.newest
    assert (int(trade.entry_price), int(trade.exit_price)) == (101, 160)
    assert runner.totals.bars_1m == 1
    assert runner.totals.gate["seen"] == 5


def test_what_the_market_showed_is_counted() -> None:
    runner = run([(0, 100.0), (61, 101.0), (59, 1.0), (62, 102.0)])
    totals = runner.totals
    assert (totals.ticks, totals.late, totals.bars_1m, totals.first_price) == (4, 1, 1, 100.0)
    assert runner.last_price == Decimal(102)
    counters = totals.gate_counters()
    assert counters.seen == counters.processed + counters.skipped == 3
    assert sum(counters.by_reason.values()) == counters.processed


def test_results_do_not_depend_on_the_cut() -> None:
    rows = [(turn * 7.0, 100.0 + turn % 9) for turn in range(400)]
    answers = [Signal.enter(stop=90.0), None, Signal.exit()] * 15
    digests = set()
    for lengths in ([400], [1], [3, 1, 50]):
        log = DecisionLog()
        runner = runner_of(NATIVE, scripted(*answers), units=FREE, log=log)
        for chunk in cut(chunk_of(rows), lengths):
            runner.feed(chunk)
        runner.finish()
        assert log.entries > 40
        digests.add(log.digest(runner.engine.ledger))
    assert len(digests) == 1


def test_nothing_at_all_leaves_nothing() -> None:
    runner = runner_of(NATIVE, scripted())
    runner.finish()
    assert runner.last_price is None
    assert runner.totals.first_price is None


def test_history_is_learnt_from_and_not_counted_and_what_is_told_is_carried_out() -> None:
    runner = runner_of(NATIVE, scripted(*[Signal.enter()] * 30), units=FREE)
    minutes = array("q", range(HOUR_NS - 1_200 * SECOND_NS, HOUR_NS, 60 * SECOND_NS))
    column, volumes = array("d", [100.0] * 20), array("d", [1.0] * 20)
    runner.warm_up(
        BarChunk(
            opens=column, highs=column, lows=column, closes=column, volumes=volumes,
            timestamps_ns=minutes,
        )
    )  # fmt: skip
    assert runner.market.read("closed") == 20
    rows = [(second, 100.0) for second in range(0, 150, 10)]
    runner.feed(chunk_of(rows))
    assert runner.engine.ledger.whole > 0
    stamp: dict[str, Any] = {"origin": ORIGIN, "seq": 99, "event_ns": HOUR_NS}
    runner.tell(Flatten(**stamp, receive_ns=HOUR_NS))
    runner.feed(chunk_of([(160, 100.0), (170, 100.0)]))
    assert runner.engine.ledger.whole == 0
    runner.finish()
    assert runner.totals.bars_1m == 2


def test_items_are_told_in_order_and_none_before_the_market_is_later() -> None:
    """What decisions see of them: tests/parity/test_items.py."""
    told = [
        transfer(str(at), coins=1.0, at_ns=HOUR_NS + round(at * SECOND_NS))
        for at in (-9, 30, 60, 61, 170, 180, 999)
    ]
    whales = Judge()
    runner = runner_of(NATIVE, scripted(), units=FREE, whales=whales, items=told)
    heard: list[str] = []
    for rows in ([(0, 100.0), (59, 100.0)], [(61, 100.0), (125, 100.0)], [(181, 100.0)]):
        runner.feed(chunk_of(rows))
        before, heard = heard, [getattr(item, "transaction", "") for item in whales.heard]
        assert heard[: len(before)] == before
        known_ns = HOUR_NS + round(rows[-1][0] * SECOND_NS)
        assert all(item.receive_ns < known_ns for item in whales.heard)
    assert heard == ["-9", "30", "60", "61"]  # the others wait until somebody asks
    runner.finish()
    assert (runner.items_told, runner.items_after) == ({"whales": 6}, {"whales": 1})
