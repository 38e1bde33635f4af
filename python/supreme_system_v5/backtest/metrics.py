"""What the numbers of a finished run mean, each by a formula that is written here.

Where a number has no meaning it is None, never 0: no Sharpe ratio of one day, no win rate without
trades, no exposure of a run without length. Statistics over days take one return for each UTC day
of the run, also where its first and last are not whole, and count 365 days in a year, because the
market never closes; the risk-free rate is 0, because the cash of this run earns nothing. They are
floats, money is exact. Where `empyrical-reloaded` defines the same number, ours is equal to it.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext

from supreme_system_v5.backtest.results import CostTotals, RunResult

__all__ = [
    "COST_STEPS_BPS",
    "DAYS_PER_YEAR",
    "CostScenario",
    "Month",
    "Performance",
    "break_even_bps",
    "buy_and_hold",
    "charged_bps",
    "cost_scenarios",
    "daily_returns",
    "expectancy_bps",
    "exposure",
    "invested",
    "months",
    "performance",
    "relative_change",
    "share",
    "underwater",
]

DAYS_PER_YEAR = 365
"""Days in a year of a market that never closes."""

COST_STEPS_BPS = (Decimal(0), Decimal(2), Decimal(5), Decimal(10))
"""All-in costs per side at which the trades of a run are looked at again, basis points."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BPS = Decimal(10_000)
_CASH_STEP = Decimal("1e-8")
_EXACT = Context(prec=100, rounding=ROUND_HALF_EVEN)


def relative_change(first: Decimal, last: Decimal) -> float:
    """Return how much larger `last` is than `first`, as a fraction of `first`, which is above 0."""
    return float((last - first) / first)


def share(part: Decimal, whole: Decimal) -> float | None:
    """Return `part` / `whole`; None unless `whole` is above 0: a loss has no shares."""
    return float(part / whole) if whole > 0 else None


# --- over days -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """How the equity went from day to day; r are the daily returns, n their number.

    Ratios are over a year (see `DAYS_PER_YEAR`), except `omega`. Those that need a deviation are
    None below two days.

    Attributes:
        days: n.
        cagr: Compound annual growth rate, prod(1 + r) ** (365 / n) - 1. None without days, when
            more than everything was lost, and when it is beyond the range of a double.
        volatility: Sample standard deviation of r * sqrt(365).
        sharpe: mean(r) / sample standard deviation(r) * sqrt(365) (Sharpe 1994). None when all r
            are equal.
        sortino: mean(r) / sqrt(mean(min(r, 0)^2)) * sqrt(365) (Sortino and Price 1994, target 0).
            None without a losing day.
        calmar: cagr / max_drawdown (Young 1991). None without a drawdown.
        omega: Sum of gains / sum of losses of r (Keating and Shadwick 2002, threshold 0). None
            without a losing day.
        max_drawdown: Deepest fall of the equity at the ends of days, as a fraction of the highest
            before it (the initial cash included), 0 or more. None without days.
        best_day: Largest r; None without days.
        worst_day: Smallest r; None without days.
    """

    days: int
    cagr: float | None
    volatility: float | None
    sharpe: float | None
    sortino: float | None
    calmar: float | None
    omega: float | None
    max_drawdown: float | None
    best_day: float | None
    worst_day: float | None


def daily_returns(initial: Decimal, daily: Sequence[tuple[int, Decimal]]) -> tuple[float, ...]:
    """Return the change of each day, as a fraction of the equity at the end of the day before.

    Args:
        initial: Equity before the first day, above 0.
        daily: End of each day and the equity there. After a day that ends at or below 0 there is
            nothing left to gain on, so the returns end with it.
    """
    returns = []
    before = initial
    for _, equity in daily:
        if before <= 0:
            break
        returns.append(relative_change(before, equity))
        before = equity
    return tuple(returns)


def underwater(initial: float, equities: Sequence[float]) -> tuple[float, ...]:
    """Return how far each equity is below the highest so far, as a fraction of it, 0 or less."""
    falls, peak = [], initial
    for equity in equities:
        peak = max(peak, equity)
        falls.append((equity - peak) / peak)
    return tuple(falls)


def performance(initial: Decimal, daily: Sequence[tuple[int, Decimal]]) -> Performance:
    """Return the statistics over days; for the arguments see `daily_returns`."""
    returns = daily_returns(initial, daily)
    equities = [float(equity) for _, equity in daily[: len(returns)]]
    fallen = abs(min(underwater(float(initial), equities), default=0.0))
    cagr = _cagr(float(initial), equities)
    mean = math.fsum(returns) / len(returns) if returns else 0.0
    several = len(returns) > 1
    deviation = statistics.stdev(returns) if several else 0.0
    lost = -math.fsum(min(r, 0.0) for r in returns) if several else 0.0
    downside = math.sqrt(math.fsum(min(r, 0.0) ** 2 for r in returns) / max(len(returns), 1))
    year = math.sqrt(DAYS_PER_YEAR)
    return Performance(
        days=len(returns),
        cagr=cagr,
        volatility=deviation * year if several else None,
        sharpe=mean / deviation * year if deviation else None,
        sortino=mean / downside * year if several and downside else None,
        calmar=cagr / fallen if cagr is not None and fallen else None,
        omega=math.fsum(max(r, 0.0) for r in returns) / lost if lost else None,
        max_drawdown=fallen if returns else None,
        best_day=max(returns, default=None),
        worst_day=min(returns, default=None),
    )


def _cagr(initial: float, equities: Sequence[float]) -> float | None:
    if not equities or equities[-1] < 0:
        return None
    try:
        growth: float = (equities[-1] / initial) ** (DAYS_PER_YEAR / len(equities))
    except OverflowError:
        return None
    return growth - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The change of the equity over one calendar month, or over the part of it that was run.

    Attributes:
        year: UTC.
        month: 1 to 12.
        change: As a fraction of the equity at the end of the month before.
    """

    year: int
    month: int
    change: float


