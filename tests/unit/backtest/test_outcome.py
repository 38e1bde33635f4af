from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from supreme_system_v5.backtest.outcome import outcome
from supreme_system_v5.backtest.results import Labels, RunResult
from supreme_system_v5.domain import VENUES, Flag
from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data import DataKind, Dropped
from supreme_system_v5.strategies import MarketView, Signal
from tests.fakes.trades import HOUR_NS, SECOND_NS, chunk_of
from tests.support.engine_runs import NATIVE, REFERENCE, Rooms, runner_of

LABELS = Labels(
    source="trades.csv", data_kind=DataKind.TRADES, implementation="rust", gated=True,
    symbol="BTC-USDT", seed=None, strategy="scripted",
)  # fmt: skip
each = pytest.mark.parametrize("rooms", [NATIVE, REFERENCE], ids=["native", "reference"])
Rows = Sequence[tuple[float, float]]


class Scripted:
    """Gives signals at closed minutes, by their number."""

    wakes = Flag.BAR_1M

    def __init__(self, **script: Signal) -> None:
        self._script = {int(name[1:]): signal for name, signal in script.items()}

    def decide(self, view: MarketView) -> Signal | None:
        return self._script.get(view.m1.closed)


def ran(
    rows: Rows,
    rooms: Rooms = NATIVE,
    *,
    venue: str = "okx-perp",
    dropped: Dropped | None = None,
    **script: Signal,
) -> RunResult:
    runner = runner_of(rooms, lambda: Scripted(**script), venue=venue)
    runner.feed(chunk_of(rows, dropped))
    runner.finish()
    return outcome(runner, LABELS, VENUES[venue], VENUES[venue].in_units(None))


UP_AND_BACK: Rows = [(0, 100.0), (60.5, 100.0), (61, 100.0), (90, 90.0), (120.5, 110.0),
                     (121, 110.0), (200, 105.0)]  # fmt: skip
ENTER, EXIT = Signal.enter("up"), Signal.exit("enough")


@each
def test_a_trade_computed_by_hand(rooms: Rooms) -> None:
    """Bought at the first trade after the first minute, sold after the second."""
    run = ran(UP_AND_BACK, rooms, m1=ENTER, m2=EXIT)
    # half of 10 000 with 5 bps of fee, half of 0.1 bps of spread, 1 bp of slippage, in 0.0001
    quantity = Decimal("49.9697")
    bought, sold = quantity * 100, quantity * 110
    assert run.initial_cash == 10_000
    assert (run.gross, run.turnover) == (sold - bought, bought + sold)
    per_bp = (bought + sold) / 10_000
    assert run.costs.fees == 5 * per_bp
    assert run.costs.spread == pytest.approx(per_bp / 20, abs=Decimal("2e-8"))
    assert run.costs.slippage == per_bp
    assert run.costs.funding == 0
    paid = run.costs.fees + run.costs.spread + run.costs.slippage
    assert run.final_equity == 10_000 + run.gross - paid
    [trade] = run.trades
    assert trade.quantity == quantity
    assert [trade.entry_price, trade.exit_price] == [100, 110]
    assert trade.net == run.net == run.tally.net
    assert (trade.entry_ns, trade.exit_ns) == (HOUR_NS + 61 * SECOND_NS, HOUR_NS + 121 * SECOND_NS)
    assert run.in_market_ns == 60 * SECOND_NS
    assert (run.start_ns, run.end_ns) == (HOUR_NS, HOUR_NS + 200 * SECOND_NS)
    assert [run.first_price, run.last_price] == [100, 105]
    assert run.daily == ((run.end_ns, run.final_equity),)
    assert (run.labels, run.charged.name) == (LABELS, "okx-perp")
    assert run.charged.taker_bps == 5
    # at the end of the second minute the price was 90
    fallen = quantity * 10 + (5 + Decimal("0.05") + 1) * bought / 10_000
    assert run.drawdown.quote == pytest.approx(fallen, abs=Decimal("2e-8"))
    assert run.drawdown.fraction == pytest.approx(float(fallen / 10_000), rel=1e-12)
    assert [candle.close for candle in run.candles] == [100.0, 90.0, 110.0]
    assert [candle.open_ns for candle in run.candles] == [
        HOUR_NS + minute * 60 * SECOND_NS for minute in range(3)
    ]
    assert run.candles[1].equity == pytest.approx(float(10_000 - fallen), rel=1e-12)
    assert (run.funnel.ticks, run.funnel.bars, run.bars_1m) == (7, 3, 3)
    assert (run.funnel.signals, run.funnel.refusals) == (2, {})
    assert (run.gate.seen, run.gate.processed + run.gate.skipped) == (7, 7)


