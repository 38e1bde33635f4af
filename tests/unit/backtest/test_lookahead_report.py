from __future__ import annotations

import json
from dataclasses import replace

import pytest

from supreme_system_v5.backtest.lookahead_report import (
    CutReport,
    Difference,
    LookaheadReport,
    Verdict,
    blame,
    described,
    to_json,
    to_text,
)
from supreme_system_v5.domain import VENUES, Cancel, OrderKind, Record, Report, Submit
from tests.support.engine_runs import ORIGIN

AT = 1_714_521_600_000_000_000
UNITS = VENUES["okx-spot"].in_units(None)
REPORT = LookaheadReport(
    verdict=Verdict.CLEAN,
    strategy="mine.py",
    source="bars.csv",
    seed=42,
    decisions=1_234,
    cuts=(CutReport(time="2024-05-01T00:00:00.000Z", entries=5, differences=()),),
    strategy_errors=(),
    opened=(),
)
DIFFERENCE = Difference(
    future="shaken",
    time="2024-05-01T00:00:00.000Z",
    original={"action": "order", "quantity": "1.5"},
    changed=None,
    fields=("action", "quantity"),
)
CHEATED = replace(
    REPORT,
    verdict=Verdict.LOOKS_AHEAD,
    cuts=(replace(REPORT.cuts[0], differences=(DIFFERENCE,)),),
)


def test_an_order_in_the_markets_own_numbers() -> None:
    order = Submit(
        origin=ORIGIN,
        seq=1,
        event_ns=AT,
        receive_ns=AT,
        number=1,
        side=-1,
        kind=OrderKind.LIMIT,
        quantity=15 * 10**7,
        price=60_000 * 10**8,
        stop=61_000 * 10**8,
        reduce_only=True,
        reason="dip",
    )
    assert described(order, UNITS) == {
        "time": "2024-05-01T00:00:00.000Z",
        "action": "order",
        "side": "sell",
        "kind": "limit",
        "quantity": "1.5",
        "price": "60000",
        "stop": "61000",
        "reduce_only": "true",
        "reason": "dip",
    }


def test_the_others() -> None:
    cancel = Cancel(origin=ORIGIN, seq=1, event_ns=AT, receive_ns=AT, number=4)
    assert described(cancel, UNITS)["action"] == "cancel"
    filled = Report("FILLED", 4, AT, price=10**8, quantity=10**8)
    assert described(filled, UNITS) | {"time": ""} == {
        "time": "",
        "report": "FILLED",
        "order": "4",
        "quantity": "1",
        "price": "1",
    }
    record = Record(
        origin=ORIGIN,
        seq=1,
        event_ns=AT,
        receive_ns=AT,
        kind="refused",
        reason="WARM_UP",
        details={"limit": "60 closed bars", "value": None},
    )
    assert described(record, UNITS)["limit"] == "60 closed bars"


def test_text_leads_with_the_verdict() -> None:
    text = to_text(REPORT)
    assert text.startswith("CLEAN: no decision depends on what came after it\n")
    assert "1,234; 1 cuts; seed 42" in text
    assert text.endswith("2024-05-01T00:00:00.000Z  same     5 entries")


def test_text_shows_both_versions() -> None:
    text = to_text(CHEATED)
    assert "    shaken future, 2024-05-01T00:00:00.000Z: action, quantity\n" in text
    assert text.endswith("original  action order, quantity 1.5\n      changed   nothing")


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (CHEATED, "at 2024-05-01T00:00:00.000Z a shaken future changed action, quantity"),
        (replace(REPORT, verdict=Verdict.UNTESTED), "give it longer ones"),
        (replace(REPORT, verdict=Verdict.READS_FILES), "--param NAME=FILE"),
        (replace(REPORT, strategy_errors=("KeyError: x",)), "it raised KeyError: x"),
    ],
)
def test_the_blame_names_the_strategy_and_what_is_wrong(
    report: LookaheadReport, words: str
) -> None:
    assert blame(report).startswith("mine.py: ")
    assert words in blame(report)


def test_json_holds_all_of_it() -> None:
    found = json.loads(to_json(CHEATED))
    assert found["verdict"] == "LOOKS_AHEAD"
    assert found["cuts"][0]["differences"][0]["changed"] is None
