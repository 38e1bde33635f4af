"""Who is asked about the world."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from random import Random

from supreme_system_v5.app.live_world import ask_world
from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.domain import SourcesAsked
from supreme_system_v5.domain.feeds import SourceHealth
from supreme_system_v5.settings import load_settings
from tests.support.live_runs import LIVE
from tests.support.virtual_loop import LoopClock, run_virtual

Answer = tuple[Mapping[str, Sequence[object]], tuple[SourceHealth, ...]]


async def asked(*domains: str, **settings: str) -> Answer:
    """Return what each domain brought, and how the sources are."""
    clock = LoopClock(asyncio.get_running_loop())
    async with ask_world(
        domains, load_settings(settings), LIVE, clock=clock, sleep=sleep_ns, chance=Random(1)
    ) as world:
        found = {domain: list(await ask()) for domain, ask in world.asks.items()}
        return found, world.health()


def test_where_nobody_judges_nobody_is_asked() -> None:
    assert run_virtual(asked()) == ({}, ())


def test_sources_that_are_down_are_named_with_what_is_wrong_and_end_nothing() -> None:
    """No address here is public, so each is refused before it is asked."""
    feeds = "https://127.0.0.1/feed,https://127.0.0.2/feed"
    found, healths = run_virtual(
        asked("news", "whales", NEWS_FEEDS=feeds, MEMPOOL_URL="https://127.0.0.1")
    )
    assert set(found) == {"news", "whales"}
    for domain, [event] in found.items():
        assert isinstance(event, SourcesAsked)
        assert event.domain == domain
        assert event.faults
        assert all(event.faults.values())
    [told] = found["news"]
    assert isinstance(told, SourcesAsked)
    assert {"rss:127.0.0.1", "rss:127.0.0.2"} <= set(told.faults)
    assert {health.source for health in healths} >= set(told.faults)
    assert all(health.failures_in_a_row == 1 for health in healths)
