"""Votes and consensus: the same native and plain, and the same warmed up and live all the time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from supreme_system_v5 import optimized, reference
from supreme_system_v5.domain import AnalyzerConfig, Flag, Timeframe
from supreme_system_v5.mtf import Consensus, MultiTimeframeEngine
from supreme_system_v5.ports import TickAnalyzer
from tests.support.bits import exact
from tests.support.market import Word, calls_of, configs, outcome, starts, words
from tests.support.recordings import Candles, candles, columns_of, trades
from tests.support.timeframe_runs import Run, bars_into, columns_into, cut, ticks_into, traded

MINUTES = 4_500
"""Of real minutes: three days and three hours, so that the hours are mature for fourteen bars."""
Make = Callable[[AnalyzerConfig], TickAnalyzer]
WAKES = AnalyzerConfig(wake_on=Flag.BAR_1M | Flag.BAR_5M | Flag.BAR_15M | Flag.BAR_1H)
NATIVE, PLAIN = optimized.OptimizedTechnicalAnalyzer, reference.OptimizedTechnicalAnalyzer


@pytest.fixture(scope="module")
def minutes(data_dir: Path) -> Candles:
    path = data_dir / "bars" / "binance_spot_BTCUSDT_1m_20241201-20241229.csv.gz"
    return cut(traded(candles(path)), 0, MINUTES)


def run_of(make: Make, config: AnalyzerConfig = WAKES) -> Run:
    market = make(config)
    return Run(market, MultiTimeframeEngine(market))


def said(run: Run) -> object:
    """Return everything that is known, to the last bit."""
    views = [run.market.timeframe(name) for name in Timeframe]
    # Ticks know who bought and how many trades there were, bars do not; both know the prices.
    bars = [
        replace(view, forming=None, bar=view.bar and replace(view.bar, trades=0, buy_volume=0.0))
        for view in views
    ]
    votes = [run.timeframes.votes(name) for name in Timeframe]
    return exact([bars, votes, run.timeframes.consensus(), run.timeframes.view()])


@pytest.fixture(scope="module")
def live(minutes: Candles) -> tuple[Run, list[Consensus]]:
    """Return who listened live from the start, and what was said at each answer."""
    run = run_of(NATIVE)
    return run, [consensus for _, consensus in ticks_into(run, minutes)]


@pytest.mark.parametrize("history", [1, 59, 1_000, 3_659, 3_661, MINUTES - 1])
def test_history_then_live_is_live_from_the_start(
    minutes: Candles, live: tuple[Run, list[Consensus]], history: int
) -> None:
    warmed = run_of(NATIVE)
    begun = [consensus for _, consensus in bars_into(warmed, cut(minutes, 0, history))]
    went_on = [consensus for _, consensus in ticks_into(warmed, cut(minutes, history, MINUTES))]
    by_time = {one.as_of_ns: one for one in [*begun, *went_on]}
    expected = {one.as_of_ns: one for one in live[1]}
    assert len(expected) > MINUTES - 100
    assert exact(by_time) == exact(expected)
    assert said(warmed) == said(live[0])
    assert {one.status for one in went_on} >= {"ok"}


def test_who_listens_late_hears_the_same(
    minutes: Candles, live: tuple[Run, list[Consensus]]
) -> None:
    """The market was warmed up alone, and the votes of its last bars are there at once."""
    market = NATIVE(WAKES)
    first = Run(market, MultiTimeframeEngine(market))
    for _ in bars_into(first, cut(minutes, 0, 4_000)):
        pass
    second = Run(market, MultiTimeframeEngine(market))
    assert exact(second.timeframes.consensus()) == exact(first.timeframes.consensus())
    for _ in ticks_into(second, cut(minutes, 4_000, MINUTES)):
        pass
    assert exact(second.timeframes.consensus()) == exact(live[0].timeframes.consensus())


def test_native_and_plain_cast_the_same_votes_on_real_minutes(minutes: Candles) -> None:
    native, plain = run_of(NATIVE), run_of(PLAIN)
    pairs = zip(bars_into(native, minutes), bars_into(plain, minutes), strict=True)
    assert all(exact(one) == exact(other) for one, other in pairs)
    assert said(native) == said(plain)
    assert native.timeframes.consensus().status == "ok"


def test_native_and_plain_cast_the_same_votes_on_real_trades(data_dir: Path) -> None:
    """Three evenings with a day of silence between them, tick by tick, with short periods."""
    config = replace(
        WAKES, bar_emas=(2, 3, 5), bar_rsi=3, bar_macd=(2, 4, 3), bar_atr=3, bar_bollinger=4,
        bar_volatility=4,
    )  # fmt: skip
    rows = trades(data_dir / "trades" / "binance_spot_BTCUSDT_20250928-30_sessions.csv.gz")
    columns = columns_of(rows)
    native, plain = run_of(NATIVE, config), run_of(PLAIN, config)
    one, other = (list(columns_into(run, columns)) for run in (native, plain))
    assert exact(one) == exact(other)
    assert said(native) == said(plain)
    assert {consensus.status for _, consensus in one} == {"no_data", "partial", "ok"}


@given(configs, starts, words)
def test_native_and_plain_agree_in_any_story(
    config: AnalyzerConfig, start_ns: int, story: list[Word]
) -> None:
    config = replace(config, wake_on=Flag(255))
    native, plain = run_of(NATIVE, config), run_of(PLAIN, config)
    for call in calls_of(config, start_ns, story):
        for run in (native, plain):
            if isinstance(flags := outcome(call, run.market), int):
                run.timeframes.on_closed(flags)
        assert exact(native.timeframes.consensus()) == exact(plain.timeframes.consensus())
    assert said(native) == said(plain)
