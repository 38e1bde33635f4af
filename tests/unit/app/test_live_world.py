"""Who is asked about the world."""

from __future__ import annotations

import asyncio
import sys
from random import Random

from supreme_system_v5.app.live_world import ask_world
from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.settings import load_settings
from tests.support.live_runs import LIVE
from tests.support.virtual_loop import LoopClock, run_virtual


async def asked(*domains: str, **settings: str) -> dict[str, int]:
    """Return how many events each domain brought."""
    clock = LoopClock(asyncio.get_running_loop())
    found = {}
    async with ask_world(
        domains, load_settings(settings), LIVE, clock=clock, sleep=sleep_ns, chance=Random(1)
    ) as asks:
        for domain, ask in asks.items():
            found[domain] = len(await ask())
    return found


def test_where_nobody_judges_nobody_is_asked() -> None:
    assert run_virtual(asked()) == {}


def test_sources_that_are_down_bring_nothing_and_end_nothing() -> None:
    """No address of theirs is public here, so each is refused before it is asked."""
    found = run_virtual(
        asked(
            "news", "whales", NEWS_FEEDS="https://127.0.0.1/feed", MEMPOOL_URL="https://127.0.0.1"
        )
    )
    assert set(found) == {"news", "whales"}
    assert "supreme_system_v5.news_sources.http_client" in sys.modules
