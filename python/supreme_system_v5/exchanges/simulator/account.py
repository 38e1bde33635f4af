"""What an account at the simulated exchange holds, exactly."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

__all__ = ["Account"]

_ZERO = Decimal(0)


class Account:
    """Cash of each currency, and how much of it orders hold; never below 0.

    Args:
        cash: To begin with.
    """

    def __init__(self, cash: Mapping[str, Decimal]) -> None:
        self.cash = dict(cash)
        self.frozen = dict.fromkeys(cash, _ZERO)

    def available(self, currency: str) -> Decimal:
        """Return what no order holds."""
        return self.cash.get(currency, _ZERO) - self.frozen.get(currency, _ZERO)

    def freeze(self, currency: str, amount: Decimal) -> bool:
        """Hold some for an order; return whether there was enough."""
        if amount > self.available(currency):
            return False
        self.frozen[currency] = self.frozen.get(currency, _ZERO) + amount
        return True

    def release(self, currency: str, amount: Decimal) -> None:
        """Give back what was held."""
        self.frozen[currency] = self.frozen.get(currency, _ZERO) - amount

    def change(self, currency: str, amount: Decimal) -> None:
        """Add to the cash, or take from it."""
        self.cash[currency] = self.cash.get(currency, _ZERO) + amount
