from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from supreme_system_v5.backtest.account import Account, Costs
from supreme_system_v5.backtest.report import (
    BacktestReport,
    Labels,
    make_report,
    to_json,
    to_text,
)
from supreme_system_v5.backtest.runner import WAKE_ON, BacktestRunner
from supreme_system_v5.domain import AnalyzerConfig
from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data import DataKind, Dropped
from supreme_system_v5.reference import OptimizedTechnicalAnalyzer
from supreme_system_v5.strategies import Action, Signal
from tests.fakes.strategy import ScriptedStrategy
from tests.fakes.trades import chunk_of

LABELS = Labels(
    source="some.csv",
    data_kind=DataKind.TRADES,
    implementation="python",
    gated=True,
    symbol="BTC-USDT",
    seed=None,
)
ENTER = Signal(action=Action.ENTER, reason="test", stop=1.0, target=1000.0)
EXIT = Signal(action=Action.EXIT, reason="test")
ROWS = [(0.0, 100.0), (61.0, 100.0), (121.0, 110.0), (241.5, 90.0), (242.0, 80.0)]


def report(
    rows: list[tuple[float, float]] | None = None,
    *,
    labels: Labels = LABELS,
    dropped: Dropped | None = None,
) -> BacktestReport:
    """Return the report of a run that buys at 100, sells at 110, buys at 90, ends at 80."""
    runner = BacktestRunner(
        analyzer=OptimizedTechnicalAnalyzer(AnalyzerConfig(wake_on=WAKE_ON)),
        strategy=ScriptedStrategy({1: ENTER, 2: EXIT, 3: ENTER}),
        account=Account(
            initial_cash=Decimal(1000),
            costs=Costs(fee_bps=Decimal(10), slippage_bps=Decimal(2)),
        ),
        fraction=Decimal("0.1"),
    )
    runner.feed(chunk_of(ROWS if rows is None else rows, dropped))
    return make_report(runner.finish(), labels, elapsed_ns=2_000_000_000, peak_rss_mb=20.04)


def test_the_numbers_follow_from_each_other() -> None:
    told = report()
    assert told.gross_pnl - told.fees - told.slippage == told.net_pnl
    assert told.initial_cash + told.net_pnl == told.final_equity
    assert (told.trades, told.wins, told.losses, told.win_rate) == (2, 1, 1, 0.5)
    assert told.buy_and_hold == -0.2
    assert told.exposure == pytest.approx(60.5 / 242)
    assert told.net_return == float(told.net_pnl / 1000)
    assert (told.start, told.end) == ("2025-01-01T00:00:00.000Z", "2025-01-01T00:04:02.000Z")
    assert (told.ticks, told.ticks_per_second, told.bars_1m) == (5, 2.5, 4)
    assert (told.gaps.count, told.gaps.longest_seconds) == (2, 120.5)
    assert told.peak_rss_mb == 20.0


def test_the_json_has_every_promised_field() -> None:
    told = json.loads(to_json(report()))
    assert {
        "source", "data_kind", "implementation", "gated", "symbol", "start", "end", "bars_1m",
        "trades", "wins", "losses", "win_rate", "net_pnl", "gross_pnl", "fees", "slippage",
        "initial_cash", "final_equity", "net_return", "max_drawdown", "profit_factor",
        "exposure", "buy_and_hold", "ticks", "ticks_per_second", "peak_rss_mb", "gate",
        "bad_rows", "late", "backward", "duplicates", "gaps", "restarts", "seed", "notes",
    } <= set(told)  # fmt: skip
    assert set(told["gate"]) == {"seen", "processed", "skipped", "skip_ratio", "by_reason"}
    assert sum(told["gate"]["by_reason"].values()) == told["gate"]["processed"]
    assert set(told["gaps"]) == {"count", "longest_seconds"}


def test_money_in_json_is_a_number_with_all_its_digits() -> None:
    text = to_json(replace(report(), net_pnl=Decimal("-0.00000001"), fees=Decimal("12345678.9")))
    assert '"net_pnl":-0.00000001,' in text
    assert '"fees":12345678.90000000,' in text
    exact = json.loads(to_json(report()), parse_float=Decimal)
    assert exact["gross_pnl"] - exact["fees"] - exact["slippage"] == exact["net_pnl"]


def test_what_has_no_meaning_is_null() -> None:
    told = json.loads(to_json(report([(0.0, 100.0)])))
    assert (told["win_rate"], told["profit_factor"], told["exposure"]) == (None, None, None)
    assert (told["trades"], told["buy_and_hold"], told["seed"]) == (0, 0.0, None)
    text = to_text(report([(0.0, 100.0)]))
    for line in ("none: no trades", "none: no losses", "none: no time passed"):
        assert line in text


def test_the_first_lines_say_what_it_is() -> None:
    first, second, *_ = to_text(report()).splitlines()
    assert first == "Recorded trades: some.csv"
    assert second == "PAPER ONLY: no order was sent to any exchange"
    bars = to_text(report(labels=replace(LABELS, data_kind=DataKind.BARS)))
    assert bars.startswith("Recorded 1-minute bars: some.csv\n")
    assert "walked open, low, high, close" in bars
    invented = to_text(report(labels=replace(LABELS, data_kind=DataKind.SYNTHETIC, seed=42)))
    assert invented.splitlines()[0] == (
        "SYNTHETIC MARKET, seed 42: invented prices, no evidence about any strategy"
    )


def test_sections_are_aligned() -> None:
    text = to_text(report())
    assert "\n  gaps over 60 s        2, the longest 120.5 s\n" in text
    assert "\n  initial cash              1,000.00000000\n" in text
    assert "\n  fees                         -0.40024685\n" in text


def test_notes_tell_what_a_reader_must_know() -> None:
    assert report().notes[0].startswith("Too few 1-minute bars (4): the indicators never matured")
    dropped = Dropped(bad_rows=7, messages=tuple("abcde"))
    notes = report(dropped=dropped).notes
    assert "A position was open at the end of the data and was closed at the last price." in notes
    assert notes[-6:] == (*(f"Bad row: {m}." for m in "abcde"), "2 more bad rows.")
    month = 31 * 86_400.0
    far = report([(0.0, 100.0), (61.0, 100.0), (month, 100.0), (month + 1, 100.0)])
    assert any("restarted 1 time" in note for note in far.notes)
    assert not any("late rows besides" in note for note in far.notes)
    wrong = report([(0.0, 100.0), (month, 100.0), (month, 100.0), (61.0, 100.0), (62.0, 100.0)])
    assert any("2 late rows besides" in note for note in wrong.notes)
    tiny = report([(0.0, 100.0), (61.0, 9e7)])
    assert any("1 entry was given up" in note for note in tiny.notes)


def test_a_file_name_that_is_no_text_can_be_told() -> None:
    told = report(labels=replace(LABELS, source="\udcff.csv"))
    assert json.loads(to_json(told))["source"] == "\\udcff.csv"
    assert to_text(told).encode().startswith(b"Recorded trades: ")


def test_without_trades_there_is_no_report() -> None:
    with pytest.raises(DataError, match=r"some\.csv: not one trade to run over \(3 bad rows"):
        report([], dropped=Dropped(bad_rows=3))
