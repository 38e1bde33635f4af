"""Money and position from fills alone, to the last unit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from supreme_system_v5.domain import OrderStatus, Report, Trip, VenueUnits
from supreme_system_v5.reference import _numbers
from supreme_system_v5.reference._exact import (
    Exact,
    from_holding,
    from_money,
    holding,
    holding_units,
    money,
    money_units,
    rate,
)
from supreme_system_v5.reference._indicator import Stateful

__all__ = ["Ledger"]

_CASH_MOST = 10**18  # 1e10 quote
_UNITS_MOST = 2**53
_FILLS = (OrderStatus.PARTIALLY_FILLED, OrderStatus.FILLED)
_NOTHING = Fraction(0)


@dataclass(slots=True)
class _Totals:
    """What adds up, in quote currency."""

    gross: Fraction = _NOTHING
    fees: Fraction = _NOTHING
    spread: Fraction = _NOTHING
    slippage: Fraction = _NOTHING
    funding: Fraction = _NOTHING


@dataclass(slots=True)
class _OpenTrip:
    """A position that has not ended: what was bought (sold, of a short), and what was returned."""

    side: int
    entry_ns: int
    before: _Totals
    entry_quantity: int
    entry_value: Fraction
    exit_quantity: int = 0
    exit_value: Fraction = _NOTHING

    def enter(self, quantity: int, value: Fraction) -> None:
        """Take a fill that enlarges it."""
        self.entry_quantity += quantity
        self.entry_value += value

    def leave(self, quantity: int, value: Fraction) -> None:
        """Take a fill, or the part of one, that reduces it."""
        self.exit_quantity += quantity
        self.exit_value += value

    def ended(self, exit_ns: int, now: _Totals) -> Trip:
        """Return it as a whole, with what the totals grew by."""
        before = self.before
        return Trip(
            side=self.side,
            entry_ns=self.entry_ns,
            exit_ns=exit_ns,
            entry_quantity=self.entry_quantity,
            entry_value=money_units(self.entry_value),
            exit_quantity=self.exit_quantity,
            exit_value=money_units(self.exit_value),
            gross=money_units(now.gross - before.gross),
            fees=money_units(now.fees - before.fees),
            spread=money_units(now.spread - before.spread),
            slippage=money_units(now.slippage - before.slippage),
            funding=money_units(now.funding - before.funding),
        )


class Ledger(Stateful):
    """Cash, position and what became of the money; fulfils `supreme_system_v5.ports.Ledger`.

    To the last unit, always: cash + cost + fees + spread + slippage + funding - gross is the
    initial cash.

    Args:
        units: The venue in the integers of the market.
        initial_cash: Money, an integer of 1e-8 quote, 1 to 1e18.

    Raises:
        InvalidInputError: `initial_cash` out of range.
        InvalidTypeError: An argument of the wrong type.

    Constant memory; a fill takes constant time.
    Source: "The ledger" of ``docs/trading.md``.

    Example:
        >>> from supreme_system_v5.domain import VENUES
        >>> ledger = Ledger(VENUES["okx-perp"].in_units(None), 100_000_000_000)
        >>> ledger.apply(Report("FILLED", 1, 0, side=1, price=10**10, quantity=10**8,
        ...                     filled=10**8, value=10**10, fee=5_000_000))
        >>> ledger.cash, ledger.position, ledger.equity(11 * 10**9)
        (89995000000, 1000000000000, 100995000000)
    """

    __slots__ = (
        "_cash",
        "_cost",
        "_exact",
        "_initial",
        "_position",
        "_totals",
        "_trip",
        "_turnover",
    )

    def __init__(self, units: VenueUnits, initial_cash: int) -> None:
        self._exact = Exact(units)
        cash = _numbers.period("initial_cash", initial_cash, most=_CASH_MOST)
        self._initial = cash
        self._cash = from_money(cash)
        self._position = self._cost = self._turnover = _NOTHING
        self._totals = _Totals()
        self._trip: _OpenTrip | None = None

    @property
    def initial_cash(self) -> int:
        """Money at the start."""
        return self._initial

    @property
    def cash(self) -> int:
        """Money."""
        return money_units(self._cash)

    @property
    def position(self) -> int:
        """A holding; below 0 short."""
        return holding_units(self._position)

    @property
    def cost(self) -> int:
        """What the position cost, money, with its sign."""
        return money_units(self._cost)

    @property
    def gross(self) -> int:
        """What closed positions gained at the prices the market showed, money."""
        return money_units(self._totals.gross)

    @property
    def fees(self) -> int:
        """Money."""
        return money_units(self._totals.fees)

    @property
    def spread(self) -> int:
        """Money."""
        return money_units(self._totals.spread)

    @property
    def slippage(self) -> int:
        """Money."""
        return money_units(self._totals.slippage)

    @property
    def funding(self) -> int:
        """Money paid; below 0 received."""
        return money_units(self._totals.funding)

    @property
    def turnover(self) -> int:
        """The value of all fills, money."""
        return money_units(self._turnover)

    @property
    def whole(self) -> int:
        """The whole lots in the position, in size units, with its sign; 0 with dust at most."""
        return self._exact.whole(self._position)

    def apply(self, report: Report, /) -> None:
        """Take a fill or a funding; other reports change nothing.

        Raises:
            InvalidTypeError: Not a report; nothing changes.
        """
        if not isinstance(report, Report):
            raise _numbers.wrong_type("report", report, "a Report")
        self._take(report)

    def equity(self, price: int, /) -> int:
        """Return cash and position at a price in units, money.

        Raises:
            InvalidInputError: A price outside 0 to 2**53.
            InvalidTypeError: Not an integer.
        """
        return money_units(self._equity(_numbers.period("price", price, 0, _UNITS_MOST)))

    def trapped(self, quantity: int, price: int, stop: int, /) -> bool:
        """Return whether what a purchase brings would be too little to be sold again.

        Args:
            quantity: Of the purchase, size units, 1 to 2**53.
            price: At which it would be filled, price units, 1 to 2**53.
            stop: At which it would be sold again, price units, up to 2**53; 0 stands for `price`.

        Raises:
            InvalidInputError: A value out of range.
            InvalidTypeError: A value of the wrong type.
        """
        quantity = _numbers.period("quantity", quantity, most=_UNITS_MOST)
        price = _numbers.period("price", price, most=_UNITS_MOST)
        stop = _numbers.period("stop", stop, least=0, most=_UNITS_MOST)
        venue, exact = self._exact.venue, self._exact
        bought, taker = exact.quantity(quantity), rate(venue.taker)
        arrives = bought - holding(bought * taker) if venue.spot else bought
        lots = exact.whole(arrives)
        value = exact.value(exact.quantity(lots), stop or price)
        worth = value - money(value * taker)
        return lots < venue.min_quantity or 5 * worth < 6 * from_money(venue.min_notional)

    def _equity(self, price: int) -> Fraction:
        return self._cash + self._exact.value(self._position, price)

    def _take(self, report: Report) -> Trip | None:
        """Take a report; return the trip that it ended."""
        if report.status == OrderStatus.FUNDING:
            paid = from_money(report.value)
            self._cash -= paid
            self._totals.funding += paid
        elif report.status in _FILLS:
            return self._fill(report)
        return None

    def _fill(self, fill: Report) -> Trip | None:
        totals, whole = replace(self._totals), self.whole
        closed, closed_value = self._settle(fill)
        value = from_money(fill.value)
        trip, ended = self._trip, None
        turned = self.whole * whole < 0
        if trip is not None and (turned or self.whole == 0):
            trip.leave(closed, closed_value)
            ended, self._trip = trip.ended(fill.event_ns, self._totals), None
        elif trip is not None and fill.side == trip.side:
            trip.enter(fill.quantity, value)
        elif trip is not None:
            trip.leave(fill.quantity, value)
        if turned:
            rest = fill.quantity - closed, value - closed_value
            self._trip = _OpenTrip(fill.side, fill.event_ns, replace(self._totals), *rest)
        elif whole == 0 and self.whole != 0:
            self._trip = _OpenTrip(fill.side, fill.event_ns, totals, fill.quantity, value)
        return ended

    def _settle(self, fill: Report) -> tuple[int, Fraction]:
        """Book a fill; return how much of it closed, in size units, and for what."""
        value, spread, slippage, fee = (
            from_money(units) for units in (fill.value, fill.spread, fill.slippage, fill.fee)
        )
        totals, position = self._totals, self._position
        totals.fees += fee
        totals.spread += spread
        totals.slippage += slippage
        self._turnover += value
        self._cash -= fill.side * value + spread + slippage
        arrives, paid = self._exact.quantity(fill.quantity), value
        if fill.fee_base:  # it stays behind with the venue, and so does its part of the cost
            arrives -= from_holding(fill.fee_base)
            paid -= fee
        else:
            self._cash -= fee
        closes = min(arrives, abs(position)) if position * fill.side < 0 else _NOTHING
        closed_value = paid if closes == arrives else money(paid * closes / arrives)
        leaves = self._cost
        if closes != abs(position):
            leaves = money(leaves * closes / abs(position))
        totals.gross -= fill.side * closed_value + leaves
        self._cost += fill.side * (paid - closed_value) - leaves
        self._position += fill.side * arrives
        return self._exact.quantity_units(closes), closed_value

    def __repr__(self) -> str:
        return f"Ledger(cash={self.cash}, position={self.position}, cost={self.cost})"
