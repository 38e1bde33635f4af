"""How a running system is: one value that the terminal, the socket, the metrics and alerts read."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from supreme_system_v5.domain.feeds import SourceHealth
from supreme_system_v5.domain.live import FeedHealth

__all__ = [
    "Alert",
    "AlertKind",
    "DomainStatus",
    "LiveStatus",
    "LockUse",
    "MachineUse",
    "MoneyStatus",
    "PositionStatus",
    "QueueStatus",
    "ViewReading",
    "WakeCounts",
]


class MoneyStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The account, in quote currency, as exact decimal strings.

    Attributes:
        initial: Cash at the start.
        equity: Cash and position at the last price.
        day_pnl: Equity less that at the begin of the UTC day.
        fees: Paid since the start.
        realised: Profit of closed trades, after all costs.
        drawdown: Fall from the highest equity, as a fraction of it.
    """

    initial: str
    equity: str
    day_pnl: str
    fees: str
    realised: str
    drawdown: float


class PositionStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What is open.

    Attributes:
        size: Base currency with its sign, as an exact decimal string.
        entry: Average price paid, quote currency; None without a position.
        stop: Price of the protecting stop; None for none.
        target: Price of the protecting target; None for none.
        open_orders: Orders that rest or are under way.
    """

    size: str
    entry: float | None
    stop: float | None
    target: float | None
    open_orders: int


class ViewReading(msgspec.Struct, frozen=True, kw_only=True):
    """One judgement; `age_ns` is None where there is nothing to be old."""

    status: str
    direction: float
    confidence: float
    age_ns: int | None
    reasons: tuple[str, ...] = ()


class DomainStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One task of the orchestrator.

    Attributes:
        interval_ns: Its period now, backpressure included.
        runs: How often it ran.
        failures: How often it failed.
        restarts: How often it was begun again after that.
        late: Runs that began more than a tenth of the interval late.
        skipped: Runs left out because the one before was still going, or work was shed.
        last_ns: When it last began; None before.
        next_ns: When it will.
        last_error: Of the last failure; empty when there was none.
    """

    interval_ns: int
    runs: int = 0
    failures: int = 0
    restarts: int = 0
    late: int = 0
    skipped: int = 0
    last_ns: int | None = None
    next_ns: int | None = None
    last_error: str = ""


class QueueStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A bounded queue: how many wait, how many may, how many were dropped since the start."""

    depth: int
    limit: int
    dropped: int = 0


class LockUse(msgspec.Struct, frozen=True, kw_only=True):
    """How the state that tasks share was used.

    Attributes:
        uses: How often it was held since the start.
        total_ns: For how long together.
        longest_ns: For how long at most.
    """

    uses: int = 0
    total_ns: int = 0
    longest_ns: int = 0


class WakeCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What became of trades.

    Attributes:
        seen: Trades that reached the market.
        processed: Those that woke somebody, by the event gate.
        by_reason: Those, by reason of the gate.
        late: Trades that came too late to count.
        bad: Trades that were refused.
    """

    seen: int
    processed: int
    by_reason: dict[str, int]
    late: int = 0
    bad: int = 0

    @property
    def skip_ratio(self) -> float:
        """Share of trades that woke nobody, 0 to 1; 0 before the first."""
        return (self.seen - self.processed) / self.seen if self.seen else 0.0


class MachineUse(msgspec.Struct, frozen=True, kw_only=True):
    """What the process uses and the machine has.

    Attributes:
        cpu_percent: Of the process, in percent of one core, over the last interval.
        load_percent: Of the whole machine (or of what the cgroup allows), 0 to 100.
        memory_bytes: Resident memory of the process.
        memory_peak_bytes: The most that was seen.
        available_bytes: What the machine, or the cgroup, has left.
        memory_limit_bytes: What it has at all.
        open_files: File descriptors.
        threads: Threads.
        level: ``"normal"``, ``"warn"``, ``"trim"`` or ``"stop"``.
        multiplier: By how much all intervals are stretched: 1, 2 or 4.
        shed: What is left out now, in the order in which it was given up.
    """

    cpu_percent: float
    load_percent: float
    memory_bytes: int
    memory_peak_bytes: int
    available_bytes: int
    memory_limit_bytes: int
    open_files: int
    threads: int
    level: str = "normal"
    multiplier: int = 1
    shed: tuple[str, ...] = ()


class LiveStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about a running system at one instant.

    Attributes:
        version: Of the package.
        run_id: The run.
        symbol: The market.
        mode: ``"paper"``.
        data_source: Where prices come from, for example ``"okx"`` or ``"sim (calm, seed 1)"``.
        strategy: Which.
        started_ns: When it began.
        now_ns: When this was read.
        ready: Whether it is warm and its feed fresh.
        price: Last price; None before the first.
        price_age_ns: Since then; None before.
        feed: The feed.
        clock_ahead_ns: The exchange's clock less ours; None when not measured.
        paused: Whether its owner stopped entries.
        risk_state: Of the protections, ``"ACTIVE"``, ``"REDUCE_ONLY"`` or ``"HALTED"``.
        risk_reason: Why, for people; empty when active.
        not_in_order: What keeps entries back now, by name, and why: ``"trades"``, ``"clock"``,
            ``"resources"``, ``"owner"``, ``"account"``.
        strategy_error: What the strategy raised; it is not asked again. Empty while it works.
        money: The account.
        position: What is open.
        wakes: What became of trades.
        views: Judgements by domain.
        sources: Who is asked about the world, and how it is; empty where nobody judges by it.
        domains: Tasks by name.
        queues: Queues by name.
        lock: The state that tasks share.
        machine: What it uses.
        signals: Signals given since the start.
        approved: Those that became orders.
        trades_closed: Trades that were closed.
        refusals: Refusals since the start, by reason.
        refusals_hour: Refusals of the last hour, by reason, most frequent first.
        bars_differing: Closed minutes that differed from the exchange's own.
        bars_checked: Closed minutes that were compared.
    """

    version: str
    run_id: str
    symbol: str
    mode: str
    data_source: str
    strategy: str
    started_ns: int
    now_ns: int
    ready: bool
    price: float | None
    price_age_ns: int | None
    feed: FeedHealth
    clock_ahead_ns: int | None
    paused: bool
    risk_state: str
    risk_reason: str
    not_in_order: dict[str, str]
    strategy_error: str
    money: MoneyStatus
    position: PositionStatus
    wakes: WakeCounts
    views: dict[str, ViewReading]
    sources: tuple[SourceHealth, ...]
    domains: dict[str, DomainStatus]
    queues: dict[str, QueueStatus]
    lock: LockUse
    machine: MachineUse
    signals: int
    approved: int
    trades_closed: int
    refusals: dict[str, int]
    refusals_hour: tuple[tuple[str, int], ...]
    bars_differing: int
    bars_checked: int


class AlertKind(StrEnum):
    """What its owner is told of."""

    STARTED = "started"
    STOPPED = "stopped"
    HALT = "halt"
    STOP_HIT = "stop_hit"
    STRATEGY = "strategy"
    FEED_STALE = "feed_stale"
    FEED_FRESH = "feed_fresh"
    RESTART = "restart"
    RESOURCES = "resources"
    DAILY_SUMMARY = "daily_summary"


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """One message to the owner.

    Attributes:
        kind: What it is about.
        title: One line, at most 100 characters.
        text: What happened and what to do, at most 1 000 characters.
        urgent: Whether to wake somebody.
        time_ns: When it happened.
    """

    kind: AlertKind
    title: str
    text: str
    urgent: bool
    time_ns: int
