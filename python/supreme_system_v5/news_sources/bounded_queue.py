"""A queue that never grows beyond its bound, and says what it dropped."""

from __future__ import annotations

from decimal import Decimal
from heapq import heappush, heappushpop

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

    To put an item takes O(log n), to drain O(n).
    """

    __slots__ = ("_capacity", "_count", "_items", "_least", "dropped")

    def __init__(self, capacity: int = 1_000) -> None:
        self._capacity = capacity
        self._count = 0
        self._items: dict[int, Item] = {}
        self._least: list[tuple[Decimal, int]] = []
        """A heap of how much each is missed, and its number."""
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: Item) -> bool:
        """Take an item; False when it, or another in its place, had to be dropped."""
        self._count += 1
        self._items[self._count] = item
        entry = (_weight(item), self._count)
        if len(self._items) <= self._capacity:
            heappush(self._least, entry)
            return True
        _, number = heappushpop(self._least, entry)
        del self._items[number]
        self.dropped += 1
        return False

    def drain(self) -> tuple[Item, ...]:
        """Return everything held, in its order, and hold nothing."""
        found = tuple(self._items.values())
        self._items.clear()
        self._least.clear()
        return found
