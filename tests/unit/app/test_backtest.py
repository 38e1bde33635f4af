from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from supreme_system_v5.app import (
    BacktestOptions,
    CostOptions,
    EvidenceOptions,
    Finished,
    World,
    run_backtest,
    run_evidence,
)
from supreme_system_v5.backtest.report import BacktestReport, iso
from supreme_system_v5.errors import DataError, SettingsError, StrategyError, SupremeError
from supreme_system_v5.market_data import TimeWindow
from tests.fakes.clock import ManualClock
from tests.support.runs import HOUR_MS, bars_file, strategy_file, trades_file, world

PYTHON = world(IMPLEMENTATION="python", RISK_POLICY="fixed")
FORTNIGHT = "binance_spot_BTCUSDT_1m_20240726-20240808.csv.gz"


def finished(*files: Path, where: World = PYTHON, **options: Any) -> Finished:  # noqa: ANN401
    return run_backtest(BacktestOptions(files=files, **options), where)


def backtest(*files: Path, where: World = PYTHON, **options: Any) -> BacktestReport:  # noqa: ANN401
    return finished(*files, where=where, **options).report


def assert_money_adds_up(report: BacktestReport) -> None:
    costs = report.fees + report.spread + report.slippage + report.funding
    assert report.gross_pnl - costs == report.net_pnl
    assert report.initial_cash + report.net_pnl == report.final_equity


@pytest.fixture
def two_files(tmp_path: Path) -> tuple[Path, Path]:
    later = trades_file(tmp_path / "a.csv", [(120, "102.5"), (121, "103")])
    earlier = trades_file(tmp_path / "b.csv", [(0, "100"), (1, "99.5"), (60, "101")])
    return later, earlier


@pytest.fixture
def waves(tmp_path: Path) -> Path:
    """Return 300 minutes that rise and fall by 1 each 20 minutes."""
    closes = [60_000.0 + 10 * abs(minute % 40 - 20) for minute in range(300)]
    return bars_file(tmp_path / "waves.csv", closes, reach=3.0)


class TestData:
    def test_files_run_in_order_of_time(self, two_files: tuple[Path, Path]) -> None:
        report = backtest(*two_files)
        assert report.source == f"{two_files[1]}, {two_files[0]}"
        assert (report.data_kind, report.seed) == ("trades", None)
        assert (report.ticks, report.bars_1m, report.late) == (5, 2, 0)
        assert report.buy_and_hold == 0.03

    def test_the_grid_of_the_market_is_enforced(self, two_files: tuple[Path, Path]) -> None:
        fitting = world(IMPLEMENTATION="python", PRICE_DECIMALS="1", SIZE_DECIMALS="1")
        assert backtest(*two_files, where=fitting).ticks == 5
        coarse = world(IMPLEMENTATION="python", PRICE_DECIMALS="0", SIZE_DECIMALS="1")
        with pytest.raises(DataError, match=r"b\.csv, line 3: price is '99.5'"):
            backtest(*two_files, where=coarse)
        assert backtest(*two_files, where=coarse, skip_bad_rows=True).bad_rows == 2

    def test_a_file_without_rows_is_an_error(self, tmp_path: Path) -> None:
        path = trades_file(tmp_path / "a.csv", [])
        with pytest.raises(DataError, match=r"a\.csv: not one row to run over"):
            backtest(path)

    def test_a_window_without_rows_is_an_error(self, two_files: tuple[Path, Path]) -> None:
        window = TimeWindow(to_ns=HOUR_MS * 10**6)
        with pytest.raises(DataError, match="not one row"):
            backtest(*two_files, window=window)

    def test_a_window_is_as_if_nothing_else_were_there(
        self, two_files: tuple[Path, Path], tmp_path: Path
    ) -> None:
        start_ns = HOUR_MS * 10**6
        window = TimeWindow(from_ns=start_ns + 10**9, to_ns=start_ns + 121 * 10**9)
        only = trades_file(tmp_path / "c.csv", [(1, "99.5"), (60, "101"), (120, "102.5")])
        within, alone = finished(*two_files, window=window), finished(only)
        assert within.digest == alone.digest
        told = replace(
            within.report, source=alone.report.source, peak_rss_mb=alone.report.peak_rss_mb
        )
        assert told == alone.report

    def test_without_files_the_market_is_invented(self) -> None:
        run = finished(where=world(), seed=7, risk="fixed")
        report = run.report
        assert (report.data_kind, report.seed) == ("synthetic", 7)
        assert report.source == "synthetic market, seed 7"
        assert report.bars_1m == 3 * 24 * 60 - 1
        assert report.trades > 10
        assert 0.8 < report.gate.skip_ratio < 0.95
        assert (report.bad_rows, report.late, report.duplicates, report.gaps.count) == (0, 0, 0, 0)
        assert_money_adds_up(report)
        assert finished(where=world(), seed=7, risk="fixed").digest == run.digest
        assert finished(where=world(), seed=8, risk="fixed").digest != run.digest
        assert backtest(where=world()).seed == 42


