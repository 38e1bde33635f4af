"""One fault at one venue: the whole way from a simulated exchange to an account on paper.

Sockets are real and time is a number, so that minutes take seconds. What an account was told is
held against the exchange's own tape and minutes.
"""

from __future__ import annotations

import asyncio
import gc
import random
import tracemalloc
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
from aiohttp import web_app

from supreme_system_v5.domain.live import FeedChange, FeedEvent, FeedTrade, FeedTrades
from supreme_system_v5.exchanges.live_feed import FeedLimits, LiveFeed
from supreme_system_v5.exchanges.protocol import VenueProtocol
from supreme_system_v5.exchanges.session import open_session
from supreme_system_v5.exchanges.simulator import Injection, SimulatedExchange
from supreme_system_v5.exchanges.supervisor import SupervisorLimits
from supreme_system_v5.exchanges.venues import venue_of
from supreme_system_v5.exchanges.web_socket import WebSockets
from supreme_system_v5.orchestrator.activity import Activity
from supreme_system_v5.orchestrator.live_trader import GRACE_NS, LiveTrader
from tests.support.fault_case import NUMBERED, FaultCase
from tests.support.fault_path import FaultyPath
from tests.support.fault_truth import TapeCheck, longest_pause_s, minute_problems
from tests.support.live_runs import LIVE, session_of
from tests.support.simulated import sleep_virtual
from tests.support.virtual_loop import LoopClock, run_virtual

__all__ = ["FaultOutcome", "memory_growth", "run_fault"]

_S = 1_000_000_000
_MINUTE = 60 * _S
_BEGIN_S = 30.0
_LONGEST_S = 1_500.0
_STRIKES_WITHIN_S = 90
_SETTLING_S = 8.0
_RATE = 3.0
_GRACE_S = 0.0001


@dataclass(frozen=True, kw_only=True)
class FaultOutcome:
    """What came of a fault.

    Attributes:
        venue: Where.
        case: Which.
        seed: Of market, chance and jitter.
        strikes: How often it struck.
        stale_s: From the first strike until the feed said that it is stale; None: it did not.
        fresh_s: From when the exchange was well until it was fresh again; None: it was not stale.
        late_s: The longest that a trade was under way to the account.
        trades: Trades that the account got.
        gaps: Gaps that were found.
        recovered: Trades that were read over REST.
        repaired: Minutes mended by the exchange's own.
        minutes: Minutes compared.
        dropped: What was not passed on, by reason.
        problems: What should not be; empty when all is well.
    """

    venue: str
    case: str
    seed: int
    strikes: int
    stale_s: float | None
    fresh_s: float | None
    late_s: float
    trades: int
    gaps: int
    recovered: int
    repaired: int
    minutes: int
    dropped: dict[str, int]
    problems: tuple[str, ...]


@dataclass
class _Account:
    """Receives, trades on paper, and remembers."""

    feed: LiveFeed
    clock: LoopClock
    trader: LiveTrader = field(default_factory=lambda: LiveTrader(session_of(Activity()), LIVE))
    told: list[tuple[FeedTrade, int]] = field(default_factory=list)
    changes: list[tuple[int, FeedChange]] = field(default_factory=list)
    late_ns: int = 0
    flowing: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self) -> None:
        self.flowing.set()
        while True:
            await self.flowing.wait()
            for event in await self.feed.receive():
                self._take(event)

    def _take(self, event: FeedEvent) -> None:
        now_ns = self.clock.time_ns()
        match event:
            case FeedTrades():
                told = [(one, now_ns - one.time_ns) for one in event.trades if one.trade_id]
                self.told += told
                self.late_ns = max(self.late_ns, *(late_ns for _, late_ns in told), 0)
            case FeedChange():
                self.changes.append((self.clock.monotonic_ns(), event))
            case _:
                pass
        self.trader.take(event, now_ns)

    async def let_minutes_end(self) -> None:
        while True:
            await asyncio.sleep(1.0)
            now_ns, health = self.clock.time_ns(), self.feed.health()
            if not health.fresh or health.last_data_ns is None:
                continue
            settled_ns = min(now_ns - GRACE_NS, health.last_data_ns)
            if (unsettled_ns := self.feed.unsettled_ns) is not None:
                settled_ns = min(settled_ns, unsettled_ns + _MINUTE - 1)
            self.trader.silence(settled_ns, now_ns)


