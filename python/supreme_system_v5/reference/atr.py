"""Average true range."""

# ruff: noqa: SLF001 - `_feed` is how this package passes on values that were checked before

from __future__ import annotations

from array import array

from supreme_system_v5.reference import _numbers
from supreme_system_v5.reference._indicator import Indicator, doubles
from supreme_system_v5.reference._numbers import Numbers

__all__ = ["AverageTrueRange"]


class AverageTrueRange(Indicator[float]):
    """Wilder's average of the true range of bars, in quote currency.

    The average starts at the mean of the first `period` true ranges, each of a bar with a
    predecessor; then v = v + (1 / period) * (range - v).

    Warm-up: `period` + 1 bars; mature with the first value.

    Args:
        period: 1 to 100 000.

    Raises:
        InvalidInputError: `period` out of range.
        InvalidTypeError: `period` is not an integer.

    Constant time and memory.
    Source: J. W. Wilder, New Concepts in Technical Trading Systems (1978), section III.

    Example:
        >>> atr = AverageTrueRange(period=1)
        >>> atr.update(11.0, 9.0, 10.0)
        >>> atr.update(12.0, 11.0, 11.5)
        2.0
    """

    __slots__ = ("_period", "_previous", "_sum", "_weight")

    def __init__(self, period: int = 14) -> None:
        self._period = _numbers.period("period", period)
        self._weight = 1.0 / self._period
        super().__init__()

    @property
    def period(self) -> int:
        """Number of bars that the average stands for."""
        return self._period

    @property
    def warmup(self) -> int:
        """Number of bars until the first value."""
        return self._period + 1

    def reset(self) -> None:
        """Forget all bars."""
        super().reset()
        self._previous = 0.0
        self._sum = 0.0

    def update(self, high: float, low: float, close: float) -> float | None:
        """Take one bar.

        Args:
            high: Highest price, 1e-15 to 1e15, at least `low`.
            low: Lowest price.
            close: Last price, from `low` to `high`.

        Returns:
            The new value, None before warm-up.

        Raises:
            InvalidInputError: A price out of range; nothing changes.
            InvalidTypeError: Not a number; nothing changes.
        """
        return self._feed(*_checked(None, high, low, close))

    def _feed(self, high: float, low: float, close: float, /) -> float | None:
        self._seen += 1
        previous = self._previous
        self._previous = close
        if self._seen == 1:
            return None
        true_range = max(high - low, abs(high - previous), abs(low - previous))
        if self._value is not None:
            self._value = self._value + self._weight * (true_range - self._value)
            return self._value
        self._sum = self._sum + true_range
        if self._seen == self.warmup:
            self._value = self._sum / self._period
        return self._value

    def batch(
        self,
        high: Numbers,
        low: Numbers,
        close: Numbers,
    ) -> array[float]:
        """Return the average at each bar, NaN before warm-up, from a fresh state.

        Raises:
            InvalidInputError: Arrays of different length, or a bar that `update` would refuse,
                with its `index`.
            InvalidTypeError: Not an array, or not of numbers.
        """
        fresh = self._fresh()
        bars = zip(*_numbers.columns(high=high, low=low, close=close), strict=True)
        return doubles(fresh._feed(*_checked(i, *bar)) for i, bar in enumerate(bars))

    def __repr__(self) -> str:
        return f"AverageTrueRange(period={self._period})"


def _checked(
    index: int | None, high: object, low: object, close: object
) -> tuple[float, float, float]:
    """Return the prices of a bar that could be one."""
    h = _numbers.price("high", high, index)
    l = _numbers.price("low", low, index)  # noqa: E741
    c = _numbers.price("close", close, index)
    if h < l:
        raise _numbers.refusal("high", h, f"at least low ({l!r})", index)
    if not l <= c <= h:
        raise _numbers.refusal("close", c, f"from low ({l!r}) to high ({h!r})", index)
    return h, l, c
