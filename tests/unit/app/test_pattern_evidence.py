from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from supreme_system_v5.app import (
    BacktestOptions,
    PatternOptions,
    run_backtest,
    run_pattern_evidence,
)
from supreme_system_v5.errors import DataError, InvalidInputError
from supreme_system_v5.evidence.pattern_report import patterns_to_json
from tests.support.runs import bars_file, world


@pytest.fixture
def waves(tmp_path: Path) -> Path:
    closes, rng = [60_000.0], Random(1)
    while len(closes) < 900:
        closes.append(round(closes[-1] + rng.choice((-9.0, -2.0, 0.0, 1.0, 3.0, 8.0)), 1))
    return bars_file(tmp_path / "waves.csv", closes, reach=3.0)


def test_all_61_are_measured(waves: Path) -> None:
    report = run_pattern_evidence(PatternOptions(files=(waves,), horizon=3), world())
    assert len(report.patterns) == 61
    assert (report.bars, report.horizon, report.symbol) == (900, 3, "BTC-USDT")
    assert sum(each.times for each in report.patterns) > 500
    assert report.earned == ()  # it is one day: nothing is sure


def test_what_it_prints_is_what_a_run_reads(waves: Path, tmp_path: Path) -> None:
    report = run_pattern_evidence(PatternOptions(files=(waves,)), world())
    path = tmp_path / "patterns.json"
    path.write_text(patterns_to_json(report), encoding="utf-8")
    where = world(
        PATTERN_EVIDENCE=str(path), CONFIDENCE_WEIGHTS="0.5,0.5,0.5", STATE_DIR=str(tmp_path)
    )
    run = run_backtest(BacktestOptions(files=(waves,), strategy="ema-cross"), where)
    assert run.report.bars_1m == 900


def test_recordings_of_a_month_earn_what_they_earn(data_dir: Path) -> None:
    """Measured once: of 61 patterns none is surely right half of the time or more."""
    path = data_dir / "bars" / "binance_spot_BTCUSDT_1m_20241201-20241229.csv.gz"
    report = run_pattern_evidence(PatternOptions(files=(path,)), world())
    assert report.bars == 41_761
    assert report.earned == ()


def test_bad_options_are_refused(waves: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="horizon is 0"):
        run_pattern_evidence(PatternOptions(files=(waves,), horizon=0), world())
    empty = bars_file(tmp_path / "empty.csv", [1.0])
    empty.write_text("timestamp_ms,open,high,low,close,volume\n", encoding="utf-8")
    with pytest.raises(DataError, match="not one row"):
        run_pattern_evidence(PatternOptions(files=(empty,)), world())
