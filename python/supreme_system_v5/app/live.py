"""One live run on paper: settings and options become parts, the parts run, a report comes out."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, TextIO, TypeVar

from supreme_system_v5.app.history_cache import HistoryCache
from supreme_system_v5.app.last_run import LastRun
from supreme_system_v5.app.live_account import MODE, LiveAccount, LiveOptions
from supreme_system_v5.app.live_feed import FeedChoice, open_feed
from supreme_system_v5.app.live_observer import LiveObserver
from supreme_system_v5.app.live_world import ask_world
from supreme_system_v5.app.run_register import register_path
from supreme_system_v5.app.state_folder import control_path, state_folder
from supreme_system_v5.app.telling import make_log, make_messenger
from supreme_system_v5.app.world import World
from supreme_system_v5.backtest.report import BacktestReport
from supreme_system_v5.control.notifiers import Reporter
from supreme_system_v5.control.socket_server import ControlServer
from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.domain.live import MarketRules
from supreme_system_v5.domain.status import LiveStatus
from supreme_system_v5.errors import SourceError, SupremeError
from supreme_system_v5.monitoring.health import liveness
from supreme_system_v5.monitoring.watchdog import Watchdog
from supreme_system_v5.orchestrator.master import MasterTradingOrchestrator
from supreme_system_v5.orchestrator.parts import Intervals, LiveParts, RunLabels
from supreme_system_v5.settings import Settings, load_settings

if TYPE_CHECKING:
    from supreme_system_v5.control.live_line import LiveLine
    from supreme_system_v5.control.logs import Log
    from supreme_system_v5.monitoring.pressure_gauge import PressureGauge
    from supreme_system_v5.ports import Clock, Controls, MarketFeed, Sleep

__all__ = ["LiveFinished", "LiveHooks", "LiveOptions", "NotBegun", "live", "run_live"]

_Told = TypeVar("_Told")
_NS = 10**9
_MINUTE_NS = 60 * _NS
_MB = 10**6
_REFUSED = (FaultKind.ERROR_ANSWER, FaultKind.STATUS)
"""How exchanges answer who asks for a market that they do not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveHooks:
    """Who is told while it runs.

    Attributes:
        stream: Where the log goes, unless `LOG_FILE` is set.
        line: Shows the status on one line; None: nowhere.
        begun: Told once it trades: the controls, and where metrics are served (None: nowhere).
    """

    stream: TextIO
    line: LiveLine | None = None
    begun: Callable[[Controls, str | None], None] = lambda _controls, _url: None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveFinished:
    """What a live run leaves.

    Attributes:
        reason: Why it ended.
        status: How it was at the end.
        report: What it traded; None when not one trade came.
        defect: What of this program ended it; empty when it ended in order.
    """

    reason: str
    status: LiveStatus
    report: BacktestReport | None
    defect: str = ""


class NotBegun(SupremeError):  # noqa: N818 - nothing went wrong
    """Somebody stopped it before there was anything to end in order."""


