"""The public WebSockets of Binance spot and USD-M futures.

Spot: ``/ws`` and ``/stream``. USD-M: ``/market/...`` tells trades and candles, ``/public/...``
quotes; what is asked for in the wrong place is acknowledged and never told, as there.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from supreme_system_v5.exchanges.simulator.altering import Body, Fields
from supreme_system_v5.exchanges.simulator.binance_rest import BinanceRest
from supreme_system_v5.exchanges.simulator.connection import Connection
from supreme_system_v5.exchanges.simulator.core import Core
from supreme_system_v5.exchanges.simulator.faults import Fault
from supreme_system_v5.exchanges.simulator.tape import MINUTE_MS, Minute, Print
from supreme_system_v5.exchanges.simulator.venue import VenueSide

if TYPE_CHECKING:
    from aiohttp import web

__all__ = ["INTERVALS", "Binance"]

_NS = 10**9
INTERVALS = MappingProxyType({"1m": 1, "3m": 3, "5m": 5, "15m": 15, "30m": 30, "1h": 60})
"""Intervals of candles, and their minutes."""

_TRADE: Fields = MappingProxyType(
    {"price": "p", "size": "q", "time": "T", "symbol": "s", "id": "a"}
)
_CANDLE: Fields = MappingProxyType(
    {"price": "c", "close": "c", "time": "t", "closed": "x", "symbol": "s", "size": "v"}
)
_QUOTE: Fields = MappingProxyType(
    {"bid": "b", "ask": "a", "price": "b", "size": "B", "symbol": "s", "time": "T"}
)


class _Request(msgspec.Struct):
    method: str
    params: list[str] = []
    id: int | str | None = None


class Binance(VenueSide):
    """Binance, without an account.

    Args:
        core: Time, market and faults.
        usdm: USD-M futures instead of spot.
    """

    def __init__(self, core: Core, *, usdm: bool = False) -> None:
        super().__init__(core)
        self.name = "binance-usdm" if usdm else "binance"
        self.symbol = f"{core.base}{core.quote}"
        self._usdm = usdm
        self._rest = BinanceRest(core, usdm=usdm)
        self._ping_s, self._pong_s = (180.0, 600.0) if usdm else (20.0, 60.0)
        self._messages, self._streams = (10, 200) if usdm else (5, 1_024)
        self._lively = 0

    def routes(self) -> list[web.RouteDef]:
        """Return its REST routes."""
        return self._rest.routes()

    def sockets(self) -> dict[str, str]:
        """Return its WebSocket paths."""
        endpoints = {"/market": "market", "/public": "public"} if self._usdm else {"": "stream"}
        return {
            f"{start}{path}": endpoint
            for start, endpoint in endpoints.items()
            for path in ("/ws", "/stream", "/ws/{streams:.+}")
        }

    def error(self, code: int, text: str) -> Body:
        """Return an error as it tells it in REST."""
        return {"code": -1_003 if code == 50_011 else -abs(code), "msg": text}  # noqa: PLR2004 - the default

    def accepts(self) -> bool:
        """Return whether another connection is allowed: 300 in 5 minutes."""
        return self.core.allow(f"{self.name}:connect", 300, 300.0)

    def opened(self, connection: Connection, request: web.Request) -> None:
        """Listen to what its address names."""
        connection.combined = request.path.endswith("/stream")
        named = request.match_info.get("streams") or request.query.get("streams", "")
        for name in filter(None, named.split("/")):
            self.listen(connection, name)

    def on_text(self, connection: Connection, text: str) -> None:
        """Take a request."""
        if not self.core.allow(f"binance:{connection.conn_id}", self._messages, 1.0):
            connection.close(1008, "Too many requests")
            return
        try:
            request = msgspec.json.decode(text, type=_Request)
        except msgspec.MsgspecError as error:
            connection.send({"code": 3, "msg": f"Invalid JSON: {error}"})
            return
        self._on_request(connection, request)

    def _on_request(self, connection: Connection, request: _Request) -> None:
        match request.method:
            case "SUBSCRIBE":
                if len(connection.names) + len(request.params) > self._streams:
                    text = "Invalid request: too many streams"
                    connection.send({"code": 2, "msg": text, "id": request.id})
                    return
                name = request.params[0] if request.params else ""
                ack: Body = {"result": None, "id": request.id}
                refusal: Body = {"code": 2, "msg": "Invalid request", "id": request.id}
                if self.acknowledge(connection, name, _kind(name), ack, refusal):
                    for name in request.params:
                        self.listen(connection, name)
            case "UNSUBSCRIBE":
                for name in request.params:
                    self.leave(connection, name)
                connection.send({"result": None, "id": request.id})
            case "LIST_SUBSCRIPTIONS":
                connection.send({"result": sorted(connection.names), "id": request.id})
            case _:
                text = f"Invalid request: unknown variant `{request.method}`"
                connection.send({"code": 2, "msg": text, "id": request.id})

    def on_print(self, told: Print) -> None:
        """Tell a trade in ``@aggTrade``, and at spot its matches in ``@trade``."""
        endpoint = "market" if self._usdm else "stream"
        name = f"{self.symbol.lower()}@aggTrade"
        if self.listening(endpoint, name):
            self.tell(endpoint, "trades", name, self._agg_trade(told), _TRADE)
        name = f"{self.symbol.lower()}@trade"
        if self._usdm or not self.listening(endpoint, name):
            return  # USD-M no longer tells them
        for match in told.matches():
            body = {
                "e": "trade",
                "E": self.core.server_ms(),
                "s": self.symbol,
                "t": match.number,
                "p": self._rest.price(match.price),
                "q": self._rest.size(match.size),
                "T": told.time_ms,
                "m": not match.buy,
                "M": True,
            }
            self.tell(endpoint, "trades", name, body, _TRADE)

    def _agg_trade(self, told: Print) -> Body:
        row = self._rest.agg_trade(told)
        head: Body = {"e": "aggTrade", "E": self.core.server_ms(), "s": self.symbol}
        return head | row | ({"st": 1} if self._usdm else {})

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
        """Tell the open candles, every other second."""
        self._lively += 1
        if self._lively % 2:
            return
        candles = self.core.market.candles
        for interval, minutes in INTERVALS.items():
            if self._wanted(interval):
                for candle in candles.newest(1, candles.open.open_ms + 1, minutes):
                    self._tell_candle(interval, candle, closed=False)

    def _wanted(self, interval: str) -> bool:
        return self.listening("market" if self._usdm else "stream", self._candles(interval))

    def _candles(self, interval: str) -> str:
        return f"{self.symbol.lower()}@kline_{interval}"

    def _tell_candle(self, interval: str, candle: Minute, *, closed: bool) -> None:
        body: Body = {
            "e": "kline",
            "E": self.core.server_ms(),
            "s": self.symbol,
            "k": self._rest.kline_stream(candle, interval, INTERVALS[interval], closed=closed),
        }
        endpoint = "market" if self._usdm else "stream"
        self.tell(endpoint, "candles", self._candles(interval), body, _CANDLE, closed=closed)

    def on_quote(self) -> None:
        """Tell bid and ask."""
        endpoint = "public" if self._usdm else "stream"
        name = f"{self.symbol.lower()}@bookTicker"
        if not self.listening(endpoint, name):
            return
        market = self.core.market
        bid, ask = market.level(market.bid), market.level(market.ask)
        now_ms = self.core.server_ms()
        body: Body = {
            "u": 400_000_000_000 + market.serial,
            "s": self.symbol,
            "b": self._rest.price(bid.price),
            "B": self._rest.size(bid.size),
            "a": self._rest.price(ask.price),
            "A": self._rest.size(ask.size),
        }
        if self._usdm:
            body = {"e": "bookTicker", "E": now_ms, "T": now_ms} | body
            body |= {"st": 1, "ps": self.symbol}
        self.tell(endpoint, "quotes", name, body, _QUOTE)

    def on_timer(self, now_ns: int) -> None:
        """Send pings; close who does not answer them, or is there for a day."""
        for connection in tuple(self.connections):
            if now_ns - connection.opened_ns > self.core.lifetime_s * _NS:
                connection.close(1001, "24 hours")
            elif now_ns - connection.ponged_ns > (self._ping_s + self._pong_s) * _NS:
                connection.close(1008, "Pong timeout")
            elif now_ns - connection.pinged_ns > self._ping_s * _NS:
                if self.core.faults.at("ping", connection.place):
                    connection.pinged_ns = connection.ponged_ns = now_ns
                else:
                    connection.ping()

    def strike(self, fault: Fault) -> None:
        """Let a fault of any time strike: the notice of a shutdown."""
        if fault.kind != "shutdown":
            return
        body: Body = {"e": "serverShutdown", "E": self.core.server_ms()}
        for connection in self.connections:
            if fault.endpoint in (None, connection.endpoint):
                named: Body = {"stream": "!serverShutdown", "data": body}
                connection.send(named if connection.combined else body)


def _kind(name: str) -> str:
    stream = name.partition("@")[2]
    if stream.startswith("kline"):
        return "candles"
    return "quotes" if stream.startswith("bookTicker") else "trades"
