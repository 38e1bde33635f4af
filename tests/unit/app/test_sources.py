from __future__ import annotations

import asyncio
import random

import pytest

from supreme_system_v5.app.sources import (
    Pollers,
    keyed_adapters,
    keyless_adapters,
    keys_of,
    limits_of,
    make_pollers,
)
from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.domain.view import ViewStatus
from supreme_system_v5.news_sources.http_client import HttpClient
from supreme_system_v5.settings import load_settings
from tests.support.virtual_loop import LoopClock, run_virtual

FULL = {
    "NEWS_FEEDS": "https://a.org/1,https://a.org/2,https://b.org/",
    "CRYPTOPANIC_API_KEY": "one",
    "WHALE_ALERT_API_KEY": "two",
    "MEMPOOL_ADDRESSES": "a" * 30,
    "NEWS_INTERVAL_MIN": "5",
}
WITHOUT_KEYS = {"fear-greed", "forex-factory", "coin-metrics", "blockchair"}


def made(environment: dict[str, str], *, push: bool = False) -> Pollers:
    async def main() -> Pollers:
        clock = LoopClock(asyncio.get_running_loop())
        client = HttpClient(clock=clock, sleep=sleep_ns, chance=random.Random(1))
        return make_pollers(
            load_settings(environment),
            client,
            clock=clock,
            sleep=sleep_ns,
            chance=random.Random(1),
            push=push,
        )

    return run_virtual(main())


def names(pollers: Pollers) -> tuple[list[str], list[str]]:
    news, whales = pollers.news.coverage(), pollers.whales.coverage()
    return [h.source for h in news.sources], [h.source for h in whales.sources]


def test_without_any_setting_there_are_sources() -> None:
    news, whales = names(made({}))
    assert len(news) == 8
    assert whales == ["coin-metrics", "blockchair"]
    assert made({}).news.coverage().status is ViewStatus.NO_DATA


def test_with_every_setting() -> None:
    assert names(made(FULL)) == (
        ["rss:a.org", "rss:a.org/2", "rss:b.org", "fear-greed", "forex-factory", "cryptopanic"],
        ["coin-metrics", "blockchair", "whale-alert", "mempool-rest"],
    )


def test_what_pushes_takes_the_place_of_what_is_asked() -> None:
    pollers = made(FULL, push=True)
    assert names(pollers)[1] == ["coin-metrics", "blockchair", "mempool-ws", "whale-alert-ws"]
    assert [source.name for source in pollers.pushed] == ["mempool-ws", "whale-alert-ws"]
    assert made({}, push=True).pushed == ()


def test_intervals_are_the_settings() -> None:
    pollers = made(FULL)
    minute = 60 * 10**9
    news, whales = pollers.news, pollers.whales
    assert (news._interval_ns, news._jitter_ns) == (5 * minute, minute // 2)
    assert (whales._interval_ns, whales._jitter_ns) == (10 * minute, minute // 2)


def test_keys_and_limits() -> None:
    settings = load_settings(FULL)
    assert [key.reveal() for key in keys_of(settings)] == ["one", "two"]
    assert keys_of(load_settings({})) == ()
    assert limits_of().host_periods_s == {"api.blockchair.com": 2.0}
    assert limits_of(attempts=1).attempts == 1


@pytest.mark.parametrize("name", ["cryptopanic", "whale-alert", "mempool-rest"])
def test_without_its_setting_a_source_is_off(name: str) -> None:
    make, setting = keyed_adapters(load_settings({}))[name]
    assert make() is None
    assert setting in FULL
    filled, _ = keyed_adapters(load_settings(FULL))[name]
    adapter = filled()
    assert adapter is not None
    assert adapter.name == name


def test_the_node_of_ones_own_is_asked() -> None:
    settings = load_settings({**FULL, "MEMPOOL_URL": "https://node.example.org:8999"})
    adapter = keyed_adapters(settings)["mempool-rest"][0]()
    assert adapter is not None
    assert adapter.first(0).url.startswith("https://node.example.org:8999/api/address/")
    assert set(keyless_adapters(settings)) >= WITHOUT_KEYS
