"""What goes out: a proposal becomes an order if risk approves it, and is followed to its end."""

from __future__ import annotations

from supreme_system_v5.domain import (
    Action,
    Arm,
    Flag,
    OrderStatus,
    OrderUpdate,
    Origin,
    Proposal,
    Report,
    SignalAction,
    Submit,
    VenueUnits,
)
from supreme_system_v5.engine.closing import Closing
from supreme_system_v5.engine.conditions import Conditions
from supreme_system_v5.engine.notes import Notes, Stamp
from supreme_system_v5.engine.order_desk import OrderDesk
from supreme_system_v5.ports import Ledger, SignalSource, TickAnalyzer
from supreme_system_v5.risk import ApprovedOrder, Entry, Refusal, RiskPolicy, Scene, Watch
from supreme_system_v5.signal_check import fault_in_units, in_ticks
from supreme_system_v5.strategies import MarketView

__all__ = ["Trader"]

_ENTER = str(SignalAction.ENTER)
_LEVEL = int(Flag.LEVEL)
_UNKNOWN = str(OrderStatus.UNKNOWN)
_MONEY = (
    str(OrderStatus.FILLED),
    str(OrderStatus.PARTIALLY_FILLED),
    str(OrderStatus.FUNDING),
)
_REFUSALS = frozenset(("LOT_SIZE", "TICK_SIZE", "PRICE_BAND", "MIN_NOTIONAL", "TOO_LARGE", "FUNDS"))
_NOTHING: tuple[Action, ...] = ()
_NO_WATCH = Watch()


