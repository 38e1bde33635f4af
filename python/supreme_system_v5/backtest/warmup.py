"""How much history each value needs: fresh analyzers are held to one that knows the whole past.

An average that remembers everything (EMA, RSI, MACD, ATR) depends on where it began, and forgets
that only bit by bit; one over a window is right as soon as the window is full. So analyzers are
started afresh at moments spread over the data, and at every closed bar after its start each is
compared with the analyzer that began with the data.

The first quarter of the data (or as many bars as are compared, when that is less) is history only:
at every comparison the whole past is longer than the fresh one by at least that much. A start that
falls into silence moves to the next bar with trades, and starts that meet there are one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from types import MappingProxyType

from supreme_system_v5.backtest.minutes import Minutes
from supreme_system_v5.domain import NS_PER_SECOND, Flag, Timeframe
from supreme_system_v5.mtf import MultiTimeframeEngine, Reading, cast_vote
from supreme_system_v5.mtf.vote import NEGLIGIBLE, side
from supreme_system_v5.ports import TickAnalyzer

__all__ = [
    "LENGTHS",
    "SCALES",
    "Scale",
    "Spread",
    "TimeframeWarmup",
    "ValueWarmup",
    "compare",
    "tolerance",
]

LENGTHS = (35, 61, 100, 150, 200, 300, 500, 1_000, 2_000)
"""Closed bars of history at which differences are told, as far as the data reach."""


class Scale(StrEnum):
    """What a difference is a share of; always that of the whole past at the same bar."""

    PRICE = "price"
    """The close."""
    ATR = "ATR"
    """The average true range, at least 1e-9 of the close: for what swings around 0."""
    POINTS = "points"
    """Nothing: points of 100, whose tolerance is 100 times that of a share."""
    ITSELF = "itself"
    """The value."""
    VOTE = "vote"
    """Nothing: 0 where the directions agree, else 1."""


SCALES: Mapping[str, Scale] = MappingProxyType(
    {
        "ema_fast": Scale.PRICE,
        "ema": Scale.PRICE,
        "ema_slow": Scale.PRICE,
        "rsi": Scale.POINTS,
        "macd": Scale.ATR,
        "signal": Scale.ATR,
        "histogram": Scale.ATR,
        "atr": Scale.ATR,
        "upper": Scale.PRICE,
        "middle": Scale.PRICE,
        "lower": Scale.PRICE,
        "volatility": Scale.ITSELF,
        "vwap": Scale.PRICE,
    }
)
"""The values of a timeframe that depend on bars before the last one, and their scales."""

_READ = ("close", *SCALES)
_ATR = _READ.index("atr")
_ALL_BARS = Flag.BAR_1M | Flag.BAR_5M | Flag.BAR_15M | Flag.BAR_1H
_MOST_POINTS = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Differences at one length of history, over all starts that have the value there.

    Attributes:
        starts: How many.
        largest: The largest difference, on the scale of the value; 0 is equality to the last bit.
        median: The median difference.
        agree: Share of the starts whose difference is exactly 0.
    """

    starts: int
    largest: float
    median: float
    agree: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueWarmup:
    """How one value comes to what the whole past makes of it. Bars are counted from the start.

    Attributes:
        name: As `TickAnalyzer.read` names it; or ``"vote"``, ``"consensus"``.
        scale: What differences are a share of.
        first_bar: The bar with its first value, in every start; None without one.
        differences: At each length of the timeframe; None where there is no value yet.
        at_mature: At the bar at which the timeframe is mature; None where that was not reached.
        within_from: From this bar on no start was off by more than the tolerance (a vote: none
            disagreed); None when one was at the last bar compared.
        exact_from: From this bar on all starts were equal to the last bit; None when one was not.
    """

    name: str
    scale: Scale
    first_bar: int | None
    differences: tuple[Spread | None, ...]
    at_mature: Spread | None
    within_from: int | None
    exact_from: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeframeWarmup:
    """All values of a timeframe.

    Attributes:
        timeframe: Length of the bars.
        bars: Whole bars in the data.
        starts: How many fresh analyzers there were; 0 when the data are too short, or silent.
        lengths: Closed bars of history at which differences are told, shortest first; the last one
            is the longest that was compared.
        mature_bar: The bar from which on every start called itself mature; None when none did.
        values: In the order of `SCALES`, then the vote and, of 1h bars, the consensus.
    """

    timeframe: Timeframe
    bars: int
    starts: int
    lengths: tuple[int, ...]
    mature_bar: int | None
    values: tuple[ValueWarmup, ...]


