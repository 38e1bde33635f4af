from __future__ import annotations

from typing import Any

import pytest

from supreme_system_v5.domain.feeds import ChainTransfer, TransferStatus
from supreme_system_v5.news_sources.blockchair import Blockchair
from tests.support.adapters import NOW_NS, bad, one, read_json
from tests.support.source_samples import BLOCKCHAIR

ROW: dict[str, Any] = BLOCKCHAIR["data"][0]


def answer(**row: object) -> dict[str, Any]:
    return {"data": [{**ROW, **row}], "context": {"code": 200}}


def test_a_transaction_in_a_block_and_one_that_waits() -> None:
    first, second = read_json(Blockchair(), BLOCKCHAIR)
    assert first == ChainTransfer(
        source="blockchair",
        chain="bitcoin",
        transaction="ab" * 32,
        asset="BTC",
        amount="250",
        usd="25000000.5",
        status=TransferStatus.CONFIRMED,
        block="951000",
        happened_ns=1_779_991_201 * 10**9,
        received_ns=NOW_NS,
    )
    assert isinstance(second, ChainTransfer)
    assert (second.status, second.block) == (TransferStatus.UNCONFIRMED, "")
    assert (second.amount, second.usd) == ("100.00000001", "")


@pytest.mark.parametrize(
    "row",
    [
        {"hash": "ab"},
        {"hash": None},
        {"output_total": -1},
        {"output_total": "1e3"},
        {"output_total": 21 * 10**14 + 1},
        {"output_total": 1.5},
        {"output_total": True},
        {"time": None},
        {"block_id": None},
        {"output_total_usd": "many"},
    ],
)
def test_what_is_no_transaction(row: dict[str, Any]) -> None:
    assert len(bad(read_json(Blockchair(), answer(**row)))) == 1


@pytest.mark.parametrize(("sat", "btc"), [(9_999_999_999, "99.99999999"), (10**10, "100")])
def test_amounts_are_exact_at_the_edges(sat: int, btc: str) -> None:
    assert one(read_json(Blockchair(), answer(output_total=sat))).amount == btc


def test_what_it_asks_for() -> None:
    asked = dict(Blockchair(least_btc=500).first(NOW_NS).params)
    assert asked["q"] == "output_total(50000000000..)"
