"""Live accounts over a feed that a test writes: what the tests of the live driver share."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from supreme_system_v5.backtest.decision_log import DecisionLog
from supreme_system_v5.backtest.runner import BacktestRunner
from supreme_system_v5.backtest.trips import TripBook
from supreme_system_v5.domain import (
    VENUES,
    Action,
    AnalyzerConfig,
    Flag,
    Origin,
    Report,
)
from supreme_system_v5.domain.live import Candle, FeedTrade, FeedTrades
from supreme_system_v5.domain.status import Alert, MachineUse
from supreme_system_v5.engine import TradingEngine
from supreme_system_v5.mtf import MultiTimeframeEngine
from supreme_system_v5.optimized import OptimizedTechnicalAnalyzer, Signals
from supreme_system_v5.orchestrator.activity import Activity
from supreme_system_v5.orchestrator.parts import LiveParts, Observer, RunLabels
from supreme_system_v5.ports import Clock, Sleep
from supreme_system_v5.risk import FixedFraction
from supreme_system_v5.simulation import Ledger, PaperExchange
from tests.fakes.market_feed import FakeFeed
from tests.support.engine_runs import BusyStrategy

__all__ = [
    "CASH",
    "LIVE",
    "MINUTE",
    "SECOND",
    "UNITS",
    "Listener",
    "Noticed",
    "calm",
    "candle",
    "parts_of",
    "session_of",
    "told",
    "trade",
]

SECOND = 10**9
MINUTE = 60 * SECOND
LIVE = Origin(instrument="BTC-USDT", account="paper", run_id="test")
UNITS = VENUES["okx-perp"].in_units(None)
CASH = 10_000 * 10**8


class Listener:
    """A log of decisions that an `Activity` follows as well."""

    def __init__(self, activity: Activity) -> None:
        self.log = DecisionLog()
        self._activity = activity

    def add(self, entry: Action | Report) -> None:
        self.log.add(entry)
        self._activity.add(entry)


class Noticed(Observer):
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, dict[str, object]]] = []
        self.alerts: list[Alert] = []
        self.trades = 0

    def worked(self, took_ns: int, trades: int) -> None:
        assert took_ns >= 0
        self.trades += trades

    def note(self, event: str, **details: object) -> None:
        self.notes.append((event, details))

    def alert(self, alert: Alert) -> None:
        self.alerts.append(alert)


def session_of(
    activity: Activity, *, signal: str | None = None, log: DecisionLog | None = None
) -> BacktestRunner:
    """Return a fresh account that bets a tenth on every signal, of a busy strategy by default."""
    wake_on = Flag.TIMER | Flag.LEVEL | (Flag(0) if signal else BusyStrategy.wakes)
    market = OptimizedTechnicalAnalyzer(AnalyzerConfig(wake_on=wake_on))
    engine = TradingEngine(
        origin=LIVE,
        market=market,
        ledger=Ledger(UNITS, CASH),
        units=UNITS,
        risk=FixedFraction(Decimal("0.1"), UNITS),
        timeframes=MultiTimeframeEngine(market),
        signals=Signals(signal, {}) if signal else None,
        new_strategy=None if signal else BusyStrategy,
    )
    listener = Listener(activity)
    if log is not None:
        listener.log = log
    return BacktestRunner(
        origin=LIVE,
        engine=engine,
        market=market,
        exchange=PaperExchange(UNITS, CASH),
        trips=TripBook(UNITS),
        log=listener,
        on_record=activity.record,
    )


def calm(**changes: object) -> MachineUse:
    """Return a machine with nothing to do."""
    values: dict[str, object] = {
        "cpu_percent": 1.0,
        "load_percent": 2.0,
        "memory_bytes": 60 << 20,
        "memory_peak_bytes": 60 << 20,
        "available_bytes": 2 << 30,
        "memory_limit_bytes": 4 << 30,
        "open_files": 10,
        "threads": 1,
    }
    return MachineUse(**(values | changes))  # type: ignore[arg-type]


def parts_of(
    feed: FakeFeed, clock: Clock, sleep: Sleep, *, observer: Observer | None = None
) -> LiveParts:
    """Return the parts of a live run over a feed."""
    activity = Activity()
    return LiveParts(
        origin=LIVE,
        labels=RunLabels(version="1", mode="paper", data_source="fake", strategy="ema-cross"),
        feed=feed,
        session=session_of(activity),
        activity=activity,
        observer=Noticed() if observer is None else observer,
        machine=lambda _: calm(),
        clock=clock,
        sleep=sleep,
    )


def trade(time_ns: int, price: float = 60_000.0, size: float = 0.1, number: int = 0) -> FeedTrade:
    """Return a trade."""
    return FeedTrade(
        price=price,
        size=size,
        time_ns=time_ns,
        side=1,
        trade_id=str(number or time_ns),
        first=number or None,
        last=number or None,
    )


def told(trades: Sequence[FeedTrade]) -> FeedTrades:
    """Return trades as a feed tells them, half a second later."""
    return FeedTrades(trades=tuple(trades), receive_ns=trades[-1].time_ns + SECOND // 2)


def candle(open_ns: int, price: float = 60_000.0, *, closed: bool = True) -> Candle:
    """Return a minute that rises by 1."""
    return Candle(
        open_ns=open_ns,
        open=price,
        high=price + 2,
        low=price - 2,
        close=price + 1,
        volume=1.0,
        closed=closed,
    )
