from __future__ import annotations

import asyncio

import pytest

from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.domain.feeds import FaultKind, NewsItem
from supreme_system_v5.domain.view import ViewStatus
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.news_sources.poller import SourcePoller
from tests.fakes.sources import FakeSource
from tests.support.virtual_loop import LoopClock, run_virtual

MINUTE = 60 * 10**9
DOWN = FaultKind.TIMEOUT


def news(key: str) -> tuple[NewsItem, ...]:
    return (NewsItem(source="a", key=key, published_ns=None, received_ns=1, title=key),)


def poller(clock: LoopClock, *sources: FakeSource) -> SourcePoller:
    return SourcePoller(sources, interval_ns=10 * MINUTE, clock=clock)


def test_one_that_fails_does_not_keep_the_others_back() -> None:
    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        asked = poller(
            clock,
            FakeSource("a", clock, [news("1")]),
            FakeSource("b", clock, [FaultKind.AUTH]),
            FakeSource("c", clock, [news("2")]),
        )
        assert [item.identity for item in await asked.poll_once()] == ["news 1", "news 2"]
        coverage = asked.coverage()
        assert (coverage.status, coverage.age_ns) == (ViewStatus.PARTIAL, 0)
        assert [health.source for health in coverage.sources] == ["a", "b", "c"]

    run_virtual(main())


def test_all_down_is_no_data_with_a_growing_age() -> None:
    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        a, b = FakeSource("a", clock, [news("1"), DOWN, DOWN, DOWN]), FakeSource("b", clock)
        asked = poller(clock, a, b)
        seen = []
        for _ in range(4):
            await asked.poll_once()
            seen.append((asked.coverage().status, asked.coverage().age_ns // MINUTE))
            await sleep_ns(10 * MINUTE)
        # Two intervals is late; from then on there is nothing, however much there once was.
        assert seen == [
            (ViewStatus.PARTIAL, 0),
            (ViewStatus.PARTIAL, 10),
            (ViewStatus.PARTIAL, 20),
            (ViewStatus.NO_DATA, 30),
        ]
        a.answers.append(news("1"))
        assert await asked.poll_once() == (), "back, with nothing that was not told before"
        assert asked.coverage().status is ViewStatus.PARTIAL

    run_virtual(main())


def test_nothing_was_ever_told() -> None:
    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        asked = poller(clock, FakeSource("a", clock))
        await sleep_ns(MINUTE)
        assert (asked.coverage().status, asked.coverage().age_ns) == (ViewStatus.NO_DATA, MINUTE)
        assert poller(clock).coverage().status is ViewStatus.NO_DATA

    run_virtual(main())


@pytest.mark.parametrize(("interval", "jitter"), [(0, 0), (-1, 0), (10, 10), (10, -1)])
def test_refused_intervals(interval: int, jitter: int) -> None:
    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        with pytest.raises(InvalidInputError, match=f"interval_ns is {interval}"):
            SourcePoller([], interval_ns=interval, jitter_ns=jitter, clock=clock)

    run_virtual(main())


def test_names_differ() -> None:
    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        with pytest.raises(InvalidInputError, match="different names"):
            poller(clock, FakeSource("a", clock), FakeSource("a", clock))

    run_virtual(main())
