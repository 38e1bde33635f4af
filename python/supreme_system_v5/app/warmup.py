"""How much history the values need: fresh starts over the files, held to the whole past."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from supreme_system_v5.app import parts
from supreme_system_v5.app.world import World
from supreme_system_v5.backtest.bar_run import BarRun
from supreme_system_v5.backtest.minutes import collect
from supreme_system_v5.backtest.warmup import LENGTHS, compare
from supreme_system_v5.backtest.warmup_report import WarmupReport, make_report
from supreme_system_v5.domain import NS_PER_SECOND, AnalyzerConfig, Timeframe
from supreme_system_v5.errors import DataError, InvalidInputError
from supreme_system_v5.market_data import MarketFiles
from supreme_system_v5.settings import load_settings

__all__ = ["DEFAULT_STARTS", "DEFAULT_WITHIN", "WarmupOptions", "run_warmup"]

DEFAULT_STARTS = 20
DEFAULT_WITHIN = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmupOptions:
    """What to compare over.

    Attributes:
        files: Trades or 1-minute bars.
        starts: Fresh starts of each timeframe, 1 or more.
        within: The tolerance, above 0 and at most 1: a share of the scale, hundreds of points.
        skip_bad_rows: Count malformed rows and go on.
    """

    files: tuple[Path, ...]
    starts: int = DEFAULT_STARTS
    within: float = DEFAULT_WITHIN
    skip_bad_rows: bool = False


def run_warmup(options: WarmupOptions, world: World) -> WarmupReport:
    """Find out after how many closed bars each value is what the whole past makes of it.

    Raises:
        SettingsError: If settings are refused.
        InvalidInputError: If an option is out of its range.
        DataError: If the files cannot be read, or hold too few minutes to compare anything.
    """
    _check(options)
    settings = load_settings(world.environment, world.dotenv_path)
    files = MarketFiles.find(options.files)
    market = parts.instrument(settings)
    max_gap_seconds = AnalyzerConfig().max_gap_seconds
    bars = BarRun(
        lambda: parts.bar_source(settings, market, max_gap_seconds),
        max_gap_seconds=max_gap_seconds,
        timeframe=Timeframe.M1,
        partial=False,
    )
    told = world.progress or (lambda _: None)
    reading = replace(world, progress=lambda part: told(part / 2))
    chunks = parts.read_files(files, market, reading, skip_bad_rows=options.skip_bad_rows)
    data = collect(chunks, bars, max_gap_seconds)
    minutes, source = data.minutes, ", ".join(str(path) for path in files.paths)
    closed, least = (minutes.end_ns - minutes.start_ns) // (60 * NS_PER_SECOND), 2 * LENGTHS[0]
    if closed < least:
        raise DataError(
            f"{source}: {closed} whole minutes without a jump in time, needed are {least} or more "
            f"(twice the shortest history, {LENGTHS[0]}); give a longer recording"
        )
    found = []
    for number, timeframe in enumerate(Timeframe, 1):
        found.append(
            compare(
                minutes,
                timeframe,
                new_market=lambda flags: parts.analyzer(settings, market, flags),
                timeframes=lambda analyzer: parts.timeframes(settings, analyzer),
                starts=options.starts,
                within=options.within,
            )
        )
        told((1 + number / len(Timeframe)) / 2)
    return make_report(
        found,
        data,
        source=source,
        data_kind=files.kind,
        within=options.within,
    )


def _check(options: WarmupOptions) -> None:
    if options.starts < 1:
        bound = "1 or more"
        raise InvalidInputError(
            f"starts is {options.starts}, allowed is {bound}", "starts", options.starts, bound
        )
    if not 0.0 < options.within <= 1.0:
        bound = "above 0 and at most 1"
        raise InvalidInputError(
            f"within is {options.within}, allowed is {bound}", "within", options.within, bound
        )
