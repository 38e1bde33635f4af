"""Means per trade, and how far to trust them: whole days are drawn again, with replacement.

Trades of one day share its market, so they are no independent draws; days are nearly so. A sample
of days is drawn again and again (Efron 1979; in blocks, as Kuensch 1989 does for series), and each
time the mean per trade is the sum over its days / the number of trades on them.

The plain percentile interval is too narrow for few days. It is widened so that it would be the t
interval if the mean were normal: its ends are the quantiles p and 1 - p of the drawn means, with
p = Phi(-sqrt(D / (D - 1)) * t(0.975, D - 1)) and D days (Hesterberg 2015, "What Teachers Should
Know About the Bootstrap", The American Statistician 69(4), section 5.3: the expanded percentile).
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from random import Random
from statistics import NormalDist

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.evidence.trades import DAY_NS

__all__ = [
    "CONFIDENCE",
    "FEWEST_DAYS",
    "RESAMPLES",
    "DaySums",
    "Estimate",
    "estimates",
    "t_quantile",
]

CONFIDENCE = 0.95
"""How often an interval is to hold the true mean."""

FEWEST_DAYS = 5
"""With trades on fewer days there is no interval: four days cannot say how days differ."""

RESAMPLES = 2_000
"""How often days are drawn."""

_POWER = 0.80
_EPSILON = 1e-9


@dataclass(slots=True)
class DaySums:
    """Sums over the trades of each UTC day: a bounded memory for each day, whatever the trades.

    >>> days = DaySums()
    >>> days.add(86_400_000_000_000, 12.5)
    >>> days.add(86_400_000_000_001, -2.5)
    >>> (days.trades, dict(days.by_day()))
    (2, {1: (2, 10.0)})
    """

    _counts: dict[int, int] = field(default_factory=dict, init=False)
    _sums: dict[int, float] = field(default_factory=dict, init=False)

    def add(self, exit_ns: int, net_bps: float) -> None:
        """Count one trade on the day of its exit, nanoseconds UTC."""
        day = exit_ns // DAY_NS
        if day in self._sums:
            self._counts[day] += 1
            self._sums[day] += net_bps
        else:
            self._counts[day] = 1
            self._sums[day] = net_bps

    @property
    def trades(self) -> int:
        """How many were added."""
        return sum(self._counts.values())

    def by_day(self) -> Mapping[int, tuple[int, float]]:
        """Return number and sum of the trades by day since 1970, of the days that had some."""
        return {day: (self._counts[day], total) for day, total in self._sums.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mean per trade, basis points, with its 95 % interval.

    Attributes:
        mean: Over all trades.
        low: Lower end of the interval; None on fewer than `FEWEST_DAYS` days with trades.
        high: Upper end; None likewise.
        standard_error: Of the mean: the deviation of the drawn means * sqrt(D / (D - 1)); None
            likewise.
    """

    mean: float
    low: float | None
    high: float | None
    standard_error: float | None

    @property
    def detectable(self) -> float | None:
        """Smallest true mean that would be noticed at 80 % power, two-sided at 5 %.

        (z(0.975) + z(0.8)) * standard error: 2.80 of them.
        """
        if self.standard_error is None:
            return None
        normal = NormalDist()
        reach = normal.inv_cdf((1 + CONFIDENCE) / 2) + normal.inv_cdf(_POWER)
        return reach * self.standard_error


def estimates(
    counts: Sequence[int],
    columns: Mapping[str, Sequence[float]],
    rng: Random,
    resamples: int = RESAMPLES,
) -> dict[str, Estimate]:
    """Return the mean per trade of each column, with its interval; all from the same drawn days.

    Args:
        counts: Trades on each day, 1 or more; days without trades are left out.
        columns: Sums over the trades of each day, basis points, by name.
        rng: Draws the days.
        resamples: How often, 100 or more; it costs some 0.1 microseconds a day and column.

    Returns:
        By the names of the columns; empty without days.

    Raises:
        InvalidInputError: Columns of another length, a day without trades, or too few resamples.
    """
    _check(counts, columns, resamples)
    if not counts:
        return {}
    days = len(counts)
    means = {name: math.fsum(sums) / sum(counts) for name, sums in columns.items()}
    if days < FEWEST_DAYS:
        return {
            name: Estimate(mean=mean, low=None, high=None, standard_error=None)
            for name, mean in means.items()
        }
    drawn: dict[str, list[float]] = {name: [] for name in columns}
    places = range(days)
    for _ in range(resamples):
        chosen = itemgetter(*rng.choices(places, k=days))
        trades = sum(chosen(counts))
        for name, sums in columns.items():
            drawn[name].append(sum(chosen(sums)) / trades)
    wider = math.sqrt(days / (days - 1))
    tail = NormalDist().cdf(-wider * t_quantile((1 + CONFIDENCE) / 2, days - 1))
    found = {}
    for name, values in drawn.items():
        values.sort()
        found[name] = Estimate(
            mean=means[name],
            low=_quantile(values, tail),
            high=_quantile(values, 1 - tail),
            standard_error=_deviation(values) * wider,
        )
    return found


def _deviation(values: Sequence[float]) -> float:
    """Return the sample standard deviation; rounding alone makes none."""
    found = statistics.stdev(values)
    return found if found > _EPSILON * max(map(abs, values)) else 0.0


def _check(counts: Sequence[int], columns: Mapping[str, Sequence[float]], resamples: int) -> None:
    for name, sums in columns.items():
        if len(sums) != len(counts):
            bound = f"{len(counts)} values, one for each day"
            raise InvalidInputError(
                f"column {name} has {len(sums)} values, allowed is {bound}", name, len(sums), bound
            )
    if (fewest := min(counts, default=1)) < 1:
        bound = "1 or more; leave days without trades out"
        raise InvalidInputError(
            f"a day has {fewest} trades, allowed is {bound}", "counts", fewest, bound
        )
    if resamples < 100:  # noqa: PLR2004 - a quantile of fewer is none
        bound = "100 or more"
        raise InvalidInputError(
            f"resamples is {resamples}, allowed is {bound}", "resamples", resamples, bound
        )


def _quantile(ordered: Sequence[float], part: float) -> float:
    """Return the quantile by linear interpolation (type 7 of Hyndman and Fan 1996)."""
    place = part * (len(ordered) - 1)
    below = min(int(place), len(ordered) - 2)
    step = ordered[below + 1] - ordered[below]
    return ordered[below] + step * (place - below)


def t_quantile(part: float, degrees: int) -> float:
    """Return a quantile of Student's t, for 4 degrees of freedom and more.

    The expansion of Abramowitz and Stegun 26.7.5, good to 0.001 for the parts used here.

    >>> round(t_quantile(0.975, 10), 3)
    2.228
    """
    z = NormalDist().inv_cdf(part)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1_482 * z**5 - 1_920 * z**3 - 945 * z) / 92_160,
    )
    return z + math.fsum(term / float(degrees) ** power for power, term in enumerate(terms, 1))
