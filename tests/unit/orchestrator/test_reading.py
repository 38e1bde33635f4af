"""Everything about a running system, at one instant."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.domain.status import (
    DomainStatus,
    LiveStatus,
    LockUse,
    QueueStatus,
    ViewReading,
)
from supreme_system_v5.orchestrator.live_trader import LiveTrader
from supreme_system_v5.orchestrator.reading import status_of
from tests.fakes.clock import ManualClock
from tests.fakes.market_feed import FakeFeed
from tests.support.live_runs import LIVE, MINUTE, SECOND, parts_of, told, trade

START = 28_333_334 * MINUTE


def test_it_says_what_the_account_the_market_and_the_feed_say() -> None:
    clock = ManualClock(START)
    feed = FakeFeed(clock)
    parts = parts_of(feed, clock, sleep_ns)
    live = LiveTrader(parts.session, LIVE)

    def status() -> LiveStatus:
        return status_of(
            parts,
            live,
            domains={"news": DomainStatus(interval_ns=1)},
            readings={"mtf": ViewReading(status="ok", direction=1.0, confidence=0.5, age_ns=3)},
            machine=None,
            lock=LockUse(uses=3),
            queues={"log": QueueStatus(depth=1, limit=2)},
            started_ns=7,
            clock_ahead_ns=-4,
            paused=True,
        )

    before = status()
    assert (before.price, before.price_age_ns, before.ready) == (None, None, False)
    assert (before.money.equity, before.position.size) == ("10000", "0")
    seen_entry, price, now = False, 0.0, before
    for number in range(1, 400):
        clock.advance_ns(7 * SECOND)
        price = 60_000.0 + 50 * (number % 7)
        live.take(told([trade(clock.time_ns(), price, 0.2, number)]), clock.time_ns())
        now = status()
        size = Decimal(now.position.size)
        assert size == Decimal(live.session.engine.ledger.position) / 10**12
        assert (now.position.entry is None) == (size == 0)
        if now.position.entry is not None:
            seen_entry = True
            assert 59_900 < now.position.entry < 60_500
            assert now.position.stop is None or abs(now.position.stop / price - 1) < 0.05
    assert seen_entry
    assert now.price == price
    assert now.price_age_ns == -SECOND // 2  # what is told is half a second later than the trade
    assert now.wakes.seen == 399
    assert now.wakes.processed == sum(now.wakes.by_reason.values())
    assert Decimal(now.money.fees) > 0
    assert now.signals >= now.approved > 0
    assert (now.mode, now.data_source, now.paused, now.clock_ahead_ns) == (
        "paper",
        "fake",
        True,
        -4,
    )
    assert msgspec.json.decode(msgspec.json.encode(now), type=LiveStatus) == now
