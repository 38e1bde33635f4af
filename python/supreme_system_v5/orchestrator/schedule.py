"""When something is due: times on a grid, so that nothing drifts, however long each run takes."""

from __future__ import annotations

from supreme_system_v5.errors import InvalidInputError

__all__ = ["Schedule"]


class Schedule:
    """Every `interval_ns`, counted from a begin.

    A run that is late moves nothing: the next one is due at the next time of the grid. Runs that
    the grid has passed by meanwhile are left out, and counted by who asks `done`.

    Args:
        interval_ns: Above 0.
        begin_ns: The first time it is due, by a clock that never goes backward.

    Attributes:
        next_ns: When it is due next.

    Raises:
        InvalidInputError: The interval is not above 0.
    """

    __slots__ = ("_base_ns", "_stretch", "next_ns")

    def __init__(self, interval_ns: int, begin_ns: int) -> None:
        if interval_ns <= 0:
            raise InvalidInputError(
                f"interval_ns is {interval_ns}, allowed is above 0", "interval_ns", interval_ns
            )
        self._base_ns = interval_ns
        self._stretch = 1
        self.next_ns = begin_ns

    @property
    def interval_ns(self) -> int:
        """The period now."""
        return self._base_ns * self._stretch

    def due(self, now_ns: int) -> bool:
        """Return whether it is time."""
        return now_ns >= self.next_ns

    def done(self, now_ns: int) -> int:
        """Note that it ran; return how many times of the grid were passed by without a run.

        Args:
            now_ns: The time at which the run ended.
        """
        if now_ns < self.next_ns:  # woken early: the grid stands
            return 0
        passed = (now_ns - self.next_ns) // self.interval_ns
        self.next_ns += (passed + 1) * self.interval_ns
        return passed

    def stretch(self, factor: int, now_ns: int) -> bool:
        """Multiply the period; return whether that changes anything.

        What is waited for is due so much later, or sooner, as the period is longer or shorter, and
        never in the past.

        Args:
            factor: 1 or more.
            now_ns: The time.

        Raises:
            InvalidInputError: The factor is below 1.
        """
        if factor < 1:
            raise InvalidInputError(f"factor is {factor}, allowed is 1 or more", "factor", factor)
        if factor == self._stretch:
            return False
        before_ns, self._stretch = self.interval_ns, factor
        self.next_ns = max(now_ns, self.next_ns - before_ns + self.interval_ns)
        return True
