"""The risk of an account: whether a trade is worth its costs, how sure, how large, and enough."""

from __future__ import annotations

import math

import msgspec

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
from supreme_system_v5.risk.protections import (
    ProtectionLimits,
    Protections,
    ProtectionState,
)
from supreme_system_v5.risk.review import CostGate, Review
from supreme_system_v5.risk.sizing import (
    TIERS,
    SizingRules,
    size_of,
    tier_of,
    volatility_multiplier,
)
from supreme_system_v5.risk.trade_costs import ONE, TradeCosts
from supreme_system_v5.risk.venue_rules import refused_by_venue

__all__ = ["DynamicRiskManager", "RiskRules"]

_LOWEST_TIER = TIERS[-1][0]


class RiskRules(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that risk goes by.

    Attributes:
        weights: How the judgements count.
        sizing: How much is risked and staked.
        limits: Where the account is stopped.
        cost_multiple: How many round trips away a target has to be, at least 0, at most 100.

    Raises:
        InvalidInputError: A value out of its range, or rules that contradict each other.
    """

    weights: ConfidenceWeights = ConfidenceWeights()
    sizing: SizingRules = SizingRules()
    limits: ProtectionLimits = ProtectionLimits()
    cost_multiple: float = 3.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.cost_multiple <= 100.0:  # noqa: PLR2004 - the bound itself
            bound = "from 0 to 100"
            raise InvalidInputError(
                f"cost_multiple is {self.cost_multiple!r}, allowed is {bound}",
                "cost_multiple",
                self.cost_multiple,
                bound,
            )
        if self.sizing.risk != self.limits.risk:
            raise InvalidInputError(
                f"the risk of a trade is {self.sizing.risk!r} for its size and "
                f"{self.limits.risk!r} for the limits, allowed is one and the same",
                "risk",
                self.sizing.risk,
                repr(self.limits.risk),
            )


class DynamicRiskManager:
    """Approves what is worth its costs, by how sure the judgements are; refuses everything else.

    An entry passes, in this order: the protections of the account, a stop, the cost gate, the
    confidence, the size by risk and its caps, the venue's rules. What refuses says why, with the
    limit and the value. Confidence never decides alone: a trade loses at most the risk of one
    trade at its stop, costs included, and never more than the day and the drawdown leave.

    Args:
        rules: What it goes by.
        units: The venue in this market's units.
        worth: Of the account at the start, money (1e-8 quote), above 0.
        state: What an earlier one `saved`; None to begin anew.

    Raises:
        InvalidInputError: A venue without tick or lot, a leverage on spot, or a worth that is none.

    Source: ``docs/risk.md``.

    Example:
        10 000 USDT, a stop 1 % below 20 000 USDT, on a perpetual: 0.5 % of the equity is the
        risk of a trade, half of it is taken with a confidence of 0.54 (0.5 until it is
        calibrated). 25 USDT over 1.16 % (stop, costs of entry and exit) are 2 155 USDT.

        >>> from dataclasses import dataclass
        >>> from supreme_system_v5.domain import VENUES, View, ViewStatus
        >>> from supreme_system_v5.simulation import Ledger as Account
        >>> @dataclass
        ... class Quiet:
        ...     now_ns: int = 60
        ...     volatility: float = 0.5
        ...     def views(self):
        ...         ok = dict(direction=1.0, as_of_ns=60, ttl_ns=120, status=ViewStatus.OK)
        ...         views = {"technical": 0.5, "mtf": 0.58}
        ...         return {name: View(confidence=sure, **ok) for name, sure in views.items()}
        >>> units, money = VENUES["okx-perp"].in_units(None), 10_000 * 10**8
        >>> risk = DynamicRiskManager(RiskRules(), units, money)
        >>> entry = Entry(1, 20_000 * 10**8, 19_800 * 10**8)
        >>> order = risk.review(entry, Quiet(), Account(units, money))
        >>> order.quantity / 10**8, round(order.confidence, 9)
        (0.1077, 0.54)
    """

    __slots__ = ("_costs", "_exposed", "_needed", "_protections", "_rules", "_units")

    wakes = Flag.LEVEL | Flag.TIMER
    """What the market has to answer for its limits to hold between decisions."""

    def __init__(
        self,
        rules: RiskRules,
        units: VenueUnits,
        worth: int,
        state: ProtectionState | None = None,
    ) -> None:
        for name in ("tick", "lot"):
            if (step := getattr(units, name)) <= 0:
                raise InvalidInputError(
                    f"{name} of the venue is {step!r}, allowed is above 0: without it no order "
                    "is ever accepted; see the rules of the market",
                    name,
                    step,
                    "above 0",
                )
        if units.spot and rules.sizing.leverage > 1.0:
            raise InvalidInputError(
                f"leverage is {rules.sizing.leverage:g} on spot, allowed is at most 1: "
                "nothing is lent there",
                "leverage",
                rules.sizing.leverage,
                "at most 1",
            )
        self._rules = rules
        self._units = units
        self._costs = TradeCosts(units)
        self._needed = math.ceil(self._costs.round_trip * rules.cost_multiple)
        self._protections = Protections(rules.limits, worth, state)
        self._exposed = False

    # An entry.

    def review(self, entry: Entry, scene: Scene, ledger: Ledger) -> ApprovedOrder | Refusal:
        """Approve a quantity, or say why not.

        Reasons: NOT_A_PRICE, WRONG_SIDE (no entry at all), DAILY_LOSS, DRAWDOWN, COOL_DOWN,
        ENTRIES_PER_DAY, FEE_BLEED (the account), NO_SHORTS, NO_STOP, COST (the trade), BLOCKED,
        CONFIDENCE (the judgements), TOO_SMALL, MIN_NOTIONAL, EXIT_TRAP (what is left of it).
        """
        stop = entry.first_stop
        stopped = _fault_of(entry) or self._protections.refusal(scene.now_ns)
        state = str(self._protections.state)
        asked = Review(entry.side, entry.price, stop, entry.target, state)
        if stopped:
            return _told(stopped, asked)
        if self._units.spot and entry.side < 0:
            return Refusal(reason="NO_SHORTS", limit="long positions", value="short", review=asked)
        if not stop:
            limit = "a stop or a trailing stop: without it nothing says what may be lost"
            return Refusal(reason="NO_STOP", limit=limit, value="none", review=asked)
        gate = self._cost_gate(entry, stop)
        asked = msgspec.structs.replace(asked, costs=gate)
        if gate.distance_bps < gate.needed_bps:
            needed, found = f"{gate.aim} {gate.needed_bps:.2f} bps away", gate.distance_bps
            return Refusal(reason="COST", limit=needed, value=f"{found:.2f} bps", review=asked)
        return self._size(entry, stop, scene, ledger, asked)

    def _size(
        self, entry: Entry, stop: int, scene: Scene, ledger: Ledger, asked: Review
    ) -> ApprovedOrder | Refusal:
        judged = assess(entry.side, scene.now_ns, scene.views(), self._rules.weights)
        confidence, sizing = judged.confidence, self._rules.sizing
        asked = msgspec.structs.replace(asked, judged=judged)
        if blocking := judged.blocked_by:
            why = ", ".join(blocking.reasons) or blocking.status
            limit = f"{'longs' if entry.side > 0 else 'shorts'} that {blocking.name} does not block"
            return Refusal(reason="BLOCKED", limit=limit, value=why, review=asked)
        tier = tier_of(confidence, calibrated=sizing.calibrated)
        if not tier:
            value = f"{confidence:.4f}"
            return Refusal(reason="CONFIDENCE", limit=_LOWEST_TIER, value=value, review=asked)
        volatility = scene.volatility
        size = size_of(
            entry.price,
            stop,
            tier=tier,
            volatility=volatility_multiplier(volatility, sizing),
            rooms=self._protections.rooms(),
            rules=sizing,
            ledger=ledger,
            costs=self._costs,
            units=self._units,
        )
        asked = msgspec.structs.replace(asked, volatility=volatility, size=size)
        if refused := refused_by_venue(size.quantity, entry.price, stop, ledger, self._units):
            return _told(refused, asked)
        return approve(size.quantity, confidence=confidence, review=asked)

    def _cost_gate(self, entry: Entry, stop: int) -> CostGate:
        aim = entry.target or stop
        distance = abs(aim - entry.price) * ONE // entry.price
        in_bps = self._costs.in_bps
        return CostGate(
            in_bps(distance),
            "target" if entry.target else "stop",
            in_bps(self._costs.round_trip),
            in_bps(self._needed),
        )

    # The account.

    def sent(self, now_ns: int) -> None:
        """Count an entry that was sent."""
        self._protections.entered(now_ns)

    def filled(self, now_ns: int, price: int, ledger: Ledger) -> None:
        """Hear that the ledger has changed, by a fill or by funding."""
        guard = self._protections
        worth = self._costs.worth(price, ledger)
        # What was open at midnight began the day at what it was worth; what was not, at its cash.
        guard.begin_day(now_ns, worth if self._exposed else None)
        self._exposed = bool(ledger.whole)
        guard.paid(now_ns, ledger.fees)
        if not ledger.whole:
            costs = ledger.fees + ledger.spread + ledger.slippage + ledger.funding
            guard.closed(now_ns, ledger.gross - costs)
        guard.see(now_ns, worth, worth)

    def look(self, now_ns: int, price: int, worst: int, ledger: Ledger) -> None:
        """Look at an account whose price, or whose day, has come; without a price it is not."""
        if price <= 0 or worst <= 0:
            return
        worth, least = (self._costs.worth(each, ledger) for each in (price, worst))
        self._protections.begin_day(now_ns, worth)
        self._protections.see(now_ns, worth, least)

    def watch(self, ledger: Ledger) -> Watch | None:
        """Return the prices at which the limits of the account are met, and when the day ends.

        None without a position: then nothing changes but by a fill.
        """
        if not ledger.whole:
            return None
        floor, ceiling = self._protections.bounds()
        find = self._costs.price_of
        long = ledger.position > 0
        loss, gain = find(floor, ledger, falling=True), find(ceiling, ledger, falling=False)
        below, above = (loss, gain) if long else (gain, loss)
        return Watch(below, above, self._protections.next_day_ns())

    @property
    def state(self) -> RiskState:
        """How far it lets anybody go."""
        return self._protections.state

    @property
    def close_reason(self) -> str | None:
        """Why what is open has to be closed now; None when it may stay."""
        if self._protections.state is RiskState.ACTIVE:
            return None
        return self._protections.reason

    @property
    def standing(self) -> Refusal | None:
        """Which loss stopped the account, and how large it was then; None when none did."""
        return self._protections.standing()

    def rearm(self, now_ns: int, price: int, ledger: Ledger) -> None:
        """Begin again: limits count from what the account is worth at a price.

        Raises:
            InvalidInputError: It is worth nothing.
        """
        self._protections.rearm(now_ns, self._costs.worth(price, ledger))

    @property
    def protections(self) -> Protections:
        """The limits of the account: to re-arm, to tell of deposits, to save."""
        return self._protections


def _fault_of(entry: Entry) -> Refusal | None:
    """Return what makes an entry none at all."""
    side, price = entry.side, entry.price
    if side not in (1, -1) or price <= 0:
        return Refusal(reason="NOT_A_PRICE", limit="1 or -1 at above 0", value=f"{side} at {price}")
    stop, target = entry.first_stop, entry.target
    if stop and (price - stop) * side <= 0:
        return Refusal(reason="WRONG_SIDE", limit=f"a stop beyond {price}", value=stop)
    if target and (target - price) * side <= 0:
        return Refusal(reason="WRONG_SIDE", limit=f"a target beyond {price}", value=target)
    return None


def _told(refusal: Refusal, review: Review) -> Refusal:
    return Refusal(reason=refusal.reason, limit=refusal.limit, value=refusal.value, review=review)
