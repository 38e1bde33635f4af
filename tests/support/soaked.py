"""A live run of days in minutes: a whole system over a seeded market, on a loop without sockets.

What would grow by the month grows here by the day, and every time is exact: the loop's time is a
number. What the system was told is written to a file, not kept, and told again to a fresh account.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from supreme_system_v5.app import parts
from supreme_system_v5.app.backtest import BacktestOptions, make_runner
from supreme_system_v5.app.live_observer import LiveObserver
from supreme_system_v5.backtest.runner import BacktestRunner
from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.domain import (
    VENUES,
    Action,
    Event,
    Headline,
    Origin,
    Report,
    SourcesAsked,
    Timer,
    Transfer,
)
from supreme_system_v5.domain.status import LiveStatus
from supreme_system_v5.market_data import BarChunk, TradeChunk
from supreme_system_v5.market_data.items import read_headlines, read_transfers
from supreme_system_v5.monitoring.backpressure import Backpressure, PressureLimits
from supreme_system_v5.monitoring.metrics import Metrics
from supreme_system_v5.monitoring.pressure_gauge import PressureGauge
from supreme_system_v5.monitoring.resource_monitor import Reading, ResourceMonitor
from supreme_system_v5.orchestrator.activity import Activity
from supreme_system_v5.orchestrator.master import MasterTradingOrchestrator
from supreme_system_v5.orchestrator.parts import LiveParts, RunLabels, Worldly
from supreme_system_v5.ports import Clock
from supreme_system_v5.settings import load_settings
from tests.support.held import growing, resident, sizes_apart
from tests.support.live_runs import Listener
from tests.support.soak_market import HOUR, SECOND, Soak, SoakFeed, chunks_of
from tests.support.virtual_loop import LoopClock, run_virtual

__all__ = ["ORIGIN", "Soaked", "World", "recorded_world", "soak"]

ORIGIN = Origin(instrument="BTC-USDT", account="paper", run_id="soak")
VENUE_UNITS = VENUES["okx-spot"].in_units(None)
_PAGE_EVERY = 300 * SECOND
_A_DAY = 144
"""Polls."""


@dataclass(kw_only=True)
class World:
    """Recorded rows, told again and again as if they were new; empty: nobody asks.

    Attributes:
        news: Headlines.
        whales: Transfers.
        addresses: Whose address is whose; None: nobody knows.
    """

    news: list[Headline] = field(default_factory=list)
    whales: list[Transfer] = field(default_factory=list)
    addresses: Path | None = None

    def rows(self) -> dict[str, list[Any]]:
        """Return its rows by domain, where there are any."""
        found: dict[str, list[Any]] = {"news": self.news, "whales": self.whales}
        return {domain: rows for domain, rows in found.items() if rows}


_NEWS = "bitcoin_headlines_unlabelled_2021-2024.csv.gz"
_WHALES = "btc_whale_transactions.jsonl.gz"
_ADDRESSES = "btc_exchange_addresses.csv"
_TOLD = 2_000


def recorded_world(folder: Path) -> World:
    """Return the recorded rows of a folder of data."""
    transfers = read_transfers(folder / "whale" / _WHALES, ORIGIN)
    return World(
        news=read_headlines(folder / "news" / _NEWS, ORIGIN)[:_TOLD],
        whales=[each for each in transfers if each.inputs][:_TOLD],
        addresses=folder / "whale" / _ADDRESSES,
    )


@dataclass(frozen=True, kw_only=True)
class Soaked:
    """What was seen.

    Attributes:
        status: At the end.
        began_ns: When its domains began.
        ran_ns: How long they ran, by the loop's time.
        digest: Of all decisions, reports and of the account.
        again: The same, of a backtest over the same trades and the same news of the world.
        told: What but trades and timers the account was told.
        memory: By hour: resident bytes, and allocated blocks.
        growing: Containers that were larger at the end than after two thirds, and there larger
            than after one third.
        pages: Pages of metrics that were made.
        notes: What it wrote into its log, by name.
    """

    status: LiveStatus
    began_ns: int
    ran_ns: int
    digest: str
    again: str
    told: int
    memory: list[tuple[int, int]]
    growing: list[str]
    pages: int
    notes: dict[str, int]


class Unnumbered(Listener):
    """Logs all but the numbers of events: a run that is told of timers counts those as well."""

    def add(self, entry: Action | Report) -> None:
        self._activity.add(entry)
        seq = {} if isinstance(entry, Report) else {"seq": 0}
        self.log.add(msgspec.structs.replace(entry, **seq))


class Journal:
    """A session that writes down what it is told, but trades and timers; fulfils `Session`.

    Args:
        inner: Who does the work.
        file: Takes it.
    """

    def __init__(self, inner: BacktestRunner, file: Any) -> None:  # noqa: ANN401 - a binary file
        self._inner = inner
        self._file = file
        self._encoder = msgspec.msgpack.Encoder()
        self.engine = inner.engine
        self.market = inner.market
        self.exchange = inner.exchange
        self.trades = 0
        self.told = 0
        self.history: BarChunk | None = None

    def warm_up(self, chunk: BarChunk) -> None:
        self.history = chunk
        self._inner.warm_up(chunk)

    def feed(self, chunk: TradeChunk | BarChunk) -> None:
        self.trades += len(chunk)
        self._inner.feed(chunk)

    def tell(self, event: Event) -> None:
        if not isinstance(event, Timer):
            self.told += 1
            line = self._encoder.encode((self.trades, event))
            self._file.write(len(line).to_bytes(4, "little") + line)
        self._inner.tell(event)


class _Idle:
    """A machine with nothing to do."""

    def read(self) -> Reading:
        return Reading(
            process_ns=0,
            busy_ns=0,
            total_ns=0,
            group_ns=None,
            group_cores=None,
            memory_bytes=70_000_000,
            peak_bytes=70_000_000,
            available_bytes=2_000_000_000,
            limit_bytes=4_000_000_000,
            open_files=9,
            threads=2,
        )


def _asking(
    domain: str, rows: list[Any], clock: Clock
) -> Callable[[], Awaitable[tuple[Worldly, ...]]]:
    """Return what tells the next rows as if they were new: as many a day as there are."""
    told = 0
    each = max(len(rows) // _A_DAY, 1)

    async def ask() -> tuple[Worldly, ...]:
        nonlocal told
        now_ns = clock.time_ns()
        found: list[Worldly] = []
        for _ in range(each):
            row = rows[told % len(rows)]
            times: dict[str, Any] = {"event_ns": now_ns - SECOND, "receive_ns": now_ns}
            if isinstance(row, Transfer):  # a transaction is counted once
                times["transaction"] = f"{row.transaction} {told}"
            found.append(msgspec.structs.replace(row, **times))
            told += 1
        asked = SourcesAsked(
            origin=ORIGIN, seq=0, event_ns=now_ns, receive_ns=now_ns, domain=domain, faults={}
        )
        return (*found, asked)

    return ask


def _account(of: Soak, world: World, activity: Activity) -> tuple[BacktestRunner, Listener]:
    """Return a fresh account, made as that of `supreme run`."""
    known = {} if world.addresses is None else {"EXCHANGE_ADDRESSES": str(world.addresses)}
    settings = load_settings(known)
    listener = Unnumbered(activity)
    run = make_runner(
        BacktestOptions(strategy=of.strategy, risk=of.risk),
        settings,
        parts.instrument(settings),
        VENUE_UNITS,
        listener,
        on_record=activity.record,
        run_id=ORIGIN.run_id,
        hears=set(world.rows()),
    )
    return run, listener


def soak(of: Soak, world: World, journal: Path, tell: Callable[[str], object] = str) -> Soaked:
    """Run it, and a backtest of the same after it.

    Args:
        of: What.
        world: News of the world.
        journal: A file that may be written.
        tell: Told how far it is, once a simulated day.
    """
    # asyncio's debug mode, in which tests run, takes five times as long.
    return run_virtual(_soak(of, world, journal, tell), grace_s=0.0, debug=False)


class Tally:
    """A log that counts its lines by name."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def event(self, name: str, /, **_: object) -> None:
        self.counts[name] = self.counts.get(name, 0) + 1

    def warning(self, name: str, /, **_: object) -> None:
        self.event(name)

    def failure(self, name: str, _error: BaseException | None = None, /, **_: object) -> None:
        self.event(name)


