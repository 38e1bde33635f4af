from __future__ import annotations

import statistics

import numpy as np
import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.reference import BollingerBands
from tests.unit.reference.series import Candles, prices


@given(st.integers(2, 6), st.floats(0.1, 5.0), st.lists(prices, min_size=6, max_size=20))
def test_it_is_mean_and_deviation_of_the_window(n: int, width: float, xs: list[float]) -> None:
    upper, middle, lower = BollingerBands(n, width).batch(xs)
    for i in range(n - 1, len(xs)):
        window = xs[i - n + 1 : i + 1]
        slack = 1e-12 * max(window)
        mean, deviation = statistics.fmean(window), statistics.pstdev(window)
        assert middle[i] == pytest.approx(mean, abs=slack)
        assert upper[i] == pytest.approx(mean + width * deviation, abs=slack)
        assert lower[i] == pytest.approx(mean - width * deviation, abs=slack)


@pytest.mark.parametrize(("n", "width"), [(5, 1.0), (20, 2.0), (50, 2.5)])
def test_talib_agrees(candles: Candles, n: int, width: float) -> None:
    got = BollingerBands(n, width).batch(candles.close)
    expected = talib.BBANDS(np.asarray(candles.close), n, width, width)
    for ours, theirs in zip(got, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, equal_nan=True)


def test_parameters_are_kept_and_checked() -> None:
    bands = BollingerBands()
    assert (bands.period, bands.width) == (20, 2.0)
    with pytest.raises(InvalidInputError, match="^period must be an integer from 2 to"):
        BollingerBands(1)
    for width in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(InvalidInputError, match="^width must be a finite number above 0"):
            BollingerBands(20, width)
