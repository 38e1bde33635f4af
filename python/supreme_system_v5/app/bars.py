"""Trades into bars, as `supreme bars` does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import IO

from supreme_system_v5.app import parts
from supreme_system_v5.app.world import World
from supreme_system_v5.backtest.bar_run import BarRun
from supreme_system_v5.domain import AnalyzerConfig, Bar, Timeframe
from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data import DataKind, MarketFiles, TradeChunk
from supreme_system_v5.settings import load_settings

__all__ = ["BarsOptions", "BarsSummary", "run_bars"]


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
    market = parts.instrument(settings)
    max_gap_seconds = AnalyzerConfig().max_gap_seconds
    run = BarRun(
        lambda: parts.bar_source(settings, market, max_gap_seconds),
        max_gap_seconds=max_gap_seconds,
        timeframe=options.timeframe,
        partial=options.partial,
    )
    written = 0
    out.write("timestamp_ms,open,high,low,close,volume\n")
    for chunk in parts.read_files(files, market, world, skip_bad_rows=options.skip_bad_rows):
        if isinstance(chunk, TradeChunk):
            written += _write(run.feed(chunk), out)
    written += _write(run.finish(), out)
    return BarsSummary(
        bars=written,
        bad_rows=run.quality.bad_rows,
        duplicates=run.quality.duplicates,
        late=run.late,
        restarts=run.restarts,
        messages=run.quality.messages,
    )


def _write(bars: Iterable[Bar], out: IO[str]) -> int:
    lines = [_line(bar) for bar in bars]
    out.writelines(lines)
    return len(lines)


def _line(bar: Bar) -> str:
    values = map(_fixed_point, (bar.open, bar.high, bar.low, bar.close, bar.volume))
    return f"{bar.open_ns // 1_000_000},{','.join(values)}\n"


def _fixed_point(value: float) -> str:
    """Return the shortest decimal that is this float, never as 1e-05."""
    text = repr(value)
    return f"{Decimal(text):f}" if "e" in text else text