@dataclass
class _World:
    venue: str
    case: FaultCase
    seed: int
    clock: LoopClock
    exchange: SimulatedExchange
    feed: LiveFeed
    path: FaultyPath
    account: _Account
    protocol: VenueProtocol
    begun_ns: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def now_s(self) -> float:
        return self.clock.monotonic_ns() / _S

    async def fresh(self, within_s: float) -> bool:
        end_s = self.now_s + within_s
        while not self.feed.health().fresh:
            if self.now_s >= end_s:
                return False
            await asyncio.sleep(0.25)
        return True

    async def go_wrong(self) -> None:
        """Let it happen, and wait until the exchange is well, and the feed fresh."""
        case = self.case
        self.begun_ns = self.clock.monotonic_ns()
        self.account.late_ns = 0
        for fault in case.faults:
            self.exchange.faults.inject(msgspec.structs.replace(fault))
        self.path.broken = case.path
        if case.path == "stalled":
            self.account.flowing.clear()
        await asyncio.sleep(max(case.lasts_s, 1.0))
        self.path.broken = ""
        self.account.flowing.set()
        for _ in range(_STRIKES_WITHIN_S):
            if self.has_struck:
                break
            await asyncio.sleep(1.0)
        await asyncio.sleep(case.stale_s or 0.0)
        if not await self.fresh(_LONGEST_S):
            self.problems.append(f"never fresh again: {self.feed.health().reason}")

    @property
    def has_struck(self) -> bool:
        """Whether all that is to go wrong did, as often as it may."""
        count = Counter(injection.kind for injection in self.log)
        return all(count[fault.kind] >= (fault.times or 1) for fault in self.case.faults)

    async def settle(self) -> None:
        """Wait until the minute after that is over, and told."""
        minutes = self.clock.time_ns() // _MINUTE + 2
        pause_ns = minutes * _MINUTE - self.clock.time_ns()
        await asyncio.sleep(pause_ns / _S + _SETTLING_S)

    @property
    def log(self) -> list[Injection]:
        return self.exchange.log

    @property
    def well_ns(self) -> int:
        """When the exchange was well again."""
        lasted = self.begun_ns + int(self.case.lasts_s * _S)
        return lasted if self.case.lasts_s else max((i.monotonic_ns for i in self.log), default=0)

    def times(self) -> tuple[float | None, float | None]:
        """Return how long it took to be stale, and from when it was well to be fresh again."""
        strike_ns = self.log[0].monotonic_ns if self.log else self.begun_ns
        after = [(at, change) for at, change in self.account.changes if at >= self.begun_ns]
        stale = next((at for at, change in after if not change.fresh), None)
        if stale is None:
            return None, None
        fresh = [at for at, change in after if change.fresh and at > stale]
        stale_s = round((stale - strike_ns) / _S, 2)
        if not fresh:
            return stale_s, None
        return stale_s, round(max(fresh[-1] - self.well_ns, 0) / _S, 2)

    def judge(self, stale_s: float | None, fresh_s: float | None) -> None:
        case, problems = self.case, self.problems
        missing = {fault.kind for fault in case.faults} - {one.kind for one in self.log}
        if missing and (case.group == "REST" or not self.log):
            problems.append(f"never struck: {', '.join(sorted(missing))}")
        silent_s = SupervisorLimits().silent_ns / _S
        natural = longest_pause_s(self.exchange.market, self.begun_ns) >= silent_s - 1.0
        if case.steady and stale_s is not None and not natural:
            reasons = [change.reason for _, change in self.account.changes if not change.fresh]
            problems.append(f"stale without need: {reasons[-1]}")
        if case.stale_s is not None and (stale_s is None or stale_s > case.stale_s):
            problems.append(f"stale after {stale_s} s, not within {case.stale_s} s")
        bound_s = case.fresh_s + _longest_wait_s(case.lasts_s)
        if fresh_s is not None and fresh_s > bound_s:
            problems.append(f"fresh after {fresh_s} s, not within {bound_s} s")
        problems += self.path.problems(self.protocol)
        dropped = self.feed.health().dropped
        if dropped.get("defect"):
            problems.append(f"{dropped['defect']} defects of ours")
        if self.account.trader.bad:
            problems.append(f"{self.account.trader.bad} trades that no market takes")


def _longest_wait_s(outage_s: float) -> float:
    """Return the longest wait between two attempts that an outage may end in."""
    limits = SupervisorLimits()
    passed_s, failures = 0.0, 1
    while passed_s <= outage_s and failures < 7:
        passed_s += 2.0 ** (failures - 1)
        failures += 1
    return min(2.0**failures, limits.longest_wait_ns / _S)


def _limits(case: FaultCase) -> FeedLimits:
    limits = FeedLimits()
    if case.lifetime_s:
        life = msgspec.structs.replace(limits.supervisor, lifetime_ns=int(case.lifetime_s * _S))
        limits = msgspec.structs.replace(limits, supervisor=life)
    if case.path == "stalled":
        limits = msgspec.structs.replace(limits, queued=20)
    return limits


