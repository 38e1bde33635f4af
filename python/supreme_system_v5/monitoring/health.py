"""Is it alive, and is it ready? Two judgements of a status, each with its reasons."""

from __future__ import annotations

import msgspec

from supreme_system_v5.domain.status import DomainStatus, LiveStatus
from supreme_system_v5.monitoring.backpressure import SHED_ORDER

__all__ = ["Check", "Health", "liveness", "readiness"]

_NS = 1_000_000_000
_GRACE_NS = 60 * _NS


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that has to be in order; `reason` is empty when it is."""

    name: str
    ok: bool
    reason: str = ""


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """All of them; `ok` when each one is."""

    ok: bool
    checks: tuple[Check, ...]


def _health(*checks: Check) -> Health:
    return Health(ok=all(check.ok for check in checks), checks=checks)


def _check(name: str, *, ok: bool, reason: str) -> Check:
    return Check(name=name, ok=ok, reason="" if ok else reason)


def liveness(status: LiveStatus) -> Health:
    """Tell whether a restart would help: every task was there within three of its intervals.

    A minute more is allowed, so that one that is begun again after a failure counts as alive. A
    task that may be left out under load is also alive when its next run is not overdue.
    """
    return _health(*(_alive(name, task, status) for name, task in status.domains.items()))


def _alive(name: str, task: DomainStatus, status: LiveStatus) -> Check:
    last = status.started_ns if task.last_ns is None else task.last_ns
    until = last + 3 * task.interval_ns
    if name in SHED_ORDER and task.next_ns is not None:
        until = max(until, task.next_ns + task.interval_ns)
    silent = (status.now_ns - last) // _NS
    return _check(
        f"domain {name}",
        ok=status.now_ns <= until + _GRACE_NS,
        reason=f"has not run for {silent} s, and its interval is {task.interval_ns // _NS} s"
        + (f"; it failed last with: {task.last_error}" if task.last_error else ""),
    )


def readiness(status: LiveStatus) -> Health:
    """Tell whether it could trade: it is warm, and its feed fresh.

    That protections or its owner stopped entries is no fault, and not looked at.
    """
    return _health(
        _check(
            "feed",
            ok=status.feed.fresh,
            reason=status.feed.reason or f"{status.feed.name} is stale",
        ),
        _check("price", ok=status.price is not None, reason="no trade was received yet"),
        _check(
            "warm",
            ok=status.ready or not status.feed.fresh,
            reason="history is still being read, or does not reach far enough back",
        ),
    )
