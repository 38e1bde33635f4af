from __future__ import annotations

import math
import statistics
from random import Random

import pytest

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.evidence.deflated_sharpe import (
    DayStatistics,
    day_statistics,
    deflated_sharpe,
    expected_best,
)

PAPER = DayStatistics(days=1_250, sharpe=2.5 / math.sqrt(250), skew=-3.0, kurtosis=10.0)
"""The example of the paper: 2.5 a year over five years of 250 days, variance 1/2 a year."""


def test_the_example_of_the_paper() -> None:
    benchmark = expected_best(100, 0.5 / 250)
    assert benchmark == pytest.approx(0.1132, abs=5e-5)
    assert deflated_sharpe(PAPER, benchmark) == pytest.approx(0.9004, abs=5e-5)


def test_fewer_tries_would_have_been_significant_as_the_paper_says() -> None:
    assert deflated_sharpe(PAPER, expected_best(46, 0.5 / 250)) == pytest.approx(0.9505, abs=5e-5)


def test_by_hand() -> None:
    """SR 0.2 of 101 days, skewness 0.5, kurtosis 4: z = 0.15 * 10 / sqrt(1 - 0.1 + 0.03)."""
    of = DayStatistics(days=101, sharpe=0.2, skew=0.5, kurtosis=4.0)
    z = 1.5 / math.sqrt(0.93)
    assert deflated_sharpe(of, 0.05) == pytest.approx((1 + math.erf(z / math.sqrt(2))) / 2)


@pytest.mark.parametrize("trials", [10, 50, 200])
def test_the_expected_best_is_what_draws_come_to(trials: int) -> None:
    """The formula is the limit for many tries; the paper itself finds it close from 5 on."""
    rng = Random(7)
    best = [max(rng.gauss(0.0, 0.3) for _ in range(trials)) for _ in range(1_000)]
    assert expected_best(trials, 0.09) == pytest.approx(statistics.mean(best), rel=0.05)


def test_one_try_is_no_search() -> None:
    assert expected_best(1, 0.5) == 0.0


@pytest.mark.parametrize(("trials", "variance"), [(0, 1.0), (3, -0.1), (3, math.nan)])
def test_what_is_refused(trials: int, variance: float) -> None:
    with pytest.raises(InvalidInputError, match="allowed is 1 or more trials with a variance of 0"):
        expected_best(trials, variance)


def test_statistics_of_days() -> None:
    """The returns 1, 1, 1, 5: mean 2, away -1, -1, -1, 3; squares 12, cubes 24, fourths 84."""
    found = day_statistics([1.0, 1.0, 1.0, 5.0])
    assert found is not None
    assert found.days == 4
    assert found.sharpe == pytest.approx(2 / math.sqrt(12 / 3))
    assert found.skew == pytest.approx(24 / 4 / math.sqrt(3) ** 3)
    assert found.kurtosis == pytest.approx(84 / 4 / 9)


@pytest.mark.parametrize("returns", [[], [1.0], [1.0, 2.0], [0.0] * 9, [0.1] * 9])
def test_no_ratio(returns: list[float]) -> None:
    assert day_statistics(returns) is None


def test_the_least_possible_spread_is_no_fault() -> None:
    """Two values alone have the least kurtosis that their skewness allows."""
    found = day_statistics([1.0] * 9 + [-1.0])
    assert found is not None
    assert 0.0 <= deflated_sharpe(found, 0.0) <= 1.0
