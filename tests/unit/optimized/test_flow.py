from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.optimized import FlowWindows

NOW = 1_700_000_000_000_000_000
HOUR = 3600 * 10**9
COIN = 10**8

lanes = st.sampled_from((-1, 4, 5, 6))
parts = st.lists(
    st.tuples(lanes, lanes, st.integers(1, 10**15), st.sampled_from((0, 2, 4, 6, 8))),
    min_size=1,
    max_size=4,
)
told = st.lists(st.tuples(st.integers(0, 20 * 3600), parts), min_size=1, max_size=30)


def add(windows: FlowWindows, key: int, at_ns: int, of: list[tuple[int, int, int, int]]) -> bool:
    return windows.tell(key, "confirmed", at_ns, at_ns, 1, 0, of) == "counted"


def remove(windows: FlowWindows, key: int) -> bool:
    return windows.tell(key, "removed", NOW + 90 * HOUR, NOW + 90 * HOUR, 0, 0, []) == "reversed"


def filled(rows: list[tuple[int, list[tuple[int, int, int, int]]]]) -> FlowWindows:
    windows = FlowWindows(8)
    for key, (second, of) in enumerate(rows):
        assert add(windows, key, NOW + second * 10**9, of)
    return windows


def everything(windows: FlowWindows) -> list[object]:
    now = NOW + 20 * HOUR
    asked = [windows.totals(lane, hours, now) for lane in range(8) for hours in (1, 4, 24)]
    return [*asked, windows.history(1, 24, now + 24 * HOUR), windows.largest(24, now)]


@given(told)
def test_exchanges_add_up_to_the_total(
    rows: list[tuple[int, list[tuple[int, int, int, int]]]],
) -> None:
    windows, now = filled(rows), NOW + 20 * HOUR
    for hours in (1, 4, 24):
        own = [windows.totals(lane, hours, now) for lane in range(4, 8)]
        assert windows.totals(1, hours, now) == tuple(map(sum, zip(*own, strict=True)))


@given(told, st.randoms(use_true_random=False))
def test_the_order_does_not_matter(rows: list, rng: object) -> None:  # type: ignore[type-arg]
    windows = filled(rows)
    shuffled = list(enumerate(rows))
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    other = FlowWindows(8)
    for key, (second, of) in shuffled:
        add(other, key, NOW + second * 10**9, of)
    assert everything(other) == everything(windows)


@given(told)
def test_taken_back_is_as_if_it_had_never_been(rows: list) -> None:  # type: ignore[type-arg]
    windows = filled(rows)
    for key in range(len(rows)):
        assert remove(windows, key)
    assert everything(windows) == everything(FlowWindows(8))
    assert len(windows) == len(rows)  # that they left is remembered


def test_amounts_are_exact_beyond_floats() -> None:
    windows = FlowWindows()
    add(windows, 1, NOW, [(-1, 4, 2**53 + 1, 0)])
    add(windows, 2, NOW, [(-1, 4, 10**18, 0)])
    assert windows.totals(4, 1, NOW) == (2**53 + 1 + 10**18, 0)


def test_a_transaction_is_what_all_words_together_say() -> None:
    windows, part = FlowWindows(8, 2), (-1, 4, COIN, 4)
    words: list[tuple[str, int, int, tuple[int, int, int, int]]] = [
        ("unconfirmed", 0, 1, part),
        ("unconfirmed", 0, 1, part),
        ("confirmed", 5, 2, (-1, 5, 2 * COIN, 4)),
        ("confirmed", 6, 1, part),
        ("removed", 7, 0, part),
        ("confirmed", 7, 2, part),
        ("confirmed", 8, 2, part),
        ("replaced", 1, 0, part),
        ("confirmed", 9, 2, part),
    ]
    told = [
        windows.tell(1, standing, NOW + second, NOW + second, quality, 0, [of])
        for standing, second, quality, of in words
    ]
    assert told == [
        "counted", "repeated", "counted", "repeated", "reversed", "void", "counted", "reversed",
        "void",
    ]  # fmt: skip
    assert windows.tell(2, "removed", NOW, NOW, 0, 0, []) == "unknown"
    assert windows.tell(3, "confirmed", NOW, NOW, 0, 0, []) == "ignored"
    assert windows.totals(1, 24, NOW) == (0, 0)


def test_states_and_copies_are_whole() -> None:
    windows = filled([(0, [(-1, 4, 5, 4)]), (9, [(4, 5, 7, 2)])])
    for twin in (pickle.loads(pickle.dumps(windows)), copy.deepcopy(windows)):  # noqa: S301 - our own bytes
        assert twin.__getstate__() == windows.__getstate__()
        assert (twin.lanes, twin.transactions) == (8, 4096)
        twin.reset()
        assert twin.totals(1, 24, NOW) == (0, 0) != windows.totals(1, 24, NOW)


def test_the_state_of_30_days_is_bounded() -> None:
    windows = FlowWindows(96, 4096)
    for turn in range(31 * 96):  # every lane is used, more transactions than are remembered
        lane = 4 + turn % 92
        add(windows, turn, NOW + turn * HOUR // 4, [(lane, 4, 10**12 + turn, 4)])
    assert len(windows) <= 4096
    assert 92 * 10_000 < windows.nbytes < 1.4 * 10**6
    assert FlowWindows().nbytes < 10_000  # nothing is reserved before something flows


@pytest.mark.parametrize(
    ("part", "name"),
    [((3, -1, 1, 0), "source"), ((-1, 48, 1, 0), "target"), ((-1, -1, 0, 0), "units"),
     ((-1, -1, 1, 16), "flags")],
)  # fmt: skip
def test_refusals_name_the_number(part: tuple[int, int, int, int], name: str) -> None:
    with pytest.raises(InvalidInputError, match=f"^{name} must be an integer from"):
        add(FlowWindows(), 1, NOW, [part])


def test_what_is_no_part_is_a_wrong_type() -> None:
    for wrong in ((), [[1, 2, 3, 4]], [(1, 2, 3)], None):
        with pytest.raises(InvalidTypeError, match=r"list of tuples"):
            add(FlowWindows(), 1, NOW, wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidTypeError, match="units must be an int"):
        add(FlowWindows(), 1, NOW, [(-1, 4, 1.5, 0)])  # type: ignore[list-item]
    with pytest.raises(InvalidInputError, match='standing must be "unconfirmed"'):
        FlowWindows().tell(1, "gone", NOW, NOW, 0, 0, [])
    with pytest.raises(InvalidTypeError, match="standing must be a str"):
        FlowWindows().tell(1, 1, NOW, NOW, 0, 0, [])  # type: ignore[arg-type]
    for numbers, name in (((-1, NOW, 0, 0), "said_ns"), ((NOW, -1, 0, 0), "heard_ns"),
                          ((NOW, NOW, 256, 0), "quality"), ((NOW, NOW, 0, -1), "tie")):  # fmt: skip
        with pytest.raises(InvalidInputError, match=f"^{name} must be"):
            FlowWindows().tell(1, "confirmed", *numbers, [])
