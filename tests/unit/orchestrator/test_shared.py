"""What several tasks use, one after the other."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from supreme_system_v5.domain.status import LockUse
from supreme_system_v5.orchestrator.shared import Shared
from tests.fakes.clock import ManualClock


def test_one_after_the_other_and_measured() -> None:
    clock = ManualClock()
    shared = Shared([0], clock)

    def work(took_ns: int, held: list[int]) -> None:
        clock.advance_ns(took_ns)
        held.append(took_ns)

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            for took_ns in (5, 20, 10):
                group.create_task(shared.use(partial(work, took_ns)))

    asyncio.run(main())
    assert shared.use_so_far() == LockUse(uses=3, longest_ns=20, total_ns=35)


def test_what_fails_inside_lets_go_and_is_counted() -> None:
    shared = Shared(1, ManualClock())

    async def main() -> int:
        with pytest.raises(ZeroDivisionError):
            await shared.use(lambda held: held // 0)
        return await shared.use(lambda held: held + 1)

    assert asyncio.run(main()) == 2
    assert shared.use_so_far().uses == 2