async def _soak(of: Soak, world: World, path: Path, tell: Callable[[str], object]) -> Soaked:
    clock = LoopClock(asyncio.get_running_loop())
    start_ns, activity = clock.time_ns(), Activity()
    run, listener = _account(of, world, activity)
    log = Tally()
    observer = LiveObserver(log)
    asks = {name: _asking(name, rows, clock) for name, rows in world.rows().items()}
    gauge = PressureGauge(
        ResourceMonitor(_Idle(), 0), Backpressure(PressureLimits()), lambda _: None, lambda: None
    )
    with path.open("wb") as file:
        session = Journal(run, file)
        master = MasterTradingOrchestrator(
            LiveParts(
                origin=ORIGIN,
                labels=RunLabels(version="1", mode="paper", data_source="soak", strategy="soak"),
                feed=SoakFeed(of, clock),
                session=session,
                activity=activity,
                observer=observer,
                machine=gauge,
                clock=clock,
                sleep=sleep_ns,
                news=asks.get("news"),
                whales=asks.get("whales"),
                chance=Random(of.seed),
            ),
            of.every,
        )
        metrics = Metrics(master.status)
        observer.measure(metrics)
        watch = _Watch(of, master, metrics, tell)
        async with master:
            began_ns = clock.time_ns()
            watching = asyncio.create_task(watch.keep())
            await master.run(of.duration_ns)
            ran_ns = clock.time_ns() - began_ns
            status = master.status()
            watching.cancel()
    run.finish()
    tell("once more, as a backtest")
    return Soaked(
        status=status,
        began_ns=began_ns,
        ran_ns=ran_ns,
        digest=listener.log.digest(run.engine.ledger),
        again=_again(of, world, path, session, start_ns),
        told=session.told,
        memory=watch.memory,
        growing=growing(watch.sizes),
        pages=watch.pages,
        notes=log.counts,
    )


