"""What goes wrong at an exchange in the campaign of faults."""

from __future__ import annotations

from tests.support.fault_case import FaultCase
from tests.support.fault_cases_data import data, notices, rest
from tests.support.fault_cases_wire import heartbeat, subscription, transport

__all__ = ["CASES", "LISTED", "SHORT", "case_of"]

LISTED: tuple[str, ...] = (
    "TCP reset in the middle of a frame",
    "close frame with any code, or none",
    "half open: accepted, neither sent nor read",
    "frozen, then everything at once",
    "late, in pieces, a byte at a time",
    "connections refused, handshakes answered with a status, TLS",
    "limits of connections",
    "a connection's life of a day",
    "slow readers",
    "no pong",
    "pongs, but no data",
    "late pongs",
    "no pings, and a deadline for ours",
    "idle connections",
    "binary, broken, huge and unknown frames",
    "confirmations withheld, late, twice",
    "subscriptions refused",
    "confirmed, then never told",
    "one channel dies",
    "another market's data",
    "counts of connections",
    "limits of requests",
    "trades not told",
    "trades told again",
    "trades in another order",
    "several trades told as one",
    "absurd prices and sizes",
    "wrong times",
    "many at once",
    "candles not closed, twice, revised, missing, shifted",
    "bid above ask",
    "a quiet market",
    "jumps and halts",
    "rules that change",
    "notice of an upgrade",
    "notice of a shutdown",
    "states of maintenance",
    "REST: errors, pages, empty, old, slow, cut, never",
    "the exchange's clock",
    "bans",
)
"""What goes wrong at exchanges but for orders; cases name it by its place, from 1 on."""

CASES: tuple[FaultCase, ...] = (
    *transport(),
    *heartbeat(),
    *subscription(),
    *data(),
    *notices(),
    *rest(),
)
"""All of them, in the order of the list."""


SHORT: tuple[str, ...] = (
    "TCP reset in the middle of a frame",
    "pongs, but no data for 60 s",
    "confirmed, then never told",
    "trades come in another order",
    "a service upgrade in 30 s (64008)",
    "a shutdown in 30 s (serverShutdown)",
    "cut off, REST answers 502 and a page",
)
"""Of each group, some."""


def case_of(name: str) -> FaultCase:
    """Return the case of that name."""
    return next(case for case in CASES if case.name == name)
