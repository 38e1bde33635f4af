"""What the class promises; that the patterns are the right ones is said in tests/oracle."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
import pytest

from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.optimized import SessionVWAP
from supreme_system_v5.optimized.patterns import CandlestickPatterns
from tests.support.candles import Ohlc, with_shapes
from tests.support.contract import NO_PRICES, NOT_NUMBERS
from tests.support.stateful import assert_damage_is_refused, duplicates, refused

Bar = tuple[float, float, float, float]

BARS = with_shapes(3, 200)
ROWS: list[Bar] = list(zip(*(column.tolist() for column in BARS), strict=True))
GOOD: Bar = (10.0, 12.0, 9.0, 11.0)
NAMES = ("open", "high", "low", "close")


def fed(rows: list[Bar]) -> CandlestickPatterns:
    patterns = CandlestickPatterns()
    for row in rows:
        patterns.update(*row)
    return patterns


@pytest.mark.parametrize(
    ("second", "value"),
    [
        ((9.0, 12.0, 8.0, 12.0), 100),  # around the body before
        ((9.5, 12.0, 8.0, 12.0), 80),  # one end is the same
        ((9.5, 12.0, 8.0, 10.0), None),  # both are
        ((9.6, 12.0, 8.0, 12.0), None),  # not around it
    ],
)
def test_engulfing(second: Bar, value: int | None) -> None:
    patterns = fed([GOOD, (10.0, 11.0, 9.0, 9.5)])
    assert patterns.update(*second).get("CDLENGULFING") == value


def test_a_hikkake_is_confirmed_within_three_bars() -> None:
    inside: list[Bar] = [GOOD, GOOD, GOOD, (10.0, 20.0, 5.0, 10.0), (10.0, 15.0, 8.0, 10.0)]
    broken: Bar = (10.0, 14.0, 7.0, 10.0)
    quiet: Bar = (10.0, 14.5, 6.5, 10.0)
    above: Bar = (10.0, 16.0, 6.0, 15.5)
    for waits, last in ((0, 200), (1, 200), (2, 200), (3, None)):
        patterns = fed(inside)
        assert patterns.update(*broken)["CDLHIKKAKE"] == 100
        for _ in range(waits):
            assert "CDLHIKKAKE" not in patterns.update(*quiet)
        assert patterns.update(*above).get("CDLHIKKAKE") == last
        assert "CDLHIKKAKE" not in patterns.update(*above)


def test_it_is_mature_when_all_are_looked_for() -> None:
    patterns = CandlestickPatterns()
    assert (patterns.warmup, patterns.mature) == (15, False)
    matured = []
    for row in ROWS[:20]:
        patterns.update(*row)
        matured.append(patterns.mature)
    assert matured.index(True) == patterns.warmup - 1


def test_an_answer_is_the_callers() -> None:
    patterns = fed([(10.0, 11.0, 9.0, 9.5)] * 2)
    first = patterns.update(9.0, 12.0, 8.0, 12.0)
    assert first == {"CDLENGULFING": 100}
    first.clear()
    assert patterns.update(*GOOD) is not first


def test_batch_is_afresh_and_read_only() -> None:
    patterns = fed(ROWS[:50])
    state = patterns.__getstate__()
    columns = patterns.batch(*BARS)
    assert patterns.__getstate__() == state
    assert tuple(columns) == patterns.names
    for name, column in columns.items():
        assert (column.format, column.itemsize, column.readonly) == ("i", 4, True)
        assert len(column) == len(ROWS)
        assert np.asarray(column).dtype == np.int32
        assert CandlestickPatterns().batch(*map(list, BARS))[name] == column
    assert any(any(column) for column in columns.values())


def test_no_bars_give_empty_columns() -> None:
    columns = CandlestickPatterns().batch([], [], [], [])
    assert [len(column) for column in columns.values()] == [0] * 61


def test_copies_go_their_own_way() -> None:
    original = fed(ROWS[:120])
    for twin in duplicates(original):
        state = original.__getstate__()
        answers = [twin.update(*row) for row in ROWS[120:]]
        assert original.__getstate__() == state
        assert answers == [
            copied.update(*row) for copied in [fed(ROWS[:120])] for row in ROWS[120:]
        ]


def test_damaged_states_are_refused() -> None:
    assert_damage_is_refused(fed(ROWS[:30]), SessionVWAP())


def test_reset_is_a_fresh_start() -> None:
    patterns = fed(ROWS)
    patterns.reset()
    assert patterns.__getstate__() == CandlestickPatterns().__getstate__()
    assert repr(patterns) == "CandlestickPatterns()"


def no_bars() -> list[tuple[str, Bar]]:
    """Return bars that cannot be, and the price that is to blame."""
    wrong = [(name, value) for name in NAMES for value in NO_PRICES]
    bars = [(name, tuple(value if n == name else 10.0 for n in NAMES)) for name, value in wrong]
    crossed: list[tuple[str, Bar]] = [
        ("low", (10.0, 9.0, 11.0, 10.0)),
        ("open", (8.0, 12.0, 9.0, 11.0)),
        ("open", (13.0, 12.0, 9.0, 11.0)),
        ("close", (10.0, 12.0, 9.0, 8.5)),
        ("close", (10.0, 12.0, 9.0, 12.5)),
    ]
    return [*bars, *crossed]  # type: ignore[list-item]


@pytest.mark.parametrize(("name", "bar"), no_bars())
def test_a_bar_that_cannot_be_is_refused(name: str, bar: Bar) -> None:
    patterns = fed(ROWS[:30])
    state = patterns.__getstate__()
    refused(InvalidInputError, name, patterns.update, *bar)
    assert patterns.__getstate__() == state
    if all(abs(value) < 1e300 for value in bar):  # what a list of floats can hold
        columns = [[good, value] for good, value in zip(GOOD, bar, strict=True)]
        refused(InvalidInputError, name, patterns.batch, *columns, index=1)


@pytest.mark.parametrize("value", NOT_NUMBERS, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("place", range(4))
def test_what_is_no_number_is_refused(place: int, value: Any) -> None:  # noqa: ANN401 - anything
    patterns = fed(ROWS[:30])
    state = patterns.__getstate__()
    bar: list[Any] = [*GOOD]
    bar[place] = value
    refused(InvalidTypeError, NAMES[place], patterns.update, *bar)
    columns: list[Any] = [[price] for price in GOOD]
    columns[place] = [value]
    refused(InvalidTypeError, NAMES[place], patterns.batch, *columns)
    assert patterns.__getstate__() == state


@pytest.mark.parametrize("place", [1, 2, 3])
def test_columns_are_of_one_length(place: int) -> None:
    columns: list[Any] = [array("d", [price] * 3) for price in GOOD]
    columns[place] = array("d", [10.0] * 2)
    refused(InvalidInputError, NAMES[place], CandlestickPatterns().batch, *columns)


def test_columns_are_columns() -> None:
    for wrong in (array("f", [1.0]), array("q", [1]), 1.0, np.ones((1, 1)), None):
        columns: Any = [*Ohlc(*(np.ones(1) for _ in range(4)))]
        columns[2] = wrong
        refused(InvalidTypeError, "low", CandlestickPatterns().batch, *columns)


def test_nothing_can_be_written_to() -> None:
    for name in ("names", "warmup", "mature", "something_new"):
        with pytest.raises(AttributeError):
            setattr(CandlestickPatterns(), name, 1)
