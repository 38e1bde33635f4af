from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.news_whale.subjects import find_subjects
from supreme_system_v5.news_whale.trust import (
    ANYBODY,
    TRUSTED,
    UNKNOWN,
    registrable_domain,
    teller_of,
    trust_of,
)


@pytest.mark.parametrize(
    ("source", "domain"),
    [
        ("https://www.coindesk.com/a?utm_source=x", "coindesk.com"),
        ("coindesk.com", "coindesk.com"),
        ("COINDESK.COM.", "coindesk.com"),
        ("https://news.bbc.co.uk/1", "bbc.co.uk"),
        ("https://user:pw@reuters.com:443/", "reuters.com"),
        ("https://reuters.com@evil.example/", "evil.example"),
        ("https://ecb.europa.eu/", "europa.eu"),
        ("CoinDesk", ""),
        ("https://[bad", ""),
        ("x.com//reuters.com", "x.com"),
        ("https://reuters.com\\@evil.example/", "evil.example"),
        ("https://evil.example\\.reuters.com/", ""),
        ("https://evil.example/@reuters.com", "evil.example"),
        ("https://evil.example?@reuters.com", "evil.example"),
        ("//www.reuters.com:/x#y", "reuters.com"),
        ("https://reuters.com:80a/", ""),
        ("", ""),
    ],
)
def test_the_part_that_was_registered(source: str, domain: str) -> None:
    assert registrable_domain(source) == domain


@given(
    st.sampled_from(["", "https://", "//", "HTTP://"]),
    st.sampled_from(["", "user@", "user:pw@", "a@b@"]),
    st.lists(st.from_regex(r"[a-zA-Z0-9-]{1,6}", fullmatch=True), min_size=1, max_size=4),
    st.sampled_from(["", ":443", ":"]),
    st.sampled_from(["", "/", "/a?b=c#d", "?q=x.com", "#reuters.com", "/x@y:z"]),
)
def test_the_host_is_the_one_that_a_parser_of_urls_finds(
    scheme: str, user: str, labels: list[str], port: str, rest: str
) -> None:
    url = f"{scheme}{user}{'.'.join(labels)}{port}{rest}"
    host = urlsplit(url if "//" in url else f"//{url}").hostname
    assert registrable_domain(url) == registrable_domain(host or "")
    assert registrable_domain(url) in ".".join(labels).lower()


def test_names_in_a_feed_are_not_believed() -> None:
    assert trust_of("Reuters") == UNKNOWN
    assert trust_of("reuters.com.evil.example") == UNKNOWN
    assert trust_of("www.reuters.com") == 0.9


def test_where_anybody_writes_confirms_nothing() -> None:
    assert trust_of("https://x.com/SECGov") == ANYBODY < TRUSTED <= trust_of("decrypt.co")
    assert trust_of("prnewswire.com") < ANYBODY


def test_who_passes_on_what_others_wrote_confirms_nothing() -> None:
    assert trust_of("https://cryptopanic.com/news/1") < TRUSTED
    assert trust_of("https://finance.yahoo.com/a") < TRUSTED


@pytest.mark.parametrize(
    "domains",
    ["wsj.com www.barrons.com marketwatch.com", "bbc.co.uk news.bbc.com", "twitter.com x.com"],
)
def test_domains_of_one_house_are_one_teller(domains: str) -> None:
    assert len({teller_of(domain).house for domain in domains.split()}) == 1


def test_other_houses_are_others_and_nobody_is_none() -> None:
    told = [teller_of(source) for source in ("reuters.com", "bloomberg.com", "ft.com")]
    assert len({teller.house for teller in told}) == 3
    assert teller_of("some blog") == ("", UNKNOWN, "")


@pytest.mark.parametrize(
    ("source", "actor"),
    [
        ("https://www.sec.gov/newsroom", "sec"),
        ("federalreserve.gov", "fed"),
        ("blog.kraken.com", "kraken"),
        ("reuters.com", ""),
        ("sec.gov.evil.example", ""),
    ],
)
def test_whose_own_site_it_is(source: str, actor: str) -> None:
    assert teller_of(source).actor == actor
    if actor:
        assert find_subjects(f"{actor} says so").actors == {actor}


def test_where_anybody_may_have_a_page_nobody_is_official() -> None:
    assert trust_of("https://binance.status.io/") == trust_of("status.io") == UNKNOWN