class _Watch:
    """Reads pages of metrics, and weighs the process once an hour."""

    def __init__(
        self,
        of: Soak,
        master: MasterTradingOrchestrator,
        metrics: Metrics,
        tell: Callable[[str], object],
    ) -> None:
        self._of = of
        self._master = master
        self._metrics = metrics
        self._tell = tell
        self.memory: list[tuple[int, int]] = []
        self.sizes: list[dict[str, int]] = []
        self.pages = 0

    async def keep(self) -> None:
        hours = int(self._of.hours)
        thirds = {max(hours * third // 3, 1) for third in (1, 2, 3)}
        each_hour = HOUR // _PAGE_EVERY
        for page in range(1, hours * each_hour + 1):
            # The last one comes a moment before the end.
            await sleep_ns(_PAGE_EVERY if page > 1 else _PAGE_EVERY - SECOND)
            self._metrics.render()
            self.pages += 1
            hour = page // each_hour
            if page % each_hour:
                continue
            gc.collect()
            self.memory.append((resident(), sys.getallocatedblocks()))
            if hour in thirds:
                self.sizes.append(sizes_apart(self._master))
            if hour % 24 == 0:
                status = self._master.status()
                self._tell(
                    f"day {hour // 24}: {status.wakes.seen:,} trades, {status.trades_closed} "
                    f"closed, {self.memory[-1][0] / 1e6:.1f} MB"
                )


def _again(of: Soak, world: World, path: Path, session: Journal, start_ns: int) -> str:
    """Return the digest of a backtest over the same trades, told the same of the world."""
    run, listener = _account(of, world, Activity())
    if session.history is not None:
        run.warm_up(session.history)
    decoder = msgspec.msgpack.Decoder(tuple[int, Event])
    done = 0
    with path.open("rb") as file:

        def read() -> tuple[int, Event] | None:
            length = file.read(4)
            return decoder.decode(file.read(int.from_bytes(length, "little"))) if length else None

        told = read()
        for chunk in chunks_of(of, start_ns, session.trades):
            begin = 0
            while told is not None and told[0] < done + len(chunk):
                place = told[0] - done
                if place > begin:
                    run.feed(chunk.rows(slice(begin, place)))
                    begin = place
                run.tell(told[1])
                told = read()
            run.feed(chunk.rows(slice(begin, len(chunk))))
            done += len(chunk)
        while told is not None:
            run.tell(told[1])
            told = read()
    run.finish()
    return listener.log.digest(run.engine.ledger)