@asynccontextmanager
async def _world(venue: str, case: FaultCase, seed: int) -> AsyncIterator[_World]:
    clock = LoopClock(asyncio.get_running_loop())
    chance = random.Random(f"{seed}:{venue}:{case.name}")
    exchange = SimulatedExchange(
        clock=clock,
        sleep=sleep_virtual,
        seed=seed,
        rate=_RATE,
        lifetime_s=case.lifetime_s or 86_400.0,
    )
    async with exchange, open_session() as session, WebSockets() as sockets:
        protocol, make_rest = venue_of(venue, "BTC-USDT", exchange.url)
        path = FaultyPath(sockets, clock)
        feed = LiveFeed(
            protocol,
            make_rest(session, clock=clock, sleep=sleep_virtual, chance=chance),
            clock=clock,
            sleep=sleep_virtual,
            chance=chance,
            connect=path,
            limits=_limits(case),
        )
        account = _Account(feed, clock)
        yield _World(venue, case, seed, clock, exchange, feed, path, account, protocol)


def _tasks(venue: str) -> Counter[str]:
    names = [task.get_name() for task in asyncio.all_tasks()]
    return Counter(name for name in names if name.startswith(f"{venue} "))


async def _run(venue: str, case: FaultCase, seed: int) -> FaultOutcome:
    loop, failures = asyncio.get_running_loop(), []
    loop.set_exception_handler(lambda _, context: failures.append(_described(context)))
    before = asyncio.all_tasks()
    async with _world(venue, case, seed) as world:
        account, feed = world.account, world.feed
        async with feed:
            serving = [
                asyncio.create_task(account.receive()),
                asyncio.create_task(account.let_minutes_end()),
            ]
            if not await world.fresh(30.0):
                world.problems.append("never fresh in the first place")
            await asyncio.sleep(max(_BEGIN_S - world.now_s, 0.0))
            tasks = _tasks(venue)
            await world.go_wrong()
            await world.settle()
            if _tasks(venue) != tasks:
                world.problems.append(f"tasks were {dict(tasks)}, are {dict(_tasks(venue))}")
            health = feed.health()
            for task in serving:
                task.cancel()
            ends = await asyncio.gather(*serving, return_exceptions=True)
        stale_s, fresh_s = world.times()
        world.judge(stale_s, fresh_s)
        problems = world.problems
        problems += [f"{end!r}" for end in ends if not isinstance(end, asyncio.CancelledError)]
        check = TapeCheck(venue, world.exchange.market)
        problems += check.problems(account.told, health, case)
        minutes, wrong = minute_problems(account.trader, world.exchange.market)
        unrepaired = health.dropped.get("minute_unrepaired", 0)
        shown = account.trader.audit.differing if venue not in NUMBERED and case.unseen else 0
        if len(wrong) > shown + (unrepaired if case.lossy else 0):
            problems += wrong
        if unrepaired and not case.lossy:
            problems.append(f"{unrepaired} minutes could not be mended")
        strikes = len(world.log)
    await asyncio.sleep(0.1)
    if left := asyncio.all_tasks() - before:
        problems.append(f"tasks are left: {sorted(task.get_name() for task in left)}")
    gc.collect()
    problems += failures
    return FaultOutcome(
        venue=venue,
        case=case.name,
        seed=seed,
        strikes=strikes,
        stale_s=stale_s,
        fresh_s=fresh_s,
        late_s=round(account.late_ns / _S, 2),
        trades=health.trades,
        gaps=health.gaps,
        recovered=health.recovered,
        repaired=health.repaired,
        minutes=minutes,
        dropped=health.dropped,
        problems=tuple(problems),
    )


def _described(context: dict[str, Any]) -> str:
    return f"unhandled: {context.get('message')} {context.get('exception')!r}"


def run_fault(venue: str, case: FaultCase, seed: int = 1) -> FaultOutcome:
    """Let something go wrong at a venue, and return what came of it."""
    return run_virtual(_run(venue, case, seed), grace_s=_GRACE_S)


def memory_growth(venue: str, case: FaultCase, seed: int = 1, *, runs: int = 4) -> int:
    """Return how many bytes each further run of a fault leaves behind, on average."""
    for _ in range(2):  # what is made once, and kept
        run_fault(venue, case, seed)
    tracemalloc.start()
    try:
        run_fault(venue, case, seed)
        before = _traced()
        for _ in range(runs):
            run_fault(venue, case, seed)
        after = _traced()
    finally:
        tracemalloc.stop()
    return (after - before) // runs


def _traced() -> int:
    # Servers of aiohttp with a middleware stay in a cache of its own, with all that is in them.
    web_app._cached_build_middleware.cache_clear()
    gc.collect()
    return tracemalloc.get_traced_memory()[0]
