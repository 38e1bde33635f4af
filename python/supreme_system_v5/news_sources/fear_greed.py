"""The Fear and Greed index of alternative.me: one number a day, no key.

Format: alternative.me/crypto/fear-and-greed-index, "API". All its values are text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from supreme_system_v5.domain.feeds import Item, SeriesPoint
from supreme_system_v5.news_sources.adapter import JsonAdapter
from supreme_system_v5.news_sources.http_client import HttpRequest
from supreme_system_v5.news_sources.values import (
    BadItemError,
    each_item,
    envelope,
    error_answer,
    optional_text,
    past,
    rows,
    unix_ns,
    whole,
)

__all__ = ["FearGreed"]

_URL = "https://api.alternative.me/fng/"
_HOUR_NS = 3_600 * 10**9
_MOST = 100


class FearGreed(JsonAdapter):
    """The last ten days of the index, 0 (fear) to 100 (greed).

    Args:
        url: Another address, for tests.
    """

    name = "fear-greed"
    min_interval_ns = _HOUR_NS

    def __init__(self, url: str = _URL) -> None:
        self._url = url

    def first(self, now_ns: int) -> HttpRequest:  # noqa: ARG002 - the Protocol's
        """Ask for ten days."""
        return HttpRequest(url=self._url, params=(("limit", "10"),))

    def items(self, document: object, received_ns: int) -> Iterator[Item | BadItemError]:
        """Yield one point a day, the newest first."""
        answer = envelope(document, "answer")
        metadata = answer.get("metadata")
        if isinstance(metadata, dict) and metadata.get("error"):
            raise error_answer(metadata["error"])

        def point(row: Mapping[str, object]) -> Iterator[SeriesPoint]:
            yield SeriesPoint(
                source=self.name,
                asset="",
                metric="fear_greed",
                as_of_ns=past(unix_ns(row.get("timestamp"), "timestamp"), received_ns, "timestamp"),
                received_ns=received_ns,
                value=str(whole(row.get("value"), "value", 0, _MOST)),
                label=optional_text(row.get("value_classification"), 40),
            )

        yield from each_item(rows(answer.get("data"), "data"), point)
