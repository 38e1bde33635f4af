from __future__ import annotations

import copy
import math
import pickle
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.domain import GateReason
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.reference import SmartEventProcessor

SECOND = 1_000_000_000


class Tick(NamedTuple):
    price: float
    size: float
    time: int


ticks = st.lists(
    st.builds(
        Tick,
        st.sampled_from([100.0, 100.05, 100.1, 100.1001, 99.9, 101.0]),
        st.integers(1, 6).map(float),  # their sums are exact
        st.integers(0, 200 * SECOND),
    ),
    max_size=40,
)


def naive(history: list[Tick], *, gated: bool, window: int = 3) -> str:
    """Judge the last tick by looking through all of them again."""
    times = [max(t.time for t in history[: i + 1]) for i in range(len(history))]
    last = 0
    reason = "FIRST"
    for i in range(1, len(history)):
        recent = [t.size for t in history[:i]][-window:]
        now, then = history[i], history[last]
        if abs(now.price - then.price) > 0.001 * then.price:
            reason = "PRICE"
        elif len(recent) == window and now.size > sum(recent) * (2.0 / window):
            reason = "VOLUME"
        elif times[i] - times[last] >= 60 * SECOND:
            reason = "IDLE"
        else:
            reason = "NONE" if gated else "UNGATED"
        if reason != "NONE":
            last = i
    return reason


@given(ticks, st.booleans())
def test_it_judges_like_one_who_remembers_everything(rows: list[Tick], gated: bool) -> None:
    gate = SmartEventProcessor(volume_window=3)
    counts = dict.fromkeys(["FIRST", "PRICE", "VOLUME", "IDLE", "UNGATED"], 0)
    for i, row in enumerate(rows, 1):
        expected = naive(rows[:i], gated=gated)
        if gated:
            assert gate.should_process(*row) == (expected != "NONE")
        else:
            assert gate._take(*row, gated=False) == expected
        assert gate.last_reason == expected
        assert type(gate.last_reason) is str
        if expected != "NONE":
            counts[expected] += 1
        assert gate.by_reason == counts
        assert list(gate.by_reason) == list(counts)
        assert gate.seen == i
        assert gate.processed == sum(counts.values()) == i - gate.skipped
        assert gate.skip_ratio == gate.skipped / i


def test_the_thresholds_themselves_are_not_passed() -> None:
    gate = SmartEventProcessor(0.5, 2.0, 1, 60.0)
    assert gate.should_process(100.0, 1.0, 0)
    assert not gate.should_process(150.0, 2.0, 60 * SECOND - 1)
    assert gate.should_process(150.0, 1.0, 60 * SECOND)
    assert gate.last_reason == "IDLE"
    assert gate.should_process(150.0, 2.0001, 60 * SECOND)
    assert gate.last_reason == "VOLUME"
    assert gate.should_process(74.9, 1.0, 60 * SECOND)
    assert gate.last_reason == "PRICE"


def test_idle_time_never_runs_backward() -> None:
    gate = SmartEventProcessor()
    gate.should_process(100.0, 1.0, 59 * SECOND)
    assert gate.should_process(200.0, 1.0, 10 * SECOND)  # counts as of second 59
    assert not gate.should_process(200.0, 1.0, 118 * SECOND)
    assert gate.should_process(200.0, 1.0, 119 * SECOND)


def test_idle_time_is_taken_to_the_nearest_nanosecond() -> None:
    for seconds, wait in ((2.5e-9, 3), (2.4e-9, 2), (1e-10, 0)):
        gate = SmartEventProcessor(max_idle_seconds=seconds)
        gate.should_process(1.0, 1.0, 10)
        assert not (wait and gate.should_process(1.0, 1.0, 10 + wait - 1))
        assert gate.should_process(1.0, 1.0, 10 + wait)


def test_the_reasons_are_those_of_the_domain() -> None:
    gate = SmartEventProcessor()
    assert {"NONE", *gate.by_reason} == set(GateReason)
    assert (gate.last_reason, gate.seen, gate.skip_ratio) == ("NONE", 0, 0.0)


@given(ticks, ticks)
def test_copies_go_their_own_way_and_reset_forgets(before: list[Tick], after: list[Tick]) -> None:
    gate = SmartEventProcessor(volume_window=2)
    for row in before:
        gate.should_process(*row)
    state = (gate.seen, gate.by_reason, gate.last_reason)
    twins = [copy.copy(gate), copy.deepcopy(gate), pickle.loads(pickle.dumps(gate))]  # noqa: S301
    answers = [[twin.should_process(*row) for row in after] for twin in twins]
    assert answers[0] == answers[1] == answers[2]
    assert (gate.seen, gate.by_reason, gate.last_reason) == state
    gate.reset()
    fresh = SmartEventProcessor(volume_window=2)
    assert [gate.should_process(*r) for r in after] == [fresh.should_process(*r) for r in after]
    assert repr(gate) == repr(fresh)


def test_what_is_refused_changes_nothing() -> None:
    gate = SmartEventProcessor()
    for bad in ((math.nan, 1.0, 0), (1.0, 0.0, 0), (1.0, 1.0, -1)):
        with pytest.raises(InvalidInputError):
            gate.should_process(*bad)
    with pytest.raises(InvalidTypeError, match="^timestamp_ns must be an integer"):
        gate.should_process(1.0, 1.0, 0.0)  # type: ignore[arg-type]
    assert gate.seen == 0


@pytest.mark.parametrize("name", ["min_price_change", "volume_multiple", "max_idle_seconds"])
@pytest.mark.parametrize("bad", [0.0, -1.0, math.nan, math.inf])
def test_parameters_are_checked_by_name(name: str, bad: float) -> None:
    with pytest.raises(InvalidInputError, match=f"^{name} must be a finite number above 0"):
        SmartEventProcessor(**{name: bad})  # type: ignore[arg-type]


def test_parameters_are_kept() -> None:
    gate = SmartEventProcessor()
    assert repr(gate) == (
        "SmartEventProcessor(min_price_change=0.001, volume_multiple=2.0, volume_window=20, "
        "max_idle_seconds=60.0, target_skip_ratio=0.0)"
    )
    assert (gate.min_price_change, gate.volume_multiple) == (0.001, 2.0)
    assert (gate.volume_window, gate.max_idle_seconds) == (20, 60.0)
    assert (gate.target_skip_ratio, gate.threshold) == (0.0, 0.001)
    with pytest.raises(InvalidInputError, match="^volume_window must be"):
        SmartEventProcessor(volume_window=0)
