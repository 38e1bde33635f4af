"""The REST side of four venues over one invented past, as `FaultServer` may answer."""

from __future__ import annotations

import asyncio
import json
import random
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.domain.live import Candle, FeedTrade
from supreme_system_v5.exchanges.protocol import VenueRest
from supreme_system_v5.exchanges.session import open_session
from supreme_system_v5.exchanges.venues import venue_of
from supreme_system_v5.ports import Clock
from tests.support.fault_server import FaultServer, Reply, good, served

__all__ = [
    "MINUTE_NS",
    "START_NS",
    "RestBench",
    "RestExchange",
    "invented",
    "rest_bench",
    "served_beside",
]

START_NS = 1_779_999_960 * 10**9
"""A whole minute, shortly before `LoopClock` begins."""
MINUTE_NS = 60 * 10**9
_MS = 10**6

Row = object
Query = dict[str, str]


@dataclass
class RestExchange:
    """Answers as the venues do.

    Attributes:
        trades: Numbered one by one.
        candles: One for each minute, the last one open.
        messy: Shuffles rows, and repeats some.
        asked: Paths.
    """

    trades: list[FeedTrade]
    candles: list[Candle]
    messy: random.Random | None = None
    asked: list[str] = field(default_factory=list)

    def __call__(self, request: str) -> Reply:
        target = urlsplit(request.split(" ", 2)[1])
        self.asked.append(target.path)
        query = dict(parse_qsl(target.query))
        routes: dict[str, Callable[[Query], object]] = {
            "/api/v5/market/history-trades": self._okx_trades,
            "/api/v5/market/candles": self._okx_candles,
            "/api/v5/market/history-candles": self._okx_candles,
            "/api/v5/public/time": lambda _: _okx([{"ts": str(self.now_ms)}]),
            "/api/v5/public/instruments": lambda _: _okx([_OKX_RULES]),
            "/v5/market/recent-trade": self._bybit_trades,
            "/v5/market/kline": self._bybit_candles,
            "/v5/market/time": lambda _: _bybit({"timeNano": str(self.now_ms * _MS)}),
            "/v5/market/instruments-info": lambda _: _bybit({"list": [_BYBIT_RULES]}),
        }
        for place in ("/api/v3", "/fapi/v1"):
            routes[f"{place}/aggTrades"] = self._binance_trades
            routes[f"{place}/klines"] = self._binance_candles
            routes[f"{place}/time"] = lambda _: {"serverTime": self.now_ms}
            routes[f"{place}/exchangeInfo"] = lambda _: {"symbols": [_BINANCE_RULES]}
        answer = routes.get(target.path)
        if answer is None:
            return Reply(status=404)
        return good(json.dumps(answer(query)).encode())

    @property
    def now_ms(self) -> int:
        return self.candles[-1].open_ns // _MS + 30_000

    def _shuffled(self, rows: list[Row]) -> list[Row]:
        if self.messy is None:
            return rows
        rows = rows + self.messy.sample(rows, min(len(rows), 3))
        self.messy.shuffle(rows)
        return rows

    def _okx_trades(self, query: Query) -> object:
        after = int(query.get("after", 10**18))
        by_time = query.get("type") == "2"
        found = [
            trade
            for trade in self.trades
            if (trade.time_ns // _MS if by_time else int(trade.trade_id)) < after
        ]
        rows = [
            {
                "instId": query["instId"],
                "side": "buy" if trade.side > 0 else "sell",
                "sz": str(trade.size),
                "px": str(trade.price),
                "tradeId": trade.trade_id,
                "ts": str(trade.time_ns // _MS),
            }
            for trade in reversed(found[-int(query["limit"]) :])
        ]
        return _okx(self._shuffled(list(rows)))

    def _okx_candles(self, query: Query) -> object:
        after = int(query.get("after", 10**18))
        found = [candle for candle in self.candles if candle.open_ns // _MS < after]
        rows = [
            [*_columns(candle), "9", "9", "1" if candle.closed else "0"]
            for candle in reversed(found[-int(query["limit"]) :])
        ]
        return _okx(self._shuffled(list(rows)))

    def _binance_trades(self, query: Query) -> object:
        found = [
            trade
            for trade in self.trades
            if int(trade.trade_id) >= int(query.get("fromId", 0))
            and trade.time_ns // _MS >= int(query.get("startTime", 0))
        ]
        limit = int(query["limit"])
        ascending = "fromId" in query or "startTime" in query
        chosen = found[:limit] if ascending else found[-limit:]
        rows = [
            {
                "a": int(trade.trade_id),
                "p": str(trade.price),
                "q": str(trade.size),
                "f": 5,
                "l": 6,
                "T": trade.time_ns // _MS,
                "m": trade.side < 0,
            }
            for trade in chosen
        ]
        return self._shuffled(list(rows))

    def _within(self, start: str, end: str) -> list[Candle]:
        return [
            candle for candle in self.candles if int(start) <= candle.open_ns // _MS <= int(end)
        ]

    def _binance_candles(self, query: Query) -> object:
        found = self._within(query["startTime"], query["endTime"])[: int(query["limit"])]
        rows = [
            [candle.open_ns // _MS, *_columns(candle)[1:], candle.open_ns // _MS + 59_999, "9"]
            for candle in found
        ]
        return self._shuffled(list(rows))

    def _bybit_trades(self, query: Query) -> object:
        rows = [
            {
                "execId": trade.trade_id,
                "symbol": query["symbol"],
                "price": str(trade.price),
                "size": str(trade.size),
                "side": "Buy" if trade.side > 0 else "Sell",
                "time": str(trade.time_ns // _MS),
                "isBlockTrade": False,
            }
            for trade in reversed(self.trades[-int(query["limit"]) :])
        ]
        return _bybit({"category": "spot", "list": rows})

    def _bybit_candles(self, query: Query) -> object:
        found = self._within(query["start"], query["end"])[-int(query["limit"]) :]
        rows = [[*_columns(candle), "9"] for candle in reversed(found)]
        return _bybit({"category": "spot", "list": self._shuffled(list(rows))})


def _columns(candle: Candle) -> list[str]:
    prices = (candle.open, candle.high, candle.low, candle.close, candle.volume)
    return [str(candle.open_ns // _MS), *map(str, prices)]


def _okx(data: object) -> object:
    return {"code": "0", "msg": "", "data": data}


def _bybit(result: object) -> object:
    return {"retCode": 0, "retMsg": "OK", "result": result}


_OKX_RULES = {
    "instId": "BTC-USDT",
    "tickSz": "0.1",
    "lotSz": "0.00000001",
    "minSz": "0.00001",
    "state": "live",
}
_BINANCE_RULES = {
    "symbol": "BTCUSDT",
    "status": "HALT",
    "filters": [
        {"filterType": "PRICE_FILTER", "tickSize": "0.01000000"},
        {"filterType": "LOT_SIZE", "minQty": "0.00001000", "stepSize": "0.00001000"},
        {"filterType": "NOTIONAL", "minNotional": "5.00000000"},
    ],
}
_BYBIT_RULES = {
    "symbol": "BTCUSDT",
    "status": "Trading",
    "lotSizeFilter": {
        "basePrecision": "0.000001",
        "minOrderQty": "0.000011",
        "minOrderAmt": "5",
    },
    "priceFilter": {"tickSize": "0.1"},
}


def invented(
    seed: int, *, trades: int = 500, minutes: int = 100, first: int = 10_000
) -> RestExchange:
    """Return a past: trades that share milliseconds now and then, and one candle a minute."""
    chance = random.Random(seed)
    told, time_ms, price = [], START_NS // _MS, 60_000.0
    for number in range(first, first + trades):
        time_ms += chance.choice([0, 0, 1, 20, 400])
        price = round(price + chance.uniform(-5, 5), 1)
        told.append(
            FeedTrade(
                price=price,
                size=round(chance.uniform(0.00001, 2), 5),
                time_ns=time_ms * _MS,
                side=chance.choice([1, -1]),
                trade_id=str(number),
                first=number,
                last=number,
            )
        )
    candles = []
    for place in range(minutes):
        low = round(chance.uniform(100, 200), 1)
        candles.append(
            Candle(
                open_ns=START_NS + (place - minutes + 1) * MINUTE_NS,
                open=low + 1,
                high=low + 3,
                low=low,
                close=low + 2,
                volume=round(chance.uniform(0, 5), 5),
                closed=place < minutes - 1,
            )
        )
    return RestExchange(trades=told, candles=candles)


@dataclass
class RestBench:
    """One venue's REST side, and whom it asks."""

    rest: VenueRest
    server: FaultServer


@asynccontextmanager
async def rest_bench(
    name: str, reply: Reply | Callable[[str], Reply], clock: Clock
) -> AsyncIterator[RestBench]:
    async with served() as server, open_session() as session:
        server.reply = reply
        _, maker = venue_of(name, "BTC-USDT", server.url)
        rest = maker(session, clock=clock, sleep=sleep_ns, chance=random.Random(1))
        yield RestBench(rest=rest, server=server)


@contextmanager
def served_beside(exchange: Callable[[str], Reply]) -> Iterator[FaultServer]:
    """Serve on a loop of its own, for what runs one itself."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = FaultServer()
    server.reply = exchange
    try:
        asyncio.run_coroutine_threadsafe(server.start(), loop).result()
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
