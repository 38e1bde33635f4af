from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from supreme_system_v5.backtest.report import make_report
from supreme_system_v5.backtest.report_text import headline, percent, sections, to_text
from supreme_system_v5.backtest.results import RunResult
from supreme_system_v5.domain import NS_PER_SECOND
from supreme_system_v5.market_data import DataKind
from supreme_system_v5.risk import MEANINGS
from tests.support.results import START_NS, idle_run, made_up_run, tally_of, trade


def text(run: RunResult) -> str:
    return to_text(make_report(run, elapsed_ns=2_000_000_000, peak_rss_mb=20.04))


def of_kind(kind: DataKind) -> str:
    run = idle_run()
    return text(replace(run, labels=replace(run.labels, data_kind=kind, seed=42)))


def test_the_first_lines_say_what_it_is() -> None:
    first, second, *_ = text(made_up_run()).splitlines()
    assert first == "Recorded trades: trades_2024-05.csv.gz, trades_2024-06.csv.gz"
    assert second == "PAPER ONLY: no order was sent to any exchange"
    assert of_kind(DataKind.BARS).startswith("Recorded 1-minute bars: trades_2024")
    assert of_kind(DataKind.SYNTHETIC).splitlines()[0] == (
        "SYNTHETIC MARKET, seed 42: invented prices, no evidence about any strategy"
    )


def test_sections_are_in_order_and_none_is_empty() -> None:
    told = make_report(made_up_run(), elapsed_ns=1, peak_rss_mb=1.0)
    assert list(sections(told)) == [
        "Why not trading",
        "Data",
        "Result",
        "Money (quote currency)",
        "Costs (quote currency)",
        "Risk",
        "Decision funnel",
        "Event gate",
        "Machine",
    ]
    assert all(sections(told).values())
    assert headline(told) == text(made_up_run()).splitlines()[0]


def test_a_run_over_bars_speaks_of_no_ticks() -> None:
    told = of_kind(DataKind.BARS)
    assert "tick" not in told
    assert "Event gate" not in told
    assert re.search(r"Decision funnel\n  no trades, because .*\n  bars .*\n  signals ", told)
    assert re.search(r"\n  speed +[\d,]+ bars/s, reading included\n", told)


def test_the_verdict_says_where_to_ask_for_more() -> None:
    told = sections(make_report(idle_run(), elapsed_ns=1, peak_rss_mb=1))["Result"]
    assert told[0] == ("verdict", "UNPROVEN (0 trades; supreme evidence says more)")


def test_the_money_that_is_printed_adds_up() -> None:
    section = text(made_up_run()).split("Money (quote currency)\n")[1].split("\n\n")[0]
    amounts = {
        name.strip(): Decimal(amount.replace(",", ""))
        for name, amount in re.findall(r"^  (.{23}) +(-?[\d,.]+)", section, re.MULTILINE)
    }
    costs = ("fees", "spread", "slippage", "funding")
    assert amounts["gross PnL"] + sum(amounts[name] for name in costs) == amounts["net PnL"]
    assert amounts["initial cash"] + amounts["net PnL"] == amounts["final equity"]


def test_values_are_aligned_and_names_never_touch_them() -> None:
    run = made_up_run()
    told = text(
        replace(run, funnel=replace(run.funnel, refusals={"a reason of many, many words": 3}))
    )
    assert "\n  gaps over 60 s          5, the longest 181.5 s\n" in told
    assert "\n  initial cash               10,000.00000000\n" in told
    assert "\n    a reason of many, many words 3\n" in told


def test_costs_are_told_at_other_prices_beside_what_was_charged() -> None:
    run = replace(
        idle_run(),
        gross=Decimal(50),
        turnover=Decimal(20_000),
        costs=replace(idle_run().costs, fees=Decimal(20)),
    )
    told = text(run)
    assert "taker 10, maker 8, spread 0.5, slippage 1, at stops 5, funding 1 bps\n" in told
    for line in (
        "latency                 150 ms",
        "net at 0 bps per side          50.00000000",
        "net at 2 bps per side          46.00000000",
        "net at 5 bps per side          40.00000000",
        "net at 10 bps per side         30.00000000",
        "net as charged                  0.00000000 (10.00 bps per side)",
        "break-even              25.00 bps per side",
    ):
        assert f"\n  {line}\n" in told
    assert "fees                          -20.00000000  40.00 % of gross\n" in told


