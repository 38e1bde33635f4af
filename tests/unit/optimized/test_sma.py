from __future__ import annotations

import statistics

import pytest

from supreme_system_v5.optimized.sma import SimpleMovingAverage
from tests.support.contract import Check, contract
from tests.support.indicators import Case, walk


@contract("SimpleMovingAverage")
def test_it_keeps_the_contract(check: Check, case: Case) -> None:
    check(case)


def test_it_is_the_mean_of_the_window() -> None:
    prices, n = walk(500), 20
    means = SimpleMovingAverage(n).batch(prices)
    for end in range(n, len(prices) + 1):
        window = prices[end - n : end]
        assert means[end - 1] == pytest.approx(statistics.fmean(window), rel=1e-12)


def test_rounding_does_not_pile_up() -> None:
    average = SimpleMovingAverage(3)
    for price in [0.1, 1e9, 0.3] * 10_000:
        average.update(price)
    for price in (0.1, 0.2, 0.3):
        average.update(price)
    assert average.value == pytest.approx(0.2, rel=1e-15)
