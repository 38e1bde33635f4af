from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5 import reference, simulation
from supreme_system_v5.domain import VENUES, Instrument, Report, VenueUnits
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.ports import Ledger
from supreme_system_v5.risk import ApprovedOrder, Entry, FixedFraction, Refusal
from tests.support.scenes import PlainScene

RATE = MONEY = 10**8
MOST_UNITS = 2**53


class Case(NamedTuple):
    """A venue, an account with nothing but cash, and an entry."""

    units: VenueUnits
    fraction: Decimal
    cash: int
    entry: Entry

    @property
    def most(self) -> Fraction:
        """What may be spent, money."""
        leverage = Fraction(self.units.leverage, RATE)
        fraction = Fraction(self.fraction)
        return self.cash * (fraction if self.units.spot else min(fraction, leverage))

    def value(self, quantity: int) -> Fraction:
        scale = 10 ** (self.units.size_decimals + self.units.price_decimals)
        return Fraction(quantity * self.entry.price * MONEY, scale)

    def cost(self, quantity: int) -> Fraction:
        """Return what a purchase takes out of the account: its value and its costs as a taker."""
        units = self.units
        rates = Fraction(units.spread, 2) + units.slippage + (0 if units.spot else units.taker)
        return self.value(quantity) * (1 + rates / RATE)

    def is_beyond(self, quantity: int) -> bool:
        """Return whether it costs too much, but for what money and rates are rounded by."""
        return self.cost(quantity) + self.value(quantity) * 2 / RATE + 1 > self.most

    def review(self) -> ApprovedOrder | Refusal:
        return FixedFraction(self.fraction, self.units).review(
            self.entry, PlainScene(), self.ledger()
        )

    def ledger(self) -> Ledger:
        return reference.Ledger(self.units, self.cash)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    grid = st.integers(0, 8)
    market = Instrument(symbol="X", price_decimals=draw(grid), size_decimals=draw(grid))
    bps = st.decimals(0, 1_000, places=4)
    venue = replace(
        draw(st.sampled_from(list(VENUES.values()))),
        taker_bps=draw(bps),
        spread_bps=draw(bps),
        slippage_bps=draw(bps),
        leverage=Decimal(draw(st.sampled_from(["0.01", "1", "10"]))),
    )
    price = draw(st.integers(1, 10**5 * 10**market.price_decimals))
    side = draw(st.sampled_from([1, 1, -1]))
    stop = max(price - side * draw(st.integers(0, price)), 0)
    return Case(
        units=venue.in_units(market),
        fraction=draw(st.decimals("0.00000001", 1, places=8)),
        cash=draw(st.integers(1, 10**6 * MONEY)),
        entry=Entry(side, price, stop),
    )


@given(cases())
def test_an_order_costs_at_most_the_fraction_and_a_lot_more_would_be_beyond(case: Case) -> None:
    verdict, units = case.review(), case.units
    if isinstance(verdict, ApprovedOrder):
        quantity = verdict.quantity
        assert case.cost(quantity) <= case.most
        assert case.is_beyond(quantity + units.lot)
        assert quantity % units.lot == 0
        assert units.min_quantity <= quantity <= MOST_UNITS
        assert case.value(quantity) >= units.min_notional
        assert case.entry.side > 0 or not units.spot
        assert not case.ledger().trapped(quantity, case.entry.price, case.entry.stop)


