"""Drives an engine and a paper exchange over data: a file's, or what a live feed tells.

The engine decides, the exchange fills; this only carries what the one says to the other, in the
order of ``docs/definitions.md`` and ``docs/trading.md``. Results do not depend on how the data are
cut into chunks. A trade further ahead than the analyzer believes (files of different months)
restarts the engine's market; account, position and orders live on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from supreme_system_v5.backtest.data_quality import DataQuality
from supreme_system_v5.backtest.decision_log import EntryLog
from supreme_system_v5.backtest.trips import TripBook
from supreme_system_v5.domain import (
    Action,
    Cancel,
    Event,
    ExchangeFlow,
    Flag,
    GateCounters,
    Headline,
    OrderUpdate,
    Origin,
    Record,
    Report,
    Submit,
    Transfer,
)
from supreme_system_v5.engine import TradingEngine
from supreme_system_v5.market_data import BarChunk, TradeChunk
from supreme_system_v5.ports import PaperExchange, TickAnalyzer

__all__ = ["BacktestRunner", "MarketTotals"]

_ORDER = int(Flag.ORDER)
_MINUTE_NS = 60 * 10**9

_Columns = TypeVar("_Columns")
_Advance = Callable[[_Columns, int, PaperExchange | None], tuple[int, int, tuple[Action, ...]]]


@dataclass(slots=True)
class MarketTotals:
    """What the market showed, over all restarts.

    Attributes:
        ticks: Trades (or bars) handed to the engine.
        late: Those that came too late to count.
        bars_1m: Closed 1-minute bars.
        first_price: Price of the first trade; None before it.
        mature: Whether all 1-minute indicators ever were mature.
        restarts: How often the market was begun anew.
        gate: Counters of the event gate, by name and reason.
    """

    ticks: int = 0
    late: int = 0
    bars_1m: int = 0
    first_price: float | None = None
    mature: bool = False
    restarts: int = 0
    gate: Counter[str] = field(default_factory=Counter)

    def gate_counters(self) -> GateCounters:
        """Return the gate's counters as one value."""
        reasons = {name: n for name, n in self.gate.items() if name not in ("seen", "processed")}
        seen, processed = self.gate["seen"], self.gate["processed"]
        return GateCounters(
            seen=seen,
            processed=processed,
            skipped=seen - processed,
            skip_ratio=(seen - processed) / seen if seen else 0.0,
            by_reason=reasons,
        )


