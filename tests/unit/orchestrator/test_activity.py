"""What an account did, as its owner asks."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from random import Random

import pytest

from supreme_system_v5.domain import Record
from supreme_system_v5.orchestrator.activity import Activity
from supreme_system_v5.orchestrator.live_trader import LiveTrader
from supreme_system_v5.simulation import Ledger
from tests.support.live_runs import CASH, LIVE, MINUTE, SECOND, UNITS, session_of, told, trade

START = 28_333_334 * MINUTE
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def refused(at_ns: int, reason: str) -> Record:
    return Record(
        origin=LIVE, seq=1, event_ns=at_ns, receive_ns=at_ns, kind="refused", reason=reason
    )


def test_refusals_of_the_last_hour_and_no_others_most_frequent_first() -> None:
    rng = Random(1)
    activity, all_of_them, now_ns = Activity(), [], START
    for _ in range(3_000):
        now_ns += rng.randrange(4 * SECOND)
        reason = rng.choice(("COST", "COST", "CONFIDENCE", "NO_STOP"))
        activity.record(refused(now_ns, reason))
        all_of_them.append((now_ns, reason))
    begin_ns = (now_ns - HOUR) // MINUTE * MINUTE
    late = Counter(reason for at, reason in all_of_them if at >= begin_ns + MINUTE)
    early = Counter(reason for at, reason in all_of_them if at >= begin_ns)
    found = activity.refusals_of_hour(now_ns)
    assert [count for _, count in found] == sorted((count for _, count in found), reverse=True)
    assert all(late[reason] <= count <= early[reason] for reason, count in found)
    assert len(activity._refused) <= 61
    assert activity.refusals_of_hour(now_ns + 2 * HOUR) == ()


def test_what_it_counts_is_what_the_ledger_has() -> None:
    activity = Activity()
    live = LiveTrader(session_of(activity), LIVE)
    rng, price, now_ns = Random(2), 60_000.0, START
    seen_stop = seen_open = 0
    for number in range(4_000):
        price = round(price + rng.choice((-12.0, -3.0, 3.0, 12.0)), 1)
        now_ns += rng.randrange(5 * SECOND)
        live.take(told([trade(now_ns, price, rng.choice((0.1, 3.0)), number + 1)]), now_ns)
        held = live.session.engine.ledger.position
        seen_stop += bool(activity.stop)
        seen_open += activity.open_orders
        if not held and not live.session.engine.waiting_to_enter:
            assert activity.stop == activity.target == 0 or activity.open_orders
    ledger, run = live.session.engine.ledger, live.session
    trades = run.trips.tally.trades  # type: ignore[attr-defined]
    assert activity.closed_trades == trades > 20
    assert Decimal(activity.realised).scaleb(-8) == run.trips.tally.net  # type: ignore[attr-defined]
    assert seen_stop > 100
    assert seen_open > 10
    assert activity.stop_hits > 0
    assert activity.open_orders <= 1
    units = round(price * 10**8)
    equity, _, drawdown = activity.money(ledger, units, now_ns)
    assert equity == Decimal(ledger.equity(units)).scaleb(-8)
    assert 0.0 <= drawdown < 1.0


def test_a_day_counts_from_what_there_was_at_its_begin() -> None:
    class Account:
        initial_cash = cash = CASH

        def equity(self, price: int) -> int:
            return CASH + price

    account, activity = Account(), Activity()

    def at(now_ns: int, gain: int) -> tuple[float, float, float]:
        equity, day, drawdown = activity.money(account, gain, now_ns)  # type: ignore[arg-type]
        return float(equity), float(day), drawdown

    midnight = START // DAY * DAY
    assert at(midnight, 10**8) == (10_001, 1, 0.0)  # from the first cash
    assert at(midnight + HOUR, 5 * 10**8)[1] == 5
    equity, day, drawdown = at(midnight + DAY, 4 * 10**8)
    assert (equity, day) == (10_004, 0)
    assert drawdown == pytest.approx(1 / 10_005)
    assert at(midnight + DAY + 1, 7 * 10**8)[1:] == (3, 0.0)


def test_the_state_of_risk_is_the_last_that_was_recorded() -> None:
    activity = Activity()
    assert (activity.risk_state, activity.risk_reason) == ("ACTIVE", "")

    def risk(state: str, why: str) -> None:
        record = Record(
            origin=LIVE, seq=1, event_ns=1, receive_ns=1, kind="risk", reason=state,
            details={"why": why},
        )  # fmt: skip
        activity.record(record)

    risk("HALTED", "DRAWDOWN")
    assert (activity.risk_state, activity.risk_reason) == ("HALTED", "DRAWDOWN")
    risk("ACTIVE", "a new day, or re-armed")
    assert (activity.risk_state, activity.risk_reason) == ("ACTIVE", "")


def test_without_a_price_the_account_is_worth_its_cash() -> None:
    equity, day, drawdown = Activity().money(Ledger(UNITS, CASH), 0, START)
    assert (int(equity), int(day), drawdown) == (10_000, 0, 0.0)
