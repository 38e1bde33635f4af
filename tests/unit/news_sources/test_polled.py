from __future__ import annotations

import asyncio
import gc
import json
import random
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

import pytest

from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.domain.feeds import ChainTransfer, FaultKind, Item
from supreme_system_v5.errors import SourceError
from supreme_system_v5.news_sources.adapter import Adapter
from supreme_system_v5.news_sources.cryptopanic import CryptoPanic
from supreme_system_v5.news_sources.fear_greed import FearGreed
from supreme_system_v5.news_sources.http_client import HttpClient, HttpLimits
from supreme_system_v5.news_sources.mempool_rest import MempoolRest
from supreme_system_v5.news_sources.polled import MOST_ITEMS, PolledSource
from supreme_system_v5.news_sources.rss import RssFeed
from supreme_system_v5.news_sources.seen import Seen
from supreme_system_v5.news_sources.values import BadItemError
from supreme_system_v5.news_sources.whale_alert_rest import WhaleAlertRest
from tests.support.fault_server import FAULTS, FaultServer, Reply, good, served
from tests.support.source_samples import CRYPTOPANIC, FEAR_GREED, KEY, RSS, WHALE_ALERT, transaction
from tests.support.virtual_loop import LoopClock, run_virtual


@asynccontextmanager
async def bench() -> AsyncIterator[tuple[FaultServer, HttpClient, LoopClock]]:
    clock = LoopClock(asyncio.get_running_loop())
    async with (
        served() as server,
        HttpClient(
            clock=clock,
            sleep=sleep_ns,
            chance=random.Random(1),
            keys=[KEY],
            limits=HttpLimits(attempts=1),
            test_origins=frozenset({server.url}),
        ) as client,
    ):
        yield server, client, clock


def source(
    adapter: Adapter, client: HttpClient, clock: LoopClock, seen: Seen | None = None
) -> PolledSource:
    return PolledSource(
        adapter, client=client, clock=clock, sleep=sleep_ns, seen=Seen() if seen is None else seen
    )


def posts(first: int, count: int, *, more: bool) -> Reply:
    row = CRYPTOPANIC["results"][0]
    results = [
        {**row, "id": n, "original_url": f"https://example.org/{n}"}
        for n in range(first, first + count)
    ]
    return good(json.dumps({"next": "https://x" if more else None, "results": results}).encode())


def test_pages_are_read_to_their_end() -> None:
    async def main() -> None:
        async with bench() as (server, client, clock):
            polled = source(CryptoPanic(KEY, url=server.url), client, clock)
            server.replies = [
                posts(1, 5, more=True),
                posts(4, 5, more=True),
                posts(8, 2, more=False),
            ]
            assert len(await polled.poll()) == 9
            health = polled.health()
            assert (health.duplicates, health.faults) == (3, {})

    run_virtual(main())


def test_a_page_that_fails_takes_nothing_from_those_before_and_is_asked_again() -> None:
    async def main() -> None:
        async with bench() as (server, client, clock):
            polled = source(CryptoPanic(KEY, url=server.url), client, clock)
            server.replies = [posts(1, 5, more=True), FAULTS["500"].reply(b"")]
            assert len(await polled.poll()) == 5
            health = polled.health()
            assert health.faults == {FaultKind.SERVER: 1}
            assert health.last_success_ns is None, "half an answer is none to rely on"
            server.replies = [posts(1, 5, more=True), posts(6, 3, more=False)]
            assert len(await polled.poll()) == 3

    run_virtual(main())


def test_pages_behind_one_that_is_known_are_not_asked_for() -> None:
    async def main() -> None:
        async with bench() as (server, client, clock):
            polled = source(CryptoPanic(KEY, url=server.url), client, clock)
            server.replies = [posts(1, 5, more=True), posts(6, 5, more=False)]
            assert len(await polled.poll()) == 10
            server.replies = [posts(1, 5, more=True)]
            server.reply = FAULTS["500"].reply(b"")
            assert await polled.poll() == ()
            assert len(server.requests) == 3
            # After a failure they are, since they were perhaps not told.
            with pytest.raises(SourceError):
                await polled.poll()
            server.replies = [posts(1, 5, more=True), posts(6, 6, more=False)]
            assert len(await polled.poll()) == 1

    run_virtual(main())


