"""The public REST of Binance spot (``/api/v3``) and USD-M futures (``/fapi/v1``)."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from supreme_system_v5.exchanges.simulator.altering import Body
from supreme_system_v5.exchanges.simulator.core import Core
from supreme_system_v5.exchanges.simulator.tape import (
    CENTS,
    MINUTE_MS,
    UNITS,
    Minute,
    Print,
    money_text,
    padded,
    price_text,
    size_text,
)
from supreme_system_v5.exchanges.simulator.venue import answer, number_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp import web

__all__ = ["BinanceRest"]

_NS = 10**9
_WINDOW_NS = 60 * _NS
_BAN_S = 120.0
_INTERVALS = MappingProxyType(
    {"1m": 1, "3m": 3, "5m": 5, "15m": 15, "30m": 30, "1h": 60, "2h": 120, "4h": 240, "1d": 1_440}
)
_SPOT_GRID, _USDM_GRID = 1_000, 100_000  # of sizes, in units
_MONEY = CENTS * UNITS
_STOPS = ("STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT")
_SPOT_ORDERS = ("LIMIT", "LIMIT_MAKER", "MARKET", *_STOPS)
_PROFITS = ("TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET")
_USDM_ORDERS = ("LIMIT", "MARKET", "STOP", "STOP_MARKET", *_PROFITS)


class _RefusedError(Exception):
    """A request that is refused."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class BinanceRest:
    """What can be asked without a key.

    Args:
        core: Time, market and faults.
        usdm: USD-M futures instead of spot.
    """

    def __init__(self, core: Core, *, usdm: bool) -> None:
        self._core = core
        self._usdm = usdm
        self._name = "binance-usdm" if usdm else "binance"
        self._budget = 2_400 if usdm else 6_000
        self._refused = 0
        self._banned_until_ns = 0
        self.symbol = f"{core.base}{core.quote}"

    def routes(self) -> list[web.RouteDef]:
        """Return its routes."""
        from aiohttp import web  # noqa: PLC0415 - only the server needs it

        start = "/fapi/v1" if self._usdm else "/api/v3"
        asked: dict[str, tuple[Callable[[web.Request], Any], int]] = {
            "ping": (lambda _: {}, 1),
            "time": (lambda _: {"serverTime": self._core.server_ms()}, 1),
            "exchangeInfo": (self._exchange_info, 1 if self._usdm else 20),
            "klines": (self._klines, 2),
            "aggTrades": (self._agg_trades, 20 if self._usdm else 4),
            "trades": (self._trades, 5 if self._usdm else 25),
            "historicalTrades": (self._trades, 20 if self._usdm else 25),
            "depth": (self._depth, 5),
            "ticker/bookTicker": (self._book_ticker, 2),
        }
        return [
            web.get(f"{start}/{path}", self._handler(handle, weight))
            for path, (handle, weight) in asked.items()
        ]

    def price(self, cents: int) -> str:
        """Return a price as it is told."""
        return padded(cents, CENTS, 2 if self._usdm else 8)

    def size(self, units: int) -> str:
        """Return a size as it is told."""
        if not self._usdm:
            return padded(units, UNITS, 8)
        return size_text(units) if units % _USDM_GRID else padded(units, UNITS, 3)

    def _handler(
        self, handle: Callable[[web.Request], Any], weight: int
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answered(request: web.Request) -> web.Response:
            refused = self._over_budget(weight)
            if refused is not None:
                return refused
            now_ns = self._core.clock.monotonic_ns()
            used = self._core.limits.used(f"{self._name}:weight", _WINDOW_NS, now_ns)
            headers = {"X-MBX-USED-WEIGHT-1M": str(used)}
            symbol = request.query.get("symbol")
            if symbol not in (None, self.symbol):
                return answer({"code": -1121, "msg": "Invalid symbol."}, status=400)
            try:
                return answer(handle(request), headers=headers)
            except _RefusedError as wrong:
                return answer({"code": wrong.code, "msg": wrong.text}, status=400, headers=headers)

        return answered

    def _over_budget(self, weight: int) -> web.Response | None:
        """Return the refusal when too much was asked: 429, and who goes on is banned with 418."""
        now_ns = self._core.clock.monotonic_ns()
        if now_ns < self._banned_until_ns:
            return self._refusal(418, (self._banned_until_ns - now_ns) / _NS)
        if self._core.allow(f"{self._name}:weight", self._budget, 60.0, weight):
            self._refused = 0
            return None
        self._refused += 1
        if self._refused > 10:  # noqa: PLR2004 - how patient it is, is not documented
            self._banned_until_ns = now_ns + int(_BAN_S * _NS)
            return self._refusal(418, _BAN_S)
        return self._refusal(429, 10.0)

    def _refusal(self, status: int, seconds: float) -> web.Response:
        text = "Too much request weight used; please use WebSocket Streams for live updates."
        headers = {"Retry-After": str(int(seconds) + 1)}
        return answer({"code": -1003, "msg": text}, status=status, headers=headers)

    def _klines(self, request: web.Request) -> list[list[Any]]:
        _need(request, "symbol", "interval")
        query = request.query
        interval = query["interval"]
        if interval not in _INTERVALS:
            raise _RefusedError(-1120, "Invalid interval.")
        minutes = _INTERVALS[interval]
        length = minutes * MINUTE_MS
        limit = number_of(query.get("limit"), 500, 1, 1_500 if self._usdm else 1_000)
        candles = self._core.market.candles
        end_ms = min(
            _time(query.get("endTime"), candles.open.open_ms) + 1, candles.open.open_ms + 1
        )
        if "startTime" in query:
            start_ms = _time(query["startTime"], 0)
            start_ms = max(-(-start_ms // length) * length, candles.past.begin_ms)
            end_ms = min(end_ms, start_ms + limit * length)
            found = candles.between(start_ms, end_ms, minutes)
        else:
            found = candles.newest(limit, end_ms, minutes)
        return [self.kline(candle, minutes) for candle in found[:limit]]

    def kline(self, candle: Minute, minutes: int) -> list[Any]:
        """Return a candle as REST tells it."""
        return [
            candle.open_ms,
            self.price(candle.open),
            self.price(candle.high),
            self.price(candle.low),
            self.price(candle.close),
            self.size(candle.volume),
            candle.open_ms + minutes * MINUTE_MS - 1,
            padded(candle.turnover, _MONEY, 8),
            candle.count,
            self.size(candle.buy_volume),
            padded(candle.buy_turnover, _MONEY, 8),
            "0",
        ]

    def kline_stream(self, candle: Minute, interval: str, minutes: int, *, closed: bool) -> Body:
        """Return a candle as the stream tells it."""
        return {
            "t": candle.open_ms,
            "T": candle.open_ms + minutes * MINUTE_MS - 1,
            "s": self.symbol,
            "i": interval,
            "f": candle.first if candle.count else -1,
            "L": candle.last,
            "o": self.price(candle.open),
            "c": self.price(candle.close),
            "h": self.price(candle.high),
            "l": self.price(candle.low),
            "v": self.size(candle.volume),
            "n": candle.count,
            "x": closed,
            "q": money_text(candle.turnover),
            "V": self.size(candle.buy_volume),
            "Q": money_text(candle.buy_turnover),
            "B": "0",
        }

    def agg_trade(self, told: Print) -> Body:
        """Return a trade as ``aggTrades`` tells it."""
        body: Body = {
            "a": told.serial,
            "p": self.price(told.price),
            "q": self.size(told.size),
            "f": told.first,
            "l": told.last,
            "T": told.time_ms,
            "m": not told.buy,
        }
        return body if self._usdm else body | {"M": True}

    def _agg_trades(self, request: web.Request) -> list[Body]:
        _need(request, "symbol")
        query, trades = request.query, self._core.market.trades
        limit = number_of(query.get("limit"), 500, 1, 1_000)
        if "fromId" in query:
            newest = trades.last(1)
            back = newest[0].serial - _time(query["fromId"], 0) if newest else -1
            found = trades.from_print(len(trades) - 1 - back, limit)
        elif "startTime" in query:
            found = trades.from_print(trades.place_at(_time(query["startTime"], 0)), limit)
        elif "endTime" in query:
            end = trades.place_after(_time(query["endTime"], 0))
            found = trades.from_print(end - limit, min(limit, end))
        else:
            found = trades.last(limit)
        if "endTime" in query:
            end_ms = _time(query["endTime"], 0)
            found = [told for told in found if told.time_ms <= end_ms]
        return [self.agg_trade(told) for told in found]

    def _trades(self, request: web.Request) -> list[Body]:
        _need(request, "symbol")
        limit = number_of(request.query.get("limit"), 500, 1, 1_000)
        trades = self._core.market.trades
        if "fromId" in request.query:
            first = _time(request.query["fromId"], 0)
            prints = trades.from_print(trades.place_of(first), limit)
            found = [m for told in prints for m in told.matches() if m.number >= first][:limit]
        else:
            found = trades.matches(limit)[::-1]
        return [
            {
                "id": match.number,
                "price": self.price(match.price),
                "qty": self.size(match.size),
                "quoteQty": padded(match.price * match.size, _MONEY, 2 if self._usdm else 8),
                "time": match.time_ns // 10**6,
                "isBuyerMaker": not match.buy,
                **({} if self._usdm else {"isBestMatch": True}),
            }
            for match in found
        ]

    def _depth(self, request: web.Request) -> Body:
        _need(request, "symbol")
        market = self._core.market
        depth = number_of(request.query.get("limit"), 100, 1, 1_000)
        sides = {
            side: [
                [self.price(level.price), self.size(level.size)]
                for level in market.ladder(bids=side == "bids", depth=depth)
            ]
            for side in ("bids", "asks")
        }
        now_ms = self._core.server_ms()
        times = {"E": now_ms, "T": now_ms} if self._usdm else {}
        return {"lastUpdateId": 400_000_000_000 + market.serial, **times, **sides}

    def _book_ticker(self, _: web.Request) -> Body:
        market = self._core.market
        bid, ask = market.level(market.bid), market.level(market.ask)
        return {
            "symbol": self.symbol,
            "bidPrice": self.price(bid.price),
            "bidQty": self.size(bid.size),
            "askPrice": self.price(ask.price),
            "askQty": self.size(ask.size),
        }

    def _exchange_info(self, _: web.Request) -> Body:
        limits = [("REQUEST_WEIGHT", "MINUTE", 1, self._budget)]
        limits += [("ORDERS", "MINUTE", 1, 1_200)] if self._usdm else [("ORDERS", "SECOND", 10, 50)]
        info: Body = {
            "timezone": "UTC",
            "serverTime": self._core.server_ms(),
            "rateLimits": [
                {"rateLimitType": kind, "interval": unit, "intervalNum": number, "limit": limit}
                for kind, unit, number, limit in limits
            ],
            "exchangeFilters": [],
            "symbols": [self._usdm_symbol() if self._usdm else self._spot_symbol()],
        }
        if self._usdm:
            asset = {"asset": self._core.quote, "marginAvailable": True, "autoAssetExchange": 0}
            info["assets"] = [asset]
        return info

    def _status(self) -> str:
        state = self._core.market.rules.state
        return {"live": "TRADING", "cancel_only": "CANCEL_ONLY"}.get(state, "HALT")

    def _filters(self) -> list[Body]:
        tick = price_text(self._core.market.rules.tick)
        grid = _USDM_GRID if self._usdm else _SPOT_GRID
        step, least = size_text(grid), size_text(max(self._core.market.rules.min_size, grid))
        price = {"filterType": "PRICE_FILTER", "tickSize": tick}
        return [
            price | {"minPrice": tick, "maxPrice": "4529764" if self._usdm else "1000000"},
            {"filterType": "LOT_SIZE", "minQty": least, "maxQty": "1000", "stepSize": step},
            {"filterType": "MARKET_LOT_SIZE", "minQty": least, "maxQty": "120", "stepSize": step},
        ]

    def _spot_symbol(self) -> Body:
        notional = {"filterType": "NOTIONAL", "minNotional": "5.00000000", "avgPriceMins": 5}
        notional |= {"applyMinToMarket": True, "maxNotional": "9000000.00000000"}
        notional |= {"applyMaxToMarket": False}
        return {
            "symbol": self.symbol,
            "status": self._status(),
            "baseAsset": self._core.base,
            "baseAssetPrecision": 8,
            "quoteAsset": self._core.quote,
            "quotePrecision": 8,
            "quoteAssetPrecision": 8,
            "baseCommissionPrecision": 8,
            "quoteCommissionPrecision": 8,
            "orderTypes": list(_SPOT_ORDERS),
            "icebergAllowed": True,
            "ocoAllowed": True,
            "otoAllowed": True,
            "opoAllowed": True,
            "quoteOrderQtyMarketAllowed": True,
            "allowTrailingStop": False,
            "cancelReplaceAllowed": False,
            "amendAllowed": False,
            "pegInstructionsAllowed": True,
            "isSpotTradingAllowed": True,
            "isMarginTradingAllowed": True,
            "filters": [*self._filters(), notional],
            "permissions": [],
            "permissionSets": [["SPOT", "MARGIN"]],
            "defaultSelfTradePreventionMode": "NONE",
            "allowedSelfTradePreventionModes": ["NONE"],
        }

    def _usdm_symbol(self) -> Body:
        return {
            "symbol": self.symbol,
            "pair": self.symbol,
            "contractType": "PERPETUAL",
            "deliveryDate": 4_133_404_800_000,
            "onboardDate": 1_569_398_400_000,
            "status": self._status(),
            "maintMarginPercent": "2.5000",
            "requiredMarginPercent": "5.0000",
            "baseAsset": self._core.base,
            "quoteAsset": self._core.quote,
            "marginAsset": self._core.quote,
            "pricePrecision": 2,
            "quantityPrecision": 3,
            "baseAssetPrecision": 8,
            "quotePrecision": 8,
            "underlyingType": "COIN",
            "underlyingSubType": ["PoW"],
            "settlePlan": 0,
            "triggerProtect": "0.0500",
            "filters": [
                *self._filters(),
                {"filterType": "MAX_NUM_ORDERS", "limit": 200},
                {"filterType": "MIN_NOTIONAL", "notional": "100"},
            ],
            "orderTypes": list(_USDM_ORDERS),
            "timeInForce": ["GTC", "IOC", "FOK", "GTX"],
            "liquidationFee": "0.012500",
            "marketTakeBound": "0.05",
        }


def _need(request: web.Request, *names: str) -> None:
    for name in names:
        if not request.query.get(name):
            text = f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed."
            raise _RefusedError(-1102, text)


def _time(text: str | None, default: int) -> int:
    if not text:
        return default
    if not text.isdigit():
        raise _RefusedError(-1100, "Illegal characters found in a parameter.")
    return int(text)
