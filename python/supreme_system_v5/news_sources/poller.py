"""Asks sources, and says how much of the world reaches us. When, is somebody else's schedule."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from supreme_system_v5.domain.feeds import Coverage, Item
from supreme_system_v5.domain.view import ViewStatus
from supreme_system_v5.errors import InvalidInputError, SourceError
from supreme_system_v5.ports import Clock, Source

__all__ = ["SourcePoller"]


class SourcePoller:
    """Polls sources, all at once.

    Args:
        sources: Whom to ask; their names differ.
        interval_ns: From one poll to the next, as whoever polls keeps it, above 0.
        jitter_ns: By how much that varies to either side, less than `interval_ns`.
        clock: Tells the time.

    Raises:
        InvalidInputError: An interval out of range, or two sources of one name.

    A source that fails is counted by itself and asked again the next time; the others go on.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        *,
        interval_ns: int,
        clock: Clock,
        jitter_ns: int = 0,
    ) -> None:
        if interval_ns <= 0 or not 0 <= jitter_ns < interval_ns:
            bound = "interval above 0, jitter from 0 to less than it"
            raise InvalidInputError(
                f"interval_ns is {interval_ns} and jitter_ns {jitter_ns}, allowed is an {bound}",
                "interval_ns",
                interval_ns,
                bound,
            )
        names = [source.name for source in sources]
        if len(set(names)) < len(names):
            raise InvalidInputError(
                f"sources are {names}, allowed are different names", "sources", names, "different"
            )
        self._sources = tuple(sources)
        self._interval_ns = interval_ns
        self._jitter_ns = jitter_ns
        self._clock = clock
        self._began_ns = clock.time_ns()

    async def poll_once(self) -> tuple[Item, ...]:
        """Ask every source once and return what is new, in the order of the sources."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._ask(source)) for source in self._sources]
        return tuple(item for task in tasks for item in task.result())

    def coverage(self) -> Coverage:
        """Return how much of what is told reaches us now."""
        now = self._clock.time_ns()
        within = 2 * (self._interval_ns + self._jitter_ns)
        healths = tuple(source.health() for source in self._sources)
        fresh = [
            health.is_fresh(now, max(within, source.fresh_ns))
            for source, health in zip(self._sources, healths, strict=True)
        ]
        status = ViewStatus.NO_DATA
        if any(fresh):
            status = ViewStatus.OK if all(fresh) else ViewStatus.PARTIAL
        newest = max(
            (h.last_success_ns for h in healths if h.last_success_ns is not None),
            default=self._began_ns,
        )
        return Coverage(status=status, age_ns=max(now - newest, 0), sources=healths)

    async def _ask(self, source: Source) -> tuple[Item, ...]:
        try:
            return await source.poll()
        except SourceError:
            return ()  # its health tells
