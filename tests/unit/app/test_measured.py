from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from supreme_system_v5.app import (
    BacktestOptions,
    CostsOptions,
    EvidenceOptions,
    run_backtest,
    run_costs,
    run_evidence,
)
from supreme_system_v5.app.measured import is_calibrated, pattern_confidences
from supreme_system_v5.errors import SettingsError
from supreme_system_v5.evidence.report import to_json
from tests.support.runs import bars_file, world


def written(folder: Path, text: str) -> str:
    path = folder / "measured.json"
    path.write_text(text, encoding="utf-8")
    return str(path)


def evidence(
    trades: int = 500,
    ece: float = 0.01,
    *,
    symbol: str = "BTC-USDT",
    strategy: str = "scalping",
    out_of_sample: bool = True,
) -> str:
    """Return what is read of a report; by default one that is believed."""
    return json.dumps(
        {
            "labels": {"symbol": symbol, "strategy": strategy, "seed": 42},
            "out_of_sample": out_of_sample,
            "calibration": {"trades": trades, "ece": ece},
        }
    )


def calibrated(
    path: str | None, symbol: str = "BTC-USDT", strategy: str | None = "scalping"
) -> bool:
    return is_calibrated(path, symbol, strategy)


def test_nothing_is_measured_without_a_file() -> None:
    assert pattern_confidences(None) == {}
    assert not calibrated(None)


def test_only_what_was_earned_counts(tmp_path: Path) -> None:
    text = '{"patterns": [{"name": "CDLDOJI", "confidence": 0.0, "times": 9},'
    text += ' {"name": "CDLHAMMER", "confidence": 0.2}]}'
    assert pattern_confidences(written(tmp_path, text)) == {"CDLHAMMER": 0.2}


@pytest.mark.parametrize(("trades", "ece", "holds"), [(200, 0.05, True), (10_000, 0.0, True)])
def test_a_calibrated_confidence_is_believed(
    trades: int, ece: float, *, holds: bool, tmp_path: Path
) -> None:
    assert calibrated(written(tmp_path, evidence(trades, ece))) is holds


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (evidence(199, 0.01), "off by 0.010 over 199 trades, allowed is at most 0.05 over 200"),
        (evidence(900, 0.06), "off by 0.060 over 900 trades"),
        (
            evidence().replace(json.dumps({"trades": 500, "ece": 0.01}), "null"),
            "off by 1.000 over 0 trades",
        ),
        ("{}", "cannot be read"),
        ("", "cannot be read"),
        ('{"calibration": {"trades": 200, "ece": 0.0}}', "cannot be read"),
        (evidence(200, -3.0), "ece is -3, allowed is from 0 to 1; make it anew"),
        (evidence(200, -1e-9), "ece is -1e-09, allowed is from 0 to 1"),
        (evidence(200, 1.5), r"ece is 1\.5, allowed is from 0 to 1"),
        (evidence(-1, 0.0), "trades is -1, allowed is 0 or more; make it anew"),
        (
            evidence(symbol="ETH-USDT"),
            "about 'ETH-USDT', allowed is 'BTC-USDT' .SINGLE_SYMBOL.; make it anew for BTC-USDT",
        ),
        (
            evidence(strategy="trend"),
            "the strategy 'trend', allowed is the one that runs, 'scalping'; make it anew",
        ),
        (
            evidence(strategy="scalping (shorts=True)"),
            r"the strategy 'scalping \(shorts=True\)', allowed is the one that runs, 'scalping'",
        ),
        (evidence(out_of_sample=False), "out_of_sample is false, allowed is true.*; take more"),
    ],
)
def test_what_shows_the_contrary_is_refused(text: str, told: str, tmp_path: Path) -> None:
    path = written(tmp_path, text)
    with pytest.raises(SettingsError, match=told) as caught:
        calibrated(path)
    assert str(caught.value).startswith(f"CONFIDENCE_EVIDENCE={path}: ")


def test_where_no_strategy_runs_any_will_do_of_the_same_market(tmp_path: Path) -> None:
    path = written(tmp_path, evidence(strategy="trend"))
    assert calibrated(path, strategy=None)
    with pytest.raises(SettingsError, match="allowed is 'ETH-USDT'"):
        calibrated(path, "ETH-USDT", None)


class TestAsUsed:
    """By what the verbs ask for."""

    def test_the_costs_ask_for_the_market_alone(self, tmp_path: Path) -> None:
        path = written(tmp_path, evidence(strategy="trend"))
        run_costs(CostsOptions(), world(CONFIDENCE_EVIDENCE=path))
        with pytest.raises(SettingsError, match="allowed is 'ETH-USDT'"):
            run_costs(CostsOptions(), world(CONFIDENCE_EVIDENCE=path, SINGLE_SYMBOL="ETH-USDT"))

    def test_a_backtest_asks_for_its_strategy_and_parameters(self, tmp_path: Path) -> None:
        here = world(CONFIDENCE_EVIDENCE=written(tmp_path, evidence(strategy="trend (exit=5)")))
        bars = bars_file(tmp_path / "bars.csv", [100.0, 101.0])
        options: dict[str, Any] = {"files": (bars,), "strategy": "trend"}
        run_backtest(BacktestOptions(**options, parameters={"exit": 5}), here)
        with pytest.raises(SettingsError, match=r"'trend \(exit=5\)'.* runs, 'trend';"):
            run_backtest(BacktestOptions(**options), here)
        run_backtest(BacktestOptions(**options, risk="fixed"), here)

    def test_neighbours_count_as_the_strategy_that_they_are_neighbours_of(
        self, tmp_path: Path
    ) -> None:
        here = world(CONFIDENCE_EVIDENCE=written(tmp_path, evidence(strategy="trend")))
        bars = bars_file(tmp_path / "bars.csv", [100.0, 101.0])
        options = EvidenceOptions(files=(bars,), strategy="trend", risk="dynamic", draws=2)
        assert len(run_evidence(options, here).variants) > 1

    def test_what_evidence_prints_can_be_read(self, tmp_path: Path) -> None:
        bars = bars_file(tmp_path / "bars.csv", [100.0, 101.0])
        report = run_evidence(EvidenceOptions(files=(bars,), fixed=True, draws=2), world())
        with pytest.raises(SettingsError, match="out_of_sample is false|over 0 trades"):
            calibrated(written(tmp_path, to_json(report)))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"PATTERN_EVIDENCE=.*none\.json: cannot be read"):
        pattern_confidences(str(tmp_path / "none.json"))
