"""What a fill and a funding cost, computed a third time: in `Decimal`, from the page alone."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import NamedTuple

from supreme_system_v5.domain import VenueUnits

__all__ = ["Charged", "charge", "funding"]

MONEY, HOLDING, RATE = Decimal("1e-8"), Decimal("1e-12"), Decimal("1e-8")


class Charged(NamedTuple):
    """In whole units, as a report has it."""

    value: int
    spread: int
    slippage: int
    fee: int
    fee_base: int


def whole(amount: Decimal, unit: Decimal) -> int:
    return int((amount / unit).to_integral_value(ROUND_HALF_EVEN))


def charge(
    units: VenueUnits,
    *,
    side: int,
    price: int,
    quantity: int,
    maker: bool,
    stop: bool,
    span: tuple[int, int] | None,
) -> Charged:
    """Return what a fill of so many size units at so many price units costs.

    Args:
        units: The venue.
        side: 1 buys, -1 sells.
        price: Price units.
        quantity: Size units.
        maker: It waited for its price.
        stop: It was a stop, or a trailing one.
        span: Low and high of the bar that is walked, price units; None for a trade.
    """
    with localcontext(prec=90):
        held = quantity * Decimal(1).scaleb(-units.size_decimals)
        tick = Decimal(1).scaleb(-units.price_decimals)
        worth = whole(held * price * tick, MONEY)
        value = worth * MONEY
        rate = (units.maker if maker else units.taker) * RATE
        fee, fee_base = whole(value * rate, MONEY), 0
        if units.spot and side > 0:
            fee_base = whole(held * rate, HOLDING)
            fee = whole(fee_base * HOLDING * price * tick, MONEY)
        if maker:
            return Charged(worth, 0, 0, fee, fee_base)
        spread = whole(value * units.spread * RATE / 2, MONEY)
        slip = max(units.slippage, units.stop_slippage) if stop else units.slippage
        slippage = whole(value * slip * RATE, MONEY)
        if stop and span is not None:
            low, high = span
            slippage += whole(held * (high - low) * tick / 4, MONEY)
            room = price - low if side < 0 else high - price
            slippage = min(slippage, whole(held * room * tick, MONEY))
        return Charged(worth, spread, slippage, fee, fee_base)


def funding(units: VenueUnits, position: int, price: int) -> int:
    """Return what a holding (1e-12 base, with its sign) pays at a price in units."""
    with localcontext(prec=90):
        worth = whole(position * HOLDING * price * Decimal(1).scaleb(-units.price_decimals), MONEY)
        return whole(worth * MONEY * units.funding * RATE, MONEY)
