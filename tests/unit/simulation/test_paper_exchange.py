from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from supreme_system_v5 import ports
from supreme_system_v5.domain import Flag, OrderKind, Report
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.optimized import OptimizedTechnicalAnalyzer
from supreme_system_v5.simulation import Ledger, PaperExchange
from tests.support.bad_orders import GOOD, OUT_OF_BOUNDS
from tests.support.exchange_play import NATIVE, Bar, Play, Step, Submit, Trade, state_of
from tests.support.exchange_scenarios import SCENARIOS
from tests.support.flows import flow_of
from tests.support.stateful import assert_damage_is_refused, duplicates, refused
from tests.support.stories import BUY, CASH, PERP, SELL, Scenario, accepted, at

MARKET, LIMIT, *_ = OrderKind


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name.replace(" ", "-"))
def test_what_was_computed_by_hand(scenario: Scenario) -> None:
    play = Play(NATIVE, scenario.units, CASH)
    reports = [report for step in scenario.steps for report in play.do(step)]
    assert reports == list(scenario.reports)
    state = state_of(play.exchange.ledger)
    assert {name: state[name] for name in scenario.ledger} == scenario.ledger


def test_new_it_knows_nothing_and_is_what_the_port_asks_for() -> None:
    exchange: ports.PaperExchange = PaperExchange(PERP, CASH)
    assert (exchange.now_ns, exchange.last_price, exchange.in_market_ns) == (0, 0, 0)
    assert (exchange.take_reports(), exchange.days(), exchange.candles()) == ([], [], [])
    assert exchange.drawdown() == (0.0, 0, 0)
    exchange.close_out()
    assert exchange.take_reports() == []
    assert type(exchange.ledger) is Ledger
    assert exchange.ledger.cash == exchange.ledger.initial_cash == CASH


def test_reports_are_told_once_and_what_is_shown_is_a_copy() -> None:
    play = Play(NATIVE, PERP, CASH)
    play.do(Submit(1, BUY, MARKET, 1_000, at(0)))
    shown = play.exchange.ledger
    reports = play.do(Trade(1_000, 10, at(1)))
    assert [type(report) for report in reports] == [Report, Report]
    assert play.exchange.take_reports() == []
    assert shown.position == 0
    shown.apply(reports[-1])
    assert state_of(shown) == state_of(play.exchange.ledger)


def test_it_sees_the_market_only_through_the_analyzer() -> None:
    exchange, market = PaperExchange(PERP, CASH), OptimizedTechnicalAnalyzer()
    exchange.submit(1, BUY, MARKET, 1_000, at(0))
    market.update(100.0, 1.0, at(1))
    assert (exchange.take_reports(), exchange.now_ns) == ([], 0)
    assert not any(hasattr(exchange, name) for name in ("on_trade", "on_bar", "on_closed"))


@pytest.mark.parametrize(("changes", "name"), OUT_OF_BOUNDS)
def test_an_order_out_of_bounds_is_refused_and_changes_nothing(
    changes: dict[str, Any], name: str
) -> None:
    play = Play(NATIVE, PERP, CASH)
    play.do(Submit(6, SELL, LIMIT, 1_000, at(0), price=1_040, trail=5))
    before = repr(play.exchange)
    refused(InvalidInputError, name, play.exchange.submit, **GOOD | changes)
    assert repr(play.exchange) == before
    play.exchange.submit(**GOOD)
    assert [report.number for report in play.do(Trade(1_030, 10, at(2)))] == [6, 10]


@pytest.mark.parametrize("name", [*GOOD, "stop", "target", "trail"])
def test_an_order_of_wrong_types_is_refused(name: str) -> None:
    exchange = PaperExchange(PERP, CASH)
    for wrong in (None, 1.0, "1", [1]):
        refused(InvalidTypeError, name, exchange.submit, **GOOD | {name: wrong})
    assert not exchange.cancel(GOOD["number"], at(9))


def test_at_most_so_many_orders_exist_at_a_time() -> None:
    exchange = PaperExchange(PERP, CASH)
    for number in (1, 5, 9):
        exchange.submit(number, BUY, LIMIT, 100, at(0), price=990, stop=1, target=1, trail=1)
    for number in (13, 14, 15):
        exchange.submit(number, BUY, LIMIT, 100, at(0), price=990)
    with pytest.raises(InvalidInputError, match="at most 16"):
        exchange.submit(16, BUY, LIMIT, 100, at(0), price=990, stop=1)
    exchange.submit(16, BUY, LIMIT, 100, at(0), price=990)


def test_a_cancellation_out_of_time_or_of_the_wrong_type_is_refused() -> None:
    exchange = PaperExchange(PERP, CASH)
    exchange.submit(1, BUY, MARKET, 1_000, at(1))
    refused(InvalidInputError, "sent_ns", exchange.cancel, 1, at(0))
    refused(InvalidTypeError, "number", exchange.cancel, 1.0, at(1))
    assert exchange.cancel(1, at(1))


def done(play: Play, step: Step) -> Sequence[Report] | str:
    """Return what was reported, or why the step was refused."""
    try:
        return play.do(step)
    except InvalidInputError as error:
        return str(error)


@pytest.mark.parametrize("seed", range(12))
def test_a_copy_at_any_step_goes_on_as_the_original(seed: int) -> None:
    """Half of a story is played, and the rest by every copy, to the same reports and books."""
    flow = flow_of(seed)
    half = len(flow.steps) // 2
    play = Play(NATIVE, flow.units, flow.cash)
    exchange: Any = play.exchange  # the native one, with a state
    for step in flow.steps[:half]:
        done(play, step)
    twins = [Play(NATIVE, flow.units, flow.cash) for _ in duplicates(exchange)]
    for twin, copied in zip(twins, duplicates(exchange), strict=True):
        twin.exchange = copied
        twin.analyzer.__setstate__(play.analyzer.__getstate__())
    expected = [done(play, step) for step in flow.steps[half:]]
    for twin in twins:
        assert [done(twin, step) for step in flow.steps[half:]] == expected
        own: Any = twin.exchange
        assert own.__getstate__() == exchange.__getstate__()


def test_reports_that_nobody_took_are_copied_too() -> None:
    exchange, market = PaperExchange(PERP, CASH), Play(NATIVE, PERP, CASH).analyzer
    exchange.submit(1, BUY, LIMIT, 1_000, at(0), price=990)
    assert market.advance([100.0], [1.0], [at(1)], exchange=exchange) == (1, Flag.ORDER)
    for twin in duplicates(exchange):
        assert twin.take_reports() == [accepted(1, at(1), 1_000)]


def test_damaged_bytes_are_refused() -> None:
    play = Play(NATIVE, PERP, CASH)
    play.do(Submit(1, BUY, MARKET, 1_000, at(0), stop=900, trail=5))
    play.do(Trade(1_000, 10, at(1)))
    play.do(Bar(1_000, 1_010, 995, 1_005, 10, at(60)))
    exchange: Any = play.exchange
    assert_damage_is_refused(exchange, Ledger(PERP, CASH))
