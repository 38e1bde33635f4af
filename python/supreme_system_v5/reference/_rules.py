"""The rules behind the built-in signals, each for both sides: 1 long, -1 short."""

# ruff: noqa: SLF001 - `_feed` is how this package passes on values that were checked before

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

from supreme_system_v5.domain import Bar, Flag, Proposal, SignalAction, Timeframe
from supreme_system_v5.reference._parameters import (
    Parameter,
    Value,
    factor,
    percent,
    period,
    switch,
)
from supreme_system_v5.reference._states import States
from supreme_system_v5.reference.ema import UltraOptimizedEMA
from supreme_system_v5.reference.rsi import UltraOptimizedRSI

__all__ = ["RULES", "EmaCross", "Rule", "Scalping", "Trend"]

_KEPT_BARS = 49  # bars before the last one that are kept


class Rule(ABC):
    """When to enter, and when to leave."""

    __slots__ = ()

    asked_at: ClassVar[Flag] = Flag.BAR_1M
    """The bar at whose end it is asked."""

    parameters: ClassVar[Mapping[str, Parameter]]
    """Its parameters, by name."""

    ascending: ClassVar[tuple[str, str, bool] | None] = None
    """Two parameters, the first below the second; and whether they may be equal."""

    @abstractmethod
    def __init__(self, parameters: Mapping[str, Value]) -> None:
        """Take all parameters, checked."""

    def see(self, states: States) -> None:  # noqa: B027 - most rules keep nothing of their own
        """Take the minute that closed, asked or not."""

    @abstractmethod
    def enter(self, states: States, side: int) -> Proposal | None:
        """Return a proposal to enter."""

    @abstractmethod
    def leave(self, states: States, side: int, held: int) -> str:
        """Return why a position should be left, empty when it should not."""


class Scalping(Rule):
    """With the trend of three averages, while momentum lasts."""

    __slots__ = ("_max_hold", "_rsi_high", "_rsi_low", "_stop", "_target")

    parameters = {  # noqa: RUF012 - nobody changes it
        "stop_atr": factor(1.5),
        "target_atr": factor(2.5),
        "max_hold_bars": period(30),
        "rsi_low": percent(50.0),
        "rsi_high": percent(70.0),
        "shorts": switch(),
    }
    ascending = ("rsi_low", "rsi_high", True)

    def __init__(self, parameters: Mapping[str, Value]) -> None:
        self._stop, self._target = parameters["stop_atr"], parameters["target_atr"]
        self._rsi_low, self._rsi_high = parameters["rsi_low"], parameters["rsi_high"]
        self._max_hold = parameters["max_hold_bars"]

    def enter(self, states: States, side: int) -> Proposal | None:
        """Return a proposal to enter: the averages in order, momentum with them, RSI in bounds."""
        state = states[Timeframe.M1]
        atr = state.read("atr")
        if not state.mature or not atr:
            return None
        fast, middle, slow = (_number(states, name) for name in ("ema_fast", "ema", "ema_slow"))
        in_order = fast > middle > slow if side > 0 else fast < middle < slow
        rsi = _number(states, "rsi")
        strength = rsi if side > 0 else 100.0 - rsi
        if (
            not in_order
            or side * _number(states, "histogram") <= 0.0
            or not self._rsi_low <= strength <= self._rsi_high
        ):
            return None
        close = _number(states, "close")
        stop = close - side * (self._stop * atr)
        target = close + side * (self._target * atr)
        return _entry(side, "TREND_AND_MOMENTUM", stop=stop, target=target)

    def leave(self, states: States, side: int, held: int) -> str:
        """Return why a position should be left: held too long, or the trend was lost."""
        if held >= self._max_hold:
            return "HELD"
        fast, middle = (states[Timeframe.M1].read(name) for name in ("ema_fast", "ema"))
        return "TREND_LOST" if _crossed(fast, middle, side) else ""


