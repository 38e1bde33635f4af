from __future__ import annotations

import pytest

from supreme_system_v5.domain.feeds import NewsItem
from supreme_system_v5.errors import SourceError
from supreme_system_v5.news_sources.rss import RssFeed
from tests.support.adapters import NOW_NS, bad, one, read
from tests.support.source_samples import ATOM, RSS

FEED = RssFeed("https://www.news.example.org/feed.xml")


def item(inner: str) -> bytes:
    return f"<rss><channel><item>{inner}</item></channel></rss>".encode()


def test_headlines_of_rss() -> None:
    first, second = read(FEED, RSS)
    assert first == NewsItem(
        source="rss:news.example.org",
        key="https://news.example.org/a?id=1",
        published_ns=1_779_980_400 * 10**9,
        received_ns=NOW_NS,
        title="Bitcoin <b>rises</b> above a round number",
        body="<p>Text &amp; more</p>",
        url="https://news.example.org/a?id=1",
    )
    assert isinstance(second, NewsItem)
    assert second.url == "https://www.news.example.org/b", "relative to the feed"
    assert second.published_ns == 1_779_975_000 * 10**9


def test_headlines_of_atom() -> None:
    found = one(read(FEED, ATOM))
    assert (found.url, found.published_ns) == ("https://example.org/1", 1_779_962_400 * 10**9)


@pytest.mark.parametrize(
    ("date", "published", "flags"),
    [
        ("", None, ("no_date",)),
        ("<pubDate>soon</pubDate>", None, ("no_date",)),
        ("<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>", None, ("no_date",)),
        ("<pubDate>Fri, 29 May 2026 00:00:00 GMT</pubDate>", NOW_NS, ("future_date",)),
        ("<pubDate>Thu, 28 May 2026 20:30:00 GMT</pubDate>", NOW_NS, ()),
        ("<pubDate>2026-05-28T10:00:00Z</pubDate>", 1_779_962_400 * 10**9, ()),
    ],
)
def test_dates(date: str, published: int | None, flags: tuple[str, ...]) -> None:
    found = one(read(FEED, item(f"<title>a</title>{date}")))
    assert (found.published_ns, found.flags) == (published, flags)


def test_a_headline_without_a_title_is_none() -> None:
    for inner in ("", "<title/>", "<title> </title>", "<link>https://a.org</link>"):
        assert len(bad(read(FEED, item(inner)))) == 1


def test_a_guid_is_the_key_where_there_is_no_link_and_the_title_at_last() -> None:
    assert one(read(FEED, item("<title>a</title><guid>x:1</guid>"))).key == "x:1"
    assert (
        one(read(FEED, item("<title>a</title><guid>https://a.org/1</guid>"))).url
        == "https://a.org/1"
    )
    assert one(read(FEED, item("<title>a</title>"))).key == "rss:news.example.org a"
    script = one(read(FEED, item("<title>a</title><link>javascript:alert(1)</link>")))
    assert script.url == ""


def test_long_texts_are_cut_and_flagged() -> None:
    inner = f"<title>{'t' * 2_500}</title><description>{'d' * 70_000}</description>"
    found = one(read(FEED, item(inner)))
    assert (len(found.title), len(found.body), found.flags) == (2_000, 16_000, ("no_date", "cut"))


def test_feeds_of_one_host_are_told_apart() -> None:
    assert FEED.name == "rss:news.example.org"
    assert RssFeed("https://a.org/b.xml").told_apart().name == "rss:a.org/b.xml"


def test_other_documents_are_refused() -> None:
    with pytest.raises(SourceError, match="it is no feed"):
        list(FEED.items({}, NOW_NS))
