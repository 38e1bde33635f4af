"""What all indicators share: counting, the last value, copies, and batch over `_feed`.

`update` checks its arguments and hands them to `_feed`, which computes. Inside this package
`_feed` is called directly with values that were checked before.
"""

# ruff: noqa: SLF001 - `_feed` is how this package passes on values that were checked before

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from array import array
from collections.abc import Iterable, Sequence
from copy import copy, deepcopy
from typing import Generic, Self, TypeVar

from supreme_system_v5.reference import _numbers
from supreme_system_v5.reference._numbers import Numbers

__all__ = ["Indicator", "PriceIndicator", "Stateful", "doubles", "triples"]

Value = TypeVar("Value")


class Stateful:
    """Something with state: a copy of it, deep or not, goes its own way."""

    __slots__ = ()

    def __copy__(self) -> Self:
        """Return an independent copy."""
        return deepcopy(self)


class Indicator(Stateful, ABC, Generic[Value]):
    """Counts its inputs and keeps its last value."""

    __slots__ = ("_seen", "_value")

    def __init__(self) -> None:
        self.reset()

    @property
    @abstractmethod
    def warmup(self) -> int:
        """Number of inputs until the first value."""

    @property
    def value(self) -> Value | None:
        """Last value, None before warm-up."""
        return self._value

    @property
    def mature(self) -> bool:
        """True when it has seen as many inputs as its periods ask."""
        return self._seen >= self.warmup

    def reset(self) -> None:
        """Forget all inputs."""
        self._seen = 0
        self._value: Value | None = None

    def _fresh(self) -> Self:
        """Return an indicator with the same parameters that has seen nothing."""
        other = copy(self)
        other.reset()
        return other


class PriceIndicator(Indicator[Value]):
    """An indicator whose input is one price."""

    __slots__ = ()

    @abstractmethod
    def _feed(self, x: float, /) -> Value | None:
        """Take a price that was checked before."""

    def update(self, price: float) -> Value | None:
        """Take one price.

        Args:
            price: In quote currency, 1e-15 to 1e15.

        Returns:
            The new value, None before warm-up.

        Raises:
            InvalidInputError: A price out of range or not finite; nothing changes.
            InvalidTypeError: Not a number; nothing changes.
        """
        return self._feed(_numbers.price("price", price))

    def _run(self, prices: Numbers) -> list[Value | None]:
        """Return one value for each price, from a fresh state."""
        fresh = self._fresh()
        found = enumerate(_numbers.column("prices", prices))
        return [fresh._feed(_numbers.price("price", x, i)) for i, x in found]


def doubles(values: Iterable[float | None]) -> array[float]:
    """Return values as doubles, NaN for None."""
    return array("d", (math.nan if value is None else value for value in values))


def triples(
    rows: Sequence[tuple[float, float, float] | None],
) -> tuple[array[float], array[float], array[float]]:
    """Return three columns as doubles, NaN for None."""
    return (
        doubles(row and row[0] for row in rows),
        doubles(row and row[1] for row in rows),
        doubles(row and row[2] for row in rows),
    )
