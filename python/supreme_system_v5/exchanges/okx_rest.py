"""The REST side of OKX v5, spot. Rows come newest first; ``after`` means older than."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.domain.live import Candle, ClockReading, FeedTrade, MarketRules
from supreme_system_v5.errors import SourceError
from supreme_system_v5.exchanges.checked import checked_rules, clock_reading
from supreme_system_v5.exchanges.history import (
    candles_in_order,
    numbered_between,
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

__all__ = ["OKX_BUDGET", "OkxRest"]

OKX_BUDGET = RestBudget(weight=20, per_s=2)
"""It allows 40 of the lightest questions in 2 s."""

_MS_PER_MINUTE = 60_000
_RECENT_MS = 1_380 * _MS_PER_MINUTE  # of the 1 440 minutes that its quick memory holds
_PAGE_MINUTES = 300
_PAGE_TRADES = 100
_MOST_PAGES = 200
_SIDES = {"buy": 1, "sell": -1}
_LIVE = "live"


class _Whole(msgspec.Struct):
    code: str
    data: msgspec.Raw = msgspec.Raw(b"[]")
    msg: str = ""


class _Candle(msgspec.Struct, array_like=True, gc=False):
    ts: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    volume_ccy: float
    volume_quote: float
    confirm: int


class _Trade(msgspec.Struct, rename="camel", gc=False):
    trade_id: int
    px: float
    sz: float
    side: str
    ts: int


class _Instrument(msgspec.Struct, rename="camel"):
    inst_id: str
    tick_sz: Decimal
    lot_sz: Decimal
    min_sz: Decimal
    state: str


class _Time(msgspec.Struct):
    ts: int


_WHOLE = msgspec.json.Decoder(_Whole)
_CANDLES = msgspec.json.Decoder(list[_Candle], strict=False)
_TRADES = msgspec.json.Decoder(list[_Trade], strict=False)
_INSTRUMENTS = msgspec.json.Decoder(list[_Instrument], strict=False)
_TIMES = msgspec.json.Decoder(list[_Time], strict=False)


class OkxRest:
    """One spot market; fulfils `VenueRest` and `TradeHistory`.

    Args:
        client: Asks.
        symbol: ``BASE-QUOTE``, as OKX names it too.
    """

    def __init__(self, client: RestClient, symbol: str) -> None:
        self._client = client
        self._symbol = symbol

    async def rules(self) -> MarketRules:
        """Return what it says of the market."""
        params: dict[str, str | int] = {"instType": "SPOT", "instId": self._symbol}
        found = await self._ask("/api/v5/public/instruments", params, _INSTRUMENTS, 2)
        for row in found:
            if row.inst_id == self._symbol:
                rules = MarketRules(
                    symbol=self._symbol,
                    exchange_symbol=row.inst_id,
                    tick=row.tick_sz,
                    lot=row.lot_sz,
                    min_quantity=row.min_sz,
                    min_notional=Decimal(0),
                    trading=row.state == _LIVE,
                    state=row.state,
                )
                return checked_rules(rules, self._client.venue)
        raise SourceError(f"okx has no spot market {self._symbol}", FaultKind.ERROR_ANSWER)

    async def clock(self) -> ClockReading:
        """Return its clock beside ours."""

        def reading(answer: Answer) -> ClockReading:
            times = self._data(answer, _TIMES)
            if not times:
                raise SourceError("okx does not tell its time", FaultKind.BAD_ITEM)
            return clock_reading(times[0].ts * NS_PER_MS, answer, self._client.venue)

        return await self._client.ask(
            Question(path="/api/v5/public/time", params={}, weight=4), reading
        )

    async def candles(self, start_ns: int, end_ns: int) -> tuple[Candle, ...]:
        """Return the closed minutes that begin in ``[start_ns, end_ns)``, oldest first."""
        found: list[Candle] = []
        end_ms, quick = -(-end_ns // NS_PER_MS), True
        while end_ms * NS_PER_MS > start_ns:
            quick = quick and end_ms > self._client.now_ns() // NS_PER_MS - _RECENT_MS
            page = await self._minutes(end_ms, quick=quick)
            older = [candle for candle in page if candle.open_ns < end_ms * NS_PER_MS]
            found += older
            if older:
                end_ms = min(candle.open_ns for candle in older) // NS_PER_MS
            elif quick:
                quick = False  # its quick memory ends here, the other goes on
            else:
                break
        return candles_in_order(found, start_ns, end_ns, self._client.venue)

    async def _minutes(self, end_ms: int, *, quick: bool) -> list[Candle]:
        params: dict[str, str | int] = {
            "instId": self._symbol,
            "bar": "1m",
            "after": end_ms,
            "limit": _PAGE_MINUTES,
        }
        path = "/api/v5/market/candles" if quick else "/api/v5/market/history-candles"
        return [
            Candle(
                open_ns=row.ts * NS_PER_MS,
                open=row.open,
                high=row.high,
                low=row.low,
                close=row.close,
                volume=row.volume,
                closed=row.confirm == 1,
            )
            for row in await self._ask(path, params, _CANDLES, 1 if quick else 2)
        ]

    async def trades_between(
        self, after: FeedTrade | None, before: FeedTrade
    ) -> tuple[FeedTrade, ...]:
        """Return the trades after one and before another, in order."""
        return await numbered_between(self, after, before, self._client.venue)

    async def trades_after(self, number: int) -> tuple[FeedTrade, ...]:
        """Return up to 100 trades that follow a number, oldest first."""
        at = number
        while True:
            page = await self._trades({"after": at + _PAGE_TRADES + 1})
            if new := _later(page, number):
                return new
            newest = await self._trades({})
            if not newest or (newest[-1].last or 0) <= number:
                return ()
            at += _PAGE_TRADES  # numbers that were never given to a trade

    async def number_before(self, time_ns: int) -> int:
        """Return the number of the last trade before a time; 3 months are there at most."""
        page = await self._trades({"type": 2, "after": time_ns // NS_PER_MS})
        numbers = [trade.last for trade in page if trade.last and trade.time_ns < time_ns]
        if numbers:
            return max(numbers)
        page = await self._trades({})
        for _ in range(_MOST_PAGES):
            if not page:
                return 0
            first = page[0].first or 0
            page = await self._trades({"after": first})
            if not page:
                return first - 1
        raise SourceError(
            f"okx has no trades of {self._symbol} before that time; ask for a later one",
            FaultKind.PAGING,
        )

    async def _trades(self, place: dict[str, str | int]) -> tuple[FeedTrade, ...]:
        params = {"instId": self._symbol, "limit": _PAGE_TRADES, **place}
        told = await self._ask("/api/v5/market/history-trades", params, _TRADES, 2)
        trades = (
            FeedTrade(
                price=row.px,
                size=row.sz,
                time_ns=row.ts * NS_PER_MS,
                side=_SIDES.get(row.side, 0),
                trade_id=str(row.trade_id),
                first=row.trade_id,
                last=row.trade_id,
            )
            for row in told
        )
        return trades_in_order(trades, self._client.venue, self._client.dropped)

    async def _ask(
        self,
        path: str,
        params: dict[str, str | int],
        decoder: msgspec.json.Decoder[list[Told]],
        weight: float,
    ) -> list[Told]:
        question = Question(path=path, params=params, weight=weight)
        return await self._client.ask(question, lambda answer: self._data(answer, decoder))

    def _data(self, answer: Answer, decoder: msgspec.json.Decoder[list[Told]]) -> list[Told]:
        whole = rows(_WHOLE, answer.body, self._client.venue)
        if whole.code != "0":
            raise answered_fault(self._client.venue, whole.code, whole.msg)
        return rows(decoder, whole.data, self._client.venue)


def _later(page: tuple[FeedTrade, ...], number: int) -> tuple[FeedTrade, ...]:
    return tuple(trade for trade in page if trade.first is not None and trade.first > number)
