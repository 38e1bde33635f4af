"""When the owner is told: once, and again only after it was in order."""

from __future__ import annotations

from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.domain import Report
from supreme_system_v5.domain.live import FeedHealth
from supreme_system_v5.domain.status import AlertKind, LiveStatus, LockUse
from supreme_system_v5.engine import Notes
from supreme_system_v5.engine.notes import Stamp
from supreme_system_v5.orchestrator.activity import Activity
from supreme_system_v5.orchestrator.alerts import STALE_NS, Watchman
from supreme_system_v5.orchestrator.live_trader import LiveTrader
from supreme_system_v5.orchestrator.reading import status_of
from tests.fakes.clock import ManualClock
from tests.fakes.market_feed import FakeFeed
from tests.support.live_runs import LIVE, SECOND, UNITS, Noticed, parts_of

DAY = 86_400 * SECOND
STAMP = Stamp(1, 1, 1)


def watchman() -> tuple[Watchman, Activity, Noticed]:
    activity, noticed = Activity(), Noticed()
    return Watchman(activity, noticed, UNITS), activity, noticed


def kinds(noticed: Noticed) -> list[AlertKind]:
    return [alert.kind for alert in noticed.alerts]


def health(*, fresh: bool) -> FeedHealth:
    return FeedHealth(name="okx", fresh=fresh, reason="" if fresh else "no trade for 40 s")


def test_a_feed_that_is_silent_for_a_minute_is_told_once_and_so_is_its_return() -> None:
    watch, _, noticed = watchman()
    watch.feed(health(fresh=True), 0)
    for second in range(1, 200):
        watch.feed(health(fresh=False), second * SECOND)
    assert kinds(noticed) == [AlertKind.FEED_STALE]
    [alert] = noticed.alerts
    assert alert.urgent
    assert alert.time_ns == SECOND + STALE_NS + SECOND
    assert "no trade for 40 s" in alert.text
    watch.feed(health(fresh=True), 200 * SECOND)
    watch.feed(health(fresh=True), 201 * SECOND)
    assert kinds(noticed) == [AlertKind.FEED_STALE, AlertKind.FEED_FRESH]
    for second in range(300, 330):  # shorter than a minute
        watch.feed(health(fresh=False), second * SECOND)
    watch.feed(health(fresh=True), 330 * SECOND)
    assert len(noticed.alerts) == 2


def test_a_halt_and_a_stop_are_told_when_something_was_written_down() -> None:
    watch, activity, noticed = watchman()
    notes = Notes(LIVE)
    watch.look(notes, 1)
    activity.risk_state, activity.risk_reason = "HALTED", "DRAWDOWN"
    watch.look(notes, 2)
    notes.add(STAMP, "risk", "HALTED", {"why": "DRAWDOWN"})
    watch.look(notes, 3)
    assert kinds(noticed) == [AlertKind.HALT]
    assert "supreme resume" in noticed.alerts[0].text
    stop = Report("FILLED", 2, 5, side=-1, price=59_000 * 10**8, quantity=10**7, filled=10**7)
    for number in (1, 2):
        activity.add(stop)
        notes.add(STAMP, "fill", "FILLED", {"report": stop})
        if number == 2:
            watch.look(notes, 4)
    assert kinds(noticed) == [AlertKind.HALT, AlertKind.STOP_HIT]
    assert noticed.alerts[1].text.startswith("sold 0.1")
    assert "at 59000" in noticed.alerts[1].text
    for state in ("ACTIVE", "HALTED"):
        activity.risk_state = state
        notes.add(STAMP, "risk", state, {})
        watch.look(notes, 5)
    assert kinds(noticed)[2:] == [AlertKind.HALT]


def test_what_was_done_is_a_line_of_the_log_and_what_was_refused_is_not() -> None:
    watch, _, noticed = watchman()
    notes = Notes(LIVE)
    notes.add(STAMP, "refused", "COST", {"limit": 1})
    notes.add(STAMP, "approved", "APPROVED", {"number": 1, "review": object()})
    report = Report("FILLED", 1, 5, side=1, price=7, quantity=8, fee=9)
    notes.add(STAMP, "fill", "FILLED", {"report": report})
    watch.look(notes, 1)
    watch.look(notes, 2)
    assert noticed.notes == [
        ("approved", {"reason": "APPROVED", "number": 1}),
        ("fill", {"reason": "FILLED", "number": 1, "side": 1, "price": 7, "quantity": 8, "fee": 9}),
    ]


def test_a_strategy_that_raised_wakes_its_owner() -> None:
    watch, _, noticed = watchman()
    notes = Notes(LIVE)
    notes.add(STAMP, "strategy_error", "RAISED", {"error": "KeyError: 'x' (mine.py, line 3)"})
    watch.look(notes, 1)
    watch.look(notes, 2)
    [alert] = noticed.alerts
    assert (alert.kind, alert.urgent) == (AlertKind.STRATEGY, True)
    assert "mine.py, line 3" in alert.text


def test_the_day_is_told_at_its_end_and_a_start_is_no_end() -> None:
    watch, _, noticed = watchman()
    clock = ManualClock()
    parts = parts_of(FakeFeed(clock), clock, sleep_ns)

    def status() -> LiveStatus:
        return status_of(
            parts, LiveTrader(parts.session, LIVE), domains={}, readings={}, machine=None,
            lock=LockUse(), queues={}, started_ns=0, clock_ahead_ns=None, paused=False,
        )  # fmt: skip

    for now_ns in (5 * DAY + 1, 5 * DAY + 2, 6 * DAY, 6 * DAY + 1, 7 * DAY):
        watch.day(status, now_ns)
    assert kinds(noticed) == [AlertKind.DAILY_SUMMARY] * 2
    assert "day 0, equity 10000, fees since the start 0" in noticed.alerts[0].text
