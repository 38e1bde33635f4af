from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from supreme_system_v5.app import (
    BacktestOptions,
    BarsOptions,
    World,
    run_backtest,
    run_bars,
)
from supreme_system_v5.backtest import BacktestReport
from supreme_system_v5.domain import Timeframe
from supreme_system_v5.errors import DataError, SettingsError
from tests.fakes.clock import ManualClock

HOUR_MS = 1_735_689_600_000


def world(**environment: str) -> World:
    return World(environment=environment, dotenv_path=None, clock=ManualClock())


PYTHON = world(IMPLEMENTATION="python")


def trades_file(path: Path, rows: Sequence[tuple[float, str]]) -> Path:
    """Write trades of size 0.5 from (seconds after the hour, price)."""
    lines = [f"{HOUR_MS + round(at * 1000)},{price},0.5,buy\n" for at, price in rows]
    path.write_text("timestamp_ms,price,size,side\n" + "".join(lines), encoding="utf-8")
    return path


def backtest(*files: Path, where: World = PYTHON, skip: bool = False) -> BacktestReport:
    return run_backtest(BacktestOptions(files=files, skip_bad_rows=skip), where)


def bars(*files: Path, timeframe: str = "1m", partial: bool = False) -> list[str]:
    out = io.StringIO()
    options = BarsOptions(files=files, timeframe=Timeframe(timeframe), partial=partial)
    summary = run_bars(options, PYTHON, out)
    header, *lines = out.getvalue().splitlines()
    assert header == "timestamp_ms,open,high,low,close,volume"
    assert summary.bars == len(lines)
    return lines


@pytest.fixture
def two_files(tmp_path: Path) -> tuple[Path, Path]:
    later = trades_file(tmp_path / "a.csv", [(120, "102.5"), (121, "103")])
    earlier = trades_file(tmp_path / "b.csv", [(0, "100"), (1, "99.5"), (60, "101")])
    return later, earlier


class TestBacktest:
    def test_files_run_in_order_of_time(self, two_files: tuple[Path, Path]) -> None:
        report = backtest(*two_files)
        assert report.source == f"{two_files[1]}, {two_files[0]}"
        assert (report.data_kind, report.seed) == ("trades", None)
        assert (report.ticks, report.bars_1m, report.late) == (5, 2, 0)
        assert report.buy_and_hold == 0.03

    def test_settings_reach_every_part(self, two_files: tuple[Path, Path]) -> None:
        where = world(
            OPTIMIZED_MODE="false",
            SINGLE_SYMBOL="ETH-EUR",
            INITIAL_CASH="123.45",
            GATE_MIN_PRICE_CHANGE="0.5",
        )
        report = backtest(*two_files, where=where)
        assert (report.implementation, report.gated) == ("python", False)
        assert (report.symbol, report.initial_cash) == ("ETH-EUR", Decimal("123.45"))
        assert report.gate.by_reason["PRICE"] == 0
        assert report.gate.skipped == 0

    def test_the_grid_of_the_market_is_enforced(self, two_files: tuple[Path, Path]) -> None:
        fitting = world(IMPLEMENTATION="python", PRICE_DECIMALS="1", SIZE_DECIMALS="1")
        assert backtest(*two_files, where=fitting).ticks == 5
        coarse = world(IMPLEMENTATION="python", PRICE_DECIMALS="0", SIZE_DECIMALS="1")
        with pytest.raises(DataError, match=r"b\.csv, line 3: price is '99.5'"):
            backtest(*two_files, where=coarse)
        assert backtest(*two_files, where=coarse, skip=True).bad_rows == 2

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

    def test_a_file_without_trades_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="not one trade"):
            backtest(trades_file(tmp_path / "a.csv", []))

    def test_refused_settings_stop_it(self, two_files: tuple[Path, Path]) -> None:
        with pytest.raises(SettingsError, match="FEE_BPS"):
            backtest(*two_files, where=world(FEE_BPS="lots"))

    def test_without_files_the_market_is_invented(self) -> None:
        report = run_backtest(BacktestOptions(seed=7), world())
        assert (report.data_kind, report.seed) == ("synthetic", 7)
        assert report.source == "synthetic market, seed 7"
        assert report.bars_1m == 3 * 24 * 60 - 1
        assert report.trades > 10
        assert report.gross_pnl - report.fees - report.slippage == report.net_pnl
        assert 0.8 < report.gate.skip_ratio < 0.95
        assert (report.bad_rows, report.late, report.duplicates, report.gaps.count) == (0, 0, 0, 0)


