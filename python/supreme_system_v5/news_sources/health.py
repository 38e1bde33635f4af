"""The running account of how a source is."""

from __future__ import annotations

from collections import Counter

from supreme_system_v5.domain.feeds import FaultKind, Quota, SourceHealth
from supreme_system_v5.errors import SourceError

__all__ = ["HealthRecord"]


class HealthRecord:
    """Counts what becomes of a source; `snapshot` is the frozen `SourceHealth`.

    Args:
        source: Its name.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.items = 0
        self.duplicates = 0
        self.last_attempt_ns: int | None = None
        self.last_success_ns: int | None = None
        self.next_attempt_ns: int | None = None
        self.quota: Quota | None = None
        self.connected: bool | None = None
        self.clock_ahead_ns: int | None = None
        self._faults: Counter[FaultKind] = Counter()
        self._last_fault = ""
        self._failures = 0

    def succeeded(self, now_ns: int) -> None:
        """Take down that it answered whole and well."""
        self.last_success_ns = now_ns
        self._failures = 0

    def failed(self, error: SourceError) -> None:
        """Take down that it did not."""
        self._failures += 1
        self.fault(FaultKind(error.kind or FaultKind.UNEXPECTED), str(error))

    def fault(self, kind: FaultKind, text: str, count: int = 1) -> None:
        """Count something that went wrong within an answer that was well otherwise."""
        self._faults[kind] += count
        self._last_fault = text

    def snapshot(self) -> SourceHealth:
        """Return how it is now."""
        return SourceHealth(
            source=self.source,
            last_attempt_ns=self.last_attempt_ns,
            last_success_ns=self.last_success_ns,
            items=self.items,
            duplicates=self.duplicates,
            faults=dict(sorted(self._faults.items())),
            last_fault=self._last_fault,
            failures_in_a_row=self._failures,
            next_attempt_ns=self.next_attempt_ns,
            quota=self.quota,
            connected=self.connected,
            clock_ahead_ns=self.clock_ahead_ns,
        )