def test_without_trades_the_money_stays() -> None:
    run = ran(UP_AND_BACK)
    assert run.final_equity == run.initial_cash == 10_000
    assert run.gross == run.turnover == 0
    assert (run.trades, run.tally.trades) == ((), 0)
    assert run.drawdown.quote == 0
    assert len(run.notes) == 1
    assert run.notes[0].startswith("Too few 1-minute bars (3)")


def test_what_was_open_at_the_end_is_closed_and_told() -> None:
    run = ran(UP_AND_BACK, m1=ENTER)
    assert "A position was open at the end" in run.notes[-1]
    [trade] = run.trades
    assert trade.exit_price == 105
    assert trade.exit_reason == "END_OF_DATA"
    assert run.net == trade.net


def test_an_entry_that_never_filled_is_told() -> None:
    run = ran([(0, 100.0), (60.5, 100.0)], m1=ENTER)
    assert (
        run.notes[-1] == "An order to enter was under way at the end of the data and never filled."
    )
    assert run.turnover == 0
    assert run.trades == ()


def test_dust_counts_at_the_last_price_and_is_told() -> None:
    """On spot the fee is taken in base; what is below a lot cannot be sold."""
    run = ran(UP_AND_BACK, venue="binance-spot", m1=ENTER, m2=EXIT)
    left = (
        run.notes[-1]
        .removeprefix("Dust of ")
        .removesuffix(" base is left; it counts at the last price.")
    )
    assert 0 < Decimal(left) < Decimal("0.00001")
    costs = run.costs
    paid = costs.fees + costs.spread + costs.slippage + costs.funding
    assert run.gross - paid == run.final_equity - run.initial_cash
    # bought at 100 and worth 105 at the end, which no trade counts
    assert run.net - run.tally.net == pytest.approx(Decimal(left) * 5, abs=Decimal("2e-8"))


def test_restarts_and_late_rows_are_told() -> None:
    month = 31 * 86_400
    rows = [(0, 1.0), (61, 2.0), (30, 3.0), (month, 4.0), (month + 61, 5.0)]
    run = ran(rows)
    assert (run.quality.restarts, run.quality.late, run.bars_1m) == (1, 1, 2)
    assert any(note.startswith("The market was begun anew 1 time,") for note in run.notes)
    assert any(note.startswith("1 late rows changed nothing") for note in run.notes)


def test_what_was_dropped_is_counted_and_the_first_ones_told() -> None:
    dropped = Dropped(bad_rows=7, duplicates=3, backward=2, messages=("line 9: no number",))
    run = ran(UP_AND_BACK, dropped=dropped)
    quality = run.quality
    assert (quality.bad_rows, quality.duplicates, quality.backward) == (7, 3, 2)
    assert run.notes[-2:] == ("Bad row: line 9: no number.", "6 more bad rows.")


def test_gaps_are_silences_of_more_than_a_minute() -> None:
    run = ran([(0, 1.0), (60, 1.0), (121, 1.0), (300, 1.0)])
    assert (run.quality.gaps, run.quality.longest_gap_ns) == (2, 179 * SECOND_NS)


def test_an_error_of_the_strategy_is_kept() -> None:
    class Failing:
        def decide(self, view: MarketView) -> Signal | None:
            raise RuntimeError(f"at {view.m1.closed}")

    runner = runner_of(NATIVE, Failing)
    runner.feed(chunk_of(UP_AND_BACK))
    runner.finish()
    venue = VENUES["okx-perp"]
    run = outcome(runner, LABELS, venue, venue.in_units(None))
    [error] = run.strategy_errors
    assert error.startswith("RuntimeError: at 1 (")


def test_nothing_to_run_over_is_an_error() -> None:
    with pytest.raises(DataError, match=r"trades.csv: not one row to run over \(2 bad rows, 1 dup"):
        ran([], dropped=Dropped(bad_rows=2, duplicates=1))
