"""Owns everything that runs: the pump of the feed, a task for each domain, and their end.

One task group. A domain that fails is begun again and takes no other down; backpressure stretches
what may be late and sheds what may be left out, and never touches risk, stops or orders.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from functools import partial
from typing import Self

from supreme_system_v5.domain import View, ViewStatus
from supreme_system_v5.domain.live import FeedEvent, FeedHealth, FeedTrades
from supreme_system_v5.domain.status import (
    Alert,
    AlertKind,
    LiveStatus,
    MachineUse,
    QueueStatus,
    ViewReading,
)
from supreme_system_v5.errors import SourceError, SupremeError
from supreme_system_v5.orchestrator.alerts import Watchman
from supreme_system_v5.orchestrator.domain_task import DomainTask
from supreme_system_v5.orchestrator.live_trader import GRACE_NS, LiveTrader, together
from supreme_system_v5.orchestrator.parts import Intervals, LiveParts, Worldly
from supreme_system_v5.orchestrator.pump import Pump
from supreme_system_v5.orchestrator.reading import status_of
from supreme_system_v5.orchestrator.shared import Shared
from supreme_system_v5.orchestrator.warm_up import History, read_history, told_meanwhile

__all__ = ["MasterTradingOrchestrator"]

_NS = 1_000_000_000
_MINUTE_NS = 60 * _NS
_HOUR_NS = 60 * _MINUTE_NS
_PUMP = "pump"
_WORLD = ("news", "whales")
_WAKES = "wakes"
_TEXT = 1_000
"""Characters of an alert."""
_STRETCHED = ("technical", "patterns", "mtf", "news", "whales")


class MasterTradingOrchestrator:
    """Runs one market live; fulfils `supreme_system_v5.ports.Controls`.

    Entered with ``async with``, it connects, warms up and begins; left, everything has ended within
    2 seconds and nothing is left running.

    Args:
        parts: What it owns.
        intervals: How often what is done.

    Attributes:
        begun: Whether it came to trade.
        defect: What ended it that nobody expects; None for nothing.
        history: How much it warmed up with, without its candles; None before.
        domains: Its tasks, by name.
        queues: Return those of others, to be shown with the status.

    Raises:
        SourceError: On entering: the feed told no trade in time, or too little of its history; the
            message says why.
    """

    def __init__(self, parts: LiveParts, intervals: Intervals | None = None) -> None:
        self._parts = parts
        self._every = Intervals() if intervals is None else intervals
        self._clock = parts.clock
        self._trader = LiveTrader(parts.session, parts.origin)
        self._shared = Shared(self._trader, parts.clock)
        self._pump = Pump(parts.feed, parts.clock)
        self._watchman = Watchman(parts.activity, parts.observer, parts.session.engine.units)
        self._stack = AsyncExitStack()
        self._stopping = asyncio.Event()
        self._stop_reason = ""
        self._tasks: list[asyncio.Task[None]] = []
        self._readings: dict[str, ViewReading] = {}
        self._machine: MachineUse | None = None
        self._clock_ahead_ns: int | None = None
        self._paused = False
        self._signals = 0
        self._started_ns = parts.clock.time_ns()
        self._told_failed_ns: dict[str, int] = {}
        self.begun = False
        self._begun_ns = 0
        self.defect: Exception | None = None
        self.history: History | None = None
        self.queues: list[Callable[[], Mapping[str, QueueStatus]]] = []
        self.domains = {task.name: task for task in self._make_domains()}

    # Beginning and end.

    async def __aenter__(self) -> Self:
        """Connect, warm up, and begin."""
        await self._stack.__aenter__()
        try:
            await self._stack.enter_async_context(self._parts.feed)
            if not await self._begin_unless_stopped():
                return self
        except BaseException:
            await self._stack.aclose()
            raise
        group = await self._stack.enter_async_context(asyncio.TaskGroup())
        works = {_PUMP: self._carry(), **{name: task.keep() for name, task in self.domains.items()}}
        for name, work in works.items():
            self._tasks.append(group.create_task(self._guard(name, work), name=name))
        self.begun, self._begun_ns = True, self._clock.time_ns()
        symbol, held = self._parts.origin.instrument, self._parts.held
        self._alert(AlertKind.STARTED, f"{symbol} started", "", urgent=False)
        if held:
            self._alert(AlertKind.RESTART, f"{symbol} starts paused", held, urgent=True)
        return self

    async def __aexit__(self, *exc: object) -> None:
        """End every task and close the feed."""
        for task in self._tasks:
            task.cancel()
        await self._stack.__aexit__(None, None, None)
        if self.begun:
            title, urgent = f"{self._parts.origin.instrument} stopped", self.defect is not None
            self._alert(AlertKind.STOPPED, title, self._stop_reason, urgent=urgent)

    async def run(self, duration_ns: int | None = None) -> str:
        """Wait until somebody stops it, or until so long has passed; return why it ended."""
        try:
            async with asyncio.timeout(None if duration_ns is None else duration_ns / _NS):
                await self._stopping.wait()
        except TimeoutError:
            self._stop_reason = "its time is over"
        return self._stop_reason

    async def _begin_unless_stopped(self) -> bool:
        """Begin, and return True; False when somebody stopped it meanwhile."""
        beginning = asyncio.create_task(self._begin(), name="begin")
        stopping = asyncio.create_task(self._stopping.wait(), name="stopping")
        try:
            await asyncio.wait({beginning, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if beginning.done():
                beginning.result()
            return beginning.done()
        finally:
            for task in (beginning, stopping):
                task.cancel()
            await asyncio.gather(beginning, stopping, return_exceptions=True)

    async def _begin(self) -> None:
        """Wait for the first trade, and learn what came before its minute."""
        waiting: list[FeedEvent] = []
        first: FeedTrades | None = None
        try:
            async with asyncio.timeout(self._every.start_within_ns / _NS):
                while first is None:
                    waiting += await self._parts.feed.receive()
                    found = (event for event in waiting if isinstance(event, FeedTrades))
                    first = next((event for event in found if event.trades), None)
        except TimeoutError:
            seconds = self._every.start_within_ns // _NS
            why = self._parts.feed.health().reason.rstrip(".?!") or "it told nothing"
            raise SourceError(
                f"feed {self._parts.feed.name!r} told no trade within {seconds} s ({why}): check "
                "the network and the venue's status, or practise with --feed sim"
            ) from None
        begin_ns = first.trades[0].time_ns // _MINUTE_NS * _MINUTE_NS
        await self._warm_up(begin_ns)
        await self._look_at_clock()
        if self._parts.held:
            self._hold(self._parts.held)
        for event in together(waiting):  # it waited for history: how long says nothing
            self._trader.take(event, self._clock.time_ns())

    async def _warm_up(self, begin_ns: int) -> None:
        parts, minutes = self._parts, self._every.warmup_minutes
        ask, note = parts.history or parts.feed.candles, parts.observer.note
        reading = read_history(ask, begin_ns, minutes, parts.sleep)
        history = await told_meanwhile(reading, note, minutes, parts.sleep)
        self._trader.warm_up(history.candles)
        kept = len(history.candles)
        note("warmed_up", minutes=kept, missing=history.missing, fault=history.fault)
        self.history = history._replace(candles=())  # they are many, and learnt

    # Domains.

    def _make_domains(self) -> list[DomainTask]:
        every, parts = self._every, self._parts
        works: list[tuple[str, Callable[[], Awaitable[None]], int]] = [
            ("technical", partial(self._look, "technical"), every.technical_ns),
            ("patterns", partial(self._look, "patterns"), every.patterns_ns),
            ("mtf", partial(self._look, "mtf"), every.mtf_ns),
            ("upkeep", self._upkeep, every.upkeep_ns),
            ("resources", self._look_at_machine, every.resources_ns),
            ("clock", self._look_at_clock, every.clock_ns),
        ]
        if parts.news is not None:
            works.append(("news", partial(self._ask_world, "news", parts.news), every.news_ns))
        if parts.whales is not None:
            ask = partial(self._ask_world, "whales", parts.whales)
            works.append(("whales", ask, every.whales_ns))
        return [
            DomainTask(
                name,
                work,
                interval_ns=interval_ns,
                clock=parts.clock,
                sleep=parts.sleep,
                on_failure=self._failed,
                first_after_ns=every.clock_ns if name == "clock" else 0,
                jitter_ns=every.jitter_ns if name in _WORLD else 0,
                chance=parts.chance if name in _WORLD else None,
            )
            for name, work, interval_ns in works
        ]

    def _failed(self, name: str, error: Exception) -> None:
        # Where it was raised is told of a defect; a source that is down says all in its message.
        told = str(error) if isinstance(error, SupremeError) else error
        self._parts.observer.note("domain_failed", domain=name, error=told)
        now_ns, told_ns = self._clock.monotonic_ns(), self._told_failed_ns.get(name)
        if told_ns is None or now_ns - told_ns >= _HOUR_NS:
            self._told_failed_ns[name] = now_ns
            title = f"{name} failed, and is begun again"
            self._alert(AlertKind.RESTART, title, f"{type(error).__name__}: {error}", urgent=False)

    async def _guard(self, name: str, work: Coroutine[object, object, None]) -> None:
        """Do it; what it raises is a defect, and ends the run in order."""
        try:
            await work
        except Exception as error:  # noqa: BLE001 - whatever it is, the owner is told
            self.defect = self.defect or error
            self.stop(f"a defect: {name}: {type(error).__name__}: {error}")

    async def _carry(self) -> None:
        """Carry what the feed tells into the market, for as long as it runs."""
        while True:
            events = await self._pump.receive()
            await self._shared.use(partial(self._take, events))

    def _take(self, events: tuple[FeedEvent, ...], trader: LiveTrader) -> None:
        clock, observer = self._clock, self._parts.observer
        for event in together(events):
            begin_ns = clock.monotonic_ns()
            trader.take(event, clock.time_ns())
            if isinstance(event, FeedTrades):
                observer.worked(clock.monotonic_ns() - begin_ns, len(event.trades))
        now_ns = clock.time_ns()
        for event in events:
            if isinstance(event, FeedTrades) and event.receive_ns >= self._begun_ns:
                observer.decided(now_ns - event.receive_ns)  # not what waited for history
        self._look_at_account(trader, now_ns)

    def _look_at_account(self, trader: LiveTrader, now_ns: int) -> None:
        """Wake who judges when a signal came, and tell what the owner should know."""
        notes = trader.session.engine.notes
        signals, self._signals = self._signals, notes.funnel.signals
        if notes.funnel.signals != signals and not self._sheds(_WAKES):
            self.domains["technical"].wake()
        self._watchman.look(notes, now_ns)

    async def _look(self, domain: str) -> None:
        """Take a judgement's reading, and say so, so that a replay shows it."""

        def read(trader: LiveTrader) -> View | None:
            trader.timer(domain, self._clock.time_ns())
            return trader.view(domain)

        self._read(domain, await self._shared.use(read))

    async def _ask_world(
        self, domain: str, ask: Callable[[], Awaitable[tuple[Worldly, ...]]]
    ) -> None:
        items = await ask()

        def tell(trader: LiveTrader) -> View | None:
            for item in items:
                trader.hear(item)
            return trader.view(domain)

        self._read(domain, await self._shared.use(tell))

    def _read(self, domain: str, view: View | None) -> None:
        self._readings[domain] = (
            ViewReading(status=str(ViewStatus.NO_DATA), direction=0.0, confidence=0.0, age_ns=None)
            if view is None
            else ViewReading(
                status=str(view.status),
                direction=view.direction,
                confidence=view.confidence,
                age_ns=None if not view.as_of_ns else self._clock.time_ns() - view.as_of_ns,
                reasons=view.reasons,
            )
        )

    async def _upkeep(self) -> None:
        """Let silent minutes end, ask after orders, and watch over the feed."""
        now_ns, health = self._clock.time_ns(), self._parts.feed.health()

        def keep(trader: LiveTrader) -> None:
            trader.silence(self._settled_ns(health, now_ns), now_ns)
            if trader.session.engine.unsettled:
                trader.timer("orders", now_ns)
            self._value(trader, now_ns)
            self._look_at_account(trader, now_ns)  # a minute's end may bring a signal, or a halt

        await self._shared.use(keep)
        self._watchman.feed(health, now_ns)
        self._watchman.day(self.status, now_ns)

    def _value(self, trader: LiveTrader, now_ns: int) -> None:
        """Let the account be valued, whether or not somebody asks: its peak counts."""
        engine = trader.session.engine
        units = round((trader.price or 0.0) * 10**engine.units.price_decimals)
        self._parts.activity.money(engine.ledger, units, now_ns)

    def _settled_ns(self, health: FeedHealth, now_ns: int) -> int:
        """Return until when everything was told, by the exchange's clock; 0: nobody knows.

        That nothing was traded is only believed of a feed that is fresh, and that told something,
        a quote at least, later.
        """
        if not health.fresh or health.last_data_ns is None:
            return 0
        settled_ns = min(now_ns - GRACE_NS, health.last_data_ns) + (self._clock_ahead_ns or 0)
        unsettled_ns = self._parts.feed.unsettled_ns
        if unsettled_ns is None:
            return settled_ns
        return min(settled_ns, unsettled_ns + _MINUTE_NS - 1)

    async def _look_at_machine(self) -> None:
        before, use = self._machine, self._parts.machine(self._clock.monotonic_ns())
        self._machine = use
        for name in _STRETCHED:
            task = self.domains.get(name)
            if task is not None and task.stretch(use.multiplier):
                reason = f"load {use.load_percent:.0f} %, intervals x{use.multiplier}"
                await self._say(partial(self._pace, name, task.interval_ns, reason))
        for name in _WORLD:
            if name in self.domains:
                self.domains[name].shed(self._sheds(name))
        stops, stopped = use.level == "stop", before is not None and before.level == "stop"
        if stops != stopped:
            reason = f"{use.memory_bytes / 2**20:.0f} MB in use" if stops else ""
            await self._condition("resources", fresh=not stops, reason=reason)

    @staticmethod
    def _pace(name: str, interval_ns: int, reason: str, trader: LiveTrader, now_ns: int) -> None:
        trader.interval(name, interval_ns, reason, now_ns)

    async def _look_at_clock(self) -> None:
        ahead_ns = (await self._parts.feed.clock()).ahead_ns
        before = self._clock_ahead_ns
        self._clock_ahead_ns = ahead_ns
        most_ns = self._every.clock_ahead_most_ns
        wrong, was_wrong = abs(ahead_ns) > most_ns, before is not None and abs(before) > most_ns
        if wrong != was_wrong:
            reason = f"the exchange's is {ahead_ns / _NS:+.1f} s ahead" if wrong else ""
            await self._condition("clock", fresh=not wrong, reason=reason)

    async def _condition(self, name: str, *, fresh: bool, reason: str) -> None:
        await self._say(
            lambda trader, now_ns: trader.condition(name, fresh=fresh, reason=reason, now_ns=now_ns)
        )

    async def _say(self, what: Callable[[LiveTrader, int], None]) -> None:
        await self._shared.use(lambda trader: what(trader, self._clock.time_ns()))

    def _sheds(self, what: str) -> bool:
        return self._machine is not None and what in self._machine.shed

    # What its owner may ask.

    def status(self) -> LiveStatus:
        """Return how it is now."""
        return status_of(
            self._parts,
            self._trader,
            domains={
                _PUMP: self._pump.status(),
                **{name: task.status() for name, task in self.domains.items()},
            },
            readings=self._readings,
            machine=self._machine,
            queues={name: each for told in self.queues for name, each in told().items()},
            lock=self._shared.use_so_far(),
            started_ns=self._started_ns,
            clock_ahead_ns=self._clock_ahead_ns,
            paused=self._paused,
        )

    def pause(self) -> None:
        """Enter nothing more."""
        self._hold("supreme pause")

    def _hold(self, reason: str) -> None:
        self._paused = True
        now_ns = self._clock.time_ns()
        self._trader.condition("owner", fresh=False, reason=reason, now_ns=now_ns)

    def resume(self) -> None:
        """Enter again, and let halted protections count from now."""
        self._paused = False
        now_ns = self._clock.time_ns()
        self._trader.condition("owner", fresh=True, reason="", now_ns=now_ns)
        self._trader.rearm(now_ns)

    def flatten(self) -> None:
        """Pause, and close what is open."""
        self.pause()
        self._trader.flatten(self._clock.time_ns())

    def stop(self, reason: str = "stopped by its owner") -> None:
        """End in order; of several reasons the first one counts."""
        if not self._stopping.is_set():
            self._stop_reason = reason
            self._stopping.set()

    @property
    def paused(self) -> bool:
        """Whether its owner stopped entries, or they were never begun."""
        return self._paused

    def _alert(self, kind: AlertKind, title: str, text: str, *, urgent: bool) -> None:
        now_ns = self._clock.time_ns()
        self._parts.observer.alert(
            Alert(kind=kind, title=title, text=text[:_TEXT], urgent=urgent, time_ns=now_ns)
        )
