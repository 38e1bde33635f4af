"""Everything about a running system, read at one instant."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

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
from supreme_system_v5.orchestrator.live_trader import LiveTrader
from supreme_system_v5.orchestrator.parts import LiveParts

__all__ = ["status_of"]

_MONEY = Decimal("1e-8")
_FULL = 10**12
"""Units of a holding in the ledger."""
_NO_MACHINE = MachineUse(
    cpu_percent=0.0,
    load_percent=0.0,
    memory_bytes=0,
    memory_peak_bytes=0,
    available_bytes=0,
    memory_limit_bytes=0,
    open_files=0,
    threads=0,
)


def status_of(
    parts: LiveParts,
    trader: LiveTrader,
    *,
    domains: Mapping[str, DomainStatus],
    readings: Mapping[str, ViewReading],
    machine: MachineUse | None,
    queues: Mapping[str, QueueStatus],
    lock: LockUse,
    started_ns: int,
    clock_ahead_ns: int | None,
    paused: bool,
) -> LiveStatus:
    """Return how a running system is.

    Args:
        parts: What it is made of.
        trader: What trades.
        domains: Its tasks, by name.
        readings: Judgements as they were read last, by domain.
        machine: What it used last; None before anybody looked.
        queues: Of others, by name.
        lock: How the state that tasks share was used.
        started_ns: When it began.
        clock_ahead_ns: The exchange's clock less ours; None when not measured.
        paused: Whether its owner stopped entries.
    """
    session, activity = trader.session, parts.activity
    engine, market, now_ns = session.engine, session.market, parts.clock.time_ns()
    funnel, gate, health = engine.notes.funnel, market.gate(), parts.feed.health()
    scale = engine.units.price_decimals
    price = trader.price
    units = 0 if price is None else round(price * 10**scale)
    equity, day_pnl, drawdown = activity.money(engine.ledger, units, now_ns)
    return LiveStatus(
        version=parts.labels.version,
        run_id=parts.origin.run_id,
        symbol=parts.origin.instrument,
        mode=parts.labels.mode,
        data_source=parts.labels.data_source,
        strategy=parts.labels.strategy,
        started_ns=started_ns,
        now_ns=now_ns,
        ready=health.fresh and market.timeframe("1m").mature,
        price=price,
        price_age_ns=None if trader.last_receive_ns is None else now_ns - trader.last_receive_ns,
        feed=health,
        clock_ahead_ns=clock_ahead_ns,
        paused=paused,
        risk_state=activity.risk_state,
        risk_reason=activity.risk_reason,
        not_in_order=dict(engine.not_in_order()),
        strategy_error=engine.strategy_errors[-1] if engine.strategy_errors else "",
        money=MoneyStatus(
            initial=_plain(engine.ledger.initial_cash * _MONEY),
            equity=_plain(equity),
            day_pnl=_plain(day_pnl),
            fees=_plain(engine.ledger.fees * _MONEY),
            realised=_plain(activity.realised * _MONEY),
            drawdown=drawdown,
        ),
        position=_position(trader, parts, scale),
        wakes=WakeCounts(
            seen=gate.seen,
            processed=gate.processed,
            by_reason=dict(gate.by_reason),
            late=market.snapshot().late,
            bad=trader.bad,
        ),
        views=dict(readings),
        sources=parts.sources(),
        domains=dict(domains),
        queues={"feed": QueueStatus(depth=health.queued, limit=health.queue_limit), **queues},
        lock=lock,
        machine=machine or _NO_MACHINE,
        signals=funnel.signals,
        approved=funnel.approved,
        trades_closed=activity.closed_trades,
        refusals=dict(funnel.refusals),
        refusals_hour=activity.refusals_of_hour(now_ns),
        bars_differing=trader.audit.differing,
        bars_checked=trader.audit.checked,
    )


def _position(trader: LiveTrader, parts: LiveParts, scale: int) -> PositionStatus:
    ledger, activity = trader.session.engine.ledger, parts.activity
    size = Decimal(ledger.position) / _FULL
    entry = None
    if ledger.position:
        entry = float(abs(Decimal(ledger.cost) * _MONEY / size))
    return PositionStatus(
        size=_plain(size),
        entry=entry,
        stop=activity.stop / 10**scale if activity.stop and ledger.position else None,
        target=activity.target / 10**scale if activity.target and ledger.position else None,
        open_orders=activity.open_orders,
    )


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
