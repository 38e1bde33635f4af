from __future__ import annotations

import numpy as np
import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.domain import Macd
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.reference import UltraOptimizedEMA, UltraOptimizedMACD
from tests.unit.reference.series import Candles, bits, prices

periods = st.tuples(st.integers(1, 4), st.integers(5, 8), st.integers(1, 5))


@given(periods, st.lists(prices, max_size=40))
def test_it_is_the_difference_of_two_averages(three: tuple[int, int, int], xs: list[float]) -> None:
    fast, slow, signal = three
    macd, signals, histogram = UltraOptimizedMACD(fast, slow, signal).batch(xs)
    averages = zip(
        UltraOptimizedEMA(fast).batch(xs), UltraOptimizedEMA(slow).batch(xs), strict=True
    )
    assert bits(macd) == bits([a - b for a, b in averages])
    smooth = macd[0] if xs else 0.0
    for i, x in enumerate(macd):
        smooth = smooth + (2.0 / (signal + 1)) * (x - smooth)
        assert (signals[i], histogram[i]) == (smooth, x - smooth)


@given(periods, st.lists(prices, min_size=13, max_size=40))
def test_sma_seeds_are_the_means_that_end_together(
    three: tuple[int, int, int], xs: list[float]
) -> None:
    fast, slow, signal = three
    macd, signals, _ = UltraOptimizedMACD(fast, slow, signal, seed="sma").batch(xs)
    quick = UltraOptimizedEMA(fast, seed="sma").batch(xs[slow - fast :])[fast - 1 :]
    calm = UltraOptimizedEMA(slow, seed="sma").batch(xs)[slow - 1 :]
    lines = [a - b for a, b in zip(quick, calm, strict=True)]
    start = slow + signal - 2
    assert list(macd[start:]) == lines[signal - 1 :]
    assert signals[start] == sum(lines[1:signal], lines[0]) / signal


@pytest.mark.parametrize("three", [(12, 26, 9), (3, 10, 16), (5, 35, 5)])
def test_talib_agrees(candles: Candles, three: tuple[int, int, int]) -> None:
    got = UltraOptimizedMACD(*three, seed="sma").batch(candles.close)
    expected = talib.MACD(np.asarray(candles.close), *three)
    scale = max(candles.close)  # the outputs are differences of prices
    for ours, theirs in zip(got, expected, strict=True):
        assert np.isnan(ours).sum() == three[1] + three[2] - 2
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-14 * scale, equal_nan=True)


def test_values_have_names() -> None:
    assert UltraOptimizedMACD().update(5.0) == Macd(macd=0.0, signal=0.0, histogram=0.0)


def test_parameters_are_kept_and_checked() -> None:
    macd = UltraOptimizedMACD(seed="sma")
    assert (macd.fast, macd.slow, macd.signal, macd.seed, macd.warmup) == (12, 26, 9, "sma", 34)
    for fast, slow, signal, name in ((26, 26, 9, "fast"), (0, 26, 9, "fast"), (5, 9, 0, "signal")):
        with pytest.raises(InvalidInputError, match=f"^{name} must be"):
            UltraOptimizedMACD(fast, slow, signal)