class EmaCross(Rule):
    """When a fast average of the closes crosses a slow one."""

    __slots__ = ("_before", "_difference", "_fast", "_rsi", "_rsi_max", "_slow", "_stop")

    parameters = {  # noqa: RUF012 - nobody changes it
        "fast": period(12),
        "slow": period(26),
        "rsi": period(14),
        "rsi_max": percent(70.0),
        "stop_atr": factor(0.0, zero=True),
        "shorts": switch(),
    }
    ascending = ("fast", "slow", False)

    def __init__(self, parameters: Mapping[str, Value]) -> None:
        self._fast = UltraOptimizedEMA(int(parameters["fast"]), "sma")
        self._slow = UltraOptimizedEMA(int(parameters["slow"]), "sma")
        self._rsi = UltraOptimizedRSI(int(parameters["rsi"]))
        self._rsi_max, self._stop = parameters["rsi_max"], parameters["stop_atr"]
        self._before: float | None = None
        self._difference: float | None = None

    def see(self, states: States) -> None:
        """Take the close of a whole minute."""
        close = _number(states, "close")
        fast, slow = self._fast._feed(close), self._slow._feed(close)
        self._rsi._feed(close)
        self._before = self._difference
        if fast is not None and slow is not None:
            self._difference = fast - slow

    def enter(self, states: States, side: int) -> Proposal | None:
        """Return a proposal to enter: the averages crossed, and RSI is not beyond its bound."""
        before, now, rsi = self._before, self._difference, self._rsi.value
        if before is None or now is None or rsi is None:
            return None
        strength = rsi if side > 0 else 100.0 - rsi
        if side * before > 0.0 or side * now <= 0.0 or strength >= self._rsi_max:
            return None
        if not self._stop:
            return _entry(side, "CROSSED")
        atr = states[Timeframe.M1].read("atr")
        if not atr:
            return None
        stop = _number(states, "close") - side * (self._stop * atr)
        return _entry(side, "CROSSED", stop=stop)

    def leave(self, states: States, side: int, held: int) -> str:  # noqa: ARG002 - as the others
        """Return why a position should be left: the averages crossed back."""
        before, now = self._before, self._difference
        if before is None or now is None or self._rsi.value is None:
            return ""
        return "CROSSED_BACK" if side * now < 0.0 else ""


class Trend(Rule):
    """When 15-minute bars break out of their channel, with the trend of the hours."""

    __slots__ = ("_breakout", "_exit", "_stop")

    asked_at = Flag.BAR_15M
    parameters = {  # noqa: RUF012 - nobody changes it
        "breakout": period(20, most=_KEPT_BARS),
        "exit": period(10, most=_KEPT_BARS),
        "stop_atr": factor(3.0),
        "shorts": switch(),
    }

    def __init__(self, parameters: Mapping[str, Value]) -> None:
        self._breakout, self._exit = int(parameters["breakout"]), int(parameters["exit"])
        self._stop = parameters["stop_atr"]

    def enter(self, states: States, side: int) -> Proposal | None:
        """Return a proposal to enter: out of the channel on the side of the trend."""
        bars = self._bars(states)
        if not bars:
            return None
        fast, slow = (states[Timeframe.H1].read(name) for name in ("ema_fast", "ema_slow"))
        close = bars[-1].close
        if not _crossed(fast, slow, -side) or not _broke_out(bars, self._breakout, side):
            return None
        distance = self._stop * (states[Timeframe.M15].read("atr") or 0.0)
        return _entry(side, "BREAKOUT", stop=close - side * distance, trail=distance)

    def leave(self, states: States, side: int, held: int) -> str:  # noqa: ARG002 - as the others
        """Return why a position should be left: out of the channel on the other side, or so."""
        bars = self._bars(states)
        if not bars:
            return ""
        if _broke_out(bars, self._exit, -side):
            return "CHANNEL_BROKEN"
        fast, slow = (states[Timeframe.H1].read(name) for name in ("ema_fast", "ema_slow"))
        return "TREND_LOST" if _crossed(fast, slow, side) else ""

    def _bars(self, states: States) -> Sequence[Bar]:
        """Return the bars that are needed, none where something that is needed is missing."""
        hour, quarter = states[Timeframe.H1], states[Timeframe.M15]
        count = max(self._breakout, self._exit) + 1
        bars = [bar for bar in quarter.histories["bar"] if isinstance(bar, Bar)][-count:]
        mature = hour.are_mature("ema_fast", "ema_slow") and quarter.are_mature("atr")
        whole = len(bars) == count and not any(bar.partial for bar in bars)
        return bars if mature and whole else []


RULES: Mapping[str, type[Rule]] = {"scalping": Scalping, "ema-cross": EmaCross, "trend": Trend}
"""The rules, by the names of their signals."""


def _number(states: States, name: str) -> float:
    """Return a number of the minute that is known to be there."""
    value = states[Timeframe.M1].read(name)
    assert value is not None, name  # noqa: S101 - a closed bar, or an indicator that is mature
    return value


def _crossed(fast: float | None, slow: float | None, side: int) -> bool:
    """Whether a fast average is on the wrong side of a slow one, for a position of a side."""
    if fast is None or slow is None:
        return False
    return fast < slow if side > 0 else fast > slow


def _broke_out(bars: Sequence[Bar], count: int, side: int) -> bool:
    """Whether the last bar closed beyond the extremes of the bars before it, on a side."""
    *before, last = bars
    channel = before[-count:]
    if side > 0:
        return last.close > max(bar.high for bar in channel)
    return last.close < min(bar.low for bar in channel)


def _entry(
    side: int,
    reason: str,
    *,
    stop: float | None = None,
    target: float | None = None,
    trail: float | None = None,
) -> Proposal | None:
    """Return a proposal, None where a price would not be above 0."""
    if any(price is not None and price <= 0.0 for price in (stop, target, trail)):
        return None
    return Proposal(SignalAction.ENTER.value, side, reason, stop, target, trail)
