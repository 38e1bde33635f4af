"""How stories about a paper exchange are told, and the venues where they happen.

A price unit is 0.1 quote, a size unit 0.001 base. A taker pays 10 bps of fee, half of a spread of
4 bps and 1 bps of slippage (of a stop 5 bps): of 100.00 quote 0.10, 0.02 and 0.01 (0.05). A maker
pays 2 bps of fee: 0.02. Orders arrive after 100 ms. Ticks are 0.5, lots 0.010.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from supreme_system_v5.domain import Report, Trip, VenueUnits
from tests.support.exchange_play import Step

__all__ = [
    "BUY",
    "CASH",
    "PERP",
    "SELL",
    "SPOT",
    "START",
    "Scenario",
    "accepted",
    "at",
    "cancelled",
    "fill",
    "m",
    "rejected",
]

START = 20_000 * 86_400 * 10**9  # midnight, and so a time of funding
CASH = 1_000 * 10**8
BUY, SELL = 1, -1

PERP = VenueUnits(
    price_decimals=1,
    size_decimals=3,
    tick=5,
    lot=10,
    min_quantity=20,
    min_notional=10**8,
    band=5_000_000,  # 5 %
    taker=100_000,
    maker=20_000,
    spread=40_000,
    slippage=10_000,
    stop_slippage=50_000,
    funding=100_000,  # 0.1 % per 8 h
    latency_ns=100 * 10**6,
    spot=False,
    leverage=2 * 10**8,
)
SPOT = PERP._replace(spot=True, funding=0, leverage=10**8)


class Scenario(NamedTuple):
    """A story, what is reported in all, and what stands in the ledger at its end."""

    name: str
    units: VenueUnits
    steps: Sequence[Step]
    reports: Sequence[Report]
    ledger: dict[str, int]


def at(seconds: float) -> int:
    return START + round(seconds * 1_000) * 10**6


def m(quote: str) -> int:
    return int(Decimal(quote) * 10**8)


def accepted(number: int, time_ns: int, quantity: int) -> Report:
    return Report("ACCEPTED", number, time_ns, quantity=quantity)


def rejected(number: int, time_ns: int, reason: str) -> Report:
    return Report("REJECTED", number, time_ns, reason)


def cancelled(number: int, time_ns: int, reason: str, filled: int = 0) -> Report:
    return Report("CANCELLED", number, time_ns, reason, filled=filled)


def fill(
    number: int,
    time_ns: int,
    side: int,
    price: int,
    quantity: int,
    costs: str,
    *,
    filled: int | None = None,
    partly: bool = False,
    maker: bool = False,
    fee_base: int = 0,
    trip: Trip | None = None,
) -> Report:
    """Return the report of a fill; `costs` are value, spread, slippage and fee in quote."""
    value, spread, slippage, fee = map(m, costs.split())
    status = "PARTIALLY_FILLED" if partly else "FILLED"
    total = quantity if filled is None else filled
    return Report(status, number, time_ns, "", side, price, quantity, total, value, spread,
                  slippage, fee, fee_base, maker, trip)  # fmt: skip
