from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5 import simulation
from supreme_system_v5.domain import VENUES, Report
from supreme_system_v5.risk import TradeCosts
from supreme_system_v5.risk.trade_costs import value_of

OKX, PERP = VENUES["okx-spot"].in_units(None), VENUES["okx-perp"].in_units(None)
UNIT = 10**8


def test_the_round_trip_is_two_fees_a_spread_and_two_slippages() -> None:
    assert TradeCosts(OKX).in_bps(TradeCosts(OKX).round_trip) == pytest.approx(22.1)
    assert TradeCosts(PERP).in_bps(TradeCosts(PERP).round_trip) == pytest.approx(12.1)


def test_a_value_is_rounded_down() -> None:
    assert value_of(3, 50_000 * UNIT, OKX) == 3 * 50_000
    assert value_of(1, UNIT - 1, OKX) == 0


def test_a_loss_by_hand() -> None:
    """From 100 to 99 on okx-perp: 1, 6.05 bps of 100 and 10.05 bps of 99."""
    loss = TradeCosts(PERP).loss_per_unit(100 * UNIT, 99 * UNIT)
    expected = 1 + Decimal("0.0605") + Decimal("0.0010050") * 99
    assert Decimal(loss) / UNIT / UNIT == expected


@given(
    st.integers(-(10**9), 10**9).filter(bool),
    st.integers(1, 10**12),
    st.integers(1, 10**6),
    st.booleans(),
)
def test_the_price_of_a_worth_is_the_nearest_one_that_holds_it(
    quantity: int, price: int, percent: int, falling: bool
) -> None:
    """At it the account is worth no more (no less), a unit nearer it is worth more (less)."""
    ledger = simulation.Ledger(PERP, 10**6 * UNIT)
    side = 1 if quantity > 0 else -1
    value = round(Fraction(abs(quantity) * price, UNIT))
    ledger.apply(Report("FILLED", 1, 1, "", side, price, abs(quantity), abs(quantity), value))
    costs = TradeCosts(PERP)
    worth = ledger.initial_cash * percent // 10**6 * 2
    found = costs.price_of(worth, ledger, falling=falling)
    if found is None:
        return
    rounding = 3 + abs(quantity) // UNIT
    at = costs.worth(found, ledger)
    assert at <= worth + rounding if falling else at >= worth - rounding
    nearer = found + (side if falling else -side)
    at = costs.worth(nearer, ledger)
    assert at >= worth - rounding if falling else at <= worth + rounding


def test_without_a_position_an_account_is_worth_its_cash() -> None:
    assert TradeCosts(PERP).worth(1, simulation.Ledger(PERP, 77)) == 77


def test_a_worth_that_no_price_brings_has_none() -> None:
    ledger = simulation.Ledger(PERP, 10**6 * UNIT)
    ledger.apply(Report("FILLED", 1, 1, "", 1, 100 * UNIT, UNIT, UNIT, 100 * UNIT))
    assert TradeCosts(PERP).price_of(10**5 * UNIT, ledger, falling=True) is None
