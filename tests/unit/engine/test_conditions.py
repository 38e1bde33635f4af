from __future__ import annotations

import pytest

from supreme_system_v5.domain import FeedState
from supreme_system_v5.engine.conditions import Conditions
from tests.support.engine_runs import ORIGIN


def heard(conditions: Conditions, feed: str, *, fresh: bool, reason: str = "") -> None:
    conditions.hear(
        FeedState(
            origin=ORIGIN, seq=1, event_ns=1, receive_ns=1, feed=feed, fresh=fresh, reason=reason
        )
    )


@pytest.mark.parametrize(
    ("feed", "reason"),
    [
        ("trades", "STALE_FEED"),
        ("news", "STALE_FEED"),
        ("clock", "CLOCK_SKEW"),
        ("resources", "RESOURCE_PRESSURE"),
        ("owner", "PAUSED"),
    ],
)
def test_a_fault_refuses_until_it_is_over(feed: str, reason: str) -> None:
    conditions = Conditions()
    assert conditions.refusal() is None
    heard(conditions, feed, fresh=False, reason="2.5 s")
    refusal = conditions.refusal()
    assert refusal is not None
    assert (refusal.reason, refusal.value) == (reason, f"{feed} (2.5 s)")
    assert refusal.limit
    heard(conditions, feed, fresh=True)
    assert conditions.refusal() is None


def test_a_feed_called_account_is_a_feed_and_says_nothing_of_the_account() -> None:
    conditions = Conditions()
    conditions.account("cash is 1, the ledger says 2")
    heard(conditions, "account", fresh=True)
    refusal = conditions.refusal()
    assert refusal is not None
    assert (refusal.reason, refusal.value) == ("ACCOUNT_MISMATCH", "cash is 1, the ledger says 2")
    conditions.account("")
    assert conditions.refusal() is None


def test_several_stale_feeds_are_all_named() -> None:
    conditions = Conditions()
    for feed in ("trades", "book"):
        heard(conditions, feed, fresh=False)
    refusal = conditions.refusal()
    assert refusal is not None
    assert refusal.value == "book, trades"
