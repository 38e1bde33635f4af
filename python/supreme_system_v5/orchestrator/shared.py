"""State that several tasks use, each for a moment and never two at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

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

    Attributes:
        uses: How often it was lent.
        longest_ns: The longest time that it was held.
        total_ns: All of it.
    """

    __slots__ = ("_clock", "_held", "_lock", "longest_ns", "total_ns", "uses")

    def __init__(self, held: _Held, clock: Clock) -> None:
        self._held = held
        self._clock = clock
        self._lock = asyncio.Lock()
        self.uses = 0
        self.longest_ns = 0
        self.total_ns = 0

    async def use(self, work: Callable[[_Held], _Result]) -> _Result:
        """Call a function with what is shared, and return what it returns."""
        async with self._lock:
            begin_ns = self._clock.monotonic_ns()
            try:
                return work(self._held)
            finally:
                taken_ns = self._clock.monotonic_ns() - begin_ns
                self.uses += 1
                self.total_ns += taken_ns
                self.longest_ns = max(self.longest_ns, taken_ns)
