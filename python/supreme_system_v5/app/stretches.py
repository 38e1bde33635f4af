"""Files of one market, grouped into stretches without long gaps, with their minutes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from supreme_system_v5.app import parts
from supreme_system_v5.backtest.bar_run import BarRun
from supreme_system_v5.domain import NS_PER_SECOND, AnalyzerConfig, Bar, Instrument, Timeframe
from supreme_system_v5.errors import DataError
from supreme_system_v5.evidence.random_entries import MinuteBars
from supreme_system_v5.market_data import BarChunk, Fingerprint, Grid, MarketFiles, TradeChunk
from supreme_system_v5.settings import Settings

__all__ = ["Stretch", "read_stretches"]

_MINUTE_NS = 60 * NS_PER_SECOND
_LARGEST_JUMP = 2.0
"""Of the price between two files that lie a week apart at most: more is another market."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Files that follow each other closely enough to be run as one.

    Attributes:
        paths: In order of time.
        chunks: Reads them again.
        bars: Their minutes; those of trades are built.
        first_ns: Time of the first row, nanoseconds UTC.
        end_ns: After the last row.
    """

    paths: tuple[Path, ...]
    chunks: Callable[[], Iterator[TradeChunk | BarChunk]]
    bars: MinuteBars
    first_ns: int
    end_ns: int


@dataclass(slots=True)
class _Part:
    """What one file holds."""

    path: Path
    bars: MinuteBars
    first_ns: int
    last_ns: int
    end_ns: int


def read_stretches(
    files: MarketFiles,
    settings: Settings,
    grid: Instrument | None,
    fingerprint: Fingerprint,
    progress: Callable[[int], None],
) -> list[Stretch]:
    """Read files once, and put those together that lie a week apart at most.

    Args:
        files: In order of time.
        settings: Say which implementation builds bars.
        grid: Of the market.
        fingerprint: Takes all rows.
        progress: Told 1 after each file.

    Raises:
        DataError: One holds no rows, two overlap in time, or the price jumps between two that
            follow each other.
    """
    gap_ns = AnalyzerConfig().max_gap_seconds * NS_PER_SECOND
    groups: list[list[_Part]] = []
    for path in files.paths:
        part = _read(path, settings, grid, fingerprint)
        before = groups[-1][-1] if groups else None
        if before is not None:
            _check(before, part, gap_ns)
        if before is None or part.first_ns - before.last_ns > gap_ns:
            groups.append([])
        groups[-1].append(part)
        progress(1)
    return [_stretch(group, grid) for group in groups]


def _read(
    path: Path, settings: Settings, grid: Instrument | None, fingerprint: Fingerprint
) -> _Part:
    builder = BarRun(
        lambda: parts.bar_source(settings, grid, AnalyzerConfig().max_gap_seconds),
        max_gap_seconds=AnalyzerConfig().max_gap_seconds,
        timeframe=Timeframe.M1,
        partial=True,
    )
    bars = MinuteBars.empty()
    first_ns, last_ns, length_ns = -1, -1, 1
    for chunk in _chunks((path,), grid):
        fingerprint.take(chunk)
        if not len(chunk):
            continue
        first_ns = chunk.timestamps_ns[0] if first_ns < 0 else first_ns
        last_ns = max(last_ns, chunk.timestamps_ns[-1])
        if isinstance(chunk, TradeChunk):
            _add(bars, builder.feed(chunk))
            continue
        length_ns = _MINUTE_NS
        bars.extend(
            MinuteBars(chunk.timestamps_ns, chunk.opens, chunk.highs, chunk.lows, chunk.closes)
        )
    if first_ns < 0:
        raise DataError(f"{path}: not one row to run over")
    _add(bars, builder.finish())
    return _Part(path, bars, first_ns, last_ns, last_ns + length_ns)


def _add(bars: MinuteBars, closed: list[Bar]) -> None:
    for bar in closed:
        bars.times_ns.append(bar.open_ns)
        bars.opens.append(bar.open)
        bars.highs.append(bar.high)
        bars.lows.append(bar.low)
        bars.closes.append(bar.close)


def _check(before: _Part, after: _Part, gap_ns: int) -> None:
    if after.first_ns <= before.last_ns:
        raise DataError(
            f"{before.path} and {after.path} overlap in time: give files of one market that follow "
            "each other, and run other markets by themselves"
        )
    if after.first_ns - before.last_ns > gap_ns:
        return
    left, found = before.bars.closes[-1], after.bars.opens[0]
    if max(left, found) > _LARGEST_JUMP * min(left, found):
        raise DataError(
            f"the price jumps from {left:g} ({before.path}) to {found:g} ({after.path}): run other "
            "markets by themselves"
        )


def _stretch(group: list[_Part], grid: Instrument | None) -> Stretch:
    bars = MinuteBars.empty()
    for part in group:
        bars.extend(part.bars)
    paths = tuple(part.path for part in group)
    return Stretch(
        paths=paths,
        chunks=lambda: _chunks(paths, grid),
        bars=bars,
        first_ns=group[0].first_ns,
        end_ns=group[-1].end_ns,
    )


def _chunks(paths: tuple[Path, ...], grid: Instrument | None) -> Iterator[TradeChunk | BarChunk]:
    files = MarketFiles.find(paths)
    return files.chunks(
        price_grid=Grid(grid.price_decimals) if grid else None,
        size_grid=Grid(grid.size_decimals) if grid else None,
    )
