"""Order requests of OKX v5, the same over REST and WebSocket, as faults have it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from supreme_system_v5.exchanges.simulator.account import Account
from supreme_system_v5.exchanges.simulator.altering import Body
from supreme_system_v5.exchanges.simulator.core import Core
from supreme_system_v5.exchanges.simulator.faults import Fault, Place
from supreme_system_v5.exchanges.simulator.okx_orders import OrderRefusedError, Wire
from supreme_system_v5.exchanges.simulator.orders import Fill, Order, OrderDesk
from supreme_system_v5.exchanges.simulator.tape import UNITS, Print

__all__ = ["Handled", "OkxDesk"]

_NS = 10**9
_GONE = "Cancellation failed as the order has been filled, canceled or does not exist."
_PLACING = frozenset({"order_reject", "order_pieces", "order_band", "order_invisible"})
_ANSWERS = frozenset({"order_lost_reply", "order_lost", "order_late_reply"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """What is answered to a request.

    Attributes:
        body: Code, message, rows and times.
        silent: Whether the answer is lost.
        later_s: How much later it is said.
    """

    body: Body
    silent: bool = False
    later_s: float = 0.0


class OkxDesk:
    """Takes requests of orders.

    Args:
        core: Time, market and faults.
        account: Whose orders they are.
        on_trade: Told of trades that the account makes.
        on_order: Told of each change of an order.
        catch_up: Lets happen what happens until now, before anything is done.

    Attributes:
        own_trade: Whether the trade that is told now is the account's own.
    """

    def __init__(
        self,
        core: Core,
        account: Account,
        *,
        on_trade: Callable[[Print], None],
        on_order: Callable[[Order, Fill | None], None],
        catch_up: Callable[[], None],
    ) -> None:
        self.own_trade = False
        self._core = core
        self._told = on_trade
        self._catch_up = catch_up
        self._changed = on_order
        self._dead_at_ns: int | None = None
        self.orders = OrderDesk(core, account, on_trade=self._traded, on_order=on_order)
        self.wire = Wire(core, self.orders)

    def times(self) -> Body:
        """Return when a request came and was answered, microseconds."""
        now = self._core.server_ns() // 1_000
        return {"inTime": str(now), "outTime": str(now + 500)}

    def handle(
        self, op: str, asked: Iterable[Mapping[str, Any]], *, by_code: bool = False
    ) -> Handled:
        """Do what is asked, one after the other, and return the answer to all of it."""
        self._catch_up()
        place = Place(venue="okx", endpoint="private", channel="orders", name=op, route=op)
        answering = self._core.faults.at("order", place, _ANSWERS)
        kinds = {fault.kind for fault in answering}
        if "order_lost" in kinds:
            return Handled(body={}, silent=True)
        rows = [self._one(op, one, place, by_code=by_code) for one in asked]
        good = sum(row["sCode"] == "0" for row in rows)
        code, text = "0", ""
        if not good:
            code, text = "1", "All operations failed" if not by_code else ""
        elif good < len(rows):
            code, text = "2", "Bulk operation partially succeeded." if not by_code else ""
        later = max((fault.seconds or 1.0 for fault in answering), default=0.0)
        return Handled(
            body={"code": code, "msg": text, "data": rows} | self.times(),
            silent="order_lost_reply" in kinds,
            later_s=later,
        )

    def cancel_all_after(self, seconds: int) -> int:
        """Set the dead man's switch, or put it away with 0; return when it fires, ms or 0."""
        now_ns = self._core.clock.monotonic_ns()
        self._dead_at_ns = now_ns + seconds * _NS if seconds else None
        return self._core.server_ms() + seconds * 1_000 if seconds else 0

    def on_timer(self) -> None:
        """Cancel everything when the dead man's switch fires."""
        now_ns = self._core.clock.monotonic_ns()
        if self._dead_at_ns is not None and now_ns >= self._dead_at_ns:
            self._dead_at_ns = None
            for order in self.orders.open_orders:
                self.orders.cancel(order, "20")

    def foreign(self, fault: Fault) -> None:
        """Place an order that nobody asked for."""
        market = self._core.market
        buy = fault.text != "sell"
        tick = market.rules.tick
        default = market.bid * 9 // 10 if buy else market.ask * 11 // 10
        price = default if fault.value is None else int(fault.value * 100)
        asked: dict[str, Any] = {
            "instId": self.wire.inst_id,
            "tdMode": "cash",
            "side": "buy" if buy else "sell",
            "ordType": "limit",
            "px": str(Decimal(price // tick * tick) / 100),
            "sz": str(Decimal(market.rules.min_size * 10) / UNITS),
        }
        try:
            order = self.wire.read_order(asked)
        except OrderRefusedError:
            return
        order.foreign = True
        self.orders.place(order)

    def _one(self, op: str, asked: Mapping[str, Any], place: Place, *, by_code: bool) -> Body:
        row: Body = {
            "clOrdId": str(asked.get("clOrdId") or ""),
            "ordId": str(asked.get("ordId") or ""),
            "ts": str(self._core.server_ms()),
            "sCode": "0",
            "sMsg": "",
        }
        try:
            if op in ("order", "batch-orders"):
                row |= {"ordId": "", "tag": str(asked.get("tag") or ""), "subCode": ""}
                order = self._place(asked, place, by_code=by_code)
            elif op == "amend-order":
                row |= {"reqId": str(asked.get("reqId") or ""), "subCode": ""}
                order = self._amend(asked, place, by_code=by_code)
            else:
                order = self._cancel(asked, place, by_code=by_code)
            row |= {"ordId": str(order.number), "clOrdId": order.client_id}
        except OrderRefusedError as refused:
            row |= {"sCode": str(refused.code), "sMsg": refused.text}
            if "subCode" in row:
                row["subCode"] = refused.sub_code
        return row

    def _place(self, asked: Mapping[str, Any], place: Place, *, by_code: bool) -> Order:
        faults = {fault.kind: fault for fault in self._core.faults.at("order", place, _PLACING)}
        if "order_reject" in faults:
            fault = faults["order_reject"]
            raise OrderRefusedError(fault.code or 51008, fault.text or "Order failed.")
        order = self.wire.read_order(asked, by_code=by_code)
        if "order_invisible" in faults:
            seconds = faults["order_invisible"].seconds or 1.0
            order.hidden_until_ms = self._core.server_ms() + int(seconds * 1_000)
        pieces, share = faults.get("order_pieces"), faults.get("order_band")
        self.orders.place(
            order,
            pieces=1 if pieces is None else pieces.count or 3,
            share=1.0 if share is None else (0.5 if share.value is None else share.value),
        )
        return order

    def _cancel(self, asked: Mapping[str, Any], place: Place, *, by_code: bool) -> Order:
        self.wire.check_market(asked, by_code=by_code)
        order = self.wire.find(asked, open_only=True, code=51400, text=_GONE)
        if self._core.faults.at("order", place, {"cancel_race"}):
            self.orders.fill_now(order)
            raise OrderRefusedError(51400, _GONE)
        self.orders.cancel(order)
        return order

    def _amend(self, asked: Mapping[str, Any], place: Place, *, by_code: bool) -> Order:
        self.wire.check_market(asked, by_code=by_code)
        text = "Order does not exist, has been filled or canceled."
        order = self.wire.find(asked, open_only=True, code=51503, text=text)
        size, price = order.size, order.price or 0
        if asked.get("newSz"):
            size = self.wire.read_size(asked["newSz"])
        if asked.get("newPx"):
            price = self.wire.read_price(asked["newPx"], buy=order.buy)
        failing = self._core.faults.at("order", place, {"amend_fail"})
        if failing or size <= order.filled or not self.orders.resize(order, size, price):
            # It was accepted; that it failed, the channel tells.
            if str(asked.get("cxlOnFail", "")).lower() == "true":
                self.orders.cancel(order, "15")
        else:
            order.asked = str(asked.get("newSz") or order.asked)
        if order.open:
            self._changed(order, None)
        return order

    def _traded(self, told: Print) -> None:
        self.own_trade = True
        try:
            self._told(told)
        finally:
            self.own_trade = False
