"""Volume-weighted average price, since midnight or over the last n inputs."""

# ruff: noqa: SLF001 - `_feed` is how this package passes on values that were checked before

from __future__ import annotations

from abc import abstractmethod
from array import array
from collections import deque

from supreme_system_v5.domain import NS_PER_SECOND
from supreme_system_v5.reference import _numbers
from supreme_system_v5.reference._indicator import Indicator, doubles
from supreme_system_v5.reference._numbers import Numbers

__all__ = ["RollingVWAP", "SessionVWAP"]

_NS_PER_DAY = 86_400 * NS_PER_SECOND


class _Vwap(Indicator[float]):
    """What both have in common: inputs of price, size and time."""

    __slots__ = ()

    @property
    def warmup(self) -> int:
        """Number of inputs until the first value."""
        return 1

    @abstractmethod
    def _feed(self, price: float, size: float, timestamp_ns: int, /) -> float:
        """Take an input that was checked before."""

    def update(self, price: float, size: float, timestamp_ns: int) -> float:
        """Take one trade, or one bar with its typical price and volume.

        Args:
            price: In quote currency, 1e-15 to 1e15.
            size: In base currency, 1e-15 to 1e15.
            timestamp_ns: Nanoseconds UTC, up to the year 2100.

        Returns:
            The new value, in quote currency.

        Raises:
            InvalidInputError: A value out of range; nothing changes.
            InvalidTypeError: A value of the wrong type; nothing changes.
        """
        return self._feed(*_checked(None, price, size, timestamp_ns))

    def batch(
        self,
        prices: Numbers,
        sizes: Numbers,
        timestamps_ns: Numbers,
    ) -> array[float]:
        """Return the value at each input, from a fresh state.

        Raises:
            InvalidInputError: Arrays of different length, or an input that `update` would refuse,
                with its `index`.
            InvalidTypeError: Not an array, or not of numbers.
        """
        fresh = self._fresh()
        inputs = _numbers.columns(prices=prices, sizes=sizes, timestamps_ns=timestamps_ns)
        rows = enumerate(zip(*inputs, strict=True))
        return doubles(fresh._feed(*_checked(i, *row)) for i, row in rows)


class SessionVWAP(_Vwap):
    """Volume-weighted average price since 00:00 UTC, in quote currency.

    Sum of price * size over sum of size. An input that comes with a time of an earlier day counts
    into the latest day seen. Warm-up: 1 input; mature with the first value.

    Constant time and memory.
    Source: S. A. Berkowitz, D. E. Logue, E. A. Noser, The Total Cost of Transactions on the NYSE,
    Journal of Finance 43 (1988).

    Example:
        >>> vwap = SessionVWAP()
        >>> vwap.update(10.0, 1.0, 0), vwap.update(20.0, 3.0, 1)
        (10.0, 17.5)
        >>> vwap.update(30.0, 1.0, 86_400_000_000_000)
        30.0
    """

    __slots__ = ("_day", "_money", "_volume")

    def reset(self) -> None:
        """Forget all inputs."""
        super().reset()
        self._day = -1
        self._money = 0.0
        self._volume = 0.0

    def _feed(self, price: float, size: float, timestamp_ns: int, /) -> float:
        self._seen += 1
        day = timestamp_ns // _NS_PER_DAY
        if day > self._day:
            self._day = day
            self._money = 0.0
            self._volume = 0.0
        self._money = self._money + price * size
        self._volume = self._volume + size
        self._value = self._money / self._volume
        return self._value

    def __repr__(self) -> str:
        return "SessionVWAP()"


class RollingVWAP(_Vwap):
    """Volume-weighted average price of the last `period` inputs, in quote currency.

    Both sums are taken anew each time, oldest input first: sums that are kept up would lose small
    sizes beside a large one that has left.

    Warm-up: 1 input; mature after `period` inputs.

    Args:
        period: 1 to 100 000.

    Raises:
        InvalidInputError: `period` out of range.
        InvalidTypeError: `period` is not an integer.

    Time and memory per input are proportional to `period`.
    Source: as `SessionVWAP`.

    Example:
        >>> vwap = RollingVWAP(period=2)
        >>> [vwap.update(x, 1.0, 0) for x in (10.0, 20.0, 30.0)]
        [10.0, 15.0, 25.0]
    """

    __slots__ = ("_period", "_window")

    def __init__(self, period: int = 20) -> None:
        self._period = _numbers.period("period", period)
        super().__init__()

    @property
    def period(self) -> int:
        """Number of inputs in the window."""
        return self._period

    @property
    def mature(self) -> bool:
        """True after `period` inputs."""
        return self._seen >= self._period

    def reset(self) -> None:
        """Forget all inputs."""
        super().reset()
        self._window: deque[tuple[float, float]] = deque(maxlen=self._period)

    def _feed(self, price: float, size: float, timestamp_ns: int, /) -> float:  # noqa: ARG002
        self._seen += 1
        self._window.append((price, size))
        money = volume = 0.0
        for held_price, held_size in self._window:
            money = money + held_price * held_size
            volume = volume + held_size
        self._value = money / volume
        return self._value

    def __repr__(self) -> str:
        return f"RollingVWAP(period={self._period})"


def _checked(
    index: int | None, price: object, size: object, timestamp_ns: object
) -> tuple[float, float, int]:
    """Return price, size and time within their bounds."""
    return (
        _numbers.price("price", price, index),
        _numbers.price("size", size, index),
        _numbers.timestamp("timestamp_ns", timestamp_ns, index),
    )
