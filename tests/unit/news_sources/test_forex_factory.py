from __future__ import annotations

from typing import Any

import pytest

from supreme_system_v5.domain.feeds import CalendarEntry
from supreme_system_v5.news_sources.forex_factory import ForexFactory
from tests.support.adapters import NOW_NS, bad, one, read_json
from tests.support.source_samples import FOREX


def test_a_date_keeps_its_offset() -> None:
    first, _ = read_json(ForexFactory(), FOREX)
    assert first == CalendarEntry(
        source="forex-factory",
        title="Core CPI m/m",
        country="USD",
        due_ns=1_780_057_800 * 10**9,  # 12:30 UTC
        received_ns=NOW_NS,
        impact="High",
        forecast="0.3%",
        previous="0.2%",
    )


@pytest.mark.parametrize(
    "row",
    [
        {"title": ""},
        {"title": None},
        {"impact": "Huge"},
        {"impact": None},
        {"date": "soon"},
        {"date": None},
        {"country": 5},
    ],
)
def test_what_is_no_date(row: dict[str, Any]) -> None:
    assert len(bad(read_json(ForexFactory(), [{**FOREX[0], **row}]))) == 1


def test_what_is_not_forecast_is_empty() -> None:
    item = one(read_json(ForexFactory(), [{**FOREX[0], "forecast": None, "previous": 5}]))
    assert (item.forecast, item.previous, item.actual) == ("", "", "")


def test_an_outcome_is_a_new_version_of_the_same_date() -> None:
    before = one(read_json(ForexFactory(), [FOREX[0]]))
    after = one(read_json(ForexFactory(), [{**FOREX[0], "actual": "0.4%"}]))
    assert before.identity == after.identity
    assert before.version != after.version
