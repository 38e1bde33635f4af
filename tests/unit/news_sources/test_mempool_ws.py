from __future__ import annotations

import json

import pytest

from supreme_system_v5.domain.feeds import ChainTransfer
from supreme_system_v5.errors import SourceError
from supreme_system_v5.news_sources.mempool_ws import MempoolWs
from tests.support.adapters import bad, pushed
from tests.support.source_samples import transaction

ADAPTER = MempoolWs(["bc1qeldw4mqns26wew8swgpkt3fs364w3ehs046w2f"])


def test_it_asks_for_its_addresses() -> None:
    (greeting,) = ADAPTER.greetings()
    assert json.loads(greeting) == {
        "track-addresses": ["bc1qeldw4mqns26wew8swgpkt3fs364w3ehs046w2f"]
    }
    assert ADAPTER.address() == "wss://mempool.space/api/v1/ws"


def test_what_is_gone_comes_first() -> None:
    message = {
        "multi-address-transactions": {
            "a": {"mempool": [transaction(1, confirmed=False)], "confirmed": [], "removed": []},
            "b": {"removed": [transaction(2, confirmed=False)]},
        },
        "block-transactions": [transaction(3)],
        "address-removed-transactions": [transaction(4, confirmed=False)],
    }
    two = MempoolWs(["a", "b"])
    found = [item for item in pushed(two, message) if isinstance(item, ChainTransfer)]
    states = [(int(item.transaction, 16), item.status.value) for item in found]
    assert sorted(states[:2]) == [(2, "removed"), (4, "removed")]
    assert sorted(states[2:]) == [(1, "unconfirmed"), (3, "confirmed")]


def test_what_is_about_something_else_tells_nothing() -> None:
    assert pushed(ADAPTER, {"blocks": [], "mempoolInfo": {}, "conversions": {"USD": 1}}) == []


@pytest.mark.parametrize(
    "message",
    [
        {"multi-address-transactions": {"a": {"mempool": {}}}},
        {"address-transactions": 5},
        {"multi-address-transactions": {"a": {}, "b": {}}},
    ],
)
def test_another_shape_is_refused(message: object) -> None:
    with pytest.raises(SourceError, match="not in the format"):
        pushed(ADAPTER, message)


def test_a_bad_transaction_ends_nothing() -> None:
    found = pushed(ADAPTER, {"address-transactions": [{"txid": 5}, transaction(1)]})
    assert (len(found), len(bad(found))) == (2, 1)
