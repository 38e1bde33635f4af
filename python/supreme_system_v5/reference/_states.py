"""The indicators over ticks, and those over the closed bars of one timeframe, with histories."""

# ruff: noqa: SLF001 - `_feed` is how this package passes on values that were checked before

from __future__ import annotations

from array import array
from collections import deque
from typing import cast

from supreme_system_v5.domain import (
    AnalyzerConfig,
    Bands,
    Bar,
    Macd,
    TickView,
    Timeframe,
    TimeframeView,
)
from supreme_system_v5.reference._grid import Trade
from supreme_system_v5.reference._numbers import Numbers
from supreme_system_v5.reference.atr import AverageTrueRange
from supreme_system_v5.reference.bollinger import BollingerBands
from supreme_system_v5.reference.ema import UltraOptimizedEMA
from supreme_system_v5.reference.macd import UltraOptimizedMACD
from supreme_system_v5.reference.realised_volatility import RealisedVolatility
from supreme_system_v5.reference.rsi import UltraOptimizedRSI
from supreme_system_v5.reference.vwap import SessionVWAP

__all__ = [
    "BAR_NUMBERS",
    "BAR_RECENT",
    "HISTORY_LENGTH",
    "TICK_NUMBERS",
    "TICK_RECENT",
    "Histories",
    "Kept",
    "States",
    "TickState",
    "TimeframeState",
    "keep",
    "new_histories",
    "recent",
]

Kept = float | Macd | Bands | Bar
"""What a history keeps."""

Histories = dict[str, deque[Kept]]
"""The last 50 values of each name."""

HISTORY_LENGTH = 50
_PERIODS_PER_YEAR = {
    Timeframe.M1: 525_600.0,
    Timeframe.M5: 105_120.0,
    Timeframe.M15: 35_040.0,
    Timeframe.H1: 8_760.0,
}

_PARTS = {
    **{name: ("macd", name) for name in Macd._fields},
    **{name: ("bollinger", name) for name in Bands._fields},
}
_SINGLE = ("ema_fast", "ema", "ema_slow", "rsi", "atr", "vwap", "volatility")
_PRICES = ("open", "high", "low", "close", "volume")
_OF_BAR = (*_PRICES, "buy_volume", "open_ns", "trades")

TICK_RECENT = ("ema", "rsi", *Macd._fields)
"""Numbers over ticks of which the last ones are kept."""
TICK_NUMBERS = ("price", "size", "timestamp_ns", *TICK_RECENT, "mature")
"""Numbers over ticks."""
BAR_RECENT = (*_PRICES, *_SINGLE, *_PARTS)
"""Numbers of a timeframe of which the last ones are kept."""
BAR_NUMBERS = (*BAR_RECENT, "buy_volume", "open_ns", "trades", "closed", "mature", "partial")
"""Numbers of a timeframe."""


def recent(histories: Histories, name: str, count: int) -> list[float]:
    """Return the last values of one of the numbers that are kept, oldest first."""
    whole, part = ("bar", name) if name in _PRICES else _PARTS.get(name, (name, ""))
    part = name if whole == "bar" else part
    values = list(histories[whole])[-count:]
    return [cast("float", getattr(value, part) if part else value) for value in values]


def new_histories(*names: str) -> Histories:
    """Return empty histories."""
    return {name: deque(maxlen=HISTORY_LENGTH) for name in names}


def keep(histories: Histories, **values: Kept | None) -> None:
    """Append the values that there are."""
    for name, value in values.items():
        if value is not None:
            histories[name].append(value)


class TickState:
    """The indicators over every accepted tick."""

    __slots__ = ("_ema", "_last", "_macd", "_rsi", "histories")

    def __init__(self, config: AnalyzerConfig) -> None:
        self._ema = UltraOptimizedEMA(config.tick_ema, config.tick_seed)
        self._rsi = UltraOptimizedRSI(config.tick_rsi)
        self._macd = UltraOptimizedMACD(*config.tick_macd, config.tick_seed)
        self._last: Trade | None = None
        self.histories = new_histories("ema", "rsi", "macd")

    def take(self, trade: Trade) -> None:
        """Take an accepted tick."""
        self._last = trade
        keep(
            self.histories,
            ema=self._ema._feed(trade.price),
            rsi=self._rsi._feed(trade.price),
            macd=self._macd._feed(trade.price),
        )

    def show(self, last: Trade) -> None:
        """Let the last price be that of a bar, which no indicator over ticks sees."""
        self._last = last

    def read(self, name: str) -> float | None:
        """Return one of `TICK_NUMBERS`, None before it is there."""
        if name in {"price", "size", "timestamp_ns"}:
            return None if self._last is None else getattr(self._last, name)
        view = self.view()
        if name == "mature":
            return float(view.mature)
        if name in Macd._fields:
            return view.macd and getattr(view.macd, name)
        return view.ema if name == "ema" else view.rsi

    def batch(self, prices: Numbers) -> tuple[array[float], ...]:
        """Return EMA, RSI, MACD, signal and histogram at each price, from fresh states."""
        return self._ema.batch(prices), self._rsi.batch(prices), *self._macd.batch(prices)

    def view(self) -> TickView:
        """Return what is known now."""
        last = self._last
        return TickView(
            price=None if last is None else last.price,
            size=None if last is None else last.size,
            timestamp_ns=None if last is None else last.timestamp_ns,
            ema=self._ema.value,
            rsi=self._rsi.value,
            macd=self._macd.value,
            mature=self._ema.mature and self._rsi.mature and self._macd.mature,
        )


