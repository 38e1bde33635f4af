"""What every market feed keeps, the real one over sockets and the tests' stand-in."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import pytest

from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.domain.live import (
    Candle,
    FeedChange,
    FeedEvent,
    FeedQuote,
    FeedTrades,
)
from supreme_system_v5.errors import SourceError
from supreme_system_v5.exchanges.live_feed import LiveFeed
from supreme_system_v5.ports import MarketFeed
from tests.fakes.market_feed import RULES, FakeFeed
from tests.support.plain_server import served_venue
from tests.support.plain_venue import MINUTE, PlainVenue, candle, trade
from tests.support.virtual_loop import LoopClock, run_virtual

HISTORY = [candle(n * MINUTE, 1.0, 2.0, 0.5, 1.5, volume=n, closed=n < 9) for n in range(5, 10)]


@dataclass
class Bench:
    """A feed, what happens in its market, and how its REST side fails."""

    feed: MarketFeed
    happen: Callable[[], Awaitable[None]]


Maker = Callable[..., AbstractAsyncContextManager[Bench]]


@asynccontextmanager
async def fake(*, failing: bool = False) -> AsyncIterator[Bench]:
    clock = LoopClock(asyncio.get_running_loop())
    broken = SourceError("as it was told to")
    made = FakeFeed(
        clock, rules=broken if failing else RULES, history=broken if failing else HISTORY
    )
    number = 0

    async def happen() -> None:
        nonlocal number
        if number == 0:
            made.push(FeedChange(fresh=True, reason="", since_ns=0, receive_ns=clock.time_ns()))
        number += 1
        one = trade(number, 100.0, 1.0, clock.time_ns())
        made.push(
            FeedTrades(trades=(one,), receive_ns=one.time_ns),
            FeedQuote(bid=1.0, bid_size=1.0, ask=2.0, ask_size=1.0, receive_ns=one.time_ns),
        )
        await asyncio.sleep(0.5)

    yield Bench(made, happen)


@asynccontextmanager
async def live(*, failing: bool = False) -> AsyncIterator[Bench]:
    clock = LoopClock(asyncio.get_running_loop())
    async with served_venue(clock) as server:
        server.rest.minutes = [one for one in HISTORY if one.closed]
        if failing:
            server.rest.failing = SourceError("as it was told to")
        made = LiveFeed(
            PlainVenue(server.url),
            server.rest,
            clock=clock,
            sleep=sleep_ns,
            chance=random.Random(1),
        )

        async def happen() -> None:
            await asyncio.sleep(3)

        yield Bench(made, happen)


each = pytest.mark.parametrize("make", [fake, live], ids=["fake", "live"])


async def told(bench: Bench, count: int) -> list[FeedEvent]:
    found: list[FeedEvent] = []
    for _ in range(count):
        await bench.happen()
        found.extend(await bench.feed.receive())
    return found


@each
def test_it_tells_each_trade_once_and_in_order(make: Maker) -> None:
    async def main() -> None:
        async with make() as bench:
            assert isinstance(bench.feed, MarketFeed)
            before = bench.feed.health()
            assert (before.fresh, before.reason) == (False, "not connected yet")
            async with bench.feed as feed:
                assert feed is bench.feed
                events = await told(bench, 5)
                trades = [
                    one for event in events if isinstance(event, FeedTrades) for one in event.trades
                ]
                numbers = [int(one.trade_id) for one in trades]
                assert numbers == list(range(1, len(numbers) + 1))
                assert len(numbers) >= 5
                assert any(isinstance(event, FeedQuote) for event in events)
                changes = [event for event in events if isinstance(event, FeedChange)]
                assert [change.fresh for change in changes] == [True]
                health = feed.health()
                assert (health.name, health.fresh, health.reason) == (feed.name, True, "")
                assert health.trades >= len(numbers)
                assert health.last_data_ns is not None
                assert health.last_trade_ns is not None

    run_virtual(main())


@each
def test_receiving_waits_and_shows_what_is_queued(make: Maker) -> None:
    async def main() -> None:
        async with make() as bench, bench.feed as feed:
            await told(bench, 2)
            waiting = asyncio.create_task(feed.receive())
            await asyncio.sleep(0)
            await bench.happen()
            assert await waiting
            await bench.happen()
            assert feed.health().queued >= 1
            await feed.receive()
            assert feed.health().queued == 0

    run_virtual(main())


@each
def test_outside_of_async_with_there_is_nothing_to_receive(make: Maker) -> None:
    async def main() -> None:
        async with make() as bench:
            with pytest.raises(SourceError, match="inside async with"):
                await bench.feed.receive()
            loop, before = asyncio.get_running_loop(), asyncio.all_tasks()
            async with bench.feed:
                await told(bench, 2)
                begin = loop.time()
            assert loop.time() - begin <= 2
            assert asyncio.all_tasks() <= before
            if bench.feed.health().queued:  # what was told is still there
                await bench.feed.receive()
            with pytest.raises(SourceError):
                await bench.feed.receive()

    run_virtual(main())


@each
def test_who_waits_is_told_when_the_feed_is_left(make: Maker) -> None:
    async def main() -> None:
        async with make() as bench:
            async with bench.feed as feed:

                async def drain() -> None:
                    while True:
                        await feed.receive()

                waiting = asyncio.create_task(drain())
                await bench.happen()
            with pytest.raises(SourceError):
                await waiting

    run_virtual(main())


@each
def test_it_hands_on_what_rest_says(make: Maker) -> None:
    async def main() -> None:
        async with make() as bench, bench.feed as feed:
            assert await feed.rules() == RULES
            reading = await feed.clock()
            assert reading.sent_ns <= reading.received_ns
            found: tuple[Candle, ...] = await feed.candles(6 * MINUTE, 20 * MINUTE)
            assert [one.open_ns // MINUTE for one in found] == [6, 7, 8]
            assert await feed.candles(6 * MINUTE, 6 * MINUTE) == ()

    run_virtual(main())


@each
def test_when_rest_fails_it_says_so(make: Maker) -> None:
    async def main() -> None:
        async with make(failing=True) as bench, bench.feed as feed:
            with pytest.raises(SourceError):
                await feed.rules()
            with pytest.raises(SourceError):
                await feed.candles(0, MINUTE)

    run_virtual(main())
