from __future__ import annotations

from pathlib import Path

import pytest

from supreme_system_v5.app.measured import is_calibrated, pattern_confidences
from supreme_system_v5.errors import SettingsError


def written(folder: Path, text: str) -> str:
    path = folder / "measured.json"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_nothing_is_measured_without_a_file() -> None:
    assert pattern_confidences(None) == {}
    assert not is_calibrated(None)


def test_only_what_was_earned_counts(tmp_path: Path) -> None:
    text = '{"patterns": [{"name": "CDLDOJI", "confidence": 0.0, "times": 9},'
    text += ' {"name": "CDLHAMMER", "confidence": 0.2}]}'
    assert pattern_confidences(written(tmp_path, text)) == {"CDLHAMMER": 0.2}


@pytest.mark.parametrize(("trades", "ece", "holds"), [(200, 0.05, True), (10_000, 0.0, True)])
def test_a_calibrated_confidence_is_believed(
    trades: int, ece: float, *, holds: bool, tmp_path: Path
) -> None:
    text = f'{{"calibration": {{"trades": {trades}, "ece": {ece}}}}}'
    assert is_calibrated(written(tmp_path, text)) is holds


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"calibration": {"trades": 199, "ece": 0.01}}', "off by 0.010 over 199 trades"),
        ('{"calibration": {"trades": 900, "ece": 0.06}}', "off by 0.060 over 900 trades"),
        ('{"calibration": null}', "off by 1.000 over 0 trades"),
        ("{}", "cannot be read"),
        ("", "cannot be read"),
    ],
)
def test_what_shows_the_contrary_is_refused(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=told):
        is_calibrated(written(tmp_path, text))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"PATTERN_EVIDENCE=.*none\.json: cannot be read"):
        pattern_confidences(str(tmp_path / "none.json"))
