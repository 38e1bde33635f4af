"""Orders, what becomes of them, and what a signal proposes.

Integers are in units of the market's grids (prices, quantities), 1e-8 quote (money) and 1e-12 base
(holdings), as ``docs/trading.md`` defines them.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum

import msgspec

__all__ = [
    "NUMBERS_APART",
    "OrderKind",
    "OrderStatus",
    "Proposal",
    "Report",
    "SignalAction",
    "Trip",
]


NUMBERS_APART = 4
"""Numbers that an order takes: its own, and those of its stop, target and trailing stop."""


class OrderKind(IntEnum):
    """What kind of order it is; ``docs/trading.md``, "The paper exchange", says how each fills."""

    MARKET = 0
    LIMIT = 1
    STOP = 2
    TAKE_PROFIT = 3
    TRAILING = 4


class OrderStatus(StrEnum):
    """What became of an order, by the exchange's word; UNKNOWN when there is none."""

    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    PARTIALLY_FILLED = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    CANCELLED = "CANCELLED"
    UNKNOWN = "UNKNOWN"
    FUNDING = "FUNDING"


class SignalAction(StrEnum):
    """What a signal asks for."""

    ENTER = "ENTER"
    EXIT = "EXIT"


class Proposal(msgspec.Struct, frozen=True, gc=False):
    """What a built-in signal proposes at a closed bar; prices are floats in quote currency.

    Attributes:
        action: ``"ENTER"`` or ``"EXIT"``.
        side: 1 long, -1 short: of the position to enter or to leave.
        reason: For example ``"CROSSED"``.
        stop: Price at which a loss is taken; None for no stop.
        target: Price at which a gain is taken; None for no target.
        trail: Distance of a trailing stop; None for none.
        limit: Price of a limit order to enter with; None for a market order.
        good_for_ns: After that a limit order is cancelled.
    """

    action: str
    side: int
    reason: str
    stop: float | None
    target: float | None
    trail: float | None
    limit: float | None = None
    good_for_ns: int = 0


class Trip(msgspec.Struct, frozen=True, gc=False):
    """A position from its first fill to its last; gross less the costs is what it gained.

    Attributes:
        side: 1 long, -1 short.
        entry_ns: Time of the first fill.
        exit_ns: Time of the last fill.
        entry_quantity: Bought (sold, of a short) in all, in size units.
        entry_value: What for, money, at the prices the market showed.
        exit_quantity: Sold (bought) in all, in size units.
        exit_value: What for.
        gross: Gain at the prices the market showed, money.
        fees: Money.
        spread: Money.
        slippage: Money.
        funding: Money paid; below 0 received.
    """

    side: int
    entry_ns: int
    exit_ns: int
    entry_quantity: int
    entry_value: int
    exit_quantity: int
    exit_value: int
    gross: int
    fees: int
    spread: int
    slippage: int
    funding: int

    @property
    def net(self) -> int:
        """What the account gained, money."""
        return self.gross - self.fees - self.spread - self.slippage - self.funding


class Report(msgspec.Struct, frozen=True, gc=False):
    """One report of an exchange about an order, or about funding.

    Attributes:
        status: A value of `OrderStatus`.
        number: The order's; 0 of funding and of a close-out.
        event_ns: When it came about.
        reason: Why it was rejected or cancelled, otherwise empty.
        side: 1 buys, -1 sells; 0 where nothing was filled.
        price: At which it was filled, a price that the market showed.
        quantity: How much this report filled, in size units; of ACCEPTED, the order's.
        filled: How much of the order is filled in all.
        value: Of what was filled, money; of FUNDING, what was paid.
        spread: Money beside the value.
        slippage: Money beside the value.
        fee: Money: paid in quote, or what the fee in base is worth.
        fee_base: Fee taken out of the base bought, a holding; 0 where it is paid in quote.
        maker: True when the order waited for its price.
        trip: The position that this fill ended; None when it ended none.
    """

    status: str
    number: int
    event_ns: int
    reason: str = ""
    side: int = 0
    price: int = 0
    quantity: int = 0
    filled: int = 0
    value: int = 0
    spread: int = 0
    slippage: int = 0
    fee: int = 0
    fee_base: int = 0
    maker: bool = False
    trip: Trip | None = None
