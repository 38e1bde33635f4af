from __future__ import annotations

import asyncio

import pytest

from supreme_system_v5.app.news_fetch import NewsFetchOptions, fetch_once, run_news_fetch
from supreme_system_v5.app.world import World
from supreme_system_v5.clock import SystemClock, sleep_ns
from supreme_system_v5.domain.feeds import FaultKind, NewsItem
from supreme_system_v5.domain.view import ViewStatus
from supreme_system_v5.errors import InvalidInputError, SettingsError
from tests.fakes.sources import FakeSource
from tests.support.virtual_loop import LoopClock, run_virtual

INSIDE = "https://127.0.0.1/feed"
"""Is refused before anything is sent, so that no test depends on a network."""


def world(**environment: str) -> World:
    return World(environment=environment, dotenv_path=None, clock=SystemClock())


def test_what_is_told_is_handed_back_with_how_it_went() -> None:
    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        item = NewsItem(source="a", key="k", published_ns=None, received_ns=1, title="t")
        sources = [FakeSource("a", clock, [(item,)]), FakeSource("b", clock)]
        fetched = await fetch_once(sources, clock=clock)
        assert fetched.items == (item,)
        assert fetched.coverage.status is ViewStatus.PARTIAL

    run_virtual(main())


def test_a_source_by_name() -> None:
    fetched = run_news_fetch(
        NewsFetchOptions(sources=("rss:127.0.0.1", "rss:127.0.0.1")),
        world(NEWS_FEEDS=f"{INSIDE},{INSIDE}/2"),
        sleep_ns,
    )
    assert fetched.items == ()
    assert fetched.coverage.status is ViewStatus.NO_DATA
    (health,) = fetched.coverage.sources
    assert health.faults == {FaultKind.BLOCKED: 1}


def test_names_that_are_none() -> None:
    with pytest.raises(
        InvalidInputError, match=r"source is 'x', allowed is one of rss:.*fear-greed"
    ):
        run_news_fetch(NewsFetchOptions(sources=("x",)), world(), sleep_ns)


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("cryptopanic", "CRYPTOPANIC_API_KEY"),
        ("whale-alert", "WHALE_ALERT_API_KEY"),
        ("mempool-rest", "MEMPOOL_ADDRESSES"),
    ],
)
def test_what_a_source_needs(name: str, setting: str) -> None:
    with pytest.raises(InvalidInputError, match=f"set {setting}"):
        run_news_fetch(NewsFetchOptions(sources=(name,)), world(), sleep_ns)


def test_a_node_of_ones_own_is_asked_for_addresses() -> None:
    fetched = run_news_fetch(
        NewsFetchOptions(sources=("mempool-rest",)),
        world(MEMPOOL_URL="https://10.0.0.1", MEMPOOL_ADDRESSES="a" * 30),
        sleep_ns,
    )
    assert fetched.coverage.sources[0].faults == {FaultKind.BLOCKED: 1}


def test_wrong_settings_are_told_before_anybody_is_asked() -> None:
    with pytest.raises(SettingsError, match="NEWS_FEEDS='http://a.org'"):
        run_news_fetch(NewsFetchOptions(), world(NEWS_FEEDS="http://a.org"), sleep_ns)