class TestWorld:
    def test_settings_reach_every_part(self, two_files: tuple[Path, Path]) -> None:
        where = world(
            OPTIMIZED_MODE="false",
            SINGLE_SYMBOL="ETH-EUR",
            INITIAL_CASH="123.45",
            GATE_MIN_PRICE_CHANGE="0.5",
            STRATEGY="trend",
            VENUE="bybit-perp",
            LATENCY_MS="7",
        )
        report = backtest(*two_files, where=where)
        assert (report.implementation, report.gated) == ("python", False)
        assert (report.symbol, report.initial_cash) == ("ETH-EUR", Decimal("123.45"))
        assert (report.strategy, report.charged.name) == ("trend", "bybit-perp, changed")
        assert (report.charged.taker_bps, report.charged.latency_ms) == (
            Decimal("5.5"),
            Decimal(7),
        )
        assert report.gate.by_reason["PRICE"] == 0
        assert report.gate.skipped == 0

    def test_options_win_over_settings(self, two_files: tuple[Path, Path]) -> None:
        where = world(STRATEGY="trend", VENUE="bybit-perp", FEE_BPS="9")
        report = backtest(
            *two_files,
            where=where,
            strategy="ema-cross",
            parameters={"fast": 3, "shorts": True},
            costs=CostOptions(costs="okx-perp", fee_bps=Decimal(1)),
        )
        assert report.strategy == "ema-cross (fast=3, shorts=True)"
        assert (report.charged.name, report.charged.taker_bps) == (
            "okx-perp, changed",
            Decimal(1),
        )

    def test_the_clock_measures_the_speed(self, two_files: tuple[Path, Path]) -> None:
        clock = ManualClock()

        class Slow(ManualClock):
            def monotonic_ns(self) -> int:
                clock.advance_ns(1_000_000_000)
                return clock.monotonic_ns()

        report = backtest(*two_files, where=replace(PYTHON, clock=Slow()))
        assert report.ticks_per_second == 5.0
        assert 1 < report.peak_rss_mb < 4096

    def test_progress_ends_at_one(self, two_files: tuple[Path, Path]) -> None:
        told: list[float] = []
        backtest(*two_files, where=replace(PYTHON, progress=told.append))
        assert told == sorted(told)
        assert told[-1] == 1.0

    @pytest.mark.parametrize("key", ["FEE_BPS", "LATENCY_MS", "VENUE"])
    def test_refused_settings_stop_it(self, key: str, two_files: tuple[Path, Path]) -> None:
        with pytest.raises(SettingsError, match=key):
            backtest(*two_files, where=world(**{key: "lots"}))


