"""Whatever an exchange does: each trade is told once, and minutes are the exchange's own.

The short form of `make faults`, which tries everything.
"""

from __future__ import annotations

import pytest

from supreme_system_v5.exchanges.protocol import VENUES
from supreme_system_v5.exchanges.simulator.fault_kinds import KINDS
from tests.support.fault_case import FaultCase
from tests.support.fault_cases import CASES, LISTED, SHORT, case_of
from tests.support.fault_runs import run_fault

RUNS = [(venue, case_of(name)) for name in SHORT for venue in case_of(name).venues]
NO_FAULT = "several trades told as one"
"""The simulated exchange does that all the time."""
OF_ORDERS = {"order", "login", "private"}
OF_ACCOUNTS = {"wrong_key", "key_revoked", "foreign_order", "balance_drift", "restart"}
OF_BOOKS = {"book_gap", "book_reset"}


@pytest.mark.parametrize(
    ("venue", "case"), RUNS, ids=[f"{case.name} at {venue}" for venue, case in RUNS]
)
def test_after_a_fault_all_is_well(venue: str, case: FaultCase) -> None:
    assert run_fault(venue, case).problems == ()


def test_the_same_seed_gives_the_same_run() -> None:
    case = case_of("0.3 to 2.3 s late")
    assert run_fault("binance-usdm", case, 7) == run_fault("binance-usdm", case, 7)


def test_every_listed_fault_is_in_the_campaign_at_every_venue_that_has_it() -> None:
    tried = {LISTED[number - 1] for case in CASES for number in case.numbers}
    assert tried == set(LISTED) - {NO_FAULT}
    assert len({case.name for case in CASES}) == len(CASES)
    for venue in VENUES:
        groups = {case.group for case in CASES if venue in case.venues}
        assert groups == {case.group for case in CASES}


def test_every_kind_that_concerns_a_market_is_in_the_campaign() -> None:
    tried = {fault.kind for case in CASES for fault in case.faults}
    elsewhere = {name for name, kind in KINDS.items() if kind.point in OF_ORDERS}
    assert set(KINDS) - tried == elsewhere | OF_ACCOUNTS | OF_BOOKS


def test_the_short_form_has_every_group() -> None:
    assert {case_of(name).group for name in SHORT} == {case.group for case in CASES}
