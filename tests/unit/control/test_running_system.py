"""The socket before a real orchestrator, on a loop whose time is a number."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from pathlib import Path

from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.control.logs import Log
from supreme_system_v5.control.socket_server import ControlServer
from supreme_system_v5.control.status_text import status_line, status_lines
from supreme_system_v5.control.wire import Order
from supreme_system_v5.domain.live import FeedChange
from supreme_system_v5.orchestrator.master import MasterTradingOrchestrator
from supreme_system_v5.orchestrator.parts import Intervals, Observer
from supreme_system_v5.risk.meanings import MEANINGS
from tests.fakes.market_feed import FakeFeed
from tests.support.live_runs import MINUTE, SECOND, candle, parts_of, told, trade
from tests.support.virtual_loop import LoopClock, run_virtual
from tests.unit.control.test_log_writer import Sink
from tests.unit.control.test_socket_server import say


class Logging(Observer):
    def __init__(self, log: Log) -> None:
        self._log = log

    def note(self, event: str, **details: object) -> None:
        self._log.event(event, **details)


async def trading(feed: FakeFeed, clock: LoopClock) -> None:
    """Trade ten times a second."""
    feed.push(FeedChange(fresh=True, reason="", since_ns=1, receive_ns=clock.time_ns()))
    number = 0
    while True:
        number += 1
        feed.push(told([trade(clock.time_ns(), 60_000 + 25 * (number * 7 % 11), 0.1, number)]))
        await sleep_ns(SECOND // 10)


def test_it_is_asked_paused_flattened_resumed_and_stopped(tmp_path: Path) -> None:
    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        begin_ns = clock.time_ns() // MINUTE * MINUTE
        history = [candle(begin_ns - minute * MINUTE) for minute in range(250, 0, -1)]
        feed, sink = FakeFeed(clock, history=history), Sink()

        async def order(what: Order) -> tuple[bool, str]:
            [answer] = await say(path, f'{{"do": "{what}"}}\n'.encode())
            assert answer.ok
            assert answer.status is not None
            assert status_lines(answer.status, MEANINGS)
            assert status_line(answer.status)
            return answer.status.paused, answer.status.position.size

        path = tmp_path / "control.sock"
        with Log(sink, clock=clock) as log:
            parts = parts_of(feed, clock, sleep_ns, observer=Logging(log))
            master = MasterTradingOrchestrator(parts, Intervals(warmup_minutes=200))
            async with ControlServer(master, path, sleep=sleep_ns, note=log.event):
                assert await order(Order.STATUS) == (False, "0")  # before it has begun
                market = asyncio.create_task(trading(feed, clock))
                async with master:
                    ended = asyncio.create_task(master.run(600 * SECOND))
                    await sleep_ns(20 * SECOND)
                    assert (await order(Order.PAUSE))[0]
                    await order(Order.FLATTEN)
                    await sleep_ns(5 * SECOND)
                    assert await order(Order.STATUS) == (True, "0")
                    assert not (await order(Order.RESUME))[0]
                    await order(Order.STOP)
                    assert await ended == "stopped by its owner"
                market.cancel()
                with suppress(asyncio.CancelledError):
                    await market
        lines = [json.loads(line) for line in sink.lines]
        assert [line["order"] for line in lines if line["event"] == "ordered"] == [
            "pause",
            "flatten",
            "resume",
            "stop",
        ]
        done = ("approved", "fill", "order", "risk")  # of its own orders each has a line
        assert len([line for line in lines if line["event"] not in done]) < 20  # of 250 trades

    run_virtual(main())
