"""A whole run, native or in plain Python, over data cut as one likes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from supreme_system_v5 import optimized, reference, simulation
from supreme_system_v5.backtest.decision_log import DecisionLog, EntryLog
from supreme_system_v5.backtest.runner import BacktestRunner
from supreme_system_v5.backtest.trips import TripBook
from supreme_system_v5.domain import (
    VENUES,
    AnalyzerConfig,
    ExchangeFlow,
    Flag,
    Headline,
    Origin,
    Transfer,
    VenueUnits,
)
from supreme_system_v5.engine import TradingEngine
from supreme_system_v5.market_data import BarChunk, MarketFiles, TradeChunk
from supreme_system_v5.mtf import MultiTimeframeEngine
from supreme_system_v5.ports import NewsView, WhaleView
from supreme_system_v5.risk import FixedFraction, RiskPolicy
from supreme_system_v5.strategies import MarketView, Signal, Strategy

__all__ = [
    "NATIVE",
    "ORIGIN",
    "REFERENCE",
    "BusyStrategy",
    "Outcome",
    "Rooms",
    "cut",
    "read",
    "run",
    "runner_of",
]

Chunk = TradeChunk | BarChunk
ORIGIN = Origin(instrument="BTC-USDT", account="paper", run_id="test")
CASH = 10_000 * 10**8


class Rooms(NamedTuple):
    """The classes of one implementation."""

    analyzer: Any
    ledger: Any
    exchange: Any
    signals: Any


NATIVE = Rooms(
    optimized.OptimizedTechnicalAnalyzer,
    simulation.Ledger,
    simulation.PaperExchange,
    optimized.Signals,
)
REFERENCE = Rooms(
    reference.OptimizedTechnicalAnalyzer,
    reference.Ledger,
    reference.PaperExchange,
    reference.Signals,
)


class Outcome(NamedTuple):
    """What must not differ."""

    digest: str
    entries: int
    trades: int
    refusals: dict[str, int]
    drawdown: tuple[float, int, int]


class BusyStrategy:
    """Enters or leaves on every third wake, now with a stop, now without."""

    wakes = Flag.SIGNIFICANT | Flag.BAR_1M

    def __init__(self) -> None:
        self._asked = 0

    def decide(self, view: MarketView) -> Signal | None:
        self._asked += 1
        price = view.price
        if price is None or self._asked % 3:
            return None
        turn = self._asked // 3 % 8
        position = view.position
        if position is not None:
            return Signal.exit("turn") if position.bars_held > 1 or turn % 2 else None
        side = 1 if turn < 5 else -1
        near = price * (0.0002, 0.001, 0.004)[turn % 3]
        if turn == 6:
            return Signal.enter("turn", side=side, limit=price - side * near, good_for_seconds=40.0)
        return Signal.enter(
            "turn",
            side=side,
            stop=None if turn == 3 else price - side * near,
            target=price + side * near if turn % 2 else None,
            trail=near / 2 if turn == 4 else None,
        )


def half(units: VenueUnits) -> RiskPolicy:
    """Bet half of the equity on everything."""
    return FixedFraction(Decimal("0.5"), units)


def runner_of(
    rooms: Rooms,
    strategy: str | Callable[[], Strategy],
    *,
    venue: str = "okx-perp",
    parameters: dict[str, float | bool] | None = None,
    units: VenueUnits | None = None,
    risk: Callable[[VenueUnits], RiskPolicy] = half,
    log: EntryLog | None = None,
    news: NewsView | None = None,
    whales: WhaleView | None = None,
    items: Iterable[Headline | Transfer | ExchangeFlow] = (),
) -> BacktestRunner:
    """Return a fresh run of a built-in signal, by name, or of a strategy."""
    units = VENUES[venue].in_units(None) if units is None else units
    named = isinstance(strategy, str)
    wakes = Flag(0) if isinstance(strategy, str) else getattr(strategy(), "wakes", Flag.BAR_1M)
    policy = risk(units)
    market = rooms.analyzer(AnalyzerConfig(wake_on=wakes | Flag.TIMER | policy.wakes))
    engine = TradingEngine(
        origin=ORIGIN,
        market=market,
        ledger=rooms.ledger(units, CASH),
        units=units,
        risk=policy,
        timeframes=MultiTimeframeEngine(market),
        news=news,
        whales=whales,
        signals=rooms.signals(strategy, parameters) if named else None,
        new_strategy=None if isinstance(strategy, str) else strategy,
    )
    return BacktestRunner(
        origin=ORIGIN,
        engine=engine,
        market=market,
        exchange=rooms.exchange(units, CASH),
        trips=TripBook(units),
        log=log,
        items=items,
    )


def run(
    rooms: Rooms,
    strategy: str | Callable[[], Strategy],
    chunks: Iterable[Chunk],
    **options: Any,  # noqa: ANN401 - those of `runner_of`
) -> Outcome:
    """Run to the end, and hold the exchange's books to the engine's after every chunk."""
    log = DecisionLog()
    runner = runner_of(rooms, strategy, log=log, **options)
    for chunk in chunks:
        runner.feed(chunk)
        _books_agree(runner)
    runner.finish()
    _books_agree(runner)
    return Outcome(
        log.digest(runner.engine.ledger),
        log.entries,
        runner.trips.tally.trades,
        dict(runner.engine.notes.funnel.refusals),
        runner.exchange.drawdown(),
    )


def _books_agree(runner: BacktestRunner) -> None:
    ours, theirs = runner.engine.ledger, runner.exchange.ledger
    for name in ("cash", "position", "cost", "gross", "fees", "funding", "turnover", "whole"):
        assert getattr(ours, name) == getattr(theirs, name), name


def read(path: Path) -> list[Chunk]:
    """Return everything a file holds."""
    return list(MarketFiles.find([path]).chunks())


def cut(chunks: Iterable[Chunk], rng: random.Random | None) -> Iterator[Chunk]:
    """Yield the same rows in pieces of random length; without chance, one by one."""
    for chunk in chunks:
        start = 0
        while start < len(chunk):
            stop = start + (1 if rng is None else rng.choice((1, 2, 7, 100, 3_000)))
            yield chunk.rows(slice(start, stop))
            start = stop
