"""A host that fails again and again, or asks us to wait, is left alone for a while."""

from __future__ import annotations

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.errors import SourceError
from supreme_system_v5.ports import Clock

__all__ = ["Circuit"]

_NS_PER_SECOND = 1_000_000_000


class Circuit:
    """Counts failures of one host in a row, and refuses when they are too many.

    The time is the injected clock's, which is why it is written here: the libraries at hand read
    the system's.

    Args:
        clock: Its monotonic time is used.
        threshold: Failures in a row that open it, at least 1.
        open_ns: For how long.

    After that one attempt decides: it closes the circuit, or opens it again.
    """

    __slots__ = ("_clock", "_failures", "_open_ns", "_threshold", "_wait_until_ns")

    def __init__(
        self, clock: Clock, threshold: int = 5, open_ns: int = 1_800 * _NS_PER_SECOND
    ) -> None:
        self._clock = clock
        self._threshold = threshold
        self._open_ns = open_ns
        self._failures = 0
        self._wait_until_ns = 0

    @property
    def wait_ns(self) -> int:
        """How long nobody is asked yet; 0 when somebody may be."""
        return max(self._wait_until_ns - self._clock.monotonic_ns(), 0)

    def check(self, host: str) -> None:
        """Refuse to ask while it is open.

        Raises:
            SourceError: WAITING; it says for how long.
        """
        if wait := self.wait_ns:
            why = "failed too often" if self._failures >= self._threshold else "asked us to wait"
            raise SourceError(
                f"{host} {why}: not asked for another {-(-wait // _NS_PER_SECOND)} s",
                FaultKind.WAITING,
                wait,
            )

    def succeeded(self) -> None:
        """Count an answer."""
        self._failures = 0

    def failed(self) -> None:
        """Count a failure."""
        self._failures += 1
        if self._failures >= self._threshold:
            self.pause(self._open_ns)

    def pause(self, duration_ns: int) -> None:
        """Ask nobody for so long; a longer pause that runs already holds."""
        until = self._clock.monotonic_ns() + duration_ns
        self._wait_until_ns = max(self._wait_until_ns, until)
