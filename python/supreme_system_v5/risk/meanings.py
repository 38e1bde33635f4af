"""What refusals mean, and what to do, in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["MEANINGS"]

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "COST": "the target is too near for what a round trip costs",
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
        "ACCOUNT_MISMATCH": "the exchange's account is not what our fills say",
        "UNKNOWN_ORDER": "nobody knows what became of an order",
        "WARM_UP": "too few bars have closed",
    }
)
"""By reason, as a summary shows them."""
