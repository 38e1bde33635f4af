"""The REST side of Binance, spot and USD-M: the same questions at other places. Oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import msgspec

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.domain.live import Candle, ClockReading, FeedTrade, MarketRules
from supreme_system_v5.errors import SourceError
from supreme_system_v5.exchanges.checked import checked_rules, clock_reading
from supreme_system_v5.exchanges.history import (
    NS_PER_MINUTE,
    candles_in_order,
    numbered_between,
    trades_in_order,
)
from supreme_system_v5.exchanges.rest_client import (
    Answer,
    Question,
    RestBudget,
    RestClient,
    rows,
)
from supreme_system_v5.exchanges.wire import NS_PER_MS, Told

__all__ = ["SPOT_PLACE", "USDM_PLACE", "BinancePlace", "BinanceRest"]

_PAGE = 1_000
_SETTLED_NS = 2 * 1_000_000_000  # after so long a minute is taken as final
_TRADING = "TRADING"


@dataclass(frozen=True, slots=True, kw_only=True)
class BinancePlace:
    """What differs between the venues.

    Attributes:
        path: Before the name of every question.
        budget: Half of what it allows, since a minute may begin anywhere.
        klines: Weight of 1 000 minutes.
        trades: Weight of 1 000 trades.
        rules: Weight of the rules.
        rules_by_symbol: Whether they can be asked of one market.
    """

    path: str
    budget: RestBudget
    klines: float
    trades: float
    rules: float
    rules_by_symbol: bool


SPOT_PLACE = BinancePlace(
    path="/api/v3",
    budget=RestBudget(weight=3_000, per_s=60),
    klines=2,
    trades=4,
    rules=20,
    rules_by_symbol=True,
)
"""It allows 6 000 a minute."""
USDM_PLACE = BinancePlace(
    path="/fapi/v1",
    budget=RestBudget(weight=1_200, per_s=60),
    klines=5,
    trades=20,
    rules=1,
    rules_by_symbol=False,
)
"""It allows 2 400 a minute."""


class _Kline(msgspec.Struct, array_like=True, gc=False):
    begin: int
    open: float
    high: float
    low: float
    close: float
    volume: float


class _Trade(
    msgspec.Struct,
    rename={"number": "a", "price": "p", "size": "q", "time": "T", "sold": "m"},
    gc=False,
):
    number: int
    price: float
    size: float
    time: int
    sold: bool


class _Filter(msgspec.Struct, rename="camel"):
    filter_type: str
    tick_size: Decimal | None = None
    step_size: Decimal | None = None
    min_qty: Decimal | None = None
    min_notional: Decimal | None = None
    notional: Decimal | None = None


class _Market(msgspec.Struct):
    symbol: str
    status: str
    filters: list[_Filter] = []


class _Markets(msgspec.Struct):
    symbols: list[_Market]


class _Time(msgspec.Struct, rename="camel"):
    server_time: int


_KLINES = msgspec.json.Decoder(list[_Kline], strict=False)
_TRADES = msgspec.json.Decoder(list[_Trade], strict=False)
_MARKETS = msgspec.json.Decoder(_Markets, strict=False)
_TIME = msgspec.json.Decoder(_Time)


class BinanceRest:
    """One market; fulfils `VenueRest` and `TradeHistory`.

    Args:
        client: Asks.
        symbol: ``BASE-QUOTE``.
        place: Which venue.
    """

    def __init__(self, client: RestClient, symbol: str, place: BinancePlace) -> None:
        self._client = client
        self._symbol = symbol
        self._market = symbol.replace("-", "")
        self._place = place

    async def rules(self) -> MarketRules:
        """Return what it says of the market."""
        of_one = self._place.rules_by_symbol
        found = await self._ask(
            "exchangeInfo", {"symbol": self._market} if of_one else {}, _MARKETS, self._place.rules
        )
        for market in found.symbols:
            if market.symbol == self._market:
                return self._rules(market)
        raise SourceError(
            f"{self._client.venue} has no market {self._market}", FaultKind.ERROR_ANSWER
        )

    def _rules(self, market: _Market) -> MarketRules:
        filters = {rule.filter_type: rule for rule in market.filters}
        price, lot = filters.get("PRICE_FILTER"), filters.get("LOT_SIZE")
        value = filters.get("NOTIONAL") or filters.get("MIN_NOTIONAL")
        if price is None or lot is None or not price.tick_size or not lot.step_size:
            raise SourceError(
                f"{self._client.venue} tells no steps of price and size of {self._market}",
                FaultKind.BAD_ITEM,
            )
        notional = (value.min_notional or value.notional) if value is not None else None
        rules = MarketRules(
            symbol=self._symbol,
            exchange_symbol=market.symbol,
            tick=price.tick_size,
            lot=lot.step_size,
            min_quantity=lot.min_qty or lot.step_size,
            min_notional=notional or Decimal(0),
            trading=market.status == _TRADING,
            state=market.status,
        )
        return checked_rules(rules, self._client.venue)

    async def clock(self) -> ClockReading:
        """Return its clock beside ours."""

        def reading(answer: Answer) -> ClockReading:
            time = rows(_TIME, answer.body, self._client.venue)
            return clock_reading(time.server_time * NS_PER_MS, answer, self._client.venue)

        return await self._client.ask(Question(path=f"{self._place.path}/time", params={}), reading)

    async def candles(self, start_ns: int, end_ns: int) -> tuple[Candle, ...]:
        """Return the closed minutes that begin in ``[start_ns, end_ns)``, oldest first.

        It does not say which are closed: one is when another follows, or when it ended 2 s ago.
        """
        found: list[_Kline] = []
        start_ms, end_ms = -(-start_ns // NS_PER_MS), (end_ns + NS_PER_MINUTE) // NS_PER_MS
        while start_ms < end_ms:
            page = await self._ask(
                "klines",
                {
                    "symbol": self._market,
                    "interval": "1m",
                    "startTime": start_ms,
                    "endTime": end_ms - 1,
                    "limit": _PAGE,
                },
                _KLINES,
                self._place.klines,
            )
            newer = [row for row in page if row.begin >= start_ms]
            found += newer
            if not newer:
                break
            start_ms = max(row.begin for row in newer) + 1
        newest_ms = max((row.begin for row in found), default=0)
        now_ns = self._client.now_ns()
        told = (
            Candle(
                open_ns=row.begin * NS_PER_MS,
                open=row.open,
                high=row.high,
                low=row.low,
                close=row.close,
                volume=row.volume,
                closed=row.begin < newest_ms
                or row.begin * NS_PER_MS + NS_PER_MINUTE + _SETTLED_NS <= now_ns,
            )
            for row in found
        )
        return candles_in_order(told, start_ns, end_ns, self._client.venue)

    async def trades_between(
        self, after: FeedTrade | None, before: FeedTrade
    ) -> tuple[FeedTrade, ...]:
        """Return the trades after one and before another, in order."""
        return await numbered_between(self, after, before, self._client.venue)

    async def trades_after(self, number: int) -> tuple[FeedTrade, ...]:
        """Return up to 1 000 trades that follow a number, oldest first."""
        page = await self._trades({"fromId": number + 1, "limit": _PAGE})
        return tuple(trade for trade in page if trade.first is not None and trade.first > number)

    async def number_before(self, time_ns: int) -> int:
        """Return the number of the last trade before a time."""
        start_ms = -(-time_ns // NS_PER_MS)
        if later := await self._trades({"startTime": start_ms, "limit": 1}):
            return (later[0].first or 0) - 1
        newest = await self._trades({"limit": 1})
        return (newest[-1].last or 0) if newest else 0

    async def _trades(self, place: dict[str, str | int]) -> tuple[FeedTrade, ...]:
        told = await self._ask(
            "aggTrades", {"symbol": self._market, **place}, _TRADES, self._place.trades
        )
        trades = (
            FeedTrade(
                price=row.price,
                size=row.size,
                time_ns=row.time * NS_PER_MS,
                side=-1 if row.sold else 1,
                trade_id=str(row.number),
                first=row.number,
                last=row.number,
            )
            for row in told
        )
        return trades_in_order(trades, self._client.venue, self._client.dropped)

    async def _ask(
        self,
        name: str,
        params: dict[str, str | int],
        decoder: msgspec.json.Decoder[Told],
        weight: float,
    ) -> Told:
        question = Question(path=f"{self._place.path}/{name}", params=params, weight=weight)
        return await self._client.ask(
            question, lambda answer: rows(decoder, answer.body, self._client.venue)
        )
