"""Orders on the paper exchange: what may be sent, what is rejected, and where each one fills."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from supreme_system_v5.domain import OrderKind
from supreme_system_v5.reference import _numbers
from supreme_system_v5.reference._exact import Exact, from_money

__all__ = ["VALUE_MOST", "Order", "check_room", "checked", "rejection"]

_UNITS_MOST = 2**53
_ORDERS_MOST = 16
VALUE_MOST = Fraction(10**15)
_SCALE = 10**8


@dataclass(slots=True)
class Order:
    """An order, on its way or there; prices and quantities in units.

    Attributes:
        number: Its own.
        side: 1 buys, -1 sells.
        kind: What kind.
        quantity: How much in all.
        price: Limit, trigger or distance.
        reduce_only: It may only close.
        after_ns: It sees only what comes later than this.
        stop: Trigger of the stop it carries, 0 for none.
        target: Trigger of the target it carries, 0 for none.
        trail: Distance of the trailing stop it carries, 0 for none.
        cancel_ns: When its cancellation arrives, None without one.
        resting: It has arrived.
        triggered: Its trigger was reached.
        best: Of a trailing order, the best price it saw.
        filled: How much of it is.
        children: The protections that were born.
    """

    number: int
    side: int
    kind: OrderKind
    quantity: int
    price: int
    reduce_only: bool
    after_ns: int
    stop: int = 0
    target: int = 0
    trail: int = 0
    cancel_ns: int | None = None
    resting: bool = False
    triggered: bool = False
    best: int = 0
    filled: int = 0
    children: list[Order] = field(default_factory=list)

    @property
    def last_number(self) -> int:
        """The last number that it or a protection of it has."""
        carried = (3, self.trail), (2, self.target), (1, self.stop)
        return self.number + next((place for place, price in carried if price), 0)

    @property
    def places(self) -> int:
        """How many of the orders that may exist it is, with its protections to come."""
        to_come = 0 if self.children else sum(map(bool, (self.stop, self.target, self.trail)))
        return 1 + to_come

    @property
    def is_stop(self) -> bool:
        """Whether it fills with the slippage of a stop."""
        return self.kind in {OrderKind.STOP, OrderKind.TRAILING}

    def protections(self, price: int, now_ns: int) -> list[Order]:
        """Return the orders that protect what was filled at a price, now."""
        carried = (
            (1, OrderKind.STOP, self.stop),
            (2, OrderKind.TAKE_PROFIT, self.target),
            (3, OrderKind.TRAILING, self.trail),
        )
        return [
            Order(
                number=self.number + place,
                side=-self.side,
                kind=kind,
                quantity=self.filled,
                price=level,
                reduce_only=True,
                after_ns=now_ns,
                resting=True,
                best=price,
            )
            for place, kind, level in carried
            if level
        ]

    def passed(self, price: int) -> bool:
        """Whether a price is better than its limit."""
        return self.side * (self.price - price) > 0

    def reached(self, price: int) -> bool:
        """Whether a price is at its trigger or beyond."""
        return self._beyond(price) >= 0

    def follow(self, price: int) -> None:
        """Let a trailing order see a price."""
        best = max if self.side < 0 else min
        self.best = best(self.best, price)

    def on_the_way(self, start: int, end: int) -> int | None:
        """Return the price at which it fills on the way between two, None where it does not."""
        if self.kind is OrderKind.LIMIT:
            return self.price if self.passed(end) else None
        if self.reached(start):
            return start
        return self._trigger if self.reached(end) else None

    @property
    def _trigger(self) -> int:
        return self.best + self.side * self.price if self.kind is OrderKind.TRAILING else self.price

    def _beyond(self, price: int) -> int:
        """Return how far a price is beyond its trigger; below 0 when it is not there yet."""
        # A stop that buys waits above the price, a target that buys below it; sales mirrored.
        direction = -self.side if self.kind is OrderKind.TAKE_PROFIT else self.side
        return direction * (price - self._trigger)


def checked(
    number: object,
    side: object,
    kind: object,
    quantity: object,
    sent_ns: object,
    *,
    price: object,
    reduce_only: object,
    stop: object,
    target: object,
    trail: object,
) -> Order:
    """Return an order that may be sent, or refuse it; `after_ns` is when it was sent."""
    mend = _numbers.MEND_CALL
    number = _numbers.period("number", number, most=_UNITS_MOST)
    side = _numbers.integer("side", side)
    if side not in {1, -1}:
        raise _numbers.refusal("side", side, "1 (buys) or -1 (sells)", advice=mend)
    kind = OrderKind(_numbers.period("kind", kind, least=0, most=max(OrderKind)))
    quantity = _numbers.period("quantity", quantity, most=_UNITS_MOST)
    price = _numbers.period("price", price, least=0, most=_UNITS_MOST)
    if (price == 0) != (kind is OrderKind.MARKET):
        bound = "0 for MARKET, 1 or more for every other kind"
        raise _numbers.refusal("price", price, bound, advice=mend)
    if not isinstance(reduce_only, bool):
        raise _numbers.wrong_type("reduce_only", reduce_only, "a bool")
    protections = {
        name: _numbers.period(name, value, least=0, most=_UNITS_MOST)
        for name, value in (("stop", stop), ("target", target), ("trail", trail))
    }
    for name, value in protections.items():
        if reduce_only and value:
            raise _numbers.refusal(name, value, "0 for a reduce-only order", advice=mend)
    return Order(
        number=number,
        side=side,
        kind=kind,
        quantity=quantity,
        price=price,
        reduce_only=reduce_only,
        stop=protections["stop"],
        target=protections["target"],
        trail=protections["trail"],
        after_ns=_numbers.timestamp("sent_ns", sent_ns),
    )


def check_room(order: Order, others: Iterable[Order]) -> None:
    """Refuse an order for which there is no place beside the others."""
    places = order.places + sum(other.places for other in others)
    if places > _ORDERS_MOST:
        bound = f"at most {_ORDERS_MOST} at a time, protections counted with their parent"
        raise _numbers.refusal("orders", places, bound, advice="wait for some to end, or cancel")


def rejection(order: Order, price: int, exact: Exact, whole: int) -> str:
    """Return why an order that arrives at a price is rejected, empty when it is not.

    `whole` is what could be reduced, in size units, with the position's sign.
    """
    venue = exact.venue
    limited = order.kind is OrderKind.LIMIT
    own = order.price if order.kind not in {OrderKind.MARKET, OrderKind.TRAILING} else price
    value = exact.value(exact.quantity(order.quantity), own)
    prices = (order.price, order.stop, order.target, order.trail)
    rules = {
        "LOT_SIZE": order.quantity % venue.lot != 0 or order.quantity < venue.min_quantity,
        "TICK_SIZE": any(units % venue.tick for units in prices),
        "PRICE_BAND": limited and abs(own - price) * _SCALE > venue.band * price,
        "MIN_NOTIONAL": value < from_money(venue.min_notional)
        and not (order.reduce_only and not venue.spot),
        "TOO_LARGE": value > VALUE_MOST,
        "REDUCE_ONLY": order.reduce_only and whole * order.side >= 0,
    }
    return next((reason for reason, broken in rules.items() if broken), "")