class TestBars:
    def test_only_whole_bars_are_written(self, tmp_path: Path) -> None:
        rows = [(30, "100"), (60, "101.25"), (61, "99"), (240, "102")]
        path = trades_file(tmp_path / "a.csv", rows)
        whole = [
            f"{HOUR_MS + 60_000},101.25,101.25,99.0,99.0,1.0",
            f"{HOUR_MS + 120_000},99.0,99.0,99.0,99.0,0.0",
            f"{HOUR_MS + 180_000},99.0,99.0,99.0,99.0,0.0",
        ]
        assert bars(path) == whole
        assert bars(path, partial=True) == [
            f"{HOUR_MS},100.0,100.0,100.0,100.0,0.5",
            *whole,
            f"{HOUR_MS + 240_000},102.0,102.0,102.0,102.0,0.5",
        ]

    def test_longer_bars(self, tmp_path: Path) -> None:
        path = trades_file(tmp_path / "a.csv", [(0, "1"), (299, "3"), (300, "2"), (600, "4")])
        assert bars(path, timeframe="5m") == [
            f"{HOUR_MS},1.0,3.0,1.0,3.0,1.0",
            f"{HOUR_MS + 300_000},2.0,2.0,2.0,2.0,0.5",
        ]
        assert bars(path, timeframe="1h") == []
        assert bars(path, timeframe="1h", partial=True) == [f"{HOUR_MS},1.0,4.0,1.0,4.0,2.0"]

    def test_a_jump_in_time_starts_anew(self, tmp_path: Path) -> None:
        month = 31 * 86_400
        rows = [(0, "1"), (60, "2"), (59, "9"), (month, "3"), (month + 60, "4")]
        path = trades_file(tmp_path / "a.csv", rows)
        out = io.StringIO()
        summary = run_bars(BarsOptions(files=(path,), partial=True), PYTHON, out)
        assert (summary.bars, summary.restarts, summary.late) == (4, 1, 1)
        assert bars(path)[0].startswith(f"{HOUR_MS},1.0")

    def test_bars_are_not_built_from_bars(self, tmp_path: Path) -> None:
        path = tmp_path / "bars.csv"
        path.write_text("timestamp_ms,open,high,low,close,volume\n0,1,1,1,1,1\n", encoding="utf-8")
        with pytest.raises(DataError, match="bars already"):
            bars(path)

    @pytest.mark.parametrize("symbol", ["BTCUSDT", "ETHUSDT"])
    def test_recorded_trades_build_the_bars_of_the_exchange(
        self, symbol: str, data_dir: Path
    ) -> None:
        import gzip

        built = bars(data_dir / "trades" / f"binance_spot_{symbol}_20240808.csv.gz")
        recorded = data_dir / "bars" / f"binance_spot_{symbol}_1m_20240726-20240808.csv.gz"
        with gzip.open(recorded, "rt", encoding="utf-8") as lines:
            expected = lines.read().splitlines()[-5:]
        assert built == expected


