"""Settings become sources of news and transfers, and the pollers that ask them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from supreme_system_v5.ports import Clock, Sleep

if TYPE_CHECKING:
    from supreme_system_v5.news_sources.adapter import Adapter, PushAdapter
    from supreme_system_v5.news_sources.http_client import HttpClient, HttpLimits
    from supreme_system_v5.news_sources.poller import SourcePoller
    from supreme_system_v5.news_sources.pushed import PushedSource
    from supreme_system_v5.settings import Secret, Settings

__all__ = [
    "Pollers",
    "keyed_adapters",
    "keyless_adapters",
    "keys_of",
    "limits_of",
    "make_pollers",
]

_NS_PER_MINUTE = 60 * 10**9
_MOST_JITTER_NS = 30 * 10**9
_NEWS = ("rss:", "fear-greed", "forex-factory", "cryptopanic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pollers:
    """Who is asked, and how often.

    Attributes:
        news: Headlines, the index and the calendar, every NEWS_INTERVAL_MIN.
        whales: Transfers and flows, every WHALE_INTERVAL_MIN; the pushed ones among them.
        pushed: To be entered with ``async with``, so that they connect.
    """

    news: SourcePoller
    whales: SourcePoller
    pushed: tuple[PushedSource, ...]


def make_pollers(
    settings: Settings,
    client: HttpClient,
    *,
    clock: Clock,
    sleep: Sleep,
    chance: random.Random,
    push: bool = False,
) -> Pollers:
    """Make everything that settings allow: what needs no key, and what has its key.

    Args:
        settings: Intervals, feeds, addresses and keys.
        client: Asks; its keys are `keys_of`.
        clock: Tells the time.
        sleep: Waits.
        chance: Spreads the tries of sources that push.
        push: Whether sources that push are used in place of those of the same provider that are
            asked.
    """
    from supreme_system_v5.news_sources.polled import PolledSource
    from supreme_system_v5.news_sources.poller import SourcePoller
    from supreme_system_v5.news_sources.pushed import PushedSource
    from supreme_system_v5.news_sources.seen import Seen

    adapters = list(keyless_adapters(settings).values())
    adapters += [made for make, _ in keyed_adapters(settings).values() if (made := make())]
    seen = Seen()
    pushed = tuple(
        PushedSource(adapter, client=client, clock=clock, sleep=sleep, chance=chance, seen=seen)
        for adapter in (_push_adapters(settings) if push else ())
    )
    replaced = {"mempool-rest", "whale-alert"} if push else set()
    polled = [
        PolledSource(adapter, client=client, clock=clock, sleep=sleep, seen=seen)
        for adapter in adapters
        if adapter.name not in replaced
    ]

    def poller(minutes: int, *, news: bool) -> SourcePoller:
        interval = minutes * _NS_PER_MINUTE
        chosen = [source for source in polled if source.name.startswith(_NEWS) is news]
        return SourcePoller(
            [*chosen, *(() if news else pushed)],
            interval_ns=interval,
            jitter_ns=min(_MOST_JITTER_NS, interval // 4),
            clock=clock,
        )

    return Pollers(
        news=poller(settings.news_interval_min, news=True),
        whales=poller(settings.whale_interval_min, news=False),
        pushed=pushed,
    )


def limits_of(attempts: int = 3) -> HttpLimits:
    """Return what a request may take, and how often which host is asked."""
    from supreme_system_v5.news_sources.http_client import HttpLimits

    return HttpLimits(attempts=attempts, host_periods_s={"api.blockchair.com": 2.0})


def keys_of(settings: Settings) -> tuple[Secret, ...]:
    """Return every key there is, so that no message contains one."""
    keys = (settings.cryptopanic_api_key, settings.whale_alert_api_key)
    return tuple(key for key in keys if key is not None)


def keyless_adapters(settings: Settings) -> dict[str, Adapter]:
    """Return what needs no key, by name."""
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


def keyed_adapters(settings: Settings) -> dict[str, tuple[Callable[[], Adapter | None], str]]:
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


def _push_adapters(settings: Settings) -> tuple[PushAdapter, ...]:
    from supreme_system_v5.news_sources.mempool_ws import MempoolWs
    from supreme_system_v5.news_sources.whale_alert_ws import WhaleAlertWs

    adapters: list[PushAdapter] = []
    if settings.mempool_addresses:
        url = settings.mempool_url.replace("https://", "wss://", 1)
        adapters.append(MempoolWs(settings.mempool_addresses, f"{url}/api/v1/ws"))
    if settings.whale_alert_api_key:
        adapters.append(WhaleAlertWs(settings.whale_alert_api_key))
    return tuple(adapters)
