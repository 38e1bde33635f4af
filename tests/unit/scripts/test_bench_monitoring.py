from __future__ import annotations

import json

import pytest

import bench_monitoring
from bench_monitoring import LIMITS_US, main, missed


def test_limits_are_on_everything_that_is_measured() -> None:
    assert missed(LIMITS_US) == []
    over = {name: limit * 1.1 for name, limit in LIMITS_US.items()}
    assert len(missed(over)) == len(LIMITS_US)
    assert missed(LIMITS_US | {"judgement": 101.0}) == ["judgement: 101.0 us, the limit is 100 us"]


def test_it_reports_for_programs_and_for_people(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench_monitoring, "COUNTS", 1)
    main(["--rounds", "2", "--json"])
    report = json.loads(capsys.readouterr().out)
    assert set(report["us"]) == set(LIMITS_US)
    assert 100 < report["samples"] < 400
    main(["--rounds", "2"])
    assert "page as OpenMetrics" in capsys.readouterr().out


def test_a_missed_limit_is_said_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench_monitoring, "LIMITS_US", dict.fromkeys(LIMITS_US, 0.0))
    assert main(["--rounds", "1"]) == 1
    assert "MISSED page as text:" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["--rounds", "0"])
