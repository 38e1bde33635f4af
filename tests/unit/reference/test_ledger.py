from __future__ import annotations

import copy
import pickle
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from supreme_system_v5 import ports
from supreme_system_v5.domain import VENUES, Instrument, Report, Trip
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.reference import Ledger
from tests.support.exchange_play import state_of
from tests.support.stories import BUY, CASH, PERP, SELL, SPOT, at, cancelled, fill, m


def trips_of(ledger: Ledger, *fills: Report) -> list[Trip]:
    """Apply fills; return the trips that they ended."""
    return [trip for one in fills if (trip := ledger._take(one)) is not None]


def test_it_is_what_the_port_asks_for() -> None:
    ledger: ports.Ledger = Ledger(PERP, CASH)
    assert state_of(ledger) == dict.fromkeys(state_of(ledger), 0) | {"cash": CASH}
    assert ledger.equity(1_000) == CASH


def test_a_part_of_a_position_takes_its_part_of_the_cost_half_to_even() -> None:
    ledger = Ledger(PERP, CASH)
    ledger.apply(fill(1, at(0), BUY, 1_000, 30, "3 0 0 0"))
    ledger.apply(fill(2, at(1), BUY, 1_000, 30, "0.00000001 0 0 0"))
    ledger.apply(fill(3, at(2), SELL, 1_000, 30, "0 0 0 0"))
    # half of 300 000 001 units is 150 000 000.5: to the even one
    assert (ledger.cost, ledger.gross) == (150_000_001, -150_000_000)
    ledger.apply(fill(4, at(3), SELL, 1_000, 30, "0 0 0 0"))
    assert (ledger.cost, ledger.gross) == (0, -300_000_001)


def test_long_and_short_mirror_each_other() -> None:
    rng = random.Random(7)
    long, short = Ledger(PERP, CASH), Ledger(PERP, CASH)
    for number in range(300):
        side, quantity = rng.choice((1, -1)), rng.randrange(10, 2_000, 10)
        value = str(rng.randrange(1, 10**9) / 10**8)
        for ledger, turned in ((long, side), (short, -side)):
            ledger.apply(fill(number, at(number), turned, 1_000, quantity, f"{value} 0 0 0"))
        assert (short.position, short.cost) == (-long.position, -long.cost)
        assert short.gross == -long.gross


def test_fees_in_base_stay_behind_with_their_part_of_the_cost() -> None:
    ledger = Ledger(SPOT, CASH)
    ledger.apply(fill(1, at(0), BUY, 1_000, 1_000, "100 0.02 0.01 0.1", fee_base=10**9))
    assert (ledger.cash, ledger.position) == (m("899.97"), 999 * 10**9)
    assert (ledger.cost, ledger.fees, ledger.whole) == (m("99.9"), m("0.1"), 990)
    assert ledger.equity(1_100) == m("899.97") + m("109.89")


def test_dust_is_no_position_and_is_sold_with_the_next_one() -> None:
    ledger = Ledger(SPOT, CASH)
    first, second = trips_of(
        ledger,
        fill(1, at(0), BUY, 1_000, 1_000, "100 0 0 0.1", fee_base=10**9),
        fill(2, at(1), SELL, 1_000, 990, "99 0 0 0.099"),  # 0.009 stay
        fill(3, at(2), BUY, 1_000, 10, "1 0 0 0.001", fee_base=10**7),  # 0.01899: a lot
        fill(4, at(3), SELL, 1_000, 10, "1 0 0 0.001"),
    )
    assert (first.entry_quantity, first.exit_quantity, first.gross) == (1_000, 990, 0)
    assert (second.entry_ns, second.exit_ns) == (at(2), at(3))
    assert (second.entry_quantity, second.entry_value) == (10, m("1"))
    assert ledger.position == 899 * 10**7
    assert ledger.whole == 0


def test_a_trip_may_have_many_fills_and_costs_in_between_are_its_own() -> None:
    ledger = Ledger(PERP, CASH)
    [trip] = trips_of(
        ledger,
        fill(1, at(0), SELL, 1_000, 100, "10 0.01 0 0.02"),
        Report("FUNDING", 0, at(1), value=-5),
        fill(2, at(2), SELL, 1_100, 100, "11 0 0.03 0"),
        fill(3, at(3), BUY, 1_000, 50, "5 0 0 -0.01"),
        fill(4, at(4), BUY, 1_000, 150, "15 0 0 0.04"),
    )
    assert trip == Trip(
        -1, at(0), at(4), 200, m("21"), 200, m("20"), m("1"), m("0.05"), m("0.01"), m("0.03"), -5
    )
    assert trip.net == ledger.cash - CASH


