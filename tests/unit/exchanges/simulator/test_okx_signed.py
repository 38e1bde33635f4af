"""OKX's signed REST: shapes, and what orders come to."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.okx_client import call, limit_order, market_order, place
from tests.support.simulated import Visit, differences, sample, visit

TRADE, ACCOUNT = "/api/v5/trade", "/api/v5/account"
BTC = "instId=BTC-USDT"


def test_answers_are_as_documented(data_dir: Path) -> None:
    async def main(there: Visit) -> None:
        resting = await call(there, f"{TRADE}/order", limit_order(there))
        taken = await call(there, f"{TRADE}/order", market_order())
        number = taken["data"][0]["ordId"]
        cancelling = {"instId": "BTC-USDT", "ordId": resting["data"][0]["ordId"]}
        told = {
            "rest_place_order_response": taken,
            "rest_order_filled_market_buy": await call(
                there, f"{TRADE}/order?{BTC}&ordId={number}"
            ),
            "rest_orders_pending": await call(there, f"{TRADE}/orders-pending"),
            "rest_fills": await call(there, f"{TRADE}/fills"),
            "rest_balance": await call(there, f"{ACCOUNT}/balance"),
            "rest_trade_fee": await call(there, f"{ACCOUNT}/trade-fee?instType=SPOT"),
            "rest_amend_order_response": await call(
                there, f"{TRADE}/amend-order", cancelling | {"newSz": "0.02"}
            ),
            "rest_cancel_order_response": await call(there, f"{TRADE}/cancel-order", cancelling),
            "rest_cancel_all_after_response": await call(
                there, f"{TRADE}/cancel-all-after", {"timeOut": "60"}
            ),
        }
        for name, message in told.items():
            assert message["code"] == "0", name
            assert differences(sample(data_dir, f"okx/{name}"), message) == [], name

    visit(main)


def test_what_is_told_adds_up() -> None:
    async def main(there: Visit) -> None:
        row = await place(there, market_order(sz="0.1"))
        (order,) = (await call(there, f"{TRADE}/order?{BTC}&ordId={row['ordId']}"))["data"]
        fills = (await call(there, f"{TRADE}/fills?ordId={row['ordId']}"))["data"]
        assert sum(Decimal(fill["fillSz"]) for fill in fills) == Decimal(order["accFillSz"])
        assert sum(Decimal(fill["fee"]) for fill in fills) == Decimal(order["fee"])
        paid = sum(Decimal(fill["fillSz"]) * Decimal(fill["fillPx"]) for fill in fills)
        (whole,) = (await call(there, f"{ACCOUNT}/balance"))["data"]
        cash = {each["ccy"]: Decimal(each["cashBal"]) for each in whole["details"]}
        assert cash["USDT"] == 10_000 - paid
        assert cash["BTC"] == Decimal("0.1") + Decimal(order["fee"]) == Decimal("0.0999")
        tape = await there.get("/api/v5/market/history-trades", instId="BTC-USDT")
        public = {trade["tradeId"]: trade for trade in tape["data"]}
        for fill in fills:
            trade = public[fill["tradeId"]]
            assert (trade["px"], trade["sz"]) == (fill["fillPx"], fill["fillSz"])
        history = (await call(there, f"{TRADE}/orders-history?instType=SPOT"))["data"]
        assert [each["ordId"] for each in history] == [row["ordId"]]

    visit(main)


def test_batches_succeed_in_part() -> None:
    async def main(there: Visit) -> None:
        orders = [limit_order(there), limit_order(there, sz="50")]
        told = await call(there, f"{TRADE}/batch-orders", orders)
        assert told["code"] == "2"
        assert [row["sCode"] for row in told["data"]] == ["0", "51008"]
        numbers = [{"instId": "BTC-USDT", "ordId": told["data"][0]["ordId"]}]
        assert (await call(there, f"{TRADE}/cancel-batch-orders", numbers))["code"] == "0"
        again = await call(there, f"{TRADE}/cancel-batch-orders", numbers)
        assert again["code"] == "1"
        assert again["data"][0]["sCode"] == "51400"

    visit(main)


def test_pages_of_orders_and_fills_go_back() -> None:
    async def main(there: Visit) -> None:
        for _ in range(5):
            await place(there, limit_order(there, sz="0.001"))
            await place(there, market_order(sz="0.001"))
        pending = (await call(there, f"{TRADE}/orders-pending"))["data"]
        assert len(pending) == 5
        after = pending[1]["ordId"]
        older = (await call(there, f"{TRADE}/orders-pending?after={after}&limit=2"))["data"]
        assert older == pending[2:4]
        fills = (await call(there, f"{TRADE}/fills"))["data"]
        newer = (await call(there, f"{TRADE}/fills?before={fills[2]['billId']}"))["data"]
        assert newer == fills[:2]

    visit(main)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (f"{TRADE}/order?{BTC}&ordId=7", "51603"),
        (f"{TRADE}/order?{BTC}&clOrdId=nobody", "51603"),
        (f"{TRADE}/order?{BTC}", "51000"),
        (f"{TRADE}/order?instId=NO-SUCH&ordId=7", "51001"),
    ],
)
def test_what_is_not_there_is_not_found(path: str, code: str) -> None:
    async def main(there: Visit) -> None:
        assert (await call(there, path))["code"] == code

    visit(main)


def test_bad_requests_are_refused() -> None:
    async def main(there: Visit) -> None:
        assert (await call(there, f"{TRADE}/order", "text"))["code"] == "50002"
        told = await call(there, f"{TRADE}/cancel-all-after", {"timeOut": "5"})
        assert told["code"] == "51000"
        codes = [
            (await call(there, f"{TRADE}/cancel-order", {"instId": "BTC-USDT", "ordId": "1"}))[
                "code"
            ]
            for _ in range(61)
        ]
        assert codes[-1] == "50011"

    visit(main, rate=0.01)
