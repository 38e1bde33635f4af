"""Do intervals double when something else hogs the machine, and return, and does risk stay quick?

    make backpressure                             # some three minutes, on a machine that is calm
    python scripts/backpressure.py --stages 2     # up to four times the intervals; six minutes

`supreme sim` and `supreme run` are processes of their own, and so is a hog for each core, which
ends by itself. Pages of metrics are read once a second. Ends with 1 when the intervals did not
double in time or did not return, when risk and orders were looked after less often or late, or when
99 % of the decisions took more than 5 ms; with 2 on a machine that is busy already.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

sys.path.insert(0, str(Path(__file__).resolve().parent))

import psutil

from benchlib import machine, table
from livelib import page_of, running
from load_single_symbol import p99, simulated

WINDOW_S = 60.0
"""A load is judged by the mean of so long."""
SLACK_S = 15.0
"""The machine is looked at every 5 s, and hogs need a moment."""
CALM_S = 45.0
EASE = 0.95
MOST_P99_S = 0.005
LEAST_RUNS, MOST_LATE = 0.95, 0.01
"""Runs of `upkeep` while the machine is hogged: as part of those due, and late ones of them."""
UPKEEP_S = 0.5
STRETCHED = ("technical", "patterns", "mtf")
HOG = """
import sys, time
end = time.monotonic() + float(sys.argv[1])
while time.monotonic() < end:
    pass
