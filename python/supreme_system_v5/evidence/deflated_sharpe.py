"""The deflated Sharpe ratio: the best of many tries, discounted for the tries.

Bailey and Lopez de Prado 2014, "The Deflated Sharpe Ratio: Correcting for Selection Bias, Backtest
Overfitting and Non-Normality", The Journal of Portfolio Management 40(5). Try enough variants that
are worth nothing, and the best of them looks good: with N of them, whose Sharpe ratios have the
variance V, the best is expected at

    SR0 = sqrt(V) * ((1 - g) * Z(1 - 1 / N) + g * Z(1 - 1 / (N * e)))        (g = 0.5772..., Euler)

and an observed ratio SR of T returns with skewness s and kurtosis k is better than that with

    DSR = Phi((SR - SR0) * sqrt(T - 1) / sqrt(1 - s * SR + (k - 1) / 4 * SR^2)).

Ratios are per day, not per year; k of a normal distribution is 3.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from supreme_system_v5.errors import InvalidInputError

__all__ = ["DayStatistics", "day_statistics", "deflated_sharpe", "expected_best"]

_EULER = 0.577_215_664_901_532_9
_FEWEST_DAYS = 3
_EPSILON = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class DayStatistics:
    """What the formula needs of a series of daily returns.

    Attributes:
        days: T, days without trades included.
        sharpe: Mean / sample standard deviation, per day.
        skew: Third standardised moment (population).
        kurtosis: Fourth standardised moment (population), 3 for a normal distribution.
    """

    days: int
    sharpe: float
    skew: float
    kurtosis: float


def day_statistics(returns: Sequence[float]) -> DayStatistics | None:
    """Return the statistics of daily returns of any unit; None below three days or when all equal.

    >>> found = day_statistics([1.0, 2.0, 3.0, 4.0])
    >>> (found.days, round(found.sharpe, 4), found.skew, round(found.kurtosis, 2))
    (4, 1.9365, 0.0, 1.64)
    """
    days = len(returns)
    if days < _FEWEST_DAYS:
        return None
    mean = math.fsum(returns) / days
    away = [each - mean for each in returns]
    squares = math.fsum(each**2 for each in away)
    if squares <= (_EPSILON * max(map(abs, returns))) ** 2 * days:
        return None
    deviation = math.sqrt(squares / days)
    return DayStatistics(
        days=days,
        sharpe=mean / math.sqrt(squares / (days - 1)),
        skew=math.fsum(each**3 for each in away) / days / deviation**3,
        kurtosis=math.fsum(each**4 for each in away) / days / deviation**4,
    )


def expected_best(trials: int, variance: float) -> float:
    """Return SR0, the ratio expected of the best of `trials` variants that are worth nothing.

    Args:
        trials: N, 1 or more; of one try it is 0.
        variance: V of the ratios of the tries, 0 or more.

    Raises:
        InvalidInputError: One is out of its range.
    """
    if trials < 1 or not variance >= 0:
        bound = "1 or more trials with a variance of 0 or more"
        raise InvalidInputError(
            f"trials is {trials} and variance {variance}, allowed is {bound}",
            "trials",
            trials,
            bound,
        )
    if trials == 1:
        return 0.0
    quantile = NormalDist().inv_cdf
    return math.sqrt(variance) * (
        (1 - _EULER) * quantile(1 - 1 / trials) + _EULER * quantile(1 - 1 / (trials * math.e))
    )


def deflated_sharpe(of: DayStatistics, benchmark: float) -> float:
    """Return DSR: the chance, 0 to 1, that the true ratio is above `benchmark`; 1 - it is p.

    Args:
        of: The observed returns.
        benchmark: SR0, from `expected_best`; per day.
    """
    spread = 1 - of.skew * of.sharpe + (of.kurtosis - 1) / 4 * of.sharpe**2
    # k >= 1 + s^2 for every distribution, so that the spread is (1 - s * SR / 2)^2 or more.
    z = (of.sharpe - benchmark) * math.sqrt((of.days - 1) / max(spread, _EPSILON))
    return NormalDist().cdf(z)
