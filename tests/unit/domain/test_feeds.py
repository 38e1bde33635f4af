from __future__ import annotations

import msgspec

from supreme_system_v5.domain.feeds import (
    CalendarEntry,
    ChainTransfer,
    Item,
    NewsItem,
    SeriesPoint,
    SourceHealth,
    TransferStatus,
)

NEWS = NewsItem(source="a", key="k", published_ns=None, received_ns=1, title="t")
TRANSFER = ChainTransfer(
    source="a",
    chain="bitcoin",
    transaction="ab",
    asset="BTC",
    amount="1",
    status=TransferStatus.CONFIRMED,
    block="b",
    received_ns=1,
)
POINT = SeriesPoint(source="a", asset="", metric="m", as_of_ns=1, received_ns=2, value="1")
DATE = CalendarEntry(source="a", title="t", country="USD", due_ns=1, received_ns=2, impact="High")


def test_items_are_read_back_as_they_were_written() -> None:
    items: list[Item] = [NEWS, TRANSFER, POINT, DATE]
    assert msgspec.json.decode(msgspec.json.encode(items), type=list[Item]) == items


def test_when_it_came_is_no_part_of_what_it_is() -> None:
    for item in (NEWS, TRANSFER, POINT, DATE):
        later = msgspec.structs.replace(item, received_ns=99)
        assert (later.identity, later.version) == (item.identity, item.version)


def test_a_story_is_the_same_whoever_tells_it_and_a_transfer_is_not() -> None:
    assert msgspec.structs.replace(NEWS, source="b").identity == NEWS.identity
    assert msgspec.structs.replace(TRANSFER, source="b").identity != TRANSFER.identity


def test_what_a_chain_says_anew_is_another_version() -> None:
    gone = msgspec.structs.replace(TRANSFER, status=TransferStatus.REMOVED, block="")
    moved = msgspec.structs.replace(TRANSFER, block="c")
    assert len({TRANSFER.version, gone.version, moved.version}) == 3
    assert {TRANSFER.identity} == {gone.identity, moved.identity}


def test_fresh_is_what_succeeded_lately() -> None:
    assert not SourceHealth(source="a").is_fresh(0, 10**18)
    health = SourceHealth(source="a", last_success_ns=100)
    assert health.is_fresh(110, 10)
    assert not health.is_fresh(111, 10)
