"""Moving average convergence/divergence."""

# ruff: noqa: SLF001 - `_feed` is how this package passes on values that were checked before

from __future__ import annotations

from array import array

from supreme_system_v5.domain import Macd, Seed
from supreme_system_v5.reference import _numbers
from supreme_system_v5.reference._indicator import PriceIndicator, triples
from supreme_system_v5.reference._numbers import Numbers
from supreme_system_v5.reference.ema import UltraOptimizedEMA

__all__ = ["UltraOptimizedMACD"]


class UltraOptimizedMACD(PriceIndicator[Macd]):
    """Fast EMA minus slow EMA, an EMA of that as signal, and the difference; quote currency.

    With `seed` "first" all three averages start at their first input. With "sma" (TA-Lib) the fast
    one starts with the mean of the `fast` prices that end where the slow one starts, and the three
    outputs appear together.

    Warm-up: 1 price with "first", `slow` + `signal` - 1 with "sma".
    Mature after `slow` + `signal` - 1 prices with either.

    Args:
        fast: Period of the fast EMA, below `slow`.
        slow: Period of the slow EMA, up to 100 000.
        signal: Period of the EMA over the difference, 1 to 100 000.
        seed: ``"first"`` or ``"sma"``.

    Raises:
        InvalidInputError: A parameter out of range.
        InvalidTypeError: A parameter of the wrong type.

    Constant time and memory.
    Source: G. Appel, Technical Analysis: Power Tools for Active Investors (2005), chapter 8.

    Example:
        >>> macd = UltraOptimizedMACD(fast=1, slow=3, signal=1)
        >>> [tuple(macd.update(x)) for x in (10.0, 12.0)]
        [(0.0, 0.0, 0.0), (1.0, 1.0, 0.0)]
    """

    __slots__ = ("_fast", "_signal", "_slow")

    def __init__(
        self, fast: int = 12, slow: int = 26, signal: int = 9, seed: Seed = "first"
    ) -> None:
        checked_fast = _numbers.period("fast", fast)
        checked_slow = _numbers.period("slow", slow)
        if checked_fast >= checked_slow:
            bound = f"below slow ({checked_slow})"
            raise _numbers.refusal("fast", checked_fast, bound, advice=_numbers.MEND_CALL)
        checked_signal = _numbers.period("signal", signal)
        start = _numbers.seed("seed", seed)
        self._fast = UltraOptimizedEMA(checked_fast, start)
        self._slow = UltraOptimizedEMA(checked_slow, start)
        self._signal = UltraOptimizedEMA(checked_signal, start)
        super().__init__()

    @property
    def fast(self) -> int:
        """Period of the fast EMA."""
        return self._fast.period

    @property
    def slow(self) -> int:
        """Period of the slow EMA."""
        return self._slow.period

    @property
    def signal(self) -> int:
        """Period of the signal EMA."""
        return self._signal.period

    @property
    def seed(self) -> Seed:
        """How the averages start."""
        return self._slow.seed

    @property
    def warmup(self) -> int:
        """Number of prices until the first value."""
        return 1 if self.seed == "first" else self.slow + self.signal - 1

    @property
    def mature(self) -> bool:
        """True after `slow` + `signal` - 1 prices."""
        return self._seen >= self.slow + self.signal - 1

    def reset(self) -> None:
        """Forget all prices."""
        super().reset()
        for average in (self._fast, self._slow, self._signal):
            average.reset()

    def _feed(self, x: float, /) -> Macd | None:
        self._seen += 1
        fast = None
        if self.seed == "first" or self._seen > self.slow - self.fast:
            fast = self._fast._feed(x)
        slow = self._slow._feed(x)
        if fast is None or slow is None:
            return None
        macd = fast - slow
        signal = self._signal._feed(macd)
        if signal is not None:
            self._value = Macd(macd, signal, macd - signal)
        return self._value

    def batch(self, prices: Numbers) -> tuple[array[float], array[float], array[float]]:
        """Return macd, signal and histogram at each price, NaN before warm-up, from a fresh state.

        Raises:
            InvalidInputError: A price that `update` would refuse, with its `index`.
            InvalidTypeError: Not an array, or not of numbers.
        """
        return triples(self._run(prices))

    def __repr__(self) -> str:
        return (
            f"UltraOptimizedMACD(fast={self.fast}, slow={self.slow}, "
            f"signal={self.signal}, seed={self.seed!r})"
        )
