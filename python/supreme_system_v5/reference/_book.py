"""The orders of one account on the paper exchange: fills, cancellations, funding, reports."""

# ruff: noqa: SLF001 - the book and its ledger are one account

from __future__ import annotations

from msgspec.structs import replace

from supreme_system_v5.domain import NS_PER_SECOND, OrderStatus, Report, VenueUnits
from supreme_system_v5.reference._costs import BarRange, Fill, fill_costs
from supreme_system_v5.reference._exact import Exact, holding_units, money, money_units, rate
from supreme_system_v5.reference._orders import VALUE_MOST, Order, rejection
from supreme_system_v5.reference.ledger import Ledger

__all__ = ["OrderBook"]

_FUNDING_NS = 8 * 3_600 * NS_PER_SECOND


class OrderBook:
    """Every order that exists, and the account that pays for them.

    Attributes:
        now_ns: Latest time seen.
        last_price: Of the last trade, or where the walk through a bar stands; 0 before the first.
        left: What makers may still fill of the trade or the bar, size units.
        bar: The bar that is being walked, None between bars.
        ledger: The account.
        reports: What nobody has taken yet.
        in_market_ns: Time of all ended trips.
    """

    __slots__ = (
        "_exact",
        "_orders",
        "bar",
        "in_market_ns",
        "last_price",
        "ledger",
        "left",
        "now_ns",
        "reports",
    )

    def __init__(self, units: VenueUnits, initial_cash: int) -> None:
        self.ledger = Ledger(units, initial_cash)
        self._exact = Exact(units)
        self._orders: dict[int, Order] = {}
        self.now_ns = self.last_price = self.left = self.in_market_ns = 0
        self.bar: BarRange | None = None
        self.reports: list[Report] = []

    @property
    def orders(self) -> list[Order]:
        """Every order, the lowest number first."""
        return [self._orders[number] for number in sorted(self._orders)]

    def find(self, number: int) -> Order | None:
        """Return an order, None when there is none (any more)."""
        return self._orders.get(number)

    def add(self, order: Order) -> None:
        """Take an order that is on its way."""
        self._orders[order.number] = order

    def pass_to(self, time_ns: int) -> None:
        """Let time pass, and pay or receive the funding due in it."""
        first = self.now_ns - self.now_ns % _FUNDING_NS + _FUNDING_NS
        if first <= time_ns and self.last_price and not self._exact.venue.spot:
            for due_ns in range(first, time_ns + 1, _FUNDING_NS):
                self._fund(due_ns)
        self.now_ns = max(self.now_ns, time_ns)

    def arrives(self, order: Order) -> bool:
        """Let an order arrive at the last price; answer whether it was accepted."""
        reason = rejection(order, self.last_price, self._exact, self.ledger.whole)
        if reason:
            del self._orders[order.number]
            self._report(OrderStatus.REJECTED, order, reason)
            return False
        order.resting, order.best = True, self.last_price
        self._report(OrderStatus.ACCEPTED, order)
        return True

    def cancel(self, order: Order, reason: str) -> None:
        """Take an order out of the book."""
        self._orders.pop(order.number, None)
        self._report(OrderStatus.CANCELLED, order, reason)

    @property
    def lots_left(self) -> int:
        """The whole lots in what makers may still fill, in size units."""
        return self._exact.whole(self._exact.quantity(self.left))

    def fill_waiting(self, order: Order) -> None:
        """Fill a limit at its price, as far as the size of what was traded goes."""
        quantity = min(order.quantity - order.filled, self.lots_left)
        if quantity:
            self.left -= self._fill(order, order.price, quantity, maker=True)

    def fill(self, order: Order, price: int) -> None:
        """Fill an order whole, as a taker."""
        self._fill(order, price, order.quantity - order.filled, maker=False)

    def _fill(self, order: Order, price: int, quantity: int, *, maker: bool) -> int:
        """Fill an order by a quantity, or by less if it may only reduce; return by how much."""
        before = self.ledger.whole
        if order.reduce_only:
            quantity = min(quantity, max(-order.side * before, 0))
        if not quantity:
            self.cancel(order, "REDUCE_ONLY")
            return 0
        fill = fill_costs(
            self._exact, order.side, quantity, price, maker=maker, stop=order.is_stop, bar=self.bar
        )
        if fill.value > VALUE_MOST:
            self.cancel(order, "TOO_LARGE")
            return 0
        if not fill.is_payable(self._exact, self.ledger._cash, self.ledger._position, price):
            self.cancel(order, "FUNDS")
            return 0
        order.filled += quantity
        self._book(order, price, quantity, fill, maker=maker)
        if self.ledger.whole == 0 or self.ledger.whole * before < 0:
            self._end_reducing()
        self._protect(order, price)
        return quantity

    def _book(self, order: Order, price: int, quantity: int, fill: Fill, *, maker: bool) -> None:
        """Let a fill into the ledger, and report it."""
        report = Report(
            OrderStatus.FILLED.value,
            order.number,
            self.now_ns,
            side=order.side,
            price=price,
            quantity=quantity,
            filled=order.filled,
            value=money_units(fill.value),
            spread=money_units(fill.spread),
            slippage=money_units(fill.slippage),
            fee=money_units(fill.fee),
            fee_base=holding_units(fill.fee_base),
            maker=maker,
        )
        trip = self.ledger._take(report)
        if trip is not None:
            self.in_market_ns += trip.exit_ns - trip.entry_ns
        if order.filled == order.quantity or (order.reduce_only and not self.ledger.whole):
            self._orders.pop(order.number, None)
        else:
            report = replace(report, status=OrderStatus.PARTIALLY_FILLED.value)
        self.reports.append(replace(report, trip=trip))

    def _end_reducing(self) -> None:
        """Cancel the orders that mean nothing without the position: one cancels the other."""
        for order in self.orders:
            if order.resting and (order.reduce_only or order.children):
                self.cancel(order, "REDUCE_ONLY")

    def _protect(self, order: Order, price: int) -> None:
        """Let the protections of an order that was filled be born, or grow."""
        for child in order.children:
            child.quantity = order.filled
        if not order.children and self.ledger.whole * order.side > 0:
            order.children = order.protections(price, self.now_ns)
            for child in order.children:
                self.add(child)
                self._report(OrderStatus.ACCEPTED, child)

    def _fund(self, due_ns: int) -> None:
        if not self.ledger.whole:
            return
        value = self._exact.value(self.ledger._position, self.last_price)
        paid = money_units(money(value * rate(self._exact.venue.funding)))
        if paid:
            report = Report(OrderStatus.FUNDING.value, 0, due_ns, value=paid)
            self.ledger.apply(report)
            self.reports.append(report)

    def _report(self, status: OrderStatus, order: Order, reason: str = "") -> None:
        quantity = order.quantity if status is OrderStatus.ACCEPTED else 0
        self.reports.append(
            Report(
                status.value,
                order.number,
                self.now_ns,
                reason,
                quantity=quantity,
                filled=order.filled,
            )
        )
