"""The report of one run, as one frozen value and as JSON for programs.

For people there are `report_text` and `page`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec

from supreme_system_v5.backtest import metrics
from supreme_system_v5.backtest.metrics import CostScenario, Month, Performance
from supreme_system_v5.backtest.results import Costs, Funnel, RunResult
from supreme_system_v5.domain import NS_PER_SECOND, GateCounters
from supreme_system_v5.evidence.verdict import in_sample
from supreme_system_v5.market_data import DataKind

__all__ = ["BacktestReport", "CostShares", "Gaps", "iso", "make_report", "printable", "to_json"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CASH_STEP = Decimal("1e-8")
_FEW_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """Silences longer than 60 seconds between two trades."""

    count: int
    longest_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CostShares:
    """What each kind of cost took of the gross gain, as a fraction; None without a gross gain."""

    fees: float | None
    spread: float | None
    slippage: float | None
    funding: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestReport:
    """What came out of one run; ``docs/backtest.md`` says what each field means.

    Money is in quote currency, exact, and `gross_pnl` - `fees` - `spread` - `slippage` -
    `funding` = `net_pnl`.
    """

    source: str
    data_kind: str
    implementation: str
    gated: bool
    symbol: str
    seed: int | None
    strategy: str
    start: str
    end: str
    bars_1m: int
    initial_cash: Decimal
    gross_pnl: Decimal
    fees: Decimal
    spread: Decimal
    slippage: Decimal
    funding: Decimal
    net_pnl: Decimal
    final_equity: Decimal
    net_return: float
    verdict: str
    turnover: Decimal
    cost_shares: CostShares
    charged: Costs
    charged_bps: float | None
    break_even_bps: float | None
    net_at: tuple[CostScenario, ...]
    trades: int
    wins: int
    losses: int
    win_rate: float | None
    profit_factor: float | None
    expectancy: Decimal | None
    expectancy_bps: float | None
    sqn: float | None
    best_trade: Decimal | None
    worst_trade: Decimal | None
    winning_streak: int
    losing_streak: int
    mean_holding_seconds: float | None
    exposure: float | None
    invested: float | None
    buy_and_hold: float
    buy_and_hold_equal_exposure: float | None
    max_drawdown: float
    max_drawdown_quote: Decimal
    longest_drawdown_seconds: float
    daily: Performance
    months: tuple[Month, ...]
    no_trades_because: str | None
    funnel: Funnel
    gate: GateCounters
    ticks: int
    ticks_per_second: float
    peak_rss_mb: float
    decisions: str
    bad_rows: int
    late: int
    backward: int
    duplicates: int
    gaps: Gaps
    restarts: int
    strategy_errors: tuple[str, ...]
    newest_refusals: tuple[str, ...]
    notes: tuple[str, ...]


def make_report(
    run: RunResult, *, elapsed_ns: int, peak_rss_mb: float, decisions: str = ""
) -> BacktestReport:
    """Put a run into a report.

    Args:
        run: What came out of it.
        elapsed_ns: How long the whole loop took, reading included.
        peak_rss_mb: Largest resident memory of the process, in 2^20 bytes.
        decisions: Hash of every decision, report and amount of money; empty when nobody took it.
    """
    labels, tally, costs, quality = run.labels, run.tally, run.costs, run.quality
    daily = metrics.performance(run.initial_cash, run.daily)
    invested, held = metrics.invested(run), metrics.buy_and_hold(run)
    ticks = run.funnel.ticks
    return BacktestReport(
        source=labels.source,
        data_kind=labels.data_kind.value,
        implementation=labels.implementation,
        gated=labels.gated,
        symbol=labels.symbol,
        seed=labels.seed,
        strategy=labels.strategy,
        start=iso(run.start_ns),
        end=iso(run.end_ns),
        bars_1m=run.bars_1m,
        initial_cash=run.initial_cash,
        gross_pnl=run.gross,
        fees=costs.fees,
        spread=costs.spread,
        slippage=costs.slippage,
        funding=costs.funding,
        net_pnl=run.net,
        final_equity=run.final_equity,
        net_return=metrics.relative_change(run.initial_cash, run.final_equity),
        verdict=in_sample(tally.days).verdict.value,
        turnover=run.turnover,
        cost_shares=CostShares(
            fees=metrics.share(costs.fees, run.gross),
            spread=metrics.share(costs.spread, run.gross),
            slippage=metrics.share(costs.slippage, run.gross),
            funding=metrics.share(costs.funding, run.gross),
        ),
        charged=run.charged,
        charged_bps=metrics.charged_bps(run),
        break_even_bps=metrics.break_even_bps(run),
        net_at=metrics.cost_scenarios(run),
        trades=tally.trades,
        wins=tally.wins,
        losses=tally.losses,
        win_rate=tally.win_rate,
        profit_factor=tally.profit_factor,
        expectancy=tally.expectancy,
        expectancy_bps=metrics.expectancy_bps(run),
        sqn=tally.sqn,
        best_trade=tally.best,
        worst_trade=tally.worst,
        winning_streak=tally.winning_streak,
        losing_streak=tally.losing_streak,
        mean_holding_seconds=_seconds(tally.average_held_ns),
        exposure=metrics.exposure(run),
        invested=invested,
        buy_and_hold=held,
        buy_and_hold_equal_exposure=None if invested is None else invested * held,
        max_drawdown=run.drawdown.fraction,
        max_drawdown_quote=run.drawdown.quote,
        longest_drawdown_seconds=run.drawdown.longest_ns / NS_PER_SECOND,
        daily=daily,
        months=metrics.months(run.initial_cash, run.daily),
        no_trades_because=None if tally.trades else _no_trades_because(run),
        funnel=run.funnel,
        gate=run.gate,
        ticks=ticks,
        ticks_per_second=round(ticks * NS_PER_SECOND / max(elapsed_ns, 1), 1),
        peak_rss_mb=round(peak_rss_mb, 1),
        decisions=decisions,
        bad_rows=quality.bad_rows,
        late=quality.late,
        backward=quality.backward,
        duplicates=quality.duplicates,
        gaps=Gaps(count=quality.gaps, longest_seconds=quality.longest_gap_ns / NS_PER_SECOND),
        restarts=quality.restarts,
        strategy_errors=run.strategy_errors,
        newest_refusals=run.newest_refusals,
        notes=(*_what_the_data_allow(run, daily), *run.notes),
    )


def _no_trades_because(run: RunResult) -> str:
    """Say at which step of the funnel the last signal was lost."""
    funnel = run.funnel
    if run.strategy_errors and not funnel.signals:
        return "the strategy failed; its errors are listed"
    if not funnel.bars:
        return "no bar closed, so the strategy was never asked"
    if not funnel.signals:
        return f"the strategy was asked at {funnel.bars:,} bars and gave no signal"
    lost = f"{funnel.signals:,} signals, {funnel.approved:,} approved, {funnel.filled:,} filled"
    if not funnel.refusals:
        return lost
    reason, count = max(funnel.refusals.items(), key=lambda refusal: refusal[1])
    return f"{lost}; most often: {reason} ({count:,})"


def _what_the_data_allow(run: RunResult, daily: Performance) -> list[str]:
    """Return the notes that follow from the kind and the length of the data alone."""
    notes = []
    if run.labels.data_kind is DataKind.SYNTHETIC:
        notes.append("The market was invented; the result says nothing about any strategy.")
    if run.labels.data_kind is DataKind.LIVE and run.labels.seed is not None:
        notes.append("The exchange was simulated; the result says nothing about any strategy.")
    if run.labels.data_kind is DataKind.BARS:
        notes.append(
            "Bars were walked against the position: the true order inside a bar is unknown."
        )
    if daily.days < _FEW_DAYS:
        days = "1 day" if daily.days == 1 else f"{daily.days} days"
        notes.append(f"{days} of returns: too few for what is given per year to mean much.")
    return notes


def _seconds(duration_ns: int | None) -> float | None:
    return None if duration_ns is None else duration_ns / NS_PER_SECOND


def iso(timestamp_ns: int) -> str:
    """Return a time in UTC, to the millisecond, rounded down.

    >>> iso(1_714_521_600_000_000_000)
    '2024-05-01T00:00:00.000Z'
    """
    time = _EPOCH + timedelta(milliseconds=timestamp_ns // 1_000_000)
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def printable(text: str) -> str:
    r"""Return text that can be encoded, also when it holds a file's name that cannot.

    >>> printable("\udcff.csv")
    '\\udcff.csv'
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def to_json(report: BacktestReport) -> str:
    """Return the report as one line of JSON; decimals as numbers with exactly 8 decimals."""
    return msgspec.json.encode(_plain(report)).decode()


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return msgspec.Raw(f"{value.quantize(_CASH_STEP):f}".encode())
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {printable(name): _plain(each) for name, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    return value
