"""The contract that every native indicator keeps, as one check after the other.

@contract("UltraOptimizedEMA")
def test_contract(check: Check, case: Case) -> None:
    check(case)
"""

from __future__ import annotations

import ctypes
import math
from array import array
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from supreme_system_v5 import optimized
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from tests.support.bits import bits
from tests.support.indicators import Case, Indicator, cases_of, rows
from tests.support.stateful import assert_damage_is_refused, duplicates, refused

__all__ = [
    "NOT_INTEGERS",
    "NOT_NUMBERS",
    "NO_PRICES",
    "NO_TIMES",
    "Check",
    "contract",
]

Check = Callable[[Case], None]

LENGTH = 120
HUGE = 10**400
NO_PRICES: list[Any] = [
    math.nan, math.inf, -math.inf, 0.0, -0.0, -1.0, 0, -1, HUGE, -HUGE,
    1.1e15, 9e-16, 5e-324, 1.7e308, np.float64("nan"), np.int64(-5),
]  # fmt: skip
"""Numbers that are no price."""

NOT_NUMBERS: list[Any] = [
    None, True, False, np.True_, "1", b"1", 1 + 2j, [1.0], (1.0,), {}, object(), Decimal(1),
    Fraction(1), float, np.float32(1.0), np.complex128(1.0),
]  # fmt: skip
"""What is no number here, whatever it could be made into."""

NO_TIMES: list[Any] = [-1, 4_102_444_800_000_000_001, 2**63 - 1, 2**63, -(2**63) - 1, HUGE]
"""Integers that are no time."""

NOT_INTEGERS: list[Any] = [
    *(value for value in NOT_NUMBERS if type(value) is not np.float32), 1.0, math.nan,
    np.float64(5.0), np.float32(1.0),
]  # fmt: skip
"""What is no integer here, floats with whole values among them."""


def contract(name: str) -> pytest.MarkDecorator:
    """Return what runs a test with every check over every case of a class."""
    pairs = [(check, case) for case in cases_of(name) for check in CHECKS]
    ids = [f"{check.__name__}-{case}" for check, case in pairs]
    return pytest.mark.parametrize(("check", "case"), pairs, ids=ids)


def feed(indicator: Indicator, inputs: Sequence[tuple[float, ...]]) -> list[bytes]:
    """Return the answers, bit for bit."""
    return [bits(indicator.update(*row)) for row in inputs]


def columns_of(case: Case, inputs: Sequence[tuple[float, ...]]) -> list[array[Any]]:
    """Return inputs by column, as `batch` reads them."""
    return [
        array(code, (row[place] for row in inputs)) for place, code in enumerate(case.reads.codes)
    ]


def answers(case: Case, result: Any) -> list[bytes]:  # noqa: ANN401 - a memoryview or a tuple of them
    """Return the rows of a batch as the answers of `update` would be: nothing before warm-up."""
    columns = result if case.columns > 1 else (result,)
    assert len(columns) == case.columns
    found = []
    for row in zip(*columns, strict=True):
        unknown = [math.isnan(value) for value in row]
        assert all(unknown) or not any(unknown)
        found.append(b"" if any(unknown) else bits(row))
    return found


# What it is


def the_representation_builds_the_same(case: Case) -> None:
    made = case.native()
    again = eval(repr(made), vars(optimized))  # noqa: S307 - our own text
    assert type(again) is type(made)
    assert repr(again) == repr(made)
    assert again.__getstate__() == made.__getstate__()
    for name, value in case.arguments.items():
        assert getattr(made, name) == value
        assert f"{name}={value!r}" in repr(made)


def nothing_can_be_written_to(case: Case) -> None:
    made = case.native()
    for name in ("value", "warmup", "mature", *case.arguments, "something_new"):
        with pytest.raises(AttributeError):
            setattr(made, name, 1)


# What it answers


def values_begin_with_the_warmup(case: Case) -> None:
    made = case.native()
    assert (made.value, made.warmup, made.mature) == (None, case.warmup, False)
    answered = [made.update(*row) for row in rows(case, LENGTH)]
    assert answered.count(None) == case.warmup - 1
    assert None not in answered[case.warmup - 1 :]
    for answer in answered[case.warmup - 1 :]:
        values = answer if isinstance(answer, tuple) else (answer,)
        assert len(values) == case.columns
        assert all(type(value) is float and math.isfinite(value) for value in values)


def value_is_the_last_answer_and_maturity_comes_when_promised(case: Case) -> None:
    made = case.native()
    for seen, row in enumerate(rows(case, LENGTH), 1):
        answer = made.update(*row)
        assert bits(made.value) == bits(answer)
        assert made.mature == (seen >= case.mature)
        assert made.warmup == case.warmup


def reset_is_a_fresh_start(case: Case) -> None:
    made, inputs = case.native(), rows(case, LENGTH)
    first = feed(made, inputs)
    made.reset()
    assert (made.value, made.mature) == (None, False)
    assert repr(made) == repr(case.native())
    assert feed(made, inputs) == first


