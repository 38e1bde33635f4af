from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.domain import Timeframe, ViewStatus
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.optimized import CandlestickPatterns
from supreme_system_v5.patterns import PatternRecognizer
from tests.support.candles import with_shapes

MINUTE = 60_000_000_000
LATEST = 4_102_444_800_000_000_000

Bar = tuple[float, float, float, float]

BLACK: Bar = (10.0, 11.0, 9.0, 9.5)
AROUND: Bar = (9.0, 12.0, 8.5, 11.5)
"""Engulfs `BLACK`."""
ROWS: list[Bar] = list(zip(*(column.tolist() for column in with_shapes(5, 300)), strict=True))


def engulfed(
    evidence: dict[str, float] | None, timeframe: Timeframe = Timeframe.M1
) -> PatternRecognizer:
    """Return one that has seen an engulfing pattern at its last bar, of the first three minutes."""
    recognizer = PatternRecognizer(evidence=evidence, timeframe=timeframe)
    for place, bar in enumerate((BLACK, BLACK, AROUND), 1):
        recognizer.update(*bar, closed_ns=place * MINUTE)
    return recognizer


def test_it_answers_what_the_patterns_answer() -> None:
    recognizer, patterns = PatternRecognizer(), CandlestickPatterns()
    assert (recognizer.names, recognizer.warmup) == (patterns.names, patterns.warmup)
    for row in ROWS:
        assert recognizer.update(*row) == patterns.update(*row)
        assert recognizer.mature == patterns.mature
    columns = [list(column) for column in zip(*ROWS, strict=True)]
    assert recognizer.batch(*columns) == patterns.batch(*columns)


def test_without_evidence_a_pattern_is_worth_nothing() -> None:
    for evidence in (None, {}, {"CDLDOJI": 1.0}, {"CDLENGULFING": 0.0}):
        view = engulfed(evidence).view()
        assert (view.direction, view.confidence) == (0.0, 0.0)
        assert view.reasons == ("CDLENGULFING +100",)


def test_evidence_gives_direction_and_confidence() -> None:
    view = engulfed({"CDLENGULFING": 0.6, "CDLDOJI": 0.9}).view()
    assert (view.direction, view.confidence) == (1.0, 0.6)
    assert view.as_of_ns == 3 * MINUTE
    assert view.ttl_ns == 2 * MINUTE
    assert engulfed(None, Timeframe.H1).view().ttl_ns == 2 * 60 * MINUTE


@given(
    st.dictionaries(
        st.sampled_from(CandlestickPatterns().names), st.sampled_from((0.0, 0.1, 0.2, 0.3, 1.0))
    ),
    st.integers(15, len(ROWS)),
)
def test_several_patterns_add_up(evidence: dict[str, float], bars: int) -> None:
    recognizer = PatternRecognizer(evidence=evidence)
    found: dict[str, int] = {}
    for place, row in enumerate(ROWS[:bars], 1):
        found = recognizer.update(*row, closed_ns=place)
    view = recognizer.view()
    up = [evidence.get(name, 0.0) for name, value in found.items() if value > 0]
    down = [evidence.get(name, 0.0) for name, value in found.items() if value < 0]
    tenths = round(10 * sum(up)) - round(10 * sum(down))  # exactly, in tenths
    assert view.direction == (tenths > 0) - (tenths < 0)
    assert view.confidence == (max(up) if tenths > 0 else max(down) if tenths < 0 else 0.0)
    assert view.reasons == tuple(f"{name} {value:+d}" for name, value in found.items())
    assert view.status is ViewStatus.OK


def test_the_view_says_how_much_it_is_worth() -> None:
    recognizer = PatternRecognizer(evidence={"CDLENGULFING": 0.6})
    assert recognizer.view().status is ViewStatus.NO_DATA
    assert recognizer.view().reasons == ()
    for place, row in enumerate(ROWS[:20], 1):
        recognizer.update(*row, closed_ns=place * MINUTE)
        early = place < recognizer.warmup
        assert recognizer.view().status is (ViewStatus.PARTIAL if early else ViewStatus.OK)
    recognizer.reset()
    assert recognizer.view().status is ViewStatus.NO_DATA
    assert not recognizer.mature
    assert recognizer.evidence == {"CDLENGULFING": 0.6}


def test_without_a_time_there_are_no_data() -> None:
    recognizer = engulfed({"CDLENGULFING": 0.6})
    assert recognizer.view().direction == 1.0
    recognizer.update(*BLACK)
    recognizer.update(*AROUND)
    view = recognizer.view()
    assert (view.status, view.as_of_ns) == (ViewStatus.NO_DATA, None)
    assert (view.direction, view.confidence) == (0.0, 0.0)
    assert view.reasons == ("CDLENGULFING +100",)