class TestStrategy:
    @pytest.mark.parametrize("name", ["scalping", "ema-cross", "trend"])
    def test_both_implementations_of_a_built_in_one_decide_alike(
        self, name: str, waves: Path
    ) -> None:
        rust, python = (
            finished(waves, where=world(IMPLEMENTATION=by), strategy=name, parameters={})
            for by in ("rust", "python")
        )
        assert rust.digest == python.digest
        assert_money_adds_up(rust.report)

    @pytest.mark.parametrize(
        ("parameters", "error"), [({"length": 3}, "length"), ({"fast": "slow"}, "fast")]
    )
    @pytest.mark.parametrize("by", ["rust", "python"])
    def test_a_wrong_parameter_is_refused_by_name(
        self, by: str, parameters: dict[str, Any], error: str, waves: Path
    ) -> None:
        with pytest.raises(SupremeError, match=error):
            backtest(
                waves, where=world(IMPLEMENTATION=by), strategy="ema-cross", parameters=parameters
            )

    @pytest.mark.parametrize("by", ["rust", "python"])
    def test_one_s_own_is_asked_with_its_parameters_and_trades(
        self, by: str, waves: Path, tmp_path: Path
    ) -> None:
        mine = strategy_file(
            tmp_path / "mine.py",
            "if view.position is None:\n"
            "    return Signal.enter('up', stop=view.price - self.risk)\n"
            "return Signal.exit('enough') if view.position.bars_held >= 5 else None",
            "def __init__(self, risk):\n    self.risk = risk\n",
        )
        run = finished(
            waves,
            where=world(IMPLEMENTATION=by),
            risk="fixed",
            strategy=str(mine),
            parameters={"risk": 25.0},
        )
        assert run.report.strategy == f"{mine} (risk=25.0)"
        assert run.report.strategy_errors == ()
        assert {trade.entry_reason for trade in run.result.trades} == {"up"}
        # it is filled at the next open, and asked again at each close: held 5 bars, out at the 6th
        exits = {trade.exit_reason for trade in run.result.trades}
        assert exits == {"enough", "STOP"} | ({"END_OF_DATA"} & exits)
        assert_money_adds_up(run.report)

    def test_one_that_cannot_be_made_stops_it(self, waves: Path) -> None:
        with pytest.raises(StrategyError, match="no such file"):
            backtest(waves, strategy="nowhere.py")


class TestWriting:
    def test_closed_trades_go_to_a_file(self, waves: Path, tmp_path: Path) -> None:
        out = tmp_path / "trades.csv"
        run = finished(waves, strategy="ema-cross", trades_out=out)
        with out.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        assert len(rows) == run.report.trades > 3
        assert sum(Decimal(row["net"]) for row in rows) == run.result.tally.net
        assert [row["entry_ns"] for row in rows] == [iso(t.entry_ns) for t in run.result.trades]

    def test_a_page_when_asked_for(self, waves: Path, tmp_path: Path) -> None:
        out = tmp_path / "page.html"
        backtest(waves, page_out=out)
        assert "waves.csv" in out.read_text(encoding="utf-8")

    def test_a_run_that_fails_leaves_old_files_as_they_were(self, tmp_path: Path) -> None:
        path = trades_file(tmp_path / "a.csv", [(0, "1"), (1, "x")])
        out = tmp_path / "trades.csv"
        out.write_text("old", encoding="utf-8")
        with pytest.raises(DataError):
            backtest(path, trades_out=out, page_out=tmp_path / "page.html")
        assert out.read_text(encoding="utf-8") == "old"
        assert sorted(file.name for file in tmp_path.iterdir()) == ["a.csv", "trades.csv"]


TRADES = [
    # file, ticks, duplicates, gaps
    ("binance_usdm_BTCUSDT_20230404-05", 12935, 0, 0),
    ("binance_spot_BTCUSDT_20230405", 3144, 0, 0),
    ("binance_usdm_BTCUSDT_20240808", 21313, 0, 0),
    ("binance_spot_BTCUSDT_20240808", 9757, 0, 0),
    ("binance_coinm_BTCUSD_PERP_20240808", 2286, 0, 0),
    ("binance_usdm_ETHUSDT_20240808", 14076, 0, 0),
    ("binance_spot_ETHUSDT_20240808", 6106, 0, 0),
    ("binance_spot_BTCUSDT_20250215", 1038, 1962, 0),
    ("binance_spot_BTCUSDT_20250928-30_sessions", 16449, 0, 2),
    ("binance_spot_XRPETH_201910", 12477, 0, 1099),
]
BARS = [
    # file, rows, duplicates, without volume, gaps
    ("BTCUSDT_1m_20191015-20191114", 43201, 143, 3, 3),
    ("BTCUSDT_1m_20210420-20210520", 42915, 0, 0, 1),
    ("BTCUSDT_1m_20230316-20230501", 66087, 0, 72, 1),
    ("BTCUSDT_1m_20240726-20240808", 19305, 0, 0, 0),
    ("BTCUSDT_1m_20241201-20241229", 41761, 0, 0, 0),
    ("BTCUSDT_1m_20250520-20250818", 130708, 0, 0, 0),
    ("ETHUSDT_1m_20210420-20210520", 42915, 0, 0, 1),
    ("ETHUSDT_1m_20230316-20230501", 66087, 0, 72, 1),
    ("ETHUSDT_1m_20240726-20240808", 19304, 0, 0, 0),
    ("ETHUSDT_1m_20250520-20250818", 130708, 0, 0, 0),
]
FIVE_MINUTES = "binance_spot_BTCUSDT_5m_20240901-20250702.csv.gz"