class BacktestRunner:
    """One run; `feed` it all chunks in order, then `finish` it.

    Args:
        origin: Who the run is about.
        engine: A fresh one.
        market: The engine's analyzer, to count by.
        exchange: A fresh one, on the same grids.
        trips: Takes what the exchange ends.
        log: Takes every decision; None for nobody.
        on_record: Told every record of the engine; None for nobody.
        items: Headlines, transfers and flows about `origin`, in order of `receive_ns`.

    Attributes:
        engine: The same.
        market: The same.
        exchange: The same.
        trips: The same.
        quality: Dropped rows and gaps.
        totals: What the market showed.
        items_told: How many items the engine was told, by who judges them: ``news``, ``whales``.
        items_after: Of how many nobody was told, since they were received after the last row;
            known once it is finished.
        unfilled_at_end: True if an entry was under way at the end of the data.
        closed_at_end: True if a position was open at the end of the data.
    """

    def __init__(
        self,
        *,
        origin: Origin,
        engine: TradingEngine,
        market: TickAnalyzer,
        exchange: PaperExchange,
        trips: TripBook,
        log: EntryLog | None = None,
        on_record: Callable[[Record], None] | None = None,
        items: Iterable[Headline | Transfer | ExchangeFlow] = (),
    ) -> None:
        self.items_told: Counter[str] = Counter()
        self.items_after: Counter[str] = Counter()
        self._items = iter(items)
        self._item = next(self._items, None)
        self._on_record = on_record
        self._told = 0
        self._origin = origin
        self.market = market
        self._log = log
        self._fills = 0
        self._history = 0
        self.engine = engine
        self.exchange = exchange
        self.trips = trips
        self.quality = DataQuality(market.config.max_gap_seconds)
        self.totals = MarketTotals()
        self.unfilled_at_end = False
        self.closed_at_end = False

    def feed(self, chunk: TradeChunk | BarChunk) -> None:
        """Run over one chunk."""
        if self._item is not None and len(chunk):
            self._tell_items(chunk)
        start = 0
        for restart in self.quality.take(chunk):
            self._run(chunk, start, restart)
            self._restart()
            start = restart
        self._run(chunk, start, len(chunk))
        self.totals.ticks += len(chunk)

    def warm_up(self, chunk: BarChunk) -> None:
        """Let everybody learn from bars of the past, before anything is fed; nobody trades.

        They are no bars of the run, and are not counted.
        """
        prices = (chunk.opens, chunk.highs, chunk.lows, chunk.closes)
        self.engine.warm_up((*prices, chunk.volumes, chunk.timestamps_ns))
        self._history = int(self.market.read("closed") or 0)

    def tell(self, event: Event) -> None:
        """Tell the engine something that is no trade and no bar, and carry out what it answers."""
        if actions := self.engine.on_event(event):
            self._perform(actions)
        if self._on_record is not None:
            self._tell_records(self._on_record)

    def finish(self) -> None:
        """Close what is open. Nothing may be fed afterwards."""
        self._collect()
        while self._item is not None:
            self._next_item(self.items_after)
        self.unfilled_at_end = self.engine.waiting_to_enter
        self.closed_at_end = bool(self.engine.ledger.whole)
        self.exchange.close_out()
        self._deliver()
        if self._on_record is not None:
            self._tell_records(self._on_record)

    @property
    def last_price(self) -> Decimal | None:
        """Price of the last trade that was not late; None before the first."""
        units = self.exchange.last_price
        decimals = 8 if (at := self.market.config.instrument) is None else at.price_decimals
        return Decimal(units).scaleb(-decimals) if units else None

    def _run(self, chunk: TradeChunk | BarChunk, index: int, stop: int) -> None:
        """Go from wake-up to wake-up over chunk[index:stop]."""
        if index == stop:
            return
        if stop < len(chunk):
            chunk = chunk.rows(slice(stop))
        if isinstance(chunk, TradeChunk):
            first = chunk.prices[index]
            trades = (chunk.prices, chunk.sizes, chunk.timestamps_ns, chunk.sides)
            self._go(self.engine.advance, trades, index)
        else:
            first = chunk.opens[index]
            prices = (chunk.opens, chunk.highs, chunk.lows, chunk.closes)
            self._go(self.engine.advance_bars, (*prices, chunk.volumes, chunk.timestamps_ns), index)
        if self.totals.first_price is None:
            self.totals.first_price = first

    def _go(self, advance: _Advance[_Columns], columns: _Columns, index: int) -> None:
        exchange, flags = self.exchange, -1
        while flags:
            index, flags, actions = advance(columns, index, exchange)
            if actions:
                self._perform(actions)
            if flags & _ORDER:
                self._deliver()
            if self._on_record is not None:
                self._tell_records(self._on_record)

    def _perform(self, actions: tuple[Action, ...]) -> None:
        for action in actions:
            if self._log is not None:
                self._log.add(action)
            if isinstance(action, Submit):
                self.trips.sent(action)
                self.exchange.submit(
                    action.number,
                    action.side,
                    action.kind,
                    action.quantity,
                    action.event_ns,
                    price=action.price,
                    reduce_only=action.reduce_only,
                    stop=action.stop,
                    target=action.target,
                    trail=action.trail,
                )
            elif isinstance(action, Cancel):
                self.exchange.cancel(action.number, action.event_ns)

    def _deliver(self) -> None:
        """Tell the engine what the exchange reports."""
        for report in self.exchange.take_reports():
            if self._log is not None:
                self._log.add(report)
            if report.trip is not None:
                self.trips.add(report, report.trip)
            if actions := self.engine.on_event(self._update(report)):
                self._perform(actions)

    def _tell_items(self, chunk: TradeChunk | BarChunk) -> None:
        """Tell what was received before the last row became known.

        The engine keeps each item back until the market is later, wherever in the chunk that is.
        """
        known_ns = max(chunk.timestamps_ns) + (_MINUTE_NS if isinstance(chunk, BarChunk) else 0)
        while self._item is not None and self._item.receive_ns < known_ns:
            self.engine.on_event(self._item)
            self._next_item(self.items_told)

    def _next_item(self, counted: Counter[str]) -> None:
        counted["news" if isinstance(self._item, Headline) else "whales"] += 1
        self._item = next(self._items, None)

    def _tell_records(self, on_record: Callable[[Record], None]) -> None:
        notes = self.engine.notes
        if notes.added == self._told:
            return
        for record in notes.since(self._told):
            on_record(record)
        self._told = notes.added

    def _update(self, report: Report) -> OrderUpdate:
        fill_id = ""
        if report.side:
            self._fills += 1
            fill_id = str(self._fills)
        return OrderUpdate(
            origin=self._origin,
            seq=self.engine.seq + 1,
            event_ns=report.event_ns,
            receive_ns=report.event_ns,
            report=report,
            fill_id=fill_id,
        )

    def _restart(self) -> None:
        self._collect()
        self._perform(self.engine.restart())
        self.totals.restarts += 1

    def _collect(self) -> None:
        """Add up the counters that the market forgets at a restart."""
        snapshot = self.market.snapshot()
        minutes = snapshot.timeframes["1m"]
        self.totals.late += snapshot.late
        self.totals.bars_1m += minutes.closed - self._history
        self._history = 0
        self.totals.mature |= minutes.mature
        self.totals.gate.update(seen=snapshot.gate.seen, processed=snapshot.gate.processed)
        self.totals.gate.update(snapshot.gate.by_reason)
