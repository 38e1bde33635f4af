"""What takes from a feed, and shows that it lives."""

from __future__ import annotations

import asyncio

from supreme_system_v5.domain.live import FeedEvent, FeedTrades
from supreme_system_v5.orchestrator.pump import PUMP_NS, Pump
from tests.fakes.market_feed import FakeFeed
from tests.support.live_runs import SECOND, told, trade
from tests.support.virtual_loop import LoopClock, run_virtual


class Stuck(FakeFeed):
    """Says that something waits, and never tells it."""

    async def receive(self) -> tuple[FeedEvent, ...]:
        await asyncio.Event().wait()
        raise AssertionError


def test_it_returns_what_is_told_and_misses_nothing_however_long_it_takes() -> None:
    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        feed = FakeFeed(clock)
        pump = Pump(feed, clock)
        assert pump.status().last_ns is None
        begin_ns = clock.time_ns()
        events = [told([trade(begin_ns + n, number=n)]) for n in range(1, 5)]
        async with feed:
            for pause_s, event in zip((0.0, 1.0, 60.0, 1_000.0), events, strict=True):
                asyncio.get_running_loop().call_later(pause_s, feed.push, event)
                assert await pump.receive() == (event,)
        assert pump.status().runs == 4

    run_virtual(main())


def test_a_silent_feed_is_waited_for_and_one_that_hangs_is_seen() -> None:
    async def after(seconds: int, feed: FakeFeed, clock: LoopClock) -> int:
        pump = Pump(feed, clock)
        begin_ns = clock.time_ns()
        async with feed:
            receiving = asyncio.create_task(pump.receive())
            await asyncio.sleep(seconds)
            receiving.cancel()
            await asyncio.wait({receiving})
        last_ns = pump.status().last_ns
        assert last_ns is not None
        return last_ns - begin_ns

    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        assert await after(1_000, FakeFeed(clock), clock) >= 1_000 * SECOND - PUMP_NS
        stuck = Stuck(clock)
        stuck.push(FeedTrades(trades=(trade(1),), receive_ns=1))
        assert await after(1_000, stuck, clock) == 0

    run_virtual(main())
