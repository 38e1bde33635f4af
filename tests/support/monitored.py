"""A status of a system that is well, to be changed where a test wants it otherwise."""

from __future__ import annotations

from typing import Any

import msgspec

from supreme_system_v5.domain.feeds import FaultKind, SourceHealth
from supreme_system_v5.domain.live import FeedHealth
from supreme_system_v5.domain.status import (
    DomainStatus,
    LiveStatus,
    LockUse,
    MachineUse,
    MoneyStatus,
    PositionStatus,
    QueueStatus,
    ViewReading,
    WakeCounts,
)

__all__ = ["START_NS", "machine_use", "well"]

_S = 1_000_000_000
START_NS = 1_780_000_000 * _S


def machine_use(**changes: Any) -> MachineUse:  # noqa: ANN401 - the fields of MachineUse
    usual = MachineUse(
        cpu_percent=1.5,
        load_percent=12.0,
        memory_bytes=70_000_000,
        memory_peak_bytes=75_000_000,
        available_bytes=2_500_000_000,
        memory_limit_bytes=4_000_000_000,
        open_files=21,
        threads=3,
    )
    return msgspec.structs.replace(usual, **changes)


def well(**changes: Any) -> LiveStatus:  # noqa: ANN401 - the fields of LiveStatus
    now = START_NS + 3_600 * _S
    intervals = {"technical": 30, "patterns": 60, "mtf": 120, "news": 600, "whales": 600}
    usual = LiveStatus(
        version="0.1.0",
        run_id="20260101-000000-1",
        symbol="BTC-USDT",
        mode="paper",
        data_source="sim (calm, seed 1)",
        strategy="scalping",
        started_ns=START_NS,
        now_ns=now,
        ready=True,
        price=60_000.5,
        price_age_ns=250_000_000,
        feed=FeedHealth(
            name="sim",
            fresh=True,
            reason="",
            last_data_ns=now - _S // 10,
            last_trade_ns=now - _S // 4,
            connects=3,
            reconnects=2,
            trades=72_000,
            duplicates=17,
            dropped={"late": 2, "not understood": 1},
            gaps=2,
            missing=40,
            recovered=39,
            repaired=1,
        ),
        clock_ahead_ns=-12_000_000,
        paused=False,
        risk_state="ACTIVE",
        risk_reason="",
        not_in_order={},
        strategy_error="",
        money=MoneyStatus(
            initial="10000",
            equity="10012.34",
            day_pnl="12.34",
            fees="3.21",
            realised="10.01",
            drawdown=0.004,
        ),
        position=PositionStatus(
            size="0.01", entry=59_900.0, stop=59_500.0, target=61_000.0, open_orders=1
        ),
        wakes=WakeCounts(
            seen=72_000,
            processed=18_000,
            by_reason={"FIRST": 1, "PRICE": 2_999, "VOLUME": 14_000, "IDLE": 1_000},
            late=2,
            bad=1,
        ),
        sources=(
            SourceHealth(
                source="rss:decrypt.co",
                last_success_ns=now - 60 * _S,
                items=12,
                faults={FaultKind.TIMEOUT: 2},
            ),
        ),
        views={
            name: ViewReading(status="ok", direction=0.25, confidence=0.5, age_ns=7 * _S)
            for name in intervals
        },
        domains={
            name: DomainStatus(
                interval_ns=seconds * _S,
                runs=3_600 // seconds,
                last_ns=now - 7 * _S,
                next_ns=now + (seconds - 7) * _S,
            )
            for name, seconds in intervals.items()
        },
        lock=LockUse(uses=900, total_ns=27_000_000, longest_ns=400_000),
        queues={
            "feed": QueueStatus(depth=3, limit=4_096),
            "notices": QueueStatus(depth=0, limit=64, dropped=2),
        },
        machine=machine_use(),
        signals=40,
        approved=7,
        trades_closed=6,
        refusals={"COST": 20, "CONFIDENCE": 13},
        refusals_hour=(("COST", 5), ("CONFIDENCE", 2)),
        bars_differing=0,
        bars_checked=59,
    )
    return msgspec.structs.replace(usual, **changes)
