"""Bollinger Bands."""

from __future__ import annotations

import math
from array import array
from collections import deque

from supreme_system_v5.domain import Bands
from supreme_system_v5.reference import _numbers
from supreme_system_v5.reference._indicator import PriceIndicator, triples
from supreme_system_v5.reference._numbers import Numbers

__all__ = ["BollingerBands"]


class BollingerBands(PriceIndicator[Bands]):
    """Mean of the last `period` prices, and `width` standard deviations around it.

    The standard deviation is that of the population (divisor `period`), as Bollinger and TA-Lib
    have it, in two passes over the window, oldest first. All in quote currency.

    Warm-up: `period` prices; mature with the first value.

    Args:
        period: 2 to 100 000.
        width: Half width in standard deviations, above 0.

    Raises:
        InvalidInputError: A parameter out of range.
        InvalidTypeError: A parameter of the wrong type.

    Time and memory per price are proportional to `period`.
    Source: J. Bollinger, Bollinger on Bollinger Bands (2001), chapter 7.

    Example:
        >>> bands = BollingerBands(period=2, width=2.0)
        >>> bands.update(10.0)
        >>> bands.update(12.0)
        Bands(upper=13.0, middle=11.0, lower=9.0)
    """

    __slots__ = ("_period", "_width", "_window")

    def __init__(self, period: int = 20, width: float = 2.0) -> None:
        self._period = _numbers.period("period", period, least=2)
        self._width = _numbers.positive("width", width)
        super().__init__()

    @property
    def period(self) -> int:
        """Number of prices in the window."""
        return self._period

    @property
    def width(self) -> float:
        """Half width in standard deviations."""
        return self._width

    @property
    def warmup(self) -> int:
        """Number of prices until the first value."""
        return self._period

    def reset(self) -> None:
        """Forget all prices."""
        super().reset()
        self._window: deque[float] = deque(maxlen=self._period)

    def _feed(self, x: float, /) -> Bands | None:
        self._seen += 1
        self._window.append(x)
        if self._seen < self._period:
            return None
        total = 0.0
        for held in self._window:
            total = total + held
        mean = total / self._period
        squares = 0.0
        for held in self._window:
            squares = squares + (held - mean) * (held - mean)
        half = self._width * math.sqrt(squares / self._period)
        self._value = Bands(mean + half, mean, mean - half)
        return self._value

    def batch(self, prices: Numbers) -> tuple[array[float], array[float], array[float]]:
        """Return upper, middle and lower band at each price, NaN before warm-up.

        It starts from a fresh state.

        Raises:
            InvalidInputError: A price that `update` would refuse, with its `index`.
            InvalidTypeError: Not an array, or not of numbers.
        """
        return triples(self._run(prices))

    def __repr__(self) -> str:
        return f"BollingerBands(period={self._period}, width={self._width!r})"
