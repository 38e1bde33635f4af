"""Everything that runs, on a loop whose time is a number."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import pairwise

import pytest

from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.domain import Headline
from supreme_system_v5.domain.live import FeedChange, FeedQuote
from supreme_system_v5.domain.status import AlertKind, MachineUse
from supreme_system_v5.errors import SourceError
from supreme_system_v5.monitoring.health import liveness
from supreme_system_v5.orchestrator.master import MasterTradingOrchestrator
from supreme_system_v5.orchestrator.parts import Intervals, LiveParts, Worldly
from supreme_system_v5.orchestrator.warm_up import History
from supreme_system_v5.ports import Controls
from tests.fakes.market_feed import FakeFeed
from tests.support.live_runs import (
    LIVE,
    MINUTE,
    SECOND,
    Noticed,
    calm,
    candle,
    parts_of,
    told,
    trade,
)
from tests.support.virtual_loop import LoopClock, run_virtual

HISTORY = 200
EVERY = Intervals(warmup_minutes=HISTORY)


class Market:
    """A feed that goes on by itself: a trade a second, a minute told at each end."""

    def __init__(self) -> None:
        self.clock = LoopClock(asyncio.get_running_loop())
        now_ns = self.clock.time_ns()
        self.begin_ns = now_ns // MINUTE * MINUTE
        past = range(HISTORY + 50, 0, -1)
        self.feed = FakeFeed(
            self.clock, history=[candle(self.begin_ns - minute * MINUTE) for minute in past]
        )
        self.noticed = Noticed()
        self.parts: LiveParts = parts_of(self.feed, self.clock, sleep_ns, observer=self.noticed)
        self.silent = False
        self._number = 0

    async def trade(self) -> None:
        """Trade for as long as it lasts."""
        fresh = FeedChange(fresh=True, reason="", since_ns=1, receive_ns=self.clock.time_ns())
        self.feed.push(fresh)
        while True:
            if not self.silent:
                self._number += 1
                price = 60_000.0 + 25 * (self._number * 7 % 11)
                now_ns = self.clock.time_ns()
                self.feed.push(told([trade(now_ns, price, 0.1, self._number)]))
            await sleep_ns(SECOND)

    async def run(
        self,
        seconds: float,
        *steps: tuple[float, Callable[[MasterTradingOrchestrator], object]],
        parts: LiveParts | None = None,
        every: Intervals = EVERY,
    ) -> MasterTradingOrchestrator:
        """Run a whole system on it; at some times do something."""
        trading = asyncio.ensure_future(self.trade())
        try:
            async with MasterTradingOrchestrator(parts or self.parts, every) as master:
                loop = asyncio.get_running_loop()
                for at, step in steps:
                    loop.call_later(at, step, master)
                await master.run(round(seconds * SECOND))
        finally:
            trading.cancel()
        assert not self.feed.entered
        left = {task for task in asyncio.all_tasks() if not task.done()}
        assert left == {asyncio.current_task(), *([] if trading.done() else [trading])}
        return master


def live(main: Callable[[Market], Awaitable[None]]) -> None:
    async def start() -> None:
        await main(Market())

    run_virtual(start())


def test_it_warms_up_trades_and_ends_with_nothing_left_running() -> None:
    async def main(market: Market) -> None:
        master = await market.run(300.5)
        assert master.history is not None
        assert master.history == History((), HISTORY, 0, "")
        status = master.status()
        assert status.wakes.seen == 301
        assert market.noticed.trades == 300  # the first one waited for history
        assert market.parts.session.market.read("closed") == HISTORY + 5
        runs = {name: task.runs for name, task in status.domains.items()}
        assert runs["patterns"] == 6
        assert runs["mtf"] == 3
        assert runs["upkeep"] in (601, 602)  # the last instant is a matter of order
        assert runs["resources"] == 61
        assert runs["technical"] >= 11  # and at once whenever a signal came
        assert all(task.late == task.failures == 0 for task in status.domains.values())
        assert status.ready
        assert status.views["mtf"].status in ("ok", "partial")
        told_of = [alert.kind for alert in market.noticed.alerts]
        assert (told_of[0], told_of[-1]) == (AlertKind.STARTED, AlertKind.STOPPED)

    live(main)


def test_without_a_trade_it_says_what_to_do_and_leaves_nothing() -> None:
    async def main(market: Market) -> None:
        market.feed.set_health(reason="ws.okx.com has no address")
        with pytest.raises(SourceError) as caught:
            async with MasterTradingOrchestrator(market.parts, EVERY):
                pass
        assert "feed 'fake' told no trade within 30 s (ws.okx.com has no address)" in str(
            caught.value
        )
        assert "--feed sim" in str(caught.value)
        assert not market.feed.entered
        assert asyncio.all_tasks() == {asyncio.current_task()}

    live(main)


def test_its_owner_stops_it_within_two_seconds() -> None:
    async def main(market: Market) -> None:
        ended: list[float] = []  # the time of the loop
        loop = asyncio.get_running_loop()

        def stop(master: MasterTradingOrchestrator) -> None:
            ended.append(loop.time())
            master.stop("SIGTERM")

        await market.run(3_600, (100.0, stop))
        assert loop.time() - ended[0] < 2
        assert market.noticed.alerts[-1].text == "SIGTERM"

    live(main)


def test_stopped_while_it_begins_it_ends_at_once() -> None:
    async def main(market: Market) -> None:
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as group:
            master = MasterTradingOrchestrator(market.parts, EVERY)
            loop.call_later(3.0, master.stop, "SIGTERM")

            async def run() -> None:
                async with master:
                    assert await master.run(None) == "SIGTERM"

            group.create_task(run())
        assert loop.time() < 5
        assert not master.begun
        assert market.noticed.alerts == []
        assert not market.feed.entered
        assert asyncio.all_tasks() == {asyncio.current_task()}

    live(main)


def test_a_domain_that_fails_takes_no_other_down() -> None:
    async def main(market: Market) -> None:
        async def broken() -> tuple[Worldly, ...]:
            raise SourceError("all sources are down")

        parts = replace(market.parts, news=broken)
        every = replace(EVERY, news_ns=20 * SECOND)
        status = (await market.run(100.5, parts=parts, every=every)).status()
        assert status.domains["news"].failures == 6
        assert status.domains["news"].last_error == "SourceError: all sources are down"
        assert status.domains["technical"].failures == 0
        assert status.wakes.seen == 101
        failed = [details for event, details in market.noticed.notes if event == "domain_failed"]
        assert len(failed) == 6
        assert failed[0]["domain"] == "news"

    live(main)


def test_a_failure_is_told_to_its_owner_once_an_hour() -> None:
    async def main(market: Market) -> None:
        async def broken() -> tuple[Worldly, ...]:
            raise SourceError("all sources are down")

        parts = replace(market.parts, news=broken, whales=broken)
        master = MasterTradingOrchestrator(parts, EVERY)
        tasks = [asyncio.create_task(master.domains[name].keep()) for name in ("news", "whales")]
        await sleep_ns(3 * 3_600 * SECOND + 1_000 * SECOND)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        told_of = [each for each in market.noticed.alerts if each.kind == AlertKind.RESTART]
        news = [each for each in told_of if each.title == "news failed, and is begun again"]
        assert len(news) == len(told_of) - len(news) == 3 + 1
        assert news[0].text == "SourceError: all sources are down"
        times = [each.time_ns for each in news]
        assert all(later - at >= 3_600 * SECOND for at, later in pairwise(times))

    live(main)


def test_held_it_starts_paused_says_why_and_enters_only_when_resumed() -> None:
    async def main(market: Market) -> None:
        seen: list[bool] = []
        parts = replace(market.parts, held="the last run did not end in order")
        master = await market.run(
            400,
            (1.0, lambda master: seen.append(master.paused)),
            (200.0, lambda master: master.resume()),
            parts=parts,
        )
        assert seen == [True]
        assert not master.paused
        started, restart = market.noticed.alerts[:2]
        assert (started.kind, restart.kind) == (AlertKind.STARTED, AlertKind.RESTART)
        assert restart.urgent
        assert restart.text == "the last run did not end in order"
        approved = [
            record.event_ns
            for record in market.parts.session.engine.notes.records
            if record.kind == "approved" and record.reason == "APPROVED"
        ]
        assert approved
        assert min(approved) >= market.clock.time_ns() - 200 * SECOND
        assert master.status().refusals["PAUSED"] > 0

    live(main)


def test_a_feed_that_breaks_ends_it_in_order_and_wakes_its_owner() -> None:
    async def main(market: Market) -> None:
        def leave(_: object) -> None:
            market.feed.entered = False
            market.silent = True
            market.feed.push()

        loop = asyncio.get_running_loop()
        master = await market.run(3_600, (100.0, leave))
        assert loop.time() < 102
        assert isinstance(master.defect, SourceError)
        stopped = market.noticed.alerts[-1]
        assert (stopped.kind, stopped.urgent) == (AlertKind.STOPPED, True)
        assert stopped.text.startswith("a defect: pump: SourceError: fake is not connected")

    live(main)


def test_the_pump_is_one_of_the_tasks_that_have_to_live() -> None:
    async def main(market: Market) -> None:
        def hush(_: object) -> None:
            market.silent = True

        status = (await market.run(400, (100.0, hush))).status()
        assert status.domains["pump"].runs > 90
        assert liveness(status).ok

    live(main)


def test_what_the_world_tells_reaches_the_engine() -> None:
    async def main(market: Market) -> None:
        def headline(number: int) -> Headline:
            now_ns = market.clock.time_ns()
            return Headline(
                origin=LIVE, seq=0, event_ns=now_ns, receive_ns=now_ns, source="x.com",
                title=f"headline {number}",
            )  # fmt: skip

        async def ask() -> tuple[Worldly, ...]:
            await sleep_ns(3 * SECOND)
            return headline(1), headline(2)

        parts = replace(market.parts, news=ask, whales=ask)
        status = (await market.run(1_300, parts=parts)).status()
        assert status.domains["news"].runs == 3
        assert status.domains["whales"].runs == 3
        assert status.views["news"].status == "no_data"  # nobody judges by them here

    live(main)


def test_under_load_intervals_double_and_return_and_risk_is_never_late() -> None:
    async def main(market: Market) -> None:
        uses: list[MachineUse] = []

        def machine(now_ns: int) -> MachineUse:
            seconds = now_ns / SECOND
            factor = 4 if 200 <= seconds < 300 else 2 if 100 <= seconds < 400 else 1
            uses.append(calm(multiplier=factor, load_percent=95.0))
            return uses[-1]

        parts = replace(market.parts, machine=machine)
        master = await market.run(600, parts=parts)
        status = master.status()
        assert status.domains["technical"].interval_ns == 30 * SECOND
        assert status.domains["patterns"].runs < 9  # 11 without load
        assert status.domains["upkeep"].interval_ns == SECOND // 2
        assert status.domains["upkeep"].runs in (1_200, 1_201)
        paces = [
            record for record in market.parts.session.engine.notes.records if record.kind == "pace"
        ]
        technical = [r.details["interval_ns"] for r in paces if r.reason == "technical"]
        assert technical == [60 * SECOND, 120 * SECOND, 60 * SECOND, 30 * SECOND]

    live(main)


def test_when_memory_runs_out_nothing_is_entered() -> None:
    async def main(market: Market) -> None:
        def machine(now_ns: int) -> MachineUse:
            full = 50 * SECOND <= now_ns < 150 * SECOND
            return calm(level="stop" if full else "normal", shed=("news",) if full else ())

        async def ask() -> tuple[Worldly, ...]:
            return ()

        parts = replace(market.parts, machine=machine, news=ask)
        every = replace(EVERY, news_ns=20 * SECOND)
        status = (await market.run(301, parts=parts, every=every)).status()
        assert status.refusals["RESOURCE_PRESSURE"] > 0
        assert status.domains["news"].skipped == 5
        assert status.domains["news"].runs == 11

    live(main)


def test_a_clock_that_differs_refuses_entries_until_it_agrees() -> None:
    async def main(market: Market) -> None:
        def skew(_: object) -> None:
            market.feed.ahead_ns = 3 * SECOND

        def mend(_: object) -> None:
            market.feed.ahead_ns = SECOND

        every = replace(EVERY, clock_ns=60 * SECOND)
        master = await market.run(300, (30.0, skew), (130.0, mend), every=every)
        states = [
            (record.reason, record.details["why"])
            for record in market.parts.session.engine.notes.records
            if record.kind == "feed" and record.details["feed"] == "clock"
        ]
        assert states == [("STALE", "the exchange's is +3.0 s ahead"), ("FRESH", "")]
        assert master.status().refusals["CLOCK_SKEW"] > 0
        assert master.status().clock_ahead_ns == SECOND

    live(main)


def test_silent_minutes_end_while_the_feed_shows_that_it_lives_and_no_others() -> None:
    async def main(market: Market) -> None:
        closed = market.parts.session.market.read
        seen: list[float | None] = []

        def hush(_: object) -> None:
            market.silent = True

        def look(_: object) -> None:
            seen.append(closed("closed"))

        def quote(_: object) -> None:
            now_ns = market.clock.time_ns()
            market.feed.push(
                FeedQuote(bid=1.0, bid_size=1.0, ask=2.0, ask_size=1.0, receive_ns=now_ns)
            )

        def unsettle(_: object) -> None:
            market.feed.unsettled_ns = market.clock.time_ns() // MINUTE * MINUTE

        quotes = [(100.0 + 10 * number, quote) for number in range(20)]
        await market.run(
            400, (90.0, hush), (280.0, look), (285.0, unsettle), *quotes, (399.0, look)
        )
        # Until 290 s a quote came every ten seconds; of the minute in doubt nothing ended.
        begin = market.begin_ns // MINUTE
        start_ns = market.clock.time_ns() - 400 * SECOND
        assert seen[0] == HISTORY + (start_ns + 278 * SECOND) // MINUTE - begin
        assert seen[1] == HISTORY + (start_ns + 285 * SECOND) // MINUTE - begin

    live(main)


def test_a_signal_that_comes_without_a_trade_wakes_the_judges_as_well() -> None:
    """The end of a silent minute may bring one."""

    async def main(market: Market) -> None:
        runs: list[int] = []

        def signal(master: MasterTradingOrchestrator) -> None:
            market.parts.session.engine.notes.funnel.signals += 1
            look(master)

        def look(master: MasterTradingOrchestrator) -> None:
            runs.append(master.status().domains["technical"].runs)

        def hush(_: object) -> None:
            market.silent = True

        await market.run(60, (30.2, hush), (40.0, signal), (41.0, look))
        assert runs[1] == runs[0] + 1

    live(main)


def test_of_a_stale_feed_no_minute_ends_and_after_a_minute_it_is_told() -> None:
    async def main(market: Market) -> None:
        def hush(_: object) -> None:
            market.silent = True
            now_ns = market.clock.time_ns()
            stale = FeedChange(
                fresh=False, reason="no trade for 30 s", since_ns=now_ns, receive_ns=now_ns
            )
            market.feed.push(stale)

        await market.run(400, (100.0, hush))
        ended = (market.clock.time_ns() - 300 * SECOND) // MINUTE - market.begin_ns // MINUTE
        assert market.parts.session.market.read("closed") == HISTORY + ended
        kinds = [alert.kind for alert in market.noticed.alerts]
        assert kinds.count(AlertKind.FEED_STALE) == 1

    live(main)


def test_its_owner_pauses_flattens_and_resumes() -> None:
    async def main(market: Market) -> None:
        seen: list[tuple[bool, str]] = []

        def look(master: MasterTradingOrchestrator) -> None:
            seen.append((master.status().paused, master.status().position.size))

        master = await market.run(
            200,
            (100.0, lambda master: master.flatten()),
            (110.0, look),
            (149.0, look),
            (150.0, lambda master: master.resume()),
            (199.0, look),
        )
        controls: Controls = master
        assert seen[:2] == [(True, "0")] * 2
        assert not seen[2][0]
        assert controls.status().refusals["PAUSED"] > 0
        approved = [
            record.event_ns
            for record in market.parts.session.engine.notes.records
            if record.kind == "approved" and record.reason == "APPROVED"
        ]
        paused_ns = market.clock.time_ns() - 100 * SECOND, market.clock.time_ns() - 51 * SECOND
        assert approved
        assert not [at for at in approved if paused_ns[0] < at < paused_ns[1]]

    live(main)