class _Stopping:
    """Hears SIGINT and SIGTERM from the first instant on."""

    def __init__(self) -> None:
        self._asked = asyncio.Event()
        self._reason = ""
        self._stop: Callable[[str], None] | None = None
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self._ask, number.name)

    def tell(self, stop: Callable[[str], None]) -> None:
        """Let somebody end it in order from now on."""
        self._stop = stop
        if self._asked.is_set():
            stop(self._reason)

    async def unless(self, work: Coroutine[object, object, _Told]) -> _Told:
        """Return what some work comes to; raise NotBegun when a signal comes first."""
        working, asked = asyncio.create_task(work), asyncio.create_task(self._asked.wait())
        try:
            await asyncio.wait({working, asked}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                return working.result()
            raise NotBegun(f"{self._reason} came before the market was known: nothing was begun")
        finally:
            for task in (working, asked):
                task.cancel()
            await asyncio.gather(working, asked, return_exceptions=True)

    def _ask(self, name: str) -> None:
        self._reason = name
        self._asked.set()
        if self._stop is not None:
            self._stop(name)


def run_live(options: LiveOptions, world: World, sleep: Sleep, hooks: LiveHooks) -> LiveFinished:
    """Trade on paper on a live market, until the time is over or somebody stops it.

    SIGINT and SIGTERM end it in order, with a report.

    Args:
        options: What was asked for.
        world: Environment, files and clock.
        sleep: Lets time pass.
        hooks: Who is told meanwhile.

    Raises:
        SettingsError: A setting is refused, or the port of metrics is taken.
        SourceError: The feed cannot be reached, or tells no trade.
        StrategyError: The strategy cannot be loaded.
        InvalidInputError: An option is out of its range.
        NotBegun: A signal came before the market was known.
        SupremeError: A defect ended it before it traded; the log has it.
    """
    settings = load_settings(world.environment, world.dotenv_path)
    with make_log(settings, world.clock, hooks.stream) as log:
        return asyncio.run(live(options, settings, world, sleep, hooks, log))


async def live(
    options: LiveOptions,
    settings: Settings,
    world: World,
    sleep: Sleep,
    hooks: LiveHooks,
    log: Log,
) -> LiveFinished:
    """Do so on the running event loop; `run_live` says what."""
    clock, stopping = world.clock, _Stopping()
    choice = FeedChoice(
        feed=options.feed or settings.feed,
        url=options.feed_url,
        symbol=settings.single_symbol,
        scenario=options.scenario,
        seed=options.seed,
    )
    # Chance spreads the waits of many machines; a seed would make them all alike.
    chance = Random()  # noqa: S311 - not for secrets
    observer = LiveObserver(log)
    started_ns = clock.monotonic_ns()
    async with AsyncExitStack() as stack:
        feed = await stack.enter_async_context(
            open_feed(choice, clock=clock, sleep=sleep, chance=chance, complain=observer.complain)
        )
        rules = await stopping.unless(_rules_of(feed, choice))
        account = LiveAccount(options, settings, choice, rules, f"{clock.time_ns():x}")
        domains = frozenset(settings.confidence_vetoes or ())
        world_asked = await stack.enter_async_context(
            ask_world(domains, settings, account.origin, clock=clock, sleep=sleep, chance=chance)
        )
        folder = state_folder(settings, world)
        last = LastRun(folder, observer.note, practice=choice.feed == "sim")
        master = MasterTradingOrchestrator(
            LiveParts(
                origin=account.origin,
                labels=RunLabels(
                    version=version("supreme-system-v5"),
                    mode=MODE,
                    data_source=choice.source,
                    strategy=account.strategy,
                ),
                feed=feed,
                session=account.run,
                activity=account.activity,
                observer=observer,
                machine=_gauge(settings, observer, clock),
                clock=clock,
                sleep=sleep,
                news=world_asked.asks.get("news"),
                whales=world_asked.asks.get("whales"),
                sources=world_asked.health,
                history=_history(choice, feed, register_path(settings, world), observer).candles,
                chance=chance,
                held=last.held(),
            ),
            _intervals(settings),
        )
        url = await _serve_metrics(stack, options, settings, master, observer)
        reporter = Reporter(clock=clock, sleep=sleep, chance=chance, note=log.event)
        messenger = make_messenger(settings, reporter, lambda: master.status().ready)
        observer.tell(await stack.enter_async_context(messenger))
        master.queues += [lambda: {"log": log.status()}, messenger.status]
        # Before the market: a second system is refused at once, and this one can be asked.
        if folder is None:
            log.warning(
                "no_control_socket",
                text="neither STATE_DIR nor HOME nor XDG_STATE_HOME is set: `supreme status` and "
                "the others do not reach this run, and nothing is kept for the next",
            )
        else:
            path = control_path(world, settings)
            await stack.enter_async_context(
                ControlServer(master, path, sleep=sleep, note=log.event)
            )
        dog = Watchdog(world.environment, os.getpid())
        stopping.tell(master.stop)
        beside: list[Coroutine[object, object, None]] = []
        async with _defects_told(log), master:
            if master.begun:
                hooks.begun(master, url)
                dog.ready(f"{account.origin.instrument} on {choice.source}")
                last.begin(master.status())
                beside = [
                    dog.run(sleep, lambda: liveness(master.status()).ok),
                    last.keep(lambda: (master.paused, account.activity.risk_state), sleep),
                ]
                if hooks.line is not None:
                    beside.append(hooks.line.keep(master.status, sleep))
            reason = await _until_it_ends(master, options.duration_s, beside, log)
            dog.stopping()
        status, defect = master.status(), master.defect
    if defect is not None:
        log.failure("defect", defect)
    if master.begun:
        last.end(status, in_order=defect is None)
    report: BacktestReport | None = None
    try:
        report = account.report(settings, clock.monotonic_ns() - started_ns)
    except Exception as error:
        if defect is None:
            raise
        log.failure("not_reported", error)  # the first defect is what is told
    return LiveFinished(
        reason=reason,
        status=status,
        report=report,
        defect="" if defect is None else f"{type(defect).__name__}: {defect}",
    )


@asynccontextmanager
async def _defects_told(log: Log) -> AsyncIterator[None]:
    """Let a defect leave as one line, and all of it in the log."""
    try:
        yield
    except SupremeError:
        raise
    except Exception as error:
        log.failure("defect", error)
        raise SupremeError(
            f"a defect of this program ended the run ({type(error).__name__}: {error}); the log "
            "says where: please report it"
        ) from error


async def _rules_of(feed: MarketFeed, choice: FeedChoice) -> MarketRules:
    try:
        rules = await feed.rules()
    except SourceError as error:
        why = str(error).rstrip(".?!")
        if error.kind in _REFUSED:
            raise SourceError(
                f"{choice.source} does not tell of {choice.symbol}: {why}. Is SINGLE_SYMBOL "
                f"{choice.symbol!r} traded there? If not, set another",
                error.kind,
            ) from error
        raise SourceError(
            f"feed {choice.source!r} cannot be reached: {why}. Check the network and the "
            "venue's status, or practise without either: --feed sim",
            error.kind,
        ) from error
    if not rules.trading:
        raise SourceError(
            f"{rules.exchange_symbol} is not traded at {choice.source} now (its state is "
            f"{rules.state!r}): wait, or set another SINGLE_SYMBOL"
        )
    return rules


def _intervals(settings: Settings) -> Intervals:
    return Intervals(
        technical_ns=settings.process_interval_seconds * _NS,
        patterns_ns=settings.pattern_interval_min * _MINUTE_NS,
        mtf_ns=settings.mtf_interval_min * _MINUTE_NS,
        news_ns=settings.news_interval_min * _MINUTE_NS,
        whales_ns=settings.whale_interval_min * _MINUTE_NS,
        warmup_minutes=settings.warmup_minutes,
    )


def _gauge(settings: Settings, observer: LiveObserver, clock: Clock) -> PressureGauge:
    from supreme_system_v5.monitoring.backpressure import Backpressure, PressureLimits
    from supreme_system_v5.monitoring.pressure_gauge import PressureGauge
    from supreme_system_v5.monitoring.resource_monitor import LinuxMachine, ResourceMonitor
    from supreme_system_v5.monitoring.trimming import release_memory

    limits = PressureLimits(
        cpu_percent=settings.max_cpu_percent,
        warn_bytes=settings.memory_warn_mb * _MB,
        trim_bytes=settings.memory_trim_mb * _MB,
        stop_bytes=settings.memory_stop_mb * _MB,
        wall_bytes=round(settings.max_ram_gb * 1_000 * _MB),
        available_bytes=settings.memory_available_min_mb * _MB,
    )
    return PressureGauge(
        ResourceMonitor(LinuxMachine(), clock.monotonic_ns()),
        Backpressure(limits),
        lambda step: observer.pressure(step, clock.time_ns()),
        release_memory,
    )


def _history(
    choice: FeedChoice, feed: MarketFeed, register: Path | None, observer: LiveObserver
) -> HistoryCache:
    """Return what answers for the past; an invented past is not kept."""
    path = None
    if register is not None and choice.feed != "sim" and choice.url is None:
        path = register.with_name(f"history-{choice.feed}-{choice.symbol}.bin")
    about = f"{choice.source} {choice.symbol}"
    return HistoryCache(path, about, feed.candles, lambda text: observer.note("history", text=text))


async def _serve_metrics(
    stack: AsyncExitStack,
    options: LiveOptions,
    settings: Settings,
    master: MasterTradingOrchestrator,
    observer: LiveObserver,
) -> str | None:
    """Serve metrics until the stack is left; return where, None when they are off."""
    port = settings.metrics_port if options.metrics_port is None else options.metrics_port
    if port is None:
        return None
    from supreme_system_v5.monitoring.http_server import MetricsServer
    from supreme_system_v5.monitoring.metrics import Metrics

    metrics = Metrics(master.status)
    observer.measure(metrics)
    server = MetricsServer(metrics, master.status, settings.metrics_host, port)
    await stack.enter_async_context(server)
    return server.url


async def _until_it_ends(
    master: MasterTradingOrchestrator,
    duration_s: float | None,
    beside: Sequence[Coroutine[object, object, None]],
    log: Log,
) -> str:
    """Run until somebody stops it or its time is over, with others beside it; return why."""
    tasks = [asyncio.create_task(_told(work, log)) for work in beside]
    try:
        return await master.run(None if duration_s is None else round(duration_s * _NS))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _told(work: Coroutine[object, object, None], log: Log) -> None:
    """Do what is beside the run: a fault of it is told, and ends nothing else."""
    try:
        await work
    except Exception as error:  # noqa: BLE001 - same
        log.failure("beside_failed", error, what=repr(work))
