"""What goes wrong with orders, and the dead man's switch."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from supreme_system_v5.exchanges.simulator.okx_desk import Handled
from tests.support.okx_client import call, limit_order, market_order, place
from tests.support.simulated import Visit, visit

TRADE = "/api/v5/trade"


async def query(there: Visit, client_id: str) -> Any:  # noqa: ANN401 - whatever it answers
    return await call(there, f"{TRADE}/order?instId=BTC-USDT&clOrdId={client_id}")


@pytest.mark.parametrize(("kind", "code"), [("order_lost_reply", "0"), ("order_lost", "51603")])
def test_the_answer_is_lost_with_or_without_the_order(kind: str, code: str) -> None:
    async def main(there: Visit) -> None:
        there.inject(kind)
        with pytest.raises(aiohttp.ClientError):
            await place(there, limit_order(there, clOrdId="a1"))
        assert (await query(there, "a1"))["code"] == code

    visit(main)


def test_orders_are_refused_invisible_or_late() -> None:
    async def main(there: Visit) -> None:
        there.inject("order_reject", code=51149)
        assert (await place(there, limit_order(there)))["sCode"] == "51149"
        there.inject("order_invisible", seconds=5)
        await place(there, limit_order(there, clOrdId="a1"))
        assert (await query(there, "a1"))["code"] == "51603"
        assert (await call(there, f"{TRADE}/orders-pending"))["data"] == []
        await asyncio.sleep(6)
        assert (await query(there, "a1"))["code"] == "0"
        there.inject("order_late_reply", seconds=20)
        before = asyncio.get_running_loop().time()
        assert (await place(there, limit_order(there)))["sCode"] == "0"
        assert asyncio.get_running_loop().time() - before >= 20

    visit(main, rate=1.0)


def test_takers_are_filled_in_pieces_or_in_part() -> None:
    async def main(there: Visit) -> None:
        there.inject("order_pieces", count=4)
        row = await place(there, market_order())
        fills = (await call(there, f"{TRADE}/fills?ordId={row['ordId']}"))["data"]
        assert len(fills) >= 4
        there.inject("order_band", value=0.5)
        await place(there, market_order(clOrdId="a1"))
        (order,) = (await query(there, "a1"))["data"]
        assert (order["state"], order["accFillSz"]) == ("canceled", "0.005")

    visit(main)


def test_a_fill_is_faster_than_a_cancellation() -> None:
    async def main(there: Visit) -> None:
        await place(there, limit_order(there, clOrdId="a1"))
        there.inject("cancel_race")
        asked = {"instId": "BTC-USDT", "clOrdId": "a1"}
        told = await call(there, f"{TRADE}/cancel-order", asked)
        assert told["data"][0]["sCode"] == "51400"
        assert (await query(there, "a1"))["data"][0]["state"] == "filled"

    visit(main)


@pytest.mark.parametrize(("cancel", "state"), [(True, "canceled"), (False, "live")])
def test_a_change_fails_after_it_was_accepted(cancel: bool, state: str) -> None:
    async def main(there: Visit) -> None:
        await place(there, limit_order(there, clOrdId="a1"))
        there.inject("amend_fail")
        asked = {"instId": "BTC-USDT", "clOrdId": "a1", "newSz": "0.02", "cxlOnFail": cancel}
        told = await call(there, f"{TRADE}/amend-order", asked)
        assert told["data"][0]["sCode"] == "0"
        (order,) = (await query(there, "a1"))["data"]
        assert (order["state"], order["sz"]) == (state, "0.01")

    visit(main)


def test_a_change_of_size_and_price() -> None:
    async def main(there: Visit) -> None:
        await place(there, limit_order(there, clOrdId="a1"))
        asked = {"instId": "BTC-USDT", "clOrdId": "a1", "newSz": "0.02", "newPx": "54000"}
        await call(there, f"{TRADE}/amend-order", asked)
        (order,) = (await query(there, "a1"))["data"]
        assert (order["sz"], order["px"]) == ("0.02", "54000")
        assert there.exchange.okx.account.frozen["USDT"] == 1_080

    visit(main)


def test_the_dead_mans_switch_cancels_everything() -> None:
    async def main(there: Visit) -> None:
        await place(there, limit_order(there, clOrdId="a1"))
        await call(there, f"{TRADE}/cancel-all-after", {"timeOut": "10"})
        await asyncio.sleep(5)
        await call(there, f"{TRADE}/cancel-all-after", {"timeOut": "10"})
        await asyncio.sleep(9)
        assert (await query(there, "a1"))["data"][0]["state"] == "live"
        await asyncio.sleep(2)
        assert (await query(there, "a1"))["data"][0]["state"] == "canceled"

    visit(main, rate=1.0)


def test_what_is_answered_is_said_at_once_unless_said_otherwise() -> None:
    assert Handled(body={}) == Handled(body={}, silent=False, later_s=0.0)
