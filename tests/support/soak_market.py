"""A seeded market as a live feed, on a loop whose time is a number; told again as columns."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Self

from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.domain.live import (
    Candle,
    ClockReading,
    FeedCandle,
    FeedChange,
    FeedEvent,
    FeedHealth,
    FeedTrade,
    FeedTrades,
    MarketRules,
)
from supreme_system_v5.exchanges.simulator.market import Market
from supreme_system_v5.exchanges.simulator.sources import InventedMarket
from supreme_system_v5.exchanges.simulator.tape import CENTS, NS_PER_MS, UNITS, Minute, Print
from supreme_system_v5.market_data import TradeChunk
from supreme_system_v5.orchestrator.parts import Intervals
from supreme_system_v5.ports import Clock
from tests.fakes.market_feed import RULES

__all__ = ["HOUR", "SECOND", "Soak", "SoakFeed", "chunks_of"]

SECOND = 10**9
HOUR = 3_600 * SECOND


@dataclass(frozen=True, kw_only=True)
class Soak:
    """What is run.

    Attributes:
        hours: How long, by the loop's time.
        rate: Trades a second on average.
        batch_ns: How often the feed tells what was traded since.
        scenario: Of the market.
        seed: Of the market.
        strategy: Which.
        risk: ``fixed`` bets on every signal; ``dynamic`` as an account of its own would.
        warmup_minutes: History.
        every: How often what is done.
    """

    hours: float
    rate: float = 5.0
    batch_ns: int = SECOND
    scenario: str = "volatile"
    seed: int = 1
    strategy: str = "scalping"
    risk: str = "fixed"
    warmup_minutes: int = 1_500

    @property
    def every(self) -> Intervals:
        """Those of a real system."""
        return Intervals(warmup_minutes=self.warmup_minutes)

    @property
    def duration_ns(self) -> int:
        """How long."""
        return round(self.hours * HOUR)

    def market(self, start_ns: int) -> Market:
        """Return its market, which is the same each time."""
        source = InventedMarket(self.scenario, Random(self.seed), rate=self.rate)
        return Market(source, start_ns=start_ns, seed=self.seed, keep=1_000)


class SoakFeed:
    """Fulfils `supreme_system_v5.ports.MarketFeed`: a market that tells what was traded since."""

    name = "soak"
    unsettled_ns: int | None = None

    def __init__(self, of: Soak, clock: Clock) -> None:
        self._clock = clock
        self._batch_ns = of.batch_ns
        self._market = of.market(clock.time_ns())
        self._next_ns = clock.monotonic_ns()
        self._trades = 0
        self._last_ns: int | None = None
        self._last_trade_ns: int | None = None
        self._fresh: tuple[FeedEvent, ...] = (
            FeedChange(fresh=True, reason="", since_ns=1, receive_ns=clock.time_ns()),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        pass

    async def rules(self) -> MarketRules:
        return RULES

    async def clock(self) -> ClockReading:
        now_ns = self._clock.time_ns()
        return ClockReading(server_ns=now_ns, sent_ns=now_ns, received_ns=now_ns)

    async def candles(self, start_ns: int, end_ns: int) -> tuple[Candle, ...]:
        found = self._market.candles.between(start_ns // NS_PER_MS, end_ns // NS_PER_MS)
        return tuple(_candle(minute) for minute in found)

    async def receive(self) -> tuple[FeedEvent, ...]:
        self._next_ns += self._batch_ns
        await sleep_ns(self._next_ns - self._clock.monotonic_ns())
        now_ns = self._clock.time_ns()
        told, self._fresh = [*self._fresh], ()
        trades: list[FeedTrade] = []
        for each in self._market.advance(now_ns):
            if isinstance(each, Print):
                trades.append(_trade(each))
                continue
            if trades:
                told.append(FeedTrades(trades=tuple(trades), receive_ns=now_ns))
                trades.clear()
            told.append(FeedCandle(candle=_candle(each), receive_ns=now_ns))
        if trades:
            told.append(FeedTrades(trades=tuple(trades), receive_ns=now_ns))
        self._market.candles._closed.clear()  # nobody asks for them again
        self._last_ns = now_ns
        if any(isinstance(event, FeedTrades) for event in told):
            self._last_trade_ns = now_ns
        self._trades += sum(len(e.trades) for e in told if isinstance(e, FeedTrades))
        return tuple(told)

    def health(self) -> FeedHealth:
        return FeedHealth(
            name=self.name,
            fresh=self._last_ns is not None,
            reason="",
            last_data_ns=self._last_ns,
            last_trade_ns=self._last_trade_ns,
            connects=1,
            trades=self._trades,
        )


def _trade(told: Print) -> FeedTrade:
    return FeedTrade(
        price=told.price / CENTS,
        size=told.size / UNITS,
        time_ns=told.time_ns,
        side=1 if told.buy else -1,
        trade_id=str(told.last),
        first=told.first,
        last=told.last,
    )


def _candle(minute: Minute) -> Candle:
    return Candle(
        open_ns=minute.open_ms * NS_PER_MS,
        open=minute.open / CENTS,
        high=minute.high / CENTS,
        low=minute.low / CENTS,
        close=minute.close / CENTS,
        volume=minute.volume / UNITS,
        closed=True,
    )


def chunks_of(of: Soak, start_ns: int, trades: int) -> Iterator[TradeChunk]:
    """Yield so many trades of its market anew, some hours at a time."""
    market, now_ns, left = of.market(start_ns), start_ns, trades
    while left:
        now_ns += HOUR
        told = [each for each in market.advance(now_ns) if isinstance(each, Print)][:left]
        left -= len(told)
        yield TradeChunk(
            prices=array("d", [each.price / CENTS for each in told]),
            sizes=array("d", [each.size / UNITS for each in told]),
            timestamps_ns=array("q", [each.time_ns for each in told]),
            sides=array("b", [1 if each.buy else -1 for each in told]),
        )
