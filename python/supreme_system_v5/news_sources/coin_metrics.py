"""Flows into and out of exchanges, by day: the community API of Coin Metrics, no key.

Format: docs.coinmetrics.io/api/v4, "Get asset metrics timeseries". Days come late and are revised;
the licence is CC BY-NC 4.0: for the user's own use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from supreme_system_v5.domain.feeds import Item, SeriesPoint
from supreme_system_v5.news_sources.adapter import JsonAdapter
from supreme_system_v5.news_sources.http_client import HttpRequest
from supreme_system_v5.news_sources.values import (
    BadItemError,
    decimal_text,
    each_item,
    envelope,
    error_answer,
    iso_ns,
    past,
    rows,
    ticker,
)

__all__ = ["METRICS", "CoinMetrics"]

_URL = "https://community-api.coinmetrics.io/v4/timeseries/asset-metrics"
_DAYS = 40
_LONGEST_TOKEN = 1_000
METRICS = ("FlowInExNtv", "FlowOutExNtv", "FlowInExUSD", "FlowOutExUSD", "SplyExNtv")
"""What is asked for: flows and holdings of exchanges, in coins and in dollars."""


class CoinMetrics(JsonAdapter):
    """The last 40 days of exchange flows.

    Args:
        assets: In small letters, as the service writes them.
        url: Another address, for tests.
    """

    name = "coin-metrics"
    min_interval_ns = 3_600 * 10**9

    def __init__(self, assets: tuple[str, ...] = ("btc", "eth"), url: str = _URL) -> None:
        self._assets = assets
        self._url = url

    def first(self, now_ns: int) -> HttpRequest:
        """Ask from 40 days ago."""
        begin = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=now_ns // 10**9, days=-_DAYS)
        return HttpRequest(
            url=self._url,
            params=(
                ("assets", ",".join(self._assets)),
                ("metrics", ",".join(METRICS)),
                ("frequency", "1d"),
                ("start_time", begin.date().isoformat()),
                ("page_size", "200"),
                ("ignore_unsupported_errors", "true"),
            ),
        )

    def following(self, document: object, asked: HttpRequest) -> HttpRequest | None:
        """Ask for the next page by its token; the address that comes with it is not followed."""
        token = document.get("next_page_token") if isinstance(document, dict) else None
        if not isinstance(token, str) or not token or len(token) > _LONGEST_TOKEN:
            return None
        params = tuple(pair for pair in asked.params if pair[0] != "next_page_token")
        return replace(
            asked, params=(*params, ("next_page_token", token)), etag="", last_modified=""
        )

    def items(self, document: object, received_ns: int) -> Iterator[Item | BadItemError]:
        """Yield a point for each metric of a day that has one."""
        answer = envelope(document, "answer")
        if "error" in answer:
            error = answer["error"]
            raise error_answer(error.get("message") if isinstance(error, dict) else error)

        def day(row: Mapping[str, object]) -> Iterator[SeriesPoint]:
            asset = ticker(row.get("asset"))
            as_of = past(iso_ns(row.get("time"), "time"), received_ns, "time")
            points = [
                SeriesPoint(
                    source=self.name,
                    asset=asset,
                    metric=metric,
                    as_of_ns=as_of,
                    received_ns=received_ns,
                    value=decimal_text(row[metric], metric, negative=True),
                )
                for metric in METRICS
                if row.get(metric) is not None
            ]
            yield from points

        yield from each_item(rows(answer.get("data"), "data"), day)
