from __future__ import annotations

import math
import statistics
from decimal import Context, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.backtest.results import TradeTally
from tests.support.results import DAY_NS, START_NS, idle_run, made_up_run, tally_of, trade

nets = st.decimals(-10_000, 10_000, places=8)


def tally(*results: str) -> TradeTally:
    return tally_of([trade(net) for net in results])


def test_trades_are_counted_by_what_they_brought() -> None:
    """Gains 3 + 1.5, losses 0.5 + 1: 4.5 / 1.5 is 3, and 3 over 5 trades is 0.6."""
    counted = tally("3", "-0.5", "0", "1.5", "-1")
    assert (counted.trades, counted.wins, counted.losses) == (5, 2, 2)
    assert counted.win_rate == 0.4
    assert counted.profit_factor == 3.0
    assert (counted.net, counted.expectancy) == (Decimal(3), Decimal("0.6"))
    assert (counted.best, counted.worst) == (Decimal(3), Decimal(-1))


def test_without_trades_nothing_is_told() -> None:
    empty = TradeTally()
    assert (empty.trades, empty.net) == (0, Decimal(0))
    for missing in (
        empty.win_rate,
        empty.profit_factor,
        empty.expectancy,
        empty.sqn,
        empty.average_held_ns,
        empty.best,
        empty.worst,
    ):
        assert missing is None


def test_without_losses_there_is_no_profit_factor() -> None:
    assert tally("1", "0").profit_factor is None
    assert tally("-1").profit_factor == 0.0


def test_streaks_end_with_any_other_trade() -> None:
    counted = tally("1", "1", "0", "1", "-1", "-1", "-1", "1")
    assert (counted.winning_streak, counted.losing_streak) == (2, 3)


def test_holding_time_is_a_mean() -> None:
    counted = tally_of([trade(held_ns=10), trade(held_ns=15)])
    assert (counted.held_ns, counted.average_held_ns) == (25, 12)


def test_net_results_are_kept_by_day_relative_to_the_value_at_the_entry() -> None:
    """1 of 100 is 100 bps, -3 of 300 another 100 less; the third ends on the next day."""
    late = trade("2", side="short", value="400", held_ns=DAY_NS)
    tally = tally_of([trade("1"), trade("-3", value="300"), late])
    day = START_NS // DAY_NS
    assert tally.days.by_day() == {day: (2, 0.0), day + 1: (1, pytest.approx(50))}


def test_a_short_position_counts_below_zero() -> None:
    counted = tally_of([trade(held_ns=10), trade(side="short", held_ns=4, value="50")])
    assert counted.signed_value_ns == 100 * 10 - 50 * 4


@given(st.lists(nets, min_size=2, max_size=50))
def test_the_quality_number_is_the_t_statistic_of_the_mean(results: list[Decimal]) -> None:
    sqn = tally_of([trade(str(net)) for net in results]).sqn
    if len(set(results)) == 1:
        assert sqn is None
        return
    deviation = statistics.stdev(results)
    expected = math.sqrt(len(results)) * float(statistics.mean(results) / deviation)
    assert sqn == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_equal_trades_or_one_trade_have_no_quality_number() -> None:
    assert tally("0.1").sqn is None
    assert tally("0.1", "0.1", "0.1").sqn is None


@given(st.lists(nets, max_size=50))
def test_sums_are_exact_whatever_the_caller_computes_with(results: list[Decimal]) -> None:
    with localcontext(Context(prec=3)):
        counted = tally_of([trade(str(net)) for net in results])
    steps = [int(net.scaleb(8)) for net in results]
    assert int(counted.net.scaleb(8)) == sum(steps)
    assert int(counted.squares.scaleb(16)) == sum(step * step for step in steps)


def test_the_money_of_a_run_adds_up() -> None:
    for run in (idle_run(), made_up_run()):
        costs = run.costs
        paid = costs.fees + costs.spread + costs.slippage + costs.funding
        assert run.gross - paid == run.net == run.final_equity - run.initial_cash == run.tally.net
