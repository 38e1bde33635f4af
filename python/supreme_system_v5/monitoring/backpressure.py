"""What gives way when the machine is short of something: pure, told the time and the readings.

A load above the limit, as the mean of 60 seconds, doubles all intervals, twice at most; 60 seconds
well below halve them again. Memory has three thresholds and a wall. Work is left out in a fixed
order, and never risk, stops or orders. Every change is a value that says what, why and what to do.
"""

from __future__ import annotations

from collections import deque
from enum import StrEnum

import msgspec

from supreme_system_v5.domain.status import Alert, AlertKind, MachineUse
from supreme_system_v5.errors import InvalidInputError

__all__ = [
    "LEVELS",
    "SHED_ORDER",
    "Backpressure",
    "PressureLimits",
    "PressureStep",
    "Resource",
    "Verdict",
]

SHED_ORDER = ("pages", "analytics", "news", "whales", "wakes")
"""What is left out, first things first: pages, analytics, polling, wakes by significant ticks."""

LEVELS = ("normal", "warn", "trim", "stop")
"""Of own memory, from well to bad."""
_MULTIPLIERS = (1, 2, 4)

_SECOND = 1_000_000_000
_WINDOW_S = 60
_EASE = 0.95
"""A load has to fall to this part of its limit before intervals shrink again."""
_MEMORY_EASE = 0.9
"""Memory has to fall to this part of a threshold before that is left again."""
_BY_CPU = (0, 2, 4, 5)
"""How much of the order is left out at each stage of the load."""
_BY_MEMORY = (0, 0, 2, 4)
"""The same at each level of memory; waking somebody costs none."""
_STOPPED = LEVELS.index("stop")
_MB = 1e6


class Resource(StrEnum):
    """What is short."""

    CPU = "cpu"
    MEMORY = "memory"
    AVAILABLE = "available"
    WALL = "wall"


class PressureLimits(msgspec.Struct, frozen=True, kw_only=True):
    """From when on something is short; refuses what contradicts itself.

    Attributes:
        cpu_percent: Load of the machine, above 0, at most 100.
        warn_bytes: Own memory that is told of.
        trim_bytes: Own memory above which caches are given up.
        stop_bytes: Own memory above which nothing is entered.
        wall_bytes: Own memory that is never to be reached.
        available_bytes: What the machine should have left.
    """

    cpu_percent: float = 88.0
    warn_bytes: int = 150_000_000
    trim_bytes: int = 300_000_000
    stop_bytes: int = 400_000_000
    wall_bytes: int = 3_860_000_000
    available_bytes: int = 300_000_000

    def __post_init__(self) -> None:
        """Check the order."""
        if not 0 < self.cpu_percent <= 100:  # noqa: PLR2004 - a percentage
            raise InvalidInputError(
                f"cpu_percent must be above 0 and at most 100, got {self.cpu_percent}",
                "cpu_percent",
                self.cpu_percent,
                "above 0, at most 100",
            )
        if not 0 < self.warn_bytes <= self.trim_bytes <= self.stop_bytes:
            amounts = (self.warn_bytes, self.trim_bytes, self.stop_bytes)
            raise InvalidInputError(
                f"thresholds of memory must be above 0 and not fall from warn over trim to stop, "
                f"got {amounts} bytes",
                "warn_bytes",
                amounts,
                "warn <= trim <= stop",
            )