def test_only_fills_and_funding_change_it() -> None:
    ledger = Ledger(PERP, CASH)
    before = state_of(ledger)
    for report in (
        Report("ACCEPTED", 1, at(0), quantity=1_000),
        Report("REJECTED", 1, at(0), "LOT_SIZE"),
        cancelled(1, at(0), "REQUESTED", 300),
        Report("UNKNOWN", 1, at(0), quantity=5, value=7),
    ):
        ledger.apply(report)
    assert state_of(ledger) == before
    ledger.apply(Report("FUNDING", 0, at(0), value=77))
    assert (ledger.cash, ledger.funding) == (CASH - 77, 77)


fills = st.tuples(
    st.sampled_from((1, -1)), st.integers(1, 10**6), st.integers(0, 10**12), st.integers(0, 10**6)
)


@given(st.lists(fills))
def test_no_unit_of_money_is_lost(story: list[tuple[int, int, int, int]]) -> None:
    ledger, position = Ledger(PERP._replace(lot=7), CASH), 0
    for number, (side, quantity, value, cost) in enumerate(story):
        report = Report("FILLED", number, at(number), side=side, quantity=quantity, value=value)
        ledger.apply(replace(report, fee=cost // 3, spread=cost // 5, slippage=cost))
        position += side * quantity * 10**9
        paid = ledger.fees + ledger.spread + ledger.slippage + ledger.funding
        assert ledger.cash + ledger.cost + paid - ledger.gross == CASH
        assert ledger.position == position
        assert ledger.cost * position >= 0


@pytest.mark.parametrize(
    ("quantity", "price", "stop", "trapped"),
    [
        # okx-perp with a smallest notional of 5: 1.2 times that is 6, and a taker pays 5 bps
        (600, 10_000, 0, True),  # 6 less 0.003
        (601, 10_000, 0, False),  # 6.01 less 0.003005
        (601, 10_000, 9_980, True),  # 5.99798
        (601, 10_000, 11_000, False),
    ],
)
def test_the_exit_trap_of_a_perpetual(quantity: int, price: int, stop: int, trapped: bool) -> None:
    units = (
        VENUES["okx-perp"]
        .in_units(None)
        ._replace(price_decimals=2, size_decimals=4, lot=1, min_quantity=1, min_notional=m("5"))
    )
    assert Ledger(units, CASH).trapped(quantity, price, stop) is trapped


def test_the_exit_trap_of_spot_counts_what_is_left_of_the_fee_in_whole_lots() -> None:
    # bybit-spot: lots of 0.000001, at least 0.000011. Of 0.000011 only 0.00001 can be sold again.
    market = Instrument(symbol="BTC-USDT", price_decimals=1, size_decimals=6)
    units = VENUES["bybit-spot"].in_units(market)._replace(min_notional=0)
    ledger = Ledger(units, CASH)
    assert ledger.trapped(11, 10**7, 0)
    assert not ledger.trapped(12, 10**7, 0)


@pytest.mark.parametrize("cash", [0, -1, 10**18 + 1])
def test_cash_out_of_range_is_refused(cash: int) -> None:
    with pytest.raises(InvalidInputError, match="^initial_cash must be") as caught:
        Ledger(PERP, cash)
    assert (caught.value.name, caught.value.value) == ("initial_cash", cash)


def test_wrong_types_are_refused_and_change_nothing() -> None:
    ledger = Ledger(PERP, CASH)
    wrong: Any = 1.5
    calls: list[tuple[str, Any]] = [
        ("units must be", lambda: Ledger(wrong, CASH)),
        ("initial_cash must be", lambda: Ledger(PERP, wrong)),
        ("report must be", lambda: ledger.apply(wrong)),
        ("price must be", lambda: ledger.equity(wrong)),
        ("quantity must be", lambda: ledger.trapped(wrong, 1, 1)),
    ]
    for message, call in calls:
        with pytest.raises(InvalidTypeError, match=f"^{message}"):
            call()
    for quantity, price, stop in ((0, 1, 0), (1, 0, 0), (1, 1, -1), (2**53 + 1, 1, 0)):
        with pytest.raises(InvalidInputError):
            ledger.trapped(quantity, price, stop)
    assert ledger.cash == CASH


def test_a_copy_goes_its_own_way() -> None:
    ledger = Ledger(PERP, CASH)
    ledger.apply(fill(1, at(0), BUY, 1_000, 1_000, "100 0 0 0"))
    twins = [
        copy.copy(ledger), copy.deepcopy(ledger),
        pickle.loads(pickle.dumps(ledger)),  # noqa: S301 - our own bytes
    ]  # fmt: skip
    before = state_of(ledger)
    ledger.apply(fill(2, at(1), SELL, 1_000, 1_000, "100 0 0 0"))
    assert all(state_of(twin) == before for twin in twins)
    assert repr(twins[0]) == f"Ledger(cash={m('900')}, position={10**12}, cost={m('100')})"
