"""How soon a live system trades, and how large it is then.

    make bench
    python scripts/bench_live.py [--rounds 5] [--json]

An exchange (`supreme sim`) and the system (`supreme run`, 300 minutes of history) are processes of
their own. Ends with 1 when the median start to the first trade that the market took used more than
1 s of processor, or the system held more than 90 MB of memory after 15 seconds of trading.
The time on the clock is told beside: on a busy machine it says more of the others.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic, sleep

sys.path.insert(0, str(Path(__file__).resolve().parent))

import psutil

from benchlib import machine, table
from livelib import running
from load_single_symbol import simulated

LIMITS = {"processor to the first trade, s": 1.0, "resident after trading, MB": 90.0}
TRADES_S = 15.0


@dataclass(frozen=True)
class Start:
    """One start.

    Attributes:
        cpu_s: Processor until it traded.
        clock_s: The same on the clock.
        resident_mb: After `TRADES_S` seconds more.
    """

    cpu_s: float
    clock_s: float
    resident_mb: float


def start(url: str, seconds: float) -> Start:
    """Start a system on an exchange, and look at it."""
    begin = monotonic()
    with running(["--feed", "okx", "--feed-url", url]) as system:
        clock_s, watched = monotonic() - begin, psutil.Process(system.process.pid)
        times = watched.cpu_times()
        sleep(seconds)
        resident = watched.memory_info().rss
    return Start(times.user + times.system, clock_s, resident / 1e6)


def measured(starts: Sequence[Start]) -> dict[str, float]:
    """Return the medians; memory at its largest."""
    return {
        "processor to the first trade, s": median(one.cpu_s for one in starts),
        "clock to the first trade, s": median(one.clock_s for one in starts),
        "resident after trading, MB": max(one.resident_mb for one in starts),
    }


def missed(found: Mapping[str, float]) -> list[str]:
    """Return a line for each limit that is not held."""
    return [
        f"{name}: {found[name]:.2f}, the limit is {limit:g}"
        for name, limit in LIMITS.items()
        if not found[name] <= limit
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 when a limit is missed."""
    parser = argparse.ArgumentParser(description="Start of a live system, and its memory.")
    parser.add_argument("--rounds", type=int, default=5, help="starts, at least 1")
    parser.add_argument("--seconds", type=float, default=TRADES_S, help="of trading in each")
    parser.add_argument("--json", action="store_true", help="print figures as JSON")
    options = parser.parse_args(arguments)
    if options.rounds < 1:
        parser.error(f"--rounds is {options.rounds}, allowed is 1 or more")
    with simulated(20.0, "normal", 1) as url:
        found = measured([start(url, options.seconds) for _ in range(options.rounds)])
    faults = missed(found)
    if options.json:
        print(json.dumps({"found": found, "limits": LIMITS, "machine": machine()}))
    else:
        rows = [(name, f"{value:.2f}", f"{LIMITS.get(name, '')}") for name, value in found.items()]
        print(table(("live system", "seen", "limit"), rows))
    for fault in faults:
        print(f"MISSED {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
