"""Relative strength index."""

from __future__ import annotations

from array import array

from supreme_system_v5.reference import _numbers
from supreme_system_v5.reference._indicator import PriceIndicator, doubles
from supreme_system_v5.reference._numbers import Numbers

__all__ = ["UltraOptimizedRSI"]


class UltraOptimizedRSI(PriceIndicator[float]):
    """Wilder's relative strength index of a price, 0 to 100.

    100 * gain / (gain + loss) of Wilder's averages, which start at the mean of the first `period`
    changes; 50 when both are exactly 0.

    Warm-up: `period` + 1 prices; mature with the first value.

    Args:
        period: 1 to 100 000.

    Raises:
        InvalidInputError: `period` out of range.
        InvalidTypeError: `period` is not an integer.

    Constant time and memory.
    Source: J. W. Wilder, New Concepts in Technical Trading Systems (1978), section VI.

    Example:
        >>> rsi = UltraOptimizedRSI(period=2)
        >>> [rsi.update(x) for x in (10.0, 11.0, 10.0, 11.0)]
        [None, None, 50.0, 75.0]
    """

    __slots__ = ("_gain", "_loss", "_period", "_previous", "_weight")

    def __init__(self, period: int = 14) -> None:
        self._period = _numbers.period("period", period)
        self._weight = 1.0 / self._period
        super().__init__()

    @property
    def period(self) -> int:
        """Number of changes that the averages stand for."""
        return self._period

    @property
    def warmup(self) -> int:
        """Number of prices until the first value."""
        return self._period + 1

    def reset(self) -> None:
        """Forget all prices."""
        super().reset()
        self._previous = 0.0
        self._gain = 0.0  # a sum during warm-up, then the average
        self._loss = 0.0

    def _feed(self, x: float, /) -> float | None:
        self._seen += 1
        change = x - self._previous
        self._previous = x
        if self._seen == 1:
            return None
        gain = change if change > 0.0 else 0.0  # noqa: FURB136 - the twin of the next line
        loss = -change if change < 0.0 else 0.0
        if self._seen <= self.warmup:
            self._gain = self._gain + gain
            self._loss = self._loss + loss
            if self._seen < self.warmup:
                return None
            self._gain = self._gain / self._period
            self._loss = self._loss / self._period
        else:
            self._gain = self._gain + self._weight * (gain - self._gain)
            self._loss = self._loss + self._weight * (loss - self._loss)
        both = self._gain + self._loss
        self._value = 50.0 if both == 0.0 else 100.0 * (self._gain / both)
        return self._value

    def batch(self, prices: Numbers) -> array[float]:
        """Return the index at each price, NaN before warm-up, from a fresh state.

        Raises:
            InvalidInputError: A price that `update` would refuse, with its `index`.
            InvalidTypeError: Not an array, or not of numbers.
        """
        return doubles(self._run(prices))

    def __repr__(self) -> str:
        return f"UltraOptimizedRSI(period={self._period})"