class Trader:
    """One account: its orders, its ledger, its risk.

    Args:
        origin: Who actions are about.
        market: Where prices come from, and where levels are armed.
        ledger: The account, kept by the fills that are told.
        units: The venue in this market's units.
        risk: Decides about every entry, and whether what is open may stay.
        scene: What risk sees of the market.
        signals: A built-in signal to be told of position and orders; None without.
        view: A strategy's view, told of the position.

    Attributes:
        conditions: What has to be in order.
        desk: The orders.
        notes: What became of signals, and the newest records.
        side: Of the position: 1 long, -1 short, 0 none.
        of_bars: Whether the market takes whole bars: then a price may have come and gone unseen.
    """

    def __init__(
        self,
        *,
        origin: Origin,
        market: TickAnalyzer,
        ledger: Ledger,
        units: VenueUnits,
        risk: RiskPolicy,
        scene: Scene,
        signals: SignalSource | None,
        view: MarketView,
    ) -> None:
        self._origin = origin
        self._market = market
        self._ledger = ledger
        self._units = units
        self._risk = risk
        self._scene = scene
        self._signals = signals
        self._view = view
        self._price_scale = float(10**units.price_decimals)
        self._risk_state = risk.state
        self._risk_waits = bool(risk.wakes)
        self._armed: Watch | None = _NO_WATCH
        self._known_price = 0.0
        self._flatten_reason: str | None = None
        self._closing = Closing()
        self.of_bars = False
        self.conditions = Conditions()
        self.desk = OrderDesk(origin)
        self.notes = Notes(origin)
        self.side = 0

    # A proposal becomes an order.

    def decide(self, stamp: Stamp, proposal: Proposal) -> tuple[Action, ...]:
        """Answer a proposal with an order, or refuse it and say why."""
        self.notes.funnel.signals += 1
        if self.desk.working:
            refusal = Refusal(
                reason="ORDER_UNDER_WAY", limit="no order under way", value=self.desk.working
            )
            self.refuse(stamp, refusal, signal=proposal.reason)
            return _NOTHING
        if proposal.action == _ENTER:
            return self._enter(stamp, proposal)
        return self._leave(stamp, proposal.reason)

    def refuse(self, stamp: Stamp, refusal: Refusal, **more: str | float | None) -> None:
        """Count and record a refusal."""
        self.notes.funnel.refusals[refusal.reason] += 1
        details: dict[str, object] = {"limit": refusal.limit, "value": refusal.value, **more}
        if refusal.review is not None:
            details["review"] = refusal.review
        self.notes.add(stamp, "refused", refusal.reason, details)

    def last_price(self) -> float:
        """Return the last price known, quote currency; one that was asked for outlives a reset."""
        price = self._market.read("price", "tick")
        if price is None:
            price = self._market.read("close", "1m")
        if price is not None:
            self._known_price = price
        return self._known_price

    def _enter(self, stamp: Stamp, proposal: Proposal) -> tuple[Action, ...]:
        refusal = None
        if self.side:
            refusal = Refusal(reason="IN_POSITION", limit="no position", value=self.side)
        elif self.desk.unknown:
            unknown = len(self.desk.unknown)
            limit = "no order of unknown state"
            refusal = Refusal(reason="UNKNOWN_ORDER", limit=limit, value=unknown)
        refusal = refusal or self.conditions.refusal()
        if refusal is None:
            return self._review(stamp, proposal)
        self.refuse(stamp, refusal, signal=proposal.reason)
        return _NOTHING

    def _review(self, stamp: Stamp, proposal: Proposal) -> tuple[Action, ...]:
        side, tick, scale = proposal.side, self._units.tick, self._price_scale
        stop = in_ticks(proposal.stop, scale, tick, up=side < 0)
        target = in_ticks(proposal.target, scale, tick, up=side > 0)
        trail = in_ticks(proposal.trail, scale, tick, up=True)
        limit = in_ticks(proposal.limit, scale, tick, up=side < 0)
        price = limit or self._units_of(self.last_price())
        if fault := fault_in_units(side, price, stop=stop, target=target, trail=trail):
            reason, allowed, value = fault
            self.refuse(stamp, Refusal(reason=reason, limit=allowed, value=value))
            return _NOTHING
        entry = Entry(side, price, stop, target, trail)
        verdict = self._risk.review(entry, self._scene, self._ledger)
        self._note_state(stamp)
        if isinstance(verdict, ApprovedOrder) and verdict.quantity <= 0:
            verdict = Refusal(reason="NOT_A_SIZE", limit="above 0", value=verdict.quantity)
        if not isinstance(verdict, ApprovedOrder):
            self.refuse(stamp, verdict, signal=proposal.reason)
            return _NOTHING
        order = self.desk.enter(
            stamp,
            side,
            verdict.quantity,
            limit=limit,
            levels=(stop, target, trail),
            good_for_ns=proposal.good_for_ns,
            reason=proposal.reason,
            confidence=verdict.confidence,
        )
        if self._risk_waits:
            self._risk.sent(stamp.event_ns)
        details = {
            "number": order.number,
            "quantity": order.quantity,
            "signal": proposal.reason,
            "review": verdict.review,
        }
        self.notes.add(stamp, "approved", "APPROVED", details)
        return (*self._sent(order), *self.arm(stamp))

    def _leave(self, stamp: Stamp, reason: str) -> tuple[Action, ...]:
        whole = self._ledger.whole
        if refusal := self._stuck(whole):
            self.refuse(stamp, refusal, signal=reason)
            return _NOTHING
        order = self.desk.leave(stamp, whole, reason)
        details = {"number": order.number, "quantity": order.quantity, "signal": reason}
        self.notes.add(stamp, "approved", "EXIT", details)
        return self._sent(order)

    def _stuck(self, whole: int) -> Refusal | None:
        """Return why no order can close a position; None when one can."""
        if not whole:
            return Refusal(reason="NO_POSITION", limit="a position", value="none")
        least = self._units.min_quantity
        if abs(whole) < least:
            return Refusal(reason="BELOW_SMALLEST", limit=least, value=abs(whole))
        return None

    def _sent(self, order: Submit) -> tuple[Action, ...]:
        self.notes.funnel.approved += 1
        if self._signals is not None:
            self._signals.busy(True)  # noqa: FBT003 - the one thing it tells
        return (order,)

    # What becomes of orders.

    def follow(self, stamp: Stamp, event: OrderUpdate) -> tuple[Action, ...]:
        """Take what the exchange says of an order, or of funding."""
        report = event.report
        if event.fill_id and self.desk.told_before(event.fill_id):
            self.notes.add(stamp, "order", "DUPLICATE_FILL", {"fill_id": event.fill_id})
            return _NOTHING
        moved = report.status in _MONEY
        if moved:
            self._apply(stamp, report)
        if report.reason and self._is_refused(report):
            refusal = Refusal(
                reason=f"{report.status}_{report.reason}",
                limit="what the exchange accepts",
                value=report.number,
            )
            self.refuse(stamp, refusal)
        if self.desk.follow(report):
            if self._closing.ended(report, stamp.event_ns):
                pass  # it was no signal
            elif report.filled:
                self.notes.funnel.filled += 1
            if self._signals is not None:
                self._signals.busy(False)  # noqa: FBT003 - the one thing it tells
        if report.status == _UNKNOWN:
            return self.desk.queries(stamp)
        if not self._must_obey:
            return self.arm(stamp) if moved else _NOTHING
        return self._obey(stamp) + self.arm(stamp)

    def _is_refused(self, report: Report) -> bool:
        """Return whether an exchange did not want an order: what it was asked to cancel, it did."""
        mine = report.number == self.desk.working and report.reason != "REQUESTED"
        return report.reason in _REFUSALS or mine

    def _apply(self, stamp: Stamp, report: Report) -> None:
        """Take what moved money into the ledger, and tell everybody who goes by it."""
        self._ledger.apply(report)
        self._held()
        if self._risk_waits:
            price = report.price or self._units_of(self.last_price())
            self._risk.filled(report.event_ns, price, self._ledger)
        self.notes.add(stamp, "fill", report.status, {"report": report})

    def look(self, stamp: Stamp, flags: int) -> tuple[Action, ...]:
        """Answer a price or a time that somebody waited for."""
        if flags & _LEVEL:  # what has come is armed no more, and nobody says which it was
            self._armed = None
        elif self._armed is not None:
            self._armed = self._armed._replace(wake_at_ns=None)
        actions = _NOTHING
        if self._risk_waits and self._ledger.whole:
            price = self._units_of(self.last_price())
            worst = self._worst_price(price) if flags & _LEVEL else price
            self._risk.look(stamp.event_ns, price, worst, self._ledger)
        if self._must_obey:
            actions = self._obey(stamp)
        if self.desk.overdue(stamp.event_ns):
            actions += self._cancel(stamp, "NOT_FILLED_IN_TIME")
        return actions + self.arm(stamp)

    def stand_down(self, stamp: Stamp) -> tuple[Action, ...]:
        """Cancel what rests to open a position, once something is not in order."""
        refusal = self.conditions.refusal()
        if refusal is None or not self.desk.resting_entry:
            return _NOTHING
        return self._cancel(stamp, refusal.reason) + self.arm(stamp)

    def flatten(self, stamp: Stamp, reason: str) -> tuple[Action, ...]:
        """Cancel what rests and close what is open, trying again until nothing is."""
        self._flatten_reason = reason
        self.notes.add(stamp, "order", reason, {"position": self._ledger.position})
        return self._obey(stamp) + self.arm(stamp)

    def rearm(self, stamp: Stamp) -> tuple[Action, ...]:
        """Begin again after somebody has looked, from what the account is worth now."""
        self._risk.rearm(stamp.event_ns, self._units_of(self.last_price()), self._ledger)
        self._note_state(stamp)
        self._armed = None
        return self.arm(stamp)

    def _cancel(self, stamp: Stamp, reason: str) -> tuple[Action, ...]:
        self.notes.add(stamp, "order", reason, {"number": self.desk.working})
        return (self.desk.cancel(stamp, reason),)

    def arm(self, stamp: Stamp) -> tuple[Action, ...]:
        """Arm the prices and the time that are waited for, where they are other ones."""
        waits = self._risk_waits or self.desk.deadline_ns or self._closing.again_ns
        if not waits and self._armed is _NO_WATCH:
            return _NOTHING
        watch = (self._risk.watch(self._ledger) or _NO_WATCH) if self._risk_waits else _NO_WATCH
        for wake_at_ns in (self.desk.deadline_ns, self._closing.again_ns):
            if wake_at_ns is not None:
                sooner = min(wake_at_ns, watch.wake_at_ns or wake_at_ns)
                watch = watch._replace(wake_at_ns=sooner)
        if watch == self._armed:
            return _NOTHING
        self._armed = watch
        scale = self._price_scale
        below = None if watch.below is None else watch.below / scale
        above = None if watch.above is None else watch.above / scale
        self._market.arm(stop_below=below, stop_above=above, wake_at_ns=watch.wake_at_ns)
        return (
            Arm(
                origin=self._origin,
                seq=stamp.seq,
                event_ns=stamp.event_ns,
                receive_ns=stamp.receive_ns,
                stop_below=below,
                stop_above=above,
                wake_at_ns=watch.wake_at_ns,
            ),
        )

    def restart(self, stamp: Stamp) -> tuple[Action, ...]:
        """Arm again what a reset of the market has forgotten."""
        self._armed = _NO_WATCH
        return self.arm(stamp)

    def timer(self, stamp: Stamp) -> tuple[Action, ...]:
        """Ask about orders of unknown state, and go on flattening."""
        asked = self.desk.queries(stamp)
        if not self.flattening:
            return asked
        return asked + self._obey(stamp) + self.arm(stamp)

    @property
    def flattening(self) -> bool:
        """Whether the owner wants nothing to be open, and something still is."""
        return self._flatten_reason is not None

    @property
    def _must_obey(self) -> bool:
        """Whether risk, or the owner, may want something closed."""
        return self._risk_waits or self.flattening

    def _obey(self, stamp: Stamp) -> tuple[Action, ...]:
        """Close what is open, and cancel what would open, once risk or the owner says so."""
        self._note_state(stamp)
        reason = self._risk.close_reason or self._flatten_reason
        if reason is None:
            return _NOTHING
        if self.desk.working:
            return self._cancel(stamp, reason) if self.desk.resting_entry else _NOTHING
        whole = self._ledger.whole
        if not whole:
            self._flatten_reason = None
            return _NOTHING
        if self._closing.waits(stamp.event_ns):
            return _NOTHING
        if refusal := self._stuck(whole):
            self._closing.failed(stamp.event_ns)
            self.refuse(stamp, refusal, signal=reason)
            return _NOTHING
        order = self.desk.leave(stamp, whole, reason)
        self._closing.sent(order.number)
        details = {"number": order.number, "quantity": order.quantity, "signal": reason}
        self.notes.add(stamp, "approved", "CLOSE_OUT", details)
        if self._signals is not None:
            self._signals.busy(True)  # noqa: FBT003 - the one thing it tells
        return (order,)

    def _note_state(self, stamp: Stamp) -> None:
        """Record it when risk lets somebody go less far than before, or further."""
        state = self._risk.state
        if state is not self._risk_state:
            self._risk_state = state
            found = self._risk.standing
            details: dict[str, object] = {"why": "a new day, or re-armed"}
            if found is not None:
                details = {"why": found.reason, "limit": found.limit, "value": found.value}
            self.notes.add(stamp, "risk", str(state), details)

    def _held(self) -> None:
        """Tell the signal, and the view, when the position is another one."""
        side = self._view.filled()
        if side == self.side:
            return
        self.side = side
        self._view.entered()
        if self._signals is not None:
            self._signals.hold(side)

    def _worst_price(self, price: int) -> int:
        """Return the price most against the position in the last tick, or bar; price units."""
        if not self.of_bars:
            return price
        worst = self._market.read("low" if self._ledger.position > 0 else "high", "1m")
        return price if worst is None else self._units_of(worst)

    def _units_of(self, price: float) -> int:
        return int(price * self._price_scale + 0.5)
