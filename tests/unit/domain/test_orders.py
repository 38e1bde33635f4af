from __future__ import annotations

import pickle

import pytest

from supreme_system_v5.domain import OrderKind, OrderStatus, Proposal, Report, SignalAction, Trip

TRIP = Trip(
    side=1,
    entry_ns=10,
    exit_ns=70,
    entry_quantity=5,
    entry_value=1_000,
    exit_quantity=5,
    exit_value=1_100,
    gross=100,
    fees=11,
    spread=2,
    slippage=3,
    funding=-4,
)


def test_a_trip_nets_its_gain_of_every_cost_and_of_funding_received() -> None:
    assert TRIP.net == 100 - 11 - 2 - 3 + 4


def test_kinds_are_the_numbers_that_the_core_takes() -> None:
    assert {kind.name: kind.value for kind in OrderKind} == {
        "MARKET": 0,
        "LIMIT": 1,
        "STOP": 2,
        "TAKE_PROFIT": 3,
        "TRAILING": 4,
    }


@pytest.mark.parametrize("words", [OrderStatus, SignalAction])
def test_words_are_what_they_say(words: type[OrderStatus | SignalAction]) -> None:
    assert all(word.value == word.name for word in words)


def test_a_report_of_no_fill_says_so() -> None:
    report = Report(OrderStatus.ACCEPTED.value, 7, 99)
    assert (report.side, report.quantity, report.value, report.maker) == (0, 0, 0, False)
    assert report.reason == ""
    assert report.trip is None


def test_values_survive_pickling() -> None:
    values = (
        TRIP,
        Report("FILLED", 1, 5, side=1, trip=TRIP),
        Proposal("ENTER", 1, "CROSSED", None, None, 2.5),
    )
    assert pickle.loads(pickle.dumps(values)) == values  # noqa: S301 - our own bytes
