"""Realised volatility."""

from __future__ import annotations

import math
from array import array
from collections import deque

from supreme_system_v5.reference import _numbers
from supreme_system_v5.reference._indicator import PriceIndicator, doubles
from supreme_system_v5.reference._log import log
from supreme_system_v5.reference._numbers import Numbers

__all__ = ["RealisedVolatility"]


class RealisedVolatility(PriceIndicator[float]):
    """Annualised standard deviation of the last `period` log returns, a fraction (0.5 = 50 %).

    The variance is that of a sample (divisor `period` - 1), in two passes, oldest return first.

    Warm-up: `period` + 1 prices; mature with the first value.

    Args:
        period: Number of returns, 2 to 100 000.
        periods_per_year: How many returns a year has, above 0; 525 600 for one-minute bars.

    Raises:
        InvalidInputError: A parameter out of range.
        InvalidTypeError: A parameter of the wrong type.

    Time and memory per price are proportional to `period`.
    Source: J. C. Hull, Options, Futures, and Other Derivatives, "Estimating volatility from
    historical data".

    Example:
        >>> volatility = RealisedVolatility(period=2, periods_per_year=1.0)
        >>> [volatility.update(x) for x in (1.0, 2.0, 4.0)]
        [None, None, 0.0]
    """

    __slots__ = ("_period", "_periods_per_year", "_previous", "_returns")

    def __init__(self, period: int = 60, periods_per_year: float = 525_600.0) -> None:
        self._period = _numbers.period("period", period, least=2)
        self._periods_per_year = _numbers.positive("periods_per_year", periods_per_year)
        super().__init__()

    @property
    def period(self) -> int:
        """Number of returns in the window."""
        return self._period

    @property
    def periods_per_year(self) -> float:
        """How many returns a year has."""
        return self._periods_per_year

    @property
    def warmup(self) -> int:
        """Number of prices until the first value."""
        return self._period + 1

    def reset(self) -> None:
        """Forget all prices."""
        super().reset()
        self._previous = 0.0
        self._returns: deque[float] = deque(maxlen=self._period)

    def _feed(self, x: float, /) -> float | None:
        self._seen += 1
        if self._seen > 1:
            self._returns.append(log(x / self._previous))
        self._previous = x
        if self._seen < self.warmup:
            return None
        total = 0.0
        for r in self._returns:
            total = total + r
        mean = total / self._period
        squares = 0.0
        for r in self._returns:
            squares = squares + (r - mean) * (r - mean)
        variance = squares / (self._period - 1)
        self._value = math.sqrt(variance * self._periods_per_year)
        return self._value

    def batch(self, prices: Numbers) -> array[float]:
        """Return the volatility at each price, NaN before warm-up, from a fresh state.

        Raises:
            InvalidInputError: A price that `update` would refuse, with its `index`.
            InvalidTypeError: Not an array, or not of numbers.
        """
        return doubles(self._run(prices))

    def __repr__(self) -> str:
        return (
            f"RealisedVolatility(period={self._period}, "
            f"periods_per_year={self._periods_per_year!r})"
        )
