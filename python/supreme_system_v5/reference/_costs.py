"""What a fill costs, and whether it can be paid."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from supreme_system_v5.reference._exact import Exact, holding, money, rate

__all__ = ["BarRange", "Fill", "fill_costs"]

_NOTHING = Fraction(0)
_FOUR = 4


@dataclass(frozen=True, slots=True)
class BarRange:
    """How far the bar that is being walked went, price units."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Fill:
    """A fill and its costs, in quote currency; the quantity and `fee_base` in base."""

    side: int
    quantity: Fraction
    value: Fraction
    spread: Fraction
    slippage: Fraction
    fee: Fraction
    fee_base: Fraction

    def is_payable(self, exact: Exact, cash: Fraction, position: Fraction, price: int) -> bool:
        """Whether an account has the funds for it."""
        arrives = self.side * self.quantity
        if exact.venue.spot:
            needed = self.value + self.spread + self.slippage
            return needed <= cash if self.side > 0 else self.quantity <= position
        if position * self.side < 0 and self.quantity <= abs(position):
            return True  # it only reduces
        equity = cash + exact.value(position, price)
        return abs(exact.value(position + arrives, price)) <= rate(exact.venue.leverage) * equity


def fill_costs(
    exact: Exact,
    side: int,
    quantity: int,
    price: int,
    *,
    maker: bool = False,
    stop: bool = False,
    bar: BarRange | None = None,
) -> Fill:
    """Return what a fill costs; `stop` slips as one, more so while a bar is walked."""
    venue = exact.venue
    amount = exact.quantity(quantity)
    value = exact.value(amount, price)
    fee_rate = rate(venue.maker if maker else venue.taker)
    fee_base = holding(amount * fee_rate) if venue.spot and side > 0 else _NOTHING
    fee = money(value * fee_rate)
    if venue.spot and side > 0:
        fee = exact.value(fee_base, price)
    spread = slippage = _NOTHING
    if not maker:
        spread = money(value * rate(venue.spread) / 2)
        slips = max(venue.slippage, venue.stop_slippage) if stop else venue.slippage
        slippage = money(value * rate(slips))
    if stop and bar is not None:
        slippage += money(amount * exact.price(bar.high - bar.low) / _FOUR)
        room = price - bar.low if side < 0 else bar.high - price
        slippage = min(slippage, exact.value(amount, room))
    return Fill(side, amount, value, spread, slippage, fee, fee_base)
