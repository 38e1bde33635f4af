"""TA-Lib's candlestick patterns: the same numbers, on every bar."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.optimized import CandlestickPatterns
from tests.support.candles import TICKS, Ohlc, on_a_grid, with_shapes, with_shock
from tests.support.recordings import BAR_FILES, candles

NAMES = CandlestickPatterns().names


def theirs(name: str, bars: Ohlc) -> np.ndarray[Any, np.dtype[np.int32]]:
    """Return TA-Lib's column."""
    column: np.ndarray[Any, np.dtype[np.int32]] = getattr(talib, name)(*bars)
    return column


def assert_same(bars: Ohlc) -> dict[str, int]:
    """Compare all columns; return how often each pattern is there."""
    ours = CandlestickPatterns().batch(*bars)
    times = {}
    for name in NAMES:
        column = theirs(name, bars)
        if not np.array_equal(np.asarray(ours[name]), column):
            np.testing.assert_array_equal(np.asarray(ours[name]), column, err_msg=name)
        times[name] = int(np.count_nonzero(column))
    return times


def one_by_one(bars: Ohlc, rng: Random) -> Iterator[tuple[str, int, int]]:
    """Yield name, bar and value of each pattern, through copies that take over now and then."""
    patterns = CandlestickPatterns()
    rows = zip(*(column.tolist() for column in bars), strict=True)
    change = rng.randrange(2_000)
    for place, row in enumerate(rows):
        if place == change:
            patterns = pickle.loads(pickle.dumps(patterns))  # noqa: S301 - our own bytes
            change += 1 + rng.randrange(2_000)
        for name, value in patterns.update(*row).items():
            yield name, place, value


def listed(columns: Mapping[str, memoryview[int]]) -> Iterator[tuple[str, int, int]]:
    """Yield the same of a batch, pattern by pattern."""
    for name, view in columns.items():
        column = np.asarray(view)
        for place in np.flatnonzero(column).tolist():
            yield name, place, int(column[place])


def assert_bar_by_bar(bars: Ohlc, seed: int = 1) -> None:
    at_once = CandlestickPatterns().batch(*bars)
    assert sorted(one_by_one(bars, Random(seed))) == sorted(listed(at_once))


def test_the_patterns_are_those_of_talib() -> None:
    functions = talib.get_function_groups()  # type: ignore[no-untyped-call] # TA-Lib has no types
    assert list(NAMES) == functions["Pattern Recognition"]
    assert len(NAMES) == 61


@pytest.fixture(scope="module")
def recorded(data_dir: Path) -> dict[str, Ohlc]:
    """Return all bar files."""
    files = sorted((data_dir / "bars").glob("*.csv.gz"))
    assert len(files) == BAR_FILES
    return {path.name: Ohlc(*candles(path)[1:5]) for path in files}


def test_all_recordings(recorded: dict[str, Ohlc]) -> None:
    for bars in recorded.values():
        assert_same(bars)
    assert sum(len(bars.close) for bars in recorded.values()) > 600_000


def test_all_recordings_bar_by_bar(recorded: dict[str, Ohlc]) -> None:
    for seed, bars in enumerate(recorded.values()):
        assert_bar_by_bar(bars, seed)


@pytest.mark.parametrize("invented", [on_a_grid, with_shapes, with_shock])
def test_invented_markets(invented: Callable[[int, int], Ohlc]) -> None:
    for seed in range(300):
        assert_same(invented(seed, 60))
        assert_bar_by_bar(invented(seed, 60), seed)


def test_every_pattern_is_among_them() -> None:
    times = dict.fromkeys(NAMES, 0)
    for seed in range(40):
        for bars in (with_shapes(seed, 5_000), on_a_grid(seed, 500)):
            for name, more in assert_same(bars).items():
                times[name] += more
    assert [name for name, found in times.items() if not found] == []


four = st.lists(st.integers(1, 6), min_size=4, max_size=4).map(sorted)
grids = st.lists(st.tuples(four, st.booleans()), min_size=1, max_size=40)


@given(grids, st.sampled_from(TICKS))
def test_a_grid_of_six_prices(drawn: list[tuple[list[int], bool]], tick: float) -> None:
    rows = [(b, d, a, c) if up else (c, d, a, b) for (a, b, c, d), up in drawn]
    bars = Ohlc(*(np.array(column) * tick for column in zip(*rows, strict=True)))
    assert_same(bars)
    assert_bar_by_bar(bars)


def test_a_market_that_stands_still() -> None:
    assert_same(Ohlc(*(np.full(40, 0.1) for _ in range(4))))


@pytest.mark.parametrize("length", range(1, 20))
def test_the_first_bars(length: int) -> None:
    for seed in range(10):
        assert_same(with_shapes(seed, length))
        assert_same(on_a_grid(seed, length))
