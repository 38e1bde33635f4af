from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supreme_system_v5.domain import AnalyzerConfig, Bar, Timeframe
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.reference import (
    AverageTrueRange,
    BollingerBands,
    OptimizedTechnicalAnalyzer,
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


def test_what_is_read_is_what_the_views_show() -> None:
    analyzer = OptimizedTechnicalAnalyzer(CONFIG)
    for name in ("price", "size", "timestamp_ns", "ema", "rsi", "macd", "signal", "histogram"):
        assert analyzer.read(name, "tick") is None
    assert (analyzer.read("mature", "tick"), analyzer.read("closed")) == (0.0, 0)
    assert analyzer.read("partial") is None
    for place, price in enumerate(random_walk(200)):
        analyzer.update(price, 1.0 + place % 7, place * MINUTE_NS + 7, place % 3 - 1)
    for timeframe in Timeframe:
        view = analyzer.timeframe(timeframe)
        bar, macd, bands = view.bar, view.macd, view.bollinger
        assert bar is not None
        shown: dict[str, Any] = {
            name: getattr(bar, name)
            for name in (
                "open", "high", "low", "close", "volume", "buy_volume", "open_ns", "trades",
            )
        } | {
            name: getattr(view, name)
            for name in (
                "ema_fast", "ema", "ema_slow", "rsi", "atr", "vwap", "volatility", "closed",
            )
        }  # fmt: skip
        shown |= macd._asdict() if macd else dict.fromkeys(("macd", "signal", "histogram"))
        shown |= bands._asdict() if bands else dict.fromkeys(("upper", "middle", "lower"))
        shown |= {"mature": float(view.mature), "partial": float(bar.partial)}
        read = {name: analyzer.read(name, timeframe) for name in shown}
        assert read == shown
        assert {name: type(value) for name, value in read.items()} == {
            name: type(value) for name, value in shown.items()
        }
    tick = analyzer.tick()
    assert tick.macd is not None
    for name in ("price", "size", "timestamp_ns", "ema", "rsi"):
        assert analyzer.read(name, "tick") == getattr(tick, name)
    assert [analyzer.read(name, "tick") for name in tick.macd._fields] == list(tick.macd)


def test_recent_values_are_the_ends_of_the_histories() -> None:
    analyzer = OptimizedTechnicalAnalyzer(CONFIG)
    for place, price in enumerate(random_walk(70)):
        analyzer.update(price, 1.0 + place % 7, place * MINUTE_NS)
    bars: list[Any] = analyzer.history("bar", "1m")
    for name in ("open", "high", "low", "close", "volume"):
        assert analyzer.recent(name, 7) == [getattr(bar, name) for bar in bars[-7:]]
    macds: list[Any] = analyzer.history("macd", "1m")
    bands: list[Any] = analyzer.history("bollinger", "1m")
    assert analyzer.recent("histogram", 50) == [macd.histogram for macd in macds]
    assert analyzer.recent("lower", 3) == [band.lower for band in bands[-3:]]
    assert analyzer.recent("atr", 4) == analyzer.history("atr", "1m")[-4:]
    assert analyzer.recent("ema", 1, "tick") == [analyzer.read("ema", "tick")]
    assert analyzer.recent("ema", 50, "1h") == []


def test_unknown_names_and_the_future_are_refused() -> None:
    analyzer = OptimizedTechnicalAnalyzer(CONFIG)
    for name, place in (("price", "1m"), ("atr", "tick"), ("nothing", "5m")):
        with pytest.raises(InvalidInputError, match=r"^name must be one of .*ema.*rsi"):
            analyzer.read(name, place)
    for name, place in (("closed", "1m"), ("price", "tick")):
        with pytest.raises(InvalidInputError, match="^name must be one of"):
            analyzer.recent(name, 5, place)
    for count in (0, -1, 51):
        with pytest.raises(InvalidInputError, match="the future is not known"):
            analyzer.recent("close", count)
    with pytest.raises(InvalidInputError, match="^timeframe must be one of tick, 1m"):
        analyzer.read("close", "2m")
    with pytest.raises(InvalidTypeError):
        analyzer.recent("close", 1.0)  # type: ignore[arg-type]