@given(cases())
def test_a_refusal_gives_a_reason_that_holds(case: Case) -> None:
    verdict, units = case.review(), case.units
    if isinstance(verdict, ApprovedOrder):
        return
    lot, value = units.lot, verdict.value
    match verdict.reason:
        case "NO_SHORTS":
            assert units.spot
            assert case.entry.side < 0
        case "TOO_SMALL":
            assert case.is_beyond(-(-units.min_quantity // lot) * lot)
        case "TOO_LARGE":
            assert case.cost(MOST_UNITS) < case.most
        case "MIN_NOTIONAL":
            assert isinstance(value, int)
            assert value < units.min_notional == verdict.limit
        case reason:
            assert reason == "EXIT_TRAP"
            assert isinstance(value, int)
            assert value >= units.min_notional


OKX = VENUES["okx-spot"].in_units(None)
PERP = VENUES["okx-perp"].in_units(None)
PRICE = 50_000 * 10**8
BINANCE = VENUES["binance-spot"].in_units(
    Instrument(symbol="BTC-USDT", price_decimals=2, size_decimals=5)
)


def reviewed(
    units: VenueUnits, fraction: str, cash: str, side: int = 1, price: int = PRICE, stop: int = 0
) -> ApprovedOrder | Refusal:
    ledger = simulation.Ledger(units, int(Decimal(cash) * MONEY))
    return FixedFraction(Decimal(fraction), units).review(
        Entry(side, price, stop), PlainScene(), ledger
    )


def test_a_tenth_of_ten_thousand() -> None:
    """1000 / (50 000 * (1 + 0.05 bps + 1e-8 + 1 bp)) on spot, where the fee is taken in base."""
    order = reviewed(OKX, "0.1", "10000")
    assert isinstance(order, ApprovedOrder)
    assert order.quantity == int(1000 / (50_000 * Decimal("1.00010501")) * 10**8)
    perp = reviewed(PERP, "0.1", "10000", -1)
    assert isinstance(perp, ApprovedOrder)
    assert perp.quantity == int(1000 / (50_000 * Decimal("1.00060501")) * 10**4) * 10**4


@pytest.mark.parametrize("fraction", ["0.00000001", "0.1", "1"])
def test_all_of_the_money_at_most_and_no_short_on_spot(fraction: str) -> None:
    refusal = reviewed(OKX, fraction, "10000", -1)
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.value) == ("NO_SHORTS", "short")


@pytest.mark.parametrize(
    ("cash", "stop", "reason"),
    [
        ("0.4", 0, "TOO_SMALL"),  # not even 0.00001 at 50 000
        ("4.9", 0, "MIN_NOTIONAL"),  # 5 are needed
        ("5.9", 0, "EXIT_TRAP"),  # of 0.00011 only 0.0001 can be sold: 5, and 6 are needed
        ("6.6", 0, "EXIT_TRAP"),  # of 0.00013 0.00012: 6, but less the fee
        ("7.1", 0, ""),
        ("7.1", 40_000_00, "EXIT_TRAP"),  # of 0.00014 0.00013: 5.2
        ("8.6", 40_000_00, ""),  # of 0.00017 0.00016: 6.4
    ],
)
def test_what_could_not_be_sold_again_is_not_bought(cash: str, stop: int, reason: str) -> None:
    verdict = reviewed(BINANCE, "1", cash, price=50_000_00, stop=stop)
    assert (verdict.reason if isinstance(verdict, Refusal) else "") == reason


def test_more_than_an_order_holds_is_refused() -> None:
    refusal = reviewed(OKX, "1", "1000000", price=10**3)
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.limit) == ("TOO_LARGE", MOST_UNITS)


def test_the_part_is_one_of_the_equity_and_never_more_than_the_cash() -> None:
    """Half of 10 000 was spent on what is worth twice as much now."""
    ledger = simulation.Ledger(OKX, 10_000 * MONEY)
    spent = Report(
        "FILLED", 1, 0, side=1, price=PRICE, quantity=10**7, filled=10**7, value=5_000 * MONEY
    )
    ledger.apply(spent)
    # All but 0.5 % of the cash: the price may rise until the order is filled.
    for fraction, money in (("0.1", 1_500), ("1", 4_975)):
        order = FixedFraction(Decimal(fraction), OKX).review(
            Entry(1, 2 * PRICE, 0), PlainScene(), ledger
        )
        assert isinstance(order, ApprovedOrder)
        assert order.quantity == int(money / (100_000 * Decimal("1.00010501")) * 10**8)


def test_without_equity_nothing_is_approved() -> None:
    ledger = simulation.Ledger(PERP, MONEY)
    ledger.apply(Report("FUNDING", 0, 0, value=2 * MONEY))
    refusal = FixedFraction(Decimal(1), PERP).review(Entry(1, PRICE, 0), PlainScene(), ledger)
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.value) == ("TOO_SMALL", 0)


@pytest.mark.parametrize("fraction", ["0", "-0.1", "1.00000001", "NaN", "Infinity"])
def test_a_fraction_out_of_range_is_refused(fraction: str) -> None:
    with pytest.raises(InvalidInputError, match="^fraction is .*above 0, at most 1") as caught:
        FixedFraction(Decimal(fraction), OKX)
    assert caught.value.name == "fraction"
