"""What the benchmarks of the backtest run: strategies, and a whole run over columns in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from time import process_time_ns
from typing import NamedTuple

from supreme_system_v5.backtest.decision_log import DecisionLog
from supreme_system_v5.backtest.runner import BacktestRunner
from supreme_system_v5.backtest.trips import TripBook
from supreme_system_v5.domain import (
    VENUES,
    AnalyzerConfig,
    Flag,
    Instrument,
    Origin,
    Venue,
    VenueUnits,
)
from supreme_system_v5.engine import TradingEngine
from supreme_system_v5.market_data import BarChunk, TradeChunk
from supreme_system_v5.mtf import MultiTimeframeEngine
from supreme_system_v5.optimized import (
    OptimizedTechnicalAnalyzer,
    Signals,
    UltraOptimizedEMA,
    UltraOptimizedRSI,
)
from supreme_system_v5.risk import (
    DynamicRiskManager,
    FixedFraction,
    ProtectionLimits,
    RiskPolicy,
    RiskRules,
)
from supreme_system_v5.simulation import Ledger, PaperExchange
from supreme_system_v5.strategies import MarketView, Signal, Strategy

SYMBOL = "BTC-USDT"
MARKET = Instrument(symbol=SYMBOL, price_decimals=2, size_decimals=5)
CASH = 1_000_000
FRACTION = Decimal("0.1")
FEE_BPS = Decimal(5)
FEE_ONLY = replace(
    VENUES["okx-perp"],
    name="fee only",
    taker_bps=FEE_BPS,
    spread_bps=Decimal(0),
    slippage_bps=Decimal(0),
    stop_slippage_bps=Decimal(0),
    funding_bps=Decimal(0),
    latency_ms=Decimal(0),
    tick=Decimal("0.01"),
    lot=Decimal("1e-5"),
    min_quantity=Decimal("1e-5"),
)
"""Nothing but a fee in quote: what every library can charge alike."""


class EmaCross:
    """The built-in ema-cross, written as a user would: its own averages over the closes seen."""

    wakes = Flag.BAR_1M
    warmup_bars = 0

    def __init__(self) -> None:
        self._fast = UltraOptimizedEMA(12, seed="sma")
        self._slow = UltraOptimizedEMA(26, seed="sma")
        self._rsi = UltraOptimizedRSI(14)
        self._before: float | None = None

    def decide(self, view: MarketView) -> Signal | None:
        """Enter where the fast average crosses the slow one, leave when it is below."""
        close = view.m1.close
        if close is None:
            return None
        fast, slow, rsi = (
            self._fast.update(close),
            self._slow.update(close),
            self._rsi.update(close),
        )
        if fast is None or slow is None:
            return None
        before, now = self._before, fast - slow
        self._before = now
        if view.position is not None:
            return Signal.exit("CROSSED_BACK") if now < 0.0 else None
        if before is None or rsi is None:
            return None
        if before <= 0.0 < now and rsi < 70.0:
            return Signal.enter("CROSSED")
        return None


class TickReversal:
    """Woken by significant ticks: enter at a low RSI over ticks, leave at a high one.

    Args:
        margin: How far from 0 and 100 the two are; 50 trades at nearly every wake.
    """

    wakes = Flag.SIGNIFICANT
    warmup_bars = 0

    def __init__(self, margin: float) -> None:
        self._low, self._high = margin, 100.0 - margin

    def decide(self, view: MarketView) -> Signal | None:
        """Read price, RSI and position, as every strategy over ticks does."""
        price, rsi = view.price, view.tick.rsi
        if price is None or rsi is None:
            return None
        if view.position is None:
            return Signal.enter("LOW") if rsi < self._low else None
        return Signal.exit("HIGH") if rsi > self._high else None


class Outcome(NamedTuple):
    """What a run came to.

    Attributes:
        elapsed_ns: How long it took, from the first chunk to the end.
        orders: Entries and exits sent.
        trips: Round trips.
        cash: Money at the end, in 1e-8 quote.
    """

    elapsed_ns: int
    orders: int
    trips: int
    cash: int


def every_signal(units: VenueUnits) -> RiskPolicy:
    """Bet the same on every signal."""
    return FixedFraction(FRACTION, units)


def as_shipped(units: VenueUnits) -> RiskPolicy:
    """Judge and protect as `supreme backtest` does unless told otherwise."""
    return DynamicRiskManager(RiskRules(), units, CASH * 10**8)


def nothing_refused(units: VenueUnits) -> RiskPolicy:
    """Go through every question of dynamic risk, with limits that are never met."""
    limits = ProtectionLimits(
        daily_loss=1.0,
        daily_loss_r=1e6,
        drawdown=1.0,
        fee_bleed=1.0,
        loss_streak=10**9,
        entries_per_day=10**9,
    )
    return DynamicRiskManager(RiskRules(limits=limits, cost_multiple=0.0), units, CASH * 10**8)


def make_runner(
    venue: Venue,
    *,
    signal: str = "",
    parameters: Mapping[str, float | bool] | None = None,
    new_strategy: Callable[[], Strategy] | None = None,
    risk: Callable[[VenueUnits], RiskPolicy] = every_signal,
) -> BacktestRunner:
    """Put together what `supreme backtest` does, over the native core."""
    units = venue.in_units(MARKET)
    cash = CASH * 10**8
    origin = Origin(instrument=SYMBOL, account="paper", run_id="bench")
    wake_on = Flag(0) if new_strategy is None else getattr(new_strategy(), "wakes", Flag.BAR_1M)
    policy = risk(units)
    market = OptimizedTechnicalAnalyzer(
        AnalyzerConfig(instrument=MARKET, wake_on=wake_on | Flag.TIMER | policy.wakes)
    )
    engine = TradingEngine(
        origin=origin,
        market=market,
        ledger=Ledger(units, cash),
        units=units,
        risk=policy,
        timeframes=MultiTimeframeEngine(market),
        signals=Signals(signal, parameters or {}) if signal else None,
        new_strategy=new_strategy,
    )
    return BacktestRunner(
        origin=origin,
        engine=engine,
        market=market,
        exchange=PaperExchange(units, cash),
        trips=TripBook(units),
        log=DecisionLog(),
    )


def run_once(
    run: BacktestRunner, chunks: Sequence[TradeChunk | BarChunk], *, refusing: bool = False
) -> Outcome:
    """Run over all chunks and close what is open.

    Args:
        run: A fresh one.
        chunks: The data.
        refusing: Refusals belong to what is timed.

    Raises:
        RuntimeError: The strategy raised, or an order was refused: something else was timed.
    """
    start = process_time_ns()
    for chunk in chunks:
        run.feed(chunk)
    run.finish()
    elapsed_ns = process_time_ns() - start
    engine = run.engine
    if engine.strategy_errors or (engine.notes.funnel.refusals and not refusing):
        faults = [*engine.strategy_errors, str(dict(engine.notes.funnel.refusals))]
        raise RuntimeError(f"not what was to be timed: {'; '.join(faults)}")
    return Outcome(
        elapsed_ns, engine.notes.funnel.signals, run.trips.tally.trades, engine.ledger.cash
    )
