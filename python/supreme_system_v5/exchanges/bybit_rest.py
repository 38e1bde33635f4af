"""The REST side of Bybit v5, spot. Rows come newest first; of trades there are the last 60."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.domain.live import Candle, ClockReading, FeedTrade, MarketRules
from supreme_system_v5.errors import SourceError
from supreme_system_v5.exchanges.checked import checked_rules, clock_reading
from supreme_system_v5.exchanges.history import (
    NS_PER_MINUTE,
    candles_in_order,
    minute_of,
    trades_in_order,
)
from supreme_system_v5.exchanges.rest_client import (
    Answer,
    Question,
    RestBudget,
    RestClient,
    answered_fault,
    rows,
)
from supreme_system_v5.exchanges.wire import NS_PER_MS, Told

__all__ = ["BYBIT_BUDGET", "BybitRest"]

BYBIT_BUDGET = RestBudget(weight=300, per_s=5)
"""It allows 600 questions in 5 s."""

_PAGE = 1_000
_TRADES_KEPT = 60
_SETTLED_NS = 2 * 1_000_000_000  # after so long a minute is taken as final
_SIDES = {"Buy": 1, "Sell": -1}
_TRADING = "Trading"


class _Whole(msgspec.Struct, rename="camel"):
    ret_code: int
    ret_msg: str = ""
    result: msgspec.Raw = msgspec.Raw(b"{}")


class _Kline(msgspec.Struct, array_like=True, gc=False):
    begin: int
    open: float
    high: float
    low: float
    close: float
    volume: float


class _Klines(msgspec.Struct, rename={"rows": "list"}):
    rows: list[_Kline]


class _Trade(msgspec.Struct, rename="camel", gc=False):
    exec_id: str
    price: float
    size: float
    side: str
    time: int
    is_block_trade: bool = False


class _Trades(msgspec.Struct, rename={"rows": "list"}):
    rows: list[_Trade]


class _LotSize(msgspec.Struct, rename="camel"):
    base_precision: Decimal
    min_order_qty: Decimal
    min_order_amt: Decimal = Decimal(0)


class _Price(msgspec.Struct, rename="camel"):
    tick_size: Decimal


class _Market(msgspec.Struct, rename="camel"):
    symbol: str
    status: str
    lot_size_filter: _LotSize
    price_filter: _Price


class _Markets(msgspec.Struct, rename={"rows": "list"}):
    rows: list[_Market]


class _Time(msgspec.Struct, rename="camel"):
    time_nano: int


_WHOLE = msgspec.json.Decoder(_Whole)
_KLINES = msgspec.json.Decoder(_Klines, strict=False)
_TRADES = msgspec.json.Decoder(_Trades, strict=False)
_MARKETS = msgspec.json.Decoder(_Markets, strict=False)
_TIME = msgspec.json.Decoder(_Time, strict=False)


class BybitRest:
    """One spot market; fulfils `VenueRest`.

    Args:
        client: Asks.
        symbol: ``BASE-QUOTE``.
    """

    def __init__(self, client: RestClient, symbol: str) -> None:
        self._client = client
        self._symbol = symbol
        self._market = symbol.replace("-", "")

    async def rules(self) -> MarketRules:
        """Return what it says of the market."""
        found = await self._ask("instruments-info", {}, _MARKETS)
        for market in found.rows:
            if market.symbol == self._market:
                rules = MarketRules(
                    symbol=self._symbol,
                    exchange_symbol=market.symbol,
                    tick=market.price_filter.tick_size,
                    lot=market.lot_size_filter.base_precision,
                    min_quantity=market.lot_size_filter.min_order_qty,
                    min_notional=market.lot_size_filter.min_order_amt,
                    trading=market.status == _TRADING,
                    state=market.status,
                )
                return checked_rules(rules, self._client.venue)
        raise SourceError(f"bybit has no spot market {self._market}", FaultKind.ERROR_ANSWER)

    async def clock(self) -> ClockReading:
        """Return its clock beside ours."""

        def reading(answer: Answer) -> ClockReading:
            time = self._result(answer, _TIME)
            return clock_reading(time.time_nano, answer, self._client.venue)

        return await self._client.ask(Question(path="/v5/market/time", params={}), reading)

    async def candles(self, start_ns: int, end_ns: int) -> tuple[Candle, ...]:
        """Return the closed minutes that begin in ``[start_ns, end_ns)``, oldest first.

        It does not say which are closed: one is when another follows, or when it ended 2 s ago.
        """
        found: list[_Kline] = []
        page_ns = _PAGE * NS_PER_MINUTE
        for begin_ns in range(minute_of(start_ns), end_ns + NS_PER_MINUTE, page_ns):
            last_ns = min(begin_ns + page_ns - NS_PER_MINUTE, end_ns)
            page = await self._ask(
                "kline",
                {
                    "interval": "1",
                    "start": begin_ns // NS_PER_MS,
                    "end": last_ns // NS_PER_MS,
                    "limit": _PAGE,
                },
                _KLINES,
            )
            found += page.rows
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
        """Return the trades after one and before another, as far as the last 60 hold them."""
        page = await self._ask("recent-trade", {"limit": _TRADES_KEPT}, _TRADES)
        trades = trades_in_order(
            (
                FeedTrade(
                    price=row.price,
                    size=row.size,
                    time_ns=row.time * NS_PER_MS,
                    side=_SIDES.get(row.side, 0),
                    trade_id=row.exec_id,
                )
                for row in reversed(page.rows)
                if not row.is_block_trade
            ),
            self._client.venue,
            self._client.dropped,
        )
        places = {trade.trade_id: place for place, trade in enumerate(trades)}
        end = places.get(before.trade_id, len(trades))
        start = 0 if after is None else places.get(after.trade_id, -1) + 1
        since_ns = minute_of(before.time_ns) if after is None else after.time_ns
        return tuple(
            trade for trade in trades[start:end] if since_ns <= trade.time_ns <= before.time_ns
        )

    async def _ask(
        self, name: str, params: dict[str, str | int], decoder: msgspec.json.Decoder[Told]
    ) -> Told:
        whole = {"category": "spot", "symbol": self._market, **params}
        question = Question(path=f"/v5/market/{name}", params=whole)
        return await self._client.ask(question, lambda answer: self._result(answer, decoder))

    def _result(self, answer: Answer, decoder: msgspec.json.Decoder[Told]) -> Told:
        whole = rows(_WHOLE, answer.body, self._client.venue)
        if whole.ret_code:
            raise answered_fault(self._client.venue, str(whole.ret_code), whole.ret_msg)
        return rows(decoder, whole.result, self._client.venue)
