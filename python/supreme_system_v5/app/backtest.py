"""One backtest: settings and options become parts, the parts run, and a report comes out."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from supreme_system_v5.app import parts
from supreme_system_v5.app.parts import CostOptions
from supreme_system_v5.app.run_register import (
    RegisteredData,
    RegisteredRun,
    counted,
    register_path,
    variant_key,
)
from supreme_system_v5.app.strategy_loading import find_strategy
from supreme_system_v5.app.world import World, portion
from supreme_system_v5.backtest.decision_log import DecisionLog, EntryLog
from supreme_system_v5.backtest.outcome import outcome
from supreme_system_v5.backtest.record_file import RecordFile, RunHead
from supreme_system_v5.backtest.report import BacktestReport, make_report, printable
from supreme_system_v5.backtest.results import ClosedTrade, Labels, RunResult
from supreme_system_v5.backtest.runner import BacktestRunner
from supreme_system_v5.backtest.trade_file import TradeFile
from supreme_system_v5.backtest.trips import TripBook
from supreme_system_v5.domain import Flag, Instrument, Origin, Record, Venue, VenueUnits
from supreme_system_v5.engine import TradingEngine
from supreme_system_v5.evidence.deflated_sharpe import day_statistics
from supreme_system_v5.evidence.report import Tries
from supreme_system_v5.market_data import (
    BarChunk,
    DataKind,
    Fingerprint,
    MarketFiles,
    TimeWindow,
    TradeChunk,
    synthetic_trades,
)
from supreme_system_v5.market_data.items import read_items
from supreme_system_v5.market_data.synthetic import DEFAULT_MINUTES
from supreme_system_v5.settings import Settings, load_settings
from supreme_system_v5.strategies import BUILT_IN, needs_of

__all__ = [
    "DEFAULT_SEED",
    "BacktestOptions",
    "Finished",
    "make_runner",
    "peak_rss_mb",
    "run_backtest",
    "strategy_label",
]

DEFAULT_SEED = 42

_Chunks = Iterator[TradeChunk | BarChunk]


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestOptions:
    """What to run over, with what, at which costs.

    Attributes:
        files: Trades or 1-minute bars; empty for the synthetic market.
        seed: Of the synthetic market; None for 42.
        skip_bad_rows: Count malformed rows and go on.
        strategy: Built-in name, ``module:Class`` or file; None takes the setting.
        parameters: Of the strategy.
        window: Which part of the data.
        costs: What is charged.
        risk: ``dynamic`` or ``fixed``; None takes the setting.
        news: Recorded headlines; None for none.
        whales: Recorded transfers; None for none.
        trades_out: CSV of closed trades to write; None for none.
        records_out: JSON lines of every decision to write, for `explained`; None for none.
        page_out: HTML page to write; None for none.
    """

    files: tuple[Path, ...] = ()
    seed: int | None = None
    skip_bad_rows: bool = False
    strategy: str | None = None
    parameters: Mapping[str, float | bool | str] | None = None
    window: TimeWindow = TimeWindow()  # noqa: RUF009 - a frozen value
    costs: CostOptions = CostOptions()  # noqa: RUF009 - a frozen value
    risk: str | None = None
    news: Path | None = None
    whales: Path | None = None
    trades_out: Path | None = None
    records_out: Path | None = None
    page_out: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What a run leaves.

    Attributes:
        result: Everything counted.
        report: The same for people and programs.
        digest: Hash of every decision, report and amount of money: the same on every machine.
    """

    result: RunResult
    report: BacktestReport
    digest: str


