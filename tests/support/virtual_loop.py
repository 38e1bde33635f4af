"""An event loop whose time is a number: waiting costs nothing, and nothing depends on luck.

Sockets and threads are real. Only when none of them has anything to say does time jump to the next
timer; so a server that dribbles for a minute is done in a moment, with the real time limits.
"""

from __future__ import annotations

import asyncio
import select
import selectors
from collections.abc import Coroutine
from functools import partial
from typing import Any, TypeVar

__all__ = ["START_NS", "LoopClock", "VirtualLoop", "run_virtual"]

START_NS = 1_780_000_000_000_000_000
_NS = 1_000_000_000
_GRACE_S = 0.002
_SHORTEST_S = 0.001  # of the base's own select

Result = TypeVar("Result")


class _Selector(selectors.DefaultSelector):
    def __init__(self, grace_s: float) -> None:
        super().__init__()
        self.now = 0.0
        self.threads = 0
        self._grace_s = grace_s

    def select(self, timeout: float | None = None) -> Any:  # noqa: ANN401 - the base class's
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        # What was just sent over the loopback is there at once, or very nearly.
        if self._grace_s >= _SHORTEST_S:
            found = super().select(self._grace_s)
        else:
            select.select([self.fileno()], [], [], self._grace_s)
            found = super().select(0)
        if found:
            return found
        if self.threads:  # they end by themselves, and wake us
            return super().select(None)
        self.now += timeout
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """Starts at 0 s and jumps from timer to timer.

    Args:
        grace_s: Real time that sockets are given before each jump; 0 where there are none.
    """

    def __init__(self, grace_s: float = _GRACE_S) -> None:
        self._virtual = _Selector(grace_s)
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.now

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:  # type: ignore[override] # noqa: ANN401 - the base is generic
        self._virtual.threads += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._ended)
        return future

    def _ended(self, _: object) -> None:
        self._virtual.threads -= 1


class LoopClock:
    """Fulfils `ports.Clock` by the running loop's time; the date is in 2026."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def time_ns(self) -> int:
        return START_NS + self.monotonic_ns()

    def monotonic_ns(self) -> int:
        return round(self._loop.time() * _NS)


def run_virtual(
    main: Coroutine[Any, Any, Result], *, grace_s: float = _GRACE_S, debug: bool | None = None
) -> Result:
    """Run to the end on a loop of its own; `debug` is asyncio's, None: as the environment says."""
    with asyncio.Runner(debug=debug, loop_factory=partial(VirtualLoop, grace_s)) as runner:
        return runner.run(main)
