"""The vote of one timeframe: four questions to its indicators, each answered up, down or flat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from supreme_system_v5.domain import Timeframe

__all__ = ["NEGLIGIBLE", "Reading", "Vote", "cast_vote", "side"]

NEGLIGIBLE = 1e-9
"""A smaller part of the scale is rounding: a flat market must not get a direction from it."""

_PARTS = 4
_REASONS = tuple(
    {1: f"{name}_UP", -1: f"{name}_DOWN", 0: f"{name}_FLAT"}
    for name in ("EMA", "MACD", "RSI", "BAND")
)


class Reading(NamedTuple):
    """The numbers of a timeframe that its vote reads, in quote currency but for `rsi`.

    Attributes:
        close: Close of the bar, above 0.
        ema_fast: EMA with the shortest period.
        ema: EMA with the middle period.
        ema_slow: EMA with the longest period.
        histogram: MACD less its signal.
        rsi: 0 to 100.
        middle: Middle of the Bollinger Bands.
    """

    close: float
    ema_fast: float
    ema: float
    ema_slow: float
    histogram: float
    rsi: float
    middle: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """What one timeframe says at one closed bar.

    Attributes:
        timeframe: Length of the bar.
        closed_ns: First nanosecond after the bar, UTC.
        direction: 1 up, -1 down, 0 when its indicators cancel each other.
        confidence: Share of the indicators left after cancelling: 0, 0.25, 0.5, 0.75 or 1.
        reasons: One for each indicator, such as ``"EMA_UP"`` or ``"RSI_FLAT"``.
    """

    timeframe: Timeframe
    closed_ns: int
    direction: int
    confidence: float
    reasons: tuple[str, ...]


def side(difference: float, scale: float) -> int:
    """Return 1 or -1 by the sign of a difference, 0 when it is within 1e-9 of the scale."""
    least = NEGLIGIBLE * scale
    return (difference > least) - (difference < -least)


def cast_vote(timeframe: Timeframe, closed_ns: int, reading: Reading) -> Vote:
    """Return the vote of a timeframe whose indicators are mature.

    Args:
        timeframe: Whose.
        closed_ns: End of the bar, nanoseconds UTC.
        reading: Its numbers at that bar, finite.

    Source: ``docs/definitions.md``, "Timeframes that agree".

    Example:
        >>> rising = Reading(110.0, 108.0, 105.0, 100.0, 0.5, 64.0, 104.0)
        >>> vote = cast_vote(Timeframe.M5, 300_000_000_000, rising)
        >>> vote.direction, vote.confidence
        (1, 1.0)
        >>> cast_vote(Timeframe.M5, 300_000_000_000, rising._replace(rsi=36.0)).confidence
        0.5
    """
    close = reading.close
    order = side(reading.ema_fast - reading.ema, close)
    parts = (
        order if side(reading.ema - reading.ema_slow, close) == order else 0,
        side(reading.histogram, close),
        side(reading.rsi - 50.0, 100.0),
        side(close - reading.middle, close),
    )
    tally = sum(parts)
    return Vote(
        timeframe=timeframe,
        closed_ns=closed_ns,
        direction=(tally > 0) - (tally < 0),
        confidence=abs(tally) / _PARTS,
        reasons=tuple([words[part] for words, part in zip(_REASONS, parts, strict=True)]),
    )
