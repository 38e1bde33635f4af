from __future__ import annotations

from typing import Any

import pytest

from supreme_system_v5.domain.feeds import SeriesPoint
from supreme_system_v5.news_sources.fear_greed import FearGreed
from tests.support.adapters import NOW_NS, bad, one, read_json
from tests.support.source_samples import FEAR_GREED


def answer(**row: object) -> dict[str, Any]:
    return {"data": [{"value": "39", "timestamp": "1779926400", **row}]}


def test_a_day_is_a_point_and_all_its_values_are_text() -> None:
    first, second = read_json(FearGreed(), FEAR_GREED)
    assert first == SeriesPoint(
        source="fear-greed",
        asset="",
        metric="fear_greed",
        as_of_ns=1_779_926_400 * 10**9,
        received_ns=NOW_NS,
        value="39",
        label="Fear",
    )
    assert isinstance(second, SeriesPoint)


@pytest.mark.parametrize(
    "row",
    [
        {"value": "101"},
        {"value": "-1"},
        {"value": "3.5"},
        {"value": None},
        {"value": True},
        {"value": "1e1"},
        {"timestamp": "0"},
        {"timestamp": "soon"},
        {"timestamp": str(NOW_NS // 10**9 + 301)},
    ],
)
def test_what_is_no_point(row: dict[str, Any]) -> None:
    assert len(bad(read_json(FearGreed(), answer(**row)))) == 1


def test_milliseconds_are_the_same_day() -> None:
    assert one(read_json(FearGreed(), answer(timestamp=1_779_926_400_000))).as_of_ns % 10**9 == 0


def test_it_is_asked_once_an_hour_at_most() -> None:
    assert FearGreed().min_interval_ns == 3_600 * 10**9
    assert FearGreed().first(NOW_NS).url == "https://api.alternative.me/fng/"