def test_several_addresses_are_all_asked_though_one_has_not_changed() -> None:
    async def main() -> None:
        async with bench() as (server, client, clock):
            adapter = MempoolRest(["a" * 30, "b" * 30], server.url)
            polled = source(adapter, client, clock)
            rows = [json.dumps([transaction(n)]).encode() for n in (1, 2, 3)]
            server.replies = [good(rows[0], ETag='"1"'), good(rows[1], ETag='"2"')]
            assert len(await polled.poll()) == 2
            server.replies = [good(rows[0], ETag='"1"'), good(rows[2], ETag='"3"')]
            assert len(await polled.poll()) == 1
            assert not any("If-None-Match" in request for request in server.requests)

    run_virtual(main())


def test_a_page_that_comes_again_and_again_is_left() -> None:
    async def main() -> None:
        async with bench() as (server, client, clock):
            polled = source(CryptoPanic(KEY, url=server.url), client, clock)
            server.reply = posts(1, 5, more=True)
            assert len(await polled.poll()) == 5
            assert len(server.requests) == 2
            assert polled.health().faults == {FaultKind.PAGING: 1}

    run_virtual(main())


def test_pages_without_end_are_left_after_ten() -> None:
    async def main() -> None:
        async with bench() as (server, client, clock):
            polled = source(CryptoPanic(KEY, url=server.url, pages=99), client, clock)
            server.replies = [posts(10 * n, 10, more=True) for n in range(20)]
            assert len(await polled.poll()) == 100
            assert len(server.requests) == 10
            assert polled.health().faults == {FaultKind.PAGING: 1}

    run_virtual(main())


def test_a_cursor_that_stands_still_is_left() -> None:
    async def main() -> None:
        async with bench() as (server, client, clock):
            row = WHALE_ALERT["transactions"][0]
            numbers = iter(range(100))

            def full(_: str) -> Reply:
                page = next(numbers)
                many = [{**row, "hash": f"{100 * page + n:064x}"} for n in range(100)]
                return good(json.dumps({**WHALE_ALERT, "transactions": many}).encode())

            server.reply = full
            polled = source(WhaleAlertRest(KEY, url=server.url), client, clock)
            assert len(await polled.poll()) == 200
            assert polled.health().faults == {FaultKind.PAGING: 1}

    run_virtual(main())


def test_too_many_items_are_told_as_such() -> None:
    async def main() -> None:
        async with bench() as (server, client, clock):
            polled = source(CryptoPanic(KEY, url=server.url), client, clock)
            server.reply = posts(1, MOST_ITEMS + 1, more=False)
            assert len(await polled.poll()) == MOST_ITEMS
            assert polled.health().faults == {FaultKind.TOO_LARGE: 1}

    run_virtual(main())


def test_one_bad_item_is_counted_and_the_others_are_told() -> None:
    async def main() -> None:
        async with bench() as (server, client, clock):
            broken = {**CRYPTOPANIC, "results": [5, *CRYPTOPANIC["results"], {"title": None}]}
            server.reply = good(json.dumps(broken).encode())
            polled = source(CryptoPanic(KEY, url=server.url), client, clock)
            assert len(await polled.poll()) == 2
            health = polled.health()
            assert health.faults == {FaultKind.BAD_ITEM: 2}
            assert health.last_success_ns == clock.time_ns()

    run_virtual(main())


def test_it_is_not_asked_before_its_time_but_after_a_failure_it_is() -> None:
    async def main() -> None:
        async with bench() as (server, client, clock):
            polled = source(FearGreed(server.url), client, clock)
            server.replies = [FAULTS["500"].reply(b"")]
            server.reply = good(json.dumps(FEAR_GREED).encode())
            with pytest.raises(SourceError):
                await polled.poll()
            await asyncio.sleep(1)
            assert len(await polled.poll()) == 2
            for _ in range(5):
                await asyncio.sleep(600)
                assert await polled.poll() == ()
            assert len(server.requests) == 2
            due, asked = polled.health().next_attempt_ns, polled.health().last_attempt_ns
            assert asked is not None
            assert due == asked + 3_600 * 10**9
            await asyncio.sleep(600)
            await polled.poll()
            assert len(server.requests) == 3
            assert polled.fresh_ns == 7_200 * 10**9

    run_virtual(main())


