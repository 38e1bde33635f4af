"""Bars, indicators and votes of all timeframes, from real minutes, resampled by other means."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from supreme_system_v5.domain import AnalyzerConfig, Flag, Timeframe
from supreme_system_v5.mtf import MultiTimeframeEngine, Reading, Vote
from supreme_system_v5.optimized import OptimizedTechnicalAnalyzer
from tests.support.plain_timeframes import LENGTHS, MATURE_AFTER, readings, resampled, tallies
from tests.support.recordings import MS, Candles, candles
from tests.support.timeframe_runs import Run, bars_into, cut, traded

FILES = [
    "binance_spot_BTCUSDT_1m_20191015-20191114.csv.gz",
    "binance_spot_BTCUSDT_1m_20210420-20210520.csv.gz",  # begins inside an hour, has gaps
    "binance_spot_BTCUSDT_1m_20230316-20230501.csv.gz",
    "binance_spot_BTCUSDT_1m_20240726-20240808.csv.gz",
    "binance_spot_BTCUSDT_1m_20241201-20241229.csv.gz",
    "binance_spot_ETHUSDT_1m_20210420-20210520.csv.gz",
]
FIVE_MINUTES = "binance_spot_BTCUSDT_5m_20240901-20250702.csv.gz"
OVERLAPPING = {
    "binance_spot_BTCUSDT_1m_20241201-20241229.csv.gz": 8_352,
    "binance_spot_BTCUSDT_1m_20250520-20250818.csv.gz": 12_454,
}
"""Files of minutes, and how many five-minute bars both have."""

WAKES = AnalyzerConfig(wake_on=Flag.BAR_1M | Flag.BAR_5M | Flag.BAR_15M | Flag.BAR_1H)
SHOWN = ("open_ns", "open", "high", "low", "close", "volume")
Rows = dict[str, list[Any]]


def followed(minutes: Candles) -> tuple[dict[Timeframe, Rows], dict[Timeframe, list[Vote]]]:
    """Return what each timeframe showed at each whole bar, and every vote."""
    market = OptimizedTechnicalAnalyzer(WAKES)
    run = Run(market, MultiTimeframeEngine(market))
    rows: dict[Timeframe, Rows] = {timeframe: defaultdict(list) for timeframe in Timeframe}
    votes: dict[Timeframe, list[Vote]] = {timeframe: [] for timeframe in Timeframe}
    for flags, consensus in bars_into(run, minutes):
        for timeframe in Timeframe:
            if not flags & timeframe.flag or market.read("partial", timeframe):
                continue
            for name in {*SHOWN, *Reading._fields}:
                value = market.read(name, timeframe)
                rows[timeframe][name].append(np.nan if value is None else value)
            if (vote := consensus.votes[timeframe]) is not None:
                votes[timeframe].append(vote)
    return rows, votes


@pytest.mark.parametrize("name", FILES)
def test_bars_indicators_and_votes_are_those_of_a_resample(data_dir: Path, name: str) -> None:
    minutes = traded(candles(data_dir / "bars" / name))
    rows, votes = followed(minutes)
    for timeframe, length in LENGTHS.items():
        expected = resampled(minutes, length)
        shown = rows[Timeframe(timeframe)]
        assert len(expected.open) > MATURE_AFTER * 2
        np.testing.assert_array_equal(np.array(shown["open_ns"]) / MS, expected.open_ms)
        for column in SHOWN[1:]:
            np.testing.assert_array_equal(shown[column], getattr(expected, column), column)
        numbers = readings(expected.close)
        for column, plain in numbers._asdict().items():
            # Equal to the last bit, and NaN in the same places.
            np.testing.assert_array_equal(shown[column], plain, column)
        cast = votes[Timeframe(timeframe)]
        ends = expected.open_ms[MATURE_AFTER - 1 :] + length * 60_000
        assert [vote.closed_ns // MS for vote in cast] == ends.tolist()
        np.testing.assert_array_equal(
            [vote.direction * vote.confidence * 4 for vote in cast], tallies(numbers)
        )


@pytest.mark.parametrize("name", OVERLAPPING)
def test_five_minutes_are_those_of_the_exchange(data_dir: Path, name: str) -> None:
    published = candles(data_dir / "bars" / FIVE_MINUTES)
    minutes = traded(candles(data_dir / "bars" / name))
    end_ms = published.open_ms[-1] + 300_000
    rows, _ = followed(cut(minutes, 0, int((minutes.open_ms < end_ms).sum())))
    built = rows[Timeframe.M5]
    opened = np.array(built["open_ns"]) / MS
    both = np.isin(opened, published.open_ms)
    theirs = np.isin(published.open_ms, opened)
    assert both.sum() == OVERLAPPING[name]
    for column in SHOWN[1:]:
        np.testing.assert_array_equal(
            np.array(built[column])[both], getattr(published, column)[theirs], column
        )


def test_a_mirrored_market_casts_mirrored_votes(data_dir: Path) -> None:
    """Prices p become K - p, on the same grid: every vote changes its sign, and nothing else."""
    minutes = cut(candles(data_dir / "bars" / FILES[4]), 0, 12_000)
    pivot = round(2 * minutes.close[0] * 100)

    def mirror(column: Any) -> Any:  # noqa: ANN401 - an array
        return (pivot - np.rint(column * 100)) / 100

    mirrored = minutes._replace(
        open=mirror(minutes.open),
        high=mirror(minutes.low),
        low=mirror(minutes.high),
        close=mirror(minutes.close),
    )
    _, votes = followed(minutes)
    _, others = followed(mirrored)
    for timeframe, cast in votes.items():
        assert len(cast) > 60
        assert {vote.direction for vote in cast} == {-1, 0, 1}
        assert [(vote.closed_ns, -vote.direction, vote.confidence) for vote in cast] == [
            (vote.closed_ns, vote.direction, vote.confidence) for vote in others[timeframe]
        ]
