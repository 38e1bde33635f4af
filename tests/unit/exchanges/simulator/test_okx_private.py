"""OKX's private WebSocket, as a client sees it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.okx_client import by_code, call, limit_order, log_in, market_order, place
from tests.support.simulated import Told, Visit, differences, sample, visit

PRIVATE = "/ws/v5/private"
ORDERS = {"channel": "orders", "instType": "SPOT", "instId": "BTC-USDT"}
ACCOUNT = {"channel": "account"}
BOTH = {"channel": "balance_and_position"}


def of(messages: list[Told], channel: str) -> list[Told]:
    return [
        row
        for m in messages
        if m.get("arg", {}).get("channel") == channel and "data" in m
        for row in m["data"]
    ]


def test_messages_are_as_documented(data_dir: Path) -> None:
    async def main(there: Visit) -> None:
        async with there.connect(PRIVATE) as client:
            told = await log_in(there, client, ORDERS, ACCOUNT, BOTH)
            assert differences(sample(data_dir, "okx/ws_login_ok"), told[0]) == []
            acks = [m for m in told if m.get("event") == "subscribe"]
            assert differences(sample(data_dir, "okx/ws_orders_ack"), acks[0]) == []
            documented = sample(data_dir, "okx/ws_account")
            (snapshot,) = [m for m in told if m.get("eventType") == "snapshot"]
            assert differences(documented, snapshot) == []
            assert of(told, "orders") == []
            await place(there, market_order())
            later = await client.listen(1)
            documented = sample(data_dir, "okx/ws_orders_filled")
            for message in later:
                if message["arg"]["channel"] == "orders":
                    assert differences(documented, message) == []
            both = [m for m in told + later if m.get("arg", {}).get("channel") == BOTH["channel"]]
            documented = sample(data_dir, "okx/ws_balance_and_position")
            for message in both:
                if "data" in message:
                    assert differences(documented, message) == []

    visit(main)


def test_an_order_lives_is_filled_and_changes_the_balances() -> None:
    async def main(there: Visit) -> None:
        async with there.connect(PRIVATE) as client:
            await log_in(there, client, ORDERS, ACCOUNT)
            row = await place(there, limit_order(there, clOrdId="a1"))
            asked = {"instId": "BTC-USDT", "ordId": row["ordId"]}
            await call(there, "/api/v5/trade/cancel-order", asked)
            await place(there, market_order(clOrdId="a2"))
            messages = await client.listen(1)
        orders = of(messages, "orders")
        states = [(order["clOrdId"], order["state"]) for order in orders]
        assert states[:2] == [("a1", "live"), ("a1", "canceled")]
        assert states[-1] == ("a2", "filled")
        fills = [order for order in orders if order["tradeId"]]
        assert sum(float(order["fillSz"]) for order in fills) == pytest.approx(0.01)
        assert {order["execType"] for order in fills} == {"T"}
        assert all(float(order["fillFee"]) < 0 for order in fills)
        frozen = [
            detail["frozenBal"]
            for whole in of(messages, "account")
            for detail in whole["details"]
            if detail["ccy"] == "USDT"
        ]
        assert float(frozen[0]) > 500
        assert float(frozen[-1]) == 0

    visit(main)


def test_a_post_only_order_that_crosses_is_one_canceled_message() -> None:
    async def main(there: Visit) -> None:
        async with there.connect(PRIVATE) as client:
            await log_in(there, client, ORDERS)
            row = await place(there, limit_order(there, 1.01, ordType="post_only"))
            assert row["sCode"] == "0"
            states = [order["state"] for order in of(await client.listen(1), "orders")]
        assert states == ["canceled"]

    visit(main)


def test_orders_over_websocket_go_by_the_number_of_the_market(data_dir: Path) -> None:
    async def main(there: Visit) -> None:
        async with there.connect(PRIVATE) as client:
            await log_in(there, client)
            order = limit_order(there, clOrdId="a1")
            await client.send({"id": "1512", "op": "order", "args": [order]})
            await client.send({"id": "1512", "op": "order", "args": [by_code(order)]})
            await client.send(
                {"id": "1512", "op": "order", "args": [by_code(order) | {"sz": "50"}]}
            )
            await client.send({"id": "1512", "op": "order", "args": []})
            cancel = by_code({"clOrdId": "a1"})
            change = cancel | {"newSz": "0.02"}
            await client.send({"id": "1512", "op": "amend-order", "args": [change]})
            await client.send({"id": "1514", "op": "cancel-order", "args": [cancel]})
            await client.send({"id": "1514", "op": "cancel-order", "args": [cancel]})
            told = await client.listen(1)
        codes = [m["data"][0]["sCode"] if m["data"] else m["code"] for m in told]
        assert codes == ["51001", "0", "51016", "60013", "0", "0", "51400"]
        for message, name in zip(
            told[1:],
            (
                "ws_order_ack",
                "ws_order_reject_51008",
                "ws_order_bad_args_60013",
                "ws_amend_order_ack",
                "ws_cancel_order_ack",
                "ws_cancel_order_reject",
            ),
            strict=True,
        ):
            assert differences(sample(data_dir, f"okx/{name}"), message) == [], name

    visit(main)


def test_nobody_is_told_anything_before_a_login() -> None:
    async def main(there: Visit) -> None:
        async with there.connect(PRIVATE) as client:
            await client.send({"op": "subscribe", "args": [ORDERS]})
            await client.send({"op": "order", "args": [by_code(limit_order(there))]})
            await client.send({"op": "login", "args": []})
            await client.send({"op": "login", "args": [{"apiKey": "x", "timestamp": "1"}]})
            codes = [m["code"] for m in await client.listen(1)]
        assert codes == ["60018", "60011", "60013", "60005"]

    visit(main)


def test_faults_of_the_account() -> None:
    async def main(there: Visit) -> None:
        there.inject("login_fail", code=63999)
        async with there.connect(PRIVATE) as client:
            (told,) = await log_in(there, client)
            assert told["code"] == "63999"
            await log_in(there, client, ORDERS, ACCOUNT)
            there.inject("private_lost", channel="orders")
            there.inject("private_twice", channel="orders", after_messages=1)
            await place(there, limit_order(there, clOrdId="a1"))
            await place(there, limit_order(there, clOrdId="a2"))
            orders = of(await client.listen(1), "orders")
            assert [order["clOrdId"] for order in orders] == ["a2", "a2"]
            assert orders[0]["uTime"] != orders[1]["uTime"]
            there.inject("private_late", channel="orders", seconds=5)
            await place(there, limit_order(there, clOrdId="a3"))
            assert of(await client.listen(3), "orders") == []
            assert [o["clOrdId"] for o in of(await client.listen(3), "orders")] == ["a3"]
            there.inject("foreign_order", text="buy")
            assert [o["clOrdId"] for o in of(await client.listen(1), "orders")] == [""]
            there.inject("balance_drift", text="USDT", value=5.0)
            (whole,) = of(await client.listen(1), "account")
            assert whole["details"][0]["cashBal"] == "10005"
            there.inject("key_revoked")
            await client.listen(2)
            assert client.closed == 4007

    visit(main, rate=1.0)


@pytest.mark.parametrize(("text", "left"), [("lost", 0), ("kept", 1)])
def test_it_crashes_with_or_without_its_orders(text: str, left: int) -> None:
    async def main(there: Visit) -> None:
        await place(there, limit_order(there))
        async with there.connect(PRIVATE) as client:
            there.inject("restart", text=text)
            await client.listen(2)
            assert client.closed == 1006
        assert len((await call(there, "/api/v5/trade/orders-pending"))["data"]) == left

    visit(main, rate=1.0)


def test_a_wrong_key_is_a_fault_of_signed_requests_only() -> None:
    async def main(there: Visit) -> None:
        there.inject("wrong_key", code=50101)
        assert (await there.get("/api/v5/public/time"))["code"] == "0"
        assert (await call(there, "/api/v5/account/balance"))["code"] == "50101"
        assert (await call(there, "/api/v5/account/balance"))["code"] == "0"

    visit(main)
