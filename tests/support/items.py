"""Items of sources, as any of them may tell them."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st

from supreme_system_v5.domain.feeds import (
    CalendarEntry,
    ChainTransfer,
    Item,
    Leg,
    NewsItem,
    SeriesPoint,
    TransferStatus,
)
from supreme_system_v5.news_sources.values import BadItemError

__all__ = ["item_lists", "told_items"]

DAY_NS = 86_400 * 10**9
NOW_NS = 20_000 * DAY_NS

words = st.text(st.characters(codec="utf-8"), max_size=8)
titles = words.map(lambda text: f"t{text}")
times = st.integers(NOW_NS, NOW_NS + 9)
maybe = st.none() | st.integers(0, NOW_NS)
amounts = st.decimals(0, 2 * 10**10, places=8).map(lambda number: f"{number:f}")
legs = st.lists(st.builds(Leg, address=words, amount=amounts), max_size=2).map(tuple)

stories = st.builds(
    NewsItem, source=words, key=words, published_ns=maybe, received_ns=times, title=titles,
    body=words, url=words, assets=st.lists(words, max_size=2).map(tuple),
)  # fmt: skip
transfers = st.builds(
    ChainTransfer, source=words, chain=words, transaction=words,
    kind=st.sampled_from(("transfer", "transfer", "mint", "burn", "lock")),
    asset=st.sampled_from(("BTC", "USDT")), amount=amounts, sender=words, receiver=words,
    sender_owner=words, receiver_type=st.sampled_from(("", "exchange", "unknown")),
    status=st.sampled_from(TransferStatus), happened_ns=maybe, received_ns=times, inputs=legs,
    outputs=legs, index=st.integers(0, 2),
)  # fmt: skip
points = st.builds(
    SeriesPoint, source=st.sampled_from(("a", "b")), asset=st.sampled_from(("BTC", "ETH")),
    metric=st.sampled_from(("FlowInExNtv", "FlowOutExNtv", "fear_greed")),
    as_of_ns=st.integers(-3, 0).map(lambda day: NOW_NS + day * DAY_NS), received_ns=times,
    value=st.integers(-1, 3).map(str), label=words,
)  # fmt: skip
dates = st.builds(
    CalendarEntry, source=words, title=titles, country=words, due_ns=st.integers(0, 2 * NOW_NS),
    received_ns=times, impact=st.sampled_from(("High", "Low")),
)  # fmt: skip


def item_lists() -> st.SearchStrategy[list[Item]]:
    return st.lists(st.one_of(stories, transfers, points, dates), max_size=12)


def told_items(found: Iterable[Item | BadItemError]) -> list[Item]:
    """Return what was read, nothing of it bad."""
    items = [item for item in found if not isinstance(item, BadItemError)]
    assert len(items) == len(list(found))
    return items
