"""The oracle of the statistics over days is empyrical; of the rest, sums that fit on one line.

Where empyrical answers NaN or infinity we say None. One difference besides: in equal returns it may
find a deviation, which is only the rounding of its mean, and then a ratio of some 10^16.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

import empyrical  # type: ignore[import-untyped] # it carries no types
import numpy as np
import pandas as pd  # type: ignore[import-untyped] # it carries none either
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.backtest.metrics import (
    DAYS_PER_YEAR,
    Performance,
    break_even_bps,
    buy_and_hold,
    charged_bps,
    cost_scenarios,
    daily_returns,
    expectancy_bps,
    exposure,
    invested,
    months,
    performance,
    relative_change,
    share,
    underwater,
)
from supreme_system_v5.backtest.results import CostTotals
from tests.support.results import DAY_NS, START_NS, idle_run, made_up_run, tally_of, trade

Daily = tuple[tuple[int, Decimal], ...]

YEAR = {"period": "daily", "annualization": DAYS_PER_YEAR}
ORACLES: dict[str, Callable[[pd.Series], float]] = {
    "cagr": lambda r: empyrical.annual_return(r, **YEAR),
    "volatility": lambda r: empyrical.annual_volatility(r, **YEAR),
    "sharpe": lambda r: empyrical.sharpe_ratio(r, **YEAR),
    "sortino": lambda r: empyrical.sortino_ratio(r, **YEAR),
    "calmar": lambda r: empyrical.calmar_ratio(r, **YEAR),
    "omega": lambda r: empyrical.omega_ratio(r, annualization=DAYS_PER_YEAR),
    "max_drawdown": lambda r: -empyrical.max_drawdown(r),
    "best_day": lambda r: r.max(),
    "worst_day": lambda r: r.min(),
}
INITIAL = Decimal(1_000)
random_days = st.lists(st.decimals("0.01", 5_000, places=8), min_size=1, max_size=120)


def daily(equities: Sequence[str | Decimal]) -> Daily:
    return tuple(
        (START_NS + (day + 1) * DAY_NS, Decimal(each)) for day, each in enumerate(equities)
    )


def told(equities: Sequence[str | Decimal]) -> Performance:
    return performance(INITIAL, daily(equities))


def series(days: Daily) -> pd.Series:
    index = pd.to_datetime([end - DAY_NS for end, _ in days])
    return pd.Series(daily_returns(INITIAL, days), index=index)


def assert_as_empyrical(equities: Sequence[str | Decimal]) -> None:
    ours, returns = told(equities), series(daily(equities))
    assert ours.days == len(returns)
    for name, oracle in ORACLES.items():
        with np.errstate(all="ignore"):
            theirs = float(oracle(returns))
        value = getattr(ours, name)
        if math.isfinite(theirs):
            assert value == pytest.approx(theirs, rel=1e-6, abs=1e-9), name
        else:
            assert value is None, name


@given(random_days)
def test_any_days_are_measured_as_empyrical_does(equities: list[Decimal]) -> None:
    if np.ptp(series(daily(equities))) > 1e-9 or len(equities) == 1:  # else see the differences
        assert_as_empyrical(equities)


@pytest.mark.parametrize(
    "equities",
    [
        ["1001"],
        ["999"],
        ["1000"],
        ["1000", "1000", "1000"],
        ["990", "985", "970", "969"],
        ["1010", "1025", "1030"],
        ["1000", "1001", "1002", "30", "31"],
        ["1000", "1000", "500"],
        ["1100", "0"],
        ["400", "800", "1600"],
    ],
    ids=" ".join,
)
def test_special_days_are_measured_as_empyrical_does(equities: list[str]) -> None:
    assert_as_empyrical(equities)


def test_a_year_of_a_known_rate() -> None:
    """Twice as much after 365 days is a growth of 100 %; after 730 of sqrt(2) - 1."""
    year = ["1000"] * 364 + ["2000"]
    assert told(year).cagr == pytest.approx(1.0)
    assert told(["1000"] * 365 + year).cagr == pytest.approx(math.sqrt(2) - 1)


def test_ratios_of_three_days_by_hand() -> None:
    """Returns 10 %, -10 %, 0: mean 0, sample variance 0.01; losses squared 0.01 / 3."""
    three = told(["1100", "990", "990"])
    assert three.sharpe == pytest.approx(0.0)
    assert three.sortino == pytest.approx(0.0)
    assert three.volatility == pytest.approx(0.1 * math.sqrt(365))
    assert three.omega == pytest.approx(1.0)
    assert three.max_drawdown == pytest.approx(0.1)
    assert three.calmar == pytest.approx((0.99 ** (365 / 3) - 1) / 0.1)
    assert three.best_day == pytest.approx(0.1)
    assert three.worst_day == pytest.approx(-0.1)


def test_without_days_nothing_is_told() -> None:
    nothing = told([])
    assert nothing.days == 0
    assert {getattr(nothing, name) for name in ORACLES} == {None}


def test_one_day_has_no_deviation() -> None:
    one = told(["900"])
    assert (one.volatility, one.sharpe, one.sortino, one.omega) == (None, None, None, None)
    assert (one.max_drawdown, one.worst_day) == (0.1, -0.1)


def test_a_flat_run_has_no_ratios() -> None:
    flat = told(["1000", "1000"])
    assert (flat.volatility, flat.cagr, flat.max_drawdown) == (0.0, 0.0, 0.0)
    assert (flat.sharpe, flat.sortino, flat.calmar, flat.omega) == (None, None, None, None)
    assert math.copysign(1, flat.max_drawdown or 0.0) == 1  # not -0.0, which would be printed


def test_difference_equal_returns_have_no_deviation() -> None:
    equities = ["1100", "1210", "1331"]
    equal = told(equities)
    assert (equal.volatility, equal.sharpe) == (0.0, None)
    assert empyrical.sharpe_ratio(series(daily(equities)), **YEAR) > 1e15


def test_difference_growth_beyond_a_double_is_not_told() -> None:
    assert told(["100000"]).cagr is None
    with np.errstate(all="ignore"):
        assert empyrical.annual_return(series(daily(["100000"])), **YEAR) == math.inf


def test_after_ruin_there_are_no_returns() -> None:
    assert daily_returns(INITIAL, daily(["500", "0", "100"])) == (-0.5, -1.0)
    broke = told(["500", "-500", "100"])
    assert (broke.days, broke.cagr, broke.calmar) == (2, None, None)
    assert (broke.max_drawdown, broke.worst_day) == (1.5, -2.0)


def test_months_are_compounded() -> None:
    """May of 31 days ends at 1 100, June at 1 045, and two days of July bring 1 045 → 2 090."""
    equities = ["1000"] * 30 + ["1100"] + ["900"] * 29 + ["1045"] + ["1000", "2090"]
    told_months = [(m.year, m.month, m.change) for m in months(INITIAL, daily(equities))]
    assert told_months == [(2024, 5, 0.1), (2024, 6, -0.05), (2024, 7, 1.0)]


@given(random_days)
def test_months_are_those_of_empyrical(equities: list[Decimal]) -> None:
    days = daily(equities)
    theirs = empyrical.aggregate_returns(series(days), "monthly")
    ours = months(INITIAL, days)
    assert [(m.year, m.month) for m in ours] == list(theirs.index)
    assert [m.change for m in ours] == pytest.approx(list(theirs), rel=1e-6, abs=1e-9)


def test_an_end_inside_a_day_belongs_to_that_day() -> None:
    last_of_may = START_NS + 31 * DAY_NS
    for end_ns in (last_of_may - DAY_NS // 2, last_of_may - 1, last_of_may):
        assert [m.month for m in months(INITIAL, ((end_ns, Decimal(1)),))] == [5]
    assert [m.month for m in months(INITIAL, ((last_of_may + 1, Decimal(1)),))] == [6]


def test_months_without_days_are_none_at_all() -> None:
    assert months(INITIAL, ()) == ()


def test_underwater_is_the_way_down_from_the_peak() -> None:
    assert underwater(100.0, [90.0, 200.0, 150.0]) == pytest.approx((-0.1, 0.0, -0.25))
    assert underwater(100.0, []) == ()


@pytest.mark.parametrize(("first", "last", "change"), [("50", "75", 0.5), ("80", "60", -0.25)])
def test_change_is_relative_to_the_first(first: str, last: str, change: float) -> None:
    assert relative_change(Decimal(first), Decimal(last)) == change


def test_only_a_gain_has_shares() -> None:
    assert share(Decimal(1), Decimal(4)) == 0.25
    assert share(Decimal(1), Decimal(0)) is None
    assert share(Decimal(1), Decimal(-4)) is None


def test_exposure_is_a_part_of_the_time() -> None:
    assert exposure(replace(idle_run(), in_market_ns=DAY_NS // 4)) == 0.25
    assert exposure(replace(idle_run(), end_ns=START_NS)) is None


def test_invested_is_time_in_market_times_size() -> None:
    """Half of 10 000 for half a day is a quarter; a short of as much takes that off again."""
    half = trade(value="5000", held_ns=DAY_NS // 2)
    run = replace(idle_run(), tally=tally_of([half]))
    assert invested(run) == 0.25
    back = trade(value="5000", held_ns=DAY_NS // 4, side="short")
    assert invested(replace(run, tally=tally_of([half, back]))) == 0.125
    assert invested(idle_run()) == 0.0


def test_invested_is_measured_by_the_mean_equity() -> None:
    (candle,) = idle_run().candles
    run = replace(
        idle_run(),
        tally=tally_of([trade(value="6000", held_ns=DAY_NS)]),
        candles=(candle, replace(candle, equity=14_000.0)),
    )
    assert invested(run) == 0.5
    assert invested(replace(run, candles=())) == 0.6  # by the initial cash, then


def test_without_time_or_money_nothing_is_invested() -> None:
    (candle,) = idle_run().candles
    assert invested(replace(idle_run(), end_ns=START_NS)) is None
    assert invested(replace(idle_run(), candles=(replace(candle, equity=0.0),))) is None


def test_holding_gains_what_the_price_did() -> None:
    assert buy_and_hold(idle_run()) == 0.1


def test_trades_are_looked_at_again_at_other_costs() -> None:
    """A gross of 50 on fills worth 20 000 with 3 of funding: 2 a basis point, even at 23.5."""
    costs = CostTotals(fees=Decimal(20), spread=Decimal(1), slippage=Decimal(3), funding=Decimal(3))
    run = replace(idle_run(), gross=Decimal(50), turnover=Decimal(20_000), costs=costs)
    assert [str(s.bps) for s in cost_scenarios(run)] == ["0", "2", "5", "10"]
    assert [int(s.net) for s in cost_scenarios(run)] == [47, 43, 37, 27]
    assert break_even_bps(run) == 23.5
    assert charged_bps(run) == 12.0
    run = replace(run, tally=tally_of([trade("-8"), trade("6")]))
    assert expectancy_bps(run) == -1.0


def test_scenarios_at_what_was_charged_give_what_was_earned() -> None:
    run = made_up_run()
    charged = charged_bps(run)
    assert charged is not None
    net = run.gross - run.turnover * Decimal(charged) / 10_000 - run.costs.funding
    assert float(net) == pytest.approx(float(run.net), abs=1e-6)


def test_scenarios_are_rounded_to_the_last_digit_of_money() -> None:
    run = replace(idle_run(), turnover=Decimal("0.00012345"))
    assert cost_scenarios(run)[1].net == Decimal("-0.00000002")


def test_without_turnover_costs_have_no_size() -> None:
    run = idle_run()
    assert {s.net for s in cost_scenarios(run)} == {0}
    assert (break_even_bps(run), charged_bps(run), expectancy_bps(run)) == (None, None, None)


def test_a_run_that_lost_before_costs_breaks_even_below_zero() -> None:
    run = replace(idle_run(), gross=Decimal(-5), turnover=Decimal(1_000))
    assert break_even_bps(run) == -50.0
