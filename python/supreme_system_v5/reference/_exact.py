"""The integers of a market as exact fractions, in quote and base currency, and back.

Nothing is rounded but where ``docs/trading.md`` says so, by `money` and `holding`: to the nearest
unit, half to even, as `round` does.
"""

from __future__ import annotations

from fractions import Fraction

from supreme_system_v5.domain import VenueUnits
from supreme_system_v5.reference import _numbers

__all__ = [
    "Exact",
    "from_holding",
    "from_money",
    "holding",
    "holding_units",
    "money",
    "money_units",
    "rate",
]

_MONEY_DECIMALS = 8
_HOLDING_DECIMALS = 12


def money(amount: Fraction) -> Fraction:
    """Return an amount to the nearest 1e-8 quote."""
    return round(amount, _MONEY_DECIMALS)


def holding(amount: Fraction) -> Fraction:
    """Return an amount to the nearest 1e-12 base."""
    return round(amount, _HOLDING_DECIMALS)


def money_units(amount: Fraction) -> int:
    """Return money as an integer of 1e-8 quote."""
    return int(amount * 10**_MONEY_DECIMALS)


def holding_units(amount: Fraction) -> int:
    """Return a holding as an integer of 1e-12 base."""
    return int(amount * 10**_HOLDING_DECIMALS)


def from_money(units: int) -> Fraction:
    """Return money from an integer of 1e-8 quote."""
    return Fraction(units, 10**_MONEY_DECIMALS)


def from_holding(units: int) -> Fraction:
    """Return a holding from an integer of 1e-12 base."""
    return Fraction(units, 10**_HOLDING_DECIMALS)


def rate(units: int) -> Fraction:
    """Return a rate from an integer of 1e-8."""
    return Fraction(units, 10**8)


class Exact:
    """What prices and quantities in units of a market's grids are worth."""

    __slots__ = ("_price_scale", "_size_scale", "venue")

    def __init__(self, venue: VenueUnits) -> None:
        if not isinstance(venue, VenueUnits):
            raise _numbers.wrong_type("units", venue, "a VenueUnits")
        self.venue = venue
        self._price_scale = 10**venue.price_decimals
        self._size_scale = 10**venue.size_decimals

    def price(self, units: int) -> Fraction:
        """Return a price in quote currency."""
        return Fraction(units, self._price_scale)

    def quantity(self, units: int) -> Fraction:
        """Return a quantity in base currency."""
        return Fraction(units, self._size_scale)

    def quantity_units(self, quantity: Fraction) -> int:
        """Return a quantity in size units."""
        return int(quantity * self._size_scale)

    def value(self, quantity: Fraction, price: int) -> Fraction:
        """Return what a holding is worth at a price in units."""
        return money(quantity * self.price(price))

    def whole(self, quantity: Fraction) -> int:
        """Return the most whole lots in a holding, in size units, with its sign."""
        lots = abs(quantity) // self.quantity(self.venue.lot) * self.venue.lot
        return lots if quantity >= 0 else -lots
