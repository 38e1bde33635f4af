from __future__ import annotations

from typing import Any

import pytest

from supreme_system_v5.domain.feeds import NewsItem
from supreme_system_v5.news_sources.cryptopanic import CryptoPanic
from tests.support.adapters import NOW_NS, bad, one, read_json
from tests.support.source_samples import CRYPTOPANIC, KEY

ROW: dict[str, Any] = CRYPTOPANIC["results"][0]


def post(**row: object) -> dict[str, Any]:
    return {"next": None, "results": [{**ROW, **row}]}


def test_a_post_is_a_headline_in_both_forms() -> None:
    first, second = read_json(CryptoPanic(KEY), CRYPTOPANIC)
    assert first == NewsItem(
        source="cryptopanic",
        key="https://example.org/fund",
        published_ns=1_779_958_800 * 10**9,
        received_ns=NOW_NS,
        title="A fund buys more bitcoin",
        body="Text",
        url="https://example.org/fund",
        assets=("BTC",),
    )
    assert isinstance(second, NewsItem)
    assert second.assets == ("ETH", "BTC")
    assert second.url == "https://cryptopanic.com/news/30/an-older-form"


@pytest.mark.parametrize(
    "row",
    [
        {"title": None},
        {"title": " "},
        {"title": ["a"]},
        {"id": "x"},
        {"id": -1},
        {"id": True},
        {"published_at": None},
        {"published_at": "yesterday"},
        {"published_at": "1970-01-01T00:00:00Z"},
    ],
)
def test_what_is_no_post(row: dict[str, Any]) -> None:
    assert len(bad(read_json(CryptoPanic(KEY), post(**row)))) == 1


@pytest.mark.parametrize(
    "row",
    [
        {"votes": 5, "author": None, "source": "x", "content": []},
        {"instruments": None},
        {"instruments": [None, 5, {"code": None}, {"code": "a b"}, {}]},
        {"description": 5},
    ],
)
def test_what_is_nice_to_have_may_be_missing(row: dict[str, Any]) -> None:
    assert one(read_json(CryptoPanic(KEY), post(**row))).title == ROW["title"]


def test_an_address_that_is_none_leaves_the_number_as_key() -> None:
    item = one(read_json(CryptoPanic(KEY), post(original_url="javascript:x", url=None)))
    assert (item.key, item.url) == ("cryptopanic 31", "")


def test_the_future_is_the_receipt_and_flagged() -> None:
    item = one(read_json(CryptoPanic(KEY), post(published_at="2026-06-28T09:00:00Z")))
    assert (item.published_ns, item.flags) == (NOW_NS, ("future_date",))


def test_pages_are_asked_by_number_and_never_by_an_address_with_a_key() -> None:
    adapter = CryptoPanic(KEY, pages=3)
    asked = adapter.first(NOW_NS)
    pages = []
    hostile = {"next": f"http://127.0.0.1/?auth_token={KEY.reveal()}&page=99", "results": []}
    following = adapter.following(hostile, asked)
    while following is not None:
        assert following.url == "https://cryptopanic.com/api/developer/v2/posts/"
        pages.append(dict(following.params)["page"])
        following = adapter.following(hostile, following)
    assert pages == ["2", "3"]
    assert adapter.following({"next": None}, asked) is None
    assert KEY.reveal() not in repr(asked)
