"""The one paper account of a live run."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import msgspec
import pytest

from supreme_system_v5.app.live_account import LiveAccount, LiveOptions
from supreme_system_v5.app.live_feed import FeedChoice
from supreme_system_v5.settings import load_settings
from tests.fakes.market_feed import RULES


def account(feed: str = "okx", costs: str | None = None, **settings: str) -> LiveAccount:
    choice = FeedChoice(feed=feed, url=None, symbol="BTC-USDT", scenario="calm", seed=1)
    return LiveAccount(LiveOptions(costs=costs), load_settings(settings), choice, RULES, "run")


def test_what_the_exchange_says_of_its_market_is_what_orders_obey() -> None:
    units = account(costs="bybit-spot").units
    assert units.tick == 10**7
    assert units.taker == 10 * 10**4


@pytest.mark.parametrize(
    ("feed", "costs"),
    [("okx", "okx-spot"), ("binance-usdm", "binance-perp"), ("sim", "okx-spot")],
)
def test_costs_are_those_of_the_feed_unless_somebody_says_otherwise(feed: str, costs: str) -> None:
    assert account(feed).venue.name == costs
    assert account(feed, "bybit-spot").venue.name == "bybit-spot"
    assert account(feed, VENUE="bybit-spot").venue.name == "bybit-spot"


def test_the_smallest_order_is_the_larger_of_both() -> None:
    told = msgspec.structs.replace(RULES, min_notional=Decimal(10**6))
    choice = FeedChoice(feed="okx", url=None, symbol="BTC-USDT", scenario="calm", seed=1)
    found = LiveAccount(LiveOptions(), load_settings({}), choice, told, "run")
    assert found.venue.min_notional == 10**6
    assert replace(found.venue, min_notional=account().venue.min_notional) == account().venue


def test_without_a_trade_there_is_nothing_to_report() -> None:
    assert account().report(load_settings({}), 1) is None
