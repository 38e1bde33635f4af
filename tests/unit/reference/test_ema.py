from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.reference import UltraOptimizedEMA
from tests.unit.reference.series import Candles, prices


@given(st.integers(1, 30), st.lists(prices, min_size=1, max_size=40))
def test_it_is_the_weighted_sum_of_all_prices(n: int, xs: list[float]) -> None:
    keep = 1 - Fraction(2, n + 1)
    expected = keep ** (len(xs) - 1) * Fraction(xs[0])
    for age, x in enumerate(reversed(xs[1:])):
        expected += (1 - keep) * keep**age * Fraction(x)
    got = UltraOptimizedEMA(n).batch(xs)[-1]
    assert got == pytest.approx(float(expected), rel=1e-12, abs=1e-14 * max(xs))


@given(st.integers(1, 10), st.lists(prices, min_size=10, max_size=40))
def test_the_seed_only_decides_where_it_starts(n: int, xs: list[float]) -> None:
    seeded = UltraOptimizedEMA(n, seed="sma").batch(xs)
    start = sum(xs[1:n], xs[0]) / n
    assert list(seeded[n - 1 :]) == list(UltraOptimizedEMA(n).batch([start, *xs[n:]]))


@pytest.mark.parametrize("n", [2, 5, 20, 50])
def test_talib_agrees(candles: Candles, n: int) -> None:
    got = UltraOptimizedEMA(n, seed="sma").batch(candles.close)
    expected = talib.EMA(np.asarray(candles.close), n)
    np.testing.assert_allclose(got, expected, rtol=1e-9, equal_nan=True)


def test_parameters_are_kept_and_checked() -> None:
    ema = UltraOptimizedEMA(20)
    assert (ema.period, ema.seed, repr(ema)) == (
        20, "first", "UltraOptimizedEMA(period=20, seed='first')"
    )  # fmt: skip
    for period in (0, 100_001):
        with pytest.raises(InvalidInputError, match="^period must be an integer from 1 to 100000"):
            UltraOptimizedEMA(period)
    seed: Any = "last"
    with pytest.raises(InvalidInputError, match="^seed must be one of first, sma"):
        UltraOptimizedEMA(3, seed)
    period_of_wrong_type: Any = 3.0
    with pytest.raises(InvalidTypeError, match="^period must be an integer, got float"):
        UltraOptimizedEMA(period_of_wrong_type)