class TimeframeState:
    """The indicators over closed, whole bars of one length."""

    __slots__ = (
        "_atr",
        "_bar",
        "_bollinger",
        "_closed",
        "_ema",
        "_ema_fast",
        "_ema_slow",
        "_macd",
        "_rsi",
        "_timeframe",
        "_volatility",
        "_vwap",
        "histories",
    )

    def __init__(self, timeframe: Timeframe, config: AnalyzerConfig) -> None:
        fast, middle, slow = config.bar_emas
        self._timeframe = timeframe
        self._bar: Bar | None = None
        self._closed = 0
        self._ema_fast = UltraOptimizedEMA(fast, config.bar_seed)
        self._ema = UltraOptimizedEMA(middle, config.bar_seed)
        self._ema_slow = UltraOptimizedEMA(slow, config.bar_seed)
        self._rsi = UltraOptimizedRSI(config.bar_rsi)
        self._macd = UltraOptimizedMACD(*config.bar_macd, config.bar_seed)
        self._atr = AverageTrueRange(config.bar_atr)
        self._bollinger = BollingerBands(config.bar_bollinger, config.bar_bollinger_width)
        self._vwap = SessionVWAP()
        self._volatility = RealisedVolatility(config.bar_volatility, _PERIODS_PER_YEAR[timeframe])
        self.histories = new_histories(
            "bar",
            "ema_fast",
            "ema",
            "ema_slow",
            "rsi",
            "macd",
            "atr",
            "bollinger",
            "vwap",
            "volatility",
        )

    def take(self, bar: Bar) -> None:
        """Take a closed bar; a partial one is shown, but no indicator reads it."""
        self._bar = bar
        self._closed += 1
        keep(self.histories, bar=bar)
        if bar.partial:
            return
        close = bar.close
        keep(
            self.histories,
            ema_fast=self._ema_fast._feed(close),
            ema=self._ema._feed(close),
            ema_slow=self._ema_slow._feed(close),
            rsi=self._rsi._feed(close),
            macd=self._macd._feed(close),
            atr=self._atr._feed(bar.high, bar.low, close),
            bollinger=self._bollinger._feed(close),
            volatility=self._volatility._feed(close),
        )
        if bar.trades > 0:
            typical = (bar.high + bar.low + close) / 3.0
            keep(self.histories, vwap=self._vwap._feed(typical, bar.volume, bar.open_ns))

    @property
    def bar(self) -> Bar | None:
        """Last closed bar, None before the first."""
        return self._bar

    @property
    def mature(self) -> bool:
        """Whether all but VWAP have seen as many bars as their periods ask."""
        return self.are_mature(
            "ema_fast", "ema", "ema_slow", "rsi", "macd", "atr", "bollinger", "volatility"
        )

    def are_mature(self, *names: str) -> bool:
        """Return whether some indicators have seen as many bars as their periods ask."""
        return all(getattr(self, f"_{name}").mature for name in names)

    def read(self, name: str) -> float | None:
        """Return one of `BAR_NUMBERS`, None before it is there."""
        if name == "closed":
            return self._closed
        if name == "mature":
            return float(self.mature)
        if name in _OF_BAR:
            return None if self._bar is None else getattr(self._bar, name)
        if name == "partial":
            return None if self._bar is None else float(self._bar.partial)
        whole, part = _PARTS.get(name, (name, ""))
        value = getattr(self, f"_{whole}").value
        found = getattr(value, part) if part and value is not None else value
        return cast("float | None", found)

    def view(self, forming: Bar | None) -> TimeframeView:
        """Return what is known now."""
        return TimeframeView(
            timeframe=self._timeframe,
            bar=self._bar,
            forming=forming,
            closed=self._closed,
            ema_fast=self._ema_fast.value,
            ema=self._ema.value,
            ema_slow=self._ema_slow.value,
            rsi=self._rsi.value,
            macd=self._macd.value,
            atr=self._atr.value,
            bollinger=self._bollinger.value,
            vwap=self._vwap.value,
            volatility=self._volatility.value,
            mature=self.mature,
        )


States = dict[Timeframe, TimeframeState]
"""Those of all timeframes."""
