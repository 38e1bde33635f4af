"""Simple moving average."""

from __future__ import annotations

from array import array

from supreme_system_v5.reference import _numbers
from supreme_system_v5.reference._indicator import PriceIndicator, doubles
from supreme_system_v5.reference._numbers import Numbers
from supreme_system_v5.reference.rolling_average import RollingSum

__all__ = ["SimpleMovingAverage"]


class SimpleMovingAverage(PriceIndicator[float]):
    """Mean of the last `period` prices, in quote currency.

    The sum is kept up with each price and computed anew every `period` prices.

    Warm-up: `period` prices; mature with the first value.

    Args:
        period: 1 to 100 000.

    Raises:
        InvalidInputError: `period` out of range.
        InvalidTypeError: `period` is not an integer.

    Constant time per price on average, memory proportional to `period`.
    Source: the rolling sum of ``docs/definitions.md``.

    Example:
        >>> average = SimpleMovingAverage(period=2)
        >>> [average.update(x) for x in (10.0, 12.0, 11.0)]
        [None, 11.0, 11.5]
    """

    __slots__ = ("_period", "_sum")

    def __init__(self, period: int = 20) -> None:
        self._period = _numbers.period("period", period)
        super().__init__()

    @property
    def period(self) -> int:
        """Number of prices in the mean."""
        return self._period

    @property
    def warmup(self) -> int:
        """Number of prices until the first value."""
        return self._period

    def reset(self) -> None:
        """Forget all prices."""
        super().reset()
        self._sum = RollingSum(self._period)

    def _feed(self, x: float, /) -> float | None:
        self._seen += 1
        self._sum.add(x)
        if self._sum.full:
            self._value = self._sum.total / self._period
        return self._value

    def batch(self, prices: Numbers) -> array[float]:
        """Return the mean at each price, NaN before warm-up, from a fresh state.

        Raises:
            InvalidInputError: A price that `update` would refuse, with its `index`.
            InvalidTypeError: Not an array, or not of numbers.
        """
        return doubles(self._run(prices))

    def __repr__(self) -> str:
        return f"SimpleMovingAverage(period={self._period})"