class PressureStep(msgspec.Struct, frozen=True, kw_only=True):
    """One change.

    Attributes:
        time_ns: When, by the clock of `Backpressure.judge`.
        resource: What is short, or no longer.
        before: The multiplier (``"x1"``), level or ``"enough"``/``"short"`` before.
        after: The same after.
        worse: Whether it became worse.
        measured: What was measured: percent, or bytes.
        limit: What it was compared with, in the same unit.
        text: Why, and what to do, for people.
    """

    time_ns: int
    resource: Resource
    before: str
    after: str
    worse: bool
    measured: float
    limit: float
    text: str

    @property
    def releases(self) -> bool:
        """Whether it is time to give memory back."""
        short = self.resource is Resource.MEMORY and self.after in ("trim", "stop")
        return self.worse and (short or self.resource is Resource.WALL)

    def alert(self, time_ns: int) -> Alert:
        """Return it as a message to the owner, at a time in nanoseconds UTC."""
        return Alert(
            kind=AlertKind.RESOURCES,
            title=f"{self.resource}: {self.before} → {self.after}",
            text=self.text,
            urgent=self.worse and (self.resource is not Resource.CPU and self.after != "warn"),
            time_ns=time_ns,
        )


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What holds from now on.

    Attributes:
        level: Of memory: ``"normal"``, ``"warn"``, ``"trim"`` or ``"stop"``.
        multiplier: By how much all intervals are stretched: 1, 2 or 4.
        shed: What is left out, the beginning of `SHED_ORDER`.
        entries: Whether positions may be opened.
        steps: What changed just now, in order; mostly nothing.
    """

    level: str
    multiplier: int
    shed: tuple[str, ...]
    entries: bool
    steps: tuple[PressureStep, ...]

    def on(self, use: MachineUse) -> MachineUse:
        """Return a reading with what holds written into it."""
        return msgspec.structs.replace(
            use, level=self.level, multiplier=self.multiplier, shed=self.shed
        )


class _Load:
    """The mean load of the last minute, in cells of a second: at most 61, however often asked."""

    __slots__ = ("_cells", "_last_ns")

    def __init__(self) -> None:
        self._cells: deque[list[float]] = deque()
        self._last_ns: int | None = None

    def add(self, now_ns: int, percent: float) -> None:
        if self._last_ns is None:  # nobody knows for how long it has been so
            self._last_ns = now_ns
            return
        elapsed = min(now_ns - self._last_ns, _WINDOW_S * _SECOND)
        if elapsed <= 0:
            return
        self._last_ns = now_ns
        second = now_ns // _SECOND
        if self._cells and self._cells[-1][0] == second:
            self._cells[-1][1] += elapsed
            self._cells[-1][2] += elapsed * percent
        else:
            self._cells.append([second, elapsed, elapsed * percent])
        while self._cells[0][0] <= second - _WINDOW_S - 1:
            self._cells.popleft()

    def mean(self) -> float | None:
        """Return it; None before a minute was seen."""
        weight = sum(cell[1] for cell in self._cells)
        if weight < _WINDOW_S * _SECOND:
            return None
        return sum(cell[2] for cell in self._cells) / weight

    def begin_anew(self) -> None:
        self._cells.clear()


class Backpressure:
    """Judges readings, and remembers what holds.

    Args:
        limits: From when on something is short.
    """

    __slots__ = ("_level", "_limits", "_load", "_short", "_stage", "_walled")

    def __init__(self, limits: PressureLimits) -> None:
        self._limits = limits
        self._load = _Load()
        self._stage = 0
        """0 to 3: x1, x2, x4, and x4 without wakes."""
        self._level = 0
        self._walled = False
        self._short = False

    def judge(self, now_ns: int, use: MachineUse) -> Verdict:
        """Take a reading.

        Args:
            now_ns: Monotonic time, nanoseconds.
            use: What was read; its load counts for the time since the reading before.

        Returns:
            What holds now, and what changed.
        """
        steps = [
            *self._judge_load(now_ns, use.load_percent),
            *self._judge_level(now_ns, use.memory_bytes),
            *self._judge_wall(now_ns, use.memory_bytes),
            *self._judge_available(now_ns, use.available_bytes),
        ]
        level = _STOPPED if self._walled else self._level
        count = max(_BY_CPU[self._stage], _BY_MEMORY[level])
        return Verdict(
            level=LEVELS[level],
            multiplier=_MULTIPLIERS[min(self._stage, 2)],
            shed=SHED_ORDER[:count],
            entries=level != _STOPPED,
            steps=tuple(steps),
        )

    def _judge_load(self, now_ns: int, percent: float) -> list[PressureStep]:
        self._load.add(now_ns, percent)
        mean, limit = self._load.mean(), self._limits.cpu_percent
        if mean is None:
            return []
        stage = self._stage
        if mean > limit and stage < len(_BY_CPU) - 1:
            self._stage += 1
        elif mean < limit * _EASE and stage > 0:
            self._stage -= 1
        else:
            return []
        self._load.begin_anew()  # a step is judged by the minute after it
        before, after = _stage_name(stage), _stage_name(self._stage)
        worse = self._stage > stage
        mend = (
            "find what else runs on the machine, or raise the intervals (MAX_CPU_PERCENT is the "
            "limit)"
            if worse
            else "nothing to do"
        )
        return [
            PressureStep(
                time_ns=now_ns,
                resource=Resource.CPU,
                before=before,
                after=after,
                worse=worse,
                measured=mean,
                limit=limit if worse else limit * _EASE,
                text=f"the machine's load was {mean:.1f} % over {_WINDOW_S} s, "
                f"{'above' if worse else 'below'} {limit if worse else limit * _EASE:g} %: "
                f"intervals go from {before} to {after}; {mend}",
            )
        ]

    def _judge_level(self, now_ns: int, used: int) -> list[PressureStep]:
        limits = self._limits
        bounds = (0, limits.warn_bytes, limits.trim_bytes, limits.stop_bytes)
        before = self._level
        up = max(level for level, bound in enumerate(bounds) if used > bound or level == 0)
        down = max(
            level for level, bound in enumerate(bounds) if used > bound * _MEMORY_EASE or level == 0
        )
        self._level = max(up, min(before, down))
        if self._level == before:
            return []
        worse = self._level > before
        bound = bounds[self._level] if worse else bounds[self._level + 1] * _MEMORY_EASE
        does = {
            "normal": "all is as usual",
            "warn": "nothing is left out yet",
            "trim": "caches are given up",
            "stop": "nothing is entered; what is open stays protected",
        }[LEVELS[self._level]]
        mend = "; watch whether it grows, and restart in a quiet moment" if worse else ""
        return [
            _of_memory(
                now_ns,
                Resource.MEMORY,
                (LEVELS[before], LEVELS[self._level]),
                (used, bound),
                f"{does}{mend}",
                worse=worse,
            )
        ]

    def _judge_wall(self, now_ns: int, used: int) -> list[PressureStep]:
        bound = self._limits.wall_bytes * (_MEMORY_EASE if self._walled else 1.0)
        worse = used > bound
        if worse == self._walled:
            return []
        self._walled = worse
        does = "nothing is entered; restart it now" if worse else "entries are allowed again"
        ends = ("below", "beyond") if worse else ("beyond", "below")
        return [_of_memory(now_ns, Resource.WALL, ends, (used, bound), does, worse=worse)]

    def _judge_available(self, now_ns: int, left: int) -> list[PressureStep]:
        # What is enough again has to be a tenth more than what is short.
        bound = self._limits.available_bytes / (_MEMORY_EASE if self._short else 1.0)
        worse = left < bound
        if worse == self._short:
            return []
        self._short = worse
        ends = ("enough", "short") if worse else ("short", "enough")
        does = (
            "end what else needs memory, or the system may be killed by the kernel"
            if worse
            else "nothing to do"
        )
        return [
            PressureStep(
                time_ns=now_ns,
                resource=Resource.AVAILABLE,
                before=ends[0],
                after=ends[1],
                worse=worse,
                measured=left,
                limit=bound,
                text=f"the machine has {left / _MB:.0f} MB of memory left, "
                f"{'less' if worse else 'no less'} than {bound / _MB:.0f} MB: {does}",
            )
        ]


def _stage_name(stage: int) -> str:
    """Name a stage of the load.

    >>> [_stage_name(stage) for stage in range(4)]
    ['x1', 'x2', 'x4', 'x4 without wakes']
    """
    return ("x1", "x2", "x4", "x4 without wakes")[stage]


def _of_memory(
    now_ns: int,
    resource: Resource,
    ends: tuple[str, str],
    amounts: tuple[int, float],
    does: str,
    *,
    worse: bool,
) -> PressureStep:
    used, bound = amounts
    return PressureStep(
        time_ns=now_ns,
        resource=resource,
        before=ends[0],
        after=ends[1],
        worse=worse,
        measured=used,
        limit=bound,
        text=f"the system uses {used / _MB:.0f} MB, {'above' if worse else 'at most'} "
        f"{bound / _MB:.0f} MB: {does}",
    )
