from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supreme_system_v5.domain import AnalyzerConfig, Bar, Timeframe
from supreme_system_v5.reference import (
    AverageTrueRange,
    BollingerBands,
    RealisedVolatility,
    SessionVWAP,
    UltraOptimizedEMA,
    UltraOptimizedMACD,
    UltraOptimizedRSI,
)
from supreme_system_v5.reference._grid import Trade
from supreme_system_v5.reference._indicator import PriceIndicator
from supreme_system_v5.reference._states import TickState, TimeframeState
from tests.unit.reference.series import MINUTE_NS, random_walk

CONFIG = AnalyzerConfig(
    tick_ema=3,
    tick_rsi=2,
    tick_macd=(2, 4, 2),
    bar_emas=(2, 3, 5),
    bar_rsi=4,
    bar_macd=(2, 4, 3),
    bar_atr=3,
    bar_bollinger=4,
    bar_bollinger_width=1.5,
    bar_volatility=5,
)
PER_YEAR = {"1m": 525_600.0, "5m": 105_120.0, "15m": 35_040.0, "1h": 8_760.0}


def bar_at(i: int, *, partial: bool = False, trades: int = 2) -> Bar:
    close = random_walk(200)[i]
    return Bar(
        timeframe=Timeframe.M1,
        open_ns=i * MINUTE_NS,
        close_ns=(i + 1) * MINUTE_NS,
        open=close,
        high=close + 1.0,
        low=close - 2.0,
        close=close,
        volume=1.5 * trades,
        buy_volume=0.0,
        trades=trades,
        partial=partial,
    )


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(Timeframe), st.lists(st.sampled_from(["whole", "partial", "flat"])))
def test_indicators_read_whole_bars_and_the_vwap_those_with_volume(
    timeframe: Timeframe, kinds: list[str]
) -> None:
    state = TimeframeState(timeframe, CONFIG)
    bars = [
        bar_at(i, partial=kind == "partial", trades=0 if kind == "flat" else 2)
        for i, kind in enumerate(kinds)
    ]
    for bar in bars:
        state.take(bar)
    whole = [bar for bar in bars if not bar.partial]
    alone: dict[str, PriceIndicator[Any]] = {
        "ema_fast": UltraOptimizedEMA(2, "sma"),
        "ema": UltraOptimizedEMA(3, "sma"),
        "ema_slow": UltraOptimizedEMA(5, "sma"),
        "rsi": UltraOptimizedRSI(4),
        "macd": UltraOptimizedMACD(2, 4, 3, "sma"),
        "bollinger": BollingerBands(4, 1.5),
        "volatility": RealisedVolatility(5, PER_YEAR[timeframe]),
    }
    view = state.view(None)
    for name, indicator in alone.items():
        values = [indicator.update(bar.close) for bar in whole]
        assert getattr(view, name) == indicator.value
        assert list(state.histories[name]) == [v for v in values if v is not None][-50:]
    atr, vwap = AverageTrueRange(3), SessionVWAP()
    for bar in whole:
        atr.update(bar.high, bar.low, bar.close)
        if bar.volume:
            vwap.update((bar.high + bar.low + bar.close) / 3.0, bar.volume, bar.open_ns)
    assert (view.atr, view.vwap) == (atr.value, vwap.value)
    assert view.mature == (len(whole) >= 6)
    assert (view.closed, view.bar) == (len(bars), bars[-1] if bars else None)
    assert list(state.histories["bar"]) == bars[-50:]


@pytest.mark.parametrize("length", [0, 3, 49, 50, 51, 120])
def test_histories_keep_the_last_fifty(length: int) -> None:
    state = TickState(CONFIG)
    for price in random_walk(length):
        state.take(Trade(1, 1, price, 1.0, 0, 0))
    ema = [UltraOptimizedEMA(3).batch(random_walk(length)[:i])[-1] for i in range(1, length + 1)]
    assert list(state.histories["ema"]) == ema[-50:]
    assert len(state.histories["rsi"]) == min(max(length - 2, 0), 50)
    assert state.view().mature == (length >= 5)
