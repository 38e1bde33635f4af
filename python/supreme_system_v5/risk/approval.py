"""An order that risk approved, and what it refused: two types, so that one is never the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from supreme_system_v5.ports import Ledger

__all__ = ["ApprovedOrder", "Entry", "Refusal", "RiskPolicy", "approve"]

_MINT = object()


class Entry(NamedTuple):
    """A position that a strategy wants to open; prices in units of the price grid.

    Attributes:
        side: 1 long, -1 short.
        price: The last price known.
        stop: Where a loss would be taken; 0 for no stop.
    """

    side: int
    price: int
    stop: int


class ApprovedOrder:
    """A quantity that risk approved; only this package can make one, and nobody can change it."""

    __slots__ = ("_quantity",)

    def __init__(self, quantity: int, mint: object = None) -> None:
        if mint is not _MINT:
            raise TypeError("an order is approved by risk alone; ask it to review the entry")
        self._quantity = quantity

    @property
    def quantity(self) -> int:
        """In units of the size grid, whole lots, above 0."""
        return self._quantity

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("an approved order is not copied; ask risk to review the entry again")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why there is no order.

    Attributes:
        reason: For example ``"EXIT_TRAP"``.
        limit: What would have been allowed, in words or as a number.
        value: What was asked for.
    """

    reason: str
    limit: str | float | None = None
    value: str | float | None = None


class RiskPolicy(Protocol):
    """Who decides about entries."""

    def review(self, entry: Entry, ledger: Ledger) -> ApprovedOrder | Refusal:
        """Approve a quantity, or say why not."""
        ...


def approve(quantity: int) -> ApprovedOrder:
    """Make an approved order; for the modules of this package."""
    return ApprovedOrder(quantity, _MINT)
