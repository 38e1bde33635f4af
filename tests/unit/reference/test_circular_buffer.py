from __future__ import annotations

import copy
import math
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.reference import CircularBuffer

numbers = st.floats(-1e300, 1e300)


@given(st.integers(1, 8), st.lists(numbers, max_size=30), st.integers(-3, 12))
def test_it_is_the_end_of_the_list_of_all_numbers(size: int, xs: list[float], n: int) -> None:
    buffer = CircularBuffer(size)
    for x in xs:
        buffer.append(x)
    held = xs[-size:]
    assert list(buffer) == held
    assert len(buffer) == len(held)
    assert buffer.size == size
    assert buffer.latest(n) == (held[-n:] if n > 0 else [])
    assert [buffer[i] for i in range(-len(held), len(held))] == held + held
    for outside in (len(held), -len(held) - 1):
        with pytest.raises(IndexError):
            buffer[outside]


def test_latest_is_the_newest_one_unless_told() -> None:
    buffer = CircularBuffer(3)
    assert buffer.latest() == []
    buffer.append(1)
    buffer.append(2.0)
    assert buffer.latest() == [2.0]
    assert buffer[np.int64(0)] == 1.0
    buffer.clear()
    assert list(buffer) == []


@given(st.lists(numbers, max_size=9), numbers)
def test_copies_are_independent(xs: list[float], x: float) -> None:
    buffer = CircularBuffer(4)
    for held in xs:
        buffer.append(held)
    for twin in (copy.copy(buffer), copy.deepcopy(buffer), pickle.loads(pickle.dumps(buffer))):  # noqa: S301
        twin.append(x)
        assert list(twin) == [*xs, x][-4:]
        assert list(buffer) == xs[-4:]
        assert repr(twin) == "CircularBuffer(size=4)"


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1.1e300, -1.1e300])
def test_a_number_out_of_bounds_is_refused(bad: float) -> None:
    buffer = CircularBuffer(2)
    with pytest.raises(InvalidInputError, match="^x must be a finite number"):
        buffer.append(bad)
    assert len(buffer) == 0


@pytest.mark.parametrize("size", [0, -1, 10_000_001])
def test_the_size_has_bounds(size: int) -> None:
    with pytest.raises(InvalidInputError, match="^size must be an integer from 1 to 100000"):
        CircularBuffer(size)


@pytest.mark.parametrize("bad", [None, True, "1", 1.5])
def test_wrong_types_are_refused(bad: Any) -> None:  # noqa: ANN401 - that is the point
    with pytest.raises(InvalidTypeError, match="^size must be"):
        CircularBuffer(bad)
    with pytest.raises(InvalidTypeError, match="^n must be"):
        CircularBuffer(1).latest(bad)
    if not isinstance(bad, float):
        with pytest.raises(InvalidTypeError, match="^x must be"):
            CircularBuffer(1).append(bad)
    with pytest.raises(InvalidTypeError, match="^index must be"):
        CircularBuffer(1)[slice(1)]  # type: ignore[index]
