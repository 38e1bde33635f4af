from __future__ import annotations

import math
from collections import deque
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5 import optimized
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.optimized.circular_buffer import CircularBuffer
from tests.support.bits import bits
from tests.support.contract import NOT_INTEGERS, NOT_NUMBERS
from tests.support.stateful import assert_damage_is_refused, duplicates, refused

numbers = st.floats(-1e300, 1e300)
BEYOND = [math.nan, math.inf, -math.inf, 1.1e300, -1.7e308, 10**400, -(10**400)]


def filled(size: int, count: int) -> CircularBuffer:
    buffer = CircularBuffer(size)
    for number in range(count):
        buffer.append(number)
    return buffer


@given(st.integers(1, 12), st.lists(numbers, max_size=40), st.integers(-3, 15))
def test_it_holds_the_newest_numbers_oldest_first(size: int, fed: list[float], n: int) -> None:
    buffer, model = CircularBuffer(size), deque[float](maxlen=size)
    for number in fed:
        buffer.append(number)
        model.append(number)
        assert len(buffer) == len(model)
    held = list(model)
    assert bits(list(buffer)) == bits(held)
    assert bits(memoryview(buffer).tolist()) == bits(held)
    assert bits([buffer[i] for i in range(-len(held), len(held))]) == bits(held + held)
    assert bits(buffer.latest(n)) == bits(held[len(held) - min(max(n, 0), len(held)) :])
    assert bits(buffer.latest()) == bits(held[-1:])


def test_it_is_empty_at_first_and_when_cleared() -> None:
    for buffer in (CircularBuffer(3), filled(3, 5)):
        buffer.clear()
        assert (len(buffer), list(buffer), buffer.latest(9), buffer.size) == (0, [], [], 3)
        assert memoryview(buffer).tolist() == []
        buffer.append(7)
        assert list(buffer) == [7.0]


def test_a_view_is_a_read_only_copy_of_the_moment() -> None:
    buffer = filled(3, 4)
    view = memoryview(buffer)
    assert (view.format, view.shape, view.readonly) == ("d", (3,), True)
    assert np.asarray(buffer).tolist() == [1.0, 2.0, 3.0]
    buffer.append(9)
    assert view.tolist() == [1.0, 2.0, 3.0]
    assert memoryview(buffer).tolist() == [2.0, 3.0, 9.0]
    with pytest.raises(TypeError, match="read-only"):
        view[0] = 7
    del buffer
    assert view.tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("index", [3, -4, 2**62, -(2**62), 2**63, 10**30, -(10**30)])
def test_outside_there_is_nothing(index: int) -> None:
    with pytest.raises(IndexError):
        filled(5, 3)[index]


@pytest.mark.parametrize("wrong", [1.0, "0", None, slice(0, 1)])
def test_an_index_is_an_integer(wrong: object) -> None:
    with pytest.raises(TypeError):
        filled(5, 3)[wrong]  # type: ignore[index]


def test_what_is_no_number_is_refused_and_changes_nothing() -> None:
    buffer = filled(3, 4)
    state = buffer.__getstate__()
    for bad in BEYOND:
        refused(InvalidInputError, "x", buffer.append, bad)
    for bad in NOT_NUMBERS:
        refused(InvalidTypeError, "x", buffer.append, bad)
    assert buffer.__getstate__() == state
    good: list[Any] = [-1e300, 1e300, -0.0, 5e-324, np.int64(4)]
    for number in good:
        buffer.append(number)
    assert bits(list(buffer)) == bits([-0.0, 5e-324, 4.0])


def test_bad_sizes_are_refused() -> None:
    for bad in (0, -1, 10_000_001, 2**63, 10**400):
        refused(InvalidInputError, "size", CircularBuffer, bad)
    for bad in NOT_INTEGERS:
        refused(InvalidTypeError, "size", CircularBuffer, bad)
    assert CircularBuffer(10_000_000).size == 10_000_000


@pytest.mark.parametrize("n", [0, -1, -(2**63), -(10**30)])
def test_none_of_the_newest_are_none(n: int) -> None:
    assert filled(3, 3).latest(n) == []


@pytest.mark.parametrize("n", [3, 4, 2**63 - 1, 2**63, 10**30])
def test_more_than_there_are_is_all(n: int) -> None:
    assert filled(3, 4).latest(n) == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("n", [1.0, "1", None, True])
def test_how_many_is_an_integer(n: object) -> None:
    refused(InvalidTypeError, "n", filled(3, 3).latest, n)


@pytest.mark.parametrize("count", [0, 2, 3, 7])
def test_copies_go_their_own_way(count: int) -> None:
    original = filled(3, count)
    for twin in duplicates(original):
        twin.append(99)
        assert list(twin) == [*list(original), 99.0][-3:]
    assert list(original) == list(filled(3, count))
    assert repr(original) == "CircularBuffer(size=3)"
    assert repr(eval(repr(original), vars(optimized))) == repr(original)  # noqa: S307 - our own text


def test_damaged_state_is_refused() -> None:
    assert_damage_is_refused(filled(3, 4), optimized.RollingAverage(3))
