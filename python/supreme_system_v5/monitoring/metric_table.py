"""Every metric that is read from a `LiveStatus`: its name, its kind, what it means, how to read it.

Base units, ``_total`` for what only grows, and at most one label, whose values are few: reasons,
domains, queues. What is not known has no sample; nothing is invented.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from supreme_system_v5.domain.status import LiveStatus
from supreme_system_v5.monitoring.backpressure import LEVELS, SHED_ORDER
from supreme_system_v5.risk import RiskState

__all__ = ["METRIC_ROWS", "MetricRow"]

_NS = 1e9

_Values = Mapping[str, float | None]


class MetricRow(NamedTuple):
    """One metric.

    Attributes:
        name: As exported.
        kind: ``counter``, ``gauge`` or ``info``; one of `info` has its labels as strings.
        help: What it means, with its unit.
        label: The one label; empty for none, and for `info`.
        read: The values by the label's, under the empty string without one.
        texts: Of `info`, its labels.
    """

    name: str
    kind: Literal["counter", "gauge", "info"]
    help: str
    label: str = ""
    read: Callable[[LiveStatus], _Values] = lambda _: {}
    texts: Callable[[LiveStatus], dict[str, str]] = lambda _: {}


def _count(name: str, meaning: str, read: Callable[[LiveStatus], float]) -> MetricRow:
    return MetricRow(name, "counter", meaning, read=lambda status: {"": read(status)})


def _gauge(name: str, meaning: str, read: Callable[[LiveStatus], float | None]) -> MetricRow:
    return MetricRow(name, "gauge", meaning, read=lambda status: {"": read(status)})


def _counts(
    name: str, label: str, meaning: str, read: Callable[[LiveStatus], _Values]
) -> MetricRow:
    return MetricRow(name, "counter", meaning, label, read)


def _gauges(
    name: str, label: str, meaning: str, read: Callable[[LiveStatus], _Values]
) -> MetricRow:
    return MetricRow(name, "gauge", meaning, label, read)


def _seconds(duration_ns: int | None) -> float | None:
    return None if duration_ns is None else duration_ns / _NS


def _since(status: LiveStatus, then_ns: int | None) -> float | None:
    return None if then_ns is None else max(status.now_ns - then_ns, 0) / _NS


def _one_of(names: tuple[str, ...], now: str) -> _Values:
    """Give 1 to the one that holds, 0 to the others; a name that is not among them stands too."""
    return dict.fromkeys(names, 0.0) | {now: 1.0}


def _unprotected(status: LiveStatus) -> float:
    return float(float(status.position.size) != 0.0 and status.position.stop is None)


_RUN = (
    MetricRow(
        "supreme_build_info",
        "info",
        "Version of the package.",
        texts=lambda s: {"version": s.version},
    ),
    MetricRow(
        "supreme_run_info",
        "info",
        "What runs, and where its prices come from.",
        texts=lambda s: {
            "run_id": s.run_id,
            "symbol": s.symbol,
            "mode": s.mode,
            "data_source": s.data_source,
            "strategy": s.strategy,
        },
    ),
    _gauge(
        "supreme_start_time_seconds",
        "When it began, seconds since 1970.",
        lambda s: _seconds(s.started_ns),
    ),
    _gauge("supreme_ready", "1 when it is warm and its feed fresh.", lambda s: float(s.ready)),
    _gauge("supreme_paused", "1 when its owner stopped entries.", lambda s: float(s.paused)),
)
_FEED = (
    _gauge("supreme_price_quote", "Last price, quote currency.", lambda s: s.price),
    _gauge(
        "supreme_price_age_seconds", "Since the last price.", lambda s: _seconds(s.price_age_ns)
    ),
    _gauges(
        "supreme_feed_fresh",
        "feed",
        "1 when prices may be traded on; named by the feed.",
        lambda s: {s.feed.name: float(s.feed.fresh)},
    ),
    _gauge(
        "supreme_feed_data_age_seconds",
        "Since any channel of the feed told something.",
        lambda s: _since(s, s.feed.last_data_ns),
    ),
    _gauge(
        "supreme_feed_trade_age_seconds",
        "Since a trade was received.",
        lambda s: _since(s, s.feed.last_trade_ns),
    ),
    _count("supreme_feed_connects_total", "Connections made.", lambda s: s.feed.connects),
    _count(
        "supreme_feed_reconnects_total",
        "Connections made after the first of each.",
        lambda s: s.feed.reconnects,
    ),
    _count("supreme_feed_trades_total", "Trades that the feed told.", lambda s: s.feed.trades),
    _count(
        "supreme_feed_duplicates_total",
        "Trades told again by the exchange, and not passed on.",
        lambda s: s.feed.duplicates,
    ),
    _counts(
        "supreme_feed_dropped_total",
        "reason",
        "Trades and messages that were not passed on.",
        lambda s: s.feed.dropped,
    ),
    _count("supreme_feed_gaps_total", "Gaps found in the trades.", lambda s: s.feed.gaps),
    _count(
        "supreme_feed_missing_trades_total",
        "Trades missed in gaps, where they are numbered.",
        lambda s: s.feed.missing,
    ),
    _count(
        "supreme_feed_recovered_trades_total",
        "Trades of gaps that were read later.",
        lambda s: s.feed.recovered,
    ),
    _count(
        "supreme_feed_repaired_bars_total",
        "Minutes mended by the exchange's own candle.",
        lambda s: s.feed.repaired,
    ),
    _gauge(
        "supreme_clock_ahead_seconds",
        "The exchange's clock less ours.",
        lambda s: _seconds(s.clock_ahead_ns),
    ),
    _count(
        "supreme_bars_checked_total",
        "Closed minutes that were compared with the exchange's own.",
        lambda s: s.bars_checked,
    ),
    _count(
        "supreme_bars_differing_total",
        "Closed minutes that differed from the exchange's own.",
        lambda s: s.bars_differing,
    ),
)
_TICKS = (
    _count("supreme_ticks_total", "Trades that reached the market.", lambda s: s.wakes.seen),
    _counts(
        "supreme_ticks_processed_total",
        "reason",
        "Trades that woke somebody, by reason of the event gate.",
        lambda s: s.wakes.by_reason,
    ),
    _counts(
        "supreme_ticks_skipped_total",
        "reason",
        "Trades that woke nobody: not significant, too late to count, or refused.",
        lambda s: {
            "insignificant": s.wakes.seen - s.wakes.processed,
            "late": s.wakes.late,
            "bad": s.wakes.bad,
        },
    ),
    _gauge(
        "event_skip_ratio",
        "Share of trades that woke nobody since the start, 0 to 1.",
        lambda s: s.wakes.skip_ratio,
    ),
)
_CONDITIONS = ("trades", "clock", "resources", "owner", "account")
_WORK = (
    _gauge(
        "supreme_strategy_failed",
        "1 when the strategy raised, and is not asked any more.",
        lambda s: float(bool(s.strategy_error)),
    ),
    _gauges(
        "supreme_not_in_order",
        "condition",
        "1 for what keeps entries back: trades, clock, resources, owner or account.",
        lambda s: dict.fromkeys(_CONDITIONS, 0.0) | dict.fromkeys(s.not_in_order, 1.0),
    ),
    _count(
        "supreme_state_uses_total",
        "How often the state that tasks share was held.",
        lambda s: float(s.lock.uses),
    ),
    _count(
        "supreme_state_held_seconds_total",
        "For how long the state that tasks share was held, together.",
        lambda s: s.lock.total_ns / _NS,
    ),
    _gauge(
        "supreme_state_held_longest_seconds",
        "For how long the state that tasks share was held at most.",
        lambda s: s.lock.longest_ns / _NS,
    ),
    _gauges(
        "supreme_source_age_seconds",
        "source",
        "Since each source of news or transfers last answered.",
        lambda s: {one.source: _since(s, one.last_success_ns) for one in s.sources},
    ),
    _gauges(
        "supreme_source_failures_in_a_row",
        "source",
        "Attempts since each source last answered.",
        lambda s: {one.source: float(one.failures_in_a_row) for one in s.sources},
    ),
    _counts(
        "supreme_source_items_total",
        "source",
        "What each source told that was new.",
        lambda s: {one.source: float(one.items) for one in s.sources},
    ),
    _counts(
        "supreme_source_faults_total",
        "source",
        "Faults of each source, of all kinds.",
        lambda s: {one.source: float(sum(one.faults.values())) for one in s.sources},
    ),
    _gauges(
        "supreme_view_age_seconds",
        "domain",
        "Age of each judgement.",
        lambda s: {name: _seconds(view.age_ns) for name, view in s.views.items()},
    ),
    _gauges(
        "supreme_view_direction",
        "domain",
        "Direction of each judgement, -1 to 1.",
        lambda s: {name: view.direction for name, view in s.views.items()},
    ),
    _gauges(
        "supreme_view_confidence_ratio",
        "domain",
        "Confidence of each judgement, 0 to 1.",
        lambda s: {name: view.confidence for name, view in s.views.items()},
    ),
    _gauges(
        "supreme_domain_interval_seconds",
        "domain",
        "Period of each task now, backpressure included.",
        lambda s: {name: _seconds(task.interval_ns) for name, task in s.domains.items()},
    ),
    _gauges(
        "supreme_domain_last_run_age_seconds",
        "domain",
        "Since each task last began.",
        lambda s: {name: _since(s, task.last_ns) for name, task in s.domains.items()},
    ),
    _counts(
        "supreme_domain_runs_total",
        "domain",
        "Runs of each task.",
        lambda s: {name: task.runs for name, task in s.domains.items()},
    ),
    _counts(
        "supreme_domain_failures_total",
        "domain",
        "Runs of each task that failed.",
        lambda s: {name: task.failures for name, task in s.domains.items()},
    ),
    _counts(
        "supreme_domain_restarts_total",
        "domain",
        "How often each task was begun again after it failed.",
        lambda s: {name: task.restarts for name, task in s.domains.items()},
    ),
    _counts(
        "supreme_domain_late_total",
        "domain",
        "Runs that began more than a tenth of the interval late.",
        lambda s: {name: task.late for name, task in s.domains.items()},
    ),
    _counts(
        "supreme_domain_skipped_total",
        "domain",
        "Runs left out: the one before was still going, or work was shed.",
        lambda s: {name: task.skipped for name, task in s.domains.items()},
    ),
    _gauges(
        "supreme_queue_depth",
        "queue",
        "Entries that wait.",
        lambda s: {name: queue.depth for name, queue in s.queues.items()},
    ),
    _gauges(
        "supreme_queue_limit",
        "queue",
        "Entries that may wait.",
        lambda s: {name: queue.limit for name, queue in s.queues.items()},
    ),
    _counts(
        "supreme_queue_dropped_total",
        "queue",
        "Entries dropped because the queue was full.",
        lambda s: {name: queue.dropped for name, queue in s.queues.items()},
    ),
)
_MACHINE = (
    _gauge(
        "memory_in_use_bytes", "Resident memory of the process.", lambda s: s.machine.memory_bytes
    ),
    _gauge(
        "supreme_memory_peak_bytes",
        "The most resident memory there ever was.",
        lambda s: s.machine.memory_peak_bytes,
    ),
    _gauge(
        "supreme_memory_available_bytes",
        "Memory that the machine, or the control group, has left.",
        lambda s: s.machine.available_bytes,
    ),
    _gauge(
        "supreme_memory_limit_bytes",
        "Memory that the machine, or the control group, has at all.",
        lambda s: s.machine.memory_limit_bytes,
    ),
    _gauge(
        "cpu_percent_gauge",
        "Processor time of the process, percent of one core.",
        lambda s: s.machine.cpu_percent,
    ),
    _gauge(
        "supreme_machine_load_ratio",
        "Load of the machine, or of what the control group allows, 0 to 1.",
        lambda s: s.machine.load_percent / 100.0,
    ),
    _gauge("supreme_open_files", "File descriptors in use.", lambda s: s.machine.open_files),
    _gauge("supreme_threads", "Threads.", lambda s: s.machine.threads),
    _gauge(
        "supreme_interval_multiplier",
        "By how much all intervals are stretched: 1, 2 or 4.",
        lambda s: s.machine.multiplier,
    ),
    _gauges(
        "supreme_memory_level",
        "level",
        "1 for the level of own memory that holds.",
        lambda s: _one_of(LEVELS, s.machine.level),
    ),
    _gauges(
        "supreme_shed",
        "work",
        "1 for work that is left out now.",
        lambda s: dict.fromkeys(SHED_ORDER, 0.0) | dict.fromkeys(s.machine.shed, 1.0),
    ),
)
_TRADING = (
    _count("supreme_signals_total", "Signals that the strategy gave.", lambda s: s.signals),
    _counts(
        "supreme_decisions_total",
        "decision",
        "Signals that became orders, and refusals.",
        lambda s: {"approved": s.approved, "refused": sum(s.refusals.values())},
    ),
    _counts("supreme_refusals_total", "reason", "Refusals of risk.", lambda s: s.refusals),
    _gauges(
        "supreme_refusals_last_hour",
        "reason",
        "Refusals of the last hour.",
        lambda s: dict(s.refusals_hour),
    ),
    _count("supreme_trades_closed_total", "Trades that were closed.", lambda s: s.trades_closed),
    _gauges(
        "supreme_risk_state",
        "state",
        "1 for the state of the protections that holds.",
        lambda s: _one_of(tuple(RiskState), s.risk_state),
    ),
    _gauge("supreme_equity_quote", "Cash and position.", lambda s: float(s.money.equity)),
    _gauge("supreme_initial_cash_quote", "Cash at the start.", lambda s: float(s.money.initial)),
    _gauge(
        "supreme_day_pnl_quote",
        "Equity less that at the begin of the UTC day.",
        lambda s: float(s.money.day_pnl),
    ),
    _gauge(
        "supreme_realised_pnl_quote",
        "Profit of closed trades, after all costs.",
        lambda s: float(s.money.realised),
    ),
    _gauge(
        "supreme_fees_paid_quote",
        "Fees paid since the start; a rebate lowers them.",
        lambda s: float(s.money.fees),
    ),
    _gauge(
        "supreme_drawdown_ratio",
        "Fall from the highest equity, as a fraction of it.",
        lambda s: s.money.drawdown,
    ),
    _gauge(
        "supreme_position_base",
        "What is open, base currency; below 0 short.",
        lambda s: float(s.position.size),
    ),
    _gauge(
        "supreme_stop_price_quote",
        "Price of the protecting stop; no sample without one.",
        lambda s: s.position.stop,
    ),
    _gauge("supreme_position_unprotected", "1 for a position that has no stop.", _unprotected),
    _gauge(
        "supreme_open_orders",
        "Orders that rest or are under way.",
        lambda s: s.position.open_orders,
    ),
)

METRIC_ROWS: tuple[MetricRow, ...] = (
    *_RUN,
    *_FEED,
    *_TICKS,
    *_WORK,
    *_MACHINE,
    *_TRADING,
)
"""All of them, in the order in which they are exported."""
