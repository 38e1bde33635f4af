"""A status of a running system that a test changes as it likes, and an owner's controls."""

from __future__ import annotations

import msgspec

from supreme_system_v5.domain.live import FeedHealth
from supreme_system_v5.domain.status import (
    DomainStatus,
    LiveStatus,
    LockUse,
    MoneyStatus,
    PositionStatus,
    QueueStatus,
    ViewReading,
    WakeCounts,
)
from tests.support.live_runs import SECOND, calm

__all__ = ["NOW", "Controlled", "status_with"]

NOW = 1_780_000_000 * SECOND


def status_with(**changes: object) -> LiveStatus:
    """Return a system that has run for an hour and is flat."""
    status = LiveStatus(
        version="1",
        run_id="test",
        symbol="BTC-USDT",
        mode="paper",
        data_source="okx",
        strategy="trend",
        started_ns=NOW - 3_700 * SECOND,
        now_ns=NOW,
        ready=True,
        price=60_012.3,
        price_age_ns=400_000_000,
        feed=FeedHealth(name="okx", fresh=True, reason="", last_data_ns=NOW - SECOND // 5),
        clock_ahead_ns=0,
        paused=False,
        risk_state="ACTIVE",
        risk_reason="",
        not_in_order={},
        strategy_error="",
        money=MoneyStatus(
            initial="10000",
            equity="10012.3",
            day_pnl="12.3",
            fees="1.204",
            realised="0",
            drawdown=0.004,
        ),
        position=PositionStatus(size="0", entry=None, stop=None, target=None, open_orders=0),
        wakes=WakeCounts(seen=10, processed=4, by_reason={"price": 4}),
        views={"technical": ViewReading(status="OK", direction=0.1, confidence=0.5, age_ns=1)},
        sources=(),
        domains={"technical": DomainStatus(interval_ns=30 * SECOND, runs=100)},
        lock=LockUse(),
        queues={"feed": QueueStatus(depth=0, limit=4_096)},
        machine=calm(),
        signals=5,
        approved=1,
        trades_closed=1,
        refusals={"COST": 14},
        refusals_hour=(),
        bars_differing=0,
        bars_checked=60,
    )
    return msgspec.structs.replace(status, **changes)


class Controlled:
    """Fulfils `ports.Controls`, and remembers what it was told to do."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.fault: Exception | None = None

    def status(self) -> LiveStatus:
        return status_with(paused="pause" in self.told)

    def pause(self) -> None:
        self._do("pause")

    def resume(self) -> None:
        self._do("resume")

    def flatten(self) -> None:
        self._do("flatten")

    def stop(self) -> None:
        self._do("stop")

    def _do(self, what: str) -> None:
        if self.fault is not None:
            raise self.fault
        self.told.append(what)
