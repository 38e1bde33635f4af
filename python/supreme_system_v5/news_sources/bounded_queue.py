"""A queue that never grows beyond its bound, and says what it dropped."""

from __future__ import annotations

from collections import deque
from decimal import Decimal

from supreme_system_v5.domain.feeds import ChainTransfer, Item, TransferStatus

__all__ = ["BoundedQueue"]


def _weight(item: Item) -> Decimal:
    """How much an item is missed: that a transfer is gone most, then by its worth."""
    if not isinstance(item, ChainTransfer):
        return Decimal(0)
    if item.status is TransferStatus.REMOVED:
        return Decimal("Infinity")
    return Decimal(item.usd or item.amount)


class BoundedQueue:
    """Holds what came by itself until it is asked for.

    When full the least item is dropped and counted: the smallest transfer, the oldest of equals;
    that an earlier transfer is gone is dropped last of all.

    Args:
        capacity: Items held at most, at least 1.
    """

    __slots__ = ("_capacity", "_items", "dropped")

    def __init__(self, capacity: int = 1_000) -> None:
        self._capacity = capacity
        self._items: deque[Item] = deque()
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: Item) -> bool:
        """Take an item; False when it, or another in its place, had to be dropped."""
        self._items.append(item)
        if len(self._items) <= self._capacity:
            return True
        weights = [_weight(held) for held in self._items]
        del self._items[weights.index(min(weights))]
        self.dropped += 1
        return False

    def drain(self) -> tuple[Item, ...]:
        """Return everything held, in its order, and hold nothing."""
        found = tuple(self._items)
        self._items.clear()
        return found
