"""OKX v5 with an account: ``/ws/v5/private`` and the signed REST."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from supreme_system_v5.exchanges.simulator.account import Account
from supreme_system_v5.exchanges.simulator.altering import Body, Fields
from supreme_system_v5.exchanges.simulator.connection import Connection, Push
from supreme_system_v5.exchanges.simulator.core import Core
from supreme_system_v5.exchanges.simulator.faults import Fault
from supreme_system_v5.exchanges.simulator.okx_account import ApiKeys, balance_rows
from supreme_system_v5.exchanges.simulator.okx_desk import OkxDesk
from supreme_system_v5.exchanges.simulator.okx_public import OkxPublic, Subscription
from supreme_system_v5.exchanges.simulator.okx_signed import OkxSigned
from supreme_system_v5.exchanges.simulator.orders import Fill, Order
from supreme_system_v5.exchanges.simulator.tape import Print

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp import web

__all__ = ["Okx"]

_UID = "614488474791936"
_CHANNELS = frozenset({"orders", "account", "balance_and_position", "positions"})
_OPS = frozenset({"order", "batch-orders", "cancel-order", "batch-cancel-orders", "amend-order"})
_FIELDS: Fields = {"time": "uTime", "price": "px", "size": "sz", "id": "ordId", "symbol": "instId"}


class Okx(OkxPublic):
    """OKX, with one account.

    Args:
        core: Time, market and faults.
        key: Key, secret and passphrase.
        cash: What the account begins with.
        tell: Lets all venues tell a trade that the account made.
        catch_up: Lets happen what happens until now.
    """

    def __init__(
        self,
        core: Core,
        *,
        key: tuple[str, str, str],
        cash: Mapping[str, Decimal],
        tell: Callable[[Print], None],
        catch_up: Callable[[], None],
    ) -> None:
        super().__init__(core)
        self.account = Account(cash)
        self.desk = OkxDesk(
            core,
            self.account,
            on_trade=tell,
            on_order=self._order_changed,
            catch_up=catch_up,
        )
        self._keys = ApiKeys(core, key)
        self._signed = OkxSigned(core, self.account, self.desk, self._keys, self._rest)

    def routes(self) -> list[web.RouteDef]:
        """Return its REST routes."""
        return [*super().routes(), *self._signed.routes()]

    def sockets(self) -> dict[str, str]:
        """Return its WebSocket paths."""
        return super().sockets() | {"/ws/v5/private": "private"}

    def on_print(self, told: Print) -> None:
        """Tell a trade, and let it meet the account's orders."""
        super().on_print(told)
        if not self.desk.own_trade:
            self.desk.orders.on_print(told)

    def on_timer(self, now_ns: int) -> None:
        """Let time pass: also for the dead man's switch."""
        super().on_timer(now_ns)
        self.desk.on_timer()

    def on_request(
        self, connection: Connection, op: str, args: list[msgspec.Raw], given: str | None
    ) -> None:
        """Take a request: also logins and orders."""
        if op == "login":
            self._login(connection, args)
        elif op in _OPS and connection.endpoint == "private":
            if connection.account is None:
                self.refuse(connection, 60011, "Please log in", given)
            else:
                self._order_op(connection, op, args, given)
        else:
            super().on_request(connection, op, args, given)

    def problem(self, connection: Connection, asked: Subscription) -> str:
        """Return why something cannot be subscribed; empty when it can."""
        if connection.endpoint != "private":
            return super().problem(connection, asked)
        if connection.account is None:
            return "Please log in"
        if asked.channel not in _CHANNELS:
            return f"Wrong URL or channel:{asked.channel} doesn't exist."
        return ""

    def first(self, connection: Connection, asked: Subscription) -> None:
        """Tell what a new listener is told at once: balances, but no orders."""
        if asked.channel == "account":
            body = self._account_body("snapshot", tuple(self.account.cash))
            connection.push(Push("account", "account", body, _FIELDS))
        elif asked.channel == "balance_and_position":
            connection.send(self._balances("snapshot", tuple(self.account.cash)))
        elif asked.channel != "orders":
            super().first(connection, asked)

    def _login(self, connection: Connection, args: list[msgspec.Raw]) -> None:
        for fault in self.core.faults.at("login", connection.place):
            self.refuse(connection, fault.code or 60009, fault.text or "Login failed.")
            return
        try:
            asked = msgspec.json.decode(args[0], type=dict[str, Any])
        except (IndexError, msgspec.MsgspecError):
            self.refuse(connection, 60013, "Invalid args")
            return
        refused = self._keys.refuse_login(asked)
        if refused is not None:
            self.refuse(connection, *refused)
            return
        connection.account = self._keys.key
        told = {"event": "login", "code": "0", "msg": "", "connId": connection.conn_id}
        connection.send(told)

    def _order_op(
        self, connection: Connection, op: str, args: list[msgspec.Raw], given: str | None
    ) -> None:
        head: Body = {"id": given, "op": op}
        try:
            asked = [msgspec.json.decode(raw, type=dict[str, Any]) for raw in args]
        except msgspec.MsgspecError:
            asked = []
        if not asked:
            body = {"data": [], "code": "60013", "msg": "Invalid args"}
            connection.send(head | body | self.desk.times())
            return
        handled = self.desk.handle(op, asked, by_code=True)
        if handled.silent:
            return
        connection.send(head | handled.body, after_s=handled.later_s)

    def _order_changed(self, order: Order, fill: Fill | None) -> None:
        row = self.desk.wire.order_push(order, fill)
        arg = {"channel": "orders", "instType": "SPOT", "instId": self.inst_id, "uid": _UID}
        body: Body = {"arg": arg, "data": [row]}
        self.tell_orders(body)
        touched = (self.core.base, self.core.quote) if fill else (order.held_in or self.core.quote,)
        body = self._account_body("event_update", touched)
        self.tell("private", "account", "account", body, _FIELDS)
        if fill is not None:
            body = self._balances("filled", touched)
            name = "balance_and_position"
            self.tell("private", "balances", name, body, _FIELDS)

    def tell_orders(self, body: Body) -> None:
        """Tell everybody who listens to orders, by whatever name."""
        for name in ("orders", f"orders:{self.inst_id}"):
            self.tell("private", "orders", name, body, _FIELDS)

    def _account_body(self, event: str, currencies: tuple[str, ...]) -> Body:
        rows = balance_rows(self.core, self.account, currencies, pushed=True)
        head: Body = {"arg": {"channel": "account", "uid": _UID}, "eventType": event}
        if event == "snapshot":
            head |= {"curPage": 1, "lastPage": True}
        return head | {"data": rows}

    def _balances(self, event: str, currencies: tuple[str, ...]) -> Body:
        now = str(self.core.server_ms())
        rows = [
            {"ccy": name, "cashBal": f"{self.account.cash.get(name, Decimal(0)):f}", "uTime": now}
            for name in currencies
        ]
        data = {"pTime": now, "eventType": event, "balData": rows, "posData": [], "trades": []}
        return {"arg": {"channel": "balance_and_position", "uid": _UID}, "data": [data]}

    def strike(self, fault: Fault) -> None:
        """Let a fault of any time strike: also those of the account."""
        super().strike(fault)
        match fault.kind:
            case "key_revoked":
                for connection in tuple(self.connections):
                    if connection.account is not None:
                        connection.close(4007, "APIKey has been updated or deleted")
            case "balance_drift":
                currency = fault.text or self.core.quote
                self.account.change(currency, Decimal(str(fault.value or 0)))
                body = self._account_body("event_update", (currency,))
                self.tell("private", "account", "account", body, _FIELDS)
            case "foreign_order":
                self.desk.foreign(fault)
            case "restart":
                if fault.text == "lost":
                    self.desk.orders.lose_all()
                for connection in tuple(self.connections):
                    connection.reset()
            case _:
                pass
