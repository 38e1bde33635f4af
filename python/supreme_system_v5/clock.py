"""The only module that reads time, or waits. Everything else is handed a `Clock` and a `Sleep`."""

from __future__ import annotations

import time

__all__ = ["SystemClock", "sleep_ns"]

_NS_PER_SECOND = 1_000_000_000


class SystemClock:
    """The machine's own clock; fulfils `supreme_system_v5.ports.Clock`."""

    __slots__ = ()

    def time_ns(self) -> int:
        """Return wall-clock time in nanoseconds UTC since 1970."""
        return time.time_ns()

    def monotonic_ns(self) -> int:
        """Return a time in nanoseconds that never goes backward, for measuring durations."""
        return time.perf_counter_ns()


async def sleep_ns(duration_ns: int, /) -> None:
    """Let time pass on the running event loop; fulfils `supreme_system_v5.ports.Sleep`.

    Args:
        duration_ns: Nanoseconds, at least 0; 0 lets others run.
    """
    import asyncio  # noqa: PLC0415 - who only reads time needs no event loop

    await asyncio.sleep(duration_ns / _NS_PER_SECOND)
