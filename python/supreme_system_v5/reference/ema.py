"""Exponential moving average."""

from __future__ import annotations

from array import array

from supreme_system_v5.domain import Seed
from supreme_system_v5.reference import _numbers
from supreme_system_v5.reference._indicator import PriceIndicator, doubles
from supreme_system_v5.reference._numbers import Numbers

__all__ = ["UltraOptimizedEMA"]


class UltraOptimizedEMA(PriceIndicator[float]):
    """Exponential moving average of a price, in quote currency.

    v = v + alpha * (x - v) with alpha = 2 / (period + 1), started at the first price
    (`seed` "first") or at the mean of the first `period` prices ("sma", as TA-Lib does).

    Warm-up: 1 price with "first", `period` with "sma". Mature after `period` prices.

    Args:
        period: 1 to 100 000.
        seed: ``"first"`` or ``"sma"``.

    Raises:
        InvalidInputError: A parameter out of range.
        InvalidTypeError: A parameter of the wrong type.

    Constant time and memory.
    Source: S. W. Roberts, Control Chart Tests Based on Geometric Moving Averages,
    Technometrics 1 (1959).

    Example:
        >>> ema = UltraOptimizedEMA(period=3)
        >>> [ema.update(x) for x in (10.0, 12.0, 11.0)]
        [10.0, 11.0, 11.0]
        >>> UltraOptimizedEMA(period=3, seed="sma").batch([10.0, 12.0, 11.0])
        array('d', [nan, nan, 11.0])
    """

    __slots__ = ("_alpha", "_period", "_seed", "_sum")

    def __init__(self, period: int = 20, seed: Seed = "first") -> None:
        self._period = _numbers.period("period", period)
        self._seed = _numbers.seed("seed", seed)
        self._alpha = 2.0 / (self._period + 1)
        super().__init__()

    @property
    def period(self) -> int:
        """Number of prices that alpha stands for."""
        return self._period

    @property
    def seed(self) -> Seed:
        """How it starts."""
        return self._seed

    @property
    def warmup(self) -> int:
        """Number of prices until the first value."""
        return 1 if self._seed == "first" else self._period

    @property
    def mature(self) -> bool:
        """True after `period` prices."""
        return self._seen >= self._period

    def reset(self) -> None:
        """Forget all prices."""
        super().reset()
        self._sum = 0.0

    def _feed(self, x: float, /) -> float | None:
        self._seen += 1
        if self._value is not None:
            self._value = self._value + self._alpha * (x - self._value)
            return self._value
        self._sum = self._sum + x
        if self._seen == self.warmup:
            self._value = self._sum / self.warmup
        return self._value

    def batch(self, prices: Numbers) -> array[float]:
        """Return the average at each price, NaN before warm-up, from a fresh state.

        Raises:
            InvalidInputError: A price that `update` would refuse, with its `index`.
            InvalidTypeError: Not an array, or not of numbers.
        """
        return doubles(self._run(prices))

    def __repr__(self) -> str:
        return f"UltraOptimizedEMA(period={self._period}, seed={self._seed!r})"
