"""State that several tasks use, each for a moment and never two at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from supreme_system_v5.domain.status import LockUse
from supreme_system_v5.ports import Clock

__all__ = ["Shared"]

_Held = TypeVar("_Held")
_Result = TypeVar("_Result")


class Shared(Generic[_Held]):
    """Lends what it holds to plain functions, one after the other, and measures for how long.

    A function cannot wait inside, so nobody holds the lock while something is on its way.

    Args:
        held: What is shared.
        clock: Measures.
    """

    __slots__ = ("_clock", "_held", "_lock", "_longest_ns", "_total_ns", "_uses")

    def __init__(self, held: _Held, clock: Clock) -> None:
        self._held = held
        self._clock = clock
        self._lock = asyncio.Lock()
        self._uses = 0
        self._longest_ns = 0
        self._total_ns = 0

    def use_so_far(self) -> LockUse:
        """Return how often and for how long it was held."""
        return LockUse(uses=self._uses, total_ns=self._total_ns, longest_ns=self._longest_ns)

    async def use(self, work: Callable[[_Held], _Result]) -> _Result:
        """Call a function with what is shared, and return what it returns."""
        async with self._lock:
            begin_ns = self._clock.monotonic_ns()
            try:
                return work(self._held)
            finally:
                taken_ns = self._clock.monotonic_ns() - begin_ns
                self._uses += 1
                self._total_ns += taken_ns
                self._longest_ns = max(self._longest_ns, taken_ns)
