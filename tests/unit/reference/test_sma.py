from __future__ import annotations

import statistics

import numpy as np
import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.reference import SimpleMovingAverage
from tests.unit.reference.series import Candles, prices


@given(st.integers(1, 6), st.lists(prices, min_size=6, max_size=20))
def test_it_is_the_mean_of_the_window(n: int, xs: list[float]) -> None:
    means = SimpleMovingAverage(n).batch(xs)
    assert np.isnan(means[: n - 1]).all()
    for i in range(n - 1, len(xs)):
        window = xs[i - n + 1 : i + 1]
        assert means[i] == pytest.approx(statistics.fmean(window), abs=1e-12 * max(xs))


@pytest.mark.parametrize("n", [2, 20, 200])
def test_talib_agrees(candles: Candles, n: int) -> None:
    found = SimpleMovingAverage(n).batch(candles.close)
    expected = talib.SMA(np.asarray(candles.close), n)
    np.testing.assert_allclose(found, expected, rtol=1e-9, equal_nan=True)


def test_the_period_is_kept_and_checked() -> None:
    assert SimpleMovingAverage().period == 20
    with pytest.raises(InvalidInputError, match="^period must be an integer from 1 to"):
        SimpleMovingAverage(0)