def copies_carry_on_bit_for_bit(case: Case) -> None:
    inputs = rows(case, LENGTH)
    whole = feed(case.native(), inputs)
    for cut in sorted({0, 1, case.warmup - 1, case.warmup, case.mature, LENGTH // 2}):
        original = case.native()
        feed(original, inputs[:cut])
        for twin in duplicates(original):
            assert feed(twin, inputs[cut:]) == whole[cut:]
        assert feed(original, inputs[cut:]) == whole[cut:]


def damaged_state_is_refused(case: Case) -> None:
    made = case.native()
    feed(made, rows(case, case.mature + 1))
    foreign = optimized.CircularBuffer(3)
    assert_damage_is_refused(made, foreign)


# Whole arrays


def batch_equals_streaming_bit_for_bit(case: Case) -> None:
    for length in sorted({0, 1, case.warmup - 1, case.warmup, case.mature, LENGTH}):
        inputs = rows(case, length, seed=length)
        result = case.native().batch(*columns_of(case, inputs))
        assert answers(case, result) == feed(case.native(), inputs)


def batch_starts_fresh_and_leaves_the_instance_alone(case: Case) -> None:
    made, inputs = case.native(), rows(case, LENGTH)
    columns = columns_of(case, inputs)
    fresh = answers(case, made.batch(*columns))
    feed(made, rows(case, case.mature + 3, seed=7))
    state = made.__getstate__()
    assert answers(case, made.batch(*columns)) == fresh
    assert made.__getstate__() == state


def batch_returns_read_only_doubles(case: Case) -> None:
    result: Any = case.native().batch(*columns_of(case, rows(case, LENGTH)))
    for column in result if case.columns > 1 else (result,):
        assert type(column) is memoryview
        assert (column.format, column.itemsize, column.shape) == ("d", 8, (LENGTH,))
        assert (column.readonly, column.contiguous, column.strides) == (True, True, (8,))
        as_numpy = np.asarray(column)
        assert np.shares_memory(as_numpy, np.asarray(column))
        assert bits(as_numpy.tolist()) == column.tobytes()


def batch_takes_any_array(case: Case) -> None:
    columns = columns_of(case, rows(case, 60))
    expected = answers(case, case.native().batch(*columns))
    for convert in INPUTS:
        given = [convert(column) for column in columns]
        assert answers(case, case.native().batch(*given)) == expected, convert


def batch_refuses_other_arrays(case: Case) -> None:
    columns: list[Any] = list(columns_of(case, rows(case, 4)))
    for place, name in enumerate(case.reads.batch):
        for wrong in wrong_arrays(case.reads.codes[place]):
            given = [*columns[:place], wrong, *columns[place + 1 :]]
            refused(InvalidTypeError, name, case.native().batch, *given)


def batch_refuses_lengths_that_differ(case: Case) -> None:
    columns = columns_of(case, rows(case, 4))
    for place, name in list(enumerate(case.reads.batch))[1:]:
        for wrong in (columns[place][:-1], columns[place] * 2, columns[place][:0]):
            given = [*columns[:place], wrong, *columns[place + 1 :]]
            refused(InvalidInputError, name, case.native().batch, *given)


def batch_names_the_place_of_a_bad_value(case: Case) -> None:
    length = case.warmup + 30
    columns = columns_of(case, rows(case, length))
    for index in sorted({0, 1, case.warmup - 1, case.warmup, length - 1}):
        for place, name in enumerate(case.reads.batch):
            wrong = NO_TIMES[:3] if case.reads.codes[place] == "q" else [*NO_PRICES[:6], 1.1e15]
            for value in wrong:
                given = [array(column.typecode, column) for column in columns]
                given[place][index] = value
                refused(InvalidInputError, name, case.native().batch, *given, index=index)


# What it refuses


def bad_inputs_are_refused_and_change_nothing(case: Case) -> None:
    for seen in (0, case.mature + 1):
        made = case.native()
        inputs = rows(case, seen + 1)
        feed(made, inputs[:seen])
        state, value = made.__getstate__(), bits(made.value)
        good = inputs[seen]
        for place, name in enumerate(case.reads.update):
            is_time = case.reads.codes[place] == "q"
            out_of_range = NO_TIMES if is_time else NO_PRICES
            wrong_types = NOT_INTEGERS if is_time else NOT_NUMBERS
            for error, wrong in (
                (InvalidInputError, out_of_range),
                (InvalidTypeError, wrong_types),
            ):
                for bad in wrong:
                    row = [*good[:place], bad, *good[place + 1 :]]
                    refused(error, name, made.update, *row)
                    assert made.__getstate__() == state
        assert bits(made.value) == value


def whole_numbers_and_those_of_numpy_are_numbers(case: Case) -> None:
    expected = feed(case.native(), [(5.0, 5.0, 5)[: len(case.reads.codes)]] * 30)
    for number in (5, 5.0, np.float64(5.0), np.int64(5), np.uint8(5)):
        row: Any = (number, number, 5)[: len(case.reads.codes)]
        assert feed(case.native(), [row] * 30) == expected


def bad_parameters_are_refused(case: Case) -> None:
    out_of_range: dict[str, list[Any]] = {
        name: [least - 1, -1, 100_001, 2**63, -(2**70), HUGE, np.int64(-3)]
        for name, least in case.whole.items()
    }
    wrong_types = dict.fromkeys(case.whole, NOT_INTEGERS) | dict.fromkeys(case.real, NOT_NUMBERS)
    out_of_range |= dict.fromkeys(case.real, NO_PRICES)
    if "seed" in case.arguments:
        out_of_range["seed"] = ["", "SMA", "first ", "mean", "\ud800"]
        wrong_types["seed"] = [None, 1, b"sma", ["sma"]]
    for error, values in ((InvalidInputError, out_of_range), (InvalidTypeError, wrong_types)):
        for name, wrong in values.items():
            for bad in wrong:
                refused(error, name, case.native, **{name: bad})


def the_wrong_number_of_arguments_is_a_type_error(case: Case) -> None:
    made = case.native()
    row, columns = rows(case, 1)[0], columns_of(case, rows(case, 3))
    for wrong in ((), row[:-1], (*row, 1.0)):
        with pytest.raises(TypeError, match="argument"):
            made.update(*wrong)
    for few in ((), columns[:-1], [*columns, columns[0]]):
        with pytest.raises(TypeError, match="argument"):
            made.batch(*few)
    with pytest.raises(TypeError, match="unexpected keyword"):
        case.native(no_such_parameter=1)
    assert made.__getstate__() == case.native().__getstate__()


CHECKS: list[Check] = [
    the_representation_builds_the_same,
    nothing_can_be_written_to,
    values_begin_with_the_warmup,
    value_is_the_last_answer_and_maturity_comes_when_promised,
    reset_is_a_fresh_start,
    copies_carry_on_bit_for_bit,
    damaged_state_is_refused,
    batch_equals_streaming_bit_for_bit,
    batch_starts_fresh_and_leaves_the_instance_alone,
    batch_returns_read_only_doubles,
    batch_takes_any_array,
    batch_refuses_other_arrays,
    batch_refuses_lengths_that_differ,
    batch_names_the_place_of_a_bad_value,
    bad_inputs_are_refused_and_change_nothing,
    whole_numbers_and_those_of_numpy_are_numbers,
    bad_parameters_are_refused,
    the_wrong_number_of_arguments_is_a_type_error,
]


def _strided(column: array[Any]) -> object:
    wide = np.zeros(2 * len(column), dtype=column.typecode)
    wide[::2] = column
    return wide[::2]


def _backward(column: array[Any]) -> object:
    return np.array(column[::-1])[::-1]


def _read_only(column: array[Any]) -> object:
    values = np.array(column)
    values.flags.writeable = False
    return values


def _column_of_a_table(column: array[Any]) -> object:
    return np.array([column, column]).T.copy()[:, 1]


INPUTS: list[Callable[[array[Any]], object]] = [
    list,
    tuple,
    lambda column: column,
    memoryview,
    lambda column: np.frombuffer(bytes(column), column.typecode).data,
    np.array,
    _strided,
    _backward,
    _read_only,
    _column_of_a_table,
    lambda column: memoryview(_strided(column)),  # type: ignore[arg-type]
]
"""Ways to hand in a column of numbers."""


def wrong_arrays(code: str) -> Iterator[object]:
    """Yield what looks like a column of four numbers, but is none of the right kind."""
    other = "q" if code == "d" else "d"
    yield array(other, [1, 1, 1, 1])
    yield np.ones(4, dtype="float32")
    yield np.ones(4, dtype="int32")
    yield np.ones(4, dtype="uint64")
    yield np.ones(4, dtype=">f8" if code == "d" else ">i8")
    yield np.ones(4, dtype="complex128")
    yield np.ones(4, dtype="bool")
    yield np.ones((2, 2), dtype=code)
    yield np.ones((4, 1), dtype=code)
    yield np.ones((), dtype=code)
    yield np.array([1, 1, 1, 1], dtype=object)
    yield (ctypes.c_float * 4)(1, 1, 1, 1)
    yield bytes(32)
    yield "1111"
    yield from (None, 1, 1.0, True, object(), {1: 1.0}, {1.0}, iter([1.0]), range(0))
    yield [1.0, "1", 1.0, 1.0]
    yield [1.0, None, 1.0, 1.0]
    yield (1.0, 1j, 1.0, 1.0)
    yield [[1.0], [1.0], [1.0], [1.0]]
    yield [1, True, 1, 1]
    yield (1, 1, np.True_, 1)
    yield [1, 1, 1, Decimal(1)]
