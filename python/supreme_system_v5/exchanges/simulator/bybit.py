"""The public WebSockets of Bybit v5, ``/v5/public/spot`` and ``/v5/public/linear``."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from supreme_system_v5.exchanges.simulator.altering import Body, Fields
from supreme_system_v5.exchanges.simulator.bybit_rest import BybitRest, trade_name
from supreme_system_v5.exchanges.simulator.connection import Connection
from supreme_system_v5.exchanges.simulator.core import Core
from supreme_system_v5.exchanges.simulator.tape import (
    MINUTE_MS,
    Minute,
    Print,
    money_text,
    price_text,
    size_text,
)
from supreme_system_v5.exchanges.simulator.venue import VenueSide

if TYPE_CHECKING:
    from aiohttp import web

__all__ = ["INTERVALS", "Bybit"]

_NS = 10**9
INTERVALS = MappingProxyType({"1": 1, "3": 3, "5": 5, "15": 15, "30": 30, "60": 60})
"""Intervals of candles, and their minutes."""

_MOST_ARGS = 10
_REPEAT_NS = 3 * _NS
_ENDPOINTS = ("spot", "linear")
_TRADE: Fields = MappingProxyType(
    {"price": "p", "size": "v", "time": "T", "symbol": "s", "id": "i"}
)
_CANDLE: Fields = MappingProxyType(
    {"price": "close", "close": "close", "time": "start", "closed": "confirm", "size": "volume"}
)
_QUOTE: Fields = MappingProxyType({"bid": "b", "ask": "a", "symbol": "s", "time": "ts"})


class _Request(msgspec.Struct):
    op: str
    args: list[str] = []
    req_id: str | None = None


class Bybit(VenueSide):
    """Bybit, without an account.

    Args:
        core: Time, market and faults.
    """

    name = "bybit"

    def __init__(self, core: Core) -> None:
        super().__init__(core)
        self.symbol = f"{core.base}{core.quote}"
        self._rest = BybitRest(core)
        self._last_price = 0
        self._quote_told_ns = 0

    def routes(self) -> list[web.RouteDef]:
        """Return its REST routes."""
        return self._rest.routes()

    def sockets(self) -> dict[str, str]:
        """Return its WebSocket paths."""
        return {f"/v5/public/{endpoint}": endpoint for endpoint in _ENDPOINTS}

    def error(self, code: int, text: str) -> Body:
        """Return an error as it tells it in REST."""
        code = 10_006 if code == 50_011 else code  # noqa: PLR2004 - the default
        now_ms = self.core.server_ms()
        return {"retCode": code, "retMsg": text, "result": {}, "retExtInfo": {}, "time": now_ms}

    def accepts(self) -> bool:
        """Return whether another connection is allowed: 500 in 5 minutes."""
        return self.core.allow("bybit:connect", 500, 300.0)

    def on_text(self, connection: Connection, text: str) -> None:
        """Take a ping or a request."""
        try:
            request = msgspec.json.decode(text, type=_Request)
        except msgspec.MsgspecError:
            connection.send(self._reply(connection, "", "Invalid request", None, well=False))
            return
        match request.op:
            case "ping":
                self._pong(connection, request.req_id)
            case "subscribe":
                self._subscribe(connection, request)
            case "unsubscribe":
                for name in request.args:
                    self.leave(connection, name)
                told = "unsubscribe" if connection.endpoint == "spot" else ""
                connection.send(
                    self._reply(connection, "unsubscribe", told, request.req_id, well=True)
                )
            case _:
                text = f"Invalid op: {request.op}"
                connection.send(
                    self._reply(connection, request.op, text, request.req_id, well=False)
                )

    def _subscribe(self, connection: Connection, request: _Request) -> None:
        wrong = [name for name in request.args if not self._known(name)]
        problem = f"Invalid topic: {wrong[0]}" if wrong else ""
        if connection.endpoint == "spot" and len(request.args) > _MOST_ARGS:
            problem = "args size >10"
        refusal = self._reply(connection, "subscribe", problem, request.req_id, well=False)
        if problem or not request.args:
            connection.send(refusal)
            return
        told = "subscribe" if connection.endpoint == "spot" else ""
        ack = self._reply(connection, "subscribe", told, request.req_id, well=True)
        name = request.args[0]
        if self.acknowledge(connection, name, _kind(name), ack, refusal):
            for name in request.args:
                self.listen(connection, name)
                if name.startswith("orderbook."):
                    connection.send(self._book(name))

    def _known(self, name: str) -> bool:
        topic, _, rest = name.partition(".")
        match topic:
            case "publicTrade" | "tickers":
                return rest == self.symbol
            case "kline":
                interval, _, symbol = rest.partition(".")
                return symbol == self.symbol and interval in INTERVALS
            case "orderbook":
                depth, _, symbol = rest.partition(".")
                return symbol == self.symbol and depth in {"1", "50"}
            case _:
                return False

    def on_print(self, told: Print) -> None:
        """Tell a trade, its matches in one message."""
        direction = "PlusTick" if told.price >= self._last_price else "MinusTick"
        self._last_price = told.price
        name = f"publicTrade.{self.symbol}"
        for endpoint in _ENDPOINTS:
            if not self.listening(endpoint, name):
                continue
            body: Body = {
                "topic": name,
                "type": "snapshot",
                "ts": self.core.server_ms(),
                "data": [
                    {
                        "T": told.time_ms,
                        "s": self.symbol,
                        "S": "Buy" if told.buy else "Sell",
                        "v": size_text(match.size),
                        "p": price_text(match.price),
                        "L": direction,
                        "i": trade_name(match.number, spot=endpoint == "spot"),
                        "BT": False,
                        "seq": 140_000_000_000 + told.serial,
                    }
                    for match in told.matches()
                ],
            }
            self.tell(endpoint, "trades", name, body, _TRADE)

    def on_minute(self, minute: Minute) -> None:
        """Tell candles that closed."""
        end_ms = minute.open_ms + MINUTE_MS
        for interval, minutes in INTERVALS.items():
            if end_ms % (minutes * MINUTE_MS) or not self._wanted(interval):
                continue
            found = [minute]
            if minutes > 1:
                start_ms = end_ms - minutes * MINUTE_MS
                found = self.core.market.candles.between(start_ms, end_ms, minutes)
            for candle in found:
                self._tell_candle(interval, candle, closed=True)

    def on_candle(self) -> None:
        """Tell the open candles."""
        candles = self.core.market.candles
        for interval, minutes in INTERVALS.items():
            if self._wanted(interval):
                for candle in candles.newest(1, candles.open.open_ms + 1, minutes):
                    self._tell_candle(interval, candle, closed=False)

    def _wanted(self, interval: str) -> bool:
        name = f"kline.{interval}.{self.symbol}"
        return any(self.listening(endpoint, name) for endpoint in _ENDPOINTS)

    def _tell_candle(self, interval: str, candle: Minute, *, closed: bool) -> None:
        now_ms = self.core.server_ms()
        name = f"kline.{interval}.{self.symbol}"
        body: Body = {
            "topic": name,
            "data": [
                {
                    "start": candle.open_ms,
                    "end": candle.open_ms + INTERVALS[interval] * MINUTE_MS - 1,
                    "interval": interval,
                    "open": price_text(candle.open),
                    "close": price_text(candle.close),
                    "high": price_text(candle.high),
                    "low": price_text(candle.low),
                    "volume": size_text(candle.volume),
                    "turnover": money_text(candle.turnover),
                    "confirm": closed,
                    "timestamp": candle.last_ms or candle.open_ms,
                }
            ],
            "ts": now_ms,
            "type": "snapshot",
        }
        for endpoint in _ENDPOINTS:
            self.tell(endpoint, "candles", name, body, _CANDLE, closed=closed)

    def on_quote(self) -> None:
        """Tell bid and ask."""
        self._quote_told_ns = self.core.clock.monotonic_ns()
        for depth in (1, 50):
            name = f"orderbook.{depth}.{self.symbol}"
            if any(self.listening(endpoint, name) for endpoint in _ENDPOINTS):
                body = self._book(name)
                for endpoint in _ENDPOINTS:
                    self.tell(endpoint, "quotes", name, body, _QUOTE)

    def on_timer(self, now_ns: int) -> None:
        """Repeat the quote after three seconds without a change."""
        if now_ns - self._quote_told_ns >= _REPEAT_NS:
            self.on_quote()

    def _book(self, name: str) -> Body:
        market = self.core.market
        depth = int(name.split(".")[1])
        now_ms = self.core.server_ms()
        sides = {
            side: [
                [price_text(level.price), size_text(level.size)]
                for level in market.ladder(bids=side == "b", depth=depth)
            ]
            for side in ("b", "a")
        }
        numbers = {"u": 177_000_000 + market.serial, "seq": 140_000_000_000 + market.serial}
        return {
            "topic": name,
            "type": "snapshot",
            "ts": now_ms,
            "data": {"s": self.symbol, **sides, **numbers},
            "cts": now_ms,
        }

    def _pong(self, connection: Connection, req_id: str | None) -> None:
        body: Body = {"success": True, "ret_msg": "pong", "conn_id": connection.conn_id}
        if connection.endpoint == "linear" or req_id is not None:
            body["req_id"] = req_id or ""
        body["op"] = "ping"
        for fault in self.core.faults.at("pong", connection.place):
            if fault.kind == "late_pong":
                connection.send(body, after_s=fault.seconds or 1.0)
            return
        connection.send(body)

    def _reply(
        self, connection: Connection, op: str, text: str, req_id: str | None, *, well: bool
    ) -> Body:
        body: Body = {"success": well, "ret_msg": text, "conn_id": connection.conn_id}
        if well or req_id is not None:
            body["req_id"] = req_id or ""
        return body | {"op": op}


def _kind(name: str) -> str:
    topic = name.partition(".")[0]
    return {"kline": "candles", "orderbook": "quotes", "publicTrade": "trades"}.get(topic, topic)
