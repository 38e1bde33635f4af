from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.domain.feeds import ChainTransfer, TransferStatus
from supreme_system_v5.news_sources.bitcoin import MOST_LEGS, bitcoin_transfer
from supreme_system_v5.news_sources.values import BadItemError
from tests.support.source_samples import transaction

NOW = 1_780_000_000 * 10**9
OWN = "bc1qeldw4mqns26wew8swgpkt3fs364w3ehs046w2f"
OTHER = "34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo"


def read(row: dict[str, Any], *, removed: bool = False) -> ChainTransfer:
    return bitcoin_transfer(row, "s", NOW, removed=removed)


def test_change_does_not_move() -> None:
    found = read(transaction())
    assert (found.amount, found.sender, found.receiver) == ("150", OWN, OTHER)
    assert (found.status, found.block) == (TransferStatus.CONFIRMED, "0" * 63 + "1")
    assert [leg.amount for leg in found.outputs] == ["150", "1"]


def test_states() -> None:
    waiting = read(transaction(confirmed=False))
    assert (waiting.status, waiting.block, waiting.happened_ns) == (
        TransferStatus.UNCONFIRMED,
        "",
        None,
    )
    gone = read(transaction(confirmed=False), removed=True)
    assert gone.status is TransferStatus.REMOVED
    assert gone.identity == waiting.identity
    assert "status" in transaction()
    assert read({**transaction(), "status": None}).status is TransferStatus.UNCONFIRMED


def test_new_coins_come_from_nowhere() -> None:
    row = transaction()
    row["vin"] = [{"prevout": None, "is_coinbase": True}]
    assert (read(row).sender, read(row).amount) == ("", "151")


def test_a_transfer_to_oneself_moves_nothing() -> None:
    row = transaction()
    row["vout"] = [{"scriptpubkey_address": OWN, "value": 5}]
    assert (read(row).amount, read(row).receiver) == ("0", "")


def test_outputs_without_an_address_are_added_up() -> None:
    row = transaction()
    row["vout"] = [{"value": 10**8}, {"scriptpubkey_address": None, "value": 10**8}]
    assert read(row).amount == "2"


def test_many_legs_are_cut_and_flagged_and_still_counted() -> None:
    row = transaction()
    row["vout"] = [{"scriptpubkey_address": f"address{n:08}", "value": n} for n in range(1_000)]
    found = read(row)
    assert len(found.outputs) == MOST_LEGS
    assert found.flags == ("cut",)
    assert Decimal(found.amount) * 10**8 == sum(range(1_000))


@given(st.lists(st.tuples(st.sampled_from([OWN, OTHER, "1Address000000"]), st.integers(0, 10**12))))
def test_what_moves_is_what_others_get(outputs: list[tuple[str, int]]) -> None:
    row = transaction()
    row["vout"] = [{"scriptpubkey_address": a, "value": value} for a, value in outputs]
    moved = sum(value for address, value in outputs if address != OWN)
    assert Decimal(read(row).amount) * 10**8 == moved


@pytest.mark.parametrize(
    "change",
    [
        {"txid": "x"},
        {"txid": None},
        {"vin": None},
        {"vin": {}},
        {"vin": [5]},
        {"vin": [{"prevout": 5}]},
        {"vout": "x"},
        {"vout": [{"value": -1}]},
        {"vout": [{"value": "1e3"}]},
        {"vout": [{"value": 1.5}]},
        {"vout": [{"value": True}]},
        {"vout": [{"value": 21 * 10**14 + 1}]},
        {"vout": [{"value": 11 * 10**14}] * 2},
        {"vout": [{"value": 1}] * 3_001},
        {"status": 5},
        {"status": {"confirmed": True, "block_hash": "x"}},
        {"status": {"confirmed": True, "block_time": "x"}},
    ],
)
def test_what_is_no_transaction(change: dict[str, Any]) -> None:
    with pytest.raises(BadItemError):
        read({**transaction(), **change})
