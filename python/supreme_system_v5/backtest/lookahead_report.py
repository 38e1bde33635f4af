"""What the search for a look ahead found, for people and for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import msgspec

from supreme_system_v5.backtest.lookahead import Entry
from supreme_system_v5.backtest.report import iso, printable
from supreme_system_v5.domain import Cancel, OrderKind, Record, Report, Submit, VenueUnits

__all__ = [
    "CutReport",
    "Difference",
    "LookaheadReport",
    "Verdict",
    "blame",
    "described",
    "to_json",
    "to_text",
]


class Verdict(StrEnum):
    """What is to be said of a strategy."""

    CLEAN = "CLEAN"
    """No other future changed what was decided before it."""
    LOOKS_AHEAD = "LOOKS_AHEAD"
    """Another future changed a decision before it."""
    NOT_REPEATABLE = "NOT_REPEATABLE"
    """It decides otherwise on the very same data, so that nothing can be said."""
    READS_FILES = "READS_FILES"
    """It opens the data by a path of its own, where no other future can be put."""
    UNTESTED = "UNTESTED"
    """It decided nothing."""


_MEANS = {
    Verdict.CLEAN: "no decision depends on what came after it",
    Verdict.LOOKS_AHEAD: "decisions changed when only their future did",
    Verdict.NOT_REPEATABLE: (
        "it decides otherwise on the very same data; take chance, clocks and what is kept between "
        "runs out of it, then ask again"
    ),
    Verdict.READS_FILES: (
        "it opens the data by a path of its own; take the path as a parameter and name the file "
        "there (--param NAME=FILE), so that it can be told another future"
    ),
    Verdict.UNTESTED: "it decided nothing over these data; give it longer ones",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The first entry that another future changed.

    Attributes:
        future: ``"truncated"`` or ``"shaken"``.
        time: When it came about, UTC.
        original: What it was over the original data; None for nothing.
        changed: What it was over the other data; None for nothing.
        fields: The names of what differs.
    """

    future: str
    time: str
    original: Mapping[str, str] | None
    changed: Mapping[str, str] | None
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CutReport:
    """One cut.

    Attributes:
        time: Of the last decision before it, UTC.
        entries: How many decisions, reports and records were compared.
        differences: At most one for each future.
    """

    time: str
    entries: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookaheadReport:
    """All of it.

    Attributes:
        verdict: In one word.
        strategy: As set.
        source: The files.
        seed: Of the shaken futures.
        decisions: Orders sent and cancelled in the first run.
        cuts: In order of time.
        strategy_errors: What the strategy raised in the first run; it was not asked again.
        opened: Files of the data that it opened by a path of its own.
    """

    verdict: Verdict
    strategy: str
    source: str
    seed: int
    decisions: int
    cuts: tuple[CutReport, ...]
    strategy_errors: tuple[str, ...]
    opened: tuple[str, ...]


def described(entry: Entry, units: VenueUnits) -> dict[str, str]:
    """Return an entry in words and in the market's own numbers; what is 0 or empty is left out."""

    def price(value: int) -> str:
        return f"{Decimal(value).scaleb(-units.price_decimals).normalize():f}"

    def size(value: int) -> str:
        return f"{Decimal(value).scaleb(-units.size_decimals).normalize():f}"

    told = {"time": iso(entry.event_ns)}
    match entry:
        case Submit():
            told |= {"action": "order", "side": "buy" if entry.side > 0 else "sell"}
            told |= {"kind": OrderKind(entry.kind).name.lower(), "quantity": size(entry.quantity)}
            levels = ("price", "stop", "target", "trail")
            told |= {name: price(level) for name in levels if (level := getattr(entry, name))}
            if entry.reduce_only:
                told["reduce_only"] = "true"
            told["reason"] = entry.reason
        case Cancel():
            told |= {"action": "cancel", "order": str(entry.number), "reason": entry.reason}
        case Report():
            told |= {"report": entry.status, "order": str(entry.number), "reason": entry.reason}
            if entry.price:
                told |= {"quantity": size(entry.quantity), "price": price(entry.price)}
        case Record():
            told |= {"record": entry.kind, "reason": entry.reason}
            told |= {name: str(value) for name, value in entry.details.items() if value is not None}
        case _:
            told["action"] = type(entry).__name__.lower()
    return {name: printable(value) for name, value in told.items() if value}


def blame(report: LookaheadReport) -> str:
    """Return one sentence about what is wrong: strategy, time, and what differed first."""
    found = next((each for cut in report.cuts for each in cut.differences), None)
    if found is not None:
        return (
            f"{report.strategy}: at {found.time} a {found.future} future changed "
            f"{', '.join(found.fields) or 'nothing that repeats'}; {_MEANS[report.verdict]}"
        )
    if report.strategy_errors:
        return f"{report.strategy}: it raised {report.strategy_errors[0]}"
    return f"{report.strategy}: {_MEANS[report.verdict]}"


def to_json(report: LookaheadReport) -> str:
    """Return one line of JSON."""
    return msgspec.json.encode(report).decode()


def to_text(report: LookaheadReport) -> str:
    """Return a few lines for a terminal: the verdict first, then a line for each cut."""
    lines = [
        f"{report.verdict}: {_MEANS[report.verdict]}",
        f"  strategy   {report.strategy}",
        f"  data       {report.source}",
        f"  decisions  {report.decisions:,}; {len(report.cuts)} cuts; seed {report.seed}",
    ]
    lines += [f"  raised     {error}" for error in report.strategy_errors]
    lines += [f"  opened     {path}" for path in report.opened]
    for cut in report.cuts:
        state = "differs" if cut.differences else "same"
        lines.append(f"  {cut.time}  {state:7}  {cut.entries:,} entries")
        for found in cut.differences:
            lines.append(f"    {found.future} future, {found.time}: {', '.join(found.fields)}")
            lines.append(f"      original  {_words(found.original)}")
            lines.append(f"      changed   {_words(found.changed)}")
    return "\n".join(lines)


def _words(entry: Mapping[str, str] | None) -> str:
    return "nothing" if entry is None else ", ".join(f"{k} {v}" for k, v in entry.items())