TRADES = [
    # file, ticks, late, duplicates, gaps
    ("binance_usdm_BTCUSDT_20230404-05", 12935, 0, 0, 0),
    ("binance_spot_BTCUSDT_20230405", 3144, 0, 0, 0),
    ("binance_usdm_BTCUSDT_20240808", 21313, 0, 0, 0),
    ("binance_spot_BTCUSDT_20240808", 9757, 0, 0, 0),
    ("binance_coinm_BTCUSD_PERP_20240808", 2286, 0, 0, 0),
    ("binance_usdm_ETHUSDT_20240808", 14076, 0, 0, 0),
    ("binance_spot_ETHUSDT_20240808", 6106, 0, 0, 0),
    ("binance_spot_BTCUSDT_20250215", 1038, 0, 1962, 0),
    ("binance_spot_BTCUSDT_20250928-30_sessions", 16449, 0, 0, 2),
    ("binance_spot_XRPETH_201910", 12477, 0, 0, 1099),
]


@pytest.mark.parametrize(("name", "ticks", "late", "duplicates", "gaps"), TRADES)
@pytest.mark.parametrize("implementation", ["python", "rust"])
def test_every_recorded_trade_file_ends_with_a_report(
    name: str, ticks: int, late: int, duplicates: int, gaps: int, implementation: str,
    data_dir: Path,
) -> None:  # fmt: skip
    path = data_dir / "trades" / f"{name}.csv.gz"
    report = backtest(path, where=world(IMPLEMENTATION=implementation))
    assert (report.ticks, report.late, report.duplicates) == (ticks, late, duplicates)
    assert (report.bad_rows, report.gaps.count, report.restarts) == (0, gaps, 0)
    assert report.gate.seen == ticks - late
    assert report.backward == (2 if name == "binance_spot_BTCUSDT_20250215" else 0)
    assert report.gross_pnl - report.fees - report.slippage == report.net_pnl


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


@pytest.mark.parametrize(("name", "rows", "duplicates", "silent", "gaps"), BARS)
def test_every_recorded_bar_file_ends_with_a_report(
    name: str, rows: int, duplicates: int, silent: int, gaps: int, data_dir: Path
) -> None:
    report = backtest(data_dir / "bars" / f"binance_spot_{name}.csv.gz", where=world())
    assert (report.data_kind, report.ticks) == ("bars", 4 * (rows - duplicates - silent))
    assert (report.duplicates, report.gaps.count) == (duplicates, gaps)
    assert (report.bad_rows, report.late, report.restarts) == (0, 0, 0)
    assert gaps or report.bars_1m == rows - duplicates
    assert report.trades > 100
    assert report.gross_pnl - report.fees - report.slippage == report.net_pnl


def test_five_minute_bars_end_with_a_clear_error(data_dir: Path) -> None:
    path = data_dir / "bars" / "binance_spot_BTCUSDT_5m_20240901-20250702.csv.gz"
    with pytest.raises(DataError, match="300 seconds apart; 1-minute bars"):
        backtest(path, where=world())


def test_no_recorded_file_is_forgotten(data_dir: Path) -> None:
    found = {path.name for kind in ("trades", "bars") for path in (data_dir / kind).iterdir()}
    known = {f"{name}.csv.gz" for name, *_ in TRADES}
    known |= {f"binance_spot_{name}.csv.gz" for name, *_ in BARS}
    assert found == known | {"binance_spot_BTCUSDT_5m_20240901-20250702.csv.gz"}


def test_files_of_different_months_run_one_after_the_other(data_dir: Path) -> None:
    files = sorted((data_dir / "trades").glob("binance_spot_BTCUSDT_*.csv.gz"), reverse=True)
    report = backtest(*files, where=world())
    assert report.restarts == 3
    assert report.ticks == 3144 + 9757 + 1038 + 16449
    assert report.start.startswith("2023-04-04")
    assert report.end.startswith("2025-09-30")


def test_both_implementations_report_the_same(data_dir: Path) -> None:
    path = data_dir / "bars" / "binance_spot_BTCUSDT_1m_20240726-20240808.csv.gz"
    python, rust = (
        replace(
            backtest(path, where=world(IMPLEMENTATION=name)), implementation="", peak_rss_mb=0.0
        )
        for name in ("python", "rust")
    )
    assert python == rust
