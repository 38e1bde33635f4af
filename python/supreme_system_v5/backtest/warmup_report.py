"""What the comparison of fresh starts with the whole past found, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap

import msgspec

from supreme_system_v5.backtest.minutes import Collected
from supreme_system_v5.backtest.report import iso, printable
from supreme_system_v5.backtest.warmup import (
    LENGTHS,
    Scale,
    Spread,
    TimeframeWarmup,
    ValueWarmup,
    tolerance,
)
from supreme_system_v5.domain import NS_PER_SECOND, Timeframe

__all__ = ["Need", "WarmupReport", "make_report", "need_of", "to_json", "to_text"]

_DAY_SECONDS = 86_400
_WIDTH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """How much 1m history a live start must have, whichever minute it begins at.

    A longer bar in which watching begins is read by no indicator, so that minutes are those of the
    whole bars and of one more bar but for one minute.

    Attributes:
        minutes: Until every value is within the tolerance; None when the data do not tell.
        at_least: The same as far as the data tell; 0 when they tell nothing.
        timeframe: Of the value that needs most, as far as the data tell; None without any.
        value: Its name.
        bars: How many whole bars it needs.
        votes_minutes: Until all votes and the consensus agree; None when the data do not tell.
        unknown: Why the data do not tell, one sentence for each timeframe.
    """

    minutes: int | None
    at_least: int
    timeframe: Timeframe | None
    value: str | None
    bars: int
    votes_minutes: int | None
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmupReport:
    """All of it.

    Attributes:
        source: The files.
        data_kind: ``"trades"`` or ``"bars"``.
        start: Of the first minute, UTC.
        end: Of the last minute, UTC.
        minutes: From start to end.
        minutes_with_trades: Those that the files hold.
        stretches: Parts between jumps in time that the analyzer does not believe; the longest one
            was used.
        bad_rows: Malformed rows that were skipped.
        duplicates: Rows dropped because they were there before.
        late: Rows dropped because a later bar was there before.
        within: The tolerance.
        timeframes: Shortest first.
        need: What follows for a live start.
    """

    source: str
    data_kind: str
    start: str
    end: str
    minutes: int
    minutes_with_trades: int
    stretches: int
    bad_rows: int
    duplicates: int
    late: int
    within: float
    timeframes: tuple[TimeframeWarmup, ...]
    need: Need


def make_report(
    found: Sequence[TimeframeWarmup],
    data: Collected,
    *,
    source: str,
    data_kind: str,
    within: float,
) -> WarmupReport:
    """Return the report on what was found in some data."""
    minutes = data.minutes
    return WarmupReport(
        source=printable(source),
        data_kind=data_kind,
        start=iso(minutes.start_ns),
        end=iso(minutes.end_ns),
        minutes=(minutes.end_ns - minutes.start_ns) // (60 * NS_PER_SECOND),
        minutes_with_trades=len(minutes),
        stretches=data.stretches,
        bad_rows=data.bad_rows,
        duplicates=data.duplicates,
        late=data.late,
        within=within,
        timeframes=tuple(found),
        need=need_of(found),
    )


def need_of(found: Sequence[TimeframeWarmup]) -> Need:
    """Return what a live start needs so that every value of every timeframe is as it should be.

    VWAP is right from the first 00:00 UTC on, by its definition: it needs a day, however the starts
    fell.
    """
    minutes, most, votes_minutes, votes_known = 0, None, 0, True
    unknown: list[str] = []
    for each in found:
        if not each.starts:
            unknown.append(f"{each.timeframe} is not compared: {_why_not(each)}")
            continue
        open_ended: list[str] = []
        for value in each.values:
            bars = _bars_of(value, each)
            if value.scale is Scale.VOTE:
                votes_known &= bars is not None
                votes_minutes = max(votes_minutes, _minutes(bars or 0, each.timeframe))
            elif bars is None:
                open_ended.append(value.name)
            elif _minutes(bars, each.timeframe) > minutes:
                minutes, most = _minutes(bars, each.timeframe), (each.timeframe, value.name, bars)
        if open_ended:
            unknown.append(
                f"{each.timeframe}, compared up to bar {each.lengths[-1]:,}, is not within there: "
                f"{', '.join(open_ended)}"
            )
    timeframe, value_name, bars_most = most or (None, None, 0)
    return Need(
        minutes=None if unknown else minutes,
        at_least=minutes,
        timeframe=timeframe,
        value=value_name,
        bars=bars_most,
        votes_minutes=votes_minutes if votes_known and all(each.starts for each in found) else None,
        unknown=tuple(unknown),
    )


def to_json(report: WarmupReport) -> str:
    """Return one line of JSON."""
    return msgspec.json.encode(report).decode()


def to_text(report: WarmupReport) -> str:
    """Return tables for a terminal, 100 columns wide; the last line is what a live start needs."""
    within = report.within
    span = f"{report.start[:16]}Z to {report.end[:16]}Z: {report.minutes:,} minutes"
    lines = [
        "How much history the values need: fresh starts, held to the whole past at each closed bar",
        "  data       " + report.source.replace(", ", ",\n             "),
        f"  span       {span}, {report.minutes_with_trades:,} with trades",
    ]
    if report.stretches > 1:
        lines.append(
            f"             the longest of {report.stretches} stretches; jumps in time lie between"
        )
    if report.bad_rows or report.duplicates or report.late:
        lines.append(
            f"  dropped    {report.bad_rows:,} bad rows, {report.duplicates:,} duplicates, "
            f"{report.late:,} late"
        )
    lines += [
        f"  tolerance  {within:g} of the scale; in points that is {within * 100:g}",
        "  scales     price: the close; ATR: the average true range; itself: the value; points: of",
        "             0 to 100; vote: share of the starts that come to the same direction",
        "  first      bar with the first value; within: bar from which no start is off by more",
        "             than the tolerance (a vote: from which all agree)",
        "  35, 61 ..  largest difference at that bar after the start, below it the median; 0 is",
        "             equality to the last bit, - no value yet",
    ]
    for each in report.timeframes:
        lines += ["", *_table(each, within)]
    return "\n".join([*lines, "", *_conclusion(report)])


def _bars_of(value: ValueWarmup, of: TimeframeWarmup) -> int | None:
    if value.name == "vwap":
        return max(value.within_from or 0, _DAY_SECONDS // of.timeframe.seconds)
    return value.within_from


def _minutes(bars: int, timeframe: Timeframe) -> int:
    length = timeframe.seconds // 60
    return bars * length + length - 1


def _why_not(each: TimeframeWarmup) -> str:
    if each.bars < 2 * LENGTHS[0]:
        return f"{each.bars:,} whole bars, and {2 * LENGTHS[0]} are needed"
    return f"{each.bars:,} whole bars, but no trades where a start could begin"


def _table(each: TimeframeWarmup, within: float) -> Iterator[str]:
    if not each.starts:
        yield f"{each.timeframe}: {_why_not(each)}"
        return
    yield (
        f"{each.timeframe}: {each.bars:,} whole bars; {each.starts} start"
        f"{'s' if each.starts > 1 else ''}, compared up to bar {each.lengths[-1]:,}"
    )
    lengths = "".join(f"{length:>7,}" for length in each.lengths)
    yield f"  {'value':10} {'scale':6} {'first':>5} {'within':>6} {lengths}"
    for value in each.values:
        begin = (
            f"  {value.name:10} {value.scale:6} {_bar(value.first_bar):>5} "
            f"{_bar(value.within_from):>6} "
        )
        if value.first_bar is not None and value.exact_from == value.first_bar:
            told = "all agree" if value.scale is Scale.VOTE else "exact"
            yield f"{begin}  {told} from bar {value.exact_from:,} on"
        elif value.scale is Scale.VOTE:
            yield begin + "".join(f"{_share(at):>7}" for at in value.differences)
        else:
            largest = [None if at is None else at.largest for at in value.differences]
            medians = [None if at is None else at.median for at in value.differences]
            yield begin + "".join(f"{_number(off):>7}" for off in largest)
            yield " " * len(begin) + "".join(f"{_number(off):>7}" for off in medians)
    yield from _promise(each, within)


def _promise(each: TimeframeWarmup, within: float) -> Iterator[str]:
    """Yield what is true when the timeframe calls itself mature."""
    if each.mature_bar is None:
        yield "  mature: not reached by the last bar compared"
        return
    there = [(value, at) for value in each.values if (at := value.at_mature) is not None]
    off = {
        value.name: at.largest / tolerance(value.scale, within)
        for value, at in there
        if value.scale is not Scale.VOTE
    }
    inside = sum(times <= 1.0 for times in off.values())
    yield (
        f"  mature: from bar {each.mature_bar} on, when every window is full; "
        f"there {inside} of {len(off)} values are within,"
    )
    votes = [f"{value.name} {_share(at)}" for value, at in there if value.scale is Scale.VOTE]
    worst = max(off, key=lambda name: off[name])
    times = f"{off[worst]:,.0f}" if off[worst] >= 10 else f"{off[worst]:.1f}"  # noqa: PLR2004 - to read
    told = ", ".join(votes)
    yield f"          {worst} is farthest, off by up to {times} times the tolerance; {told}"


def _conclusion(report: WarmupReport) -> Iterator[str]:
    need = report.need
    for reason in need.unknown:
        yield from wrap(f"Not told by these data: {reason}.", _WIDTH)
    if need.votes_minutes is not None:
        yield (
            f"All votes and the consensus agree from {need.votes_minutes:,} minutes of history on."
        )
    if need.timeframe is not None:
        told = f"Longest: {need.value} of {need.timeframe}, {need.bars:,} whole bars"
        rest = need.at_least - need.bars * (need.timeframe.seconds // 60)
        yield f"{told}, and up to {rest} minutes until the first of them." if rest else f"{told}."
    if need.minutes is not None:
        yield (
            f"For every value within {report.within:g} a live start needs {need.minutes:,} "
            "minutes of 1m history."
        )
    elif need.timeframe is not None:
        yield (
            f"For every value within {report.within:g} a live start needs more than "
            f"{need.at_least:,} minutes of 1m history."
        )
    else:
        yield "What a live start needs, these data do not tell."


def _bar(bar: int | None) -> str:
    return "-" if bar is None else f"{bar:,}"


def _share(at: Spread | None) -> str:
    return "-" if at is None else f"{100 * at.agree:.0f}%"


_TINY = 1e-9


def _number(value: float | None) -> str:
    """Return a number in at most 6 characters; below 1e-9 it is rounding.

    >>> [_number(value) for value in (None, 0.0, 3e-16, 2.54e-4, 0.0123, 1.234, 31.4, 1825.3)]
    ['-', '0', '<1e-9', '2.5e-4', '0.0123', '1.23', '31.4', '1825']
    """
    if value is None or value == 0.0:
        return "-" if value is None else "0"
    if value < _TINY:
        return "<1e-9"
    if value < 1e-3:  # noqa: PLR2004 - three decimals more would not fit
        digits, exponent = f"{value:.1e}".split("e")
        return f"{digits}e{int(exponent)}"
    decimals = 4 if value < 1 else 2 if value < 10 else 1 if value < 1_000 else 0  # noqa: PLR2004 - same
    return f"{value:.{decimals}f}"