class TestRecorded:
    @pytest.mark.parametrize(("name", "ticks", "duplicates", "gaps"), TRADES)
    @pytest.mark.parametrize("by", ["python", "rust"])
    def test_every_trade_file_ends_with_a_report(
        self, name: str, ticks: int, duplicates: int, gaps: int, by: str, data_dir: Path
    ) -> None:
        path = data_dir / "trades" / f"{name}.csv.gz"
        report = backtest(path, where=world(IMPLEMENTATION=by))
        assert (report.ticks, report.late, report.duplicates) == (ticks, 0, duplicates)
        assert (report.bad_rows, report.gaps.count, report.restarts) == (0, gaps, 0)
        assert report.gate.seen == ticks
        assert report.backward == (2 if name == "binance_spot_BTCUSDT_20250215" else 0)
        assert_money_adds_up(report)

    @pytest.mark.parametrize(("name", "rows", "duplicates", "silent", "gaps"), BARS)
    def test_every_bar_file_ends_with_a_report(
        self, name: str, rows: int, duplicates: int, silent: int, gaps: int, data_dir: Path
    ) -> None:
        path = data_dir / "bars" / f"binance_spot_{name}.csv.gz"
        report = backtest(path, where=world(), risk="fixed")
        assert (report.data_kind, report.ticks) == ("bars", rows - duplicates - silent)
        assert (report.duplicates, report.gaps.count) == (duplicates, gaps)
        assert (report.bad_rows, report.late, report.restarts) == (0, 0, 0)
        assert gaps or report.bars_1m == rows - duplicates
        assert report.trades > 500
        assert_money_adds_up(report)

    @pytest.mark.parametrize("strategy", ["ema-cross", "trend"])
    def test_the_other_signals_trade_on_a_fortnight_too(
        self, strategy: str, data_dir: Path
    ) -> None:
        costs = CostOptions(costs="okx-perp")
        parameters = {"shorts": True}
        run = finished(
            data_dir / "bars" / FORTNIGHT,
            where=world(), strategy=strategy, parameters=parameters, costs=costs, risk="fixed",
        )  # fmt: skip
        assert {trade.side for trade in run.result.trades} == {"long", "short"}
        assert run.report.funding != 0
        assert_money_adds_up(run.report)

    def test_five_minute_bars_end_with_a_clear_error(self, data_dir: Path) -> None:
        with pytest.raises(DataError, match="300 seconds apart; 1-minute bars"):
            backtest(data_dir / "bars" / FIVE_MINUTES, where=world())

    def test_no_file_is_forgotten(self, data_dir: Path) -> None:
        found = {path.name for kind in ("trades", "bars") for path in (data_dir / kind).iterdir()}
        known = {f"{name}.csv.gz" for name, *_ in TRADES}
        known |= {f"binance_spot_{name}.csv.gz" for name, *_ in BARS}
        assert found == known | {FIVE_MINUTES}

    def test_files_of_different_months_run_one_after_the_other(self, data_dir: Path) -> None:
        files = sorted((data_dir / "trades").glob("binance_spot_BTCUSDT_*.csv.gz"), reverse=True)
        report = backtest(*files, where=world())
        assert report.restarts == 3
        assert report.ticks == 3144 + 9757 + 1038 + 16449
        assert report.start.startswith("2023-04-04")
        assert report.end.startswith("2025-09-30")

    @pytest.mark.parametrize("risk", ["dynamic", "fixed"])
    def test_both_implementations_report_the_same(self, risk: str, data_dir: Path) -> None:
        path = data_dir / "bars" / FORTNIGHT
        python, rust = (
            finished(path, where=world(IMPLEMENTATION=name), risk=risk)
            for name in ("python", "rust")
        )
        assert python.digest == rust.digest
        unlike: dict[str, Any] = {"implementation": "", "peak_rss_mb": 0.0}
        assert replace(python.report, **unlike) == replace(rust.report, **unlike)


