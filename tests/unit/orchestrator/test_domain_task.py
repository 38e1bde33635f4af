"""One thing, again and again, alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.orchestrator.domain_task import DomainTask
from tests.support.virtual_loop import LoopClock, run_virtual

SECOND = 10**9


class Ground:
    """A domain on a loop whose time is a number; it notes when it was called."""

    def __init__(self, work: Callable[[Ground], Awaitable[None]] | None = None) -> None:
        self.clock = LoopClock(asyncio.get_running_loop())
        self.times: list[float] = []
        self.failures: list[str] = []
        self._work = work
        self.task = DomainTask(
            "technical",
            self.called,
            interval_ns=30 * SECOND,
            clock=self.clock,
            sleep=sleep_ns,
            on_failure=lambda name, error: self.failures.append(f"{name} {error!r}"),
        )

    async def called(self) -> None:
        self.times.append(self.clock.monotonic_ns() / SECOND)
        if self._work is not None:
            await self._work(self)

    async def until(self, seconds: float, *steps: tuple[float, Callable[[], object]]) -> None:
        """Run it for so long; at some times do something."""
        loop = asyncio.get_running_loop()
        for at, step in steps:
            loop.call_at(at, step)
        keeping = asyncio.ensure_future(self.task.keep())
        await sleep_ns(round(seconds * SECOND))
        keeping.cancel()
        await asyncio.wait([keeping])


def test_every_thirty_seconds_to_the_nanosecond_for_an_hour() -> None:
    async def main() -> None:
        ground = Ground()
        await ground.until(3_601)
        assert ground.times == [30.0 * number for number in range(121)]
        status = ground.task.status()
        assert (status.runs, status.late, status.skipped, status.failures) == (121, 0, 0, 0)
        assert status.next_ns is not None
        assert status.next_ns == ground.clock.time_ns() + 29 * SECOND

    run_virtual(main())


def test_a_slow_run_never_overlaps_itself_and_moves_no_other() -> None:
    async def slow(ground: Ground) -> None:
        await sleep_ns((70 if len(ground.times) == 2 else 1) * SECOND)

    async def main() -> None:
        ground = Ground(slow)
        await ground.until(200)
        assert ground.times == [0, 30, 120, 150, 180]
        assert ground.task.status().skipped == 2  # those of 60 and 90

    run_virtual(main())


def test_woken_it_runs_at_once_and_the_grid_stands() -> None:
    async def main() -> None:
        ground = Ground()
        await ground.until(95, (41.0, ground.task.wake), (42.5, ground.task.wake))
        assert ground.times == [0, 30, 41, 42.5, 60, 90]

    run_virtual(main())


def test_woken_many_times_while_it_runs_it_runs_once_more() -> None:
    async def slow(_: Ground) -> None:
        await sleep_ns(5 * SECOND)

    async def main() -> None:
        ground = Ground(slow)
        await ground.until(29, *[(1.0 + step / 10, ground.task.wake) for step in range(30)])
        assert ground.times == [0, 5]

    run_virtual(main())


def test_what_fails_is_begun_again_ever_later_and_told() -> None:
    async def fails(ground: Ground) -> None:
        if len(ground.times) < 4:
            raise ValueError("no")

    async def main() -> None:
        ground = Ground(fails)
        await ground.until(121)
        assert ground.times == [0, 30, 60, 90, 120]
        assert ground.failures == ["technical ValueError('no')"] * 3
        status = ground.task.status()
        assert (status.failures, status.restarts, status.runs) == (3, 3, 2)
        assert status.last_error == "ValueError: no"

    run_virtual(main())


def test_stretched_while_it_waits_it_waits_longer_and_comes_back() -> None:
    async def main() -> None:
        ground = Ground()
        task = ground.task
        await ground.until(
            400, (10.0, lambda: task.stretch(2)), (100.0, lambda: task.stretch(4)),
            (301.0, lambda: task.stretch(1)),
        )  # fmt: skip
        # 30 becomes 60; 120 becomes 180; 300 came, 420 becomes 330.
        assert ground.times == [0, 60, 180, 300, 330, 360, 390]

    run_virtual(main())


def test_left_out_it_does_nothing_and_counts() -> None:
    async def main() -> None:
        ground = Ground()
        shed = ground.task.shed
        await ground.until(160, (40.0, lambda: shed(True)), (100.0, lambda: shed(False)))
        assert ground.times == [0, 30, 120, 150]
        assert ground.task.status().skipped == 2

    run_virtual(main())


def test_spread_it_comes_up_to_so_much_later_and_the_grid_stands() -> None:
    async def main() -> None:
        ground = Ground()
        ground.task = DomainTask(
            "news",
            ground.called,
            interval_ns=600 * SECOND,
            clock=ground.clock,
            sleep=sleep_ns,
            on_failure=lambda *_: None,
            jitter_ns=30 * SECOND,
            chance=Random(1),
        )
        await ground.until(30 * 600)
        later = [at - 600 * number for number, at in enumerate(ground.times)]
        assert len(later) in (29, 30)
        assert all(0 <= each <= 30 for each in later)
        assert len(set(later)) > 20
        assert ground.task.status().late == 0

    run_virtual(main())
