"""One live run on paper: settings and options become parts, the parts run, a report comes out."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, TextIO

import msgspec

from supreme_system_v5.app import parts
from supreme_system_v5.app.backtest import BacktestOptions, make_runner, peak_rss_mb, strategy_label
from supreme_system_v5.app.history_cache import HistoryCache
from supreme_system_v5.app.live_feed import FEED_COSTS, FeedChoice, open_feed
from supreme_system_v5.app.live_observer import LiveObserver, NoteEvent
from supreme_system_v5.app.live_world import ask_world
from supreme_system_v5.app.parts import CostOptions
from supreme_system_v5.app.run_register import register_path
from supreme_system_v5.app.state_folder import control_path, state_folder
from supreme_system_v5.app.telling import make_log, make_messenger
from supreme_system_v5.app.world import World
from supreme_system_v5.backtest.decision_log import DecisionLog
from supreme_system_v5.backtest.outcome import outcome
from supreme_system_v5.backtest.report import BacktestReport, make_report
from supreme_system_v5.backtest.results import Labels
from supreme_system_v5.control.notifiers import Reporter
from supreme_system_v5.control.socket_server import ControlServer
from supreme_system_v5.domain import Action, Origin, Report, Venue
from supreme_system_v5.domain.live import MarketRules
from supreme_system_v5.domain.status import LiveStatus
from supreme_system_v5.errors import DataError, SourceError
from supreme_system_v5.market_data import DataKind
from supreme_system_v5.monitoring.health import liveness
from supreme_system_v5.monitoring.watchdog import Watchdog
from supreme_system_v5.orchestrator.activity import Activity
from supreme_system_v5.orchestrator.master import MasterTradingOrchestrator
from supreme_system_v5.orchestrator.parts import Intervals, LiveParts, RunLabels
from supreme_system_v5.settings import Settings, load_settings

if TYPE_CHECKING:
    from supreme_system_v5.backtest.runner import BacktestRunner
    from supreme_system_v5.control.live_line import LiveLine
    from supreme_system_v5.control.logs import Log
    from supreme_system_v5.monitoring.pressure_gauge import PressureGauge
    from supreme_system_v5.ports import Clock, Controls, MarketFeed, Sleep

__all__ = ["LiveFinished", "LiveHooks", "LiveOptions", "live", "run_live"]

_NS = 10**9
_MINUTE_NS = 60 * _NS
_MB = 10**6
_LAST_RUN = "last_run.json"
_MODE = "paper"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOptions:
    """What `supreme run` was asked for; None takes the setting.

    Attributes:
        feed: Which market.
        feed_url: Takes the place of the venue's hosts.
        scenario: Of the simulated market.
        seed: Of the simulated market.
        duration_s: How long; None: until somebody stops it.
        metrics_port: Where a Prometheus may ask; 0: any that is free.
        strategy: Built-in name, ``module:Class`` or file.
        parameters: Of the strategy.
        costs: Whose costs are charged; None: those of the feed's venue.
        risk: ``dynamic`` or ``fixed``.
    """

    feed: str | None = None
    feed_url: str | None = None
    scenario: str = "normal"
    seed: int = 1
    duration_s: float | None = None
    metrics_port: int | None = None
    strategy: str | None = None
    parameters: Mapping[str, float | bool | str] | None = None
    costs: str | None = None
    risk: str | None = None


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
    """

    reason: str
    status: LiveStatus
    report: BacktestReport | None


