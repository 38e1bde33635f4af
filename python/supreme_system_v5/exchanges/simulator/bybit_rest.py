"""The public REST of Bybit v5: ``/v5/market``."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from supreme_system_v5.exchanges.simulator.altering import Body
from supreme_system_v5.exchanges.simulator.core import Core
from supreme_system_v5.exchanges.simulator.tape import (
    MINUTE_MS,
    NS_PER_MS,
    Minute,
    money_text,
    price_text,
    size_text,
)
from supreme_system_v5.exchanges.simulator.venue import answer, number_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp import web

__all__ = ["BybitRest", "trade_name"]

_INTERVALS = MappingProxyType(
    {"1": 1, "3": 3, "5": 5, "15": 15, "30": 30, "60": 60, "120": 120, "240": 240, "D": 1_440}
)
_SPOT_TRADES, _LINEAR_TRADES = 60, 1_000
_MIX = 0x9E37_79B9_7F4A_7C15  # any odd number mixes


class _RefusedError(Exception):
    """A request that is refused."""


class BybitRest:
    """What can be asked without a key.

    Args:
        core: Time, market and faults.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self.symbol = f"{core.base}{core.quote}"

    def routes(self) -> list[web.RouteDef]:
        """Return its routes."""
        from aiohttp import web  # noqa: PLC0415 - only the server needs it

        asked: dict[str, Callable[[web.Request], Body]] = {
            "time": self._time,
            "kline": self._kline,
            "recent-trade": self._recent_trade,
            "instruments-info": self._instruments,
            "orderbook": self._orderbook,
            "tickers": self._tickers,
        }
        return [
            web.get(f"/v5/market/{path}", self._handler(handle)) for path, handle in asked.items()
        ]

    def _handler(
        self, handle: Callable[[web.Request], Body]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answered(request: web.Request) -> web.Response:
            if not self._core.allow("bybit:rest", 600, 5.0):
                return answer({"retCode": 10_006, "retMsg": "Too many visits!"}, status=403)
            symbol = request.query.get("symbol")
            if symbol not in (None, self.symbol):
                return answer(self._whole({}, 10_001, "params error: symbol invalid"))
            try:
                return answer(self._whole(handle(request)))
            except _RefusedError as wrong:
                return answer(self._whole({}, 10_001, f"params error: {wrong}"))

        return answered

    def _whole(self, result: Body, code: int = 0, text: str = "OK") -> Body:
        return {
            "retCode": code,
            "retMsg": text,
            "result": result,
            "retExtInfo": {},
            "time": self._core.server_ms(),
        }

    def _time(self, _: web.Request) -> Body:
        now_ns = self._core.server_ns()
        return {"timeSecond": str(now_ns // 10**9), "timeNano": str(now_ns)}

    def _kline(self, request: web.Request) -> Body:
        query = request.query
        interval = query.get("interval", "")
        if interval not in _INTERVALS:
            raise _RefusedError("interval")
        minutes = _INTERVALS[interval]
        length = minutes * MINUTE_MS
        limit = number_of(query.get("limit"), 200, 1, 1_000)
        candles = self._core.market.candles
        newest_ms = candles.open.open_ms
        end_ms = number_of(query.get("end"), newest_ms, 0, newest_ms) + 1
        if "start" in query:
            start_ms = number_of(query.get("start"), 0, candles.past.begin_ms, newest_ms)
            if "end" not in query:
                start_ms = -(-start_ms // length) * length
                end_ms = min(end_ms, start_ms + limit * length)
            first_ms = (end_ms - 1) // length * length - (limit - 1) * length
            found = candles.between(max(start_ms, first_ms), end_ms, minutes)
        else:
            found = candles.newest(limit, end_ms, minutes)
        rows = [_row(candle) for candle in found][::-1][:limit]
        return {"symbol": self.symbol, "category": _category(request), "list": rows}

    def _recent_trade(self, request: web.Request) -> Body:
        category = _category(request)
        most = _SPOT_TRADES if category == "spot" else _LINEAR_TRADES
        limit = number_of(request.query.get("limit"), min(most, 500), 1, most)
        rows = [
            {
                "execId": trade_name(match.number, spot=category == "spot"),
                "symbol": self.symbol,
                "price": price_text(match.price),
                "size": size_text(match.size),
                "side": "Buy" if match.buy else "Sell",
                "time": str(match.time_ns // NS_PER_MS),
                "isBlockTrade": False,
                "isRPITrade": False,
                "seq": str(140_000_000_000 + match.number),
            }
            for match in self._core.market.trades.matches(limit)
        ]
        return {"category": category, "list": rows}

    def _instruments(self, request: web.Request) -> Body:
        category = _category(request)
        row = self._spot_row() if category == "spot" else self._linear_row()
        more: Body = {} if category == "spot" else {"nextPageCursor": ""}
        return {"category": category, "list": [row], **more}

    def _status(self) -> str:
        return "Trading" if self._core.market.rules.state == "live" else "PreLaunch"

    def _spot_row(self) -> Body:
        rules = self._core.market.rules
        return {
            "symbolId": 9,
            "symbol": self.symbol,
            "baseCoin": self._core.base,
            "quoteCoin": self._core.quote,
            "innovation": "0",
            "status": self._status(),
            "marginTrading": "utaOnly",
            "stTag": "0",
            "lotSizeFilter": {
                "basePrecision": "0.000001",
                "quotePrecision": "0.0000001",
                "minOrderQty": size_text(max(rules.min_size, 1_100)),
                "maxOrderQty": "83",
                "minOrderAmt": "5",
                "maxOrderAmt": "8000000",
                "maxLimitOrderQty": "83",
                "maxMarketOrderQty": "41.5",
                "postOnlyMaxLimitOrderSize": "60000",
            },
            "priceFilter": {"tickSize": price_text(rules.tick)},
            "riskParameters": {"priceLimitRatioX": "0.005", "priceLimitRatioY": "0.01"},
            "symbolType": "",
        }

    def _linear_row(self) -> Body:
        rules = self._core.market.rules
        return {
            "symbol": self.symbol,
            "contractType": "LinearPerpetual",
            "status": self._status(),
            "baseCoin": self._core.base,
            "quoteCoin": self._core.quote,
            "launchTime": "1585526400000",
            "deliveryTime": "0",
            "deliveryFeeRate": "",
            "priceScale": "2",
            "leverageFilter": {
                "minLeverage": "1",
                "maxLeverage": "100.00",
                "leverageStep": "0.01",
            },
            "priceFilter": {
                "minPrice": price_text(rules.tick),
                "maxPrice": "1999999.80",
                "tickSize": price_text(rules.tick),
            },
            "lotSizeFilter": {
                "maxOrderQty": "1190.000",
                "minOrderQty": size_text(max(rules.min_size, 100_000)),
                "qtyStep": "0.001",
                "postOnlyMaxOrderQty": "1190.000",
                "maxMktOrderQty": "500.000",
                "minNotionalValue": "5",
            },
            "unifiedMarginTrade": True,
            "fundingInterval": 480,
            "settleCoin": self._core.quote,
        }

    def _orderbook(self, request: web.Request) -> Body:
        market = self._core.market
        depth = number_of(request.query.get("limit"), 1, 1, 200)
        sides = {
            side: [
                [price_text(level.price), size_text(level.size)]
                for level in market.ladder(bids=side == "b", depth=depth)
            ]
            for side in ("a", "b")
        }
        now_ms = self._core.server_ms()
        numbers = {"u": 177_000_000 + market.serial, "seq": 140_000_000_000 + market.serial}
        return {"s": self.symbol, **sides, "ts": now_ms, **numbers, "cts": now_ms}

    def _tickers(self, request: web.Request) -> Body:
        market = self._core.market
        bid, ask = market.level(market.bid), market.level(market.ask)
        days = market.candles.newest(24, market.candles.open.open_ms + 1, 60)
        row = {
            "symbol": self.symbol,
            "bid1Price": price_text(bid.price),
            "bid1Size": size_text(bid.size),
            "ask1Price": price_text(ask.price),
            "ask1Size": size_text(ask.size),
            "lastPrice": price_text(market.last),
            "prevPrice24h": price_text(days[0].open),
            "price24hPcnt": f"{market.last / days[0].open - 1:.4f}",
            "highPrice24h": price_text(max(day.high for day in days)),
            "lowPrice24h": price_text(min(day.low for day in days)),
            "turnover24h": money_text(sum(day.turnover for day in days)),
            "volume24h": size_text(sum(day.volume for day in days)),
            "usdIndexPrice": price_text(market.last),
        }
        return {"category": _category(request), "list": [row]}


def trade_name(number: int, *, spot: bool) -> str:
    """Return the name of a match: a long number at spot, a UUID else; neither counts up.

    >>> len(trade_name(7, spot=True)), len(trade_name(7, spot=False))
    (19, 36)
    """
    mixed = number * _MIX % 2**64
    if spot:
        return str(2_100_000_000_000_000_000 + mixed % 10**17)
    text = f"{mixed:016x}{number:016x}"
    return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-8{text[17:20]}-{text[20:]}"


def _row(candle: Minute) -> list[str]:
    return [
        str(candle.open_ms),
        price_text(candle.open),
        price_text(candle.high),
        price_text(candle.low),
        price_text(candle.close),
        size_text(candle.volume),
        money_text(candle.turnover),
    ]


def _category(request: web.Request) -> str:
    category = request.query.get("category", "linear")
    if category not in ("spot", "linear"):
        raise _RefusedError("category")
    return category