def months(initial: Decimal, daily: Sequence[tuple[int, Decimal]]) -> tuple[Month, ...]:
    """Return the change of each month that has a day; for the arguments see `daily_returns`."""
    ends: dict[tuple[int, int], Decimal] = {}
    for end_ns, equity in daily:
        # The end of a day is the beginning of the next one; a moment before, it is still this one.
        day = _EPOCH + timedelta(microseconds=(end_ns - 1) // 1_000)
        ends[day.year, day.month] = equity
    changes = daily_returns(initial, [(0, equity) for equity in ends.values()])
    return tuple(
        Month(year=year, month=month, change=change)
        for (year, month), change in zip(ends, changes, strict=False)
    )


# --- against the market --------------------------------------------------------------------------


def exposure(run: RunResult) -> float | None:
    """Return the part of the time with an open position, 0 to 1; None if no time passed."""
    length_ns = run.end_ns - run.start_ns
    return run.in_market_ns / length_ns if length_ns > 0 else None


def invested(run: RunResult) -> float | None:
    """Return the mean invested fraction of the equity, over the whole run; shorts count below 0.

    It is the time in market and the size of the positions in one number:

        sum over trades of (value at the entry price * holding time, minus for a short)
        / (length of the run * mean equity at the ends of the candles)

    None if no time passed, or if the mean equity is not above 0.
    """
    length_ns = run.end_ns - run.start_ns
    equities = [candle.equity for candle in run.candles] or [float(run.initial_cash)]
    mean_equity = math.fsum(equities) / len(equities)
    if length_ns <= 0 or mean_equity <= 0:
        return None
    return float(run.tally.signed_value_ns) / length_ns / mean_equity


def buy_and_hold(run: RunResult) -> float:
    """Return last price / first price - 1: what holding brought with all the money, without costs.

    Times `invested` it is buy-and-hold at equal exposure: holding, all the time, the position that
    the run had on average. A run that has a tenth of its money in the market for half of the time
    can neither gain nor lose what all the money would; against holding a twentieth, what remains
    is due to when it was in, and to its costs.
    """
    return relative_change(run.first_price, run.last_price)


# --- costs ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CostScenario:
    """The same trades at another price of trading.

    Attributes:
        bps: All-in cost per side: fee, half spread and slippage, of the value of each fill.
        net: Result of the run at that, quote currency.
    """

    bps: Decimal
    net: Decimal


def cost_scenarios(run: RunResult) -> tuple[CostScenario, ...]:
    """Return gross - turnover * bps / 10 000 - funding as it was, for each of `COST_STEPS_BPS`.

    The trades stay as they are: a strategy that looks at its costs would have traded otherwise.
    """
    with localcontext(_EXACT):
        return tuple(
            CostScenario(
                bps=bps,
                net=(run.gross - run.turnover * bps / _BPS - run.costs.funding).quantize(
                    _CASH_STEP
                ),
            )
            for bps in COST_STEPS_BPS
        )


def charged_bps(run: RunResult) -> float | None:
    """Return what fees, spread and slippage were per side: their sum / turnover * 10 000.

    None without turnover.
    """
    return _bps_of_turnover(_traded(run.costs), run)


def break_even_bps(run: RunResult) -> float | None:
    """Return the all-in cost per side at which the run earns 0: (gross - funding) / turnover * 1e4.

    Below 0 when the trades lose before any cost; None without turnover.
    """
    return _bps_of_turnover(run.gross - run.costs.funding, run)


def expectancy_bps(run: RunResult) -> float | None:
    """Return the net result of the trades / turnover * 10 000; None without turnover."""
    return _bps_of_turnover(run.tally.net, run)


def _traded(costs: CostTotals) -> Decimal:
    return costs.fees + costs.spread + costs.slippage


def _bps_of_turnover(amount: Decimal, run: RunResult) -> float | None:
    return float(amount / run.turnover * _BPS) if run.turnover > 0 else None