def test_what_has_no_meaning_says_why() -> None:
    told = text(replace(idle_run(), end_ns=START_NS))
    for words in (
        "none: no trades",
        "none: no losses",
        "none: no time passed",
        "none: no turnover",
        "none: it takes two days",
        "none: it takes two different days",
        "none: it takes two different trades",
        "none: no drawdown",
    ):
        assert words in told
    assert "none: no days" in text(replace(idle_run(), daily=()))
    two_flat = ((START_NS, Decimal(10_000)), (START_NS + 1, Decimal(10_000)))
    assert "none: no losing day" in text(replace(idle_run(), daily=two_flat))


def test_the_funnel_begins_with_why_nothing_was_traded() -> None:
    funnel = text(idle_run()).split("Decision funnel\n")[1]
    assert funnel.startswith(
        "  no trades, because      1 signals, 0 approved, 0 filled; most often"
    )
    funnel = text(made_up_run()).split("Decision funnel\n")[1]
    assert funnel.startswith(
        "  ticks                   4,120,000\n  significant             311,204"
    )


def test_refusals_are_told_most_frequent_first() -> None:
    run = idle_run()
    told = text(replace(run, funnel=replace(run.funnel, refusals={"few": 1, "many": 9, "some": 3})))
    assert re.findall(r"^    (many|some|few) ", told, re.MULTILINE) == ["many", "some", "few"]
    assert "\n  refused                 13\n" in told
    assert "\n  refused " not in text(replace(run, funnel=replace(run.funnel, refusals={})))


def why_not(**refusals: int) -> list[str]:
    run = idle_run()
    funnel = replace(run.funnel, signals=40, approved=1, refusals=refusals)
    told = text(replace(run, funnel=funnel))
    section = told.partition("Why not trading\n")[2].partition("\n\n")[0]
    return section.splitlines()


class TestWhyNotTrading:
    def test_it_comes_first(self) -> None:
        assert text(idle_run()).split("\n\n")[1].startswith("Why not trading\n  too small for")

    def test_the_most_frequent_reasons_with_their_share_and_their_meaning(self) -> None:
        assert why_not(COST=10, HOMESICK=4, WARM_UP=20, CONFIDENCE=3, DRAWDOWN=1) == [
            f"  WARM_UP                 20 (50.00 % of signals): {MEANINGS['WARM_UP']}",
            f"  COST                    10 (25.00 % of signals): {MEANINGS['COST']}",
            "  HOMESICK                4 (10.00 % of signals)",
        ]

    def test_of_equals_the_first_that_came(self) -> None:
        assert [line.split()[0] for line in why_not(B=1, A=1, C=2)] == ["C", "B", "A"]

    def test_without_refusals_there_is_nothing_to_say(self) -> None:
        assert why_not() == []
        run = idle_run()
        told = text(replace(run, funnel=replace(run.funnel, refusals={})))
        assert "Why not trading" not in told

    def test_who_bets_on_nothing_is_told_how_to_study_the_signal(self) -> None:
        assert "  to study the signal     --risk fixed bets on every one\n" in text(idle_run())

    def test_a_meaning_fits_on_the_line(self) -> None:
        for reason in MEANINGS:
            (line,) = why_not(**{reason: 1_234})
            assert len(line) <= 140


def test_errors_and_notes_are_told_where_there_are_any() -> None:
    run = made_up_run()
    assert "Strategy errors" not in text(run)
    told = text(replace(run, strategy_errors=("ValueError: a", "KeyError: b")))
    assert "\n\nStrategy errors\n  - ValueError: a\n  - KeyError: b\n\nNotes\n  - A pos" in told
    assert "Notes" not in text(replace(run, notes=()))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1.25, "1.2 s"),
        (61, "1 min 1 s"),
        (3_660, "1 h 1 min"),
        (2 * 86_400 + 7_200, "2 d 2 h"),
    ],
)
def test_durations_have_their_largest_units(seconds: float, words: str) -> None:
    held = trade(held_ns=int(seconds * NS_PER_SECOND))
    told = text(replace(idle_run(), tally=tally_of([held])))
    assert f"\n  mean holding time       {words}\n" in told


def test_a_file_name_that_is_no_text_can_be_told() -> None:
    run = idle_run()
    told = text(replace(run, labels=replace(run.labels, source="\udcff.csv")))
    assert told.encode().startswith(b"Recorded trades: \\udcff.csv\n")


def test_percents_have_two_digits() -> None:
    assert percent(-0.12345) == "-12.35 %"
    assert percent(None, "none: why") == "none: why"
