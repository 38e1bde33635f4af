"""What an engine decided: counted for good, recorded for a while."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from itertools import islice

import msgspec

from supreme_system_v5.domain import Origin, Record

__all__ = ["Funnel", "Notes", "Stamp"]

_RECORDS_KEPT = 4_096


class Stamp(msgspec.Struct, frozen=True, gc=False):
    """Number of the event that is being answered, when it happened, when it was received."""

    seq: int
    event_ns: int
    receive_ns: int


_Noted = tuple[Stamp, str, str, Mapping[str, object]]


class Funnel:
    """What became of signals, counted.

    Attributes:
        signals: Signals given.
        approved: Signals that became orders: entries that risk approved, and exits.
        filled: Those that filled, at least in part.
        refusals: What was refused, by reason.
    """

    __slots__ = ("approved", "filled", "refusals", "signals")

    def __init__(self) -> None:
        self.signals = 0
        self.approved = 0
        self.filled = 0
        self.refusals: Counter[str] = Counter()


class Notes:
    """The funnel, and the newest records in bounded memory.

    A record is made when somebody wants to read it: thousands are noted a second, few are read.

    Args:
        origin: Who they are about.

    Attributes:
        funnel: What became of signals.
        added: Records there ever were.
    """

    __slots__ = ("_noted", "_origin", "added", "funnel")

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self.funnel = Funnel()
        self._noted: deque[_Noted] = deque(maxlen=_RECORDS_KEPT)
        self.added = 0

    @property
    def records(self) -> list[Record]:
        """The newest records, oldest first."""
        return self.since(0)

    @property
    def dropped(self) -> int:
        """How many were pushed out by newer ones."""
        return self.added - len(self._noted)

    def since(self, added: int) -> list[Record]:
        """Return the records made since there were so many, oldest first, as far as they are kept.

        Args:
            added: What `added` was then.
        """
        first = max(len(self._noted) - (self.added - added), 0)
        return [self._record(*noted) for noted in islice(self._noted, first, None)]

    def add(
        self,
        stamp: Stamp,
        kind: str,
        reason: str,
        details: Mapping[str, object],
    ) -> None:
        """Record something a person may ask about."""
        self.added += 1
        self._noted.append((stamp, kind, reason, details))

    def _record(
        self, stamp: Stamp, kind: str, reason: str, details: Mapping[str, object]
    ) -> Record:
        return Record(
            origin=self._origin,
            seq=stamp.seq,
            event_ns=stamp.event_ns,
            receive_ns=stamp.receive_ns,
            kind=kind,
            reason=reason,
            details=details,
        )
