"""Takes from a feed what it tells, and shows that it does, so that one that hangs is noticed."""

from __future__ import annotations

import asyncio

from supreme_system_v5.domain.live import FeedEvent
from supreme_system_v5.domain.status import DomainStatus
from supreme_system_v5.ports import Clock, MarketFeed

__all__ = ["PUMP_NS", "Pump"]

_NS = 1_000_000_000
PUMP_NS = 60 * _NS
"""Within this time it shows that it lives, also of a feed that tells nothing."""


class Pump:
    """Receives; what is received is somebody else's.

    Args:
        feed: Where from.
        clock: Tells the time.
    """

    __slots__ = ("_clock", "_feed", "_last_ns", "_received")

    def __init__(self, feed: MarketFeed, clock: Clock) -> None:
        self._feed = feed
        self._clock = clock
        self._last_ns: int | None = None
        self._received = 0

    async def receive(self) -> tuple[FeedEvent, ...]:
        """Return what the feed tells next; wait until there is something.

        Raises:
            SourceError: The feed is not connected; or whatever its own task failed with.
        """
        while True:
            self._last_ns = self._clock.time_ns()
            told = await self._within()
            if told is not None:
                self._received += 1
                return told

    def status(self) -> DomainStatus:
        """Return how it goes, as of a task with an interval of a minute."""
        return DomainStatus(interval_ns=PUMP_NS, runs=self._received, last_ns=self._last_ns)

    async def _within(self) -> tuple[FeedEvent, ...] | None:
        """Return what comes; None after a minute in which nothing did, and nothing waits."""
        while True:
            try:
                async with asyncio.timeout(PUMP_NS / _NS):
                    return await self._feed.receive()
            except TimeoutError:
                if not self._feed.health().queued:
                    return None