class _Listener:
    """Hands what engine and exchange say to everybody who follows it."""

    __slots__ = ("_activity", "log")

    def __init__(self, activity: Activity) -> None:
        self.log = DecisionLog()
        self._activity = activity

    def add(self, entry: Action | Report) -> None:
        """Take the next one."""
        self.log.add(entry)
        self._activity.add(entry)


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
    clock = world.clock
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
        rules = await _rules_of(feed, choice)
        account = _Account(options, settings, choice, rules, f"{clock.time_ns():x}")
        domains = frozenset(settings.confidence_vetoes or ())
        world_asked = await stack.enter_async_context(
            ask_world(domains, settings, account.origin, clock=clock, sleep=sleep, chance=chance)
        )
        master = MasterTradingOrchestrator(
            LiveParts(
                origin=account.origin,
                labels=RunLabels(
                    version=version("supreme-system-v5"),
                    mode=_MODE,
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
            ),
            _intervals(settings),
        )
        url = await _serve_metrics(stack, options, settings, master, observer)
        reporter = Reporter(clock=clock, sleep=sleep, chance=chance, note=log.event)
        messenger = make_messenger(settings, reporter, lambda: master.status().ready)
        observer.tell(await stack.enter_async_context(messenger))
        master.queues += [lambda: {"log": log.status()}, messenger.status]
        # Before the market: a second system is refused at once, and this one can be asked.
        if state_folder(settings, world) is not None:
            path = control_path(world, settings)
            await stack.enter_async_context(
                ControlServer(master, path, sleep=sleep, note=log.event)
            )
        dog = Watchdog(world.environment, os.getpid())
        _stop_on_signals(master)
        async with master:
            hooks.begun(master, url)
            dog.ready(f"{account.origin.instrument} on {choice.source}")
            beside = [dog.run(sleep, lambda: liveness(master.status()).ok)]
            if hooks.line is not None:
                beside.append(hooks.line.keep(master.status, sleep))
            reason = await _until_it_ends(master, options.duration_s, beside)
            dog.stopping()
        status = master.status()
    finished = LiveFinished(
        reason=reason,
        status=status,
        report=account.report(settings, clock.monotonic_ns() - started_ns),
    )
    _save(finished, register_path(settings, world), log.event)
    return finished


class _Account:
    """The one account of a run, and what its report needs."""

    def __init__(
        self,
        options: LiveOptions,
        settings: Settings,
        choice: FeedChoice,
        rules: MarketRules,
        run_id: str,
    ) -> None:
        name = options.costs or _costs_of(settings, choice.feed)
        self._costs = CostOptions(costs=name)
        self._choice = choice
        self.venue: Venue = _as_told(parts.venue(settings, self._costs), rules)
        self.units = self.venue.in_units(parts.instrument(settings))
        chosen = BacktestOptions(
            strategy=options.strategy,
            parameters=options.parameters,
            costs=self._costs,
            risk=options.risk,
        )
        self.strategy = strategy_label(chosen, settings)
        self.activity = Activity()
        self._listener = _Listener(self.activity)
        self.origin = Origin(instrument=settings.single_symbol, account=_MODE, run_id=run_id)
        self.run: BacktestRunner = make_runner(
            chosen,
            settings,
            parts.instrument(settings),
            self.units,
            self._listener,
            on_record=self.activity.record,
            run_id=run_id,
            hears=frozenset(settings.confidence_vetoes or ()),
        )

    def report(self, settings: Settings, elapsed_ns: int) -> BacktestReport | None:
        """Close what is open on paper, and return what was traded; None without a trade."""
        self.run.finish()
        labels = Labels(
            source=self._choice.source,
            data_kind=DataKind.LIVE,
            implementation=settings.implementation,
            gated=settings.gated,
            symbol=settings.single_symbol,
            seed=self._choice.seed if self._choice.feed == "sim" else None,
            strategy=self.strategy,
        )
        try:
            result = outcome(self.run, labels, self.venue, self.units)
        except DataError:
            return None
        digest = self._listener.log.digest(self.run.engine.ledger)
        return make_report(
            result, elapsed_ns=elapsed_ns, peak_rss_mb=peak_rss_mb(), decisions=digest
        )


async def _rules_of(feed: MarketFeed, choice: FeedChoice) -> MarketRules:
    try:
        rules = await feed.rules()
    except SourceError as error:
        raise SourceError(
            f"feed {choice.source!r} cannot be reached: {error}. Check the network and the "
            "venue's status, or practise without either: --feed sim",
            error.kind,
        ) from error
    if not rules.trading:
        raise SourceError(
            f"{rules.exchange_symbol} is not traded at {choice.source} now (its state is "
            f"{rules.state!r}): wait, or set another SINGLE_SYMBOL"
        )
    return rules


def _costs_of(settings: Settings, feed: str) -> str:
    """Return whose costs are charged: the feed's venue, unless another one was set."""
    unset = msgspec.structs.fields(Settings)
    default = next(field.default for field in unset if field.name == "venue")
    return FEED_COSTS[feed] if settings.venue == default else settings.venue


def _as_told(venue: Venue, rules: MarketRules) -> Venue:
    """Return a venue with the grids and the smallest order that the exchange itself tells."""
    return replace(
        venue,
        tick=rules.tick,
        lot=rules.lot,
        min_quantity=rules.min_quantity,
        min_notional=max(rules.min_notional, venue.min_notional),
    )


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


def _stop_on_signals(master: MasterTradingOrchestrator) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, master.stop, f"{number.name}")


async def _until_it_ends(
    master: MasterTradingOrchestrator,
    duration_s: float | None,
    beside: Sequence[Coroutine[object, object, None]],
) -> str:
    """Run until somebody stops it or its time is over, with others beside it; return why."""
    tasks = [asyncio.create_task(work) for work in beside]
    try:
        return await master.run(None if duration_s is None else round(duration_s * _NS))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _save(finished: LiveFinished, register: Path | None, log: NoteEvent) -> None:
    """Leave what the run came to beside the register of runs; whole, or not at all."""
    if register is None:
        return
    path = register.with_name(_LAST_RUN)
    body = msgspec.json.format(msgspec.json.encode(finished.status))
    half = path.with_name(f"{_LAST_RUN}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(body)
        half.replace(path)
    except OSError as error:
        log("not_saved", path=str(path), error=str(error))
        with suppress(OSError):
            half.unlink()
