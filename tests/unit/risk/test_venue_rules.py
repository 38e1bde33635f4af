from __future__ import annotations

import pytest

from supreme_system_v5 import simulation
from supreme_system_v5.domain import VENUES
from supreme_system_v5.risk.venue_rules import refused_by_venue

UNIT = 10**8


@pytest.mark.parametrize(
    ("venue", "quantity", "reason"),
    [
        ("okx-spot", -1_000, "TOO_SMALL"),
        ("okx-spot", 999, "TOO_SMALL"),
        ("okx-spot", 1_000, "EXIT_TRAP"),
        ("okx-spot", 1_002, None),
        ("binance-spot", 24_000, "MIN_NOTIONAL"),
        ("binance-spot", 26_000, "EXIT_TRAP"),
        ("binance-spot", 32_000, None),
        ("binance-perp", 400_000, "MIN_NOTIONAL"),
    ],
)
def test_what_a_venue_would_refuse(venue: str, quantity: int, reason: str | None) -> None:
    """At 20 000 USDT with a stop 1 % below."""
    units = VENUES[venue].in_units(None)
    ledger = simulation.Ledger(units, 10_000 * UNIT)
    refusal = refused_by_venue(quantity, 20_000 * UNIT, 19_800 * UNIT, ledger, units)
    assert (refusal.reason if refusal else None) == reason
    assert refusal is None or (refusal.limit is not None and refusal.value is not None)
