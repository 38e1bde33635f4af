"""What refusals mean, and what to do, in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["MEANINGS"]

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "BELOW_SMALLEST": "what is open is less than the smallest order that could close it",
        "NOT_A_SIZE": "risk gave a quantity that is none",
        "COST": "the target is too near for what a round trip costs",
        "BLOCKED": "something is claimed, for this side, that nobody has confirmed yet",
        "CONFIDENCE": "the judgements do not agree enough",
        "NO_STOP": "nothing says what may be lost; give the signal a stop",
        "NO_SHORTS": "spot knows no short positions",
        "DAILY_LOSS": "the day has lost what it may; goes on at 00:00 UTC",
        "DRAWDOWN": "the account has lost what it may; halted until it is re-armed",
        "FEE_BLEED": "too much was paid as fees within 24 hours",
        "COOL_DOWN": "it waits after losses in a row",
        "ENTRIES_PER_DAY": "the day has had its entries",
        "TOO_SMALL": "what may be risked does not buy the smallest quantity",
        "MIN_NOTIONAL": "what may be risked is worth less than the venue's smallest order",
        "EXIT_TRAP": "it could not be sold again at its stop",
        "STALE_FEED": "a feed has been silent for too long",
        "CLOCK_SKEW": "our clock and the exchange's disagree",
        "RESOURCE_PRESSURE": "memory or processor time run short",
        "PAUSED": "its owner has paused it",
        "ACCOUNT_MISMATCH": "the exchange's account is not what our fills say",
        "UNKNOWN_ORDER": "nobody knows what became of an order",
        "WARM_UP": "too few bars have closed",
        "IN_POSITION": "a position is open already",
        "ORDER_UNDER_WAY": "an order has not come to its end yet",
        "NO_POSITION": "there was nothing to close",
        "TOO_LARGE": "an order does not hold so much",
        "TICK_TOO_COARSE": "a stop or target is nearer than a tick of the venue",
        "WRONG_SIDE": "a stop or target is on the wrong side of the price",
        "NOT_A_SIGNAL": "the strategy answered with something else than a signal",
        "NOT_AN_ACTION": "the strategy gave a signal that neither enters nor leaves",
        "NOT_A_REASON": "the strategy gave a reason that cannot be printed",
        "NOT_A_SIDE": "the strategy said neither long nor short",
        "NOT_A_PRICE": "the strategy gave a stop, target or limit that is no price",
        "NOT_A_TIME": "the strategy gave a time to wait that is none",
        "FOREIGN_EVENT": "something was about another market, account or run",
        "REJECTED_LOT_SIZE": "the exchange takes whole lots only",
        "REJECTED_TICK_SIZE": "the exchange takes prices on ticks only",
        "REJECTED_PRICE_BAND": "the limit was too far from the price for the exchange",
        "REJECTED_MIN_NOTIONAL": "the order was worth too little for the exchange",
        "REJECTED_TOO_LARGE": "the order was worth too much for the exchange",
        "CANCELLED_TOO_LARGE": "the order was worth too much when it came to be filled",
        "CANCELLED_FUNDS": "there was too little money when it came to be filled",
    }
)
"""By reason, as a summary shows them."""
