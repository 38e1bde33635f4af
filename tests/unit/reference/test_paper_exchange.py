from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.support.exchange_play import REFERENCE, Implementation, Play, state_of
from tests.support.exchange_scenarios import SCENARIOS
from tests.support.flows import Flow, flows, replay
from tests.support.stories import CASH, Scenario

IMPLEMENTATIONS = [REFERENCE]
each = pytest.mark.parametrize("by", IMPLEMENTATIONS, ids=lambda by: by.name)


@each
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name.replace(" ", "-"))
def test_what_was_computed_by_hand(by: Implementation, scenario: Scenario) -> None:
    play = Play(by, scenario.units, CASH)
    reports = [report for step in scenario.steps for report in play.do(step)]
    assert reports == list(scenario.reports)
    state = state_of(play.exchange.ledger)
    assert {name: state[name] for name in scenario.ledger} == scenario.ledger


@settings(deadline=None)
@given(flows)
def test_whatever_happens_money_and_time_are_in_order(flow: Flow) -> None:
    for by in IMPLEMENTATIONS:
        replay(flow, by)
