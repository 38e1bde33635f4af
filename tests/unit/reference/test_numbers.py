from __future__ import annotations

import math
import pickle
from array import array
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.reference import _numbers

NOT_NUMBERS = [True, None, "1", b"1", 1j, Decimal(1), Fraction(1), [1.0], np.True_, np.float32(1)]
CHECKS: list[Callable[[str, object], object]] = [
    _numbers.price, _numbers.number, _numbers.positive, _numbers.period, _numbers.timestamp
]  # fmt: skip


@given(st.floats(1e-15, 1e15))
def test_a_price_within_bounds_comes_back_unchanged(x: float) -> None:
    assert _numbers.price("price", x) == x
    assert type(_numbers.price("price", np.float64(x))) is float


@pytest.mark.parametrize(
    "bad", [math.nan, math.inf, -math.inf, 0.0, -1.0, 9.9e-16, 1.1e15, 10**400]
)
def test_a_price_out_of_bounds_is_refused(bad: float) -> None:
    with pytest.raises(InvalidInputError, match=r"^price must be .*, got ") as caught:
        _numbers.price("price", bad)
    assert caught.value.name == "price"


def test_the_message_says_what_is_wrong_and_what_to_do() -> None:
    with pytest.raises(InvalidInputError) as caught:
        _numbers.price("price", math.nan, 7)
    error = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own bytes
    assert str(error) == (
        "price at index 7 must be a finite number from 1e-15 to 1e+15, got nan; "
        "drop the row or mend its source"
    )
    assert (error.name, error.bound, error.index) == (
        "price", "a finite number from 1e-15 to 1e+15", 7
    )  # fmt: skip


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("bad", NOT_NUMBERS)
def test_what_is_not_a_number_is_refused_by_name(
    check: Callable[[str, object], object], bad: object
) -> None:
    with pytest.raises(InvalidTypeError, match="^gadget must be a"):
        check("gadget", bad)


@pytest.mark.parametrize("bad", [1.0, np.float64(1.0), math.nan])
def test_a_float_is_no_integer(bad: float) -> None:
    for check in (_numbers.period, _numbers.timestamp):
        with pytest.raises(InvalidTypeError, match="^gadget must be an integer"):
            check("gadget", bad)


def test_integers_of_numpy_are_integers() -> None:
    assert type(_numbers.timestamp("t", np.int64(5))) is int
    assert type(_numbers.price("p", np.int32(5))) is float


@pytest.mark.parametrize(
    ("check", "least", "most"),
    [
        (_numbers.number, -1e300, 1e300),
        (_numbers.positive, 5e-324, 1e15),
        (_numbers.period, 1, 100_000),
        (_numbers.timestamp, 0, 4_102_444_800_000_000_000),
    ],
)
def test_bounds_belong_to_what_is_allowed(
    check: Callable[[str, object], float], least: float, most: float
) -> None:
    assert check("x", least) == least
    assert check("x", most) == most
    step = 1 if isinstance(least, int) else math.inf
    for bad in (least - step, most + step):
        with pytest.raises(InvalidInputError, match="^x must be"):
            check("x", bad)


@given(st.integers(min_value=2**200), st.text(min_size=100))
def test_messages_stay_short(huge: int, long: str) -> None:
    for value in (10**5000 + huge, long):
        with pytest.raises((InvalidInputError, InvalidTypeError)) as caught:
            _numbers.timestamp("t", value)
        assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "data", [[1.0], (1.0,), array("d", [1.0]), memoryview(array("d", [1.0])), np.ones(1)]
)
def test_columns_may_be_anything_to_index(data: _numbers.Numbers) -> None:
    assert _numbers.column("prices", data)[0] == 1.0


@pytest.mark.parametrize("data", ["1", 1.0, None, {1.0}, iter([1.0]), np.array(1.0)])
def test_columns_must_be_arrays(data: _numbers.Numbers) -> None:
    with pytest.raises(InvalidTypeError, match="^prices must be a one-dimensional array"):
        _numbers.column("prices", data)


def test_columns_must_be_of_one_length() -> None:
    with pytest.raises(InvalidInputError, match=r"^low must be as long as high \(2\), got 1") as e:
        _numbers.columns(high=[2.0, 2.0], low=[1.0])
    assert e.value.name == "low"


def test_a_choice_is_one_of_the_words() -> None:
    assert _numbers.seed("seed", "sma") == "sma"
    with pytest.raises(InvalidInputError, match="^seed must be one of first, sma, got 'last'"):
        _numbers.seed("seed", "last")
    with pytest.raises(InvalidTypeError, match="^seed must be one of"):
        _numbers.seed("seed", 1)
