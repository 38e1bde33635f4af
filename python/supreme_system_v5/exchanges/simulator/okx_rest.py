"""The public REST of OKX v5: ``/api/v5/market``, ``/api/v5/public``, ``/api/v5/system``."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from supreme_system_v5.exchanges.simulator.altering import Body
from supreme_system_v5.exchanges.simulator.core import Core
from supreme_system_v5.exchanges.simulator.tape import (
    MINUTE_MS,
    NS_PER_MS,
    Match,
    Minute,
    money_text,
    price_text,
    size_text,
)
from supreme_system_v5.exchanges.simulator.venue import answer, number_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp import web

__all__ = ["INST_ID_CODE", "SEQ", "OkxRest", "candle_row", "trade_row"]

SEQ = 70_000_000_000
"""Numbers of the book begin here."""

INST_ID_CODE = 1_000_000_000
"""The market's number, for orders over WebSocket."""

_BARS = MappingProxyType(
    {"1m": 1, "3m": 3, "5m": 5, "15m": 15, "30m": 30, "1H": 60, "2H": 120, "4H": 240}
    | {"6Hutc": 360, "12Hutc": 720, "1Dutc": 1_440}
)
_DAY_MS = 1_440 * MINUTE_MS
_EMPTY = (
    *("alias", "auctionEndTime", "ctMult", "ctType", "ctVal", "ctValCcy", "expTime"),
    *("instFamily", "maxMktSz", "maxStopSz", "optType", "preMktSwTime", "settleCcy", "stk", "uly"),
)


