"""What a feed has told and nobody has received yet."""

from __future__ import annotations

import asyncio
from collections import deque

from supreme_system_v5.domain.live import FeedCandle, FeedEvent, FeedQuote, FeedTrades

__all__ = ["EventQueue"]


class EventQueue:
    """Holds events in order: of quotes and open minutes only the newest, everything else whole.

    Args:
        capacity: Trades from which on it is full. It takes more all the same: whoever puts asks
            `full` first and waits for `room`, where waiting is possible.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._events: deque[FeedEvent] = deque()
        self._trades = 0
        self._quote: FeedQuote | None = None
        self._candle: FeedCandle | None = None
        self._some = asyncio.Event()
        self._room = asyncio.Event()
        self._failure: BaseException | None = None

    def __len__(self) -> int:
        return len(self._events) + (self._quote is not None) + (self._candle is not None)

    @property
    def waiting(self) -> int:
        """Return how many trades wait; what `capacity` bounds."""
        return self._trades

    @property
    def full(self) -> bool:
        """Return whether who can wait should."""
        return self._trades >= self._capacity

    def put(self, event: FeedEvent) -> None:
        """Take an event."""
        match event:
            case FeedQuote():
                self._quote = event
            case FeedCandle() if not event.candle.closed:
                self._candle = event
            case FeedCandle():
                pending = self._candle
                if pending is not None and pending.candle.open_ns <= event.candle.open_ns:
                    self._candle = None
                self._events.append(event)
            case _:
                if isinstance(event, FeedTrades):
                    self._trades += len(event.trades)
                self._events.append(event)
        self._some.set()

    def fail(self, failure: BaseException) -> None:
        """Have nothing more to come: who receives is told why, after what is there."""
        self._failure = failure
        self._some.set()
        self._room.set()

    async def room(self) -> None:
        """Wait until it was drained."""
        self._room.clear()
        if self.full and self._failure is None:
            await self._room.wait()

    async def drain(self) -> tuple[FeedEvent, ...]:
        """Return all events, and wait for the first; raise what it failed with after the last."""
        while not len(self):
            if self._failure is not None:
                raise self._failure
            self._some.clear()
            await self._some.wait()
        newest = [event for event in (self._candle, self._quote) if event is not None]
        told = (*self._events, *newest)
        self._events.clear()
        self._quote = self._candle = None
        self._trades = 0
        self._room.set()
        return told
