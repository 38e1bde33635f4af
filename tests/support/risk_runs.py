"""Runs under dynamic risk that write down by how much a limit of the account was overshot."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from supreme_system_v5.domain import Flag, VenueUnits, View, ViewStatus
from supreme_system_v5.ports import Ledger
from supreme_system_v5.risk import (
    ApprovedOrder,
    ConfidenceWeights,
    DynamicRiskManager,
    Entry,
    ProtectionLimits,
    Refusal,
    RiskRules,
    Scene,
    SizingRules,
)
from supreme_system_v5.strategies import MarketView, Signal
from tests.support.scenes import PlainScene

__all__ = ["CASH", "Holder", "Overshot", "Watched", "eager", "loose"]

CASH = 10_000 * 10**8


class Overshot(NamedTuple):
    """A fill after which the account was worth less than a limit allows; money.

    Attributes:
        at_ns: When.
        amount: How much less.
        value: Of the position before it.
        closed: Whether risk had asked to close it; else its own stop did.
    """

    at_ns: int
    amount: int
    value: int
    closed: bool


def loose(*, risk: float = 0.005, daily_loss: float = 0.01, drawdown: float = 0.1) -> RiskRules:
    """Return rules that let nearly every signal through, but for the limits of the account."""
    return RiskRules(
        weights=ConfidenceWeights(technical=1.0, mtf=0.0),
        sizing=SizingRules(risk=risk, calibrated=True, least=1.0, most=1.0),
        limits=ProtectionLimits(
            risk=risk,
            daily_loss=daily_loss,
            daily_loss_r=100.0,
            drawdown=drawdown,
            fee_bleed=1.0,
            loss_streak=1_000,
            entries_per_day=10_000,
        ),
        cost_multiple=0.0,
    )


def eager(units: VenueUnits) -> DynamicRiskManager:
    """Return a risk whose limits are met soon."""
    return DynamicRiskManager(loose(daily_loss=0.006, drawdown=0.02), units, CASH)


class Watched(DynamicRiskManager):
    """Dynamic risk that trusts every judgement, and compares each fill with the limits before it.

    Attributes:
        overshot: The fills that went beyond a limit.
        largest: The largest value of a position.
        stops: How often each limit was found to be met.
    """

    __slots__ = ("_floor", "_value", "largest", "overshot", "stops")

    def __init__(self, rules: RiskRules, units: VenueUnits) -> None:
        super().__init__(rules, units, CASH)
        self.overshot: list[Overshot] = []
        self.stops: Counter[str] = Counter()
        self.largest = self._value = self._floor = 0

    def review(self, entry: Entry, scene: Scene, ledger: Ledger) -> ApprovedOrder | Refusal:
        """Review it as if every judgement were sure of it."""
        sure = View(
            direction=float(entry.side),
            confidence=1.0,
            as_of_ns=scene.now_ns,
            ttl_ns=1,
            status=ViewStatus.OK,
        )
        given = {"technical": sure, "mtf": sure}
        return super().review(entry, PlainScene(given=given, now_ns=scene.now_ns), ledger)

    def filled(self, now_ns: int, price: int, ledger: Ledger) -> None:
        """Compare first, then follow."""
        worth = self._costs.worth(price, ledger)
        if self._value and worth < self._floor:
            closed = self.close_reason is not None
            self.overshot.append(Overshot(now_ns, self._floor - worth, self._value, closed))
        self._value = abs(ledger.equity(price) - ledger.cash) if ledger.whole else 0
        self.largest = max(self.largest, self._value)
        super().filled(now_ns, price, ledger)
        self._remember()

    def look(self, now_ns: int, price: int, worst: int, ledger: Ledger) -> None:
        """Look, and remember what the account may lose from here."""
        super().look(now_ns, price, worst, ledger)
        self._remember()

    def _remember(self) -> None:
        if self.close_reason is None:
            self._floor = max(self.protections.floors())
        else:
            self.stops[self.close_reason] += 1


class Holder:
    """Goes long whenever it can, with a stop so far below, and stays."""

    wakes = Flag.BAR_1M

    def __init__(self, stop: float = 0.02, trail: float | None = None, side: int = 1) -> None:
        self._stop, self._trail, self._side = stop, trail, side

    def decide(self, view: MarketView) -> Signal | None:
        """Answer the only thing it knows."""
        price = view.price
        if price is None or view.position is not None:
            return None
        trail = None if self._trail is None else price * self._trail
        stop = price * (1 - self._side * self._stop)
        return Signal.enter("hold", side=self._side, stop=stop, trail=trail)
