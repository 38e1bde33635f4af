from __future__ import annotations

import copy
import math
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.reference import RollingAverage
from supreme_system_v5.reference.rolling_average import RollingSum

wholes = st.integers(-(2**40), 2**40).map(float)  # their sums are exact
numbers = st.floats(-1e9, 1e9)


@given(st.integers(1, 8), st.lists(wholes, max_size=30))
def test_it_is_the_mean_of_the_last_n(n: int, xs: list[float]) -> None:
    average = RollingAverage(n)
    for i, x in enumerate(xs, 1):
        average.add(x)
        held = xs[:i][-n:]
        assert len(average) == len(held)
        assert average.get_average() == sum(held) / len(held)


@given(st.integers(1, 8), st.lists(numbers, max_size=60))
def test_rounding_does_not_pile_up(n: int, xs: list[float]) -> None:
    rolling = RollingSum(n)
    for i, x in enumerate(xs, 1):
        rolling.add(x)
        held = xs[:i][-n:]
        assert rolling.total == pytest.approx(math.fsum(held), rel=0, abs=1e-5)
        if i % n == 0:
            anew = 0.0
            for value in held:
                anew += value
            assert rolling.total == anew


def test_the_sum_is_kept_up_in_the_stated_order() -> None:
    rolling = RollingSum(3)
    for x in (0.1, 0.2, 0.3, 0.4):
        rolling.add(x)
    assert rolling.total == ((0.1 + 0.2) + 0.3) + (0.4 - 0.1)
    for x in (0.5, 0.6):
        rolling.add(x)
    assert rolling.total == (0.4 + 0.5) + 0.6


@given(st.lists(wholes, max_size=9), wholes)
def test_copies_are_independent_and_reset_empties(xs: list[float], x: float) -> None:
    average = RollingAverage(4)
    for held in xs:
        average.add(held)
    before = average.get_average()
    for twin in (copy.copy(average), copy.deepcopy(average), pickle.loads(pickle.dumps(average))):  # noqa: S301
        twin.add(x)
        assert (average.get_average(), len(average)) == (before, min(len(xs), 4))
        assert repr(twin) == "RollingAverage(n=4)"
    average.reset()
    assert (average.get_average(), len(average), average.n) == (0.0, 0, 4)


def test_what_is_refused_changes_nothing() -> None:
    average = RollingAverage()
    average.add(2.0)
    for bad in (math.nan, math.inf, -1.1e300):
        with pytest.raises(InvalidInputError, match="^x must be"):
            average.add(bad)
    with pytest.raises(InvalidTypeError, match="^x must be"):
        average.add(True)
    with pytest.raises(InvalidInputError, match="^n must be"):
        RollingAverage(0)
    assert (average.get_average(), len(average), average.n) == (2.0, 1, 20)
