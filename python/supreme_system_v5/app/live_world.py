"""Who is asked about the world while a run is live: news, transfers and flows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from supreme_system_v5.app.sources import keys_of, limits_of, make_pollers
from supreme_system_v5.domain import SourcesAsked
from supreme_system_v5.domain.feeds import SourceHealth
from supreme_system_v5.domain.item_converter import ItemConverter, Told
from supreme_system_v5.ports import Clock, Sleep

if TYPE_CHECKING:
    from supreme_system_v5.domain import Origin
    from supreme_system_v5.news_sources.poller import SourcePoller
    from supreme_system_v5.settings import Settings

__all__ = ["Ask", "WorldAsked", "ask_world"]

Ask = Callable[[], Awaitable[tuple[Told | SourcesAsked, ...]]]
"""Asks all sources of a domain once; returns what is new, and who answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldAsked:
    """How the world is asked.

    Attributes:
        asks: By domain; none where nobody judges.
        health: Returns how the sources are.
    """

    asks: Mapping[str, Ask]
    health: Callable[[], tuple[SourceHealth, ...]]


@asynccontextmanager
async def ask_world(
    domains: Collection[str],
    settings: Settings,
    origin: Origin,
    *,
    clock: Clock,
    sleep: Sleep,
    chance: Random,
) -> AsyncIterator[WorldAsked]:
    """Yield how to ask; nothing is asked, and nothing imported, where nobody judges.

    Args:
        domains: ``news``, ``whales``, both or none.
        settings: Feeds, keys and intervals.
        origin: Who the events are about.
        clock: Tells the time.
        sleep: Waits.
        chance: Draws jitter.
    """
    if not domains:
        yield WorldAsked(asks={}, health=tuple)
        return
    from supreme_system_v5.news_sources.http_client import HttpClient

    converter = ItemConverter(origin)

    def asking(domain: str, poller: SourcePoller) -> Ask:
        async def ask() -> tuple[Told | SourcesAsked, ...]:
            events = converter.events(await poller.poll_once())
            now_ns = clock.time_ns()
            faults = {one.source: _fault_of(one) for one in poller.coverage().sources}
            asked = SourcesAsked(
                origin=origin,
                seq=0,
                event_ns=now_ns,
                receive_ns=now_ns,
                domain=domain,
                faults=faults,
            )
            return (*events, asked)

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
        chosen = {domain: made[domain] for domain in sorted(domains)}
        yield WorldAsked(
            asks={domain: asking(domain, poller) for domain, poller in chosen.items()},
            health=lambda: tuple(
                one for poller in chosen.values() for one in poller.coverage().sources
            ),
        )


def _fault_of(health: SourceHealth) -> str:
    """Return what is wrong with a source; empty when it answered when it was asked last."""
    if health.connected is False:
        return health.last_fault or "not connected"
    if health.failures_in_a_row or health.last_success_ns is None:
        return health.last_fault or "it never answered"
    return ""
