"""The mean of the last n numbers, from a sum that is kept up and renewed."""

from __future__ import annotations

from collections import deque

from supreme_system_v5.reference import _numbers
from supreme_system_v5.reference._indicator import Stateful

__all__ = ["RollingAverage", "RollingSum"]


class RollingSum:
    """The sum of the last n numbers, computed anew each time the ring has wrapped."""

    __slots__ = ("_seen", "held", "n", "total")

    def __init__(self, n: int) -> None:
        self.n = n
        self.held: deque[float] = deque()
        self.total = 0.0
        self._seen = 0

    @property
    def full(self) -> bool:
        """True when n numbers are held."""
        return len(self.held) == self.n

    def add(self, x: float) -> None:
        """Take a number, let the oldest leave."""
        if self.full:
            self.total = self.total + (x - self.held.popleft())
        else:
            self.total = self.total + x
        self.held.append(x)
        self._seen += 1
        if self._seen % self.n == 0:
            self.total = 0.0
            for value in self.held:
                self.total = self.total + value


class RollingAverage(Stateful):
    """The mean of the last `n` numbers, or of all while there are fewer.

    The sum is kept up with each number, s + (new - oldest), and computed anew every n numbers, so
    that rounding does not pile up.

    Args:
        n: How many numbers the mean is over, 1 to 100 000.

    Raises:
        InvalidInputError: `n` out of range.
        InvalidTypeError: `n` is not an integer.

    Memory is proportional to `n`; `add` takes constant time on average.
    Source: the rolling sum of ``docs/definitions.md``.

    Example:
        >>> average = RollingAverage(2)
        >>> for x in (1.0, 2.0, 4.0):
        ...     average.add(x)
        >>> average.get_average(), len(average)
        (3.0, 2)
    """

    __slots__ = ("_sum",)

    def __init__(self, n: int = 20) -> None:
        self._sum = RollingSum(_numbers.period("n", n))

    @property
    def n(self) -> int:
        """How many numbers the mean is over."""
        return self._sum.n

    def add(self, x: float) -> None:
        """Take a number.

        Raises:
            InvalidInputError: Not finite, or beyond 1e300 on either side.
            InvalidTypeError: Not a number.
        """
        self._sum.add(_numbers.number("x", x))

    def get_average(self) -> float:
        """Return the mean, 0.0 when empty."""
        held = len(self)
        return self._sum.total / held if held else 0.0

    def reset(self) -> None:
        """Forget all numbers."""
        self._sum = RollingSum(self.n)

    def __len__(self) -> int:
        return len(self._sum.held)

    def __repr__(self) -> str:
        return f"RollingAverage(n={self.n})"
