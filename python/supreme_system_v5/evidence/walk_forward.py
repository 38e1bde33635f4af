"""Periods of the data, and parameters that are chosen from the past alone.

At the begin of each period the variant with the best net mean over all trades that ended before it
is chosen, and what that variant does in the period is out of sample (Pardo 1992, "Design, Testing
and Optimization of Trading Systems", with a window that grows).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.evidence.trades import DAY_NS, TradeRecord, mean_net_bps

__all__ = ["PERIOD_DAYS", "Period", "Step", "WalkForward", "split", "walk_forward"]

PERIOD_DAYS = 14
"""Shortest period into which a stretch is split; a shorter stretch is one period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A part of the data.

    Attributes:
        start_ns: Where it begins, nanoseconds UTC.
        end_ns: Where it ends; this belongs to it no more.
    """

    start_ns: int
    end_ns: int

    @property
    def days(self) -> range:
        """The UTC days since 1970 that it touches."""
        return range(self.start_ns // DAY_NS, (self.end_ns - 1) // DAY_NS + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One period of the walk.

    Attributes:
        period: Which.
        variant: The one that was traded in it; None in a first one that only served for choosing.
        trades: What it did: those entered in the period, in order of their exits.
    """

    period: Period
    variant: int | None
    trades: tuple[TradeRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkForward:
    """All periods.

    Attributes:
        steps: In order of time.
    """

    steps: tuple[Step, ...]

    @property
    def judged(self) -> tuple[Step, ...]:
        """Those out of sample."""
        return tuple(step for step in self.steps if step.variant is not None)

    @property
    def trades(self) -> tuple[TradeRecord, ...]:
        """All trades out of sample, in order of the periods."""
        return tuple(trade for step in self.judged for trade in step.trades)


def split(first_ns: int, end_ns: int, days: int = PERIOD_DAYS) -> tuple[Period, ...]:
    """Split a stretch at midnights UTC into as many even periods of `days` or more as it holds.

    Args:
        first_ns: Where the stretch begins, nanoseconds UTC.
        end_ns: Where it ends, above `first_ns`.
        days: Shortest period, 1 or more; incomplete first and last days count.

    Raises:
        InvalidInputError: The stretch has no length, or `days` is below 1.

    >>> [len(each.days) for each in split(0, 31 * 86_400_000_000_000)]
    [15, 16]
    """
    if end_ns <= first_ns or days < 1:
        bound = "a stretch with a length, in periods of 1 day or more"
        raise InvalidInputError(
            f"a stretch from {first_ns} to {end_ns} in periods of {days} days; allowed is {bound}",
            "end_ns",
            end_ns,
            bound,
        )
    first, last = first_ns // DAY_NS, (end_ns - 1) // DAY_NS + 1
    parts = max(1, (last - first) // days)
    cuts = [(first + (last - first) * part // parts) * DAY_NS for part in range(1, parts)]
    return tuple(
        Period(start_ns=start, end_ns=end) for start, end in pairwise([first_ns, *cuts, end_ns])
    )


def walk_forward(
    variants: Sequence[Sequence[TradeRecord]], periods: Sequence[Period]
) -> WalkForward:
    """Walk over the periods with the variants of a strategy.

    Args:
        variants: The trades of each over all the data, each entered in one of the periods; the
            first one is taken where others are no better.
        periods: In order of time, none reaching into another.

    Returns:
        With one variant, every period is out of sample: nothing was chosen. With several, the
        first period only serves for choosing.
    """
    starts = [period.start_ns for period in periods]
    entered: list[list[list[TradeRecord]]] = [[[] for _ in periods] for _ in variants]
    for of_periods, trades in zip(entered, variants, strict=True):
        for trade in sorted(trades, key=lambda each: each.exit_ns):
            of_periods[max(bisect_right(starts, trade.entry_ns) - 1, 0)].append(trade)
    steps = []
    for number, period in enumerate(periods):
        chosen: int | None = 0
        if len(variants) > 1:
            chosen = _best(variants, period.start_ns) if number else None
        trades = () if chosen is None else tuple(entered[chosen][number])
        steps.append(Step(period=period, variant=chosen, trades=trades))
    return WalkForward(steps=tuple(steps))


def _best(variants: Sequence[Sequence[TradeRecord]], before_ns: int) -> int:
    """Return the variant with the best net mean of the trades that ended before a time."""
    best, best_mean = 0, None
    for number, trades in enumerate(variants):
        mean = mean_net_bps(trade for trade in trades if trade.exit_ns < before_ns)
        if mean is not None and (best_mean is None or mean > best_mean):
            best, best_mean = number, mean
    return best
