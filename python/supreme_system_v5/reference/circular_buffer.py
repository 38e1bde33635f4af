"""A buffer of the last n numbers."""

from __future__ import annotations

import operator
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import SupportsIndex

from supreme_system_v5.reference import _numbers
from supreme_system_v5.reference._indicator import Stateful

__all__ = ["CircularBuffer"]

_SIZE_MAX = 10_000_000


class CircularBuffer(Stateful):
    """The last `size` numbers; a new one drives out the oldest.

    Args:
        size: How many numbers it keeps, 1 to 10 000 000.

    Raises:
        InvalidInputError: `size` out of range.
        InvalidTypeError: `size` is not an integer.

    Memory is proportional to `size`; `append` takes constant time.
    Source: D. E. Knuth, The Art of Computer Programming, vol. 1, section 2.2.2.

    Example:
        >>> buffer = CircularBuffer(3)
        >>> for x in (1.0, 2.0, 3.0, 4.0):
        ...     buffer.append(x)
        >>> list(buffer), buffer.latest(2), buffer[0]
        ([2.0, 3.0, 4.0], [3.0, 4.0], 2.0)
    """

    __slots__ = ("_items", "_size")

    def __init__(self, size: int) -> None:
        self._size = _numbers.period("size", size, most=_SIZE_MAX)
        self._items: deque[float] = deque(maxlen=self._size)

    @property
    def size(self) -> int:
        """How many numbers it keeps at most."""
        return self._size

    def append(self, x: float) -> None:
        """Take a number.

        Raises:
            InvalidInputError: Not finite, or beyond 1e300 on either side.
            InvalidTypeError: Not a number.
        """
        self._items.append(_numbers.number("x", x))

    def latest(self, n: int = 1) -> list[float]:
        """Return the newest n numbers, oldest first: none for n <= 0, all for a large n.

        Raises:
            InvalidTypeError: `n` is not an integer.
        """
        wanted = min(max(_numbers.integer("n", n), 0), len(self._items))
        return list(islice(self._items, len(self._items) - wanted, None))

    def clear(self) -> None:
        """Forget all numbers."""
        self._items.clear()

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, i: SupportsIndex, /) -> float:
        """Return number i, 0 being the oldest and -1 the newest; IndexError outside."""
        try:
            position = operator.index(i)
        except TypeError:
            raise _numbers.wrong_type("index", i, "an integer") from None
        return self._items[position]

    def __iter__(self) -> Iterator[float]:
        return iter(self._items)

    def __repr__(self) -> str:
        return f"CircularBuffer(size={self._size})"
