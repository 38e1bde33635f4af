"""Time how long it holds the event loop to be watched.

    make bench
    python scripts/bench_monitoring.py [--json] [--rounds N]

Makes the page that a Prometheus reads, reads what the process uses, judges it, and counts a
duration. Ends with 1 when the median page takes more than 5 ms, a reading more than 1 ms, a
judgement more than 100 µs or a count more than 1 µs. docs/benchmarks.md says more.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from time import thread_time_ns

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchlib import machine, table
from supreme_system_v5.monitoring.backpressure import Backpressure, PressureLimits
from supreme_system_v5.monitoring.metrics import Metrics
from supreme_system_v5.monitoring.resource_monitor import LinuxMachine, ResourceMonitor
from tests.support.monitored import machine_use, well

LIMITS_US = {
    "page as text": 5_000.0,
    "page as OpenMetrics": 5_000.0,
    "reading of the process and the machine": 1_000.0,
    "judgement": 100.0,
    "count of a duration": 1.0,
}
ROUNDS = 200
COUNTS = 1_000
OPEN_METRICS = "application/openmetrics-text;version=1.0.0"


def cost_us(work: Callable[[int], object], rounds: int, times: int = 1) -> float:
    """Return the median microseconds of this thread's processor that a call takes."""
    spent = []
    gc.disable()
    for turn in range(rounds):
        start = thread_time_ns()
        for step in range(times):
            work(turn * times + step)
        spent.append((thread_time_ns() - start) / times / 1_000)
    gc.enable()
    return median(spent)


def measured(rounds: int) -> dict[str, float]:
    """Return microseconds by what was done."""
    status, second = well(), 10**9
    metrics = Metrics(lambda: status)
    monitor = ResourceMonitor(LinuxMachine(), 0)
    pressure, use = Backpressure(PressureLimits()), machine_use()
    works: dict[str, tuple[Callable[[int], object], int]] = {
        "page as text": (lambda _: metrics.render(), 1),
        "page as OpenMetrics": (lambda _: metrics.render(OPEN_METRICS), 1),
        "reading of the process and the machine": (lambda turn: monitor.sample(turn * second), 1),
        "judgement": (lambda turn: pressure.judge(turn * second, use), 1),
        "count of a duration": (metrics.observe_indicator_ns, COUNTS),
    }
    return {name: cost_us(work, rounds, times) for name, (work, times) in works.items()}


def missed(found: Mapping[str, float]) -> list[str]:
    """Return a line for each limit that is not held."""
    return [
        f"{name}: {found[name]:.1f} us, the limit is {limit:g} us"
        for name, limit in LIMITS_US.items()
        if not found[name] <= limit
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"of each ({ROUNDS})")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    if options.rounds < 1:
        parser.error("--rounds is 1 or more")
    found, page = measured(options.rounds), Metrics(well).render()[0]
    samples = sum(not line.startswith(b"#") for line in page.splitlines())
    faults, facts = missed(found), machine()
    if options.json:
        report = {"machine": facts, "us": found, "samples": samples, "missed": faults}
        print(json.dumps(report, indent=2))
    else:
        print(f"{facts['cpu']}, {facts['cores']} cores, {facts['python']}, load {facts['load']}")
        print(f"page of {samples} samples, {len(page)} bytes")
        rows = [[name, f"{cost:.2f}", f"{LIMITS_US[name]:g}"] for name, cost in found.items()]
        print(table(["monitoring, us", "median", "limit"], rows))
    for fault in faults:
        print(f"MISSED {fault}", file=sys.stderr)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
