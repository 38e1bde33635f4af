"""One thing that is done again and again, alone: it never overlaps itself and harms no other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from random import Random

from supreme_system_v5.domain.status import DomainStatus
from supreme_system_v5.orchestrator.schedule import Schedule
from supreme_system_v5.ports import Clock, Sleep

__all__ = ["FIRST_PAUSE_NS", "LONGEST_PAUSE_NS", "DomainTask"]

FIRST_PAUSE_NS = 1_000_000_000
"""After the first failure in a row; each further one doubles it."""
LONGEST_PAUSE_NS = 60_000_000_000
_LATE = 10
"""A tenth of the interval is late."""
_NS = 1_000_000_000
_ERROR_CHARACTERS = 200


class DomainTask:
    """Runs a function whenever its schedule says, or at once when it is woken.

    Args:
        name: Which, for people and metrics.
        work: What is done.
        interval_ns: How often.
        clock: Tells the time.
        sleep: Waits, after a failure.
        on_failure: Told the name and the error, each time that `work` fails.
        first_after_ns: When it is first done, after `keep` was called.
        jitter_ns: It is done up to so much later each time, drawn anew; the grid stands.
        chance: Draws that.

    Attributes:
        name: The same.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], Awaitable[None]],
        *,
        interval_ns: int,
        clock: Clock,
        sleep: Sleep,
        on_failure: Callable[[str, Exception], None],
        first_after_ns: int = 0,
        jitter_ns: int = 0,
        chance: Random | None = None,
    ) -> None:
        self.name = name
        self._work = work
        self._clock = clock
        self._sleep = sleep
        self._on_failure = on_failure
        self._schedule = Schedule(interval_ns, clock.monotonic_ns() + first_after_ns)
        self._first_after_ns = first_after_ns
        self._chance = chance
        self._jitter_ns = jitter_ns if chance is not None else 0
        self._later_ns = 0
        self._changed = asyncio.Event()
        self._woken = False
        self._shed = False
        self._runs = self._failures = self._restarts = self._late = self._skipped = 0
        self._pause_ns = FIRST_PAUSE_NS
        self._last_ns: int | None = None
        self._last_error = ""

    def wake(self) -> None:
        """Do it now; while it is being done, once more afterwards."""
        self._woken = True
        self._changed.set()

    def stretch(self, factor: int) -> bool:
        """Do it `factor` times as seldom; return whether that is a change."""
        changed = self._schedule.stretch(factor, self._clock.monotonic_ns())
        if changed:
            self._changed.set()
        return changed

    def shed(self, left_out: bool) -> None:  # noqa: FBT001 - the one thing it tells
        """Leave it out, or do it again; runs left out are counted."""
        self._shed = left_out

    @property
    def interval_ns(self) -> int:
        """How often, now."""
        return self._schedule.interval_ns

    def status(self) -> DomainStatus:
        """Return how it goes; its times are of the date."""
        now_ns, since_ns = self._clock.time_ns(), self._clock.monotonic_ns()
        return DomainStatus(
            interval_ns=self._schedule.interval_ns,
            runs=self._runs,
            failures=self._failures,
            restarts=self._restarts,
            late=self._late,
            skipped=self._skipped,
            last_ns=self._last_ns,
            next_ns=now_ns + self._schedule.next_ns - since_ns,
            last_error=self._last_error,
        )

    async def keep(self) -> None:
        """Do it until cancelled."""
        self._schedule.next_ns = self._clock.monotonic_ns() + self._first_after_ns
        while True:
            woken = await self._wait()
            if self._shed:
                self._skipped += 1
                self._schedule.done(self._clock.monotonic_ns())
                continue
            await self._once(woken=woken)

    async def _once(self, *, woken: bool) -> None:
        began_ns, due_ns = self._clock.monotonic_ns(), self._schedule.next_ns + self._later_ns
        if not woken and began_ns - due_ns > self._schedule.interval_ns // _LATE:
            self._late += 1
        self._last_ns = self._clock.time_ns()
        try:
            await self._work()
        except Exception as error:  # noqa: BLE001 - one domain takes no other down
            self._failures += 1
            self._last_error = f"{type(error).__name__}: {error}"[:_ERROR_CHARACTERS]
            self._on_failure(self.name, error)
            await self._sleep(self._pause_ns)
            self._pause_ns = min(2 * self._pause_ns, LONGEST_PAUSE_NS)
            self._restarts += 1
        else:
            self._runs += 1
            self._pause_ns = FIRST_PAUSE_NS
        self._skipped += self._schedule.done(self._clock.monotonic_ns())
        if self._chance is not None:
            most_ns = min(self._jitter_ns, self._schedule.interval_ns // 4)
            self._later_ns = self._chance.randint(0, most_ns)

    async def _wait(self) -> bool:
        """Wait until it is due or woken; return whether it was woken."""
        while True:
            if self._woken:
                self._woken = False
                return True
            now_ns = self._clock.monotonic_ns()
            left_ns = self._schedule.next_ns + self._later_ns - now_ns
            if left_ns <= 0:
                return False
            self._changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(left_ns / _NS):
                    await self._changed.wait()
