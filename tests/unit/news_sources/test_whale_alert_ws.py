from __future__ import annotations

import json
from typing import Any

import pytest

from supreme_system_v5.domain.feeds import ChainTransfer, Quota, TransferStatus
from supreme_system_v5.errors import SourceError
from supreme_system_v5.news_sources.whale_alert_ws import WhaleAlertWs
from tests.support.adapters import NOW_NS, bad, one, pushed
from tests.support.source_samples import KEY, PUSHED

ALERT: dict[str, Any] = json.loads(PUSHED["whale-alert-ws"].message)


def test_an_alert_is_a_transfer() -> None:
    assert one(pushed(WhaleAlertWs(KEY), ALERT)) == ChainTransfer(
        source="whale-alert-ws",
        chain="bitcoin",
        transaction="12" * 32,
        asset="BTC",
        amount="1500.25",
        usd="150025000.5",
        receiver_owner="Binance",
        status=TransferStatus.CONFIRMED,
        block="951000",
        happened_ns=1_779_990_000 * 10**9,
        received_ns=NOW_NS,
    )


def test_what_kind_of_owner_it_is_stands_in_the_transaction() -> None:
    known = {"inputs": [{"owner": "binance", "owner_type": "exchange", "amount": "5"}, 5]}
    for parts in ([{"outputs": 5}, known], [5, {"outputs": known["inputs"]}]):
        transaction = {**ALERT["transaction"], "sub_transactions": parts}
        found = one(pushed(WhaleAlertWs(KEY), {**ALERT, "transaction": transaction}))
        assert (found.receiver_owner, found.receiver_type) == ("Binance", "exchange")
        assert (found.sender_owner, found.sender_type) == ("", "")
    nothing: tuple[object, ...] = (
        {},
        5,
        None,
        [{"inputs": [{"owner": 5, "owner_type": "exchange"}]}],
    )
    for none in nothing:
        transaction = {**ALERT["transaction"], "sub_transactions": none}
        found = one(pushed(WhaleAlertWs(KEY), {**ALERT, "transaction": transaction}))
        assert found.receiver_type == ""


def test_several_assets_are_several_transfers() -> None:
    eth = {"symbol": "eth", "amount": "5"}
    amounts = [*ALERT["amounts"], eth, {"symbol": "eth"}, 5, eth]
    found = pushed(WhaleAlertWs(KEY), {**ALERT, "amounts": amounts})
    transfers = [item for item in found if isinstance(item, ChainTransfer)]
    assert [(t.index, t.asset, t.usd) for t in transfers] == [
        (0, "BTC", "150025000.5"),
        (0, "ETH", ""),
        (1, "ETH", ""),
    ]
    assert len(bad(found)) == 2


@pytest.mark.parametrize("row", [{"transaction": None}, {"timestamp": "x"}, {"blockchain": None}])
def test_what_is_no_alert(row: dict[str, Any]) -> None:
    assert len(bad(pushed(WhaleAlertWs(KEY), {**ALERT, **row}))) == 1


def test_being_subscribed_tells_nothing_and_an_error_is_one() -> None:
    assert pushed(WhaleAlertWs(KEY), {"type": "subscribed_alerts"}) == []
    with pytest.raises(SourceError, match="it answered with an error: no"):
        pushed(WhaleAlertWs(KEY), {"error": {"message": "no"}})


def test_the_key_is_in_the_address_and_nowhere_else() -> None:
    adapter = WhaleAlertWs(KEY)
    assert adapter.address() == (
        "wss://leviathan.whale-alert.io/ws?api_key=k3y-of-nobody%2B%2F%3D%26%25"
    )
    (greeting,) = adapter.greetings()
    assert KEY.reveal() not in greeting
    assert json.loads(greeting)["min_value_usd"] == 1_000_000


def test_the_quota_counts_the_alerts_of_the_last_hour() -> None:
    adapter = WhaleAlertWs(KEY, alerts_per_hour=2)
    hour = 3_600 * 10**9
    list(adapter.items(ALERT, NOW_NS))
    assert adapter.quota == Quota(limit=2, remaining=1, reached=False)
    list(adapter.items(ALERT, NOW_NS + 1))
    assert adapter.quota == Quota(limit=2, remaining=0, reached=True)
    list(adapter.items({"type": "pong"}, NOW_NS + hour + 2))
    assert adapter.quota == Quota(limit=2, remaining=2, reached=False)