class OkxRest:
    """What can be asked without a key.

    Args:
        core: Time, market and faults.

    Attributes:
        statuses: What it tells of maintenance.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self.statuses: list[Body] = []
        self.inst_id = f"{core.base}-{core.quote}"

    def routes(self) -> list[web.RouteDef]:
        """Return its routes."""
        from aiohttp import web  # noqa: PLC0415 - only the server needs it

        market, public = "/api/v5/market", "/api/v5/public"
        asked: dict[str, tuple[Callable[[web.Request], object], int]] = {
            f"{market}/candles": (self._candles, 40),
            f"{market}/history-candles": (self._history_candles, 20),
            f"{market}/trades": (self._trades, 100),
            f"{market}/history-trades": (self._history_trades, 20),
            f"{market}/ticker": (lambda _: [self.ticker()], 20),
            f"{market}/tickers": (lambda _: [self.ticker()], 20),
            f"{market}/books": (self._books, 40),
            f"{public}/time": (lambda _: [{"ts": str(self._core.server_ms())}], 10),
            f"{public}/instruments": (self._instruments, 20),
            "/api/v5/system/status": (lambda _: self.statuses, 5),
        }
        return [
            web.get(path, self._handler(path, handle, most))
            for path, (handle, most) in asked.items()
        ]

    def _handler(
        self, path: str, handle: Callable[[web.Request], object], most: int
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answered(request: web.Request) -> web.Response:
            if not self._core.allow(f"okx:{path}", most, 2.0):
                body = {"code": "50011", "msg": "Too Many Requests", "data": []}
                return answer(body, status=429)
            asked = request.query.get("instId")
            if asked not in (None, self.inst_id):
                text = "Instrument ID, Instrument ID code, or Spread ID doesn't exist."
                return answer({"code": "51001", "msg": text, "data": []})
            try:
                data = handle(request)
            except ValueError as error:
                return answer({"code": "51000", "msg": f"Parameter {error} error", "data": []})
            return answer({"code": "0", "msg": "", "data": data})

        return answered

    def _candles(self, request: web.Request) -> list[list[str]]:
        return self._candle_rows(request, oldest_ms=self._core.server_ms() - _DAY_MS)

    def _history_candles(self, request: web.Request) -> list[list[str]]:
        now_ms = self._core.market.candles.open.open_ms
        return self._candle_rows(request, oldest_ms=0, newest_ms=now_ms)

    def _candle_rows(
        self, request: web.Request, *, oldest_ms: int, newest_ms: int | None = None
    ) -> list[list[str]]:
        query = request.query
        bar = query.get("bar", "1m")
        if bar not in _BARS:
            raise ValueError("bar")
        minutes = _BARS[bar]
        limit = number_of(query.get("limit"), 100, 1, 300)
        history = self._core.market.candles
        end_ms = _time(query.get("after"), history.open.open_ms + 1, "after")
        end_ms = min(end_ms, history.open.open_ms + 1, newest_ms or end_ms)
        start_ms = max(_time(query.get("before"), -1, "before") + 1, oldest_ms)
        length = minutes * MINUTE_MS
        first_ms = (end_ms - 1) // length * length - (limit - 1) * length
        if "before" in query and "after" not in query:
            end_ms = min(end_ms, start_ms + (limit + 1) * length)
            first_ms = start_ms
        rows = history.between(max(first_ms, start_ms), end_ms, minutes)
        done_ms = history.open.open_ms
        told = [candle_row(row, closed=row.open_ms + length <= done_ms) for row in rows]
        return told[::-1][:limit] if "before" not in query else told[:limit][::-1]

    def _trades(self, request: web.Request) -> list[Body]:
        limit = number_of(request.query.get("limit"), 100, 1, 500)
        found = self._core.market.trades.matches(limit)
        return [trade_row(match, self.inst_id) for match in found]

    def _history_trades(self, request: web.Request) -> list[Body]:
        query = request.query
        limit = number_of(query.get("limit"), 100, 1, 100)
        trades = self._core.market.trades
        after, before = query.get("after"), query.get("before")
        if query.get("type", "1") == "2":
            end_ms = _time(after, self._core.server_ms() + 1, "after")
            found = trades.matches_before_time(end_ms, limit)
        elif after is None:
            found = trades.matches(limit)
        else:
            found = trades.matches_before(_time(after, 0, "after"), limit)
        if before is not None:
            newer = _time(before, 0, "before")
            by_time = query.get("type", "1") == "2"
            found = [
                match
                for match in found
                if (match.time_ns // NS_PER_MS if by_time else match.number) > newer
            ]
        return [trade_row(match, self.inst_id) for match in found]

    def _books(self, request: web.Request) -> list[Body]:
        return [self.book(number_of(request.query.get("sz"), 1, 1, 400))]

    def _instruments(self, request: web.Request) -> list[Body]:
        kind = request.query.get("instType", "SPOT")
        return [self.instrument()] if kind == "SPOT" else []

    def book(self, depth: int) -> Body:
        """Return the best levels."""
        market = self._core.market
        sides = {
            bids: [
                [price_text(level.price), size_text(level.size), "0", str(level.orders)]
                for level in market.ladder(bids=bids, depth=depth)
            ]
            for bids in (False, True)
        }
        return {
            "asks": sides[False],
            "bids": sides[True],
            "ts": str(self._core.server_ms()),
            "seqId": SEQ + market.serial,
        }

    def ticker(self) -> Body:
        """Return the market at a glance."""
        market = self._core.market
        end_ms = market.candles.open.open_ms + 1
        days = market.candles.newest(24, end_ms, 60)
        bid, ask = market.level(market.bid), market.level(market.ask)
        newest = market.trades.last(1)
        return {
            "instType": "SPOT",
            "instId": self.inst_id,
            "last": price_text(market.last),
            "lastSz": size_text(newest[0].size if newest else 0),
            "askPx": price_text(ask.price),
            "askSz": size_text(ask.size),
            "bidPx": price_text(bid.price),
            "bidSz": size_text(bid.size),
            "open24h": price_text(days[0].open),
            "high24h": price_text(max(day.high for day in days)),
            "low24h": price_text(min(day.low for day in days)),
            "volCcy24h": money_text(sum(day.turnover for day in days)),
            "vol24h": size_text(sum(day.volume for day in days)),
            "sodUtc0": price_text(days[0].open),
            "sodUtc8": price_text(days[0].open),
            "ts": str(self._core.server_ms()),
        }

    def instrument(self) -> Body:
        """Return what OKX says of the market."""
        rules = self._core.market.rules
        state = {"cancel_only": "suspend"}.get(rules.state, rules.state)
        most = "9999999999.0000000000000000"
        return {
            **dict.fromkeys(_EMPTY, ""),
            "baseCcy": self._core.base,
            "category": "1",
            "contTdSwTime": "1704876947000",
            "futureSettlement": False,
            "groupId": "1",
            "instId": self.inst_id,
            "instType": "SPOT",
            "lever": "10",
            "listTime": "1606468572000",
            "lotSz": "0.00000001",
            "maxIcebergSz": most,
            "maxLmtAmt": "1000000",
            "maxLmtSz": "9999999999",
            "maxMktAmt": "1000000",
            "maxTriggerSz": most,
            "maxTwapSz": most,
            "minSz": size_text(rules.min_size),
            "openType": "call_auction",
            "quoteCcy": self._core.quote,
            "tradeQuoteCcyList": [self._core.quote],
            "state": state,
            "ruleType": "normal",
            "tickSz": price_text(rules.tick),
            "instIdCode": INST_ID_CODE,
            "instCategory": "1",
            "initPxLmtPct": "0.05",
            "floatPxLmtPct": "0.03",
            "maxPxLmtPct": "0.15",
            "upcChg": [],
        }

    def status_row(self, state: str) -> Body:
        """Return a maintenance."""
        now_ms = self._core.server_ms()
        return {
            "begin": str(now_ms),
            "end": str(now_ms + 30 * MINUTE_MS),
            "href": "",
            "preOpenBegin": "",
            "scheDesc": "",
            "serviceType": "0",
            "state": state,
            "system": "unified",
            "maintType": "1",
            "env": "1",
            "title": "Trading account WebSocket system upgrade",
            "ts": str(now_ms),
        }


def candle_row(candle: Minute, *, closed: bool) -> list[str]:
    """Return a candle as OKX tells it, in REST and WebSocket."""
    turnover = money_text(candle.turnover)
    return [
        str(candle.open_ms),
        price_text(candle.open),
        price_text(candle.high),
        price_text(candle.low),
        price_text(candle.close),
        size_text(candle.volume),
        turnover,
        turnover,
        "1" if closed else "0",
    ]


def trade_row(match: Match, inst_id: str) -> Body:
    """Return a match as OKX tells it in REST and in ``trades-all``."""
    return {
        "instId": inst_id,
        "side": "buy" if match.buy else "sell",
        "sz": size_text(match.size),
        "source": "0",
        "px": price_text(match.price),
        "tradeId": str(match.number),
        "ts": str(match.time_ns // NS_PER_MS),
    }


def _time(text: str | None, default: int, name: str) -> int:
    if not text:
        return default
    if not text.isdigit():
        raise ValueError(name)
    return int(text)
