from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from random import Random

import pytest

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.evidence.bootstrap import (
    FEWEST_DAYS,
    DaySums,
    Estimate,
    estimates,
    t_quantile,
)
from supreme_system_v5.evidence.trades import DAY_NS

Days = list[list[float]]


def estimate(days: Days, seed: int = 1, resamples: int = 400) -> Estimate:
    counts, sums = [len(day) for day in days], [sum(day) for day in days]
    return estimates(counts, {"net": sums}, Random(seed), resamples)["net"]


def independent(rng: Random) -> Days:
    """Return 40 days of 1 to 9 skewed trades whose true mean is 2."""
    return [[rng.expovariate(1.0) + 1 for _ in range(rng.randint(1, 9))] for _ in range(40)]


def few(rng: Random) -> Days:
    """Return 6 days of 5 trades whose true mean is 2."""
    return [[rng.gauss(2.0, 1.0) for _ in range(5)] for _ in range(6)]


def in_blocks(rng: Random) -> Days:
    """Return 40 days of 20 trades that share most of what happens: true mean 2."""
    return [
        [level + rng.gauss(0.0, 1.0) for _ in range(20)]
        for level in (rng.gauss(2.0, 3.0) for _ in range(40))
    ]


class TestCoverage:
    """How often the interval holds the true mean, over 300 samples: 95 %, give or take 3."""

    @pytest.mark.parametrize("sample", [independent, few, in_blocks])
    def test_it_is_what_it_says(self, sample: Callable[[Random], Days]) -> None:
        held = 0
        for seed in range(300):
            found = estimate(sample(Random(seed)), seed)
            assert found.low is not None
            assert found.high is not None
            held += found.low <= 2.0 <= found.high
        assert 0.92 <= held / 300 <= 0.98

    def test_trades_taken_one_by_one_would_be_wrong(self) -> None:
        """The same with the textbook interval of independent trades, which days do not give."""
        held = 0
        for seed in range(300):
            trades = [trade for day in in_blocks(Random(seed)) for trade in day]
            error = statistics.stdev(trades) / math.sqrt(len(trades))
            held += abs(statistics.mean(trades) - 2.0) <= 1.96 * error
        assert held / 300 < 0.6


def test_the_standard_error_is_that_of_the_mean() -> None:
    days = [[value] for value in (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0)]
    values = [day[0] for day in days]
    found = estimate(days, resamples=20_000)
    assert found.mean == statistics.mean(values)
    exact = statistics.stdev(values) / math.sqrt(len(values))
    assert found.standard_error == pytest.approx(exact, rel=0.02)
    assert found.detectable == pytest.approx(2.8016 * exact, rel=0.02)


def test_all_columns_are_of_the_same_drawn_days() -> None:
    counts, sums = [1, 2, 3, 4, 5, 6], [3.0, -1.0, 4.0, 1.0, -5.0, 9.0]
    less = [total - 2 * count for total, count in zip(sums, counts, strict=True)]
    found = estimates(counts, {"gross": sums, "net": less}, Random(3))
    gross, net = found["gross"], found["net"]
    assert gross.low is not None
    assert gross.high is not None
    assert (net.mean, net.low, net.high) == pytest.approx(
        (gross.mean - 2, gross.low - 2, gross.high - 2)
    )


def test_a_seed_gives_the_same_again() -> None:
    days = independent(Random(1))
    assert estimate(days, 5) == estimate(days, 5)
    assert estimate(days, 5) != estimate(days, 6)


def test_too_few_days_have_a_mean_but_no_interval() -> None:
    found = estimate([[1.0, 2.0]] * (FEWEST_DAYS - 1))
    assert found == Estimate(mean=1.5, low=None, high=None, standard_error=None)
    assert found.detectable is None


def test_equal_trades_leave_no_doubt() -> None:
    found = estimate([[0.1] * 3, [0.1], [0.1] * 7, [0.1] * 2, [0.1]])
    assert found.standard_error == 0.0
    assert (found.low, found.high) == pytest.approx((0.1, 0.1))


def test_no_days() -> None:
    assert estimates([], {"net": []}, Random(1)) == {}


@pytest.mark.parametrize(
    ("counts", "sums", "resamples", "told"),
    [
        ([1, 2], [1.0], 100, "column net has 1 values, allowed is 2 values, one for each day"),
        ([1, 0], [1.0, 2.0], 100, "a day has 0 trades, allowed is 1 or more"),
        ([1, 1], [1.0, 2.0], 99, "resamples is 99, allowed is 100 or more"),
    ],
)
def test_what_is_refused(counts: list[int], sums: list[float], resamples: int, told: str) -> None:
    with pytest.raises(InvalidInputError, match=told):
        estimates(counts, {"net": sums}, Random(1), resamples)


@pytest.mark.parametrize(
    ("degrees", "table"), [(4, 2.776), (5, 2.571), (10, 2.228), (30, 2.042), (120, 1.980)]
)
def test_quantiles_are_those_of_the_tables(degrees: int, table: float) -> None:
    assert t_quantile(0.975, degrees) == pytest.approx(table, abs=1e-3)
    assert t_quantile(0.025, degrees) == pytest.approx(-table, abs=1e-3)


def test_day_sums() -> None:
    days = DaySums()
    for hour in range(48):
        days.add(hour * DAY_NS // 24, float(hour))
    assert days.trades == 48
    assert days.by_day() == {0: (24, sum(range(24))), 1: (24, sum(range(24, 48)))}
