"""What is due this week in the economies: the calendar file of ForexFactory, no key.

Format: nfs.faireconomy.media/ff_calendar_thisweek.json, an unofficial export; times carry their
offset from UTC. It allows about two requests in five minutes, and refuses for long who asks more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from supreme_system_v5.domain.feeds import CalendarEntry, Item
from supreme_system_v5.news_sources.adapter import JsonAdapter
from supreme_system_v5.news_sources.http_client import HttpRequest
from supreme_system_v5.news_sources.values import (
    BadItemError,
    clean_text,
    each_item,
    error_answer,
    iso_ns,
    optional_text,
    rows,
)

__all__ = ["ForexFactory"]

_URL = "https://nfs.faireconomy.media/ff_calendar_thisweek.json"
_HOUR_NS = 3_600 * 10**9
_IMPACTS = {"High", "Medium", "Low", "Holiday"}


class ForexFactory(JsonAdapter):
    """The calendar of this week; it is not asked for 15 minutes after a failure.

    Args:
        url: Another address, for tests.
    """

    name = "forex-factory"
    min_interval_ns = _HOUR_NS
    pause_ns = _HOUR_NS // 4

    def __init__(self, url: str = _URL) -> None:
        self._url = url

    def first(self, now_ns: int) -> HttpRequest:  # noqa: ARG002 - the Protocol's
        """Ask for the file."""
        return HttpRequest(url=self._url, again=False)

    def items(self, document: object, received_ns: int) -> Iterator[Item | BadItemError]:
        """Yield what is due, in the file's order."""
        if isinstance(document, dict) and "error" in document:
            raise error_answer(document["error"])

        def entry(row: Mapping[str, object]) -> Iterator[CalendarEntry]:
            title = clean_text(row.get("title"), 200, "title")
            impact = clean_text(row.get("impact"), 20, "impact")
            if not title or impact not in _IMPACTS:
                raise BadItemError("title or impact is not one of those known")
            yield CalendarEntry(
                source=self.name,
                title=title,
                country=clean_text(row.get("country"), 20, "country"),
                due_ns=iso_ns(row.get("date"), "date"),
                received_ns=received_ns,
                impact=impact,
                forecast=optional_text(row.get("forecast"), 40),
                previous=optional_text(row.get("previous"), 40),
                actual=optional_text(row.get("actual"), 40),
            )

        yield from each_item(rows(document, "calendar"), entry)
