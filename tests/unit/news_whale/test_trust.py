from __future__ import annotations

import pytest

from supreme_system_v5.news_whale.trust import TRUSTED, UNKNOWN, registrable_domain, trust_of


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
        ("", ""),
    ],
)
def test_the_part_that_was_registered(source: str, domain: str) -> None:
    assert registrable_domain(source) == domain


def test_names_in_a_feed_are_not_believed() -> None:
    assert trust_of("Reuters") == UNKNOWN
    assert trust_of("reuters.com.evil.example") == UNKNOWN
    assert trust_of("www.reuters.com") == 0.9


def test_where_anybody_writes_confirms_nothing() -> None:
    assert trust_of("https://x.com/SECGov") < TRUSTED <= trust_of("decrypt.co")
