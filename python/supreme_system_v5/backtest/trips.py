"""Ended positions: counted, the newest kept, and told to whoever writes them down."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from decimal import Context, Decimal
from typing import NamedTuple

from supreme_system_v5.backtest.results import TRADES_KEPT, ClosedTrade, TradeTally
from supreme_system_v5.domain import NUMBERS_APART, Report, Submit, Trip, VenueUnits

__all__ = ["TripBook"]

_PROTECTIONS = ("", "STOP", "TARGET", "TRAILING")
_EXACT = Context(prec=60)
_PRICE_STEP = Decimal("1e-8")


def _average(value: Decimal, quantity: Decimal) -> Decimal:
    """Return an average price, rounded to 1e-8: the money beside it is exact."""
    return _EXACT.divide(value, quantity).quantize(_PRICE_STEP, context=_EXACT)


_MONEY = Decimal("1e-8")
_BPS = 10_000.0


class _Ended(NamedTuple):
    """A trip, its number, why it was begun and ended, and how sure everybody was."""

    number: int
    trip: Trip
    entry_reason: str
    exit_reason: str
    confidence: float | None


class TripBook:
    """Turns the trips of a ledger into closed trades with their reasons.

    A run may end thousands of trips a second, and shows few of them: all are counted, but a closed
    trade is made only for whoever is told, and of the newest when they are asked for.

    Args:
        units: The venue in this market's units.
        on_trade: Told every closed trade; None for nobody.

    Attributes:
        tally: All of them, counted.
    """

    __slots__ = (
        "_confidence",
        "_ended",
        "_entry_reason",
        "_on_trade",
        "_sent",
        "_size_unit",
        "tally",
    )

    def __init__(
        self, units: VenueUnits, on_trade: Callable[[ClosedTrade], None] | None = None
    ) -> None:
        self._size_unit = Decimal(1).scaleb(-units.size_decimals)
        self._on_trade = on_trade
        self._sent: tuple[int, str] = (0, "")
        self._entry_reason = ""
        self._confidence: float | None = None
        self._ended: deque[_Ended] = deque(maxlen=TRADES_KEPT)
        self.tally = TradeTally()

    @property
    def newest(self) -> Sequence[ClosedTrade]:
        """At most `TRADES_KEPT`, oldest first."""
        return [self._closed(ended) for ended in self._ended]

    def sent(self, order: Submit) -> None:
        """Remember why an order was sent."""
        self._sent = (order.number, order.reason)
        if not order.reduce_only:
            self._entry_reason, self._confidence = order.reason, order.confidence

    def add(self, report: Report, trip: Trip) -> None:
        """Count a trip that a report ended."""
        net = trip.net
        self.tally.count(
            net * _MONEY,
            held_ns=trip.exit_ns - trip.entry_ns,
            value=trip.side * trip.entry_value * _MONEY,
        )
        self.tally.days.add(trip.exit_ns, net / (trip.entry_value or 1) * _BPS)
        why = self._why(report.number)
        ended = _Ended(self.tally.trades, trip, self._entry_reason, why, self._confidence)
        self._ended.append(ended)
        if self._on_trade is not None:
            self._on_trade(self._closed(ended))

    def _closed(self, ended: _Ended) -> ClosedTrade:
        trip = ended.trip
        quantity = trip.entry_quantity * self._size_unit
        left = trip.exit_quantity * self._size_unit
        return ClosedTrade(
            number=ended.number,
            side="long" if trip.side > 0 else "short",
            entry_ns=trip.entry_ns,
            exit_ns=trip.exit_ns,
            quantity=quantity,
            entry_price=_average(trip.entry_value * _MONEY, quantity),
            exit_price=_average(trip.exit_value * _MONEY, left),
            gross=trip.gross * _MONEY,
            fees=trip.fees * _MONEY,
            spread=trip.spread * _MONEY,
            slippage=trip.slippage * _MONEY,
            funding=trip.funding * _MONEY,
            net=trip.net * _MONEY,
            entry_reason=ended.entry_reason,
            exit_reason=ended.exit_reason,
            confidence=ended.confidence,
        )

    def _why(self, number: int) -> str:
        if number == 0:
            return "END_OF_DATA"
        number_sent, reason = self._sent
        return reason if number == number_sent else _PROTECTIONS[(number - 1) % NUMBERS_APART]
