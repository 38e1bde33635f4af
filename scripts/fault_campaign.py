"""Let everything go wrong that goes wrong at exchanges, at every venue, and hold the feed to it.

    make faults                                    # all of it, some minutes
    python scripts/fault_campaign.py --short       # one of each kind, on all venues
    python scripts/fault_campaign.py --table       # writes the table of docs/benchmarks.md
    python scripts/fault_campaign.py --check       # compares it
    python scripts/fault_campaign.py --only WORD [--venue okx] [--seed N]

Each run is a simulated exchange, the feed, and an account on paper, over real sockets and in
virtual time: the same seed gives the same run. Ends with 1 when anything is not as it should be, or
with --check when the table is another one; with 2 when nothing was to be run. docs/benchmarks.md
says more.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from supreme_system_v5.exchanges.protocol import VENUES
from tests.support.fault_case import FaultCase
from tests.support.fault_cases import CASES, SHORT, case_of
from tests.support.fault_runs import FaultOutcome, memory_growth, run_fault

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- begin of the table of faults -->", "<!-- end of the table of faults -->"
HEAD = ("fault", "venues", "stale after, s", "fresh again after, s", "late by, s", "mended")
REPEATED = ("TCP reset", "confirmed, then never told", "cut again and again for 60 s")
"""Whose memory is watched over many runs."""
MOST_GROWTH = 32_768
"""Bytes a run; what libraries remember of addresses is a third of it."""
_NEVER = "-"


def outcomes(
    cases: Sequence[FaultCase], venues: Sequence[str], seed: int, jobs: int
) -> Iterator[FaultOutcome]:
    """Yield what came of every case at every venue where it can happen."""
    wanted = [(venue, case.name) for case in cases for venue in case.venues if venue in venues]
    if jobs == 1:
        yield from (_run((venue, name, seed)) for venue, name in wanted)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_run, [(venue, name, seed) for venue, name in wanted])


def _run(wanted: tuple[str, str, int]) -> FaultOutcome:
    venue, name, seed = wanted
    return run_fault(venue, case_of(name), seed)


def table(found: Iterable[FaultOutcome]) -> str:
    """Return what was found as a table, the worst over venues of each fault."""
    by_case: dict[str, list[FaultOutcome]] = {}
    for outcome in found:
        by_case.setdefault(outcome.case, []).append(outcome)
    rows: list[tuple[str, ...]] = []
    group = ""
    for case in CASES:
        runs = by_case.get(case.name)
        if not runs:
            continue
        if case.group != group:
            group = case.group
            rows.append((f"**{group}**", *[""] * (len(HEAD) - 1)))
        rows.append(
            (
                case.name,
                "all" if len(runs) == len(VENUES) else ", ".join(run.venue for run in runs),
                _worst(run.stale_s for run in runs),
                _worst(run.fresh_s for run in runs),
                _worst(run.late_s for run in runs),
                str(sum(run.repaired for run in runs) or _NEVER),
            )
        )
    lines = [HEAD, ("---", *["--:"] * (len(HEAD) - 1)), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _worst(values: Iterable[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{max(known):.1f}" if known else _NEVER


def between(page: str, made: str) -> str:
    """Return a page with the table in its place.

    Raises:
        ValueError: The page has no place for it.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the page needs the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{made}\n\n{END}{after}"


def watch_memory(seed: int) -> bool:
    """Repeat some faults, print what they leave behind, and return whether that is little."""
    flat = True
    for place, name in enumerate(REPEATED):
        venue = VENUES[place % len(VENUES)]
        growth = memory_growth(venue, case_of(name), seed)
        flat = flat and growth <= MOST_GROWTH
        print(f"memory: {name}, {venue}: {growth:+d} bytes a run")
    return flat


def main(arguments: Sequence[str] | None = None, page: Path = PAGE) -> int:
    """Run it; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--short", action="store_true", help="one fault of each kind")
    parser.add_argument("--only", default="", metavar="WORD", help="faults whose name has it")
    parser.add_argument("--venue", action="append", choices=VENUES, help="only there")
    parser.add_argument("--seed", type=int, default=1, help="of market, chance and jitter")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--table", action="store_true", help="write the table of the page")
    parser.add_argument("--check", action="store_true", help="compare it")
    options = parser.parse_args(arguments)
    cases = [
        case
        for case in CASES
        if options.only in case.name and (not options.short or case.name in SHORT)
    ]
    found, bad = [], 0
    for outcome in outcomes(cases, options.venue or VENUES, options.seed, options.jobs):
        found.append(outcome)
        bad += bool(outcome.problems)
        for problem in outcome.problems:
            print(f"{outcome.venue}, {outcome.case}, seed {outcome.seed}: {problem}")
    if not found:
        print(f"no fault has {options.only!r} in its name at these venues", file=sys.stderr)
        return 2
    whole = len(cases) == len(CASES) and not options.venue
    made = table(found)
    if options.table or options.check:
        if not whole:
            print("the table is of all faults at all venues: leave the others out", file=sys.stderr)
            return 2
        old = page.read_text(encoding="utf-8")
        new = between(old, made)
        if options.table:
            page.write_text(new, encoding="utf-8")
        elif new != old:
            print(f"the table in {page.name} is another one: make faults ARGS=--table writes it")
            bad += 1
    else:
        print(made)
    if whole and not watch_memory(options.seed):
        bad += 1
    print(f"{len(found)} runs of {len(cases)} faults, {bad} not as they should be")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
