"""What `tests/contract/test_pushed_sources.py` does not show."""

from __future__ import annotations

import asyncio
import random

from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.news_sources.http_client import HttpClient
from supreme_system_v5.news_sources.mempool_ws import MempoolWs
from supreme_system_v5.news_sources.pushed import PushedSource
from supreme_system_v5.news_sources.seen import Seen
from tests.support.virtual_loop import LoopClock, run_virtual


def test_it_tries_again_ever_more_rarely_and_ends_when_told() -> None:
    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        async with HttpClient(clock=clock, sleep=sleep_ns, chance=random.Random(1)) as client:
            made = PushedSource(
                MempoolWs(["a" * 30], "ws://127.0.0.1:9/"),  # not allowed, so it fails at once
                client=client,
                clock=clock,
                sleep=sleep_ns,
                chance=random.Random(1),
                seen=Seen(),
            )
            assert (made.name, made.fresh_ns) == ("mempool-ws", 0)
            async with made:
                await asyncio.sleep(60)
                early = made.health().faults[FaultKind.BLOCKED]
                await asyncio.sleep(3_600)
                late = made.health().faults[FaultKind.BLOCKED] - early
                assert 5 <= early <= 8
                assert 120 <= late <= 240, "every 15 to 30 s"
                assert made.health().next_attempt_ns is not None
            await asyncio.sleep(3_600)
            assert made.health().faults[FaultKind.BLOCKED] == early + late

    run_virtual(main())
