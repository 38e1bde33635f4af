"""Whatever is handed to the decoders of market files: it is counted, or refused.

They have no state to save: a file is read on, or again.
"""

from __future__ import annotations

from array import array
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5 import optimized
from supreme_system_v5.errors import DataError
from tests.support.hostile import HOSTILE, REFUSALS, HostileError, Method

three_floats = st.lists(st.sampled_from((100.0, 1.5)), min_size=3, max_size=3)
blocks = st.one_of(
    st.binary(max_size=60),
    st.text("0123456789.,\n\rbuysell", max_size=60).map(str.encode),
    st.sampled_from((b"1,2,3,buy,7\n", b"60000,5,9,4,6,1\n0,5", b"9,4,6,1\n", b"\n", b"\xff\0\n")),
)
cells = st.one_of(
    three_floats.map(partial(array, "d")),
    st.lists(st.sampled_from((0, 1, -1, 60_000)), min_size=3, max_size=3).map(partial(array, "q")),
    st.sampled_from(
        (None, (array("q", [0, 3, 6, 9]), b"buysel"), ([0, 1, 9, -1], b"5"), ([], b""))
    ),
)
FILE = [
    Method(
        "begin",
        (),
        (
            ("places", st.permutations((0, 1, 2, 3, 4))),
            ("width", st.integers(0, 7)),
            ("lines_read", st.integers(0, 2)),
        ),
    ),
    Method("push", (blocks,)),
    Method("push", (blocks,)),
    Method("fill"),
    Method("end"),
    Method("finish"),
    Method("take"),
]
DECODERS = {
    "TradeDecoder": [*FILE, Method("offer", (cells,) * 5, (("start", st.integers(0, 3)),))],
    "BarDecoder": [*FILE, Method("offer", (cells,) * 6, (("start", st.integers(0, 3)),))],
}  # fmt: skip


def assert_refuses_or_counts(thing: Any, name: str, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - any class
    """Make one call of a decoder; a refusal drops nothing that was decoded."""
    before = thing.bad_rows
    refused = None
    try:
        getattr(thing, name)(*arguments, **named)
    except (*REFUSALS, DataError) as error:
        refused = error
    if refused is not None:
        assert str(refused) or isinstance(refused, HostileError)
        assert thing.bad_rows == before


@pytest.mark.parametrize("name", DECODERS)
@given(st.data())
def test_decoders(name: str, data: st.DataObject) -> None:
    thing = getattr(optimized, name)(chunk_rows=data.draw(st.integers(1, 3)))
    methods = st.sampled_from(DECODERS[name])
    calls = st.lists(st.composite(lambda draw: draw(methods).drawn(draw))(), min_size=1, max_size=8)
    for method, arguments, named in data.draw(calls):
        assert_refuses_or_counts(thing, method, *arguments, **named)
        assert repr(thing).startswith(f"{name}(")


@pytest.mark.parametrize("name", DECODERS)
@pytest.mark.parametrize("place", range(len(HOSTILE)))
def test_hostile_arguments_of_decoders(name: str, place: int) -> None:
    thing = getattr(optimized, name)()
    for method in DECODERS[name]:
        assert_refuses_or_counts(thing, method.name, *[HOSTILE[place]] * len(method.right))
        for argument, _ in method.named:
            right = [[1]] * len(method.right)
            assert_refuses_or_counts(thing, method.name, *right, **{argument: HOSTILE[place]})


@given(st.lists(st.integers(-(2**63), 2**63 - 1)), st.integers(0, 2**63 - 1))
def test_no_times_are_too_far_apart_for_gaps(times: list[int], limit: int) -> None:
    finder = optimized.GapFinder(limit)
    gaps = finder.find(array("q", times))
    assert all(limit < pause for _, pause in gaps)
    assert finder.latest_ns == max(times, default=None)


@pytest.mark.parametrize("place", range(len(HOSTILE)))
def test_hostile_times_change_nothing(place: int) -> None:
    finder: Any = optimized.GapFinder(60)
    assert finder.find([7]) == []
    with suppress(*REFUSALS):
        assert finder.find(HOSTILE[place]) == []  # one is an array of two early times
    assert finder.latest_ns == 7
