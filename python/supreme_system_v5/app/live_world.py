"""Who is asked about the world while a run is live: news, transfers and flows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from random import Random
from typing import TYPE_CHECKING

from supreme_system_v5.app.sources import keys_of, limits_of, make_pollers
from supreme_system_v5.domain.item_converter import ItemConverter, Told
from supreme_system_v5.ports import Clock, Sleep

if TYPE_CHECKING:
    from supreme_system_v5.domain import Origin
    from supreme_system_v5.news_sources.poller import SourcePoller
    from supreme_system_v5.settings import Settings

__all__ = ["Ask", "ask_world"]

Ask = Callable[[], Awaitable[tuple[Told, ...]]]
"""Asks all sources of a domain once, and returns what is new."""


@asynccontextmanager
async def ask_world(
    domains: Collection[str],
    settings: Settings,
    origin: Origin,
    *,
    clock: Clock,
    sleep: Sleep,
    chance: Random,
) -> AsyncIterator[Mapping[str, Ask]]:
    """Yield how to ask, by domain; nothing is asked, and nothing imported, where nobody judges.

    Args:
        domains: ``news``, ``whales``, both or none.
        settings: Feeds, keys and intervals.
        origin: Who the events are about.
        clock: Tells the time.
        sleep: Waits.
        chance: Draws jitter.
    """
    if not domains:
        yield {}
        return
    from supreme_system_v5.news_sources.http_client import HttpClient

    converter = ItemConverter(origin)

    def asking(poller: SourcePoller) -> Ask:
        async def ask() -> tuple[Told, ...]:
            return converter.events(await poller.poll_once())

        return ask

    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(
            HttpClient(
                clock=clock, sleep=sleep, chance=chance, keys=keys_of(settings), limits=limits_of()
            )
        )
        pollers = make_pollers(
            settings, client, clock=clock, sleep=sleep, chance=chance, push="whales" in domains
        )
        if "whales" in domains:
            for source in pollers.pushed:
                await stack.enter_async_context(source)
        made = {"news": pollers.news, "whales": pollers.whales}
        yield {domain: asking(made[domain]) for domain in domains}
