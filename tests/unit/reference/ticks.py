"""Ticks for the analyzer's tests, and what to do with them."""

from __future__ import annotations

from array import array
from typing import Any

from hypothesis import strategies as st

from supreme_system_v5.domain import NS_PER_SECOND, AnalyzerConfig, AnalyzerSnapshot
from supreme_system_v5.reference import OptimizedTechnicalAnalyzer

START = 1_723_161_600 * NS_PER_SECOND - 90 * NS_PER_SECOND  # before midnight
SMALL = AnalyzerConfig(
    tick_ema=3, tick_rsi=2, tick_macd=(2, 4, 2), bar_emas=(2, 3, 4), bar_rsi=2, bar_macd=(1, 2, 2),
    bar_atr=2, bar_bollinger=2, bar_volatility=2, volume_window=3,
)  # fmt: skip

Row = tuple[float, float, int, int]
Walk = list[tuple[int, int, int, int]]
Levels = dict[str, Any]

steps = st.one_of(st.integers(-40, 40), st.integers(-100, 200), st.sampled_from([60, 900, 3700]))
walks = st.lists(
    st.tuples(st.integers(396, 404), st.integers(1, 9), steps, st.integers(-1, 1)), max_size=40
)
levels = st.fixed_dictionaries(
    {},
    optional={
        "stop_below": st.sampled_from([99.5, 100.0]),
        "stop_above": st.sampled_from([100.0, 100.5]),
        "limit_below": st.sampled_from([99.5, 100.0]),
        "limit_above": st.sampled_from([100.0, 100.5]),
        "wake_at_ns": st.integers(-60, 600).map(lambda s: START + s * NS_PER_SECOND),
    },
)


def rows_from(walk: Walk) -> list[Row]:
    now, rows = START, []
    for price, size, step, side in walk:
        now += step * NS_PER_SECOND
        rows.append((price / 4, size / 4, now, side))
    return rows


def columns_of(rows: list[Row]) -> tuple[array[float], array[float], array[int], array[int]]:
    return (
        array("d", [row[0] for row in rows]),
        array("d", [row[1] for row in rows]),
        array("q", [row[2] for row in rows]),
        array("b", [row[3] for row in rows]),
    )


def play(analyzer: OptimizedTechnicalAnalyzer, rows: list[Row]) -> list[int]:
    return [analyzer.update(*row) for row in rows]


def everything(analyzer: OptimizedTechnicalAnalyzer) -> tuple[AnalyzerSnapshot, list[Any]]:
    bar_names = ["bar", "ema_fast", "ema", "ema_slow", "rsi", "macd", "atr", "bollinger", "vwap",
                 "volatility"]  # fmt: skip
    names = [("tick", name) for name in ("ema", "rsi", "macd")]
    names += [(frame, name) for frame in ("1m", "5m", "15m", "1h") for name in bar_names]
    return analyzer.snapshot(), [analyzer.history(name, frame) for frame, name in names]
