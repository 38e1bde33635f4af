from __future__ import annotations

import math
from collections import deque
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5 import optimized
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.optimized.rolling_average import RollingAverage
from tests.support.contract import NOT_INTEGERS, NOT_NUMBERS
from tests.support.stateful import assert_damage_is_refused, duplicates, refused

BEYOND = [math.nan, math.inf, -math.inf, 1.1e300, -1.7e308, 10**400]


def fed(n: int, *numbers: float) -> RollingAverage:
    average = RollingAverage(n)
    for number in numbers:
        average.add(number)
    return average


@given(st.integers(1, 9), st.lists(st.floats(0.5, 2.0), max_size=60))
def test_it_is_the_mean_of_the_numbers_held(n: int, numbers: list[float]) -> None:
    average, model = RollingAverage(n), deque[float](maxlen=n)
    assert (average.get_average(), len(average)) == (0.0, 0)
    for number in numbers:
        average.add(number)
        model.append(number)
        exact = sum(map(Fraction, model)) / len(model)
        assert average.get_average() == pytest.approx(float(exact), rel=1e-14)
        assert len(average) == len(model)


def test_rounding_does_not_outlive_the_window() -> None:
    average = fed(4, 1e300, -1e300, 1e16, 0.1)
    for number in (0.1, 0.2, 0.3, 0.4):  # the fourth fills the ring anew: the sum is taken afresh
        average.add(number)
    assert average.get_average() == (((0.1 + 0.2) + 0.3) + 0.4) / 4


def test_the_largest_numbers_stay_finite() -> None:
    average = fed(100, *[1e300] * 100)
    assert average.get_average() == pytest.approx(1e300)
    average.add(-1e300)
    assert math.isfinite(average.get_average())


def test_reset_forgets() -> None:
    average = fed(3, 1.0, 2.0, 3.0, 4.0)
    average.reset()
    assert (average.get_average(), len(average), average.n) == (0.0, 0, 3)
    average.add(5.0)
    assert average.get_average() == 5.0


def test_what_is_no_number_is_refused_and_changes_nothing() -> None:
    average = fed(3, 1.0, 2.0)
    state = average.__getstate__()
    for bad in BEYOND:
        refused(InvalidInputError, "x", average.add, bad)
    for bad in NOT_NUMBERS:
        refused(InvalidTypeError, "x", average.add, bad)
    assert average.__getstate__() == state


def test_bad_lengths_are_refused() -> None:
    for bad in (0, -1, 100_001, 2**63, 10**400):
        refused(InvalidInputError, "n", RollingAverage, bad)
    for bad in NOT_INTEGERS:
        refused(InvalidTypeError, "n", RollingAverage, bad)
    assert RollingAverage().n == 20


@pytest.mark.parametrize("count", [0, 2, 3, 7])
def test_copies_go_their_own_way(count: int) -> None:
    original = fed(3, *range(count))
    for twin in duplicates(original):
        twin.add(99)
        assert twin.get_average() == fed(3, *range(count), 99).get_average()
    assert original.get_average() == fed(3, *range(count)).get_average()
    assert repr(original) == "RollingAverage(n=3)"
    assert repr(eval(repr(original), vars(optimized))) == repr(original)  # noqa: S307 - our own text


def test_damaged_state_is_refused() -> None:
    assert_damage_is_refused(fed(3, 1.0, 2.0, 3.0, 4.0), optimized.CircularBuffer(3))
