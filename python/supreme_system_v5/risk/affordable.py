"""What an account may trade on a venue: one entry put to risk itself, and what followed from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from supreme_system_v5.domain import VenueUnits, View, ViewStatus
from supreme_system_v5.ports import Ledger
from supreme_system_v5.risk.approval import Entry, Refusal
from supreme_system_v5.risk.dynamic_risk import DynamicRiskManager
from supreme_system_v5.risk.review import CostGate
from supreme_system_v5.risk.trade_costs import ONE, value_of
from supreme_system_v5.risk.venue_rules import refused_by_venue

__all__ = ["Affordable", "affordable", "smallest_order"]

_NOW_NS = 0
"""All is asked at one instant: nothing here depends on when."""
_MOST_UNITS = 2**53


class Affordable(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one entry of an account without a position.

    Attributes:
        gate: Costs of a round trip, and how far away a target has to be.
        allowed: Size units that risk allows where any quantity may be ordered; 0 where it refuses
            for another reason than size.
        limited_by: Which rule set `allowed`, such as ``"RISK"`` or ``"STAKE"``; None where it is 0.
        smallest: The smallest order that the venue takes and that can be sold again at its stop,
            size units; None where there is none.
        quantity: Size units that risk approves; 0 where it refuses.
        value: Of that at the price, money.
        fees: Of buying and selling that at the price, money, rounded up.
        refusal: Why there is no order; None where there is one.
        entries: How many of these a day brings before risk refuses another one, if each earns just
            what it costs; 0 where there is none.
        stopped_by: Why the next one is refused; None where there is none.
    """

    gate: CostGate | None
    allowed: int
    limited_by: str | None
    smallest: int | None
    quantity: int
    value: int
    fees: int
    refusal: Refusal | None
    entries: int
    stopped_by: str | None


@dataclass(frozen=True, slots=True)
class _Sure:
    """A scene in which everybody is fully sure of one side."""

    side: int
    volatility: float
    now_ns: int = _NOW_NS

    def views(self) -> Mapping[str, View]:
        view = View(
            direction=float(self.side),
            confidence=1.0,
            as_of_ns=self.now_ns,
            ttl_ns=1,
            status=ViewStatus.OK,
        )
        return {"technical": view, "mtf": view, "patterns": view}


def affordable(
    entry: Entry,
    *,
    new_risk: Callable[[VenueUnits], DynamicRiskManager],
    new_ledger: Callable[[VenueUnits], Ledger],
    units: VenueUnits,
    volatility: float,
) -> Affordable:
    """Ask risk for an entry of which every judgement is fully sure, and tell what came of it.

    Args:
        entry: Price, stop and target in price units.
        new_risk: Makes a risk that has seen nothing yet.
        new_ledger: Makes its account, which holds nothing but cash.
        units: The venue.
        volatility: Of the market, annualised, as a fraction.

    Raises:
        InvalidInputError: What `new_risk` refuses, for example leverage on spot.

    Example:
        1 000 USDT on okx-perp at 20 000 with a stop 1 % below: half of 0.5 % (until confidence is
        calibrated) over 1.16 % of loss and costs is 215 USDT, in lots 214. The fees of 5 bps,
        twice, are 0.214 USDT: the 15th time they are more than 0.3 % of the account.

        >>> from supreme_system_v5.domain import VENUES
        >>> from supreme_system_v5.risk import RiskRules
        >>> from supreme_system_v5.simulation import Ledger as Account
        >>> units, money = VENUES["okx-perp"].in_units(None), 1_000 * 10**8
        >>> found = affordable(
        ...     Entry(1, 20_000 * 10**8, 19_800 * 10**8),
        ...     new_risk=lambda units: DynamicRiskManager(RiskRules(), units, money),
        ...     new_ledger=lambda units: Account(units, money),
        ...     units=units,
        ...     volatility=0.5,
        ... )
        >>> found.value / 10**8, found.limited_by, found.entries, found.stopped_by
        (214.0, 'RISK', 15, 'FEE_BLEED')
    """
    scene = _Sure(entry.side, volatility)
    risk, ledger = new_risk(units), new_ledger(units)
    verdict = risk.review(entry, scene, ledger)
    stop = entry.first_stop
    smallest = smallest_order(entry.price, stop, ledger, units)
    allowed, limited_by = 0, None
    if verdict.review is not None and verdict.review.size is not None:
        # Of a lot that is too large nothing is left to tell: a venue without lots tells it.
        fine = units._replace(lot=1, min_quantity=1, min_notional=0)
        any_size = new_risk(fine).review(entry, scene, new_ledger(fine)).review
        if any_size is not None and any_size.size is not None:
            allowed = max(any_size.size.quantity, 0)
            limited_by = any_size.size.steps[-1][0]
    gate = None if verdict.review is None else verdict.review.costs
    if isinstance(verdict, Refusal):
        return Affordable(
            gate=gate,
            allowed=allowed,
            limited_by=limited_by,
            smallest=smallest,
            quantity=0,
            value=0,
            fees=0,
            refusal=verdict,
            entries=0,
            stopped_by=None,
        )
    value = value_of(verdict.quantity, entry.price, units)
    fees = -(-2 * value * units.taker // ONE)
    entries, stopped_by = _day_of(risk, fees)
    return Affordable(
        gate=gate,
        allowed=allowed,
        limited_by=limited_by,
        smallest=smallest,
        quantity=verdict.quantity,
        value=value,
        fees=fees,
        refusal=None,
        entries=entries,
        stopped_by=stopped_by,
    )


def smallest_order(price: int, stop: int, ledger: Ledger, units: VenueUnits) -> int | None:
    """Return the smallest purchase that a venue takes and lets out again; None for no such size.

    Args:
        price: Of the entry, price units.
        stop: Where it may have to be sold, price units; 0 for nowhere.
        ledger: The account.
        units: The venue.

    Returns:
        Size units, whole lots.

    >>> from supreme_system_v5.domain import VENUES
    >>> from supreme_system_v5.simulation import Ledger as Account
    >>> units = VENUES["binance-perp"].in_units(None)
    >>> ledger = Account(units, 10**11)
    >>> smallest_order(60_000 * 10**8, 59_400 * 10**8, ledger, units) / 10**8
    0.003
    """

    def taken(lots: int) -> bool:
        return refused_by_venue(lots * units.lot, price, stop, ledger, units) is None

    most = _MOST_UNITS // units.lot
    high = max(-(-units.min_quantity // units.lot), 1)
    low = high - 1
    while not taken(high):
        if high == most:
            return None
        low, high = high, min(2 * high, most)
    while high - low > 1:
        middle = (low + high) // 2
        if taken(middle):
            high = middle
        else:
            low = middle
    return high * units.lot


def _day_of(risk: DynamicRiskManager, fees: int) -> tuple[int, str]:
    """Return how many entries with such fees a day has, and why there is no other."""
    guard, count = risk.protections, 0
    while (refusal := guard.refusal(_NOW_NS)) is None:
        risk.sent(_NOW_NS)
        count += 1
        guard.paid(_NOW_NS, count * fees)
    return count, refusal.reason
