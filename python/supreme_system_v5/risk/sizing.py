"""How large a position may be: first by what it may lose, then by what it may be worth."""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec

from supreme_system_v5.domain import VenueUnits
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.ports import Ledger
from supreme_system_v5.risk.trade_costs import KEPT_BACK, MOST_UNITS, ONE, TradeCosts

__all__ = ["TIERS", "Sizing", "SizingRules", "size_of", "tier_of", "volatility_multiplier"]

TIERS = ((0.80, 1.0), (0.65, 0.75), (0.50, 0.5), (0.30, 0.25))
"""Confidence from which on, and the part of the risk that is taken."""

_FLAT = 0.5
"""The most that is taken of the risk until the confidence has been calibrated."""

_ROUNDED = 8
"""Money that the roundings of a trade may come to."""


class SizingRules(msgspec.Struct, frozen=True, kw_only=True):
    """How much is risked and staked at most.

    Attributes:
        risk: Part of the equity that one trade may lose, above 0, at most 0.1.
        stake: Part of the equity that one position may be worth, above 0, at most 1.
        leverage: Largest position over equity, above 0, at most 10.
        target_volatility: Annualised, as a fraction, above 0; at it the risk is taken whole.
        least: Smallest multiplier by volatility, above 0, at most 1.
        most: Largest one, at least 1, at most 10.
        calibrated: Whether evidence has shown that the confidence means what it says.

    Raises:
        InvalidInputError: A value out of its range.
    """

    risk: float = 0.005
    stake: float = 0.33
    leverage: float = 1.0
    target_volatility: float = 0.5
    least: float = 0.25
    most: float = 1.5
    calibrated: bool = False

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("risk", self.risk, 0.0, 0.1),
            ("stake", self.stake, 0.0, 1.0),
            ("leverage", self.leverage, 0.0, 10.0),
            ("target_volatility", self.target_volatility, 0.0, 100.0),
            ("least", self.least, 0.0, 1.0),
            ("most", self.most, math.nextafter(1.0, 0.0), 10.0),
        ):
            if not low < value <= high:
                bound = f"above {low:g}, at most {high:g}"
                raise InvalidInputError(
                    f"{name} is {value!r}, allowed is {bound}", name, value, bound
                )


class Sizing(msgspec.Struct, frozen=True, gc=False):
    """How a quantity came about.

    Attributes:
        tier: Part of the risk that the confidence allows, 0 to 1.
        volatility: Multiplier by volatility.
        budget: What the trade may lose at its stop, costs included, money.
        loss_bps: What it loses there, in basis points of the entry's value.
        steps: The quantity after each step, in size units: ``("RISK", 1000)`` is the first.
        quantity: What is left, whole lots.
    """

    tier: float
    volatility: float
    budget: int
    loss_bps: float
    steps: tuple[tuple[str, int], ...]
    quantity: int


def tier_of(confidence: float, *, calibrated: bool) -> float:
    """Return the part of the risk that a confidence allows: 0, 0.25, 0.5, 0.75 or 1.

    >>> [tier_of(value, calibrated=True) for value in (0.29, 0.3, 0.5, 0.65, 0.8)]
    [0.0, 0.25, 0.5, 0.75, 1.0]
    >>> tier_of(0.99, calibrated=False)
    0.5
    """
    for least, part in TIERS:
        if confidence >= least:
            return part if calibrated else min(part, _FLAT)
    return 0.0


def volatility_multiplier(volatility: float | None, rules: SizingRules) -> float:
    """Return target over realised volatility, within its bounds; the least where none is known.

    >>> volatility_multiplier(1.0, SizingRules()), volatility_multiplier(0.1, SizingRules())
    (0.5, 1.5)
    """
    if volatility is None or math.isnan(volatility):
        return rules.least
    if volatility <= 0.0:
        return rules.most
    return min(max(rules.target_volatility / volatility, rules.least), rules.most)


def size_of(
    price: int,
    stop: int,
    *,
    tier: float,
    volatility: float,
    rooms: Iterable[tuple[str, int]],
    rules: SizingRules,
    ledger: Ledger,
    costs: TradeCosts,
    units: VenueUnits,
) -> Sizing:
    """Return the largest quantity that every rule allows.

    Args:
        price: Of the entry, price units, above 0.
        stop: Where the loss is taken, price units.
        tier: Part of the risk, 0 to 1.
        volatility: Multiplier by volatility; what it adds never exceeds the risk of one trade.
        rooms: What else may still be lost, by name, money.
        rules: How much is risked.
        ledger: The account.
        costs: Of the venue.
        units: The venue.

    Source: ``docs/risk.md``, "Size".
    """
    equity = max(ledger.equity(price), 0)
    whole = equity * int(rules.risk * ONE) // ONE
    budget = whole * int(tier * ONE) // ONE * int(volatility * ONE) // ONE
    loss = costs.loss_per_unit(price, stop)

    def losing(money: int) -> int:
        """Return the whole lots that lose so much at most."""
        units_of = max(money - _ROUNDED, 0) * costs.per_unit // loss
        return int(units_of // units.lot * units.lot)

    def worth(money: int) -> int:
        """Return the whole lots that are worth so much at most, costs of the entry included."""
        paid = price * (ONE + costs.round_trip // 2)
        units_of = max(money, 0) * costs.per_unit // paid
        return int(units_of // units.lot * units.lot)

    steps = [("RISK", losing(budget))]
    bounds = [("RISK_PER_TRADE", losing(whole))]
    bounds += [(name, losing(room)) for name, room in rooms]
    bounds += [("STAKE", worth(equity * int(rules.stake * ONE) // ONE))]
    leverage = min(int(rules.leverage * ONE), ONE if units.spot else units.leverage)
    bounds += [("LEVERAGE", worth(equity * leverage // ONE * KEPT_BACK // ONE))]
    if units.spot:
        bounds += [("CASH", worth(ledger.cash * KEPT_BACK // ONE))]
    bounds += [("LARGEST_ORDER", MOST_UNITS // units.lot * units.lot)]
    quantity = steps[0][1]
    for name, bound in bounds:
        if bound < quantity:
            quantity = bound
            steps.append((name, quantity))
    return Sizing(tier, volatility, budget, loss / price / 10**4, tuple(steps), quantity)
