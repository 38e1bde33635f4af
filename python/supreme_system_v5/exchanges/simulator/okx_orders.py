"""Orders as OKX v5 reads and tells them, over REST and WebSocket alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from supreme_system_v5.exchanges.simulator.altering import Body
from supreme_system_v5.exchanges.simulator.core import Core
from supreme_system_v5.exchanges.simulator.okx_rest import INST_ID_CODE
from supreme_system_v5.exchanges.simulator.orders import Fill, Order, OrderDesk
from supreme_system_v5.exchanges.simulator.tape import CENTS, UNITS, price_text, size_text

__all__ = ["OrderRefusedError", "Wire", "plain"]

_KINDS = frozenset({"market", "limit", "post_only", "fok", "ioc"})
_CLIENT_ID = re.compile(r"[A-Za-z0-9]{1,32}")
_FAR = Decimal("0.15")
_MOST_OPEN = 500
_EMPTY_ORDER = (
    *("algoClOrdId", "algoId", "attachAlgoClOrdId", "cancelSourceReason", "ccy", "lever"),
    *("pxType", "pxUsd", "pxVol", "quickMgnType", "slOrdPx", "slTriggerPx", "slTriggerPxType"),
    *("source", "stpId", "tpOrdPx", "tpTriggerPx", "tpTriggerPxType"),
)
_EMPTY_PUSH = (
    *("amendResult", "amendSource", "fillPxVol", "fillPxUsd", "fillMarkVol", "fillFwdPx"),
    *("fillMarkPx", "fillIdxPx", "reqId", "msg"),
)
_EMPTY_FILL = (
    *("fillPxVol", "fillFwdPx", "fillPxUsd", "fillMarkVol", "fillIdxPx", "fillMarkPx", "tag"),
)


class OrderRefusedError(Exception):
    """An order, a change or a cancellation is refused.

    Attributes:
        code: The sCode.
        text: The sMsg.
        sub_code: The subCode.
    """

    def __init__(self, code: int, text: str, sub_code: str = "") -> None:
        """Keep the parts apart."""
        super().__init__(text)
        self.code = code
        self.text = text
        self.sub_code = sub_code


@dataclass(frozen=True, slots=True)
class Wire:
    """Reads requests, and makes rows of orders, fills and balances.

    Attributes:
        core: Time and market.
        desk: Where the orders are.
    """

    core: Core
    desk: OrderDesk

    @property
    def inst_id(self) -> str:
        """The market."""
        return f"{self.core.base}-{self.core.quote}"

    def check_market(self, asked: Mapping[str, Any], *, by_code: bool) -> None:
        """Refuse what is of another market; over WebSocket its number counts, not its name."""
        if by_code:
            known = asked.get("instIdCode") == INST_ID_CODE
        else:
            known = asked.get("instId") == self.inst_id
        if not known:
            text = "Instrument ID, Instrument ID code, or Spread ID doesn't exist."
            raise OrderRefusedError(51001, text)

    def read_order(self, asked: Mapping[str, Any], *, by_code: bool = False) -> Order:
        """Return an order that the account can pay, held; refuse any other."""
        self.check_market(asked, by_code=by_code)
        state = self.core.market.rules.state
        if state != "live" and not (state == "post_only" and asked.get("ordType") == "post_only"):
            raise OrderRefusedError(51022, "Contract suspended")
        if asked.get("tdMode") != "cash":
            raise OrderRefusedError(51000, "Parameter tdMode error")
        kind, side = str(asked.get("ordType")), asked.get("side")
        if kind not in _KINDS:
            raise OrderRefusedError(51000, "Parameter ordType error")
        if side not in ("buy", "sell"):
            raise OrderRefusedError(51000, "Parameter side error")
        client_id = str(asked.get("clOrdId") or "")
        self._check_client_id(client_id)
        price = None if kind == "market" else self.read_price(asked.get("px"), buy=side == "buy")
        target = str(asked.get("tgtCcy") or "")
        if kind == "market" and side == "buy" and not target:
            target = "quote_ccy"
        in_quote = kind == "market" and target == "quote_ccy"
        if in_quote and side == "sell":
            raise OrderRefusedError(51000, "Parameter tgtCcy error")
        order = Order(
            number=self.desk.number(),
            client_id=client_id,
            buy=side == "buy",
            kind=kind,
            size=0 if in_quote else self.read_size(asked.get("sz")),
            spend=_decimal(asked.get("sz"), "sz") if in_quote else Decimal(0),
            price=price,
            asked=str(asked.get("sz")),
            target=target,
            tag=str(asked.get("tag") or ""),
        )
        least = self.core.market.rules.min_size
        if in_quote and order.spend * UNITS * CENTS < least * self.core.market.ask:
            raise OrderRefusedError(
                51020, "Your order should meet or exceed the minimum order amount."
            )
        if len(self.desk.open_orders) >= _MOST_OPEN:
            raise OrderRefusedError(51099, "Too many open orders.")
        if not self.desk.hold(order):
            text = f"Order failed. Insufficient {order.held_in} balance in account"
            raise OrderRefusedError(51008, text, "1000")
        return order

    def read_size(self, text: object) -> int:
        """Return a size in units, on the grid and not below the least."""
        size = _decimal(text, "sz") * UNITS
        if size != int(size):
            raise OrderRefusedError(51121, "Order quantity must be a multiple of the lot size.")
        if size < self.core.market.rules.min_size:
            text = "Your order should meet or exceed the minimum order amount."
            raise OrderRefusedError(51020, text)
        return int(size)

    def read_price(self, text: object, *, buy: bool) -> int:
        """Return a price in cents, on the grid and within the band."""
        market = self.core.market
        cents = _decimal(text, "px") * CENTS
        if cents != int(cents) or int(cents) % market.rules.tick:
            raise OrderRefusedError(51000, "Parameter px error")
        last = Decimal(market.last)
        if buy and cents > last * (1 + _FAR):
            highest = price_text(int(last * (1 + _FAR)))
            raise OrderRefusedError(51137, f"The highest price limit for buy orders is {highest}")
        if not buy and cents < last * (1 - _FAR):
            lowest = price_text(int(last * (1 - _FAR)))
            raise OrderRefusedError(51138, f"The lowest price limit for sell orders is {lowest}")
        return int(cents)

    def find(self, asked: Mapping[str, Any], *, open_only: bool, code: int, text: str) -> Order:
        """Return the order that is named by number or by client's id; refuse when there is none."""
        named = str(asked.get("ordId") or "")
        number = int(named) if named.isdigit() else None
        client_id = str(asked.get("clOrdId") or "")
        if number is None and not client_id:
            raise OrderRefusedError(51000, "Either parameter ordId or clOrdId is required")
        order = self.desk.find(number, client_id)
        if order is None or (open_only and not order.open):
            raise OrderRefusedError(code, text)
        return order

    def _check_client_id(self, client_id: str) -> None:
        if not client_id:
            return
        if not _CLIENT_ID.fullmatch(client_id):
            raise OrderRefusedError(51000, "Parameter clOrdId error")
        if any(order.client_id == client_id for order in self.desk.open_orders):
            raise OrderRefusedError(51016, "Client order ID already exists.")

    def order_row(self, order: Order) -> Body:
        """Return an order as REST tells it."""
        fill = order.last
        average = order.value / Decimal(order.filled) * UNITS if order.filled else None
        return {
            **dict.fromkeys(_EMPTY_ORDER, ""),
            "accFillSz": size_text(order.filled),
            "attachAlgoOrds": [],
            "avgPx": "" if average is None else plain(round(average, 8)),
            "cTime": str(order.created_ms),
            "cancelSource": order.cancel_source,
            "category": "normal",
            "clOrdId": order.client_id,
            "fee": plain(order.fee),
            "feeCcy": self.core.base if order.buy else self.core.quote,
            "fillPx": "" if fill is None else price_text(fill.price),
            "fillSz": "0" if fill is None else size_text(fill.size),
            "fillTime": "" if fill is None else str(fill.time_ms),
            "instId": self.inst_id,
            "instType": "SPOT",
            "isTpLimit": "false",
            "linkedAlgoOrd": {"algoId": ""},
            "ordId": str(order.number),
            "ordType": order.kind,
            "pnl": "0",
            "posSide": "net",
            "px": "" if order.price is None else price_text(order.price),
            "rebate": "0",
            "rebateCcy": self.core.quote if order.buy else self.core.base,
            "reduceOnly": "false",
            "side": "buy" if order.buy else "sell",
            "state": order.state,
            "stpMode": "cancel_maker",
            "sz": order.asked or size_text(order.size),
            "tag": order.tag,
            "tdMode": "cash",
            "tgtCcy": order.target,
            "tradeId": "" if fill is None else str(fill.trade),
            "tradeQuoteCcy": self.core.quote,
            "uTime": str(order.updated_ms),
        }

    def order_push(self, order: Order, fill: Fill | None) -> Body:
        """Return an order as the channel ``orders`` tells it, with this fill or without one."""
        row = self.order_row(order)
        del row["cancelSourceReason"]
        last = Decimal(self.core.market.last) / CENTS
        size = Decimal(order.size or order.filled) / UNITS
        row |= dict.fromkeys(_EMPTY_PUSH, "")
        row |= {
            "code": "0",
            "posSide": "",
            "execType": "" if fill is None else "T" if fill.taker else "M",
            "fillFee": "0" if fill is None else plain(fill.fee),
            "fillFeeCcy": "" if fill is None else fill.fee_currency,
            "fillNotionalUsd": "",
            "fillPnl": "0",
            "lastPx": plain(last),
            "notionalUsd": plain(round(last * size, 8)),
        }
        if fill is None:
            row |= {"fillPx": "", "fillSz": "0", "fillTime": "", "tradeId": ""}
        else:
            notional = Decimal(fill.price) / CENTS * fill.size / UNITS
            row |= {"fillNotionalUsd": plain(notional), "fillPx": price_text(fill.price)}
            row |= {"fillSz": size_text(fill.size), "fillTime": str(fill.time_ms)}
            row |= {"tradeId": str(fill.trade)}
        return row

    def fill_row(self, fill: Fill) -> Body:
        """Return a fill as ``/trade/fills`` tells it."""
        return {
            **dict.fromkeys(_EMPTY_FILL, ""),
            "side": "buy" if fill.order.buy else "sell",
            "fillSz": size_text(fill.size),
            "fillPx": price_text(fill.price),
            "fee": plain(fill.fee),
            "fillPnl": "0",
            "ordId": str(fill.order.number),
            "feeRate": plain(-fill.rate),
            "instType": "SPOT",
            "instId": self.inst_id,
            "clOrdId": fill.order.client_id,
            "posSide": "net",
            "billId": str(fill.bill),
            "subType": "1" if fill.order.buy else "2",
            "fillTime": str(fill.time_ms),
            "execType": "T" if fill.taker else "M",
            "tradeId": str(fill.trade),
            "feeCcy": fill.fee_currency,
            "ts": str(fill.time_ms + 1),
            "tradeQuoteCcy": self.core.quote,
        }


def plain(value: Decimal) -> str:
    """Return a decimal without an exponent and without zeros at its end.

    >>> plain(Decimal("1E-8")), plain(Decimal("-0.100")), plain(Decimal("0E-10"))
    ('0.00000001', '-0.1', '0')
    """
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("", "-0") else text


def _decimal(text: object, name: str) -> Decimal:
    try:
        value = Decimal(str(text))
    except InvalidOperation as error:
        raise OrderRefusedError(51000, f"Parameter {name} error") from error
    if not value.is_finite() or not 0 < value < 10**12:
        raise OrderRefusedError(51000, f"Parameter {name} error")
    return value
