"""The only module that reads time. Everything else is handed a `Clock`."""

from __future__ import annotations

import time

__all__ = ["SystemClock"]


class SystemClock:
    """The machine's own clock; fulfils `supreme_system_v5.ports.Clock`."""

    __slots__ = ()

    def time_ns(self) -> int:
        """Return wall-clock time in nanoseconds UTC since 1970."""
        return time.time_ns()

    def monotonic_ns(self) -> int:
        """Return a time in nanoseconds that never goes backward, for measuring durations."""
        return time.perf_counter_ns()
