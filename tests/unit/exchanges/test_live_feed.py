"""A live feed over real sockets, against a venue that does what venues do on their worst days."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.domain import Timeframe
from supreme_system_v5.domain.live import (
    Channel,
    FeedCandle,
    FeedChange,
    FeedEvent,
    FeedGap,
    FeedQuote,
    FeedTrade,
    FeedTrades,
)
from supreme_system_v5.errors import SourceError
from supreme_system_v5.exchanges.live_feed import FeedLimits, LiveFeed
from supreme_system_v5.exchanges.protocol import Endpoint, Message
from supreme_system_v5.exchanges.web_socket import Connect, Socket
from supreme_system_v5.optimized import BarBuilder
from tests.support.plain_server import PlainServer, served_venue
from tests.support.plain_venue import MINUTE, PlainVenue, S
from tests.support.virtual_loop import LoopClock, run_virtual


@dataclass
class Bench:
    feed: LiveFeed
    server: PlainServer
    clock: LoopClock
    events: list[FeedEvent] = field(default_factory=list)
    complaints: list[tuple[str, str]] = field(default_factory=list)

    @property
    def trades(self) -> list[FeedTrade]:
        told = [event for event in self.events if isinstance(event, FeedTrades)]
        return [one for event in told for one in event.trades]

    @property
    def numbers(self) -> list[int]:
        return [int(one.trade_id) for one in self.trades if one.trade_id]

    @property
    def gaps(self) -> list[FeedGap]:
        return [event for event in self.events if isinstance(event, FeedGap)]

    @property
    def changes(self) -> list[FeedChange]:
        return [event for event in self.events if isinstance(event, FeedChange)]

    async def drain(self) -> None:
        while True:
            self.events.extend(await self.feed.receive())

    async def until(self, true: Callable[[], bool], seconds: float = 100) -> None:
        for _ in range(round(seconds * 2)):
            if true():
                return
            await asyncio.sleep(0.5)
        pytest.fail(f"it did not come true: {self.feed.health()}")

    async def settled(self) -> None:
        """Wait until everything there is was told."""
        await self.until(lambda: self.feed.health().fresh)
        await asyncio.sleep(2)
        await self.until(lambda: bool(self.numbers) and self.numbers[-1] >= self.last - 1)

    @property
    def last(self) -> int:
        return len(self.server.trades)


@asynccontextmanager
async def bench(
    *,
    drained: bool = True,
    numbered: bool = True,
    url: str = "",
    connect: Connect | None = None,
    limits: FeedLimits | None = None,
    text_ping: bool = True,
) -> AsyncIterator[Bench]:
    clock = LoopClock(asyncio.get_running_loop())
    async with served_venue(clock) as server:
        server.numbered = numbered
        complaints: list[tuple[str, str]] = []
        feed = LiveFeed(
            PlainVenue(url or server.url, numbered=numbered, text_ping=text_ping),
            server.rest,
            clock=clock,
            sleep=sleep_ns,
            chance=random.Random(1),
            connect=connect,
            complain=lambda kind, text: complaints.append((kind, text)),
            limits=limits,
        )
        async with feed:
            made = Bench(feed, server, clock, complaints=complaints)
            drain = asyncio.create_task(made.drain()) if drained else None
            yield made
            if drain is not None:
                drain.cancel()
                await asyncio.gather(drain, return_exceptions=True)


def bars(trades: list[FeedTrade]) -> list[tuple[float, ...]]:
    builder = BarBuilder()
    found = []
    for one in trades:
        found += builder.update(one.price, one.size, one.time_ns, one.side)
    assert builder.late == 0
    return [
        (bar.open_ns, bar.open, bar.high, bar.low, bar.close, bar.volume)
        for bar in found
        if bar.timeframe is Timeframe.M1
    ]


def assert_whole(made: Bench) -> None:
    """Assert that every trade was told once and in order, from the begin of the first minute."""
    assert made.numbers == list(range(made.numbers[0], made.numbers[-1] + 1))
    first = made.server.trades[made.numbers[0] - 1]
    earlier = made.server.trades[: made.numbers[0] - 1]
    assert all(one.time_ns // MINUTE < first.time_ns // MINUTE for one in earlier)
    upto = made.server.trades[made.numbers[0] - 1 : made.numbers[-1]]
    assert bars(made.trades) == bars(upto)


def test_it_tells_trades_candles_and_quotes_from_the_begin_of_the_minute() -> None:
    async def main() -> None:
        async with bench() as made:
            await asyncio.sleep(5)
            await made.until(lambda: len(made.server.rest.minutes) == 1)
            await made.settled()
            assert_whole(made)
            assert [change.fresh for change in made.changes] == [True]
            assert any(isinstance(event, FeedQuote) for event in made.events)
            closed = [e.candle for e in made.events if isinstance(e, FeedCandle) if e.candle.closed]
            assert closed == made.server.rest.minutes
            health = made.feed.health()
            assert (health.name, health.fresh, health.reason) == ("plain", True, "")
            assert (health.connects, health.reconnects, health.gaps) == (2, 0, 0)
            assert (health.dropped, health.trades) == ({}, len(made.trades))
            assert made.gaps == []
            assert made.feed.unsettled_ns is None

    run_virtual(main())


Fault = Callable[[PlainServer], Awaitable[None]]


def closing(code: int | None, name: str = "") -> Fault:
    return lambda server: server.close(code, name)


def saying(text: str | bytes) -> Fault:
    return lambda server: server.say(text)


async def mute(server: PlainServer) -> None:
    server.mute = True


async def notice(server: PlainServer) -> None:
    await server.say('{"notice": 60000000000}')
    await asyncio.sleep(10)
    await server.say('{"notice": 60000000000}', "business")


async def lose(server: PlainServer) -> None:
    server.loss, server.twice = 0.3, 0.2


async def stop_trades(server: PlainServer) -> None:
    server.dead = {Channel.TRADES}


def heal(server: PlainServer) -> None:
    server.mute, server.loss, server.twice, server.dead, server.status = False, 0.0, 0.0, set(), 101


@pytest.mark.parametrize(
    ("fault", "reconnects", "dropped"),
    [
        (closing(1000), 2, set()),
        (closing(1012, "public"), 1, set()),
        (closing(4004), 2, set()),
        (closing(None), 2, set()),
        (mute, 2, set()),
        (notice, 2, set()),
        (lose, 0, set()),
        (stop_trades, 0, set()),
        (saying("{half"), 0, {"unreadable"}),
        (saying(b"\xff\xfe\x00"), 0, {"unreadable"}),
        (saying('{"break": 1}'), 0, {"defect"}),
        (saying('{"later": 1}'), 0, {"unknown"}),
        (saying("x" * 5_000_000), 1, set()),
    ],
    ids=[
        "1000",
        "1012",
        "4004",
        "broken off",
        "mute",
        "notice",
        "loss",
        "trades dead",
        "half a frame",
        "no text",
        "defect",
        "unknown",
        "too large",
    ],
)
def test_after_every_fault_no_trade_is_lost_nor_told_twice(
    fault: Fault, reconnects: int, dropped: set[str]
) -> None:
    async def main() -> None:
        async with bench() as made:
            await made.settled()
            await fault(made.server)
            await asyncio.sleep(35 if fault in {mute, stop_trades} else 8)
            heal(made.server)
            await made.settled()
            await made.until(lambda: len(made.server.rest.minutes) > 0)
            await made.settled()
            assert_whole(made)
            health = made.feed.health()
            assert health.reconnects >= reconnects
            assert set(health.dropped) == dropped
            assert (health.missing, health.recovered) == (
                sum(gap.missing or 0 for gap in made.gaps),
                sum(gap.missing or 0 for gap in made.gaps),
            )
            flips = [change.fresh for change in made.changes]
            assert flips == [n % 2 == 0 for n in range(len(flips))]
            assert flips[-1]
            if fault is notice:
                assert len(flips) == 1, "a successor takes over without a moment of staleness"

    run_virtual(main())


def test_a_trade_that_was_told_wrong_is_read_well_also_without_numbers() -> None:
    async def main() -> None:
        async with bench(numbered=False) as made:
            await made.settled()
            made.server.loss = 1.0
            await asyncio.sleep(0.6)
            made.server.loss = 0.0
            await made.server.say('{"bad": 1}')
            await asyncio.sleep(5)
            await made.settled()
            assert made.numbers == list(range(made.numbers[0], made.numbers[-1] + 1))
            assert made.feed.health().dropped == {"bad": 1}
            assert made.feed.health().recovered >= 1

    run_virtual(main())


def test_without_numbers_a_break_is_a_gap_of_unknown_size_and_minutes_are_mended() -> None:
    async def main() -> None:
        async with bench(numbered=False) as made:
            await made.settled()
            complete = made.server.rest.trades_between

            async def nothing(*_: object) -> tuple[FeedTrade, ...]:
                return ()

            made.server.rest.trades_between = nothing  # type: ignore[assignment,method-assign]
            await made.server.close(None)
            await asyncio.sleep(70)
            await made.settled()
            made.server.rest.trades_between = complete  # type: ignore[method-assign]
            [gap] = made.gaps
            assert (gap.missing, gap.recovered) == (None, 0)
            assert made.feed.health().repaired == 1
            until = made.trades[-1].time_ns
            upto = [one for one in made.server.trades if one.time_ns <= until]
            assert bars(made.trades) == bars(upto)
            assert made.numbers == sorted(set(made.numbers))
            assert len(made.numbers) < len(upto)

    run_virtual(main())


@pytest.mark.parametrize(
    ("status", "headers", "words"),
    [
        (403, {}, "status 403: this address or region is not served"),
        (429, {"Retry-After": "100"}, "status 429: asked too often"),
        (503, {}, "status 503: it is busy, or in maintenance"),
    ],
)
def test_a_refused_handshake_is_told_and_waited_for(
    status: int, headers: dict[str, str], words: str
) -> None:
    async def main() -> None:
        async with bench() as made:
            await made.settled()
            made.server.status, made.server.headers = status, headers
            await made.server.close(1001)
            await asyncio.sleep(8)
            health = made.feed.health()
            assert words in health.reason
            assert not health.fresh
            assert words in made.changes[-1].reason or "closed with 1001" in made.changes[-1].reason
            heal(made.server)
            begin = made.clock.time_ns()
            await made.until(lambda: made.feed.health().fresh, 200)
            if headers:
                assert made.clock.time_ns() - begin >= 90 * S

    run_virtual(main())


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ws://127.0.0.1:9", "it refuses connections"),
        ("ws://no-such-host.invalid", "its name has no address: is the network there?"),
        ("wss://127.0.0.1:{port}", "it cannot prove who it is (TLS)"),
    ],
)
def test_without_a_connection_it_says_why(url: str, words: str) -> None:
    async def main() -> None:
        async with (
            bench() as other,
            bench(url=url.format(port=other.server.url.rpartition(":")[2])) as made,
        ):
            await asyncio.sleep(30)
            assert made.feed.health().reason == f"plain public: {words}"
            assert [change.fresh for change in made.changes] == [False]
            assert made.changes[0].reason == f"plain public: {words}"

    run_virtual(main())


def test_who_does_not_receive_is_waited_for_and_nothing_is_lost() -> None:
    async def main() -> None:
        async with bench(drained=False, limits=FeedLimits(queued=20)) as made:
            await asyncio.sleep(60)
            health = made.feed.health()
            assert health.dropped["waited_for_room"] >= 1
            assert health.reconnects == 0
            assert (health.queue_limit, health.queued >= 20) == (20, True)
            quotes = 0
            for _ in range(80):
                events = await made.feed.receive()
                made.events.extend(events)
                batch = sum(isinstance(event, FeedQuote) for event in events)
                assert batch <= 1, "only the newest"
                quotes += batch
                await asyncio.sleep(0.1)
            assert quotes < made.last
            await asyncio.sleep(1)
            made.events.extend(await made.feed.receive())
            assert made.feed.health().queued == 0
            assert_whole(made)
            assert health.queued <= len(made.trades)

    run_virtual(main())


class LateClock(LoopClock):
    """A date that can be put off without waiting."""

    later_ns = 0

    def time_ns(self) -> int:
        return super().time_ns() + self.later_ns


class SlowVenue(PlainVenue):
    """Takes a millisecond to read a frame."""

    def __init__(self, url: str, clock: LateClock) -> None:
        super().__init__(url)
        self.came: set[int] = set()
        self._clock = clock

    def decode(self, endpoint: Endpoint, frame: str | bytes) -> tuple[Message, ...]:
        self.came.add(self._clock.time_ns())
        self._clock.later_ns += S // 1_000
        return super().decode(endpoint, frame)


def test_what_is_told_was_received_when_its_frame_came_not_when_it_was_read() -> None:
    async def main() -> None:
        clock = LateClock(asyncio.get_running_loop())
        async with served_venue(clock) as server:
            venue = SlowVenue(server.url, clock)
            chance = random.Random(1)
            feed = LiveFeed(venue, server.rest, clock=clock, sleep=sleep_ns, chance=chance)
            async with feed:
                await asyncio.sleep(5)
                await feed.receive()  # what was read over REST came otherwise
                events: list[FeedEvent] = []
                while len(events) < 50:
                    events += await feed.receive()
        kinds = (FeedTrades, FeedCandle, FeedQuote)
        assert {type(event) for event in events} == set(kinds)
        assert {event.receive_ns for event in events if isinstance(event, kinds)} <= venue.came

    run_virtual(main())


def test_protocol_pings_keep_a_quiet_connection_alive() -> None:
    async def main() -> None:
        async with bench(text_ping=False) as made:
            await asyncio.sleep(100)
            assert made.feed.health().reconnects == 0

    run_virtual(main())


def test_a_refused_channel_is_told_to_who_listens() -> None:
    async def main() -> None:
        async with bench() as made:
            await made.settled()
            await made.server.say('{"refused": "quotes"}')
            await made.server.close(1001)
            await made.until(lambda: len(made.complaints) == 3)
            assert sorted(made.complaints) == [
                ("lost", "plain business: closed with 1001"),
                ("lost", "plain public: closed with 1001"),
                ("refused", "plain public: quotes refused: 60018 no such"),
            ]

    run_virtual(main())


class Hung:
    """A connection that neither tells nor ends."""

    def __init__(self) -> None:
        self.aborted = 0

    async def receive(self) -> str | bytes | None:
        await asyncio.sleep(10**6)
        return None

    async def send(self, text: str | None) -> None:
        await asyncio.sleep(10**6, text)

    def abort(self) -> None:
        self.aborted += 1


def test_it_can_be_left_at_any_time_and_leaves_nothing_behind() -> None:
    async def main() -> None:
        sockets: list[Hung] = []

        async def hung(_: str) -> Socket:
            sockets.append(Hung())
            return sockets[-1]

        async def never(_: str) -> Socket:
            await asyncio.sleep(10**6)
            return Hung()

        connects: list[Connect | None] = [None, hung, never]
        for connect in connects:
            before = asyncio.all_tasks()
            async with bench(connect=connect, drained=False) as made:
                await asyncio.sleep(3)
                begin = made.clock.time_ns()
                await made.feed.__aexit__()
                assert made.clock.time_ns() - begin < 2 * S
                with pytest.raises(SourceError, match="not connected"):
                    await asyncio.wait_for(made.drain(), 1)
            assert asyncio.all_tasks() == before
        assert [one.aborted > 0 for one in sockets] == [True, True]

    run_virtual(main())


def test_a_rest_side_that_fails_or_hangs_does_not_hold_trades_for_ever() -> None:
    async def main() -> None:
        async with bench() as made:
            await made.settled()
            made.server.rest.failing = SourceError("as it was told to")
            made.server.loss = 0.3
            await asyncio.sleep(20)
            made.server.loss = 0.0
            await asyncio.sleep(30)
            health = made.feed.health()
            assert health.fresh
            assert health.dropped["backfill_failed"] > 0
            assert sum((gap.missing or 0) - gap.recovered for gap in made.gaps) > 0
            upto = range(made.numbers[0], made.numbers[-1] + 1)
            lost = sum((gap.missing or 0) - gap.recovered for gap in made.gaps)
            assert len(upto) - len(made.numbers) == lost
            assert made.numbers[-1] >= made.last - 3

    run_virtual(main())


def test_rules_clock_and_history_come_from_rest() -> None:
    async def main() -> None:
        async with bench() as made:
            assert (await made.feed.rules()).symbol == "BTC-USDT"
            assert (await made.feed.clock()).ahead_ns == 0
            assert await made.feed.candles(0, 10) == ()

    run_virtual(main())


def test_the_page_states_the_limits_that_hold() -> None:
    page = (Path(__file__).parents[3] / "docs" / "live-feed.md").read_text()
    limits = FeedLimits()
    for part in (limits.supervisor, limits.stream, limits.repair):
        for name in part.__struct_fields__:
            if name.endswith("_ns"):
                assert f"| `{name}` | {getattr(part, name) / S:g} |" in page