def run_backtest(options: BacktestOptions, world: World) -> Finished:
    """Run a strategy over files, or over the synthetic market without files.

    Raises:
        SettingsError: If settings are refused.
        StrategyError: If the strategy cannot be loaded.
        InvalidInputError: If a parameter or a cost is out of its range.
        DataError: If the files cannot be read, or hold nothing to run over.
    """
    if options.page_out is not None:
        from supreme_system_v5.backtest.page import plotly_script

        plotly_script()  # what is missing shows before the run
    settings = load_settings(world.environment, world.dotenv_path)
    data = _Data.find(options, settings, world)
    venue = parts.venue(settings, options.costs)
    units = venue.in_units(data.market)
    log = DecisionLog()
    with ExitStack() as stack:
        on_trade = None
        if options.trades_out is not None:
            on_trade = stack.enter_context(TradeFile(options.trades_out)).write
        on_record = None
        if options.records_out is not None:
            head = RunHead(
                strategy=strategy_label(options, settings),
                source=data.source,
                venue=venue.name,
                symbol=settings.single_symbol,
                price_decimals=units.price_decimals,
                size_decimals=units.size_decimals,
            )
            on_record = stack.enter_context(RecordFile(options.records_out, head)).write
        left_out: dict[str, int] = {}
        run = make_runner(
            options,
            settings,
            data.market,
            units,
            log,
            on_trade,
            on_record,
            left_out=left_out.update,
        )
        started_ns = world.clock.monotonic_ns()
        print_ = Fingerprint()
        for chunk in data.chunks:
            if options.files:
                print_.take(chunk)
            run.feed(chunk)
        run.finish()
        elapsed_ns = world.clock.monotonic_ns() - started_ns
        labels = Labels(
            source=data.source,
            data_kind=data.kind,
            implementation=settings.implementation,
            gated=settings.gated,
            symbol=settings.single_symbol,
            seed=data.seed,
            strategy=strategy_label(options, settings),
        )
        result = outcome(run, labels, venue, units)
    notes = _notes_of_items(options, settings, run)
    if left_out:
        told = ", ".join(f"{count} {what}" for what, count in sorted(left_out.items()))
        notes.append(f"Recorded items left out: {told}.")
    result = replace(result, notes=(*result.notes, *notes))
    if options.files:
        tries = _count(options, settings, world, venue, result, print_)
        if not tries.counted:
            note = f"This run was not put into the register of runs: {tries.note}."
            result = replace(result, notes=(*result.notes, note))
    digest = log.digest(run.engine.ledger)
    report = make_report(result, elapsed_ns=elapsed_ns, peak_rss_mb=peak_rss_mb(), decisions=digest)
    if options.page_out is not None:
        from supreme_system_v5.backtest.page import write_page

        write_page(options.page_out, result, report)
    return Finished(result=result, report=report, digest=digest)


def _notes_of_items(options: BacktestOptions, settings: Settings, run: BacktestRunner) -> list[str]:
    """Say what became of recorded items, and whether anybody asked for a judgement on them."""
    given = [name for name in ("news", "whales") if getattr(options, name) is not None]
    asked = settings.confidence_vetoes or ()
    fixed = (options.risk or settings.risk_policy) == "fixed"
    notes = []
    for name in given:
        told, after = run.items_told[name], run.items_after[name]
        note = f"{name}: {told + after:,} items read, {told:,} told"
        if after:
            note += f", {after:,} received after the last row of the data"
        if fixed:
            note += "; they changed nothing, since risk is fixed"
        elif name not in asked:
            wanted = ",".join(one for one in ("news", "whales") if one in asked or one in given)
            note += f"; judged by nobody, they changed nothing: set CONFIDENCE_VETOES={wanted}"
        notes.append(f"{note}.")
    if refused := run.engine.refused_items():
        notes.append(
            f"Recorded items that their judge refused: {refused:,}; a number in them is out of "
            "range, or they name no asset."
        )
    return notes


def _count(
    options: BacktestOptions,
    settings: Settings,
    world: World,
    venue: Venue,
    result: RunResult,
    print_: Fingerprint,
) -> Tries:
    """Put the run into the register: whoever judges this strategy later must know of it."""
    by_day = result.tally.days.by_day()
    name, parameters = options.strategy or settings.strategy, options.parameters or {}
    policy = options.risk or settings.risk_policy
    fed = {
        f"--{domain}": path.name
        for domain, path in (("news", options.news), ("whales", options.whales))
        if path is not None and domain in (settings.confidence_vetoes or ())
    }
    counted_run = RegisteredRun(
        variant=variant_key(settings, venue, name, {**parameters, **fed}, policy),
        trades=result.tally.trades,
        observed=day_statistics([by_day.get(day, (0, 0.0))[1] for day in sorted(print_.days)]),
    )
    data = RegisteredData.of(print_, settings.single_symbol, result.labels.data_kind)
    return counted(register_path(settings, world), data, [counted_run])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Data:
    """What to run over."""

    kind: DataKind
    source: str
    market: Instrument | None
    seed: int | None
    chunks: _Chunks

    @classmethod
    def find(cls, options: BacktestOptions, settings: Settings, world: World) -> _Data:
        if options.files:
            files = MarketFiles.find(options.files)
            market = parts.instrument(settings)
            skip = options.skip_bad_rows
            chunks = parts.read_files(files, market, world, skip_bad_rows=skip)
            source = ", ".join(str(path) for path in files.paths)
            kind, seed = files.kind, None
        else:
            seed = DEFAULT_SEED if options.seed is None else options.seed
            kind, source = DataKind.SYNTHETIC, f"synthetic market, seed {seed}"
            market = None  # it has a grid of its own
            rng = Random(seed)  # noqa: S311 - an invented market, no secret
            chunks = synthetic_trades(rng, on_minutes=portion(world.progress, DEFAULT_MINUTES))
        for name, path in (("news", options.news), ("whales", options.whales)):
            source += "" if path is None else f", {name} {path}"
        chunks = options.window.of(chunks)
        return cls(kind=kind, source=source, market=market, seed=seed, chunks=chunks)


