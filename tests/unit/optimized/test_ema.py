from __future__ import annotations

from fractions import Fraction

import pytest

from supreme_system_v5.optimized.ema import UltraOptimizedEMA
from tests.support.bits import bits
from tests.support.contract import Check, contract
from tests.support.indicators import Case, walk


@contract("UltraOptimizedEMA")
def test_it_keeps_the_contract(check: Check, case: Case) -> None:
    check(case)


def test_it_is_the_recurrence_of_its_definition() -> None:
    prices = [8.0, 16.0, 4.0, 4.0, 32.0]  # with alpha = 1/2 every step is exact in a double
    value, expected = Fraction(8), [8.0]
    for price in prices[1:]:
        value += (Fraction(price) - value) / 2
        expected.append(float(value))
    ema = UltraOptimizedEMA(3)
    assert [ema.update(price) for price in prices] == expected


def test_seed_sma_starts_at_the_mean_of_the_first_prices() -> None:
    ema = UltraOptimizedEMA(4, seed="sma")
    assert [ema.update(price) for price in (1.0, 2.0, 4.0, 9.0)] == [None, None, None, 4.0]
    assert ema.update(9.0) == 4.0 + 0.4 * 5.0


@pytest.mark.parametrize("price", [1e-15, 0.1, 1.1, 1e15])
@pytest.mark.parametrize("period", [1, 2, 7, 100_000])
def test_a_market_that_stands_still_has_its_price_as_average(price: float, period: int) -> None:
    ema = UltraOptimizedEMA(period)
    assert {ema.update(price) for _ in range(50)} == {price}


def test_period_one_is_the_price_itself() -> None:
    prices = walk(50)
    assert bits(UltraOptimizedEMA(1).batch(prices).tolist()) == bits(prices)


def test_the_period_has_no_default() -> None:
    with pytest.raises(TypeError, match="period"):
        UltraOptimizedEMA()  # type: ignore[call-arg]
