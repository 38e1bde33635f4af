"""The order that risk sends to close a position, and how long to wait when it was not taken."""

from __future__ import annotations

from supreme_system_v5.domain import NS_PER_SECOND, Report

__all__ = ["Closing"]

_FIRST_PAUSE_NS = NS_PER_SECOND
_LONGEST_PAUSE_NS = 60 * NS_PER_SECOND


class Closing:
    """Remembers the close-out under way; each that fails doubles the pause, up to a minute.

    Attributes:
        again_ns: When to try again, nanoseconds UTC; None when nothing failed.
    """

    __slots__ = ("_number", "_pause_ns", "again_ns")

    def __init__(self) -> None:
        self._number = 0
        self._pause_ns = _FIRST_PAUSE_NS
        self.again_ns: int | None = None

    def sent(self, number: int) -> None:
        """Hear that a close-out was sent."""
        self._number, self.again_ns = number, None

    def waits(self, now_ns: int) -> bool:
        """Return whether it is too early to try again."""
        return self.again_ns is not None and now_ns < self.again_ns

    def failed(self, now_ns: int) -> None:
        """Hear that none could be sent, or that one was not taken."""
        self.again_ns = now_ns + self._pause_ns
        self._pause_ns = min(2 * self._pause_ns, _LONGEST_PAUSE_NS)

    def ended(self, report: Report, now_ns: int) -> bool:
        """Hear that an order ended; return whether it was the close-out."""
        if not self._number or report.number != self._number:
            return False
        self._number = 0
        if report.filled:
            self._pause_ns, self.again_ns = _FIRST_PAUSE_NS, None
        else:
            self.failed(now_ns)
        return True
