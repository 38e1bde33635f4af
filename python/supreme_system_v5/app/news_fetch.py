"""Settings become sources; they are asked once, and what they told is handed back."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from supreme_system_v5.app.world import World
from supreme_system_v5.domain.feeds import Coverage, Item
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.ports import Clock, Sleep, Source

if TYPE_CHECKING:
    from supreme_system_v5.news_sources.adapter import Adapter
    from supreme_system_v5.news_sources.http_client import HttpClient, HttpLimits
    from supreme_system_v5.settings import Secret, Settings

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
            keys=_keys(settings),
            limits=_limits(attempts=1),
        ) as client:
            sources = _asked_by(client, adapters, world.clock, sleep)
            return await fetch_once(sources, clock=world.clock, sleep=sleep, chance=chance)

    return asyncio.run(main())


async def fetch_once(
    sources: Sequence[Source], *, clock: Clock, sleep: Sleep, chance: random.Random
) -> NewsFetched:
    """Ask sources once, all at the same time.

    Args:
        sources: Whom to ask; their names differ.
        clock: Tells the time.
        sleep: Waits.
        chance: Draws the jitter.
    """
    from supreme_system_v5.news_sources.poller import SourcePoller

    poller = SourcePoller(
        sources, interval_ns=_NS_PER_MINUTE, clock=clock, sleep=sleep, chance=chance
    )
    items = await poller.poll_once()
    return NewsFetched(items=items, coverage=poller.coverage())


def _limits(attempts: int) -> HttpLimits:
    from supreme_system_v5.news_sources.http_client import HttpLimits

    return HttpLimits(attempts=attempts, host_periods_s={"api.blockchair.com": 2.0})


def _keys(settings: Settings) -> tuple[Secret, ...]:
    keys = (settings.cryptopanic_api_key, settings.whale_alert_api_key)
    return tuple(key for key in keys if key is not None)


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
    keyless, keyed = _keyless(settings), _keyed(settings)
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


def _keyless(settings: Settings) -> dict[str, Adapter]:
    from supreme_system_v5.news_sources.blockchair import Blockchair
    from supreme_system_v5.news_sources.coin_metrics import CoinMetrics
    from supreme_system_v5.news_sources.fear_greed import FearGreed
    from supreme_system_v5.news_sources.forex_factory import ForexFactory
    from supreme_system_v5.news_sources.rss import RssFeed

    adapters: list[Adapter] = []
    for url in settings.news_feeds:
        feed = RssFeed(url)
        if feed.name in {adapter.name for adapter in adapters}:
            feed = feed.told_apart()
        adapters.append(feed)
    adapters += [FearGreed(), ForexFactory(), CoinMetrics(), Blockchair()]
    return {adapter.name: adapter for adapter in adapters}


def _keyed(settings: Settings) -> dict[str, tuple[Callable[[], Adapter | None], str]]:
    """Return what needs a setting: how to make it, and which."""
    from supreme_system_v5.news_sources.cryptopanic import CryptoPanic
    from supreme_system_v5.news_sources.mempool_rest import MempoolRest
    from supreme_system_v5.news_sources.whale_alert_rest import WhaleAlertRest

    panic, whales = settings.cryptopanic_api_key, settings.whale_alert_api_key
    addresses = settings.mempool_addresses
    return {
        "cryptopanic": (lambda: CryptoPanic(panic) if panic else None, "CRYPTOPANIC_API_KEY"),
        "whale-alert": (lambda: WhaleAlertRest(whales) if whales else None, "WHALE_ALERT_API_KEY"),
        "mempool-rest": (
            lambda: MempoolRest(addresses, settings.mempool_url) if addresses else None,
            "MEMPOOL_ADDRESSES",
        ),
    }
