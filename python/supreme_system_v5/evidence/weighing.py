"""From the trades of all variants of a strategy to the report: everything that is computed."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from supreme_system_v5.evidence.bootstrap import estimates
from supreme_system_v5.evidence.calibration import Calibration, calibrate
from supreme_system_v5.evidence.deflated_sharpe import (
    DayStatistics,
    day_statistics,
    deflated_sharpe,
    expected_best,
)
from supreme_system_v5.evidence.random_entries import DRAWS, MinuteBars, random_entries
from supreme_system_v5.evidence.report import (
    CostStep,
    Deflated,
    EvidenceReport,
    Holding,
    Labels,
    PeriodReport,
    Sample,
    Tries,
    VariantReport,
)
from supreme_system_v5.evidence.trades import DAY_NS, TradeRecord, mean_net_bps
from supreme_system_v5.evidence.verdict import Judged, judge
from supreme_system_v5.evidence.walk_forward import Period, Step, WalkForward, walk_forward

__all__ = [
    "Material",
    "Variant",
    "daily_sums",
    "deflate",
    "holding",
    "market_returns",
    "sample_of",
    "weigh",
]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BPS = 10_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A strategy with some parameters, run over all the data.

    Attributes:
        name: Its parameters, for people.
        trades: In order of their exits.
        observed: Statistics of its daily sums of net basis points; None where there are none.
    """

    name: str
    trades: Sequence[TradeRecord]
    observed: DayStatistics | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What is weighed.

    Attributes:
        labels: What it is about.
        variants: The given parameters first.
        stretches: The minutes of the data, one for each stretch that was run by itself.
        periods: Of all stretches, in order of time.
        days: UTC days since 1970 that have data, rising.
        tries: What the register knows.
        costs_bps: Costs per side at which the trades are looked at again.
        strategy_errors: What the strategy raised.
        notes: What a reader must know besides.
    """

    labels: Labels
    variants: Sequence[Variant]
    stretches: Sequence[MinuteBars]
    periods: Sequence[Period]
    days: Sequence[int]
    tries: Tries
    costs_bps: Sequence[float]
    strategy_errors: Sequence[str] = ()
    notes: Sequence[str] = ()


def weigh(
    material: Material,
    rng: Random,
    draws: int = DRAWS,
) -> EvidenceReport:
    """Walk forward, compare with chance and the market, and judge.

    Where the walk leaves no period to judge (one period, several variants), the trades of the given
    parameters over all the data are looked at instead, and called in sample.

    Args:
        material: What is weighed.
        rng: Draws days and bars.
        draws: Of random entries.
    """
    variants = material.variants
    walk = walk_forward([variant.trades for variant in variants], material.periods)
    judged, days = tuple(variants[0].trades), list(material.days)
    if walk.judged:
        judged = walk.trades
        inside = {day for step in walk.judged for day in step.period.days}
        days = [day for day in days if day in inside]
    sample = sample_of(judged, len(days), material.costs_bps, rng)
    deflated = deflate(day_statistics(daily_sums(judged, days)), material.tries)
    means = [mean_net_bps(step.trades) for step in walk.judged]
    judgement = judge(
        Judged(
            net=sample.net,
            trades=sample.trades,
            out_of_sample=bool(walk.judged),
            period_means=means,
            p=None if deflated is None else deflated.p,
            counted=material.tries.counted,
            sound=not material.strategy_errors,
        )
    )
    gained = sample.net is not None and sample.net.mean > 0
    return EvidenceReport(
        judgement=judgement,
        labels=material.labels,
        out_of_sample=bool(walk.judged),
        fixed=len(variants) == 1,
        judged=sample,
        given=sample_of(variants[0].trades, len(material.days), material.costs_bps, rng),
        periods=_periods(walk, [variant.name for variant in variants]),
        agreeing=sum(bool(mean) and (mean > 0) == gained for mean in means if mean is not None),
        variants=tuple(map(_variant, variants)),
        tries=material.tries,
        deflated=deflated,
        random=random_entries(judged, material.stretches, rng, draws),
        holding=holding(walk.judged, market_returns(walk.judged, material.stretches)),
        calibration=_calibration(judged),
        strategy_errors=tuple(material.strategy_errors),
        notes=tuple(material.notes),
    )


def sample_of(
    trades: Sequence[TradeRecord], days: int, costs_bps: Sequence[float], rng: Random
) -> Sample:
    """Return what some trades say, at the venue's costs and at others per side.

    Args:
        trades: Some.
        days: UTC days of the data.
        costs_bps: All-in costs per side.
        rng: Draws days.
    """
    by_day: dict[int, list[TradeRecord]] = {}
    for trade in trades:
        by_day.setdefault(trade.exit_ns // DAY_NS, []).append(trade)
    groups = [by_day[day] for day in sorted(by_day)]
    columns = {
        "gross": [math.fsum(trade.gross_bps for trade in group) for group in groups],
        "net": [math.fsum(trade.net_bps for trade in group) for group in groups],
    }
    for bps in costs_bps:
        columns[f"{bps}"] = [math.fsum(trade.net_at(bps) for trade in group) for group in groups]
    found = estimates([len(group) for group in groups], columns, rng)
    turnover = math.fsum(trade.turnover for trade in trades)
    funding = math.fsum(trade.funding_bps for trade in trades)
    gross, net = math.fsum(columns["gross"]), math.fsum(columns["net"])
    return Sample(
        trades=len(trades),
        days=days,
        gross=found.get("gross"),
        net=found.get("net"),
        net_at=tuple(CostStep(bps=bps, net=found[f"{bps}"]) for bps in costs_bps if found),
        break_even_bps=(gross - funding) / turnover if turnover else None,
        charged_bps=(gross - net - funding) / turnover if turnover else None,
    )


def daily_sums(trades: Sequence[TradeRecord], days: Sequence[int]) -> list[float]:
    """Return the sum of net basis points that ended on each day, 0 on days without trades.

    Args:
        trades: Some; one that ended on another day counts on the last of `days` before it, or else
            on the first.
        days: UTC days since 1970, rising.
    """
    sums: list[list[float]] = [[] for _ in days]
    for trade in trades:
        place = bisect_right(days, trade.exit_ns // DAY_NS) - 1
        sums[max(place, 0)].append(trade.net_bps)
    return [math.fsum(values) for values in sums]


def deflate(observed: DayStatistics | None, tries: Tries) -> Deflated | None:
    """Return the deflated Sharpe ratio; None without one.

    V is at least 1 / (T - 1), that of ratios over T days of strategies that are worth nothing:
    variants that resemble each other vary less, but then N of them tell of no search either.
    """
    if observed is None:
        return None
    variance = max(tries.variance or 0.0, 1 / (observed.days - 1))
    benchmark = expected_best(tries.variants, variance)
    return Deflated(
        observed=observed,
        variants=tries.variants,
        variance=variance,
        benchmark=benchmark,
        p=1 - deflated_sharpe(observed, benchmark),
    )


def market_returns(steps: Sequence[Step], stretches: Sequence[MinuteBars]) -> list[float]:
    """Return last close / first open - 1 of the period of each step, 0 where there is no bar."""
    returns = []
    for step in steps:
        change = 0.0
        for bars in stretches:
            first = bisect_left(bars.times_ns, step.period.start_ns)
            last = bisect_left(bars.times_ns, step.period.end_ns) - 1
            if first <= last:
                change = bars.closes[last] / bars.opens[first] - 1
        returns.append(change)
    return returns


def holding(steps: Sequence[Step], returns: Sequence[float]) -> Holding | None:
    """Return what holding brought at the exposure of the trades, period by period.

    Args:
        steps: The judged ones; None comes back without any.
        returns: Of the market in the period of each, from `market_returns`.
    """
    if not steps:
        return None
    lengths = [step.period.end_ns - step.period.start_ns for step in steps]
    signed = [sum(t.side * (t.exit_ns - t.entry_ns) for t in step.trades) for step in steps]
    held = math.fsum(
        time / length * change
        for time, length, change in zip(signed, lengths, returns, strict=True)
    )
    trades = sum(len(step.trades) for step in steps)
    return Holding(
        exposure=sum(signed) / sum(lengths),
        market_bps=math.fsum(returns) * _BPS,
        held_bps=held * _BPS,
        per_trade_bps=held * _BPS / trades if trades else None,
    )


def _periods(walk: WalkForward, names: Sequence[str]) -> tuple[PeriodReport, ...]:
    return tuple(
        PeriodReport(
            start=_date(step.period.days[0]),
            end=_date(step.period.days[-1]),
            variant=None if step.variant is None else names[step.variant],
            trades=len(step.trades),
            net_bps=mean_net_bps(step.trades),
        )
        for step in walk.steps
    )


def _date(day: int) -> str:
    return (_EPOCH + timedelta(days=day)).date().isoformat()


def _variant(variant: Variant) -> VariantReport:
    return VariantReport(
        parameters=variant.name,
        trades=len(variant.trades),
        net_bps=mean_net_bps(variant.trades),
        daily_sharpe=None if variant.observed is None else variant.observed.sharpe,
    )


def _calibration(trades: Sequence[TradeRecord]) -> Calibration | None:
    pairs = [(t.confidence, t.net_bps > 0) for t in trades if t.confidence is not None]
    return calibrate([stated for stated, _ in pairs], [won for _, won in pairs])
