"""Asking no more often than allowed."""

from __future__ import annotations

from supreme_system_v5.ports import Clock, Sleep

__all__ = ["Pace"]


class Pace:
    """A budget that refills steadily; who takes more than there is waits, in order of arrival.

    It counts whole nanoseconds of the injected clock, which is why it is written here: the library
    at hand counts the loop's time in floats, and a wait that rounds to nothing never ends where
    time is a number.

    Args:
        weight: The budget, above 0. Within any `per_ns` twice that is taken at most.
        per_ns: How long it takes to refill.
        clock: Its monotonic time is used.
        sleep: Waits.
    """

    __slots__ = ("_clock", "_full_at_ns", "_ns_per_weight", "_per_ns", "_sleep")

    def __init__(self, weight: float, per_ns: int, *, clock: Clock, sleep: Sleep) -> None:
        self._per_ns = per_ns
        self._ns_per_weight = per_ns / weight
        self._clock = clock
        self._sleep = sleep
        self._full_at_ns = clock.monotonic_ns()  # when nothing taken is left to be refilled

    async def take(self, weight: float = 1.0) -> None:
        """Return when so much of the budget is ours; what was taken and not used is lost."""
        now_ns = self._clock.monotonic_ns()
        self._full_at_ns = max(self._full_at_ns, now_ns) + round(weight * self._ns_per_weight)
        wait_ns = self._full_at_ns - self._per_ns - now_ns
        if wait_ns > 0:
            await self._sleep(wait_ns)
