from __future__ import annotations

import json
from dataclasses import fields, replace
from decimal import Decimal
from types import MappingProxyType

import pytest

from supreme_system_v5.backtest import metrics
from supreme_system_v5.backtest.report import (
    BacktestReport,
    iso,
    make_report,
    printable,
    to_json,
)
from supreme_system_v5.backtest.results import RunResult
from supreme_system_v5.domain import NS_PER_SECOND
from supreme_system_v5.market_data import DataKind
from tests.support.results import START_NS, idle_run, made_up_run, tally_of, trade


def report(run: RunResult) -> BacktestReport:
    return make_report(run, elapsed_ns=2_000_000_000, peak_rss_mb=20.04)


def with_funnel(**changed: object) -> RunResult:
    run = idle_run()
    return replace(run, funnel=replace(run.funnel, **changed))  # type: ignore[arg-type] # by name


def test_the_numbers_follow_from_each_other() -> None:
    told = report(made_up_run())
    paid = told.fees + told.spread + told.slippage + told.funding
    assert told.gross_pnl - paid == told.net_pnl
    assert told.initial_cash + told.net_pnl == told.final_equity
    assert told.net_return == float(told.net_pnl / told.initial_cash)
    assert told.wins + told.losses <= told.trades
    assert told.cost_shares.fees == float(told.fees / told.gross_pnl)
    assert told.invested is not None
    assert told.buy_and_hold_equal_exposure == told.invested * told.buy_and_hold


def test_it_tells_what_the_metrics_say() -> None:
    run = made_up_run()
    told = report(run)
    assert told.daily == metrics.performance(run.initial_cash, run.daily)
    assert told.months == metrics.months(run.initial_cash, run.daily)
    assert told.net_at == metrics.cost_scenarios(run)
    assert told.break_even_bps == metrics.break_even_bps(run)
    assert told.exposure == metrics.exposure(run)
    assert (told.sqn, told.expectancy) == (run.tally.sqn, run.tally.expectancy)


def test_it_tells_what_the_run_was() -> None:
    told = report(made_up_run(days=1))
    assert (told.source, told.data_kind) == (
        "trades_2024-05.csv.gz, trades_2024-06.csv.gz",
        "trades",
    )
    assert (told.start, told.end) == ("2024-05-01T00:00:00.000Z", "2024-05-02T00:00:00.000Z")
    assert (told.ticks, told.ticks_per_second) == (4_120_000, 2_060_000.0)
    assert (told.gaps.count, told.gaps.longest_seconds) == (5, 181.5)
    assert told.peak_rss_mb == 20.0


def test_the_json_has_every_field() -> None:
    told = json.loads(to_json(report(made_up_run())))
    assert list(told) == [field.name for field in fields(BacktestReport)]
    assert set(told["gate"]) == {"seen", "processed", "skipped", "skip_ratio", "by_reason"}
    assert set(told["cost_shares"]) == {"fees", "spread", "slippage", "funding"}
    assert told["net_at"][1].keys() == {"bps", "net"}
    assert told["months"][0].keys() == {"year", "month", "change"}
    assert told["funnel"]["refusals"]["three losses in a row"] == 34
    assert "\n" not in to_json(report(made_up_run()))


def test_money_in_json_is_a_number_with_all_its_digits() -> None:
    odd = replace(report(idle_run()), net_pnl=Decimal("-0.00000001"), fees=Decimal("12345678.9"))
    assert '"net_pnl":-0.00000001,' in to_json(odd)
    assert '"fees":12345678.90000000,' in to_json(odd)
    exact = json.loads(to_json(report(made_up_run())), parse_float=Decimal)
    paid = sum(exact[name] for name in ("fees", "spread", "slippage", "funding"))
    assert exact["gross_pnl"] - paid == exact["net_pnl"]


def test_what_has_no_meaning_is_null() -> None:
    told = json.loads(to_json(report(replace(idle_run(), end_ns=START_NS))))
    for name in (
        "win_rate",
        "profit_factor",
        "expectancy",
        "expectancy_bps",
        "sqn",
        "best_trade",
        "mean_holding_seconds",
        "exposure",
        "invested",
        "buy_and_hold_equal_exposure",
        "charged_bps",
        "break_even_bps",
        "seed",
    ):
        assert told[name] is None, name
    assert set(told["cost_shares"].values()) == {None}
    assert told["daily"]["sharpe"] is None


def test_any_mapping_can_be_told() -> None:
    run = with_funnel(refusals=MappingProxyType({"no money": 3}))
    assert json.loads(to_json(report(run)))["funnel"]["refusals"] == {"no money": 3}


@pytest.mark.parametrize(
    ("run", "why"),
    [
        (
            with_funnel(bars=0, signals=0, refusals={}),
            "no bar closed, so the strategy was never asked",
        ),
        (
            with_funnel(signals=0, refusals={}),
            "the strategy was asked at 1,440 bars and gave no signal",
        ),
        (
            replace(
                with_funnel(signals=0, refusals={}), strategy_errors=("ValueError: no such bar",)
            ),
            "the strategy failed; its errors are listed",
        ),
        (
            with_funnel(signals=9, approved=2, refusals={"late": 3, "too small": 4}),
            "9 signals, 2 approved, 0 filled; most often: too small (4)",
        ),
        (
            with_funnel(signals=2, approved=2, refusals={}),
            "2 signals, 2 approved, 0 filled",
        ),
    ],
)
def test_it_says_why_nothing_was_traded(run: RunResult, why: str) -> None:
    assert report(run).no_trades_because == why


def test_the_verdict_of_one_run_is_none_or_unproven() -> None:
    """Ten days that each lose 1 or 2 % are no edge; ten that gain as much are no proof."""
    day_ns = 86_400 * NS_PER_SECOND
    for sign, verdict in ((-1, "NONE"), (1, "UNPROVEN")):
        trades = [trade(str(sign * (1 + n % 2)), held_ns=n * day_ns) for n in range(10)]
        run = replace(idle_run(), tally=tally_of(trades))
        assert make_report(run, elapsed_ns=1, peak_rss_mb=1).verdict == verdict
    assert make_report(idle_run(), elapsed_ns=1, peak_rss_mb=1).verdict == "UNPROVEN"


def test_where_something_was_traded_there_is_nothing_to_say() -> None:
    assert report(made_up_run()).no_trades_because is None


def test_notes_tell_what_the_data_allow() -> None:
    run = replace(made_up_run(), notes=("from the run",))
    assert report(run).notes == ("from the run",)
    synthetic = replace(run, labels=replace(run.labels, data_kind=DataKind.SYNTHETIC, seed=1))
    assert "market was invented" in report(synthetic).notes[0]
    bars = replace(run, labels=replace(run.labels, data_kind=DataKind.BARS))
    assert "against the position" in report(bars).notes[0]
    assert report(idle_run()).notes[0].startswith("1 day of returns: too few")
    assert report(made_up_run(days=29)).notes[0].startswith("29 days of returns: too few")


def test_a_file_name_that_is_no_text_can_be_told() -> None:
    run = idle_run()
    run = replace(run, labels=replace(run.labels, source="\udcff.csv"))
    assert json.loads(to_json(report(run)))["source"] == "\\udcff.csv"
    assert printable("\udcff.csv") == "\\udcff.csv"


def test_times_are_rounded_down_to_the_millisecond() -> None:
    assert iso(START_NS + 1_999_999) == "2024-05-01T00:00:00.001Z"
