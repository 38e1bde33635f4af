from __future__ import annotations

import statistics

import pytest

from supreme_system_v5.optimized.bollinger import BollingerBands
from tests.support.contract import Check, contract
from tests.support.indicators import Case, walk


@contract("BollingerBands")
def test_it_keeps_the_contract(check: Check, case: Case) -> None:
    check(case)


def test_the_bands_lie_around_the_mean_at_a_multiple_of_the_standard_deviation() -> None:
    prices, n, width = walk(300), 20, 2.5
    upper, middle, lower = BollingerBands(n, width).batch(prices)
    for end in range(n, len(prices) + 1):
        window = prices[end - n : end]
        mean, half = statistics.fmean(window), width * statistics.pstdev(window)
        assert middle[end - 1] == pytest.approx(mean, rel=1e-12)
        assert upper[end - 1] == pytest.approx(mean + half, rel=1e-12)
        assert lower[end - 1] == pytest.approx(mean - half, rel=1e-12)


@pytest.mark.parametrize("price", [1.0, 61_837.5, 2.0**40])
def test_a_market_that_stands_still_has_bands_of_no_width(price: float) -> None:
    bands = BollingerBands(16)
    answers = [bands.update(price) for _ in range(40)]
    assert answers == [None] * 15 + [(price, price, price)] * 25


def test_an_outlier_that_has_left_leaves_no_trace() -> None:
    prices = [*walk(40, seed=3), 1e15, *walk(40, seed=4)]
    bands, fresh = BollingerBands(20), BollingerBands(20)
    for price in prices:
        bands.update(price)
    for price in prices[-20:]:
        fresh.update(price)
    assert bands.value == fresh.value
