from __future__ import annotations

from supreme_system_v5.domain.feeds import ChainTransfer, TransferStatus
from supreme_system_v5.news_sources.mempool_rest import MempoolRest
from tests.support.adapters import NOW_NS, Found
from tests.support.adapters import read_json as read_rows
from tests.support.source_samples import transaction

ADDRESS = "bc1qeldw4mqns26wew8swgpkt3fs364w3ehs046w2f"
UNCONFIRMED, CONFIRMED, REMOVED = TransferStatus


def read_json(adapter: MempoolRest, rows: object) -> Found:
    """Poll once, to the end."""
    adapter.first(NOW_NS)
    found = read_rows(adapter, rows)
    adapter.finished()
    return found


def states(found: Found) -> list[tuple[int, TransferStatus]]:
    return [(int(t.transaction, 16), t.status) for t in found if isinstance(t, ChainTransfer)]


def test_one_request_for_each_address() -> None:
    adapter = MempoolRest(["a" * 30, "b" * 30], "https://node.example.org")
    asked = adapter.first(NOW_NS)
    assert asked.url == f"https://node.example.org/api/address/{'a' * 30}/txs"
    second = adapter.following([], asked)
    assert second is not None
    assert second.url.endswith(f"/{'b' * 30}/txs")
    assert adapter.following([], second) is None


def test_what_vanishes_unconfirmed_is_told_as_removed_once() -> None:
    adapter = MempoolRest([ADDRESS])
    waiting = transaction(1, confirmed=False)
    assert states(read_json(adapter, [waiting])) == [(1, UNCONFIRMED)]
    assert states(read_json(adapter, [transaction(2)])) == [(2, CONFIRMED), (1, REMOVED)]
    assert states(read_json(adapter, [transaction(2)])) == [(2, CONFIRMED)]


def test_what_was_confirmed_is_not_removed() -> None:
    adapter = MempoolRest([ADDRESS])
    adapter.first(NOW_NS)
    read_json(adapter, [transaction(1, confirmed=False)])
    assert states(read_json(adapter, [transaction(1)])) == [(1, CONFIRMED)]
    assert states(read_json(adapter, [])) == []


def test_a_block_that_is_reorganised_is_a_new_version() -> None:
    adapter = MempoolRest([ADDRESS])
    adapter.first(NOW_NS)
    first = read_json(adapter, [transaction(1, block="a" * 64)])[0]
    second = read_json(adapter, [transaction(1, confirmed=False)])[0]
    third = read_json(adapter, [transaction(1, block="b" * 64)])[0]
    told = [item for item in (first, second, third) if isinstance(item, ChainTransfer)]
    assert len({item.identity for item in told}) == 1
    assert len({item.version for item in told}) == 3


def test_nothing_is_taken_back_on_a_list_that_cannot_be_read_whole() -> None:
    adapter = MempoolRest([ADDRESS])
    adapter.first(NOW_NS)
    read_json(adapter, [transaction(1, confirmed=False)])
    assert states(read_json(adapter, [{"txid": "broken"}])) == []
    full = [transaction(n, confirmed=False) for n in range(2, 52)]
    assert REMOVED not in [state for _, state in states(read_json(adapter, full))]


def test_a_poll_that_ends_in_the_middle_takes_nothing_back_for_good() -> None:
    adapter = MempoolRest([ADDRESS])
    read_json(adapter, [transaction(1, confirmed=False)])
    adapter.first(NOW_NS)
    assert states(read_rows(adapter, [])) == [(1, REMOVED)]  # and is interrupted here
    assert states(read_json(adapter, [])) == [(1, REMOVED)]
    assert states(read_json(adapter, [])) == []
