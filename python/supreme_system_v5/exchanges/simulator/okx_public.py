"""The public WebSockets of OKX v5: ``/ws/v5/public`` and ``/ws/v5/business``."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from supreme_system_v5.exchanges.simulator import okx_rest
from supreme_system_v5.exchanges.simulator.altering import Body, Fields
from supreme_system_v5.exchanges.simulator.connection import Connection
from supreme_system_v5.exchanges.simulator.core import Core
from supreme_system_v5.exchanges.simulator.faults import Fault
from supreme_system_v5.exchanges.simulator.tape import (
    MINUTE_MS,
    Minute,
    Print,
    price_text,
    size_text,
)
from supreme_system_v5.exchanges.simulator.venue import VenueSide

if TYPE_CHECKING:
    from aiohttp import web

__all__ = ["CANDLES", "OkxPublic", "Subscription"]

_NS = 10**9
_IDLE_S = 30.0
_BOOK_DEPTH = 25
_PUBLIC = frozenset({"trades", "bbo-tbt", "books5", "books", "tickers", "instruments", "status"})
CANDLES = MappingProxyType(
    {"candle1m": 1, "candle3m": 3, "candle5m": 5, "candle15m": 15, "candle30m": 30, "candle1H": 60}
)
"""Channels of candles, and their minutes."""

_KIND = MappingProxyType(
    {"trades": "trades", "trades-all": "trades", "bbo-tbt": "quotes", "books5": "books"}
    | {"books": "books", "tickers": "tickers", "instruments": "instruments", "status": "status"}
    | dict.fromkeys(CANDLES, "candles")
)
_TRADE: Fields = MappingProxyType(
    {"price": "px", "size": "sz", "time": "ts", "symbol": "instId", "id": "tradeId"}
)
_CANDLE: Fields = MappingProxyType(
    {"time": 0, "price": 4, "close": 4, "size": 5, "closed": 8, "symbol": "instId"}
)
_QUOTE: Fields = MappingProxyType({"bid": "bids", "ask": "asks", "time": "ts", "symbol": "instId"})


class Subscription(msgspec.Struct, frozen=True):
    """What a client asks to be told of."""

    channel: str
    instId: str = ""  # noqa: N815 - as on the wire, also the following
    instType: str = ""  # noqa: N815

    @property
    def name(self) -> str:
        """One text for it."""
        return f"{self.channel}:{self.instId}" if self.instId else self.channel


class _Request(msgspec.Struct):
    op: str
    args: list[msgspec.Raw]
    id: str | None = None


class OkxPublic(VenueSide):
    """OKX, without an account."""

    name = "okx"

    def __init__(self, core: Core) -> None:
        super().__init__(core)
        self.inst_id = f"{core.base}-{core.quote}"
        self._rest = okx_rest.OkxRest(core)
        self._book_serial = -1
        self._book: dict[bool, dict[int, str]] = {}
        self._books_told_ns = 0

    def routes(self) -> list[web.RouteDef]:
        """Return its REST routes."""
        return self._rest.routes()

    def sockets(self) -> dict[str, str]:
        """Return its WebSocket paths."""
        return {"/ws/v5/public": "public", "/ws/v5/business": "business"}

    def error(self, code: int, text: str) -> Body:
        """Return an error as it tells it in REST."""
        return {"code": str(code), "msg": text, "data": []}

    def accepts(self) -> bool:
        """Return whether another connection is allowed: 3 a second."""
        return self.core.allow("okx:connect", 3, 1.0)

    def on_text(self, connection: Connection, text: str) -> None:
        """Take a ping or a request."""
        if text == "ping":
            self._pong(connection)
            return
        try:
            request = msgspec.json.decode(text, type=_Request)
        except msgspec.MsgspecError:
            self.refuse(connection, 60012, f"Invalid request: {text[:200]}")
            return
        self.on_request(connection, request.op, request.args, request.id)

    def on_request(
        self, connection: Connection, op: str, args: list[msgspec.Raw], given: str | None
    ) -> None:
        """Take a request, which can be read."""
        if op not in ("subscribe", "unsubscribe"):
            self.refuse(connection, 60012, f"Invalid request: op {op}", given)
            return
        if not self.core.allow(f"okx:ops:{connection.conn_id}", 480, 3_600.0):
            self.refuse(connection, 60014, "Requests too frequent", given)
            return
        for raw in args:
            try:
                asked = msgspec.json.decode(raw, type=Subscription)
            except msgspec.MsgspecError:
                self.refuse(connection, 60013, "Invalid args", given)
                continue
            if op == "subscribe":
                self._subscribe(connection, asked, bytes(raw), given)
            else:
                self.leave(connection, asked.name)
                connection.send(self._event("unsubscribe", connection, bytes(raw), given))

    def _subscribe(
        self, connection: Connection, asked: Subscription, raw: bytes, given: str | None
    ) -> None:
        problem = self.problem(connection, asked)
        refusal = self._refusal(connection, 60018, problem or "Wrong URL or channel", given)
        if problem:
            connection.send(refusal)
            return
        ack = self._event("subscribe", connection, raw, given)
        kind = _KIND.get(asked.channel, asked.channel)
        if self.acknowledge(connection, asked.name, kind, ack, refusal):
            self.listen(connection, asked.name)
            self.first(connection, asked)

    def problem(self, connection: Connection, asked: Subscription) -> str:
        """Return why something cannot be subscribed; empty when it can."""
        belongs = _PUBLIC if connection.endpoint == "public" else {*CANDLES, "trades-all"}
        told = f"channel:{asked.channel},instId:{asked.instId}"
        if asked.channel not in belongs:
            return f"Wrong URL or {told} doesn't exist. Please use the correct URL and channel."
        if asked.channel not in ("instruments", "status") and asked.instId != self.inst_id:
            return f"Wrong URL or {told} doesn't exist. Please use the correct URL and channel."
        return ""

    def first(self, connection: Connection, asked: Subscription) -> None:
        """Tell what a new listener is told at once."""
        match asked.channel:
            case "books":
                connection.send(self._book_snapshot())
            case "books5" | "bbo-tbt":
                connection.send(self._levels(asked.channel))
            case "instruments":
                connection.send({"arg": _arg(asked), "data": [self._rest.instrument()]})
            case _:
                pass

    def refuse(
        self, connection: Connection, code: int, text: str, given: str | None = None
    ) -> None:
        """Say that something cannot be done."""
        connection.send(self._refusal(connection, code, text, given))

    def on_print(self, told: Print) -> None:
        """Tell a trade in ``trades``, and its matches in ``trades-all``."""
        name = f"trades:{self.inst_id}"
        if self.listening("public", name):
            body = _body("trades", self.inst_id, self._trade(told))
            self.tell("public", "trades", name, body, _TRADE)
        name = f"trades-all:{self.inst_id}"
        if self.listening("business", name):
            for match in told.matches():
                row = okx_rest.trade_row(match, self.inst_id)
                body = _body("trades-all", self.inst_id, row)
                self.tell("business", "trades", name, body, _TRADE)

    def _trade(self, told: Print) -> Body:
        return {
            "instId": self.inst_id,
            "tradeId": str(told.last),
            "px": price_text(told.price),
            "sz": size_text(told.size),
            "side": "buy" if told.buy else "sell",
            "ts": str(told.time_ms),
            "count": str(told.count),
            "source": "0",
            "seqId": 70_000_000_000 + told.serial,
        }

    def on_minute(self, minute: Minute) -> None:
        """Tell candles that closed."""
        end_ms = minute.open_ms + MINUTE_MS
        for channel, minutes in CANDLES.items():
            if not end_ms % (minutes * MINUTE_MS) and self._wanted(channel):
                start_ms = end_ms - minutes * MINUTE_MS
                found = [minute]
                if minutes > 1:
                    found = self.core.market.candles.between(start_ms, end_ms, minutes)
                for candle in found:
                    self._tell_candle(channel, candle, closed=True)

    def on_candle(self) -> None:
        """Tell the open candles."""
        candles = self.core.market.candles
        for channel, minutes in CANDLES.items():
            if not self._wanted(channel):
                continue
            if minutes == 1:
                self._tell_candle(channel, candles.open, closed=False)
            else:
                for candle in candles.newest(1, candles.open.open_ms + 1, minutes):
                    self._tell_candle(channel, candle, closed=False)

    def _wanted(self, channel: str) -> bool:
        return self.listening("business", f"{channel}:{self.inst_id}")

    def _tell_candle(self, channel: str, candle: Minute, *, closed: bool) -> None:
        body = _body(channel, self.inst_id, okx_rest.candle_row(candle, closed=closed))
        name = f"{channel}:{self.inst_id}"
        self.tell("business", "candles", name, body, _CANDLE, closed=closed)

    def on_quote(self) -> None:
        """Tell bid and ask."""
        name = f"bbo-tbt:{self.inst_id}"
        if self.listening("public", name):
            self.tell("public", "quotes", name, self._levels("bbo-tbt"), _QUOTE)

    def on_timer(self, now_ns: int) -> None:
        """Tell books and tickers, ten times a second; close who is idle."""
        if now_ns - self._books_told_ns >= _NS // 10:
            self._books_told_ns = now_ns
            self._tell_books()
        for connection in tuple(self.connections):
            if now_ns - connection.last_sent_ns > _IDLE_S * _NS:
                connection.close(4004, "No data received in 30s")

    def _tell_books(self) -> None:
        market = self.core.market
        if market.serial == self._book_serial:
            return
        before, self._book_serial = self._book_serial, market.serial
        for channel in ("books5", "tickers"):
            name = f"{channel}:{self.inst_id}"
            if self.listening("public", name):
                kind = _KIND[channel]
                body = (
                    self._levels(channel)
                    if channel == "books5"
                    else _body(channel, self.inst_id, self._rest.ticker())
                )
                self.tell("public", kind, name, body, _QUOTE)
        name = f"books:{self.inst_id}"
        if self.listening("public", name):
            new = self._sides()
            changes = {
                side: [*_changes(self._book.get(side, {}), levels)] for side, levels in new.items()
            }
            self._book = new
            data = self._book_data(changes[False], changes[True], before)
            body = {"arg": {"channel": "books", "instId": self.inst_id}}
            self.tell("public", "books", name, body | {"action": "update", "data": [data]}, _QUOTE)
        else:
            self._book = {}

    def _sides(self) -> dict[bool, dict[int, str]]:
        market = self.core.market
        return {
            bids: {
                level.price: f"{size_text(level.size)} {level.orders}"
                for level in market.ladder(bids=bids, depth=_BOOK_DEPTH)
            }
            for bids in (False, True)
        }

    def _book_snapshot(self) -> Body:
        sides = self._sides()
        if not self._book:
            self._book, self._book_serial = sides, self.core.market.serial
        rows = {side: [*_changes({}, levels)] for side, levels in self._book.items()}
        return {
            "arg": {"channel": "books", "instId": self.inst_id},
            "action": "snapshot",
            "data": [self._book_data(rows[False], rows[True], None)],
        }

    def _book_data(self, asks: list[list[str]], bids: list[list[str]], before: int | None) -> Body:
        return {
            "asks": asks,
            "bids": bids,
            "ts": str(self.core.server_ms()),
            "checksum": 0,
            "prevSeqId": -1 if before is None else okx_rest.SEQ + before,
            "seqId": okx_rest.SEQ + self._book_serial,
        }

    def _levels(self, channel: str) -> Body:
        depth = 1 if channel == "bbo-tbt" else 5
        data = self._rest.book(depth)
        if channel == "books5":
            data["instId"] = self.inst_id
        return _body(channel, self.inst_id, data)

    def strike(self, fault: Fault) -> None:
        """Let a fault of any time strike: notices, counts, status."""
        if fault.kind == "status":
            self._rest.statuses = [self._rest.status_row(fault.text or "ongoing")]
        for connection in tuple(self.connections):
            if fault.endpoint not in (None, connection.endpoint):
                continue
            match fault.kind:
                case "notice":
                    connection.send(self._notice(connection))
                case "conn_count" | "conn_count_error":
                    tail = "" if fault.kind == "conn_count" else "-error"
                    connection.send(
                        {
                            "event": f"channel-conn-count{tail}",
                            "channel": fault.channel or "orders",
                            "connCount": "30" if tail else "2",
                            "connId": connection.conn_id,
                        }
                    )
                    if tail:
                        connection.close(4008, "the maximum number of connections was reached")
                case "status" if "status" in connection.names:
                    rows = self._rest.statuses
                    connection.send({"arg": {"channel": "status"}, "data": rows})
                case "instrument" if f"instruments:{self.inst_id}" in connection.names or (
                    "instruments" in connection.names
                ):
                    arg = {"channel": "instruments", "instType": "SPOT"}
                    connection.send({"arg": arg, "data": [self._rest.instrument()]})
                case _:
                    pass

    def _notice(self, connection: Connection) -> Body:
        return {
            "event": "notice",
            "code": "64008",
            "msg": "The connection will soon be closed for a service upgrade. Please reconnect.",
            "connId": connection.conn_id,
        }

    def _pong(self, connection: Connection) -> None:
        for fault in self.core.faults.at("pong", connection.place):
            if fault.kind == "late_pong":
                connection.send_text("pong", after_s=fault.seconds or 1.0)
            return
        connection.send_text("pong")

    def _event(self, event: str, connection: Connection, raw: bytes, given: str | None) -> Body:
        head: Body = {} if given is None else {"id": given}
        return head | {"event": event, "arg": msgspec.Raw(raw), "connId": connection.conn_id}

    def _refusal(self, connection: Connection, code: int, text: str, given: str | None) -> Body:
        head: Body = {} if given is None else {"id": given}
        return head | {
            "event": "error",
            "code": str(code),
            "msg": text,
            "connId": connection.conn_id,
        }


def _arg(asked: Subscription) -> Body:
    named = {"channel": asked.channel, "instType": asked.instType, "instId": asked.instId}
    return {name: value for name, value in named.items() if value}


def _body(channel: str, inst_id: str, row: object) -> Body:
    return {"arg": {"channel": channel, "instId": inst_id}, "data": [row]}


def _changes(old: dict[int, str], new: dict[int, str]) -> list[list[str]]:
    gone = [[price_text(price), "0", "0", "0"] for price in old if price not in new]
    changed = [
        [price_text(price), *_split(text)] for price, text in new.items() if old.get(price) != text
    ]
    return [*changed, *gone]


def _split(text: str) -> tuple[str, str, str]:
    size, orders = text.split(" ")
    return size, "0", orders
