from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.reference import UltraOptimizedRSI
from tests.unit.reference.series import Candles, prices


def exact(n: int, xs: list[float]) -> float:
    """Return Wilder's index without rounding, for more than n prices."""
    changes = [Fraction(b) - Fraction(a) for a, b in pairwise(xs)]
    gain = sum(max(c, Fraction(0)) for c in changes[:n]) / Fraction(n)
    loss = sum(max(-c, Fraction(0)) for c in changes[:n]) / Fraction(n)
    for c in changes[n:]:
        gain += (max(c, Fraction(0)) - gain) / n
        loss += (max(-c, Fraction(0)) - loss) / n
    return float(100 * gain / (gain + loss)) if gain + loss else 50.0


@given(st.integers(1, 6), st.lists(prices, min_size=7, max_size=40))
def test_it_is_wilders_index(n: int, xs: list[float]) -> None:
    xs = [x + 1.0 if x < 1e-3 else x for x in xs]  # changes that a double can hold
    assert UltraOptimizedRSI(n).batch(xs)[-1] == pytest.approx(exact(n, xs), rel=1e-6, abs=1e-6)


@given(st.integers(1, 6), st.lists(prices, min_size=7, max_size=40))
def test_it_stays_between_0_and_100(n: int, xs: list[float]) -> None:
    assert all(0.0 <= value <= 100.0 for value in UltraOptimizedRSI(n).batch(xs)[n:])


@pytest.mark.parametrize(("step", "expected"), [(1.0, 100.0), (0.0, 50.0), (-1.0, 0.0)])
def test_one_way_and_flat_markets(step: float, expected: float) -> None:
    values = UltraOptimizedRSI(3).batch([50.0 + step * i for i in range(20)])
    assert list(values[3:]) == [expected] * 17


@pytest.mark.parametrize("n", [2, 5, 14, 50])
def test_talib_agrees(candles: Candles, n: int) -> None:
    got = UltraOptimizedRSI(n).batch(candles.close)
    expected = talib.RSI(np.asarray(candles.close), n)
    np.testing.assert_allclose(got, expected, rtol=1e-9, equal_nan=True)


def test_parameters_are_kept_and_checked() -> None:
    assert UltraOptimizedRSI().period == 14
    with pytest.raises(InvalidInputError, match="^period must be"):
        UltraOptimizedRSI(0)
