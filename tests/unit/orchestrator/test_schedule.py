"""Times on a grid."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.orchestrator.schedule import Schedule


@given(
    interval=st.integers(1, 1_000),
    begin=st.integers(0, 1_000),
    waits=st.lists(st.tuples(st.integers(0, 300), st.integers(0, 3_000)), max_size=30),
)
def test_it_runs_on_its_grid_and_every_time_of_it_is_run_or_counted(
    interval: int, begin: int, waits: list[tuple[int, int]]
) -> None:
    schedule = Schedule(interval, begin)
    now, runs, left_out = begin, 0, 0
    for late, took in waits:
        now = max(now, schedule.next_ns) + late
        assert schedule.due(now)
        now += took
        left_out += schedule.done(now)
        runs += 1
        assert schedule.next_ns > now - interval
        assert (schedule.next_ns - begin) % interval == 0
        assert not schedule.due(schedule.next_ns - 1)
    assert schedule.next_ns == begin + (runs + left_out) * interval


def test_a_run_that_was_not_due_moves_nothing() -> None:
    schedule = Schedule(30, 100)
    assert schedule.done(90) == 0
    assert schedule.next_ns == 100


def test_stretched_it_comes_later_and_back_again_never_in_the_past() -> None:
    schedule = Schedule(30, 130)
    assert schedule.stretch(2, 110)
    assert (schedule.interval_ns, schedule.next_ns) == (60, 160)
    assert not schedule.stretch(2, 111)
    assert schedule.stretch(4, 112)
    assert (schedule.interval_ns, schedule.next_ns) == (120, 220)
    assert schedule.stretch(1, 150)
    assert (schedule.interval_ns, schedule.next_ns) == (30, 150)


def test_nonsense_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="interval_ns is 0, allowed is above 0"):
        Schedule(0, 0)
    with pytest.raises(InvalidInputError, match="factor is 0, allowed is 1 or more"):
        Schedule(1, 0).stretch(0, 0)
