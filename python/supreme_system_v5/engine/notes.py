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

    Args:
        origin: Who they are about.

    Attributes:
        funnel: What became of signals.
        records: The newest records, oldest first.
        added: Records there ever were.
    """

    __slots__ = ("_origin", "added", "funnel", "records")

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self.funnel = Funnel()
        self.records: deque[Record] = deque(maxlen=_RECORDS_KEPT)
        self.added = 0

    @property
    def dropped(self) -> int:
        """How many were pushed out by newer ones."""
        return self.added - len(self.records)

    def since(self, added: int) -> list[Record]:
        """Return the records made since there were so many, oldest first, as far as they are kept.

        Args:
            added: What `added` was then.
        """
        new = min(self.added - added, len(self.records))
        return list(islice(self.records, len(self.records) - new, None))

    def add(
        self,
        stamp: Stamp,
        kind: str,
        reason: str,
        details: Mapping[str, object],
    ) -> None:
        """Record something a person may ask about."""
        self.added += 1
        self.records.append(
            Record(
                origin=self._origin,
                seq=stamp.seq,
                event_ns=stamp.event_ns,
                receive_ns=stamp.receive_ns,
                kind=kind,
                reason=reason,
                details=details,
            )
        )
