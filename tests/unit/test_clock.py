"""The contract of `ports.Clock`, for the machine's clock and for the one that tests move."""

from __future__ import annotations

import asyncio
import time

import pytest

from supreme_system_v5.clock import SystemClock, sleep_ns
from supreme_system_v5.ports import Clock
from tests.fakes.clock import ManualClock
from tests.support.virtual_loop import LoopClock, run_virtual

clocks = pytest.mark.parametrize("clock", [SystemClock(), ManualClock()], ids=["system", "manual"])

YEAR_2020_NS = 1_577_836_800_000_000_000
YEAR_2100_NS = 4_102_444_800_000_000_000


@clocks
def test_is_a_clock(clock: Clock) -> None:
    assert isinstance(clock, Clock)


@clocks
def test_time_is_whole_nanoseconds_since_1970(clock: Clock) -> None:
    assert type(clock.time_ns()) is int
    assert YEAR_2020_NS < clock.time_ns() < YEAR_2100_NS


@clocks
def test_monotonic_time_is_whole_and_never_goes_backward(clock: Clock) -> None:
    seen = [clock.monotonic_ns() for _ in range(1_000)]
    assert all(type(t) is int for t in seen)
    assert seen == sorted(seen)


@clocks
def test_reading_one_time_does_not_move_the_other_much(clock: Clock) -> None:
    wall, steady = clock.time_ns(), clock.monotonic_ns()
    ten_seconds = 10_000_000_000
    assert abs(clock.time_ns() - wall) < ten_seconds
    assert clock.monotonic_ns() - steady < ten_seconds


def test_system_clock_is_the_machines() -> None:
    before = time.time_ns()
    read = SystemClock().time_ns()
    assert before <= read <= time.time_ns()


def test_manual_clock_moves_only_when_told() -> None:
    clock = ManualClock(time_ns=1_000, monotonic_ns=5)
    assert (clock.time_ns(), clock.monotonic_ns()) == (1_000, 5)
    clock.advance_ns(7)
    assert (clock.time_ns(), clock.monotonic_ns()) == (1_007, 12)


def test_manual_clock_does_not_go_backward() -> None:
    clock = ManualClock()
    with pytest.raises(ValueError, match="duration_ns"):
        clock.advance_ns(-1)


def test_sleeping_lets_time_pass_on_the_running_loop() -> None:
    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        assert isinstance(clock, Clock)
        for duration in (0, 1, 86_400 * 10**9):
            before = clock.monotonic_ns()
            await sleep_ns(duration)
            assert clock.monotonic_ns() - before == duration

    run_virtual(main())
