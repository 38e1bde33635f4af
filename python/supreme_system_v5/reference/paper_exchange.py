"""An exchange on paper: orders in, trades and bars past them, reports out."""

from __future__ import annotations

from copy import copy

from supreme_system_v5.domain import NS_PER_SECOND, OrderKind, Report, VenueUnits
from supreme_system_v5.reference import _numbers
from supreme_system_v5.reference._book import OrderBook
from supreme_system_v5.reference._costs import BarRange
from supreme_system_v5.reference._indicator import Stateful
from supreme_system_v5.reference._orders import Order, check_room, checked
from supreme_system_v5.reference._record import RunRecord
from supreme_system_v5.reference.ledger import Ledger

__all__ = ["PaperExchange"]

_BAR_NS = 60 * NS_PER_SECOND
_OPEN_NS = NS_PER_SECOND  # what arrives this soon after the open meets it
_POINTS_NS = (15 * NS_PER_SECOND, 30 * NS_PER_SECOND, 59_999_000_000)


class PaperExchange(Stateful):
    """Fills orders against trades or bars; fulfils `supreme_system_v5.ports.PaperExchange`.

    The analyzer shows it the market (`on_trade`, `on_bar`, `on_closed`). Orders see only what
    comes later than their arrival, so none meets the trade that caused it.

    Args:
        units: The venue in the integers of the market.
        initial_cash: Money, an integer of 1e-8 quote, 1 to 1e23.

    Raises:
        InvalidInputError: `initial_cash` out of range.
        InvalidTypeError: An argument of the wrong type.

    Time per trade is proportional to the number of orders, of which there are at most 16; memory
    to the number of days and of reports that nobody took.
    Source: "The paper exchange" of ``docs/trading.md``.

    Example:
        >>> from supreme_system_v5.domain import VENUES
        >>> exchange = PaperExchange(VENUES["okx-perp"].in_units(None), 100_000_000_000)
        >>> exchange.submit(1, 1, OrderKind.MARKET, 10**8, sent_ns=0)
        >>> exchange.on_trade(10**10, 10**8, 100_000_001)  # later than its arrival
        True
        >>> [report.status for report in exchange.take_reports()]
        ['ACCEPTED', 'FILLED']
        >>> exchange.ledger.position
        1000000000000
    """

    __slots__ = ("_book", "_last_sent_ns", "_latency_ns", "_numbered", "_record")

    def __init__(self, units: VenueUnits, initial_cash: int) -> None:
        self._book = OrderBook(units, initial_cash)
        self._latency_ns = units.latency_ns
        self._record = RunRecord(initial_cash)
        self._numbered = 0  # the last number that was given away
        self._last_sent_ns = 0

    @property
    def now_ns(self) -> int:
        """Latest trade time seen; 0 before the first."""
        return self._book.now_ns

    @property
    def last_price(self) -> int:
        """Price of the last trade in units; 0 before the first."""
        return self._book.last_price

    @property
    def ledger(self) -> Ledger:
        """A copy of its account."""
        return copy(self._book.ledger)

    @property
    def in_market_ns(self) -> int:
        """Time of all ended trips."""
        return self._book.in_market_ns

    def submit(
        self,
        number: int,
        side: int,
        kind: int,
        quantity: int,
        sent_ns: int,
        *,
        price: int = 0,
        reduce_only: bool = False,
        stop: int = 0,
        target: int = 0,
        trail: int = 0,
    ) -> None:
        """Take an order; what becomes of it comes as reports.

        Args:
            number: Above every number before it, those of protections among them; up to 2**53.
            side: 1 buys, -1 sells.
            kind: An `OrderKind`.
            quantity: Size units, 1 to 2**53.
            sent_ns: When it was sent; not before the last order or cancellation.
            price: Limit, trigger or distance in price units, up to 2**53; 0 of MARKET.
            reduce_only: It may only close; then it carries no protections.
            stop: Trigger of the protecting stop, 0 for none; it has `number` + 1.
            target: Trigger of the protecting target, 0 for none; it has `number` + 2.
            trail: Distance of the protecting trailing stop, 0 for none; it has `number` + 3.

        Raises:
            InvalidInputError: A value out of range, or a 17th order; nothing changes.
            InvalidTypeError: A value of the wrong type; nothing changes.
        """
        order = checked(
            number,
            side,
            kind,
            quantity,
            sent_ns,
            price=price,
            reduce_only=reduce_only,
            stop=stop,
            target=target,
            trail=trail,
        )
        if order.number <= self._numbered:
            bound = f"above every number before it ({self._numbered})"
            raise _numbers.refusal("number", order.number, bound, advice=_numbers.MEND_CALL)
        self._check_sent(order.after_ns)
        check_room(order, self._book.orders)
        self._numbered, self._last_sent_ns = order.last_number, order.after_ns
        order.after_ns += self._latency_ns
        self._book.add(order)

    def cancel(self, number: int, sent_ns: int, /) -> bool:
        """Take a cancellation; False when there is no such order (any more).

        Raises:
            InvalidInputError: No valid time, or one before the last order or cancellation.
            InvalidTypeError: A value of the wrong type.
        """
        number = _numbers.integer("number", number)
        sent = _numbers.timestamp("sent_ns", sent_ns)
        self._check_sent(sent)
        self._last_sent_ns = sent
        order = self._book.find(number)
        if order is None:
            return False
        if order.cancel_ns is None:
            order.cancel_ns = sent + self._latency_ns
        return True

    def on_trade(self, price_units: int, size_units: int, timestamp_ns: int) -> bool:
        """Show a trade; answer whether there are new reports."""
        book = self._book
        reported = len(book.reports)
        book.pass_to(timestamp_ns)
        self._meet(price_units, size_units, book.now_ns)
        return len(book.reports) > reported

    def on_bar(
        self,
        open: int,  # noqa: A002 - the name of the price
        high: int,
        low: int,
        close: int,
        volume_units: int,
        open_ns: int,
    ) -> bool:
        """Walk a 1-minute bar; answer whether there are new reports."""
        book = self._book
        reported = len(book.reports)
        end_ns = open_ns + _BAR_NS
        book.bar = BarRange(low, high)
        book.pass_to(open_ns)
        self._meet(open, volume_units, open_ns + _OPEN_NS)
        turns = (low, high) if self._goes_down_first() else (high, low)
        for price, after_ns in zip((*turns, close), _POINTS_NS, strict=True):
            book.pass_to(open_ns + after_ns)
            self._walk(price, end_ns)
        book.bar = None
        return len(book.reports) > reported

    def on_closed(
        self,
        bar_open_ns: int,
        open: int,  # noqa: A002 - the name of the price
        high: int,
        low: int,
        close: int,
        end_ns: int,
    ) -> None:
        """Record a closed 1-minute bar, with the equity at its close."""
        equity = self._book.ledger.equity(close)
        self._record.take(bar_open_ns, (open, high, low, close), end_ns, equity)

    def close_out(self) -> None:
        """Cancel everything, and close the position at the last price, as a taker."""
        book = self._book
        for order in book.orders:
            book.cancel(order, "REQUESTED")
        if whole := book.ledger.whole:
            end = Order(
                number=0,
                side=-1 if whole > 0 else 1,
                kind=OrderKind.MARKET,
                quantity=abs(whole),
                price=0,
                reduce_only=True,
                after_ns=book.now_ns,
            )
            book.fill(end, book.last_price)

    def take_reports(self) -> list[Report]:
        """Return what was reported since it was asked last, in order."""
        taken, self._book.reports = self._book.reports, []
        return taken

    def days(self) -> list[tuple[int, int]]:
        """Return (time, equity) of every end of a UTC day."""
        return list(self._record.days)

    def candles(self) -> list[tuple[int, int, int, int, int, int]]:
        """Return (open time, open, high, low, close, equity) of at most 2 048 buckets."""
        return self._record.candles

    def drawdown(self) -> tuple[float, int, int]:
        """Return the deepest fall as a fraction and as money, and the longest in nanoseconds."""
        return self._record.drawdown

    def _check_sent(self, sent_ns: int) -> None:
        if sent_ns < self._last_sent_ns:
            bound = f"not before the last one sent ({self._last_sent_ns})"
            raise _numbers.refusal("sent_ns", sent_ns, bound, advice=_numbers.MEND_CALL)

    # What a trade does, and the open of a bar

    def _meet(self, price: int, size: int, until_ns: int) -> None:
        """Show a price to every order that arrived before a time, the lowest number first."""
        book = self._book
        book.last_price, book.left = price, size
        for order in book.orders:
            if book.find(order.number) is None:
                continue  # an order before it cancelled it
            fresh = not order.resting
            if fresh and order.after_ns < until_ns:
                book.now_ns = max(book.now_ns, order.after_ns)  # the open of a bar lasts a while
            if fresh and not (order.after_ns < until_ns and book.arrives(order)):
                continue
            if order.cancel_ns is not None and order.cancel_ns < until_ns:
                book.now_ns = max(book.now_ns, order.cancel_ns)
                book.cancel(order, "REQUESTED")
            elif order.after_ns < until_ns:
                self._match(order, price, fresh=fresh)

    def _match(self, order: Order, price: int, *, fresh: bool) -> None:
        book = self._book
        if order.kind is OrderKind.MARKET or order.triggered:
            book.fill(order, price)
        elif order.kind is OrderKind.LIMIT:
            if order.passed(price):
                book.fill(order, price) if fresh else book.fill_waiting(order)
        else:
            order.follow(price)
            if order.reached(price):
                order.triggered, order.after_ns = True, book.now_ns
                if book.bar is not None:
                    book.fill(order, price)

    # What is between the prices of a bar

    def _goes_down_first(self) -> bool:
        """Whether the walk goes to the low first: always against us."""
        whole = self._book.ledger.whole
        if whole:
            return whole > 0
        openers = [order for order in self._book.orders if order.resting and not order.reduce_only]
        return not openers or openers[0].side < 0

    def _walk(self, end: int, until_ns: int) -> None:
        """Go on to the next price, filling what comes on the way."""
        book = self._book
        while found := self._next_on_the_way(end, until_ns):
            order, book.last_price = found
            if order.kind is OrderKind.LIMIT:
                book.fill_waiting(order)
            else:
                book.fill(order, book.last_price)
        book.last_price = end
        for order in book.orders:
            if order.resting and order.kind is OrderKind.TRAILING:
                order.follow(end)

    def _next_on_the_way(self, end: int, until_ns: int) -> tuple[Order, int] | None:
        start, volume = self._book.last_price, self._book.lots_left
        found = [
            (order, price)
            for order in self._book.orders
            if order.resting and order.after_ns < until_ns
            if volume or order.kind is not OrderKind.LIMIT
            if (price := order.on_the_way(start, end)) is not None
        ]
        return min(found, key=lambda one: abs(one[1] - start), default=None)  # the first of equals
