"""What the benchmarks share: contenders in alternating rounds, ratios, quantiles, the machine.

Everything here is the standard library's: a benchmark of memory must not load more than what it
measures.
"""

from __future__ import annotations

import ctypes
import gc
import math
import os
import platform
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import FunctionType
from typing import NamedTuple, ParamSpec, cast

P = ParamSpec("P")

Contender = Callable[[], int]
"""Does its work once and answers how many nanoseconds that took."""

Samples = Mapping[str, Sequence[float]]
"""Nanoseconds per element of every contender, round by round."""

_MMAP_THRESHOLD, _MMAP_MAX, _TRIM_THRESHOLD = -3, -4, -1  # glibc's names for mallopt(3)


class Spread(NamedTuple):
    """How a series of numbers is spread."""

    median: float
    lower: float
    upper: float
    least: float
    most: float


class Bar(NamedTuple):
    """What a ratio should be at most: `passes` is asked for, `goal` is hoped for."""

    passes: float
    goal: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """One contender against the best of the others.

    Attributes:
        best: The peer with the smallest median, for each part.
        ratios: Per round, the contender over the sum of the best peers in that same round.
        harder: The same over the sum of whoever was fastest in that very round, for each part; a
            peer that had luck once counts with its luck.
    """

    best: tuple[str, ...]
    ratios: list[float]
    harder: list[float]


def spread(values: Sequence[float]) -> Spread:
    """Return median, quartiles and extremes of at least one number."""
    if len(values) == 1:
        return Spread(*[values[0]] * 5)
    lower, median, upper = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(median, lower, upper, min(values), max(values))


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that at least `percent` of the values do not exceed."""
    return sorted(values)[max(math.ceil(percent / 100 * len(values)), 1) - 1]


def compare(ours: Sequence[float], parts: Sequence[Samples]) -> Comparison:
    """Set one contender, round by round, against the best peer of each part.

    Args:
        ours: Of the contender that does all parts at once.
        parts: What the peers need for each part.
    """
    best = tuple(min(part, key=lambda name: statistics.median(part[name])) for part in parts)
    chosen = [part[name] for part, name in zip(parts, best, strict=True)]
    fastest = [[min(of_round) for of_round in zip(*part.values(), strict=True)] for part in parts]
    return Comparison(best, _over_sum(ours, chosen), _over_sum(ours, fastest))


def _over_sum(ours: Sequence[float], parts: Sequence[Sequence[float]]) -> list[float]:
    sums = [sum(of_round) for of_round in zip(*parts, strict=True)]
    return [value / of_round for value, of_round in zip(ours, sums, strict=True)]


def alternate(
    contenders: Mapping[str, Contender], *, rounds: int, warm_up: int
) -> list[dict[str, int]]:
    """Let every contender work once a round, each round beginning with another one.

    Whatever slows the machine for a while then slows all of them; the garbage collector rests.

    Args:
        contenders: By name.
        rounds: How many rounds to return.
        warm_up: How many rounds come before them and are forgotten.
    """
    names = list(contenders)
    taken: list[dict[str, int]] = []
    with _no_collector():
        for number in range(warm_up + rounds):
            first = number % len(names)
            order = names[first:] + names[:first]
            taken.append({name: contenders[name]() for name in order})
    return taken[warm_up:]


@contextmanager
def _no_collector() -> Iterator[None]:
    was_enabled = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def net(
    taken: Sequence[Mapping[str, int]], loops: Mapping[str, Sequence[str]], elements: int
) -> dict[str, list[float]]:
    """Subtract what the bare loop took in the same round; return nanoseconds per element.

    Args:
        taken: Rounds of `alternate`.
        loops: For each contender to return, the bare loops to subtract, if any; of several, the one
            that took least, so that one disturbed loop does not flatter its round.
        elements: How many elements one run works on.

    Rounds in which the bare loop was disturbed so much that nothing remains are left out, for all.
    """
    rounds = [
        {
            name: of_round[name] - min((of_round[loop] for loop in of), default=0)
            for name, of in loops.items()
        }
        for of_round in taken
    ]
    kept = [of_round for of_round in rounds if min(of_round.values()) > 0]
    return {name: [of_round[name] / elements for of_round in kept] for name in loops}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A comparison to be measured.

    Attributes:
        key: Its name for programs.
        title: What is compared, for people.
        unit: What one element is.
        ours: The contender that is set against the peers.
        contenders: All that run, bare loops included.
        loops: Per contender to report, the bare loops to subtract.
        parts: Per part that `ours` does, the peers of which the best counts.
        elements: How many elements one run works on.
        bar: None where the ratio is for information.
    """

    key: str
    title: str
    unit: str
    ours: str
    contenders: Mapping[str, Contender]
    loops: Mapping[str, Sequence[str]]
    parts: Sequence[Sequence[str]]
    elements: int
    bar: Bar | None


@dataclass(frozen=True, slots=True)
class Result:
    """A plan and what came of it."""

    plan: Plan
    samples: Samples
    comparison: Comparison

    @property
    def missed(self) -> bool:
        """Tell whether a bar was set and the median ratio is above it."""
        bar = self.plan.bar
        return bar is not None and spread(self.comparison.ratios).median > bar.passes


def measure(plan: Plan, *, rounds: int, warm_up: int) -> Result:
    """Run a plan.

    Raises:
        RuntimeError: Nothing remains of any round, because the machine is too busy.
    """
    taken = alternate(plan.contenders, rounds=rounds, warm_up=warm_up)
    samples = net(taken, plan.loops, plan.elements)
    if not samples[plan.ours]:
        raise RuntimeError(f"{plan.key}: every round was disturbed; longer rounds may help")
    parts = [{name: samples[name] for name in part} for part in plan.parts]
    return Result(plan, samples, compare(samples[plan.ours], parts))


def own_copy(loop: Callable[P, int]) -> Callable[P, int]:
    """Return the same function with code of its own.

    CPython specialises each call site for what it saw there. In shared code one contender would run
    through what was specialised for the one before.
    """
    function = cast("FunctionType", loop)
    code = function.__code__.replace()
    return cast("Callable[P, int]", FunctionType(code, function.__globals__, function.__name__))


def keep_memory(*, keep: bool) -> bool:
    """Tell glibc's allocator to keep large blocks for the next caller, or to give them back.

    Which it does by itself depends on what was allocated before, and a page fresh from the kernel
    costs more than the arithmetic of the numbers on it. Return False where this cannot be chosen.
    """
    try:
        libc = ctypes.CDLL(None)
        if keep:
            done = libc.mallopt(_MMAP_MAX, 0) and libc.mallopt(_TRIM_THRESHOLD, 2**31 - 1)
        else:
            done = libc.mallopt(_MMAP_THRESHOLD, 128 * 1024) and libc.mallopt(_MMAP_MAX, 65_536)
            libc.malloc_trim(0)
    except (AttributeError, OSError):
        return False
    return bool(done)


def machine() -> dict[str, str]:
    """Describe where this runs, for whoever reads the figures elsewhere."""
    return {
        "cpu": _cpu_model(),
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else "?"),
        "system": f"{platform.system()} {platform.release()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "load": " ".join(f"{load:.2f}" for load in os.getloadavg()),
    }


def _cpu_model() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def version_of(distribution: str) -> str:
    """Return the installed version, or "not installed" for a source tree on the path."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "not installed"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Align a table: the first column to the left, the others to the right."""
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            [line[0].ljust(widths[0])]
            + [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        ).rstrip()
        for line in lines
    )
