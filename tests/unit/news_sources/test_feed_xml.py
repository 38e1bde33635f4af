from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.errors import SourceError
from supreme_system_v5.news_sources.feed_xml import MOST_ENTRIES, RawEntry, decoded, read_feed
from tests.support.source_samples import ATOM, RSS
from tests.support.without_waiting import Pauses, at_once


def read(body: bytes, charset: str = "", pauses: Pauses | None = None) -> list[RawEntry]:
    return at_once(read_feed(body, pauses or Pauses(), charset))


def titled(title: str, declared: str = "") -> str:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    return f"{head}<rss><channel><item><title>{title}</title></item></channel></rss>"


def test_rss() -> None:
    first, second = read(RSS)
    assert first.fields["title"] == "Bitcoin <b>rises</b> above a round number"
    assert first.fields["link"] == "https://news.example.org/a?utm_source=rss&id=1#top"
    assert first.fields["id"] == "one"
    assert first.fields["summary"] == "<p>Text &amp; more</p>"
    assert second.fields["published"] == "Thu, 28 May 2026 15:30:00 +0200"


def test_atom_takes_the_page_and_not_the_feed() -> None:
    (entry,) = read(ATOM)
    assert entry.fields["link"] == "https://example.org/1"
    assert entry.fields["published"] == "2026-05-28T11:00:00+01:00"
    assert entry.fields["updated"] == "2026-05-28T12:00:00Z"


def test_rdf_and_dublin_core() -> None:
    body = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel/>
    <item><title>a</title><dc:date>2026-05-28</dc:date></item></rdf:RDF>"""
    (entry,) = read(body)
    assert entry.fields == {"title": "a", "published": "2026-05-28"}


def test_markup_inside_a_title_is_its_text() -> None:
    body = b'<feed><entry><title type="xhtml"><div>a <b>b</b> c</div></title></entry></feed>'
    assert read(body)[0].fields["title"] == "a b c"


EURO = "90 \u20ac \u2013 \u201ccaf\u00e9\u201d"


@pytest.mark.parametrize(
    ("encoding", "declared", "header"),
    [
        ("utf-8", "utf-8", ""),
        ("utf-8", "", ""),
        ("utf-8-sig", "utf-8", ""),
        ("utf-8", "iso-8859-1", "iso-8859-1"),  # it says another one, and is not
        ("cp1252", "utf-8", ""),
        ("cp1252", "windows-1252", ""),
        ("cp1252", "", "windows-1252"),
        ("cp1252", "iso-8859-1", ""),
        ("cp1252", "none-such", "none-such"),
        ("utf-16", "utf-16", ""),
        ("utf-16", "utf-8", "utf-8"),
    ],
)
def test_whatever_it_says_its_encoding_is(encoding: str, declared: str, header: str) -> None:
    assert read(titled(EURO, declared).encode(encoding), header)[0].fields["title"] == EURO


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE rss><rss/>",
        b'<!DOCTYPE rss SYSTEM "http://127.0.0.1/x.dtd"><rss/>',
        b'<!DOCTYPE rss [<!ENTITY a "b">]><rss><item><title>&a;</title></item></rss>',
        b"<rss><channel><item><title>&nbsp;</title></item></channel></rss>",
        b"<html><body/></html>",
        b"<rss",
        b"<rss></channel>",
        b"<rss>\0</rss>",
        b"plain",
        b"",
    ],
)
def test_what_is_no_feed(body: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        read(body)
    assert caught.value.kind == FaultKind.MALFORMED


def test_bounds() -> None:
    item = "<item><title>a</title></item>"
    assert (
        len(read(f"<rss><channel>{item * MOST_ENTRIES}</channel></rss>".encode())) == MOST_ENTRIES
    )
    for body in (
        f"<rss><channel>{item * (MOST_ENTRIES + 1)}</channel></rss>",
        "<rss>" + "<a>" * 64 + "</a>" * 64 + "</rss>",
        "<rss " + "a" * 600_000,
        titled("a" * 600_000),
    ):
        with pytest.raises(SourceError) as caught:
            read(body.encode())
        assert caught.value.kind == FaultKind.TOO_LARGE


def test_a_title_of_half_a_megabyte_is_cut_and_flagged() -> None:
    (entry,) = read(titled("ab" * 250_000).encode())
    assert (len(entry.fields["title"]), entry.cut) == (65_536, True)


def test_many_bytes_are_many_slices() -> None:
    """Two thousand characters at most between two pauses."""
    body = titled("<b>x</b>" * 50_000).encode()
    pauses = Pauses()
    read(body, pauses=pauses)
    assert pauses.count >= len(body) // 2_048


@given(st.binary(max_size=400))
def test_no_bytes_break_it(body: bytes) -> None:
    for whole in (body, b"<rss><channel><item><title>" + body, RSS[:200] + body + RSS[200:]):
        with suppress(SourceError):
            assert all(isinstance(entry, RawEntry) for entry in read(whole))


@given(st.binary(max_size=200), st.sampled_from(["", "utf-8", "latin-1", "utf-16", "x"]))
def test_some_text_comes_of_any_bytes(body: bytes, charset: str) -> None:
    "".join(decoded(body, charset)).encode("utf-8", "surrogatepass")