def test_the_view_is_that_of_the_last_bar() -> None:
    recognizer = engulfed({"CDLENGULFING": 0.6})
    recognizer.update(11.5, 12.0, 11.0, 11.25, closed_ns=4 * MINUTE)
    view = recognizer.view()
    assert (view.direction, view.reasons, view.as_of_ns) == (0.0, (), 4 * MINUTE)


def test_nobody_can_change_it_from_outside() -> None:
    evidence = {"CDLENGULFING": 0.6}
    recognizer = PatternRecognizer(evidence=evidence)
    evidence["CDLENGULFING"] = 1.0
    recognizer.evidence["CDLENGULFING"] = 1.0
    recognizer.update(*BLACK, closed_ns=1)
    recognizer.update(*BLACK, closed_ns=2)
    recognizer.update(*AROUND, closed_ns=3).clear()
    assert recognizer.view().confidence == 0.6


def test_copies_go_their_own_way() -> None:
    original = engulfed({"CDLENGULFING": 0.6}, Timeframe.M5)
    before = original.view()
    pickled = pickle.loads(pickle.dumps(original))  # noqa: S301 - our own bytes
    for twin in (copy.copy(original), copy.deepcopy(original), pickled):
        assert twin.view() == before
        twin.update(*AROUND, closed_ns=4 * MINUTE)
        twin.update(*BLACK, closed_ns=5 * MINUTE)
        assert twin.view() != before
        assert original.view() == before
        assert (twin.evidence, twin.timeframe) == (original.evidence, Timeframe.M5)
        refusal_of(twin.update, *BLACK, closed_ns=5 * MINUTE)


def refusal_of(call: Any, *arguments: Any, **named: Any) -> InvalidInputError | InvalidTypeError:  # noqa: ANN401 - any call
    with pytest.raises((InvalidInputError, InvalidTypeError)) as caught:
        call(*arguments, **named)
    assert isinstance(caught.value, InvalidInputError | InvalidTypeError)
    return caught.value


@pytest.mark.parametrize("value", [-1, LATEST + 1, 3 * MINUTE, 3 * MINUTE - 1])
def test_a_time_that_cannot_be_is_refused(value: int) -> None:
    recognizer = engulfed({"CDLENGULFING": 0.6})
    before, bars = recognizer.view(), pickle.dumps(recognizer)
    error = refusal_of(recognizer.update, *BLACK, closed_ns=value)
    assert isinstance(error, InvalidInputError)
    assert (error.name, error.value) == ("closed_ns", value)
    assert error.bound == f"from {3 * MINUTE + 1} to {LATEST}"
    assert error.bound in str(error)
    assert recognizer.view() == before
    assert pickle.dumps(recognizer) == bars


@pytest.mark.parametrize("value", [1.0, "1", True, np.float64(1.0)])
def test_a_time_is_an_integer(value: Any) -> None:  # noqa: ANN401 - anything
    error = refusal_of(PatternRecognizer().update, *BLACK, closed_ns=value)
    assert isinstance(error, InvalidTypeError)
    assert "closed_ns is" in str(error)


def test_a_refused_bar_changes_nothing() -> None:
    recognizer = engulfed({"CDLENGULFING": 0.6})
    before = recognizer.view()
    error = refusal_of(recognizer.update, 10.0, 9.0, 8.0, 8.5, closed_ns=4 * MINUTE)
    assert isinstance(error, InvalidInputError)
    assert error.name == "open"
    assert recognizer.view() == before
    recognizer.update(*BLACK, closed_ns=3 * MINUTE + 1)  # the refused time was not taken either


@pytest.mark.parametrize(
    ("evidence", "error", "words"),
    [
        ({"DOJI": 0.5}, InvalidInputError, "'DOJI', allowed is one of TA-Lib's patterns"),
        ({1: 0.5}, InvalidInputError, "for 1, allowed is one of"),
        ({"CDLDOJI": 1.1}, InvalidInputError, "CDLDOJI is 1.1, allowed is from 0 to 1"),
        ({"CDLDOJI": -0.1}, InvalidInputError, "CDLDOJI is -0.1, allowed is from 0 to 1"),
        ({"CDLDOJI": float("nan")}, InvalidInputError, "CDLDOJI is nan, allowed is from 0 to 1"),
        ({"CDLDOJI": True}, InvalidTypeError, "CDLDOJI is True, allowed is a number"),
        ({"CDLDOJI": "1"}, InvalidTypeError, "CDLDOJI is '1', allowed is a number"),
        (["CDLDOJI"], InvalidTypeError, "evidence is .*allowed is a mapping"),
    ],
)
def test_evidence_that_cannot_be_is_refused(
    evidence: Any,  # noqa: ANN401 - wrong ones
    error: type[Exception],
    words: str,
) -> None:
    with pytest.raises(error, match=words):
        PatternRecognizer(evidence=evidence)


def test_a_timeframe_is_a_timeframe() -> None:
    with pytest.raises(InvalidTypeError, match="timeframe is '1m', allowed is a Timeframe"):
        PatternRecognizer(timeframe="1m")  # type: ignore[arg-type]