"""


@dataclass(frozen=True)
class Seen:
    """A page of metrics, when it was read, and what it says.

    Attributes:
        at_s: Seconds since the hogs began; below 0 before.
        page: The text.
    """

    at_s: float
    page: str

    def value(self, name: str, label: str = "") -> float:
        """Return a sample by its name and the value of its one label; 0 where there is none."""
        labels = rf'\{{[^}}]*"{re.escape(label)}"[^}}]*\}}' if label else ""
        found = re.search(rf"^{name}{labels} (\S+)$", self.page, re.MULTILINE)
        return float(found[1]) if found else 0.0

    @property
    def multiplier(self) -> float:
        """By how much intervals are stretched."""
        return self.value("supreme_interval_multiplier")

    @property
    def upkeep(self) -> tuple[float, float, float]:
        """Interval of risk and orders in seconds, its runs, and those of them that were late."""
        names = ("interval_seconds", "runs_total", "late_total")
        interval, runs, late = (self.value(f"supreme_domain_{name}", "upkeep") for name in names)
        return interval, runs, late


@dataclass(frozen=True)
class Stretch:
    """What was seen between two pages.

    Attributes:
        seconds: How long.
        upkeep_runs: Of the runs that were due.
        upkeep_late: Of those.
        p99_s: From receiving trades to having decided; upper bound of its bucket.
        load_percent: Of the machine, at the end.
    """

    seconds: float
    upkeep_runs: float
    upkeep_late: float
    p99_s: float
    load_percent: float

    @classmethod
    def between(cls, first: Seen, last: Seen) -> Stretch:
        """Return it."""
        seconds = last.at_s - first.at_s
        (_, before, late), (_, after, later) = first.upkeep, last.upkeep
        runs = after - before
        return cls(
            seconds=seconds,
            upkeep_runs=runs * UPKEEP_S / max(seconds, 1e-9),
            upkeep_late=(later - late) / max(runs, 1.0),
            p99_s=p99(first.page, last.page),
            load_percent=100 * last.value("supreme_machine_load_ratio"),
        )


def reached(seen: Sequence[Seen], multiplier: float, after_s: float = 0.0) -> float | None:
    """Return when intervals were first stretched by so much; None: never."""
    found = (one.at_s for one in seen if one.at_s >= after_s and one.multiplier == multiplier)
    return next(found, None)


def missed(seen: Sequence[Seen], hogged_s: float, stages: int) -> list[str]:
    """Return a line for each thing that is not as it should be.

    Args:
        seen: Pages, oldest first.
        hogged_s: For how long the machine was hogged.
        stages: How often intervals should have doubled.
    """
    faults = []
    for stage in range(1, stages + 1):
        up, within = reached(seen, 2.0**stage), stage * WINDOW_S + SLACK_S
        if up is None or up > within:
            told = "never" if up is None else f"after {up:.0f} s"
            faults.append(f"x{2**stage} came {told}, it is due within {within:.0f} s")
    back, within = reached(seen, 1.0, hogged_s), stages * WINDOW_S + SLACK_S
    if back is None or back - hogged_s > within:
        told = "never" if back is None else f"{back - hogged_s:.0f} s after the hogs"
        faults.append(f"x1 came back {told}, it is due within {within:.0f} s")
    if any(one.upkeep[0] not in (0.0, UPKEEP_S) for one in seen):
        faults.append("risk and orders were looked after less often")
    hogged = [one for one in seen if 0 <= one.at_s <= hogged_s]
    if len(hogged) > 1:
        under = Stretch.between(hogged[0], hogged[-1])
        if under.upkeep_runs < LEAST_RUNS:
            faults.append(f"only {under.upkeep_runs:.1%} of the due runs of upkeep")
        if under.upkeep_late > MOST_LATE:
            faults.append(f"{under.upkeep_late:.1%} of the runs of upkeep were late")
        if under.p99_s > MOST_P99_S:
            faults.append(f"99 % decided within {under.p99_s * 1e3:g} ms, the limit is 5 ms")
    return faults


def watched(limit: float, stages: int, rate: float) -> tuple[list[Seen], float]:
    """Run all of it; return the pages, and for how long the machine was hogged.

    Raises:
        RuntimeError: The system did not start.
        BlockingIOError: The machine is busy already.
    """
    hogged_s = stages * (WINDOW_S + SLACK_S) + 10
    most_s = hogged_s + stages * WINDOW_S + 2 * SLACK_S
    with (
        simulated(rate, "normal", 1) as url,
        running(["--feed", "okx", "--feed-url", url], {"MAX_CPU_PERCENT": f"{limit:g}"}) as system,
    ):
        seen, begin = [], monotonic() + CALM_S
        while (at_s := monotonic() - begin) < 0:
            seen.append(Seen(at_s, page_of(system.url)))
            sleep(1.0)
        load = 100 * seen[-1].value("supreme_machine_load_ratio")
        if load > limit * EASE:
            raise BlockingIOError(f"the machine's load is {load:.0f} % without a hog")
        hogs, begin = hog(hogged_s), monotonic()
        while (at_s := monotonic() - begin) < most_s:
            seen.append(Seen(at_s, page_of(system.url)))
            if at_s > hogged_s and seen[-1].multiplier == 1.0:
                break
            sleep(1.0)
        for one in hogs:
            one.wait()
    return [one for one in seen if one.page], hogged_s


def hog(seconds: float) -> list[subprocess.Popen[bytes]]:
    """Keep every core busy for so long."""
    command = [sys.executable, "-c", HOG, f"{seconds:g}"]
    return [subprocess.Popen(command) for _ in range(len(psutil.Process().cpu_affinity() or [0]))]


def shown(seen: Sequence[Seen], hogged_s: float) -> str:
    """Return what was seen, as tables."""
    parts = {
        "calm": [one for one in seen if one.at_s < 0],
        "hogged": [one for one in seen if 0 <= one.at_s <= hogged_s],
        "after": [one for one in seen if one.at_s > hogged_s],
    }
    rows = [
        (
            name,
            f"{part.load_percent:.0f}",
            f"{part.upkeep_runs:.1%}",
            f"{part.upkeep_late:.1%}",
            f"{part.p99_s * 1e3:g}",
        )
        for name, pages in parts.items()
        if len(pages) > 1
        for part in [Stretch.between(pages[0], pages[-1])]
    ]
    head = ("whole system", "load, %", "upkeep run of due", "late", "99 % decided within, ms")
    steps, before = [], None
    for one in seen:
        if one.multiplier != before:
            names = " ".join(
                f"{one.value('supreme_domain_interval_seconds', name):g}" for name in STRETCHED
            )
            steps.append((f"x{one.multiplier:g}", f"{one.at_s:.0f}", names))
            before = one.multiplier
    return "\n".join(
        [
            table(head, rows),
            table(("intervals", "s after the hogs began", f"{' '.join(STRETCHED)}, s"), steps),
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it and print what was seen; 1 when something is not as it should be, 2 when busy."""
    parser = argparse.ArgumentParser(description="Hog the machine beside a live system.")
    parser.add_argument("--limit", type=float, default=80.0, help="MAX_CPU_PERCENT of the system")
    parser.add_argument("--stages", type=int, default=1, choices=(1, 2), help="doublings")
    parser.add_argument("--rate", type=float, default=20.0, help="trades a second")
    parser.add_argument("--json", action="store_true", help="print figures as JSON")
    options = parser.parse_args(arguments)
    try:
        seen, hogged_s = watched(options.limit, options.stages, options.rate)
    except BlockingIOError as error:
        print(f"{error}: let it become calm, or raise --limit", file=sys.stderr)
        return 2
    faults = missed(seen, hogged_s, options.stages)
    if options.json:
        steps = [(round(one.at_s, 1), one.multiplier) for one in seen]
        print(json.dumps({"hogged_s": hogged_s, "multipliers": steps, "missed": faults}))
    else:
        print("; ".join(f"{name} {value}" for name, value in machine().items()))
        print(shown(seen, hogged_s))
    for fault in faults:
        print(f"missed: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
