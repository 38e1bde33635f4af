"""Settings become sources; they are asked once, and what they told is handed back."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from supreme_system_v5.app.sources import (
    keyed_adapters,
    keyless_adapters,
    keys_of,
    limits_of,
)
from supreme_system_v5.app.world import World
from supreme_system_v5.domain.feeds import Coverage, Item
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.ports import Clock, Sleep, Source

if TYPE_CHECKING:
    from supreme_system_v5.news_sources.adapter import Adapter
    from supreme_system_v5.news_sources.http_client import HttpClient
    from supreme_system_v5.settings import Settings

__all__ = ["NewsFetchOptions", "NewsFetched", "fetch_once", "run_news_fetch"]

_NS_PER_MINUTE = 60 * 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsFetchOptions:
    """What `supreme news fetch` was asked for.

    Attributes:
        sources: Names of sources; empty: all that need no key.
    """

    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsFetched:
    """What came of it.

    Attributes:
        items: What was told, in the order of the sources.
        coverage: How each source is; `NO_DATA` when none answered.
    """

    items: tuple[Item, ...]
    coverage: Coverage


def run_news_fetch(options: NewsFetchOptions, world: World, sleep: Sleep) -> NewsFetched:
    """Ask the sources once, each within 20 seconds and without another attempt.

    Args:
        options: What was asked for.
        world: Environment, files and clock.
        sleep: Lets others run.

    Raises:
        SettingsError: A setting is wrong.
        InvalidInputError: No source has this name, or its key is not set.
    """
    import asyncio

    from supreme_system_v5.news_sources.http_client import HttpClient
    from supreme_system_v5.settings import load_settings

    settings = load_settings(world.environment, world.dotenv_path)
    adapters = _chosen(settings, options.sources)
    # Chance spreads the requests of many machines; a seed would make them all alike.
    chance = random.Random()  # noqa: S311 - not for secrets

    async def main() -> NewsFetched:
        async with HttpClient(
            clock=world.clock,
            sleep=sleep,
            chance=chance,
            keys=keys_of(settings),
            limits=limits_of(attempts=1),
        ) as client:
            sources = _asked_by(client, adapters, world.clock, sleep)
            return await fetch_once(sources, clock=world.clock)

    return asyncio.run(main())


async def fetch_once(sources: Sequence[Source], *, clock: Clock) -> NewsFetched:
    """Ask sources once, all at the same time.

    Args:
        sources: Whom to ask; their names differ.
        clock: Tells the time.
    """
    from supreme_system_v5.news_sources.poller import SourcePoller

    poller = SourcePoller(sources, interval_ns=_NS_PER_MINUTE, clock=clock)
    items = await poller.poll_once()
    return NewsFetched(items=items, coverage=poller.coverage())


def _asked_by(
    client: HttpClient, adapters: Iterable[Adapter], clock: Clock, sleep: Sleep
) -> tuple[Source, ...]:
    from supreme_system_v5.news_sources.polled import PolledSource
    from supreme_system_v5.news_sources.seen import Seen

    seen = Seen()
    return tuple(
        PolledSource(adapter, client=client, clock=clock, sleep=sleep, seen=seen)
        for adapter in adapters
    )


def _chosen(settings: Settings, names: tuple[str, ...]) -> list[Adapter]:
    """Make the adapters asked for; without names those that need no key."""
    keyless, keyed = keyless_adapters(settings), keyed_adapters(settings)
    if not names:
        return list(keyless.values())
    chosen = []
    for name in dict.fromkeys(names):
        if name in keyless:
            chosen.append(keyless[name])
        elif name in keyed:
            make, setting = keyed[name]
            adapter = make()
            if adapter is None:
                raise InvalidInputError(
                    f"source {name!r} needs a setting: set {setting}", "source", name, setting
                )
            chosen.append(adapter)
        else:
            bound = ", ".join([*keyless, *keyed])
            raise InvalidInputError(
                f"source is {name!r}, allowed is one of {bound}", "source", name, bound
            )
    return chosen
