"""The same events, in one piece, in many or one by one, native or plain: the same decisions."""

from __future__ import annotations

import random
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supreme_system_v5.market_data import BarChunk, TradeChunk
from tests.support.engine_runs import NATIVE, REFERENCE, BusyStrategy, Chunk, cut, read, run

TRADE_FILES, BAR_FILES = 10, 10
SIGNALS: tuple[tuple[str, dict[str, float | bool]], ...] = (
    ("scalping", {"shorts": True}),
    ("ema-cross", {"shorts": True, "stop_atr": 2.0}),
    ("trend", {"shorts": True, "breakout": 8, "exit": 4}),
)


def files(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern))


def test_recorded_trades_however_they_come(data_dir: Path) -> None:
    paths = files(data_dir / "trades", "*.csv.gz")
    assert len(paths) == TRADE_FILES
    traded = 0
    for path in paths:
        chunks = read(path)
        rng = random.Random(path.name)
        whole = run(NATIVE, BusyStrategy, chunks)
        assert whole == run(NATIVE, BusyStrategy, cut(chunks, rng)), path.name
        assert whole == run(NATIVE, BusyStrategy, cut(chunks, None)), path.name
        assert whole == run(REFERENCE, BusyStrategy, chunks), path.name
        assert whole == run(REFERENCE, BusyStrategy, cut(chunks, rng)), path.name
        traded += whole.trades
    assert traded > 300


@pytest.mark.parametrize("turn", range(BAR_FILES))
def test_recorded_bars_however_they_come(data_dir: Path, turn: int) -> None:
    paths = files(data_dir / "bars", "*_1m_*.csv.gz")
    assert len(paths) == BAR_FILES
    chunks = read(paths[turn])
    rng = random.Random(turn)
    for place, (name, parameters) in enumerate(SIGNALS):
        whole = run(NATIVE, name, chunks, parameters=parameters)
        assert whole.trades > 5
        assert whole == run(NATIVE, name, cut(chunks, rng), parameters=parameters)
        if place == turn % 3:  # in plain Python every file once
            assert whole == run(REFERENCE, name, chunks, parameters=parameters)
    busy = run(NATIVE, BusyStrategy, chunks)
    assert busy.trades > 500
    assert busy == run(NATIVE, BusyStrategy, cut(chunks, None))


@st.composite
def streams(draw: st.DrawFn) -> list[Chunk]:
    """Draw a market of an hour or so: trades with ties, steps back and gaps, or bars."""
    rng = random.Random(draw(st.integers(0, 2**32)))
    return trades(rng) if draw(st.booleans()) else bars(rng)


def trades(rng: random.Random) -> list[Chunk]:
    prices, sizes, times, sides = array("d"), array("d"), array("q"), array("b")
    price, now = rng.choice((50.0, 60_000.0)), 1_700_000_000 * 10**9
    for _ in range(rng.choice((30, 400))):
        price = max(round(price * (1 + rng.gauss(0, 0.0005)), 2), 1.0)
        now += rng.choice((0, 10**6, 10**9, 10**10, 10**10, 90 * 10**9))
        prices.append(price)
        sizes.append(round(rng.paretovariate(1.5) / 100, 5))
        times.append(now - rng.choice((0, 0, 0, 5 * 10**8, 70 * 10**9)))
        sides.append(rng.choice((-1, 0, 1)))
    return [TradeChunk(prices=prices, sizes=sizes, timestamps_ns=times, sides=sides)]


def bars(rng: random.Random) -> list[Chunk]:
    columns = [array("d") for _ in range(5)]
    times = array("q")
    close, now = rng.choice((50.0, 60_000.0)), 1_699_999_980 * 10**9
    for _ in range(rng.choice((20, 300))):
        now += rng.choice((1, 1, 1, 1, 2, 30)) * 60 * 10**9
        path = [close, *(round(close * (1 + rng.gauss(0, 0.002)), 2) for _ in range(3))]
        close = path[-1]
        row = (path[0], max(path), min(path), close, round(rng.paretovariate(1.5), 5))
        for column, value in zip(columns, row, strict=True):
            column.append(value)
        times.append(now)
    opens, highs, lows, closes, volumes = columns
    return [
        BarChunk(
            opens=opens, highs=highs, lows=lows, closes=closes, volumes=volumes, timestamps_ns=times
        )
    ]


@pytest.mark.parametrize("venue", ["okx-spot", "bybit-perp"])
@settings(deadline=None, max_examples=25)
@given(chunks=streams(), seed=st.integers(0, 2**32))
def test_invented_markets_however_they_come(venue: str, chunks: list[Chunk], seed: int) -> None:
    rng = random.Random(seed)
    choices: list[str | Callable[[], Any]] = [BusyStrategy, "scalping", "ema-cross"]
    strategy = rng.choice(choices)
    whole = run(NATIVE, strategy, chunks, venue=venue)
    assert whole == run(NATIVE, strategy, cut(chunks, rng), venue=venue)
    assert whole == run(NATIVE, strategy, cut(chunks, None), venue=venue)
    assert whole == run(REFERENCE, strategy, chunks, venue=venue)
    assert whole == run(REFERENCE, strategy, cut(chunks, rng), venue=venue)
