from __future__ import annotations

from typing import Any

import pytest

from supreme_system_v5.domain.feeds import SeriesPoint
from supreme_system_v5.news_sources.coin_metrics import CoinMetrics
from tests.support.adapters import NOW_NS, bad, read_json
from tests.support.source_samples import COIN_METRICS


def test_a_metric_of_a_day_is_a_point_and_null_is_none() -> None:
    found = read_json(CoinMetrics(), COIN_METRICS)
    assert [(p.asset, p.metric, p.value) for p in found if isinstance(p, SeriesPoint)] == [
        ("BTC", "FlowInExNtv", "12345.678901"),
        ("BTC", "FlowOutExNtv", "13000.5"),
        ("BTC", "FlowInExUSD", "1234567890.12"),
        ("BTC", "FlowOutExUSD", "1300050000"),
        ("ETH", "FlowInExNtv", "100.25"),
    ]


@pytest.mark.parametrize(
    "row",
    [
        {"asset": None},
        {"time": "2026-06-28"},
        {"time": None},
        {"FlowInExNtv": "NaN"},
        {"FlowInExNtv": "1e9"},
        {"FlowInExNtv": True},
    ],
)
def test_a_bad_day_tells_nothing_at_all(row: dict[str, Any]) -> None:
    found = read_json(CoinMetrics(), {"data": [{**COIN_METRICS["data"][0], **row}]})
    assert len(bad(found)) == len(found) == 1


def test_pages_go_on_by_token() -> None:
    adapter = CoinMetrics()
    asked = adapter.first(NOW_NS)
    assert dict(asked.params)["start_time"] == "2026-04-18"
    hostile = {"next_page_token": "abc", "next_page_url": "http://10.0.0.1/"}
    second = adapter.following(hostile, asked)
    assert second is not None
    assert second.url == asked.url
    assert ("next_page_token", "abc") in second.params
    assert adapter.following(hostile, second) == second, "the same again; the poll ends there"
    for token in (None, "", 5, "x" * 2_000):
        assert adapter.following({"next_page_token": token}, asked) is None