def tolerance(scale: Scale, within: float) -> float:
    """Return the largest difference on a scale that is within a share; a vote must agree."""
    if scale is Scale.VOTE:
        return 0.0
    return within * _MOST_POINTS if scale is Scale.POINTS else within


def compare(
    minutes: Minutes,
    timeframe: Timeframe,
    *,
    new_market: Callable[[Flag], TickAnalyzer],
    timeframes: Callable[[TickAnalyzer], MultiTimeframeEngine],
    lengths: tuple[int, ...] = LENGTHS,
    starts: int = 20,
    within: float = 1e-4,
) -> TimeframeWarmup:
    """Compare fresh starts with the whole past, at every closed bar of one timeframe.

    Args:
        minutes: The data.
        timeframe: Whose bars; the consensus is asked at those of 1h only, where all close.
        new_market: Makes a fresh analyzer that wakes on these flags.
        timeframes: Makes the engine whose consensus is compared.
        lengths: Bars of history to tell of, ascending, each 1 or more.
        starts: How many fresh analyzers, 1 or more.
        within: The tolerance, above 0: a share of the scale, hundreds of points.

    Returns:
        What was found; without starts when there are fewer bars than twice the shortest length, or
        no trades where one could begin.

    Time: each start runs over the longest length, or over half of the data when these are shorter.
    Memory: an analyzer for each start under way, and a number for each start, value and length.
    """
    step_ns = timeframe.seconds * NS_PER_SECOND
    first = -(-minutes.start_ns // step_ns)
    bars = max(minutes.end_ns // step_ns - first, 0)
    reach = min(lengths[-1], bars // 2)
    waiting: list[int] = []
    if reach >= lengths[0]:
        wanted = [(first + bar) * step_ns for bar in _spread(bars, reach, starts)]
        waiting = _with_trades(minutes, wanted, step_ns, (first + bars - reach) * step_ns)
    if not waiting:
        return TimeframeWarmup(
            timeframe=timeframe, bars=bars, starts=0, lengths=(), mature_bar=None, values=()
        )
    told = (*(length for length in lengths if length < reach), reach)
    with_consensus = timeframe is Timeframe.H1
    flags = _ALL_BARS if with_consensus else timeframe.flag
    names = (*SCALES, "vote", "consensus") if with_consensus else (*SCALES, "vote")
    courses = [_Course(name, told, within) for name in names]

    def follower(start_ns: int) -> _Follower:
        ask = timeframes if with_consensus else None
        return _Follower(new_market(flags), minutes, start_ns, timeframe, ask)

    count, mature = len(waiting), 0
    whole, under_way = follower(minutes.start_ns), deque[_Follower]()
    while (under_way or waiting) and whole.step():
        if waiting and waiting[0] == whole.opened_ns:
            under_way.append(follower(waiting.pop(0)))
        past = whole.read() if under_way else []
        for fresh in under_way:
            fresh.step()
            _add(fresh, past, courses)
            mature = max(mature, fresh.mature_bar)
        if under_way and under_way[0].closed == reach:
            under_way.popleft()
    return TimeframeWarmup(
        timeframe=timeframe,
        bars=bars,
        starts=count,
        lengths=told,
        mature_bar=mature or None,
        values=tuple(course.result() for course in courses),
    )


def _spread(bars: int, reach: int, wanted: int) -> list[int]:
    """Return where to start, evenly spread where there is a past before and `reach` bars after."""
    low = min(bars // 4, reach)
    room = bars - reach - low
    if wanted == 1:
        return [low + room // 2]
    return sorted({low + room * part // (wanted - 1) for part in range(wanted)})


def _with_trades(minutes: Minutes, wanted: list[int], step_ns: int, last_ns: int) -> list[int]:
    """Return the starts of the first bars with trades at or after some times."""
    times = minutes.columns[5]
    begun = {times[minutes.row_at(time_ns)] // step_ns * step_ns for time_ns in wanted}
    return sorted(time_ns for time_ns in begun if time_ns <= last_ns)


def _add(fresh: _Follower, past: list[float | None], courses: list[_Course]) -> None:
    """Compare a fresh start with the whole past at the same bar."""
    matures = fresh.matures()
    close, atr = past[0] or 0.0, past[_ATR] or 0.0
    values = zip(fresh.read()[1:], past[1:], strict=True)
    for course, (value, true) in zip(courses, values, strict=True):
        if value is not None and true is not None:
            off = _difference(course.scale, value, true, close, atr)
            course.add(fresh.closed, off, first=fresh.first(course.name), matures=matures)


def _difference(scale: Scale, value: float, true: float, close: float, atr: float) -> float:
    off = abs(value - true)
    if not off:
        return 0.0
    match scale:
        case Scale.PRICE:
            return off / close
        case Scale.ATR:  # in a dead market a share of almost nothing would be of rounding
            return off / max(atr, NEGLIGIBLE * close)
        case Scale.ITSELF:
            return off / max(abs(true), NEGLIGIBLE)
        case Scale.VOTE:
            return 1.0
        case _:
            return off


class _Follower:
    """An analyzer that goes from one closed bar of a timeframe to the next.

    It begins to watch at a time, as one does that is started then and waits for the first trade.
    """

    def __init__(
        self,
        market: TickAnalyzer,
        minutes: Minutes,
        start_ns: int,
        timeframe: Timeframe,
        timeframes: Callable[[TickAnalyzer], MultiTimeframeEngine] | None,
    ) -> None:
        market.watermark(start_ns)
        self._market = market
        self._columns = minutes.columns
        self._row = minutes.row_at(start_ns)
        self._timeframe = timeframe
        self._flag = int(timeframe.flag)
        self._timeframes = timeframes
        self._firsts: dict[str, int] = {}
        self.opened_ns = -1
        self.closed = 0
        self.mature_bar = 0

    def step(self) -> bool:
        """Go to the next closed bar; tell whether there is one."""
        flags = -1
        while flags:
            self._row, flags = self._market.advance_bars(*self._columns, self._row)
            if flags & self._flag:
                self.opened_ns = int(self._market.read("open_ns", self._timeframe) or 0)
                self.closed += 1
                return True
        return False

    def matures(self) -> bool:
        """Tell whether the timeframe calls itself mature at this bar for the first time."""
        if self.mature_bar or not self._market.read("mature", self._timeframe):
            return False
        self.mature_bar = self.closed
        return True

    def first(self, name: str) -> int:
        """Return the bar at which a value was asked for first."""
        return self._firsts.setdefault(name, self.closed)

    def read(self) -> list[float | None]:
        """Return the close, the values of `SCALES`, the vote and, if wanted, the consensus."""
        read, timeframe = self._market.read, self._timeframe
        values = [read(name, timeframe) for name in _READ]
        values.append(self._vote())
        if self._timeframes is not None:
            consensus = self._timeframes(self._market).consensus()
            values.append(float(side(consensus.direction, 1.0)) if consensus.as_of_ns else None)
        return values

    def _vote(self) -> float | None:
        read, timeframe = self._market.read, self._timeframe
        if not read("mature", timeframe):
            return None
        numbers = [read(name, timeframe) or 0.0 for name in Reading._fields]
        return float(cast_vote(timeframe, self.opened_ns, Reading(*numbers)).direction)


class _Course:
    """Collects the differences of one value over all starts."""

    def __init__(self, name: str, lengths: tuple[int, ...], within: float) -> None:
        self.name = name
        self.scale = SCALES.get(name, Scale.VOTE)
        self._at: dict[int, list[float]] = {length: [] for length in lengths}
        self._at_mature: list[float] = []
        self._within = tolerance(self.scale, within)
        self._first = self._beyond = self._inexact = self._last = 0

    def add(self, bar: int, off: float, *, first: int, matures: bool) -> None:
        self._first = max(self._first, first)
        self._last = max(self._last, bar)
        if off:
            self._inexact = max(self._inexact, bar)
            if off > self._within:
                self._beyond = max(self._beyond, bar)
        if bar in self._at:
            self._at[bar].append(off)
        if matures:
            self._at_mature.append(off)

    def result(self) -> ValueWarmup:
        return ValueWarmup(
            name=self.name,
            scale=self.scale,
            first_bar=self._first or None,
            differences=tuple(map(_spread_of, self._at.values())),
            at_mature=_spread_of(self._at_mature),
            within_from=self._from(self._beyond),
            exact_from=self._from(self._inexact),
        )

    def _from(self, wrong: int) -> int | None:
        return max(wrong + 1, self._first) if wrong < self._last else None


def _spread_of(differences: list[float]) -> Spread | None:
    if not differences:
        return None
    return Spread(
        starts=len(differences),
        largest=max(differences),
        median=median(differences),
        agree=differences.count(0.0) / len(differences),
    )
