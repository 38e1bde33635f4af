"""Money on paper, exact to 1e-8 of the quote currency.

Every amount that moves is rounded half-even to 1e-8 once, where it arises; everything after that is
exact addition, so money is conserved to the last digit:

    initial cash + gross PnL - fees - slippage = cash, whenever no position is open.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Context, Decimal, localcontext

from supreme_system_v5.errors import InvalidInputError

__all__ = ["Account", "Costs", "Fill", "RoundTrip", "exact"]

_CASH_STEP = Decimal("1e-8")
_BPS = Decimal(10_000)
_STOP_BPS = Decimal(5)
_STOP_PART_OF_RANGE = Decimal("0.25")


def exact(value: float) -> Decimal:
    """Return the shortest decimal that is this float: 61827.99, not 61827.98999999999796.

    >>> exact(61827.99)
    Decimal('61827.99')
    """
    return Decimal(repr(value))


def _exactly() -> AbstractContextManager[Context]:
    """Compute with more digits than any product here has, whatever the caller's context is."""
    return localcontext(Context(prec=100, rounding=ROUND_HALF_EVEN))


def _money(amount: Decimal) -> Decimal:
    return amount.quantize(_CASH_STEP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What a fill costs, in basis points (1 bp = 0.01 %), from 0 to below 10 000.

    Attributes:
        fee_bps: Fee, of the value at the fill price, in quote currency.
        slippage_bps: How much worse than the trade's price the fill price is.
    """

    fee_bps: Decimal
    slippage_bps: Decimal

    def __post_init__(self) -> None:
        """Check the range."""
        for name in ("fee_bps", "slippage_bps"):
            value: Decimal = getattr(self, name)
            if not (value.is_finite() and 0 <= value < _BPS):
                raise InvalidInputError(
                    f"{name} is {value}, allowed is 0 to below 10 000", name, value, "0 to 10 000"
                )

    def stopped_price(self, base: Decimal, fallen: Decimal, low: Decimal) -> Decimal:
        """Return what a stop inside a bar sells at, per unit.

        Args:
            base: The stop, or the bar's open where that is lower.
            fallen: How far the bar fell from its open, 0 or more.
            low: The lowest price that the bar showed; nothing sells below it.
        """
        with _exactly():
            slip = max(
                base * self.slippage_bps / _BPS,
                base * _STOP_BPS / _BPS + fallen * _STOP_PART_OF_RANGE,
            )
            return max(base - slip, min(base, low))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One market order, filled.

    Attributes:
        quantity: Base currency.
        price: Fill price: the trade's price (or a stop's), made worse by slippage.
        value: Quantity at that price before slippage.
        slippage: How much worse than `value` the fill was, 0 or more.
        fee: Fee, 0 or more.
    """

    quantity: Decimal
    price: Decimal
    value: Decimal
    slippage: Decimal
    fee: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTrip:
    """A position from its first fill to its last; `gross` - `fees` - `slippage` = `net`."""

    entry: Fill
    exit: Fill

    @property
    def gross(self) -> Decimal:
        """Gain at the prices before slippage."""
        return self.exit.value - self.entry.value

    @property
    def fees(self) -> Decimal:
        """Fees of both fills."""
        return self.entry.fee + self.exit.fee

    @property
    def slippage(self) -> Decimal:
        """Slippage of both fills."""
        return self.entry.slippage + self.exit.slippage

    @property
    def net(self) -> Decimal:
        """What the account gained."""
        return self.gross - self.fees - self.slippage


class Account:
    """Cash and at most one long position.

    Args:
        initial_cash: Quote currency, above 0.
        costs: Fee and slippage of each fill.
        lot: Quantities are whole multiples of it.

    Raises:
        InvalidInputError: If `initial_cash` or `lot` is not above 0.
    """

    __slots__ = ("_costs", "_entry", "_lot", "cash", "fees", "gross", "initial_cash", "slippage")

    def __init__(
        self, *, initial_cash: Decimal, costs: Costs, lot: Decimal = Decimal("0.00001")
    ) -> None:
        for name, value in (("initial_cash", initial_cash), ("lot", lot)):
            if not (value.is_finite() and value > 0):
                raise InvalidInputError(f"{name} is {value}, allowed is above 0", name, value)
        self._costs = costs
        self._lot = lot
        self._entry: Fill | None = None
        self.initial_cash = initial_cash
        self.cash = initial_cash
        self.gross = Decimal(0)
        self.fees = Decimal(0)
        self.slippage = Decimal(0)

    @property
    def entry(self) -> Fill | None:
        """The fill that opened the position; None when there is none."""
        return self._entry

    @property
    def position(self) -> Decimal:
        """Base currency held, 0 or more."""
        return self._entry.quantity if self._entry else Decimal(0)

    @property
    def realised_pnl(self) -> Decimal:
        """Net gain of all closed positions."""
        return self.gross - self.fees - self.slippage + self._open_costs

    @property
    def _open_costs(self) -> Decimal:
        return self._entry.fee + self._entry.slippage if self._entry else Decimal(0)

    def equity(self, price: Decimal) -> Decimal:
        """Return cash plus the position at this price, without the costs of selling it."""
        with _exactly():
            return self.cash + _money(self.position * price)

    def share(self, fraction: Decimal, price: Decimal) -> Decimal:
        """Return a fraction of the equity at this price, but no more than the cash."""
        with _exactly():
            return min(_money(self.equity(price) * fraction), self.cash)

    def buy(self, price: Decimal, spend: Decimal) -> Fill | None:
        """Buy at a trade's price for at most `spend`, fee included.

        Returns:
            The fill; None if `spend` does not buy one lot.

        Raises:
            InvalidInputError: If a position is open, or `spend` is more than the cash.
        """
        if self._entry is not None:
            raise InvalidInputError("a position is open; it must be sold first", "position")
        if spend > self.cash:
            raise InvalidInputError(
                f"spend is {spend}, allowed is up to the cash, {self.cash}", "spend", spend
            )
        with _exactly():
            worse = price * (1 + self._costs.slippage_bps / _BPS)
            per_lot = worse * (1 + self._costs.fee_bps / _BPS) * self._lot
            lots = (spend / per_lot).to_integral_value(ROUND_DOWN)
            fill = self._fill(price, worse, lots * self._lot)
            while lots and fill.value + fill.slippage + fill.fee > spend:  # by a rounding
                lots -= 1
                fill = self._fill(price, worse, lots * self._lot)
            if not lots:
                return None
            self._entry = fill
            self.cash -= fill.value + fill.slippage + fill.fee
            self.fees += fill.fee
            self.slippage += fill.slippage
            return fill

    def sell(self, price: Decimal) -> RoundTrip:
        """Sell the whole position at a trade's price.

        Raises:
            InvalidInputError: If no position is open.
        """
        with _exactly():
            return self._sell(price, price * (1 - self._costs.slippage_bps / _BPS))

    def sell_stopped(self, base: Decimal, fallen: Decimal, low: Decimal) -> RoundTrip:
        """Sell the whole position by a stop inside a bar; see `Costs.stopped_price`.

        Raises:
            InvalidInputError: If no position is open.
        """
        return self._sell(base, self._costs.stopped_price(base, fallen, low))

    def _sell(self, price: Decimal, worse: Decimal) -> RoundTrip:
        """Sell the whole position, worse than at this price.

        Raises:
            InvalidInputError: If no position is open.
        """
        if self._entry is None:
            raise InvalidInputError("no position is open", "position")
        with _exactly():
            trip = RoundTrip(entry=self._entry, exit=self._fill(price, worse, self.position))
            self._entry = None
            self.cash += trip.exit.value - trip.exit.slippage - trip.exit.fee
            self.gross += trip.gross
            self.fees += trip.exit.fee
            self.slippage += trip.exit.slippage
            return trip

    def _fill(self, price: Decimal, worse: Decimal, quantity: Decimal) -> Fill:
        value = _money(quantity * price)
        paid = _money(quantity * worse)
        return Fill(
            quantity=quantity,
            price=worse,
            value=value,
            slippage=abs(paid - value),
            fee=_money(quantity * worse * self._costs.fee_bps / _BPS),
        )
