from __future__ import annotations

import gzip
import io
from dataclasses import replace
from pathlib import Path

import pytest

from supreme_system_v5.app import BarsOptions, run_bars
from supreme_system_v5.domain import Timeframe
from supreme_system_v5.errors import DataError
from tests.support.runs import HOUR_MS, bars_file, trades_file, world

IMPLEMENTATIONS = ("python", "rust")
each = pytest.mark.parametrize("by", IMPLEMENTATIONS)


def bars(*files: Path, by: str = "rust", timeframe: str = "1m", partial: bool = False) -> list[str]:
    out = io.StringIO()
    options = BarsOptions(files=files, timeframe=Timeframe(timeframe), partial=partial)
    summary = run_bars(options, world(IMPLEMENTATION=by), out)
    header, *lines = out.getvalue().splitlines()
    assert header == "timestamp_ms,open,high,low,close,volume"
    assert summary.bars == len(lines)
    return lines


@each
def test_only_whole_bars_are_written(by: str, tmp_path: Path) -> None:
    rows = [(30, "100"), (60, "101.25"), (61, "99"), (240, "102")]
    path = trades_file(tmp_path / "a.csv", rows)
    whole = [
        f"{HOUR_MS + 60_000},101.25,101.25,99.0,99.0,1.0",
        f"{HOUR_MS + 120_000},99.0,99.0,99.0,99.0,0.0",
        f"{HOUR_MS + 180_000},99.0,99.0,99.0,99.0,0.0",
    ]
    assert bars(path, by=by) == whole
    assert bars(path, by=by, partial=True) == [
        f"{HOUR_MS},100.0,100.0,100.0,100.0,0.5",
        *whole,
        f"{HOUR_MS + 240_000},102.0,102.0,102.0,102.0,0.5",
    ]


@each
def test_longer_bars(by: str, tmp_path: Path) -> None:
    path = trades_file(tmp_path / "a.csv", [(0, "1"), (299, "3"), (300, "2"), (600, "4")])
    assert bars(path, by=by, timeframe="5m") == [
        f"{HOUR_MS},1.0,3.0,1.0,3.0,1.0",
        f"{HOUR_MS + 300_000},2.0,2.0,2.0,2.0,0.5",
    ]
    assert bars(path, by=by, timeframe="1h") == []
    assert bars(path, by=by, timeframe="1h", partial=True) == [f"{HOUR_MS},1.0,4.0,1.0,4.0,2.0"]


@each
def test_a_jump_in_time_starts_anew(by: str, tmp_path: Path) -> None:
    month = 31 * 86_400
    rows = [(0, "1"), (60, "2"), (59, "9"), (month, "3"), (month + 60, "4")]
    path = trades_file(tmp_path / "a.csv", rows)
    options = BarsOptions(files=(path,), partial=True)
    summary = run_bars(options, world(IMPLEMENTATION=by), io.StringIO())
    assert (summary.bars, summary.restarts, summary.late) == (4, 1, 1)
    assert bars(path, by=by)[0].startswith(f"{HOUR_MS},1.0")


def test_bars_are_not_built_from_bars(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="bars already"):
        bars(bars_file(tmp_path / "bars.csv", [1.0]))


def test_skipped_rows_are_counted_and_told(tmp_path: Path) -> None:
    path = trades_file(tmp_path / "a.csv", [(0, "1"), (1, "nan"), (60, "2")])
    options = BarsOptions(files=(path,), skip_bad_rows=True)
    summary = run_bars(options, world(), io.StringIO())
    assert (summary.bars, summary.bad_rows) == (1, 1)
    assert "line 3" in summary.messages[0]
    with pytest.raises(DataError, match="line 3"):
        run_bars(replace(options, skip_bad_rows=False), world(), io.StringIO())


@pytest.mark.parametrize("symbol", ["BTCUSDT", "ETHUSDT"])
def test_recorded_trades_build_the_bars_of_the_exchange(symbol: str, data_dir: Path) -> None:
    trades = data_dir / "trades" / f"binance_spot_{symbol}_20240808.csv.gz"
    recorded = data_dir / "bars" / f"binance_spot_{symbol}_1m_20240726-20240808.csv.gz"
    with gzip.open(recorded, "rt", encoding="utf-8") as lines:
        expected = lines.read().splitlines()[-5:]
    for by in IMPLEMENTATIONS:
        assert bars(trades, by=by) == expected
