from __future__ import annotations

import json
from itertools import pairwise
from random import Random

import pytest

import bench_whales
from bench_whales import DAYS_NS, START_NS, known, main, missed, transfers


def test_transfers_are_the_seeds_and_fill_the_days() -> None:
    told = transfers(Random(1), 500)
    assert told == transfers(Random(1), 500) != transfers(Random(2), 500)
    assert all(before.receive_ns <= after.receive_ns for before, after in pairwise(told))
    assert START_NS <= told[0].receive_ns <= told[-1].receive_ns < START_NS + DAYS_NS
    book = known()
    touched = sum(any(leg.address in book for leg in (*one.inputs, *one.outputs)) for one in told)
    assert 50 < touched < 250


def test_limits_are_on_rate_state_and_view() -> None:
    assert missed(10_000.0, 2.0, 0.5) == []
    assert missed(9_999.0, 2.0, 0.5) == ["transfers: 9999 a second, the limit is 10000"]
    assert missed(1e5, 2.01, 0.5) == ["state: 2.01 MB, the limit is 2 MB"]
    assert missed(1e5, 2.0, 0.51) == ["view: 0.51 ms, the limit is 0.5 ms"]


def test_it_reports_for_programs_and_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--transfers", "50", "--json"])
    report = json.loads(capsys.readouterr().out)
    assert report["per_second"] > 0
    assert 0 < report["state_mb"] < 2
    main(["--transfers", "50"])
    assert "transfers classified and counted" in capsys.readouterr().out


def test_a_missed_limit_is_said_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench_whales, "STATE_LIMIT_MB", 0.0)
    assert main(["--transfers", "50"]) == 1
    assert "MISSED state:" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["--transfers", "0"])