class TestRegister:
    def test_a_run_over_files_is_counted_once(self, waves: Path, tmp_path: Path) -> None:
        here = world(STATE_DIR=str(tmp_path / "state"))
        tried: list[dict[str, int]] = [{}, {"fast": 3}, {}]
        reports = [
            backtest(waves, where=here, strategy="ema-cross", parameters=parameters)
            for parameters in tried
        ]
        assert not any("register" in note for report in reports for note in report.notes)
        assert self.rows(tmp_path) == {("bars", 300, report.trades) for report in reports}

    def test_evidence_knows_of_it(self, waves: Path, tmp_path: Path) -> None:
        here = world(STATE_DIR=str(tmp_path / "state"))
        fixed: dict[str, Any] = {"where": here, "strategy": "ema-cross", "risk": "fixed"}
        backtest(waves, **fixed, parameters={"fast": 3})
        options = EvidenceOptions(files=(waves,), strategy="ema-cross", fixed=True, draws=2)
        assert run_evidence(options, here).tries.variants == 2
        backtest(waves, **fixed)
        assert run_evidence(options, here).tries.variants == 2
        backtest(waves, where=here, strategy="ema-cross", risk="dynamic")
        assert run_evidence(options, here).tries.variants == 3

    def test_an_invented_market_is_not_counted(self, tmp_path: Path) -> None:
        backtest(where=world(STATE_DIR=str(tmp_path / "state")))
        assert not (tmp_path / "state").exists()

    def test_what_cannot_be_counted_is_told(self, waves: Path) -> None:
        report = backtest(waves)
        assert report.notes[-1].startswith("This run was not put into the register of runs: ")

    @staticmethod
    def rows(folder: Path) -> set[tuple[str, int, int]]:
        with closing(sqlite3.connect(folder / "state" / "runs.sqlite3")) as register:
            rows = register.execute("SELECT kind, row_count, trades FROM runs").fetchall()
        assert len(rows) == 2
        return set(rows)


class TestItems:
    """What a report says of recorded headlines and transfers."""

    @staticmethod
    def files(folder: Path) -> dict[str, Any]:
        news, whales = folder / "news.csv", folder / "whales.csv"
        news.write_text(
            "title,received_at\nBitcoin plunges,2025-01-01T00:01\nBitcoin soars,2034-01-01\n"
        )
        whales.write_text(
            f"amount,asset,timestamp_ms\n150,BTC,{HOUR_MS}\n150,BTC,{HOUR_MS + 1}\n"
            f"150, ,{HOUR_MS + 2}\n"
        )
        return {"news": news, "whales": whales}

    def test_what_was_read_told_and_judged(self, waves: Path, tmp_path: Path) -> None:
        files = self.files(tmp_path)
        plain = finished(waves, strategy="ema-cross", risk="dynamic")
        fed = finished(waves, strategy="ema-cross", risk="dynamic", **files)
        assert fed.digest == plain.digest
        told = set(fed.report.notes) - set(plain.report.notes)
        nobody = "judged by nobody, they changed nothing: set CONFIDENCE_VETOES=news,whales."
        assert told == {
            f"news: 2 items read, 1 told, 1 received after the last row of the data; {nobody}",
            f"whales: 3 items read, 3 told; {nobody}",
            (
                "Recorded items that their judge refused: 1; a number in them is out of range, "
                "or they name no asset."
            ),
        }

    def test_who_asks_for_them_is_told_no_more_than_the_numbers(
        self, waves: Path, tmp_path: Path
    ) -> None:
        files = self.files(tmp_path)
        here = world(IMPLEMENTATION="python", CONFIDENCE_VETOES="news")
        notes = backtest(waves, where=here, strategy="ema-cross", news=files["news"]).notes
        assert ("news: 2 items read, 1 told, 1 received after the last row of the data.") in notes
        notes = backtest(waves, where=here, strategy="ema-cross", **files).notes
        assert any(note.endswith("set CONFIDENCE_VETOES=news,whales.") for note in notes)
        notes = backtest(waves, where=here, strategy="ema-cross", risk="fixed", **files).notes
        assert sum(note.endswith("changed nothing, since risk is fixed.") for note in notes) == 2
