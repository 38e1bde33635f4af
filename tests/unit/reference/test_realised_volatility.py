from __future__ import annotations

import math
import statistics
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.reference import RealisedVolatility
from tests.unit.reference.series import Candles, prices


def textbook(window: list[float], year: float) -> float:
    """Return the sample deviation of log returns, annualised."""
    returns = [math.log(b / a) for a, b in pairwise(window)]
    return statistics.stdev(returns) * math.sqrt(year)


@given(st.integers(2, 6), st.floats(1.0, 1e6), st.lists(prices, min_size=7, max_size=20))
def test_it_is_the_deviation_of_log_returns(n: int, year: float, xs: list[float]) -> None:
    values = RealisedVolatility(n, year).batch(xs)
    for i in range(n, len(xs)):
        expected = textbook(xs[i - n : i + 1], year)
        assert values[i] == pytest.approx(expected, rel=1e-9, abs=1e-12 * math.sqrt(year))


def test_recorded_bars_have_a_plausible_volatility(real_candles: Candles) -> None:
    values = RealisedVolatility().batch(real_candles.close)
    assert values[-1] == pytest.approx(textbook(list(real_candles.close[-61:]), 525_600), rel=1e-9)
    assert 0.1 < statistics.median(values[60:]) < 1.5


def test_parameters_are_kept_and_checked() -> None:
    volatility = RealisedVolatility()
    assert (volatility.period, volatility.periods_per_year) == (60, 525_600.0)
    with pytest.raises(InvalidInputError, match="^period must be an integer from 2 to"):
        RealisedVolatility(1)
    with pytest.raises(InvalidInputError, match="^periods_per_year must be a finite number above"):
        RealisedVolatility(60, 0.0)
