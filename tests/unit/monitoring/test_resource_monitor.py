from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path

import msgspec
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.monitoring.resource_monitor import (
    LinuxMachine,
    Reading,
    ResourceMonitor,
    parse_peak,
)

S = 1_000_000_000
IDLE = Reading(
    process_ns=0,
    busy_ns=0,
    total_ns=0,
    group_ns=None,
    group_cores=None,
    memory_bytes=50,
    peak_bytes=60,
    available_bytes=70,
    limit_bytes=80,
    open_files=9,
    threads=2,
)


class Played:
    """Fulfils `Machine` by a list of readings; the last one stays."""

    def __init__(self, *changes: Mapping[str, float]) -> None:
        self.readings = [msgspec.structs.replace(IDLE, **change) for change in changes]

    def read(self) -> Reading:
        return self.readings.pop(0) if len(self.readings) > 1 else self.readings[0]


def test_shares_are_of_the_time_between_two_samples() -> None:
    # Two cores for ten seconds; the process had a tenth of one, the machine worked half of both.
    monitor = ResourceMonitor(
        Played({}, {"process_ns": S, "busy_ns": 10 * S, "total_ns": 20 * S}, {}), 5 * S
    )
    use = monitor.sample(15 * S)
    assert (use.cpu_percent, use.load_percent) == (10.0, 50.0)
    assert (use.memory_bytes, use.available_bytes, use.memory_limit_bytes) == (50, 70, 80)
    assert (use.open_files, use.threads) == (9, 2)
    # Counters that went back, as after a machine was moved, are no use below 0.
    use = monitor.sample(25 * S)
    assert (use.cpu_percent, use.load_percent) == (0.0, 0.0)


def test_what_a_control_group_allows_counts_where_it_is_tighter() -> None:
    used = {"busy_ns": 8 * S, "total_ns": 80 * S, "group_ns": 4 * S, "group_cores": 0.5}
    begin = {"group_ns": 0, "group_cores": 0.5}
    assert ResourceMonitor(Played(begin, used), 0).sample(10 * S).load_percent == 80.0
    roomy = used | {"group_cores": 8.0}
    assert ResourceMonitor(Played(begin, roomy), 0).sample(10 * S).load_percent == 10.0


def test_without_time_between_them_the_shares_are_told_again() -> None:
    monitor = ResourceMonitor(Played({}, {"process_ns": S}, {"process_ns": 9 * S}), 0)
    assert monitor.sample(10 * S).cpu_percent == 10.0
    assert monitor.sample(10 * S).cpu_percent == 10.0
    assert monitor.sample(18 * S).cpu_percent == 100.0


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=1))
def test_the_peak_is_the_most_that_anybody_saw(seen: list[tuple[int, int]]) -> None:
    readings = [{"memory_bytes": now, "peak_bytes": peak} for now, peak in seen]
    monitor = ResourceMonitor(Played({}, *readings), 0)
    peaks = [monitor.sample(index * S).memory_peak_bytes for index in range(len(seen))]
    assert peaks == [max(map(max, seen[: index + 1])) for index in range(len(seen))]


@given(st.integers(0, 10**12))
def test_the_kernels_peak(kib: int) -> None:
    assert parse_peak(f"VmPeak:\t  1 kB\nVmHWM:\t{kib:8} kB\nVmRSS:\t 2 kB\n") == kib * 1_024


@pytest.mark.parametrize("text", [None, "", "VmHWM:", "VmHWM:\tmany kB"])
def test_a_peak_that_is_not_known(text: str | None) -> None:
    assert parse_peak(text) == 0


def test_this_machine_is_read_as_psutil_reads_it() -> None:
    reading = LinuxMachine().read()
    process = psutil.Process()
    assert reading.memory_bytes == pytest.approx(process.memory_info().rss, rel=0.2)
    assert reading.peak_bytes >= reading.memory_bytes * 0.9
    assert 0 < reading.available_bytes <= reading.limit_bytes <= psutil.virtual_memory().total
    assert reading.open_files == pytest.approx(len(list(Path("/proc/self/fd").iterdir())), abs=2)
    assert reading.threads >= threading.active_count()
    assert 0 <= reading.busy_ns <= reading.total_ns
    assert reading.process_ns > 0


def test_the_load_is_that_of_the_cores_that_it_may_use() -> None:
    allowed = os.sched_getaffinity(0)
    if len(allowed) == 1:
        pytest.skip("one core cannot be told from all")
    whole = LinuxMachine().read()
    try:
        os.sched_setaffinity(0, {min(allowed)})
        part = LinuxMachine().read()
    finally:
        os.sched_setaffinity(0, allowed)
    assert part.total_ns == pytest.approx(whole.total_ns / len(allowed), rel=0.05)
    assert part.busy_ns < whole.busy_ns
