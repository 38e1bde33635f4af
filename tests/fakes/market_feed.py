"""A market feed that tells what a test gives it."""

from __future__ import annotations

import asyncio
from collections import deque
from decimal import Decimal
from typing import Self

import msgspec

from supreme_system_v5.domain.live import (
    Candle,
    ClockReading,
    FeedChange,
    FeedEvent,
    FeedHealth,
    FeedTrades,
    MarketRules,
)
from supreme_system_v5.errors import SourceError
from supreme_system_v5.ports import Clock

__all__ = ["RULES", "FakeFeed"]

RULES = MarketRules(
    symbol="BTC-USDT",
    exchange_symbol="BTC-USDT",
    tick=Decimal("0.1"),
    lot=Decimal("0.00000001"),
    min_quantity=Decimal("0.00001"),
    min_notional=Decimal(0),
    trading=True,
    state="live",
)


class FakeFeed:
    """Fulfils `supreme_system_v5.ports.MarketFeed`: `push` events, and `receive` tells them.

    Args:
        clock: Tells the time.
        name: Its name.
        rules: What it says of the market; a `SourceError` is raised instead.
        history: Minutes that `candles` picks from; a `SourceError` is raised instead.

    Attributes:
        unsettled_ns: Begin of the minute of which trades may still come; None: none is.
        ahead_ns: How far the exchange's clock is ahead.
        entered: Whether it is inside ``async with``.
        asked: What `candles` was asked for.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        name: str = "fake",
        rules: MarketRules | SourceError = RULES,
        history: list[Candle] | SourceError | None = None,
    ) -> None:
        self.name = name
        self.unsettled_ns: int | None = None
        self.ahead_ns = 0
        self.entered = False
        self.asked: list[tuple[int, int]] = []
        self._clock = clock
        self._rules = rules
        self._history = history if history is not None else []
        self._events: deque[FeedEvent] = deque()
        self._some = asyncio.Event()
        self._health = FeedHealth(name=name, fresh=False, reason="not connected yet")

    def push(self, *events: FeedEvent) -> None:
        """Tell something; trades and changes show in `health` as well."""
        self._events.extend(events)
        for event in events:
            match event:
                case FeedTrades():
                    self.set_health(
                        trades=self._health.trades + len(event.trades),
                        last_data_ns=event.receive_ns,
                        last_trade_ns=event.receive_ns,
                    )
                case FeedChange():
                    self.set_health(fresh=event.fresh, reason=event.reason)
                case _:
                    self.set_health(last_data_ns=event.receive_ns)
        self._some.set()

    def set_health(self, **changes: object) -> None:
        """Change fields of `health`; no event is told."""
        self._health = msgspec.structs.replace(self._health, **changes)

    async def __aenter__(self) -> Self:
        self.entered = True
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.entered = False
        self._some.set()

    async def rules(self) -> MarketRules:
        if isinstance(self._rules, SourceError):
            raise self._rules
        return self._rules

    async def clock(self) -> ClockReading:
        now = self._clock.time_ns()
        return ClockReading(server_ns=now + self.ahead_ns, sent_ns=now, received_ns=now)

    async def candles(self, start_ns: int, end_ns: int) -> tuple[Candle, ...]:
        self.asked.append((start_ns, end_ns))
        if isinstance(self._history, SourceError):
            raise self._history
        return tuple(c for c in self._history if start_ns <= c.open_ns < end_ns and c.closed)

    async def receive(self) -> tuple[FeedEvent, ...]:
        while not self._events:
            if not self.entered:
                raise SourceError(f"{self.name} is not connected: use it inside async with")
            self._some.clear()
            await self._some.wait()
        told = tuple(self._events)
        self._events.clear()
        return told

    def health(self) -> FeedHealth:
        waiting = sum(len(event.trades) for event in self._events if isinstance(event, FeedTrades))
        return msgspec.structs.replace(self._health, queued=waiting)
