"""Did a strategy look ahead? Runs over data with another future are held to the first one.

A run over all the data leaves some cuts: how many entries there were right after a decision, and
their hash. A run over data that are the same up to that decision must come to the same hash. An
entry is whatever the runner sees: an action of the engine, a report of the exchange, a record of
what was refused or raised.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import NamedTuple

import msgspec

from supreme_system_v5.backtest.decision_log import DecisionLog
from supreme_system_v5.backtest.runner import BacktestRunner
from supreme_system_v5.domain import Action, Cancel, Record, Report, Submit
from supreme_system_v5.engine import Notes
from supreme_system_v5.market_data import BarChunk, TradeChunk

__all__ = [
    "Cut",
    "Entry",
    "Seen",
    "Step",
    "Survey",
    "agrees",
    "first_difference",
    "follow",
    "survey",
]

Entry = Action | Report | Record
"""What is compared."""


class Step(NamedTuple):
    """A chunk and what came of it.

    Attributes:
        chunk: The rows.
        entries: Each with the number of rows of the run that were known at it.
    """

    chunk: TradeChunk | BarChunk
    entries: list[tuple[int, Entry]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A moment right after a decision.

    Attributes:
        time_ns: Time of the decision.
        known_ns: Time of the newest row known at it; of bars their opening time.
        entries: How many entries there were, the decision included.
        digest: Their hash.
    """

    time_ns: int
    known_ns: int
    entries: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What the first run leaves.

    Attributes:
        decisions: Orders sent and cancelled.
        cuts: Where to look, in order of time.
    """

    decisions: int
    cuts: tuple[Cut, ...]


class Seen:
    """Takes the entries of one run in order; hand it to the runner as its log."""

    def __init__(self) -> None:
        self._entries: list[tuple[int, Entry]] = []
        self._notes: Notes | None = None
        self._noted = 0
        self._reports = 0

    def watch(self, notes: Notes) -> None:
        """Take the engine's records too, each before the next action."""
        self._notes, self._noted = notes, 0

    def add(self, entry: Action | Report) -> None:
        """Take the next one."""
        self._take_records()
        if isinstance(entry, Report):
            self._reports += 1
            self._entries.append((0, entry))
        else:  # the engine numbers rows and reports in one sequence
            self._entries.append((entry.seq - self._reports, entry))

    def take(self) -> list[tuple[int, Entry]]:
        """Return those since the last time."""
        self._take_records()
        entries, self._entries = self._entries, []
        return entries

    def _take_records(self) -> None:
        if self._notes is None or self._notes.added == self._noted:
            return
        self._entries += [(0, record) for record in self._notes.since(self._noted)]
        self._noted = self._notes.added


def follow(
    run: BacktestRunner, seen: Seen, chunks: Iterable[TradeChunk | BarChunk]
) -> Iterator[Step]:
    """Feed a run, and yield what came of each chunk. It is not finished: the end decides nothing.

    Args:
        run: A fresh one, whose log is `seen`.
        seen: A fresh one.
        chunks: The data.
    """
    seen.watch(run.engine.notes)
    for chunk in chunks:
        run.feed(chunk)
        yield Step(chunk, seen.take())


def survey(steps: Iterable[Step], wanted: int) -> Survey:
    """Choose cuts, half right after entries and half after other decisions, in bounded memory.

    A look ahead changes the decision it serves, and a cut catches it when it is closer to the
    decision than the look is far; so cuts stand right behind decisions, of both kinds.

    Args:
        steps: Those of a run over all the data.
        wanted: How many cuts, 1 or more; there are fewer where there are fewer decisions.
    """
    log, into, others = DecisionLog(), _Thinned(wanted), _Thinned(wanted)
    rows, newest_ns = 0, 0
    for chunk, entries in steps:
        for row, entry in entries:
            log.add(entry)
            if not isinstance(entry, Submit | Cancel):
                continue
            thinned = into if isinstance(entry, Submit) and not entry.reduce_only else others
            if thinned.wants():
                known_ns = max((newest_ns, *chunk.timestamps_ns[: row - rows]))
                cut = Cut(
                    time_ns=entry.event_ns,
                    known_ns=known_ns,
                    entries=log.entries,
                    digest=log.so_far(),
                )
                thinned.keep(cut)
        rows += len(chunk)
        newest_ns = max((newest_ns, *chunk.timestamps_ns))
    of_others = min(wanted // 2, len(others.kept))
    cuts = into.spread(wanted - of_others)
    cuts += others.spread(wanted - len(cuts), between=True)
    cuts.sort(key=lambda cut: cut.entries)
    return Survey(decisions=into.offered + others.offered, cuts=tuple(cuts))


def agrees(steps: Iterable[Step], cut: Cut) -> bool:
    """Tell whether a run came to the same entries as the first one did up to a cut."""
    log = DecisionLog()
    for entry in _until(steps, cut):
        log.add(entry)
    return log.entries == cut.entries and log.so_far() == cut.digest


def first_difference(
    steps: Iterable[Step], others: Iterable[Step], cut: Cut
) -> tuple[Entry | None, Entry | None] | None:
    """Return the first entries up to a cut that two runs, side by side, do not share.

    Returns:
        Both entries, None for a run that had no more; or None where there is no difference.
    """
    encode = msgspec.msgpack.encode  # as they are hashed: NaN is equal to itself
    for ours, theirs in zip_longest(_until(steps, cut), _until(others, cut)):
        if encode(ours) != encode(theirs):
            return ours, theirs
    return None


def _until(steps: Iterable[Step], cut: Cut) -> Iterator[Entry]:
    return islice(_entries(steps, cut.known_ns), cut.entries)


def _entries(steps: Iterable[Step], known_ns: int) -> Iterator[Entry]:
    """Yield entries, and stop behind the chunk in which the future begins."""
    for chunk, entries in steps:
        yield from (entry for _, entry in entries)
        if any(time > known_ns for time in chunk.timestamps_ns):
            return


class _Thinned:
    """Keeps some of many cuts, evenly spread, without knowing how many will come."""

    def __init__(self, wanted: int) -> None:
        self.kept: list[Cut] = []
        self.offered = 0
        self._most = 4 * wanted
        self._stride = 1

    def wants(self) -> bool:
        self.offered += 1
        return self.offered % self._stride == 0

    def keep(self, cut: Cut) -> None:
        self.kept.append(cut)
        if len(self.kept) == self._most:
            self.kept = self.kept[1::2]
            self._stride *= 2

    def spread(self, wanted: int, *, between: bool = False) -> list[Cut]:
        """Return some, the last among them; or those halfway between."""
        kept, count = self.kept, min(wanted, len(self.kept))
        if between:
            return [kept[(2 * part + 1) * len(kept) // (2 * count)] for part in range(count)]
        return [kept[(part + 1) * len(kept) // count - 1] for part in range(count)]
