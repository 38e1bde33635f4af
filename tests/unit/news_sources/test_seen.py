from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.domain.feeds import ChainTransfer, NewsItem, SeriesPoint, TransferStatus
from supreme_system_v5.news_sources.seen import Seen


def news(key: str = "k", title: str = "t", source: str = "a") -> NewsItem:
    return NewsItem(source=source, key=key, published_ns=1, received_ns=2, title=title)


def transfer(status: TransferStatus, block: str = "") -> ChainTransfer:
    return ChainTransfer(
        source="a",
        chain="bitcoin",
        transaction="ab",
        asset="BTC",
        amount="1",
        status=status,
        block=block,
        received_ns=1,
    )


def test_a_story_is_new_once_whoever_tells_it() -> None:
    seen = Seen()
    told = [news(), news(), news(source="b"), news(title="T", source="b"), news(key="other")]
    assert [seen.is_new(item) for item in told] == [True, False, False, False, True]


def test_another_title_by_the_same_source_is_news_and_flipping_is_not() -> None:
    seen = Seen()
    titles = ["approves", "denies", "approves", "denies"]
    assert [seen.is_new(news(title=title)) for title in titles] == [True, True, False, False]


def test_a_transfer_is_new_whenever_its_state_is() -> None:
    seen = Seen()
    states = [
        transfer(TransferStatus.UNCONFIRMED),
        transfer(TransferStatus.UNCONFIRMED),
        transfer(TransferStatus.CONFIRMED, "a"),
        transfer(TransferStatus.REMOVED),
        transfer(TransferStatus.CONFIRMED, "b"),
        transfer(TransferStatus.REMOVED),
    ]
    assert [seen.is_new(state) for state in states] == [True, False, True, True, True, True]


def test_a_revised_point_is_a_new_fact() -> None:
    seen = Seen()
    point = SeriesPoint(source="a", asset="BTC", metric="m", as_of_ns=1, received_ns=2, value="1")
    again = msgspec.structs.replace(point, received_ns=3)
    revised = msgspec.structs.replace(point, value="2")
    assert [seen.is_new(p) for p in (point, again, revised, point)] == [True, False, True, True]


@given(st.lists(st.integers(0, 30)), st.integers(1, 10))
def test_it_is_bounded_and_forgets_what_was_not_met_for_longest(keys: list[int], most: int) -> None:
    seen = Seen(capacity=most)
    remembered: list[int] = []
    for key in keys:
        assert seen.is_new(news(key=str(key))) == (key not in remembered)
        remembered = [*[k for k in remembered if k != key], key][-most:]
        assert len(seen) == len(remembered) <= most


@given(st.lists(st.integers(0, 60), max_size=200), st.integers(8, 40))
def test_of_many_an_eighth_is_forgotten_at_once(keys: list[int], most: int) -> None:
    seen = Seen(capacity=most)
    met: list[int] = []
    for key in keys:
        known = not seen.is_new(news(key=str(key)))
        assert known <= (key in met[-most:])
        assert known >= (key in met[-(most - most // 8) :])
        met = [*[k for k in met if k != key], key]
        assert len(seen) <= most


def test_a_story_of_another_source_changes_with_the_first_one_only() -> None:
    seen = Seen()
    items = [news(source="b"), news(), news(title="T"), news(title="T", source="b")]
    assert [seen.is_new(item) for item in items] == [True, False, False, True]
