from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.domain.feeds import ChainTransfer, NewsItem, TransferStatus
from supreme_system_v5.news_sources.bounded_queue import BoundedQueue


def transfer(
    amount: int, number: int = 0, *, removed: bool = False, usd: str = ""
) -> ChainTransfer:
    return ChainTransfer(
        source="a",
        chain="bitcoin",
        transaction=str(number),
        asset="BTC",
        amount=str(amount),
        usd=usd,
        status=TransferStatus.REMOVED if removed else TransferStatus.CONFIRMED,
        received_ns=1,
    )


@given(st.lists(st.integers(0, 100)), st.integers(1, 20))
def test_the_largest_are_kept_in_their_order(amounts: list[int], capacity: int) -> None:
    queue = BoundedQueue(capacity)
    kept = [queue.put(transfer(amount, n)) for n, amount in enumerate(amounts)]
    drained = queue.drain()
    found = [int(item.amount) for item in drained if isinstance(item, ChainTransfer)]
    assert sorted(found) == sorted(amounts)[len(amounts) - len(found) :]
    assert len(found) == min(len(amounts), capacity)
    assert queue.dropped == kept.count(False) == len(amounts) - len(found)
    order = [item.transaction for item in drained if isinstance(item, ChainTransfer)]
    assert order == sorted(order, key=int)
    assert (len(queue), queue.drain()) == (0, ())


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.booleans())), st.integers(1, 6))
def test_the_same_as_looking_through_all(
    steps: list[tuple[int, bool, bool]], capacity: int
) -> None:
    """The least is looked for among all that are held, each time."""
    queue, held = BoundedQueue(capacity), list[ChainTransfer]()
    for number, (amount, removed, drain) in enumerate(steps):
        held.append(transfer(amount, number, removed=removed))
        queue.put(held[-1])
        if len(held) > capacity:
            least = min(
                held,
                key=lambda item: (item.status is TransferStatus.REMOVED and 9) or int(item.amount),
            )
            held.remove(least)
        if drain:
            assert queue.drain() == tuple(held)
            held.clear()
    assert queue.drain() == tuple(held)


def test_that_a_transfer_is_gone_is_dropped_last() -> None:
    queue = BoundedQueue(2)
    headline = NewsItem(source="a", key="k", published_ns=None, received_ns=1, title="t")
    for item in (
        headline,
        transfer(1, removed=True),
        transfer(10**9),
        transfer(5, usd="10000000000"),
    ):
        queue.put(item)
    assert [item.version.split()[0] for item in queue.drain()] == ["removed", "confirmed"]
    assert queue.dropped == 2
