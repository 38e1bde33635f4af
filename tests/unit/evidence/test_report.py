from __future__ import annotations

import json
from random import Random

from supreme_system_v5.evidence.report import to_json
from tests.support.evidence import record, weighed


def test_as_json() -> None:
    rng = Random(1)
    trades = [record(rng.gauss(-5, 5), day=n / 10) for n in range(430)]
    found = json.loads(to_json(weighed(trades, 43)))
    assert found["judgement"]["verdict"] == "NONE"
    assert found["judged"]["trades"] == 430
    assert found["judged"]["net"]["high"] < 0
    assert [each["bps"] for each in found["judged"]["net_at"]] == [0, 2, 5, 10]
    assert found["labels"]["strategy"] == "mine"
    assert found["calibration"] is None
    assert [each["trades"] for each in found["periods"]] == [140, 140, 150]


def test_without_trades_nothing_is_invented() -> None:
    found = json.loads(to_json(weighed([], 43)))
    assert found["judgement"]["verdict"] == "UNPROVEN"
    assert found["judged"]["net"] is None
    assert found["judged"]["net_at"] == []
    assert found["deflated"] is None
    assert found["random"] is None
