"""The contract that all indicators keep."""

from __future__ import annotations

import copy
import math
import pickle
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supreme_system_v5 import reference
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from tests.unit.reference.series import bits, prices

PRICE = prices.map(lambda x: (x,))
BAR = st.lists(prices, min_size=3, max_size=3).map(sorted).map(lambda x: (x[2], x[0], x[1]))
TRADE = st.tuples(prices, prices, st.integers(0, 4_102_444_800_000_000_000))
BAD_PRICES = [math.nan, math.inf, -math.inf, 0.0, -1.0, 1e16, 1e-16]
BAD_TYPES = [True, None, "1", [1.0]]


def through_pickle(indicator: Any) -> Any:  # noqa: ANN401 - any indicator
    return pickle.loads(pickle.dumps(indicator))  # noqa: S301 - our own bytes


@dataclass(frozen=True)
class Case:
    """An indicator, what it reads, and when it is warm and mature."""

    make: Callable[[], Any]
    rows: st.SearchStrategy[tuple[float, ...]]
    warmup: int
    mature: int

    @property
    def width(self) -> int:
        """How many arguments `update` has."""
        return 1 if self.rows is PRICE else 3


CASES = [
    Case(lambda: reference.UltraOptimizedEMA(3), PRICE, 1, 3),
    Case(lambda: reference.UltraOptimizedEMA(3, "sma"), PRICE, 3, 3),
    Case(lambda: reference.UltraOptimizedRSI(3), PRICE, 4, 4),
    Case(lambda: reference.UltraOptimizedMACD(2, 5, 3), PRICE, 1, 7),
    Case(lambda: reference.UltraOptimizedMACD(2, 5, 3, "sma"), PRICE, 7, 7),
    Case(lambda: reference.BollingerBands(4, 1.5), PRICE, 4, 4),
    Case(lambda: reference.RealisedVolatility(3, 365.0), PRICE, 4, 4),
    Case(lambda: reference.AverageTrueRange(3), BAR, 4, 4),
    Case(reference.SessionVWAP, TRADE, 1, 1),
    Case(lambda: reference.RollingVWAP(3), TRADE, 1, 3),
]


each = pytest.mark.parametrize("case", CASES, ids=lambda case: repr(case.make()))


def rows_of(case: Case, data: st.DataObject, least: int = 0) -> list[tuple[float, ...]]:
    return data.draw(st.lists(case.rows, min_size=least, max_size=25))


def flat(value: Any) -> tuple[float, ...]:  # noqa: ANN401 - a float, a tuple or None
    if value is None:
        return (math.nan,)
    return tuple(value) if isinstance(value, tuple) else (value,)


def batch_rows(answer: Any) -> list[tuple[float, ...]]:  # noqa: ANN401 - one column or three
    return list(zip(*answer, strict=True)) if isinstance(answer, tuple) else [(x,) for x in answer]


def columns_of(rows: Sequence[tuple[float, ...]], width: int) -> list[list[float]]:
    return [[row[i] for row in rows] for i in range(width)]


@each
@given(st.data())
def test_values_begin_with_the_warmup_and_maturity_comes_when_promised(
    case: Case, data: st.DataObject
) -> None:
    indicator = case.make()
    assert indicator.warmup == case.warmup
    assert indicator.value is None
    assert not indicator.mature
    for seen, row in enumerate(rows_of(case, data), 1):
        value = indicator.update(*row)
        assert (value is not None) == (seen >= case.warmup)
        assert indicator.value == value
        assert indicator.mature == (seen >= case.mature)
        assert value is None or all(map(math.isfinite, flat(value)))


@each
@given(st.data())
def test_batch_equals_streaming_bit_for_bit_and_leaves_the_instance_alone(
    case: Case, data: st.DataObject
) -> None:
    rows = rows_of(case, data, 1)
    before, streamed = case.make(), case.make()
    before.update(*rows[0])
    expected = [flat(streamed.update(*row)) for row in rows]
    answer = before.batch(*columns_of(rows, case.width))
    for got, want in zip(batch_rows(answer), expected, strict=True):
        assert bits(got)[: 8 * len(want)] == bits(want)
    once = case.make()
    once.update(*rows[0])
    assert bits(flat(before.value)) == bits(flat(once.value))


@each
@given(st.data())
def test_reset_is_a_fresh_start(case: Case, data: st.DataObject) -> None:
    indicator, fresh = case.make(), case.make()
    for row in rows_of(case, data):
        indicator.update(*row)
    indicator.reset()
    assert indicator.value is None
    for row in rows_of(case, data):
        assert flat(indicator.update(*row)) == pytest.approx(
            flat(fresh.update(*row)), rel=0, abs=0, nan_ok=True
        )


@each
@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, through_pickle])
@settings(max_examples=30)
@given(data=st.data())
def test_copies_carry_on_independently(
    case: Case, duplicate: Callable[[Any], Any], data: st.DataObject
) -> None:
    original, alone = case.make(), case.make()
    for row in rows_of(case, data):
        original.update(*row)
        alone.update(*row)
    twin = duplicate(original)
    assert repr(twin) == repr(original)
    for row in rows_of(case, data):
        twin.update(*row)
    for row in rows_of(case, data):
        assert bits(flat(original.update(*row))) == bits(flat(alone.update(*row)))


@each
@settings(max_examples=30)
@given(data=st.data())
def test_what_is_refused_changes_nothing(case: Case, data: st.DataObject) -> None:
    indicator, untouched = case.make(), case.make()
    rows = rows_of(case, data, 1)
    for row in rows:
        place = data.draw(st.integers(0, len(row) - 1))
        bad: list[Any] = list(row)
        bad[place] = data.draw(st.sampled_from([*BAD_PRICES, *BAD_TYPES]))
        with pytest.raises((InvalidInputError, InvalidTypeError)):
            indicator.update(*bad)
        assert bits(flat(indicator.update(*row))) == bits(flat(untouched.update(*row)))


@each
@given(data=st.data())
def test_batch_names_the_place_of_a_bad_value(case: Case, data: st.DataObject) -> None:
    rows = rows_of(case, data, 1)
    columns = columns_of(rows, case.width)
    place = data.draw(st.integers(0, len(rows) - 1))
    columns[0][place] = data.draw(st.sampled_from(BAD_PRICES))
    with pytest.raises(InvalidInputError, match=f"at index {place} must be") as caught:
        case.make().batch(*columns)
    assert caught.value.index == place


@each
@settings(max_examples=20)
@given(data=st.data())
def test_batch_takes_any_array(case: Case, data: st.DataObject) -> None:
    rows = rows_of(case, data, 1)
    columns = columns_of(rows, case.width)
    codes = "ddq" if case.rows is TRADE else "ddd"
    arrays = [array(codes[i], column) for i, column in enumerate(columns)]
    expected = [bits(row) for row in batch_rows(case.make().batch(*columns))]
    for convert in (lambda a: a, memoryview, np.asarray):
        answer = case.make().batch(*(convert(a) for a in arrays))
        assert [bits(row) for row in batch_rows(answer)] == expected


@each
def test_batch_of_nothing_is_nothing(case: Case) -> None:
    assert batch_rows(case.make().batch(*[[]] * case.width)) == []


@each
def test_the_representation_makes_the_same_indicator(case: Case) -> None:
    text = repr(case.make())
    assert repr(eval(text, vars(reference))) == text  # noqa: S307 - our own text


@each
def test_attributes_cannot_be_invented(case: Case) -> None:
    with pytest.raises(AttributeError):
        case.make().perod = 5
