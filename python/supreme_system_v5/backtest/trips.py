"""Ended positions: counted, the newest kept, and told to whoever writes them down."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from decimal import Context, Decimal

from supreme_system_v5.backtest.results import TRADES_KEPT, ClosedTrade, TradeTally
from supreme_system_v5.domain import NUMBERS_APART, Report, Submit, Trip, VenueUnits

__all__ = ["TripBook"]

_PROTECTIONS = ("", "STOP", "TARGET", "TRAILING")
_EXACT = Context(prec=60)


class TripBook:
    """Turns the trips of a ledger into closed trades with their reasons.

    Args:
        units: The venue in this market's units.
        on_trade: Told every closed trade; None for nobody.

    Attributes:
        tally: All of them, counted.
        newest: At most `TRADES_KEPT`, oldest first.
    """

    __slots__ = (
        "_entry_reason",
        "_on_trade",
        "_sent",
        "_size_unit",
        "_value_unit",
        "newest",
        "tally",
    )

    def __init__(
        self, units: VenueUnits, on_trade: Callable[[ClosedTrade], None] | None = None
    ) -> None:
        self._size_unit = Decimal(1).scaleb(-units.size_decimals)
        self._value_unit = Decimal("1e-8")
        self._on_trade = on_trade
        self._sent: tuple[int, str] = (0, "")
        self._entry_reason = ""
        self.tally = TradeTally()
        self.newest: deque[ClosedTrade] = deque(maxlen=TRADES_KEPT)

    def sent(self, order: Submit) -> None:
        """Remember why an order was sent."""
        self._sent = (order.number, order.reason)
        if not order.reduce_only:
            self._entry_reason = order.reason

    def add(self, report: Report, trip: Trip) -> None:
        """Count a trip that a report ended."""
        trade = self._closed(report, trip)
        self.tally.add(trade)
        self.newest.append(trade)
        if self._on_trade is not None:
            self._on_trade(trade)

    def _closed(self, report: Report, trip: Trip) -> ClosedTrade:
        scale = self._value_unit
        entered, left = trip.entry_quantity, trip.exit_quantity
        quantity = entered * self._size_unit
        return ClosedTrade(
            number=self.tally.trades + 1,
            side="long" if trip.side > 0 else "short",
            entry_ns=trip.entry_ns,
            exit_ns=trip.exit_ns,
            quantity=quantity,
            entry_price=_EXACT.divide(trip.entry_value * scale, quantity),
            exit_price=_EXACT.divide(trip.exit_value * scale, left * self._size_unit),
            gross=trip.gross * scale,
            fees=trip.fees * scale,
            spread=trip.spread * scale,
            slippage=trip.slippage * scale,
            funding=trip.funding * scale,
            net=trip.net * scale,
            entry_reason=self._entry_reason,
            exit_reason=self._why(report.number),
        )

    def _why(self, number: int) -> str:
        if number == 0:
            return "END_OF_DATA"
        number_sent, reason = self._sent
        return reason if number == number_sent else _PROTECTIONS[(number - 1) % NUMBERS_APART]
