"""A source that tells what a test gives it."""

from __future__ import annotations

from collections import deque

from supreme_system_v5.domain.feeds import FaultKind, Item, SourceHealth
from supreme_system_v5.errors import SourceError
from supreme_system_v5.news_sources.health import HealthRecord
from supreme_system_v5.news_sources.seen import Seen
from supreme_system_v5.ports import Clock

__all__ = ["FakeSource"]


class FakeSource:
    """Fulfils `supreme_system_v5.ports.Source`: each poll takes the next answer of a list.

    Args:
        name: Its name.
        clock: Tells the time.
        answers: Items to tell, or the fault to fail with; after the last it fails with TIMEOUT.
    """

    def __init__(
        self, name: str, clock: Clock, answers: list[tuple[Item, ...] | FaultKind] | None = None
    ) -> None:
        self.name = name
        self.fresh_ns = 0
        self.answers = deque(answers or [])
        self._clock = clock
        self._seen = Seen()
        self._record = HealthRecord(name)

    async def poll(self) -> tuple[Item, ...]:
        now = self._clock.time_ns()
        self._record.last_attempt_ns = now
        answer = self.answers.popleft() if self.answers else FaultKind.TIMEOUT
        if isinstance(answer, FaultKind):
            error = SourceError(f"{self.name} failed as it was told to", answer)
            self._record.failed(error)
            raise error
        fresh = tuple(item for item in answer if self._seen.is_new(item))
        self._record.items += len(fresh)
        self._record.duplicates += len(answer) - len(fresh)
        self._record.succeeded(now)
        return fresh

    def health(self) -> SourceHealth:
        return self._record.snapshot()
