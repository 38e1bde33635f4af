from __future__ import annotations

import itertools
import math
import statistics

import pytest

from supreme_system_v5.optimized.realised_volatility import RealisedVolatility
from tests.support.contract import Check, contract
from tests.support.indicators import Case, walk


@contract("RealisedVolatility")
def test_it_keeps_the_contract(check: Check, case: Case) -> None:
    check(case)


def test_it_is_the_annualised_deviation_of_the_log_returns() -> None:
    prices, n = walk(300), 30
    returns = [math.log(b / a) for a, b in itertools.pairwise(prices)]
    found = RealisedVolatility(n, 365.0).batch(prices).tolist()
    for end in range(n, len(returns) + 1):
        expected = statistics.stdev(returns[end - n : end]) * math.sqrt(365.0)
        assert found[end] == pytest.approx(expected, rel=1e-12)


def test_a_market_that_stands_still_has_none() -> None:
    volatility = RealisedVolatility(3)
    assert [volatility.update(0.1) for _ in range(10)] == [None] * 3 + [0.0] * 7


def test_it_scales_with_the_root_of_the_periods_in_a_year() -> None:
    prices = walk(100)
    once, fourfold = (RealisedVolatility(10, n).batch(prices).tolist()[10:] for n in (100.0, 400.0))
    assert fourfold == pytest.approx([2.0 * value for value in once], rel=1e-15)


def test_the_widest_moves_stay_finite() -> None:
    found = RealisedVolatility(2, 1e15).batch([1e-15, 1e15] * 20).tolist()[2:]
    assert all(map(math.isfinite, found))
