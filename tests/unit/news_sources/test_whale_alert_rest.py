from __future__ import annotations

from typing import Any

import pytest

from supreme_system_v5.domain.feeds import ChainTransfer, TransferStatus
from supreme_system_v5.errors import SourceError
from supreme_system_v5.news_sources.whale_alert_rest import WhaleAlertRest
from tests.support.adapters import NOW_NS, bad, document_of, one, read_json
from tests.support.source_samples import KEY, WHALE_ALERT

ROW: dict[str, Any] = WHALE_ALERT["transactions"][0]


def answer(**row: object) -> dict[str, Any]:
    return {"result": "success", "count": 1, "transactions": [{**ROW, **row}]}


def test_transfers_with_owners_where_they_are_known() -> None:
    first, second = read_json(WhaleAlertRest(KEY), WHALE_ALERT)
    assert first == ChainTransfer(
        source="whale-alert",
        chain="bitcoin",
        transaction="ef" * 32,
        asset="BTC",
        amount="1000.5",
        usd="100050000.25",
        sender="1P5ZEDWTKTFGxQjZphgWPQUpe554WKDfHQ",
        receiver="34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo",
        receiver_owner="binance",
        sender_type="unknown",
        receiver_type="exchange",
        status=TransferStatus.CONFIRMED,
        happened_ns=1_779_990_000 * 10**9,
        received_ns=NOW_NS,
    )
    assert isinstance(second, ChainTransfer)
    assert (second.kind, second.asset, second.sender) == ("mint", "USDT", "")
    assert (second.transaction, second.flags) == ("9a" * 32, ("grouped",))


@pytest.mark.parametrize(
    "row",
    [
        {"amount": None},
        {"amount": "1e3"},
        {"amount": -5},
        {"amount": 1e308},
        {"amount": True},
        {"symbol": ""},
        {"hash": ""},
        {"hash": "../../x"},
        {"from": None},
        {"to": "binance"},
        {"timestamp": 0},
        {"transaction_count": "many"},
        {"transaction_type": None},
    ],
)
def test_what_is_no_transfer(row: dict[str, Any]) -> None:
    assert len(bad(read_json(WhaleAlertRest(KEY), answer(**row)))) == 1


def test_an_amount_of_nothing_is_one() -> None:
    assert (
        one(read_json(WhaleAlertRest(KEY), answer(amount=0, transaction_type="lock"))).amount == "0"
    )


def test_no_transfers_in_the_hour() -> None:
    adapter = WhaleAlertRest(KEY)
    assert read_json(adapter, {"result": "success", "cursor": "x", "count": 0}) == []


def test_the_cursor_is_kept_once_a_poll_went_through() -> None:
    adapter = WhaleAlertRest(KEY)
    asked = adapter.first(NOW_NS)
    assert dict(asked.params) == {
        "start": str(NOW_NS // 10**9 - 3_590),
        "min_value": "1000000",
        "limit": "100",
    }
    full = {**WHALE_ALERT, "transactions": [ROW] * 100}
    second = adapter.following(full, asked)
    assert second is not None
    assert dict(second.params)["cursor"] == WHALE_ALERT["cursor"]
    assert "cursor" not in dict(adapter.first(NOW_NS).params), "it did not go through"
    adapter.following(full, asked)
    assert adapter.following({**WHALE_ALERT, "cursor": "last"}, second) is None
    adapter.finished()
    assert dict(adapter.first(NOW_NS).params)["cursor"] == "last"


def test_a_large_page_is_a_full_page() -> None:
    import json

    adapter = WhaleAlertRest(KEY)
    asked = adapter.first(NOW_NS)
    many = {**WHALE_ALERT, "transactions": [{**ROW, "id": "x" * 1_000}] * 100}
    document = document_of(adapter, json.dumps(many).encode())
    assert len(list(adapter.items(document, NOW_NS))) == 100
    assert adapter.following(document, asked) is not None


def test_a_cursor_that_has_expired_is_forgotten() -> None:
    adapter = WhaleAlertRest(KEY)
    adapter.following({**WHALE_ALERT, "cursor": "old"}, adapter.first(NOW_NS))
    adapter.finished()
    assert dict(adapter.first(NOW_NS).params)["cursor"] == "old"
    with pytest.raises(SourceError, match="cursor expired"):
        read_json(adapter, {"result": "error", "message": "cursor expired"})
    assert "cursor" not in dict(adapter.first(NOW_NS).params)


def test_transfers_of_one_asset_in_one_transaction_are_told_apart() -> None:
    adapter = WhaleAlertRest(KEY)
    others = [{**ROW, "amount": 7}, {**ROW, "to": {"address": "", "owner": "x"}}]
    document = {**answer(), "transactions": [ROW, *others, ROW]}

    def numbers(document: dict[str, Any]) -> list[int]:
        found = read_json(adapter, document)
        transfers = [item for item in found if isinstance(item, ChainTransfer)]
        assert len({item.identity for item in transfers}) == len({item.index for item in transfers})
        return [item.index for item in transfers]

    assert numbers(document) == [0, 1, 2, 0]
    backward = {**answer(), "transactions": [*others[::-1], ROW]}
    assert numbers(backward) == [2, 1, 0], "told again they are the same"
    assert numbers(answer(symbol="usdt")) == [0]
    assert numbers(answer(hash="ab" * 32)) == [0]


def test_few_transactions_are_kept_in_mind() -> None:
    adapter = WhaleAlertRest(KEY)
    rows = [{**ROW, "hash": f"{number:064x}"} for number in range(2_001)]
    read_json(adapter, {**answer(), "transactions": rows})
    again = [{**rows[number], "amount": 7} for number in (0, 1, 2_000)]
    found = read_json(adapter, {**answer(), "transactions": again})
    assert [item.index for item in found if isinstance(item, ChainTransfer)] == [0, 0, 1]
