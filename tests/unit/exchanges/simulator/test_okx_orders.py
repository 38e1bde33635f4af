"""Orders as they are read, refused and told."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.exchanges.simulator.okx_orders import OrderRefusedError, plain
from tests.support.okx_client import call, limit_order, market_order, place
from tests.support.simulated import Told, Visit, differences, sample, visit


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"instId": "NO-SUCH"}, "51001"),
        ({"tdMode": "cross"}, "51000"),
        ({"side": "hold"}, "51000"),
        ({"ordType": "stop"}, "51000"),
        ({"px": "0"}, "51000"),
        ({"px": "many"}, "51000"),
        ({"px": "50000.05"}, "51000"),
        ({"px": "90000"}, "51137"),
        ({"px": "20000", "side": "sell"}, "51138"),
        ({"sz": "0.000001"}, "51020"),
        ({"sz": "0.0100000001"}, "51121"),
        ({"sz": "-1"}, "51000"),
        ({"sz": "NaN"}, "51000"),
        ({"sz": "5"}, "51008"),
        ({"side": "sell"}, "51008"),
        ({"clOrdId": "not_allowed"}, "51000"),
        ({"clOrdId": "a" * 33}, "51000"),
    ],
)
def test_what_cannot_be_is_refused(changed: Told, code: str) -> None:
    async def main(there: Visit) -> None:
        row = await place(there, limit_order(there) | changed)
        assert row["sCode"] == code
        assert row["ordId"] == ""
        assert row["sMsg"]
        assert (await call(there, "/api/v5/trade/orders-pending"))["data"] == []
        assert there.exchange.okx.account.frozen["USDT"] == 0

    visit(main)


def test_refusals_of_funds_are_as_documented(data_dir: Path) -> None:
    async def main(there: Visit) -> None:
        row = await place(there, limit_order(there, sz="5"))
        documented = sample(data_dir, "okx/ws_order_reject_51008")["data"][0]
        assert differences(documented, row) == []
        assert row["sMsg"] == documented["sMsg"]
        assert row["subCode"] == documented["subCode"]

    visit(main)


def test_a_clients_id_is_unique_among_open_orders_only() -> None:
    async def main(there: Visit) -> None:
        first = await place(there, limit_order(there, clOrdId="mine"))
        again = await place(there, limit_order(there, clOrdId="mine"))
        assert (first["sCode"], again["sCode"]) == ("0", "51016")
        asked = {"instId": "BTC-USDT", "clOrdId": "mine"}
        await call(there, "/api/v5/trade/cancel-order", asked)
        later = await place(there, limit_order(there, clOrdId="mine"))
        assert later["sCode"] == "0"
        path = "/api/v5/trade/order?instId=BTC-USDT&clOrdId=mine"
        assert (await call(there, path))["data"][0]["ordId"] == later["ordId"]

    visit(main)


def test_a_purchase_at_the_market_is_in_quote_currency_unless_said_otherwise() -> None:
    async def main(there: Visit) -> None:
        order = market_order(sz="100")
        del order["tgtCcy"]
        row = await place(there, order)
        path = f"/api/v5/trade/order?instId=BTC-USDT&ordId={row['ordId']}"
        (told,) = (await call(there, path))["data"]
        assert (told["tgtCcy"], told["sz"], told["state"]) == ("quote_ccy", "100", "filled")
        assert 99 < float(told["accFillSz"]) * float(told["avgPx"]) <= 100
        assert (await place(there, order | {"sz": "0.01"}))["sCode"] == "51020"
        sale = market_order(side="sell", tgtCcy="quote_ccy")
        assert (await place(there, sale))["sCode"] == "51000"

    visit(main)


def test_a_halted_market_takes_no_orders() -> None:
    async def main(there: Visit) -> None:
        there.exchange.market.rules.state = "suspend"
        assert (await place(there, limit_order(there)))["sCode"] == "51022"
        there.exchange.market.rules.state = "post_only"
        assert (await place(there, limit_order(there)))["sCode"] == "51022"
        assert (await place(there, limit_order(there, ordType="post_only")))["sCode"] == "0"

    visit(main)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=12, min_value=-(10**9)))
def test_decimals_are_told_exactly_and_plainly(value: Decimal) -> None:
    text = plain(value)
    assert Decimal(text) == value
    assert "E" not in text


def test_a_refusal_has_its_parts() -> None:
    refused = OrderRefusedError(51008, "no", "1000")
    assert (refused.code, refused.text, refused.sub_code, str(refused)) == (
        51008,
        "no",
        "1000",
        "no",
    )
