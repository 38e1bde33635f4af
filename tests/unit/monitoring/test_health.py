from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.domain.live import FeedHealth
from supreme_system_v5.domain.status import DomainStatus
from supreme_system_v5.monitoring.health import liveness, readiness
from tests.support.monitored import START_NS, well

S = 1_000_000_000


def test_what_is_well_is_alive_and_ready() -> None:
    status = well()
    assert liveness(status).ok
    assert [check.name for check in liveness(status).checks] == [
        f"domain {name}" for name in status.domains
    ]
    assert readiness(status).ok
    assert not any(check.reason for check in readiness(status).checks)


@given(st.integers(1, 3_600), st.integers(0, 20_000), st.booleans())
def test_a_task_is_alive_for_three_intervals_and_a_minute(
    interval: int, silent: int, ran: bool
) -> None:
    task = DomainStatus(interval_ns=interval * S, last_ns=START_NS if ran else None)
    status = well(now_ns=START_NS + silent * S, domains={"mtf": task})
    health = liveness(status)
    assert health.ok == (silent <= 3 * interval + 60)
    (check,) = health.checks
    assert bool(check.reason) != health.ok
    if not health.ok:
        assert f"has not run for {silent} s" in check.reason


@given(st.integers(0, 20_000), st.integers(0, 20_000))
def test_what_may_be_left_out_is_alive_while_its_next_run_is_not_overdue(
    silent: int, due: int
) -> None:
    task = DomainStatus(interval_ns=600 * S, last_ns=START_NS, next_ns=START_NS + due * S)
    now = START_NS + silent * S
    alive = silent <= max(3 * 600, due + 600) + 60
    assert liveness(well(now_ns=now, domains={"news": task})).ok == alive
    strict = liveness(well(now_ns=now, domains={"technical": task})).ok
    assert strict == (silent <= 3 * 600 + 60)


def test_a_dead_task_says_what_it_failed_with() -> None:
    task = DomainStatus(interval_ns=30 * S, last_ns=START_NS, last_error="ValueError: no")
    health = liveness(well(domains={"mtf": task}))
    assert health.checks[0].reason.endswith("it failed last with: ValueError: no")


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({"price": None}, ["no trade was received yet"]),
        ({"ready": False}, ["history is still being read, or does not reach far enough back"]),
        (
            {"ready": False, "feed": FeedHealth(name="okx", fresh=False, reason="no data for 9 s")},
            ["no data for 9 s"],
        ),
        (
            {"ready": False, "feed": FeedHealth(name="okx", fresh=False, reason="")},
            ["okx is stale"],
        ),
    ],
)
def test_what_is_not_ready_says_why(changes: dict[str, object], reasons: list[str]) -> None:
    health = readiness(well(**changes))
    assert not health.ok
    assert [check.reason for check in health.checks if not check.ok] == reasons


def test_who_may_not_enter_is_ready_all_the_same() -> None:
    assert readiness(well(paused=True, risk_state="HALTED", risk_reason="lost too much")).ok


def test_it_is_told_as_json() -> None:
    told = msgspec.json.decode(msgspec.json.encode(readiness(well())))
    assert told["ok"] is True
    assert told["checks"][0] == {"name": "feed", "ok": True, "reason": ""}
