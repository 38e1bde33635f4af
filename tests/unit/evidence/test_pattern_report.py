from __future__ import annotations

import json
from dataclasses import replace

from supreme_system_v5.evidence.bootstrap import Estimate
from supreme_system_v5.evidence.pattern_report import (
    PatternReport,
    patterns_to_json,
    patterns_to_text,
)
from supreme_system_v5.evidence.pattern_worth import PatternWorth

MOVE = Estimate(mean=1.234, low=-0.5, high=2.96, standard_error=0.8)
HITS = Estimate(mean=0.61, low=0.55, high=0.67, standard_error=0.02)
DOJI = PatternWorth(name="CDLDOJI", times=0, move=None, hits=None, surely=None, confidence=0.0)
STAR = PatternWorth(
    name="CDLMORNINGSTAR", times=1_234, move=MOVE, hits=HITS, surely=0.55, confidence=0.1
)
REPORT = PatternReport(
    source="a.csv", symbol="BTC-USDT", bars=99_000, horizon=10, seed=42, patterns=(DOJI, STAR)
)


def test_what_earned_something_comes_first_and_every_line_fits() -> None:
    lines = patterns_to_text(REPORT).splitlines()
    assert lines[0] == "1 of 2 patterns earned a confidence: CDLMORNINGSTAR 0.100"
    assert lines[5].split() == [
        "CDLMORNINGSTAR", "1,234", "+1.23", "-0.50", "to", "+2.96", "61.0%", "55.0%", "0.100",
    ]  # fmt: skip
    assert lines[6].split() == ["CDLDOJI", "0", "0.000"]
    assert max(map(len, lines)) <= 100


def test_nothing_earned_is_said() -> None:
    told = patterns_to_text(replace(REPORT, patterns=(DOJI,)))
    assert told.startswith("0 of 1 patterns earned a confidence\n")


def test_programs_get_all_of_it() -> None:
    told = json.loads(patterns_to_json(REPORT))
    assert [(each["name"], each["confidence"]) for each in told["patterns"]] == [
        ("CDLDOJI", 0.0),
        ("CDLMORNINGSTAR", 0.1),
    ]
    assert told["patterns"][1]["move"]["mean"] == 1.234
