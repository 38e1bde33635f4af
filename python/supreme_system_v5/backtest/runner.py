"""Drives an analyzer, a strategy and an account over market data.

The order of things, so that a result can be trusted:

- The strategy is asked when a 1-minute bar has closed, before the next trade is known. Its order is
  a market order and fills at the first trade after that, never at one that was already seen.
- An entry fixes the amount of quote currency to spend when it is sent; the quantity follows from
  the price it fills at. Its stop and target are armed when it is sent, so a fill that jumps past
  one of them is closed again at the next trade.
- A stop or target that is hit becomes a market order too, and fills at the trade after the hit.
- Walked bars are the exception: their ticks are no trades one could wait for, and the one after
  the low is the high. A stop hit inside a bar fills at once, at the stop (at the open, if the bar
  opened below it), worse by `Costs.stopped_price`.
- Within one trade, an order under way fills first, then levels are looked at.
- A late trade fills nothing and hits nothing.
- While an order is under way the strategy is not asked.
- The last of walked bars is whole: it closes at the end of the data.
- What is open at the end of the data is closed at the last price, with costs.
- A trade further ahead than the analyzer believes (files of different months) restarts the
  analyzer; account, position, order and levels live on.

Results do not depend on how the data are cut into chunks.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from supreme_system_v5.backtest.account import Account
from supreme_system_v5.backtest.data_quality import DataQuality
from supreme_system_v5.backtest.desk import Desk
from supreme_system_v5.domain import NS_PER_SECOND, Flag, GateCounters
from supreme_system_v5.market_data import TradeChunk
from supreme_system_v5.ports import TickAnalyzer
from supreme_system_v5.strategies import Action, Strategy

__all__ = ["WAKE_ON", "BacktestRunner", "RunResult"]

WAKE_ON = Flag.BAR_1M | Flag.LEVEL | Flag.LATE
"""What the analyzer must answer: ``AnalyzerConfig(wake_on=WAKE_ON)``."""

_MINUTE_NS = 60 * NS_PER_SECOND
_BAR_1M, _LEVEL, _LATE = int(Flag.BAR_1M), int(Flag.LEVEL), int(Flag.LATE)  # plain, so quick


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """Everything counted in one run.

    Attributes:
        desk: Account, trades and drawdown, with nothing open.
        quality: Dropped rows and gaps.
        ticks: Trades handed to the analyzer, late ones included.
        late: Trades that came too late to count.
        bars_1m: Closed 1-minute bars.
        first_price: Price of the first trade; None without trades.
        last_price: Price of the last one that was not late; None without trades.
        gate: The event gate's counters over all restarts.
        mature: Whether the strategy ever saw mature indicators.
        restarts: How often the analyzer was restarted.
        closed_at_end: True if a position was open at the end of the data.
        unfilled_at_end: True if an entry was under way at the end of the data.
    """

    desk: Desk
    quality: DataQuality
    ticks: int
    late: int
    bars_1m: int
    first_price: float | None
    last_price: float | None
    gate: GateCounters
    mature: bool
    restarts: int
    closed_at_end: bool
    unfilled_at_end: bool


class BacktestRunner:
    """One run; `feed` it all chunks in order, then `finish` it.

    Args:
        analyzer: A fresh one, configured with `WAKE_ON`.
        strategy: Asked at each closed 1-minute bar.
        account: A fresh one.
        fraction: Part of the equity that an entry spends, above 0, at most 1.
        walked_bars: The trades are walked 1-minute bars.
    """

    __slots__ = (
        "_analyzer",
        "_bars_1m",
        "_desk",
        "_first_price",
        "_gate",
        "_last_price",
        "_late",
        "_mature",
        "_quality",
        "_restarts",
        "_strategy",
        "_ticks",
        "_walked_bars",
    )

    def __init__(
        self,
        *,
        analyzer: TickAnalyzer,
        strategy: Strategy,
        account: Account,
        fraction: Decimal,
        walked_bars: bool = False,
    ) -> None:
        self._analyzer = analyzer
        self._strategy = strategy
        self._walked_bars = walked_bars
        self._desk = Desk(account, fraction)
        self._quality = DataQuality(analyzer.config.max_gap_seconds)
        self._gate: Counter[str] = Counter()
        self._ticks = 0
        self._late = 0
        self._bars_1m = 0
        self._mature = False
        self._restarts = 0
        self._first_price: float | None = None
        self._last_price: float | None = None

    def feed(self, chunk: TradeChunk) -> None:
        """Run over one chunk."""
        start = 0
        for restart in self._quality.take(chunk):
            self._run(chunk, start, restart)
            self._restart()
            start = restart
        self._run(chunk, start, len(chunk))
        self._ticks += len(chunk)

    def finish(self) -> RunResult:
        """Close what is open and return the result. Nothing may be fed afterwards."""
        if self._walked_bars and self._quality.latest_ns is not None:
            minute_end_ns = (self._quality.latest_ns // _MINUTE_NS + 1) * _MINUTE_NS
            if self._analyzer.watermark(minute_end_ns) & _BAR_1M:
                self._bar_closed()
        self._collect()
        unfilled = self._desk.pending is Action.ENTER
        closed = False
        if self._last_price is not None and self._quality.latest_ns is not None:
            closed = self._desk.close_out(self._last_price, self._quality.latest_ns)
        seen, processed = self._gate.pop("seen", 0), self._gate.pop("processed", 0)
        return RunResult(
            desk=self._desk,
            quality=self._quality,
            ticks=self._ticks,
            late=self._late,
            bars_1m=self._bars_1m,
            first_price=self._first_price,
            last_price=self._last_price,
            gate=GateCounters(
                seen=seen,
                processed=processed,
                skipped=seen - processed,
                skip_ratio=(seen - processed) / seen if seen else 0.0,
                by_reason=dict(self._gate),
            ),
            mature=self._mature,
            restarts=self._restarts,
            closed_at_end=closed,
            unfilled_at_end=unfilled,
        )

    def _run(self, chunk: TradeChunk, index: int, stop: int) -> None:
        """Let the analyzer run from wake-up to wake-up over chunk[index:stop]."""
        columns = (chunk.prices, chunk.sizes, chunk.timestamps_ns, chunk.sides)
        if stop < len(chunk):
            columns = (
                chunk.prices[:stop],
                chunk.sizes[:stop],
                chunk.timestamps_ns[:stop],
                chunk.sides[:stop],
            )
        while index < stop:
            reached, flags = self._analyzer.advance(*columns, index)
            if reached > index:
                late = 1 if flags & _LATE else 0  # then the last of these trades was late
                self._consumed(chunk, index, reached - late)
            if flags & _BAR_1M:
                self._bar_closed()
            if flags & _LEVEL:
                self._level_hit(chunk.prices[reached - 1], chunk.timestamps_ns[reached - 1])
            index = reached

    def _consumed(self, chunk: TradeChunk, index: int, stop: int) -> None:
        """Note that the analyzer took the trades chunk[index:stop]."""
        if stop <= index:
            return
        if self._first_price is None:
            self._first_price = chunk.prices[index]
        self._last_price = chunk.prices[stop - 1]
        if self._desk.pending is not None:
            self._desk.fill(chunk.prices[index], chunk.timestamps_ns[index])
            if self._desk.position is None:
                self._arm()  # an entry that bought nothing must not leave its levels behind

    def _bar_closed(self) -> None:
        view = self._analyzer.timeframe("1m")
        self._bars_1m += 1
        self._mature = self._mature or view.mature
        if view.bar is None:
            return
        self._desk.bar_closed(view.bar.close)
        if self._desk.pending is None:
            signal = self._strategy.decide(view, self._desk.position)
            if signal is not None:
                self._desk.send(signal, view.bar.close)
                self._arm()

    def _level_hit(self, price: float, timestamp_ns: int) -> None:
        target = self._desk.target
        forming = self._analyzer.timeframe("1m").forming if self._walked_bars else None
        if forming is None or (target is not None and price > target):
            self._desk.leave()
        else:
            self._desk.stop_out(forming.open, forming.low, timestamp_ns)
        self._arm()

    def _arm(self) -> None:
        self._analyzer.arm(stop_below=self._desk.stop, limit_above=self._desk.target)

    def _restart(self) -> None:
        self._collect()
        self._analyzer.reset()
        self._arm()
        self._restarts += 1

    def _collect(self) -> None:
        """Add up the counters that the analyzer forgets on a reset."""
        snapshot = self._analyzer.snapshot()
        self._late += snapshot.late
        self._gate.update(seen=snapshot.gate.seen, processed=snapshot.gate.processed)
        self._gate.update(snapshot.gate.by_reason)
