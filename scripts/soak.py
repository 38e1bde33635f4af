"""Seven days of the whole live system in minutes: does anything grow, drift, or differ?

    make soak                                   # seven days
    python scripts/soak.py --days 1 --rate 20

A seeded market, the real orchestrator with an account as that of `supreme run`, and recorded news
and transfers where SUPREME_DATA_DIR names them, on an event loop whose time is a number. Ends with
1 when resident memory grew by 1 MB a day or more after the first day, a run of a domain was left
out, late or off its grid, a minute differs from the market's own, a container grew without end,
or a backtest over the same trades decides anything else. docs/benchmarks.md says more.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import tracemalloc
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchlib import machine, table
from tests.support.soak_market import Soak
from tests.support.soaked import Soaked, World, recorded_world, soak

MOST_MB_A_DAY = 1.0
HOURS_A_DAY = 24
ONCE_MORE = ("clock",)
"""Domains that are first done an interval after the begin."""
WOKEN = ("technical",)
"""Domains that are also done at once, when a signal comes."""
BOUNDED = ("OrderDesk", "DecisionLog", "_Watch")
"""Who may grow for days: the last 65 536 fills, 64 KiB that wait to be hashed, and who measures."""
MOST_SHOWN = 10
Samples = Sequence[tuple[int, int]]


def slope(values: Sequence[float]) -> float:
    """Return the growth from one value to the next by least squares; 0 for fewer than two.

    >>> slope([1.0, 3.0, 5.0])
    2.0
    """
    count = len(values)
    if count < 2:
        return 0.0
    middle, mean = (count - 1) / 2, sum(values) / count
    over = sum((place - middle) * (value - mean) for place, value in enumerate(values))
    return over / sum((place - middle) ** 2 for place in range(count))


def growth(samples: Samples) -> tuple[float, float]:
    """Return what memory grew by after the first day, or the first third of less: MB, blocks a day.

    Args:
        samples: By hour: resident bytes, and allocated blocks.
    """
    warm = samples[min(HOURS_A_DAY, len(samples) // 3) :]
    resident, blocks = ([float(each[place]) for each in warm] for place in (0, 1))
    return slope(resident) * HOURS_A_DAY / 1e6, slope(blocks) * HOURS_A_DAY


def off_schedule(seen: Soaked) -> list[str]:
    """Return a line for each domain that did not run exactly when it was due."""
    faults = []
    for name, task in seen.status.domains.items():
        if task.next_ns is None:
            continue  # the pump runs whenever the feed tells something
        first_ns = task.interval_ns if name in ONCE_MORE else 0
        due = -(-(seen.ran_ns - first_ns) // task.interval_ns)  # and one at the last instant
        woken = seen.status.signals if name in WOKEN else 0
        if not due <= task.runs <= due + 1 + woken:
            faults.append(f"{name} ran {task.runs} times, {due} were due")
        if task.late or task.skipped or task.failures:
            told = f"{task.late} late, {task.skipped} left out, {task.failures} failed"
            faults.append(f"runs of {name}: {told} {task.last_error}".rstrip())
        if off_ns := (task.next_ns - seen.began_ns) % task.interval_ns:
            faults.append(f"{name} is {off_ns} ns off its grid")
    return faults


def missed(seen: Soaked) -> list[str]:
    """Return a line for each thing that is not as it should be, but what grows."""
    status, faults = seen.status, off_schedule(seen)
    if status.bars_differing or not status.bars_checked:
        told = f"{status.bars_differing} of {status.bars_checked}"
        faults.append(f"minutes that differ from the market's own: {told}")
    if status.wakes.late or status.wakes.bad:
        faults.append(f"{status.wakes.late} trades were late, {status.wakes.bad} refused")
    if not status.trades_closed:
        faults.append("nothing was traded")
    if seen.digest != seen.again:
        faults.append(f"decisions differ from a backtest's: {seen.digest}, {seen.again}")
    return faults


def endless(seen: Soaked) -> list[str]:
    """Return a line for each container that grew all the time; what holds a day does so in one."""
    found = [each for each in seen.growing if not any(name in each for name in BOUNDED)]
    return [f"grows: {each}" for each in found]


def blame(of: Soak, world: World, journal: Path) -> list[str]:
    """Run two days more, and return where the memory came from that the second one took."""
    taken: list[tracemalloc.Snapshot] = []
    tracemalloc.start(8)
    hours = 2 * HOURS_A_DAY
    two_days = Soak(**{**vars(of), "hours": hours})
    soak(two_days, world, journal, lambda _: taken.append(tracemalloc.take_snapshot()))
    tracemalloc.stop()
    found = taken[1].compare_to(taken[0], "traceback")[:MOST_SHOWN]
    return [f"{each}\n  " + "\n  ".join(each.traceback.format()[-4:]) for each in found]


def shown(seen: Soaked, seconds: float, mb: float, blocks: float) -> str:
    """Return what was seen, as a table."""
    status = seen.status
    runs = sum(task.runs for task in status.domains.values())
    rows = [
        ("simulated days", f"{seen.ran_ns / 86_400e9:.2f}", ""),
        ("took, s", f"{seconds:.0f}", ""),
        ("trades taken", f"{status.wakes.seen:,}", ""),
        ("signals, orders, closed trades", _counts(seen), ""),
        ("events told beside trades", f"{seen.told:,}", ""),
        ("runs of domains", f"{runs:,}", "each when due"),
        ("minutes compared, differing", f"{status.bars_checked}, {status.bars_differing}", "0"),
        ("decisions as a backtest's", "yes" if seen.digest == seen.again else "no", "yes"),
        ("resident, MB: first hour", f"{seen.memory[0][0] / 1e6:.1f}", ""),
        ("resident, MB: last hour", f"{seen.memory[-1][0] / 1e6:.1f}", ""),
        ("resident, MB a day after the first", f"{mb:+.3f}", f"{MOST_MB_A_DAY:g}"),
        ("allocated blocks a day", f"{blocks:+.0f}", ""),
    ]
    return table(("whole system, simulated time", "seen", "limit"), rows)


def _counts(seen: Soaked) -> str:
    status = seen.status
    return f"{status.signals}, {status.approved}, {status.trades_closed}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it and print what was seen; 1 when something is not as it should be."""
    usual = Soak(hours=1)
    parser = argparse.ArgumentParser(description="Days of the live system in minutes.")
    parser.add_argument("--days", type=float, default=7.0, help="simulated; at least 0.125")
    parser.add_argument("--rate", type=float, default=usual.rate, help="trades a second")
    parser.add_argument("--scenario", default=usual.scenario)
    parser.add_argument("--strategy", default=usual.strategy)
    parser.add_argument("--risk", default=usual.risk, choices=("fixed", "dynamic"))
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--json", action="store_true", help="print figures as JSON")
    options = parser.parse_args(arguments)
    hours = round(options.days * HOURS_A_DAY)
    if hours < 3:
        parser.error(f"--days is {options.days:g}, allowed is 0.125 or more")
    names = ("rate", "scenario", "strategy", "risk", "seed")
    of = Soak(hours=hours, **{name: getattr(options, name) for name in names})
    data = os.environ.get("SUPREME_DATA_DIR")
    world = recorded_world(Path(data)) if data else World()
    with tempfile.TemporaryDirectory() as folder:
        journal, start = Path(folder, "journal"), monotonic()
        seen = soak(of, world, journal, lambda text: print(text, file=sys.stderr))
        seconds = monotonic() - start
        mb, blocks = growth(seen.memory)
        faults = missed(seen) + (endless(seen) if hours >= 3 * HOURS_A_DAY else [])
        if hours > HOURS_A_DAY and mb >= MOST_MB_A_DAY:
            faults.append(f"memory grew by {mb:.2f} MB a day, the limit is {MOST_MB_A_DAY:g} MB")
            print("the second of two days took most memory at:", file=sys.stderr)
            print("\n".join(blame(of, world, journal)), file=sys.stderr)
    if options.json:
        told = {"hours": hours, "seconds": seconds, "mb_a_day": mb, "blocks_a_day": blocks}
        memory = {"memory": seen.memory, "digest": seen.digest, "trades": seen.status.wakes.seen}
        print(json.dumps({**told, **memory, "missed": faults}))
    else:
        print("; ".join(f"{name} {value}" for name, value in machine().items()))
        print(shown(seen, seconds, mb, blocks))
    for fault in faults:
        print(f"missed: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
