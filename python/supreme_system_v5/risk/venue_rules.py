"""What a venue would refuse, refused before it is sent."""

from __future__ import annotations

from supreme_system_v5.domain import VenueUnits
from supreme_system_v5.ports import Ledger
from supreme_system_v5.risk.approval import Refusal
from supreme_system_v5.risk.trade_costs import value_of

__all__ = ["refused_by_venue"]


def refused_by_venue(
    quantity: int, price: int, stop: int, ledger: Ledger, units: VenueUnits
) -> Refusal | None:
    """Return why a venue would not take an entry, or not let it out again; None if it would.

    Args:
        quantity: Size units.
        price: Of the entry, price units.
        stop: Where it may have to be sold, price units; 0 for nowhere.
        ledger: The account.
        units: The venue.

    TOO_SMALL and MIN_NOTIONAL: the venue's smallest order. EXIT_TRAP: ``docs/trading.md``.
    """
    if quantity < units.min_quantity:
        return Refusal(reason="TOO_SMALL", limit=units.min_quantity, value=quantity)
    worth = value_of(quantity, price, units)
    if worth < units.min_notional:
        return Refusal(reason="MIN_NOTIONAL", limit=units.min_notional, value=worth)
    if ledger.trapped(quantity, price, stop):
        least = units.min_notional * 12 // 10
        return Refusal(reason="EXIT_TRAP", limit=least, value=worth)
    return None
