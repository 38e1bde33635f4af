"""The signed REST of OKX v5: ``/api/v5/trade`` and ``/api/v5/account``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from supreme_system_v5.exchanges.simulator.account import Account
from supreme_system_v5.exchanges.simulator.altering import Body
from supreme_system_v5.exchanges.simulator.connection import reset_transport
from supreme_system_v5.exchanges.simulator.core import Core
from supreme_system_v5.exchanges.simulator.okx_account import ApiKeys, balance_rows
from supreme_system_v5.exchanges.simulator.okx_desk import OkxDesk
from supreme_system_v5.exchanges.simulator.okx_orders import OrderRefusedError, plain
from supreme_system_v5.exchanges.simulator.okx_rest import OkxRest
from supreme_system_v5.exchanges.simulator.orders import MAKER, TAKER
from supreme_system_v5.exchanges.simulator.venue import answer, number_of

if TYPE_CHECKING:
    from aiohttp import web

__all__ = ["OkxSigned"]

_NS = 10**9
_NOT_FOUND = "Order does not exist"


class OkxSigned:
    """What needs a key.

    Args:
        core: Time, market and faults.
        account: The account.
        desk: Its orders.
        keys: Its key.
        rest: For what is told of the market.
    """

    def __init__(
        self, core: Core, account: Account, desk: OkxDesk, keys: ApiKeys, rest: OkxRest
    ) -> None:
        self._core = core
        self._account = account
        self._desk = desk
        self._keys = keys
        self._rest = rest

    def routes(self) -> list[web.RouteDef]:
        """Return its routes."""
        from aiohttp import web  # noqa: PLC0415 - only the server needs it

        trade, account = "/api/v5/trade", "/api/v5/account"
        asked: dict[str, Callable[[Mapping[str, str]], list[Body]]] = {
            f"{trade}/order": self._order,
            f"{trade}/orders-pending": self._pending,
            f"{trade}/orders-history": self._history,
            f"{trade}/fills": self._fills,
            f"{trade}/fills-history": self._fills,
            f"{account}/balance": self._balance,
            f"{account}/positions": lambda _: [],
            f"{account}/config": self._config,
            f"{account}/trade-fee": self._trade_fee,
            f"{account}/instruments": lambda _: [self._rest.instrument()],
        }
        routes = [web.get(path, self._query(handle)) for path, handle in asked.items()]
        for path, op in (
            ("order", "order"),
            ("batch-orders", "batch-orders"),
            ("cancel-order", "cancel-order"),
            ("cancel-batch-orders", "batch-cancel-orders"),
            ("amend-order", "amend-order"),
        ):
            routes.append(web.post(f"{trade}/{path}", self._command(op)))
        routes.append(web.post(f"{trade}/cancel-all-after", self._cancel_all_after))
        return routes

    def _refused(self, request: web.Request, body: str) -> web.Response | None:
        refused = self._keys.refuse_request(request.headers, request.method, request.raw_path, body)
        if refused is None:
            return None
        code, text = refused
        return answer({"code": str(code), "msg": text, "data": []}, status=401)

    def _query(
        self, handle: Callable[[Mapping[str, str]], list[Body]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answered(request: web.Request) -> web.Response:
            refused = self._refused(request, "")
            if refused is not None:
                return refused
            try:
                rows = handle(request.query)
            except OrderRefusedError as wrong:
                return answer({"code": str(wrong.code), "msg": wrong.text, "data": []})
            return answer({"code": "0", "data": rows, "msg": ""})

        return answered

    def _command(self, op: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def answered(request: web.Request) -> web.StreamResponse:
            text = (await request.read()).decode()
            refused = self._refused(request, text)
            if refused is not None:
                return refused
            if not self._core.allow(f"okx:{op}", 60, 2.0):
                body = {"code": "50011", "msg": "Too Many Requests", "data": []}
                return answer(body, status=429)
            try:
                asked = msgspec.json.decode(text, type=dict[str, Any] | list[dict[str, Any]])
            except msgspec.MsgspecError:
                body = {"code": "50002", "msg": "JSON syntax error", "data": []}
                return answer(body, status=400)
            handled = self._desk.handle(op, asked if isinstance(asked, list) else [asked])
            if handled.silent:
                reset_transport(request)
            elif handled.later_s:
                await self._core.sleep(int(handled.later_s * _NS))
            return answer(handled.body)

        return answered

    async def _cancel_all_after(self, request: web.Request) -> web.Response:
        text = (await request.read()).decode()
        refused = self._refused(request, text)
        if refused is not None:
            return refused
        try:
            seconds = int(msgspec.json.decode(text, type=dict[str, Any]).get("timeOut", ""))
        except (msgspec.MsgspecError, ValueError):
            seconds = -1
        if seconds != 0 and not 10 <= seconds <= 120:  # noqa: PLR2004 - as documented
            return answer({"code": "51000", "msg": "Parameter timeOut error", "data": []})
        trigger = self._desk.cancel_all_after(seconds)
        row = {"triggerTime": str(trigger), "tag": "", "ts": str(self._core.server_ms())}
        return answer({"code": "0", "msg": "", "data": [row]})

    def _order(self, query: Mapping[str, str]) -> list[Body]:
        self._desk.wire.check_market(query, by_code=False)
        order = self._desk.wire.find(query, open_only=False, code=51603, text=_NOT_FOUND)
        if self._core.server_ms() < order.hidden_until_ms:
            raise OrderRefusedError(51603, _NOT_FOUND)
        return [self._desk.wire.order_row(order)]

    def _pending(self, query: Mapping[str, str]) -> list[Body]:
        found = [order for order in self._desk.orders.orders.values() if order.open]
        return self._page(found, query)

    def _history(self, query: Mapping[str, str]) -> list[Body]:
        self._desk.orders.find(0)  # what is too old is forgotten
        found = [order for order in self._desk.orders.orders.values() if not order.open]
        return self._page(found, query)

    def _page(self, found: list[Any], query: Mapping[str, str]) -> list[Body]:
        limit = number_of(query.get("limit"), 100, 1, 100)
        after, now_ms = query.get("after", ""), self._core.server_ms()
        rows = [
            self._desk.wire.order_row(order)
            for order in sorted(found, key=lambda order: -order.number)
            if now_ms >= order.hidden_until_ms
            and (not after.isdigit() or order.number < int(after))
        ]
        return rows[:limit]

    def _fills(self, query: Mapping[str, str]) -> list[Body]:
        limit = number_of(query.get("limit"), 100, 1, 100)
        after, before = query.get("after", ""), query.get("before", "")
        named = query.get("ordId", "")
        return [
            self._desk.wire.fill_row(fill)
            for fill in sorted(self._desk.orders.fills, key=lambda fill: -fill.bill)
            if (not named or str(fill.order.number) == named)
            and (not after.isdigit() or fill.bill < int(after))
            and (not before.isdigit() or fill.bill > int(before))
        ][:limit]

    def _balance(self, query: Mapping[str, str]) -> list[Body]:
        asked = query.get("ccy")
        currencies = asked.split(",") if asked else tuple(self._account.cash)
        return balance_rows(self._core, self._account, currencies)

    def _config(self, _: Mapping[str, str]) -> list[Body]:
        return [
            {
                "uid": "614488474791936",
                "mainUid": "614488474791936",
                "acctLv": "1",
                "posMode": "net_mode",
                "autoLoan": False,
                "level": "Lv1",
                "perm": "read_only,trade",
                "ip": "",
                "label": "simulator",
                "enableSpotBorrow": False,
            }
        ]

    def _trade_fee(self, _: Mapping[str, str]) -> list[Body]:
        maker, taker = plain(-MAKER), plain(-TAKER)
        empty = ("delivery", "exercise", "makerU", "makerUSDC", "takerU", "takerUSDC")
        group = {"elpMaker": maker, "groupId": "1", "maker": maker, "taker": taker}
        return [
            {
                **dict.fromkeys(empty, ""),
                "category": "1",
                "feeGroup": [group],
                "fiat": [],
                "instType": "SPOT",
                "level": "Lv1",
                "maker": maker,
                "ruleType": "normal",
                "taker": taker,
                "ts": str(self._core.server_ms()),
            }
        ]
