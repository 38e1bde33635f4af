"""A finished run as one value."""

from __future__ import annotations

from decimal import Decimal

from supreme_system_v5.backtest.record_file import RunHead
from supreme_system_v5.backtest.record_text import line_of
from supreme_system_v5.backtest.results import (
    Candle,
    Costs,
    CostTotals,
    Drawdown,
    Funnel,
    Labels,
    Quality,
    RunResult,
)
from supreme_system_v5.backtest.runner import BacktestRunner
from supreme_system_v5.domain import NS_PER_SECOND, Record, Venue, VenueUnits
from supreme_system_v5.errors import DataError
from supreme_system_v5.ports import Ledger

__all__ = ["outcome"]

_MONEY = Decimal("1e-8")
_DAY_NS = 86_400 * NS_PER_SECOND
_FEW_LATE = 100
_NEWEST = 20


def outcome(run: BacktestRunner, labels: Labels, venue: Venue, units: VenueUnits) -> RunResult:
    """Return everything that a finished run says.

    What is left of a position below one lot counts at the last price, in gross and in the equity.

    Raises:
        DataError: If there was nothing to run over.
    """
    head = RunHead(
        strategy=labels.strategy,
        source=labels.source,
        venue=venue.name,
        symbol=labels.symbol,
        price_decimals=units.price_decimals,
        size_decimals=units.size_decimals,
    )
    quality, totals, exchange = run.quality, run.totals, run.exchange
    ledger, last = run.engine.ledger, run.last_price
    start_ns, end_ns = quality.first_ns, quality.latest_ns
    if totals.first_price is None or last is None or start_ns is None or end_ns is None:
        raise DataError(
            f"{labels.source}: not one row to run over "
            f"({quality.bad_rows} bad rows, {quality.duplicates} duplicates) in the time asked for"
        )
    equity = ledger.equity(exchange.last_price)
    fraction, fallen, longest_ns = exchange.drawdown()
    return RunResult(
        labels=labels,
        start_ns=start_ns,
        end_ns=end_ns,
        bars_1m=totals.bars_1m,
        initial_cash=ledger.initial_cash * _MONEY,
        final_equity=equity * _MONEY,
        gross=(ledger.gross + equity - ledger.cash - ledger.cost) * _MONEY,
        costs=CostTotals(
            fees=ledger.fees * _MONEY,
            spread=ledger.spread * _MONEY,
            slippage=ledger.slippage * _MONEY,
            funding=ledger.funding * _MONEY,
        ),
        charged=_charged(venue),
        turnover=ledger.turnover * _MONEY,
        daily=_days(run, end_ns, equity),
        candles=_candles(run, units),
        trades=tuple(run.trips.newest),
        tally=run.trips.tally,
        drawdown=Drawdown(fraction=fraction, quote=fallen * _MONEY, longest_ns=longest_ns),
        in_market_ns=exchange.in_market_ns,
        first_price=Decimal(repr(totals.first_price)),
        last_price=last,
        funnel=_funnel(run),
        gate=totals.gate_counters(),
        quality=Quality(
            bad_rows=quality.bad_rows,
            late=totals.late + quality.late_bars,
            backward=quality.backward,
            duplicates=quality.duplicates,
            gaps=quality.gaps,
            longest_gap_ns=quality.longest_gap_ns,
            restarts=totals.restarts,
        ),
        strategy_errors=tuple(run.engine.strategy_errors),
        newest_refusals=tuple([line_of(record, head) for record in _newest_refusals(run)]),
        notes=tuple(_notes(run, ledger)),
    )


def _charged(venue: Venue) -> Costs:
    return Costs(
        name=venue.name,
        taker_bps=venue.taker_bps,
        maker_bps=venue.maker_bps,
        spread_bps=venue.spread_bps,
        slippage_bps=venue.slippage_bps,
        stop_slippage_bps=venue.stop_slippage_bps,
        funding_bps=venue.funding_bps,
        latency_ms=venue.latency_ms,
    )


def _days(run: BacktestRunner, end_ns: int, equity: int) -> tuple[tuple[int, Decimal], ...]:
    """Return the equity at the end of each day; the last entry is the end of the run.

    Days without data keep the equity of the day before: they have passed all the same.
    """
    known = dict(run.exchange.days())
    first_ns = run.quality.first_ns or 0
    money = run.engine.ledger.initial_cash
    days = []
    for at_ns in range(first_ns - first_ns % _DAY_NS + _DAY_NS, end_ns, _DAY_NS):
        money = known.get(at_ns, money)
        days.append((at_ns, money * _MONEY))
    return (*days, (end_ns, equity * _MONEY))


def _candles(run: BacktestRunner, units: VenueUnits) -> tuple[Candle, ...]:
    scale = float(10**units.price_decimals)
    return tuple(
        Candle(
            open_ns=open_ns,
            open=first / scale,
            high=high / scale,
            low=low / scale,
            close=close / scale,
            equity=money / 1e8,
        )
        for open_ns, first, high, low, close, money in run.exchange.candles()
    )


def _funnel(run: BacktestRunner) -> Funnel:
    counted = run.engine.notes.funnel
    return Funnel(
        ticks=run.totals.ticks,
        significant=run.totals.gate["processed"],
        bars=run.totals.bars_1m,
        signals=counted.signals,
        approved=counted.approved,
        filled=counted.filled,
        refusals=dict(counted.refusals.most_common()),
    )


def _newest_refusals(run: BacktestRunner) -> list[Record]:
    refused = [record for record in run.engine.notes.records if record.kind == "refused"]
    return refused[-_NEWEST:]


def _notes(run: BacktestRunner, ledger: Ledger) -> list[str]:
    notes = []
    if not run.totals.mature:
        notes.append(
            f"Too few 1-minute bars ({run.totals.bars_1m:,}): not all indicators of the 1-minute "
            "timeframe matured."
        )
    if run.closed_at_end:
        notes.append("A position was open at the end of the data and was closed at the last price.")
    if run.unfilled_at_end:
        notes.append("An order to enter was under way at the end of the data and never filled.")
    if ledger.position:
        left = Decimal(ledger.position).scaleb(-12).normalize()
        notes.append(f"Dust of {left:f} base is left; it counts at the last price.")
    if run.totals.restarts:
        times = "1 time" if run.totals.restarts == 1 else f"{run.totals.restarts:,} times"
        notes.append(
            f"The market was begun anew {times}, where the data jump further ahead than is "
            "believed. Time in market counts the time jumped over."
        )
    late = run.totals.late + run.quality.late_bars
    if late * _FEW_LATE > run.totals.ticks or (late and run.totals.restarts):
        notes.append(
            f"{late:,} late rows changed nothing: a clock may have been wrong where the data jump "
            "ahead, or the rows are not in order of time."
        )
    if run.exchange.drawdown()[0] >= 1.0:
        notes.append(
            "THE ACCOUNT WAS BANKRUPT on the way: a venue would have liquidated the position "
            "before; what follows means nothing."
        )
    notes += (f"Bad row: {message}." for message in run.quality.messages)
    if left_out := run.quality.bad_rows - len(run.quality.messages):
        notes.append(f"{left_out} more bad rows.")
    return notes