def test_sources_of_news_tell_a_story_once_between_them() -> None:
    async def main() -> None:
        async with bench() as (server, client, clock):
            seen = Seen()
            server.reply = good(RSS)
            first = source(RssFeed(f"{server.url}/a.xml"), client, clock, seen)
            second = source(RssFeed(f"{server.url}/b.xml").told_apart(), client, clock, seen)
            assert len(await first.poll()) == 2
            assert await second.poll() == ()
            assert second.health().duplicates == 2

    run_virtual(main())


def test_the_clock_of_the_source_is_compared_with_ours() -> None:
    async def main() -> None:
        async with bench() as (server, client, clock):
            server.reply = good(RSS, Date="Thu, 28 May 2026 20:36:40 GMT")
            polled = source(RssFeed(server.url), client, clock)
            await polled.poll()
            ahead = polled.health().clock_ahead_ns
            assert ahead is not None
            assert 595 * 10**9 < ahead <= 600 * 10**9

    run_virtual(main())


def test_a_defect_of_ours_is_a_fault_and_ends_nobody() -> None:
    class Broken(RssFeed):
        def items(self, document: object, received_ns: int) -> Iterator[Item | BadItemError]:
            raise ZeroDivisionError(document, received_ns)

    async def main() -> None:
        async with bench() as (server, client, clock):
            server.reply = good(RSS)
            polled = source(Broken(server.url), client, clock)
            with pytest.raises(SourceError, match="ZeroDivisionError, a defect of this program"):
                await polled.poll()
            assert polled.health().faults == {FaultKind.UNEXPECTED: 1}

    run_virtual(main())


def test_an_interrupted_poll_loses_nothing() -> None:
    async def main() -> None:
        async with bench() as (server, client, clock):
            polled = source(CryptoPanic(KEY, url=server.url), client, clock)
            server.replies = [posts(1, 5, more=True), FAULTS["silence"].reply(b"")]
            task = asyncio.create_task(polled.poll())
            await asyncio.sleep(5)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            server.reply = posts(1, 5, more=False)
            assert len(await polled.poll()) == 5

    run_virtual(main())


def test_a_week_of_polls_takes_no_memory() -> None:
    """New headlines every ten minutes, among those known; faults between."""
    hours = 7 * 24

    async def main() -> tuple[int, int]:
        async with bench() as (server, client, clock):
            polled = source(CryptoPanic(KEY, url=server.url, pages=1), client, clock, Seen(100))
            sizes, told = [], 0
            for hour in range(hours):
                server.reply = (
                    FAULTS["500"].reply(b"") if hour % 5 == 4 else posts(3 * hour, 20, more=False)
                )
                with suppress(SourceError):
                    told += len(await polled.poll())
                await asyncio.sleep(3_600)
                server.requests.clear()
                if hour in (hours // 2, hours - 1):
                    gc.collect()
                    sizes.append(tracemalloc.get_traced_memory()[0])
            assert told > hours
            return sizes[0], sizes[1]

    tracemalloc.start()
    try:
        half, whole = run_virtual(main())
    finally:
        tracemalloc.stop()
    assert whole - half < 200_000


@pytest.mark.parametrize("before_end", [0, 3, 100])
def test_what_a_poll_that_is_ended_took_the_next_one_hands_over(before_end: int) -> None:
    """Whenever it is ended, so many pauses before it is done: nothing is lost or told twice."""

    async def main() -> None:
        async with bench() as (server, client, clock):
            pauses, last = 0, 0

            async def sleep(duration_ns: int) -> None:
                nonlocal pauses
                pauses += 1
                if pauses == last:
                    raise asyncio.CancelledError
                await sleep_ns(duration_ns)

            def fresh() -> PolledSource:
                adapter = MempoolRest(["a" * 30], server.url)
                return PolledSource(adapter, client=client, clock=clock, sleep=sleep, seen=Seen())

            server.reply = good(
                json.dumps([transaction(n) for n in range(900)]).encode(), ETag='"a"'
            )
            assert len(await fresh().poll()) == 900
            pauses, last, polled = 0, pauses - before_end, fresh()
            with pytest.raises(asyncio.CancelledError):
                await polled.poll()
            found = [*await polled.poll(), *await polled.poll()]
            told = [item.transaction for item in found if isinstance(item, ChainTransfer)]
            assert sorted(told) == [f"{n:064x}" for n in range(900)]

    run_virtual(main())
