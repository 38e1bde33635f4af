"""What a trade costs there and back, and what it loses at its stop, in whole numbers."""

from __future__ import annotations

from supreme_system_v5.domain import VenueUnits
from supreme_system_v5.ports import Ledger

__all__ = ["KEPT_BACK", "MOST_UNITS", "ONE", "TradeCosts", "value_of"]

ONE = 10**8
"""A rate of 1, and 1 quote in money."""

KEPT_BACK = ONE - ONE // 200
"""All but 0.5 % of what is there: the price may rise until the order is filled, and an order that
cannot be paid is cancelled whole."""

MOST_UNITS = 2**53
"""Price units of a price, or size units of an order, at most."""

_BPS = 10**4


class TradeCosts:
    """The costs of one venue as a taker, who every market order, stop and target is.

    Args:
        units: The venue in this market's units.

    Source: ``docs/risk.md``, "What a trade loses".
    """

    __slots__ = ("_close", "_enter", "_stopped", "_units", "per_unit", "round_trip")

    def __init__(self, units: VenueUnits) -> None:
        self._units = units
        # Rounded up: what is paid for a half is never forgotten.
        half = -(-units.spread // 2)
        self._enter = units.taker + half + units.slippage
        self._stopped = units.taker + half + max(units.slippage, units.stop_slippage)
        self._close = units.taker + half
        self.round_trip = 2 * self._enter
        """Rate: fees, spread and slippage of an entry and an exit."""
        self.per_unit = 10 ** (units.price_decimals + units.size_decimals)
        """Price units times size units that are worth 1e-8 quote, times 1e8 / rate."""

    def in_bps(self, rate: int) -> float:
        """Return a rate in basis points."""
        return rate / _BPS

    def loss_per_unit(self, price: int, stop: int) -> int:
        """Return what one size unit loses from price to stop, in price units times 1e8."""
        return abs(price - stop) * ONE + price * self._enter + stop * self._stopped

    def worth(self, price: int, ledger: Ledger) -> int:
        """Return what is left of an account that is closed at a price, before slippage; money."""
        position = ledger.position
        if not position:
            return ledger.cash
        equity = ledger.equity(price)
        return equity - abs(equity - ledger.cash) * self._close // ONE

    def price_of(self, worth: int, ledger: Ledger, *, falling: bool) -> int | None:
        """Return the price at which an account is worth so much, in units; None for no such price.

        Args:
            worth: Money.
            ledger: With a position.
            falling: True for the nearest price at which it is worth no more, else no less.
        """
        position = ledger.position
        long = position > 0
        net = ONE - self._close if long else ONE + self._close
        missing = worth - ledger.cash if long else ledger.cash - worth
        if missing <= 0:
            return None
        scaled = missing * ONE * 10 ** (4 + self._units.price_decimals)
        per = abs(position) * net
        # At or beyond the exact price, on the side where the bound holds.
        price = scaled // per if long is falling else -(-scaled // per)
        return price if 0 < price <= MOST_UNITS else None


def value_of(quantity: int, price: int, units: VenueUnits) -> int:
    """Return what size units are worth at a price in units, money, rounded down."""
    return int(quantity * price * ONE // 10 ** (units.price_decimals + units.size_decimals))
