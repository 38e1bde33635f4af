"""Strategies: closed bars in, signals out. Pure; they know neither money nor time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import Protocol

from supreme_system_v5.domain import TimeframeView
from supreme_system_v5.errors import InvalidInputError

__all__ = ["Action", "PositionView", "ScalpingStrategy", "Signal", "Strategy"]


class Action(StrEnum):
    """What a strategy asks for."""

    ENTER = "enter"
    EXIT = "exit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What a strategy wants, and why.

    Attributes:
        action: Enter a long position with all that a trade may use, or leave it.
        reason: Why, for people.
        stop: On entering, the price at or below which the position is left; None for none.
        target: On entering, the price above which the position is left; None for none.
    """

    action: Action
    reason: str
    stop: float | None = None
    target: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionView:
    """What a strategy may know about its open position.

    Attributes:
        entry_price: Price paid per unit of base, slippage included.
        bars_held: 1-minute bars closed since.
    """

    entry_price: float
    bars_held: int


class Strategy(Protocol):
    """Asked once for every closed 1-minute bar, as long as no order of its own is under way."""

    def decide(self, view: TimeframeView, position: PositionView | None) -> Signal | None:
        """Return what to do now; None for nothing.

        Args:
            view: The last closed bar and the indicators over closed, whole bars.
            position: The open position; None when there is none.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalpingStrategy:
    """An example of a strategy, long only, on closed 1-minute bars. It is not advice.

    It enters when all indicators are mature and

    - the trend points up: fast EMA > middle EMA > slow EMA;
    - it still gains: MACD histogram > 0;
    - it is neither weak nor overdone: `rsi_low` ≤ RSI ≤ `rsi_high`.

    The stop stands `stop_atr` ATR below the close of that bar, the target `target_atr` ATR above.
    Before either is hit it leaves when the fast EMA falls below the middle one, or after
    `max_hold_bars` bars.

    Args:
        stop_atr: Distance of the stop in ATR, above 0.
        target_atr: Distance of the target in ATR, above 0.
        max_hold_bars: Longest time in a position, in 1-minute bars, at least 1.
        rsi_low: Lowest RSI to enter at, 0 to `rsi_high`.
        rsi_high: Highest RSI to enter at, up to 100.

    Raises:
        InvalidInputError: A parameter out of range.

    Example:
        >>> ScalpingStrategy(stop_atr=1.0).target_atr
        2.5
    """

    stop_atr: float = 1.5
    target_atr: float = 2.5
    max_hold_bars: int = 30
    rsi_low: float = 50.0
    rsi_high: float = 70.0

    def __post_init__(self) -> None:
        """Check the parameters."""
        for name in ("stop_atr", "target_atr"):
            value = getattr(self, name)
            if not 0.0 < value < inf:
                raise InvalidInputError(
                    f"{name} is {value!r}, allowed is a finite number above 0",
                    name,
                    value,
                    "a finite number above 0",
                )
        if self.max_hold_bars < 1:
            raise InvalidInputError(
                f"max_hold_bars is {self.max_hold_bars!r}, allowed is a whole number from 1",
                "max_hold_bars",
                self.max_hold_bars,
                "a whole number from 1",
            )
        if not 0.0 <= self.rsi_low <= self.rsi_high <= 100.0:  # noqa: PLR2004 - RSI's own range
            band = (self.rsi_low, self.rsi_high)
            raise InvalidInputError(
                f"rsi_low and rsi_high are {band}, allowed is 0 <= rsi_low <= rsi_high <= 100",
                "rsi_low",
                band,
                "0 <= rsi_low <= rsi_high <= 100",
            )

    def decide(self, view: TimeframeView, position: PositionView | None) -> Signal | None:
        """Return what the rule above says about the bar that just closed."""
        if position is not None:
            return self._leave(view, position)
        return self._enter(view)

    def _leave(self, view: TimeframeView, position: PositionView) -> Signal | None:
        if position.bars_held >= self.max_hold_bars:
            return Signal(action=Action.EXIT, reason=f"held for {position.bars_held} bars")
        if view.ema_fast is not None and view.ema is not None and view.ema_fast < view.ema:
            return Signal(action=Action.EXIT, reason="the fast EMA fell below the middle one")
        return None

    def _enter(self, view: TimeframeView) -> Signal | None:
        if not view.mature or view.bar is None or view.atr is None or view.atr <= 0.0:
            return None
        if not (self._trend_up(view) and self._gaining(view)):
            return None
        stop = view.bar.close - self.stop_atr * view.atr
        if stop <= 0.0:  # the market moves by more than its price; no stop can be set
            return None
        return Signal(
            action=Action.ENTER,
            reason="EMAs in order, MACD histogram above 0, RSI in its band",
            stop=stop,
            target=view.bar.close + self.target_atr * view.atr,
        )

    def _trend_up(self, view: TimeframeView) -> bool:
        return (
            view.ema_fast is not None
            and view.ema is not None
            and view.ema_slow is not None
            and view.ema_fast > view.ema > view.ema_slow
        )

    def _gaining(self, view: TimeframeView) -> bool:
        return (
            view.macd is not None
            and view.macd.histogram > 0.0
            and view.rsi is not None
            and self.rsi_low <= view.rsi <= self.rsi_high
        )
