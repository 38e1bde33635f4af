from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5 import ports, reference
from supreme_system_v5.domain import VENUES, Instrument, Report, VenueUnits
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.simulation import Ledger, PaperExchange
from tests.support.exchange_play import state_of
from tests.support.stateful import assert_damage_is_refused, duplicates, refused
from tests.support.stories import BUY, CASH, PERP, SELL, SPOT, at, cancelled, fill, m

MARKET = Instrument(symbol="BTC-USDT", price_decimals=1, size_decimals=6)


def test_it_is_what_the_port_asks_for() -> None:
    ledger: ports.Ledger = Ledger(PERP, CASH)
    assert state_of(ledger) == dict.fromkeys(state_of(ledger), 0) | {"cash": CASH}
    assert (ledger.initial_cash, ledger.equity(1_000)) == (CASH, CASH)


@pytest.mark.parametrize(
    "units",
    [PERP, SPOT._replace(lot=7), *(venue.in_units(MARKET) for venue in VENUES.values())],
)
def test_both_ledgers_keep_the_same_books(units: VenueUnits) -> None:
    rng = random.Random(3)
    native, plain = Ledger(units, CASH), reference.Ledger(units, CASH)
    for number in range(400):
        report = Report(
            rng.choice(("FILLED", "PARTIALLY_FILLED", "FUNDING", "ACCEPTED", "CANCELLED")),
            number,
            at(number),
            side=rng.choice((1, -1)),
            price=rng.randrange(1, 2_000),
            quantity=(quantity := rng.randrange(1, 5_000)),
            filled=quantity,
            value=rng.randrange(10**12),
            spread=rng.randrange(10**6),
            slippage=rng.randrange(10**6),
            fee=rng.randrange(-(10**6), 10**6),
            fee_base=rng.choice((0, rng.randrange(10**6))),
        )
        for ledger in (native, plain):
            ledger.apply(report)
        assert state_of(native) == state_of(plain)
        assert native.equity(report.price) == plain.equity(report.price)
        prices = (report.quantity, report.price, rng.choice((0, rng.randrange(2_000))))
        assert native.trapped(*prices) == plain.trapped(*prices)


fills = st.tuples(
    st.sampled_from((1, -1)), st.integers(1, 10**6), st.integers(0, 10**12), st.integers(0, 10**6)
)


@given(st.lists(fills))
def test_no_unit_of_money_is_lost(story: list[tuple[int, int, int, int]]) -> None:
    ledger, position = Ledger(PERP._replace(lot=7), CASH), 0
    for number, (side, quantity, value, cost) in enumerate(story):
        ledger.apply(
            Report("FILLED", number, at(number), side=side, price=1, quantity=quantity, value=value,
                   fee=cost // 3, spread=cost // 5, slippage=cost)
        )  # fmt: skip
        position += side * quantity * 10**9
        paid = ledger.fees + ledger.spread + ledger.slippage + ledger.funding
        assert ledger.cash + ledger.cost + paid - ledger.gross == CASH
        assert ledger.position == position
        assert ledger.cost * position >= 0


def test_fees_in_base_stay_behind_with_their_part_of_the_cost() -> None:
    ledger = Ledger(SPOT, CASH)
    ledger.apply(fill(1, at(0), BUY, 1_000, 1_000, "100 0.02 0.01 0.1", fee_base=10**9))
    assert (ledger.cash, ledger.position) == (m("899.97"), 999 * 10**9)
    assert (ledger.cost, ledger.fees, ledger.whole) == (m("99.9"), m("0.1"), 990)
    assert ledger.equity(1_100) == m("899.97") + m("109.89")


def test_only_fills_and_funding_change_it() -> None:
    ledger = Ledger(PERP, CASH)
    before = state_of(ledger)
    for report in (Report("ACCEPTED", 1, at(0), quantity=1_000),
                   Report("REJECTED", 1, at(0), "LOT_SIZE"),
                   cancelled(1, at(0), "REQUESTED", 300),
                   Report("UNKNOWN", 1, at(0), quantity=5, value=7)):  # fmt: skip
        ledger.apply(report)
    assert state_of(ledger) == before
    ledger.apply(Report("FUNDING", 0, at(0), value=77))
    assert (ledger.cash, ledger.funding) == (CASH - 77, 77)


# What it refuses


@pytest.mark.parametrize("cash", [0, -1, 10**23 + 1])
def test_cash_out_of_range_is_refused(cash: int) -> None:
    refused(InvalidInputError, "initial_cash", Ledger, PERP, cash)


@pytest.mark.parametrize("cash", [1.0, "1", None, True])
def test_cash_is_a_whole_number(cash: Any) -> None:  # noqa: ANN401 - wrong ones
    refused(InvalidTypeError, "initial_cash", Ledger, PERP, cash)


@pytest.mark.parametrize(
    "units", [None, 5, "okx-spot", VENUES["okx-spot"], (1, 2), [], tuple(PERP)]
)
def test_units_are_those_of_a_venue(units: Any) -> None:  # noqa: ANN401 - anything else
    with pytest.raises(InvalidTypeError, match="units"):
        Ledger(units, CASH)


OUT_OF_RANGE = {
    "price_decimals": [-1, 13], "size_decimals": [-1, 13], "tick": [0, -1], "lot": [0, -1],
    "min_quantity": [-1], "min_notional": [-1], "band": [-1], "taker": [-1], "spread": [-1],
    "slippage": [-1], "stop_slippage": [-1], "latency_ns": [-1], "leverage": [-1],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in OUT_OF_RANGE.items() for value in values]
)
@pytest.mark.parametrize("kind", [Ledger, PaperExchange])
def test_units_out_of_range_are_refused_by_name(name: str, value: Any, kind: Any) -> None:  # noqa: ANN401 - a class, and a number for any field
    with pytest.raises(InvalidInputError, match=f"^{name} must be"):
        kind(PERP._replace(**{name: value}), CASH)


def test_calls_out_of_range_are_refused_and_change_nothing() -> None:
    ledger = Ledger(PERP, CASH)
    wrong: Any
    for wrong in (None, 1.5, "1"):
        refused(InvalidTypeError, "price", ledger.equity, wrong)
        refused(InvalidTypeError, "quantity", ledger.trapped, wrong, 1, 1)
        refused(InvalidTypeError, "report", ledger.apply, wrong)
    refused(InvalidInputError, "quantity", ledger.trapped, 0, 1, 0)
    refused(InvalidInputError, "quantity", ledger.trapped, 2**53 + 1, 1, 0)
    refused(InvalidInputError, "price", ledger.trapped, 1, 0, 0)
    refused(InvalidInputError, "stop", ledger.trapped, 1, 1, -1)
    assert ledger.cash == CASH


# Copies


def test_copies_are_alike_to_the_bit_and_go_their_own_way() -> None:
    ledger = Ledger(SPOT, CASH)
    ledger.apply(fill(1, at(0), BUY, 1_000, 1_000, "100 0.02 0.01 0.1", fee_base=10**9))
    before = state_of(ledger)
    for twin in duplicates(ledger):
        assert state_of(twin) == before
        twin.apply(fill(2, at(1), SELL, 1_000, 990, "99 0 0 0.099"))
        assert state_of(ledger) == before
        assert twin.whole == 0


def test_damaged_bytes_are_refused() -> None:
    ledger = Ledger(PERP, CASH)
    ledger.apply(fill(1, at(0), BUY, 1_000, 1_000, "100 0.02 0.01 0.1"))
    assert_damage_is_refused(ledger, PaperExchange(PERP, CASH))
