"""What the process uses and the machine has, read a few times a minute.

`LinuxMachine` reads; `ResourceMonitor` makes shares of two readings. A control group's limits count
where they are tighter than the machine's.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

import msgspec
import psutil

from supreme_system_v5.domain.status import MachineUse
from supreme_system_v5.monitoring.cgroup import Cgroup, parse_amount

__all__ = ["LinuxMachine", "Machine", "Reading", "ResourceMonitor", "parse_peak"]

_NS = 1_000_000_000
_KIB = 1_024


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """Counters and gauges at one instant.

    Attributes:
        process_ns: Processor time of the process since it began.
        busy_ns: Processor time spent working, by anybody, over all cores that the process may use.
        total_ns: The same with what was idle.
        group_ns: Processor time of the control group; None where nothing limits it.
        group_cores: How many cores it may use; None likewise.
        memory_bytes: Resident memory of the process.
        peak_bytes: The most it ever was, by the kernel; 0 when not known.
        available_bytes: What machine and control group have left.
        limit_bytes: What they have at all.
        open_files: File descriptors.
        threads: Threads.
    """

    process_ns: int
    busy_ns: int
    total_ns: int
    group_ns: int | None
    group_cores: float | None
    memory_bytes: int
    peak_bytes: int
    available_bytes: int
    limit_bytes: int
    open_files: int
    threads: int


class Machine(Protocol):
    """Where readings come from."""

    def read(self) -> Reading:
        """Return how it is now."""
        ...


def parse_peak(status: str | None) -> int:
    r"""Return the highest resident memory of ``/proc/self/status`` in bytes; 0 when not there.

    >>> parse_peak("VmPeak:\t  9 kB\nVmHWM:\t    5 kB\n")
    5120
    """
    for line in (status or "").splitlines():
        if line.startswith("VmHWM:"):
            number = line.removeprefix("VmHWM:").strip().partition(" ")[0]
            return (parse_amount(number) or 0) * _KIB
    return 0


class LinuxMachine:
    """This process on this machine."""

    __slots__ = ("_cores", "_group", "_process")

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._group = Cgroup(_read)
        allowed = os.sched_getaffinity(0)
        self._cores = allowed if len(allowed) < (psutil.cpu_count() or 1) else None

    def read(self) -> Reading:
        """Return how it is now; it takes less than a millisecond."""
        with self._process.oneshot():
            times = self._process.cpu_times()
            memory = self._process.memory_info()
            threads = self._process.num_threads()
        busy, idle = _spent(self._cores)
        ram = psutil.virtual_memory()
        cores, limit, left = (
            self._group.cpu_cores(),
            self._group.memory_limit(),
            self._group.memory_left(),
        )
        return Reading(
            process_ns=round((times.user + times.system) * _NS),
            busy_ns=round(busy * _NS),
            total_ns=round((busy + idle) * _NS),
            group_ns=None if cores is None else self._group.cpu_used_ns(),
            group_cores=cores,
            memory_bytes=memory.rss,
            peak_bytes=parse_peak(_read("/proc/self/status")),
            available_bytes=ram.available if left is None else min(ram.available, left),
            limit_bytes=ram.total if limit is None else min(ram.total, limit),
            open_files=self._process.num_fds(),
            threads=threads,
        )


def _spent(cores: set[int] | None) -> tuple[float, float]:
    """Return the seconds that cores have worked and idled; None: all of them.

    Time of guests is in that of users already; waiting for a disk is no work of a processor.
    """
    if cores is None:
        times = [psutil.cpu_times()]
    else:
        times = [one for core, one in enumerate(psutil.cpu_times(percpu=True)) if core in cores]
    busy = sum(t.user + t.nice + t.system + t.irq + t.softirq + t.steal for t in times)
    return busy, sum(t.idle + t.iowait for t in times)


def _read(path: str) -> str | None:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


class ResourceMonitor:
    """Tells what was used since it was asked last.

    Args:
        machine: What is watched.
        now_ns: Monotonic time at which watching begins.
    """

    __slots__ = ("_last", "_last_ns", "_machine", "_peak", "_shares")

    def __init__(self, machine: Machine, now_ns: int) -> None:
        self._machine = machine
        self._last = machine.read()
        self._last_ns = now_ns
        self._peak = 0
        self._shares = (0.0, 0.0)

    def sample(self, now_ns: int) -> MachineUse:
        """Read everything.

        Args:
            now_ns: Monotonic time, nanoseconds; where it is not later than that before, the shares
                of that time are told again.

        Returns:
            What is used; `level`, `multiplier` and `shed` are for `Backpressure` to say.
        """
        reading = self._machine.read()
        if now_ns > self._last_ns:
            self._shares = _shares(self._last, reading, now_ns - self._last_ns)
            self._last, self._last_ns = reading, now_ns
        self._peak = max(self._peak, reading.memory_bytes, reading.peak_bytes)
        cpu, load = self._shares
        return MachineUse(
            cpu_percent=cpu,
            load_percent=load,
            memory_bytes=reading.memory_bytes,
            memory_peak_bytes=self._peak,
            available_bytes=reading.available_bytes,
            memory_limit_bytes=reading.limit_bytes,
            open_files=reading.open_files,
            threads=reading.threads,
        )


def _shares(before: Reading, after: Reading, elapsed_ns: int) -> tuple[float, float]:
    """Return the process's percent of one core, and the load of what it may use."""
    process = 100.0 * max(after.process_ns - before.process_ns, 0) / elapsed_ns
    total = after.total_ns - before.total_ns
    busy = after.busy_ns - before.busy_ns
    load = 100.0 * busy / total if total > 0 else 0.0
    if after.group_cores and after.group_ns is not None and before.group_ns is not None:
        allowed = after.group_cores * elapsed_ns
        load = max(load, 100.0 * (after.group_ns - before.group_ns) / allowed)
    return process, min(max(load, 0.0), 100.0)
