from __future__ import annotations

import json

import pytest

import bench_live
from bench_live import LIMITS, Start, main, measured, missed


def test_medians_of_times_and_the_largest_memory_are_held_to_limits() -> None:
    found = measured([Start(0.5, 1.0, 50.0), Start(0.7, 9.0, 95.0), Start(0.6, 2.0, 60.0)])
    assert list(found.values()) == [0.6, 2.0, 95.0]
    assert missed(found) == ["resident after trading, MB: 95.00, the limit is 90"]
    assert missed(LIMITS) == []


def test_it_starts_a_system_and_reports(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench_live, "LIMITS", dict.fromkeys(LIMITS, 0.0))
    assert main(["--rounds", "1", "--seconds", "0.1", "--json"]) == 1
    told = capsys.readouterr()
    assert set(json.loads(told.out)["found"]) > set(LIMITS)
    assert "MISSED processor to the first trade" in told.err
    with pytest.raises(SystemExit):
        main(["--rounds", "0"])
