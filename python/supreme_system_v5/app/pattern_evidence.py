"""What candlestick patterns were worth over recorded data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random

from supreme_system_v5.app import parts
from supreme_system_v5.app.stretches import read_stretches
from supreme_system_v5.app.world import World, portion
from supreme_system_v5.backtest.report import printable
from supreme_system_v5.evidence.pattern_report import PatternReport
from supreme_system_v5.evidence.pattern_worth import PatternSums, weigh_patterns
from supreme_system_v5.market_data import Fingerprint, MarketFiles
from supreme_system_v5.patterns import PatternRecognizer
from supreme_system_v5.settings import load_settings

__all__ = ["DEFAULT_HORIZON", "PatternOptions", "run_pattern_evidence"]

DEFAULT_HORIZON = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternOptions:
    """What is to be measured.

    Attributes:
        files: Trades or 1-minute bars of one market.
        horizon: Bars after a pattern until which the price is followed, 1 or more.
        seed: Of the drawn days.
    """

    files: tuple[Path, ...]
    horizon: int = DEFAULT_HORIZON
    seed: int = 42


def run_pattern_evidence(options: PatternOptions, world: World) -> PatternReport:
    """Look for all patterns in files, and measure what followed them.

    Raises:
        SettingsError: If settings are refused.
        InvalidInputError: If the horizon is none.
        DataError: If the files cannot be read, hold no rows, or overlap in time.
    """
    sums = PatternSums(options.horizon)
    settings = load_settings(world.environment, world.dotenv_path)
    files = MarketFiles.find(options.files)
    progress = portion(world.progress, len(files.paths) + 1) or (lambda _: None)
    grid = parts.instrument(settings)
    recognizer = PatternRecognizer()
    bars = 0
    for stretch in read_stretches(files, settings, grid, Fingerprint(), progress):
        minutes = stretch.bars
        found = recognizer.batch(minutes.opens, minutes.highs, minutes.lows, minutes.closes)
        sums.add(found, minutes.closes, minutes.times_ns)
        bars += len(minutes.closes)
    rng = Random(options.seed)  # noqa: S311 - no secret
    report = PatternReport(
        source=printable(", ".join(str(path) for path in files.paths)),
        symbol=settings.single_symbol,
        bars=bars,
        horizon=options.horizon,
        seed=options.seed,
        patterns=tuple(weigh_patterns(sums, recognizer.names, rng)),
    )
    progress(1)
    return report
