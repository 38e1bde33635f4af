from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.backtest.results import TRADES_KEPT, ClosedTrade
from supreme_system_v5.backtest.trips import TripBook
from supreme_system_v5.domain import OrderKind, Origin, Report, Submit, Trip
from tests.support.stories import PERP, at, m

ORIGIN = Origin(instrument="BTC-USDT", account="paper", run_id="r1")
TRIP = Trip(1, at(0), at(60), 1_000, m("100"), 1_000, m("102.5"), m("2.5"), m("0.2"), m("0.04"),
            m("0.02"), m("-0.01"))  # fmt: skip


def sent(number: int, reason: str, *, leaves: bool = False) -> Submit:
    return Submit(
        origin=ORIGIN, seq=1, event_ns=0, receive_ns=0, number=number, side=1,
        kind=OrderKind.MARKET, quantity=1, reduce_only=leaves, reason=reason,
    )  # fmt: skip


def ended(number: int) -> Report:
    return Report("FILLED", number, at(60), side=-1, trip=TRIP)


def told(*story: Submit | Report, trip: Trip = TRIP) -> list[ClosedTrade]:
    trades: list[ClosedTrade] = []
    book = TripBook(PERP, trades.append)
    for each in story:
        if isinstance(each, Submit):
            book.sent(each)
        else:
            book.add(each, trip)
    assert list(book.newest) == trades
    assert book.tally.trades == len(trades)
    return trades


def test_a_trip_becomes_a_trade_in_decimals() -> None:
    """Of 1.000 base (1 000 units of 0.001), bought at 100 and sold at 102.5."""
    [trade] = told(sent(1, "up"), sent(5, "enough", leaves=True), ended(5))
    assert trade == ClosedTrade(
        number=1,
        side="long",
        entry_ns=at(0),
        exit_ns=at(60),
        quantity=Decimal(1),
        entry_price=Decimal(100),
        exit_price=Decimal("102.5"),
        gross=Decimal("2.5"),
        fees=Decimal("0.2"),
        spread=Decimal("0.04"),
        slippage=Decimal("0.02"),
        funding=Decimal("-0.01"),
        net=Decimal("2.25"),
        entry_reason="up",
        exit_reason="enough",
    )


def test_a_short_is_one() -> None:
    short = msgspec.structs.replace(TRIP, side=-1)
    assert told(sent(1, "down"), ended(2), trip=short)[0].side == "short"


@pytest.mark.parametrize(
    ("number", "reason"), [(2, "STOP"), (3, "TARGET"), (4, "TRAILING"), (0, "END_OF_DATA")]
)
def test_what_ended_it_unasked_is_named(number: int, reason: str) -> None:
    first, second = told(
        sent(1, "up"), ended(number),
        sent(5, "again"), ended(number + 4 if number else 0),
    )  # fmt: skip
    assert (first.entry_reason, first.exit_reason) == ("up", reason)
    assert (second.entry_reason, second.exit_reason) == ("again", reason)


def test_an_exit_that_came_too_late_is_not_the_reason() -> None:
    """The stop was hit while the order to leave was on its way."""
    [trade] = told(sent(1, "up"), sent(5, "enough", leaves=True), ended(2))
    assert trade.exit_reason == "STOP"


@given(st.integers(1, 10**15), st.integers(1, 10**20))
def test_average_prices_times_quantities_are_the_values(quantity: int, value: int) -> None:
    trip = msgspec.structs.replace(
        TRIP,
        entry_quantity=quantity,
        entry_value=value,
        exit_quantity=quantity + 3,
        exit_value=value + 7,
    )
    [trade] = told(ended(2), trip=trip)
    assert trade.quantity == Decimal(quantity) / 1_000
    entry = trade.entry_price * quantity / 1_000
    left = trade.exit_price * (quantity + 3) / 1_000
    # A price is rounded to 1e-8, half of which is what each unit of the quantity may be off.
    assert abs(entry - Decimal(value) / 10**8) <= Decimal(quantity) / 1_000 / (2 * 10**8)
    assert abs(left - Decimal(value + 7) / 10**8) <= Decimal(quantity + 3) / 1_000 / (2 * 10**8)


def test_all_are_counted_and_the_newest_kept() -> None:
    book = TripBook(PERP)
    for _ in range(TRADES_KEPT + 5):
        book.add(ended(2), TRIP)
    assert book.tally.trades == TRADES_KEPT + 5
    assert book.tally.net == (TRADES_KEPT + 5) * Decimal("2.25")
    assert [book.newest[0].number, book.newest[-1].number] == [6, TRADES_KEPT + 5]
    assert len(book.newest) == TRADES_KEPT


def test_net_results_are_kept_by_day_relative_to_the_value_at_the_entry() -> None:
    """Of 100, 2.5 less costs of 0.25 are 225 bps, twice; of 0, none is infinite."""
    book = TripBook(PERP)
    for trip in (TRIP, TRIP, msgspec.structs.replace(TRIP, exit_ns=at(90_000), entry_value=0)):
        book.add(ended(2), trip)
    first, second = book.tally.days.by_day().values()
    assert first[0] == 2
    assert first[1] == pytest.approx(450)
    assert second[0] == 1
