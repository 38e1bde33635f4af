"""The plainest way to size a position: always the same part of the equity."""

from __future__ import annotations

from decimal import Decimal

from supreme_system_v5.domain import Flag, VenueUnits
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.ports import Ledger
from supreme_system_v5.risk.approval import (
    ApprovedOrder,
    Entry,
    Refusal,
    RiskState,
    Scene,
    Watch,
    approve,
)
from supreme_system_v5.risk.confidence import ConfidenceWeights, assess
from supreme_system_v5.risk.trade_costs import KEPT_BACK, MOST_UNITS, ONE
from supreme_system_v5.risk.venue_rules import refused_by_venue

__all__ = ["FixedFraction"]


class FixedFraction:
    """Bets a fixed part of the equity, all costs of the purchase included, in whole lots.

    It knows no protections and no cost gate: it shows what a signal is worth, and trades no money.

    Args:
        fraction: Part of the equity, above 0, at most 1.
        units: The venue in this market's units.
        weights: Write down how sure the judgements are, which changes nothing; None: ask nobody.

    Raises:
        InvalidInputError: If `fraction` is out of range.
    """

    __slots__ = ("_fraction", "_per_lot", "_scale", "_units", "_weights")

    wakes = Flag(0)
    """It looks at nothing."""

    def __init__(
        self, fraction: Decimal, units: VenueUnits, weights: ConfidenceWeights | None = None
    ) -> None:
        if not (fraction.is_finite() and 0 < fraction <= 1):
            raise InvalidInputError(
                f"fraction is {fraction}, allowed is above 0, at most 1", "fraction", fraction
            )
        self._units = units
        self._weights = weights
        self._fraction = int(fraction * ONE)
        # The worth of a lot is price * _per_lot / _scale in money, its costs as a taker included.
        costs = units.spread // 2 + 1 + units.slippage + (0 if units.spot else units.taker)
        self._per_lot = units.lot * 10 ** (12 - units.size_decimals) * (ONE + costs)
        self._scale = 10 ** (4 + units.price_decimals) * ONE

    def review(self, entry: Entry, scene: Scene, ledger: Ledger) -> ApprovedOrder | Refusal:
        """Approve a quantity, or say why not.

        Refused are: a short on spot (NO_SHORTS), what does not buy the smallest quantity
        (TOO_SMALL), is more than an order holds (TOO_LARGE) or is worth too little for the venue
        (MIN_NOTIONAL), and a purchase that could not be sold at its stop (EXIT_TRAP;
        ``docs/trading.md``).
        """
        units = self._units
        if units.spot and entry.side < 0:
            return Refusal(reason="NO_SHORTS", limit="long positions", value="short")
        equity = ledger.equity(entry.price)
        wanted = equity * self._fraction // ONE
        there = ledger.cash if units.spot else equity * units.leverage // ONE
        most = min(wanted, there * KEPT_BACK // ONE)
        quantity = max(most, 0) * self._scale // (entry.price * self._per_lot) * units.lot
        if quantity > MOST_UNITS:
            return Refusal(reason="TOO_LARGE", limit=MOST_UNITS, value=quantity)
        if refused := refused_by_venue(quantity, entry.price, entry.stop, ledger, units):
            return refused
        if self._weights is None:
            return approve(quantity)
        judged = assess(entry.side, scene.now_ns, scene.views(), self._weights)
        return approve(quantity, confidence=judged.confidence)

    def sent(self, now_ns: int) -> None:
        """Nothing follows from it."""

    def filled(self, now_ns: int, price: int, ledger: Ledger) -> None:
        """Nothing follows from it."""

    def look(self, now_ns: int, price: int, worst: int, ledger: Ledger) -> None:
        """Nothing follows from it."""

    def watch(self, ledger: Ledger) -> Watch | None:  # noqa: ARG002 - as every policy
        """Return None: it looks at nothing."""
        return None

    @property
    def state(self) -> RiskState:
        """Always ACTIVE."""
        return RiskState.ACTIVE

    @property
    def close_reason(self) -> str | None:
        """Always None: what is open may stay."""
        return None

    @property
    def standing(self) -> Refusal | None:
        """Always None: there are no limits."""
        return None

    def rearm(self, now_ns: int, price: int, ledger: Ledger) -> None:
        """Nothing follows from it."""
