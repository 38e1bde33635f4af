"""Which market is watched."""

from __future__ import annotations

import asyncio
from random import Random

import pytest

from supreme_system_v5.app.live_feed import FEED_COSTS, FEEDS, FeedChoice, open_feed
from supreme_system_v5.cli.run import FEED_NAMES
from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.domain import VENUES
from supreme_system_v5.errors import InvalidInputError
from tests.support.virtual_loop import LoopClock, run_virtual


def choice(feed: str, url: str | None = None) -> FeedChoice:
    return FeedChoice(feed=feed, url=url, symbol="BTC-USDT", scenario="calm", seed=7)


async def opened(chosen: FeedChoice) -> str:
    clock = LoopClock(asyncio.get_running_loop())
    async with open_feed(
        chosen, clock=clock, sleep=sleep_ns, chance=Random(1), complain=lambda *_: None
    ) as feed:
        return feed.name


def test_every_feed_has_costs_and_is_offered() -> None:
    assert set(FEED_COSTS) == set(FEEDS) == set(FEED_NAMES)
    assert set(FEED_COSTS.values()) <= set(VENUES)


@pytest.mark.parametrize("feed", FEEDS)
def test_every_feed_opens_and_closes(feed: str) -> None:
    assert run_virtual(opened(choice(feed))) == ("okx" if feed == "sim" else feed)


def test_where_prices_come_from_is_said() -> None:
    assert choice("okx").source == "okx"
    assert choice("bybit", "http://127.0.0.1:1").source == "bybit at http://127.0.0.1:1"
    assert choice("sim").source == "sim (calm, seed 7)"


@pytest.mark.parametrize(
    ("feed", "url", "message"),
    [
        ("kraken", None, "feed is 'kraken', allowed is one of okx"),
        ("sim", "http://127.0.0.1:1", "with the feed sim, allowed is a venue's"),
        ("okx", "127.0.0.1:1", "feed-url is '127.0.0.1:1'"),
    ],
)
def test_nonsense_is_refused(feed: str, url: str | None, message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        run_virtual(opened(choice(feed, url)))
