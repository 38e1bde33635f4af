from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.reference import AverageTrueRange
from tests.unit.reference.series import Candles, prices

bars = st.lists(prices, min_size=3, max_size=3).map(sorted)


@given(st.integers(1, 6), st.lists(bars, min_size=8, max_size=30))
def test_it_is_wilders_average(n: int, lows_closes_highs: list[list[float]]) -> None:
    low, close, high = (
        [Fraction(x) for x in column] for column in zip(*lows_closes_highs, strict=True)
    )
    ranges = [max(high[i], close[i - 1]) - min(low[i], close[i - 1]) for i in range(1, len(close))]
    expected = sum(ranges[:n]) / Fraction(n)
    for true_range in ranges[n:]:
        expected += (true_range - expected) / n
    columns = [[row[i] for row in lows_closes_highs] for i in (2, 0, 1)]
    got = AverageTrueRange(n).batch(*columns)[-1]
    assert got == pytest.approx(float(expected), rel=1e-9, abs=1e-14 * max(columns[0]))


@pytest.mark.parametrize("n", [2, 14, 50])
def test_talib_agrees(candles: Candles, n: int) -> None:
    got = AverageTrueRange(n).batch(candles.high, candles.low, candles.close)
    high, low, close = map(np.asarray, (candles.high, candles.low, candles.close))
    expected = talib.ATR(high, low, close, n)
    np.testing.assert_allclose(np.asarray(got), expected, rtol=1e-9, equal_nan=True)


@pytest.mark.parametrize(
    ("bar", "name"),
    [((1.0, 2.0, 1.5), "high"), ((2.0, 1.0, 2.5), "close"), ((2.0, 1.0, 0.5), "close")],
)
def test_a_bar_must_hang_together(bar: tuple[float, float, float], name: str) -> None:
    with pytest.raises(InvalidInputError, match=f"^{name} must be") as caught:
        AverageTrueRange(3).update(*bar)
    assert caught.value.name == name


def test_parameters_are_kept_and_checked() -> None:
    assert AverageTrueRange().period == 14
    with pytest.raises(InvalidInputError, match="^period must be"):
        AverageTrueRange(0)


def test_arrays_must_be_of_one_length() -> None:
    with pytest.raises(InvalidInputError, match="^close must be as long as high"):
        AverageTrueRange(3).batch([2.0], [1.0], [])