def make_runner(  # noqa: PLR0913 - one for each who wants to know
    options: BacktestOptions,
    settings: Settings,
    grid: Instrument | None,
    units: VenueUnits,
    log: EntryLog,
    on_trade: Callable[[ClosedTrade], None] | None = None,
    on_record: Callable[[Record], None] | None = None,
    *,
    label: str | None = None,
    run_id: str = "backtest",
    hears: Collection[str] | None = None,
    left_out: Callable[[Mapping[str, int]], None] | None = None,
) -> BacktestRunner:
    """Return a fresh run of the strategy that the options name, loaded anew.

    `label` is what reports call it, and evidence for its confidence has to; None: `strategy_label`.
    `hears` names the domains that are judged by what is told later, live; None: those of which
    the options name a file. `left_out` is told how many recorded items the engine has no place for,
    by what they are.

    Raises:
        SettingsError: If what settings name as evidence is none for this run, or more is to be
            lent than its venue lends.
        StrategyError: If the strategy cannot be loaded.
        InvalidInputError: If a parameter is out of its range.
        DataError: If recorded headlines, transfers or addresses cannot be read.
    """
    name = options.strategy or settings.strategy
    parameters = options.parameters or {}
    signals, new_strategy, wakes = None, None, Flag(0)
    if name in BUILT_IN:
        signals = parts.signal_source(settings, name, parameters)
    else:
        new_strategy = find_strategy(name, parameters)
        wakes = needs_of(new_strategy())[0] | Flag.TIMER
    origin = Origin(instrument=settings.single_symbol, account="paper", run_id=run_id)
    label = printable(strategy_label(options, settings) if label is None else label)
    risk = parts.risk(settings, units, options.costs, label, options.risk)
    patterns = parts.patterns(settings)
    if patterns is not None:
        wakes |= Flag.BAR_1M
    market = parts.analyzer(settings, grid, wakes | risk.wakes)
    if hears is None:
        given = {"news": options.news, "whales": options.whales}
        hears = {domain for domain, path in given.items() if path is not None}
    recorded = read_items(origin, news=options.news, whales=options.whales)
    if left_out is not None:
        left_out(recorded.left_out)
    engine = TradingEngine(
        origin=origin,
        market=market,
        ledger=parts.ledger(settings, units),
        units=units,
        risk=risk,
        timeframes=parts.timeframes(settings, market),
        patterns=patterns,
        news=parts.news_view(settings) if "news" in hears else None,
        whales=parts.whale_view(settings) if "whales" in hears else None,
        signals=signals,
        new_strategy=new_strategy,
    )
    return BacktestRunner(
        origin=origin,
        engine=engine,
        market=market,
        exchange=parts.paper_exchange(settings, units),
        trips=TripBook(units, on_trade),
        log=log,
        on_record=on_record,
        items=recorded.events,
    )


def strategy_label(options: BacktestOptions, settings: Settings) -> str:
    """Return the strategy that the options name, and its parameters, for people."""
    name = options.strategy or settings.strategy
    told = ", ".join(f"{key}={value}" for key, value in (options.parameters or {}).items())
    return f"{name} ({told})" if told else name


def peak_rss_mb() -> float:
    """Return the largest resident memory of this process so far, in units of 2**20 bytes."""
    with suppress(OSError):  # what getrusage says, a process inherits from its parent
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 2**10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10
