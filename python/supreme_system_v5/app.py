"""The composition root: settings to objects, and the only reader of settings."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import IO

from supreme_system_v5.backtest import (
    WAKE_ON,
    Account,
    BacktestReport,
    BacktestRunner,
    Costs,
    Labels,
)
from supreme_system_v5.backtest.bar_run import BarRun
from supreme_system_v5.backtest.report import make_report
from supreme_system_v5.domain import AnalyzerConfig, Bar, Instrument, Timeframe
from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data import (
    DataKind,
    Grid,
    MarketFiles,
    TradeChunk,
    synthetic_trades,
)
from supreme_system_v5.market_data.synthetic import DEFAULT_MINUTES
from supreme_system_v5.ports import BarSource, Clock, TickAnalyzer
from supreme_system_v5.settings import Settings, load_settings
from supreme_system_v5.strategies import ScalpingStrategy

__all__ = [
    "DEFAULT_SEED",
    "BacktestOptions",
    "BarsOptions",
    "BarsSummary",
    "Progress",
    "World",
    "run_backtest",
    "run_bars",
]

DEFAULT_SEED = 42

Progress = Callable[[float], None]
"""Told how much of the work is done, from 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What the process has, handed in so that a run depends on nothing else.

    Attributes:
        environment: Environment variables.
        dotenv_path: The ``.env`` file; None for none.
        clock: Measures how long a run takes; nothing else depends on it.
        progress: Told how far a run has come; None for nobody.
    """

    environment: Mapping[str, str]
    dotenv_path: Path | None
    clock: Clock
    progress: Progress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestOptions:
    """What to run a backtest over.

    Attributes:
        files: Trades or 1-minute bars; empty for the synthetic market.
        seed: Of the synthetic market; None for 42.
        skip_bad_rows: Count malformed rows and go on.
    """

    files: tuple[Path, ...] = ()
    seed: int | None = None
    skip_bad_rows: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BarsOptions:
    """What to build bars from.

    Attributes:
        files: Trades.
        timeframe: Length of the bars.
        partial: Also tell the first bar when watching began inside it, and the unfinished last.
        skip_bad_rows: Count malformed rows and go on.
    """

    files: tuple[Path, ...]
    timeframe: Timeframe = Timeframe.M1
    partial: bool = False
    skip_bad_rows: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BarsSummary:
    """What `run_bars` wrote and dropped."""

    bars: int
    bad_rows: int
    duplicates: int
    late: int
    restarts: int
    messages: tuple[str, ...]


def run_backtest(options: BacktestOptions, world: World) -> BacktestReport:
    """Run the example strategy over files, or over the synthetic market without files.

    Raises:
        SettingsError: If settings are refused.
        DataError: If the files cannot be read, or hold nothing to run over.
    """
    settings = load_settings(world.environment, world.dotenv_path)
    seed = None
    if options.files:
        files = MarketFiles.find(options.files)
        kind, source = files.kind, ", ".join(str(path) for path in files.paths)
        instrument = _instrument(settings)
        chunks = _read(files, instrument, world, skip_bad_rows=options.skip_bad_rows)
    else:
        seed = DEFAULT_SEED if options.seed is None else options.seed
        kind, source = DataKind.SYNTHETIC, f"synthetic market, seed {seed}"
        instrument = None  # it has a grid of its own
        rng = Random(seed)  # noqa: S311 - an invented market, no secret
        told = _portion(world.progress, DEFAULT_MINUTES)
        chunks = synthetic_trades(rng, on_minutes=told)
    runner = BacktestRunner(
        analyzer=_analyzer(settings, instrument),
        strategy=ScalpingStrategy(),
        account=_account(settings, instrument),
        fraction=settings.trade_fraction,
        walked_bars=kind is DataKind.BARS,
    )
    started_ns = world.clock.monotonic_ns()
    for chunk in chunks:
        runner.feed(chunk)
    run = runner.finish()
    return make_report(
        run,
        Labels(
            source=source,
            data_kind=kind,
            implementation=settings.implementation,
            gated=settings.gated,
            symbol=settings.single_symbol,
            seed=seed,
        ),
        elapsed_ns=world.clock.monotonic_ns() - started_ns,
        peak_rss_mb=_peak_rss_mb(),
    )


def run_bars(options: BarsOptions, world: World, out: IO[str]) -> BarsSummary:
    """Build bars from trades and write them as CSV, in the columns of recorded bars.

    By default only whole bars are written. Minutes without trades are written as flat bars without
    volume, except across a jump in time that the bar builder does not believe.

    Raises:
        SettingsError: If settings are refused.
        DataError: If the files cannot be read, or hold no trades but bars.
    """
    settings = load_settings(world.environment, world.dotenv_path)
    files = MarketFiles.find(options.files)
    if files.kind is not DataKind.TRADES:
        raise DataError(f"{files.paths[0]}: these are bars already; bars are built from trades")
    instrument = _instrument(settings)
    max_gap_seconds = AnalyzerConfig().max_gap_seconds
    run = BarRun(
        lambda: _bar_builder(settings, instrument, max_gap_seconds),
        max_gap_seconds=max_gap_seconds,
        timeframe=options.timeframe,
        partial=options.partial,
    )
    written = 0
    out.write("timestamp_ms,open,high,low,close,volume\n")
    for chunk in _read(files, instrument, world, skip_bad_rows=options.skip_bad_rows):
        bars = run.feed(chunk)
        out.writelines(map(_bar_line, bars))
        written += len(bars)
    bars = run.finish()
    out.writelines(map(_bar_line, bars))
    return BarsSummary(
        bars=written + len(bars),
        bad_rows=run.quality.bad_rows,
        duplicates=run.quality.duplicates,
        late=run.late,
        restarts=run.restarts,
        messages=run.quality.messages,
    )


def _bar_line(bar: Bar) -> str:
    values = map(_fixed_point, (bar.open, bar.high, bar.low, bar.close, bar.volume))
    return f"{bar.open_ns // 1_000_000},{','.join(values)}\n"


def _fixed_point(value: float) -> str:
    """Return the shortest decimal that is this float, never as 1e-05."""
    text = repr(value)
    return f"{Decimal(text):f}" if "e" in text else text


def _read(
    files: MarketFiles, instrument: Instrument | None, world: World, *, skip_bad_rows: bool
) -> Iterator[TradeChunk]:
    return files.chunks(
        price_grid=Grid(instrument.price_decimals) if instrument else None,
        size_grid=Grid(instrument.size_decimals) if instrument else None,
        skip_bad_rows=skip_bad_rows,
        on_bytes=_portion(world.progress, files.total_bytes),
    )


def _portion(progress: Progress | None, total: int) -> Callable[[int], None] | None:
    """Turn "so much more of `total`" into "so much of 1"."""
    if progress is None:
        return None
    done = 0

    def told(more: int) -> None:
        nonlocal done
        done += more
        progress(min(done / max(total, 1), 1.0))

    return told


def _instrument(settings: Settings) -> Instrument | None:
    if settings.price_decimals is None or settings.size_decimals is None:
        return None
    return Instrument(
        symbol=settings.single_symbol,
        price_decimals=settings.price_decimals,
        size_decimals=settings.size_decimals,
    )


def _analyzer(settings: Settings, instrument: Instrument | None) -> TickAnalyzer:
    config = AnalyzerConfig(
        instrument=instrument,
        min_price_change=settings.gate_min_price_change,
        volume_multiple=settings.gate_volume_multiple,
        volume_window=settings.gate_volume_window,
        max_idle_seconds=settings.gate_max_idle_seconds,
        gated=settings.gated,
        wake_on=WAKE_ON,
    )
    if settings.implementation == "rust":
        from supreme_system_v5.optimized import OptimizedTechnicalAnalyzer as Native

        return Native(config)
    from supreme_system_v5.reference import OptimizedTechnicalAnalyzer as Reference

    return Reference(config)


def _bar_builder(
    settings: Settings, instrument: Instrument | None, max_gap_seconds: int
) -> BarSource:
    if settings.implementation == "rust":
        from supreme_system_v5.optimized import BarBuilder as Native

        return Native(instrument, max_gap_seconds)
    from supreme_system_v5.reference import BarBuilder as Reference

    return Reference(instrument, max_gap_seconds)


def _account(settings: Settings, instrument: Instrument | None) -> Account:
    costs = Costs(fee_bps=settings.fee_bps, slippage_bps=settings.slippage_bps)
    lot = Decimal(1).scaleb(-instrument.size_decimals) if instrument else Decimal("0.00001")
    return Account(initial_cash=settings.initial_cash, costs=costs, lot=lot)


def _peak_rss_mb() -> float:
    """Return the largest resident memory of this process so far, in units of 2**20 bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10
