"""Headlines of a site's own feed, RSS or Atom; no key.

Format: RSS 2.0 (cyber.harvard.edu/rss), Atom (RFC 4287).
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from supreme_system_v5.domain.feeds import Item, NewsItem
from supreme_system_v5.news_sources.adapter import JsonAdapter
from supreme_system_v5.news_sources.feed_xml import RawEntry, read_feed
from supreme_system_v5.news_sources.http_client import HttpRequest, HttpResponse
from supreme_system_v5.news_sources.json_slices import Pause, malformed
from supreme_system_v5.news_sources.values import (
    LONGEST_BODY,
    LONGEST_TITLE,
    BadItemError,
    canonical_url,
    clean_text,
    iso_ns,
    not_after,
    rfc822_ns,
)

__all__ = ["RssFeed"]


class RssFeed(JsonAdapter):
    """One feed.

    Args:
        url: Its address.

    The name is ``rss:`` and the host, and the path where that is needed to tell feeds apart.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
        self.name = f"rss:{host}"
        self._url = url

    def told_apart(self) -> RssFeed:
        """Take a longer name, where another feed has the same host; returns itself."""
        self.name = f"{self.name}{urlsplit(self._url).path}"
        return self

    def first(self, now_ns: int) -> HttpRequest:  # noqa: ARG002 - the Protocol's
        """Ask for the feed."""
        return HttpRequest(url=self._url)

    async def read(self, response: HttpResponse, pause: Pause) -> object:
        """Read the feed's entries."""
        return await read_feed(response.body, pause, response.charset)

    def items(self, document: object, received_ns: int) -> Iterator[Item | BadItemError]:
        """Yield its headlines, in its order."""
        if not isinstance(document, list):
            raise malformed("it is no feed")
        for entry in document:
            try:
                yield self._headline(entry, received_ns)
            except BadItemError as error:
                yield error

    def _absolute(self, link: str) -> str:
        """Return where a link leads; empty when it cannot be read."""
        try:
            return urljoin(self._url, link)
        except ValueError:
            return ""

    def _headline(self, entry: RawEntry, received_ns: int) -> NewsItem:
        fields = entry.fields
        title = clean_text(fields.get("title", ""), LONGEST_TITLE)
        if not title:
            raise BadItemError("title is missing")
        link = fields.get("link", "").strip()
        url = canonical_url(self._absolute(link) if link else fields.get("id", ""))
        key = url or clean_text(fields.get("id", ""), LONGEST_TITLE)
        published, flags = _published(entry, received_ns)
        text = fields.get("summary") or fields.get("content") or ""
        cut = entry.cut or len(text) > LONGEST_BODY or len(fields["title"]) > LONGEST_TITLE
        return NewsItem(
            source=self.name,
            key=key or f"{self.name} {title}",
            published_ns=published,
            received_ns=received_ns,
            title=title,
            body=clean_text(text, LONGEST_BODY),
            url=url,
            flags=(*flags, "cut") if cut else flags,
        )


def _published(entry: RawEntry, received_ns: int) -> tuple[int | None, tuple[str, ...]]:
    """Read the date as either format writes it; one that cannot be read is none."""
    text = entry.fields.get("published") or entry.fields.get("updated") or ""
    for read in (rfc822_ns, iso_ns):
        try:
            return not_after(read(text), received_ns)
        except BadItemError:
            continue
    return None, ("no_date",)
