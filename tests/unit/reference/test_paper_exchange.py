from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from hypothesis import given, settings

from supreme_system_v5 import ports
from supreme_system_v5.domain import OrderKind
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.reference import PaperExchange
from tests.support.bad_orders import GOOD, OUT_OF_BOUNDS
from tests.support.exchange_play import NATIVE, REFERENCE, Implementation, Play, state_of
from tests.support.exchange_scenarios import SCENARIOS
from tests.support.flows import Flow, flows, replay
from tests.support.stories import BUY, CASH, PERP, SELL, Scenario, accepted, at, m

IMPLEMENTATIONS = [REFERENCE, NATIVE]
MARKET, LIMIT, *_ = OrderKind
MINUTE_NS = 60 * 10**9
DAY_NS = 1_440 * MINUTE_NS

each = pytest.mark.parametrize("by", IMPLEMENTATIONS, ids=lambda by: by.name)


@each
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name.replace(" ", "-"))
def test_what_was_computed_by_hand(by: Implementation, scenario: Scenario) -> None:
    play = Play(by, scenario.units, CASH)
    reports = [report for step in scenario.steps for report in play.do(step)]
    assert reports == list(scenario.reports)
    state = state_of(play.exchange.ledger)
    assert {name: state[name] for name in scenario.ledger} == scenario.ledger


def test_the_stories_were_found() -> None:
    assert len(SCENARIOS) > 25


@settings(deadline=None)
@given(flows)
def test_whatever_happens_money_and_time_are_in_order(flow: Flow) -> None:
    for by in IMPLEMENTATIONS:
        replay(flow, by)


def test_it_is_what_the_port_asks_for_and_new_it_knows_nothing() -> None:
    exchange: ports.PaperExchange = PaperExchange(PERP, CASH)
    assert (exchange.now_ns, exchange.last_price, exchange.in_market_ns) == (0, 0, 0)
    assert (exchange.take_reports(), exchange.days(), exchange.candles()) == ([], [], [])
    assert exchange.drawdown() == (0.0, 0, 0)
    exchange.close_out()
    assert exchange.take_reports() == []
    assert exchange.ledger.cash == CASH


def test_it_answers_whether_it_reported_something_and_tells_it_once() -> None:
    exchange = PaperExchange(PERP, CASH)
    assert not exchange.on_trade(1_000, 10, at(1))
    exchange.submit(1, BUY, LIMIT, 1_000, at(1), price=990)
    assert not exchange.on_trade(1_000, 10, at(1.1))
    assert exchange.on_trade(1_000, 10, at(1.2))
    assert exchange.take_reports() == [accepted(1, at(1.2), 1_000)]
    assert exchange.take_reports() == []
    assert not exchange.on_bar(1_000, 1_010, 990, 1_000, 10, at(60))
    assert exchange.on_bar(1_000, 1_010, 985, 1_000, 10, at(120))
    assert (exchange.now_ns, exchange.last_price) == (at(179.999), 1_000)


def test_time_never_goes_backward() -> None:
    exchange = PaperExchange(PERP, CASH)
    exchange.on_trade(1_000, 10, at(2))
    exchange.submit(1, BUY, MARKET, 1_000, at(1))
    exchange.on_trade(1_010, 10, at(1))  # counts as at 2 s, which is later than 1.1 s
    assert [report.event_ns for report in exchange.take_reports()] == [at(2), at(2)]
    assert exchange.now_ns == at(2)


def test_a_cancellation_finds_only_what_is_there() -> None:
    exchange = PaperExchange(PERP, CASH)
    assert not exchange.cancel(1, at(0))
    exchange.submit(1, BUY, MARKET, 1_000, at(0), stop=900)
    assert not exchange.cancel(2, at(0))  # not born yet
    exchange.on_trade(1_000, 10, at(1))
    assert not exchange.cancel(1, at(1))
    assert exchange.cancel(2, at(1))
    assert exchange.cancel(2, at(2))  # already asked for, and still there
    exchange.on_trade(1_000, 10, at(1.2))
    assert not exchange.cancel(2, at(2))


def test_an_order_takes_the_places_of_its_protections() -> None:
    exchange = PaperExchange(PERP, CASH)
    for number in (1, 5, 9):
        exchange.submit(number, BUY, LIMIT, 100, at(0), price=990, stop=1, target=1, trail=1)
    for number in (13, 14, 15):
        exchange.submit(number, BUY, LIMIT, 100, at(0), price=990)
    with pytest.raises(InvalidInputError, match="at most 16 at a time") as caught:
        exchange.submit(16, BUY, LIMIT, 100, at(0), price=990, stop=1)
    assert (caught.value.name, caught.value.value) == ("orders", 17)
    exchange.submit(16, BUY, LIMIT, 100, at(0), price=990)
    with pytest.raises(InvalidInputError, match="at most 16 at a time"):
        exchange.submit(17, BUY, MARKET, 100, at(0))


# Natively the numbers of orders go further.
@pytest.mark.parametrize(("changes", "name"), [*OUT_OF_BOUNDS, ({"number": 2**53 + 1}, "number")])
def test_an_order_out_of_bounds_is_refused_and_changes_nothing(
    changes: dict[str, Any], name: str
) -> None:
    exchange = PaperExchange(PERP, CASH)
    exchange.submit(6, SELL, LIMIT, 1_000, at(0), price=1_040, trail=5)
    with pytest.raises(InvalidInputError, match=f"^{name} must be ") as caught:
        exchange.submit(**GOOD | changes)
    assert caught.value.name == name
    assert caught.value.value == (GOOD | changes)[name]
    assert caught.value.bound
    exchange.submit(**GOOD)
    exchange.on_trade(1_030, 10, at(2))
    assert [report.number for report in exchange.take_reports()] == [6, 10]


@pytest.mark.parametrize("name", [*GOOD, "reduce_only", "stop", "target", "trail"])
def test_an_order_of_wrong_types_is_refused(name: str) -> None:
    exchange = PaperExchange(PERP, CASH)
    for wrong in (None, 1.0, "1", [1]):
        with pytest.raises(InvalidTypeError, match=f"^{name} must be "):
            exchange.submit(**GOOD | {name: wrong})
    assert not exchange.on_trade(1_000, 10, at(9))


def test_a_cancellation_out_of_time_is_refused() -> None:
    exchange = PaperExchange(PERP, CASH)
    exchange.submit(1, BUY, MARKET, 1_000, at(1))
    with pytest.raises(InvalidInputError, match="^sent_ns must be not before"):
        exchange.cancel(1, at(0))
    with pytest.raises(InvalidTypeError, match="^number must be"):
        exchange.cancel(1.0, at(1))  # type: ignore[arg-type]
    exchange.on_trade(1_000, 10, at(2))
    assert exchange.ledger.position > 0


def held(*closes: int, start_ns: int = at(0)) -> PaperExchange:
    """Return an exchange that holds 10.000 since 100.0, after minutes that closed there."""
    exchange = PaperExchange(PERP._replace(taker=0, spread=0, slippage=0, funding=0), CASH)
    exchange.submit(1, BUY, MARKET, 10_000, start_ns)
    exchange.on_trade(1_000, 10, start_ns + MINUTE_NS // 2)
    for place, close in enumerate(closes):
        open_ns = start_ns + place * MINUTE_NS
        exchange.on_closed(open_ns, 1_000, 1_100, 900, close, open_ns + MINUTE_NS)
    return exchange


def test_drawdown_is_the_deepest_fall_from_a_peak_and_the_longest_way_back() -> None:
    # equity: 1000, 1100, 990, 1100, 1050 and on
    exchange = held(1_000, 1_100, 990, 1_100, 1_050)
    assert exchange.drawdown() == (110 / 1_100, m("110"), 2 * MINUTE_NS)
    exchange = held(1_000, 1_100, 990, 1_100, 1_050, 1_050, 1_050)
    assert exchange.drawdown() == (110 / 1_100, m("110"), 3 * MINUTE_NS)


def test_drawdown_begins_at_the_initial_cash_and_the_first_minute() -> None:
    assert held(900).drawdown() == (0.1, m("100"), 0)
    assert held(900, 1_000).drawdown() == (0.1, m("100"), MINUTE_NS)
    assert held(1_000, 1_000, 1_000).drawdown() == (0.0, 0, 0)


def test_days_end_at_midnight() -> None:
    start_ns = at(0) + DAY_NS - 2 * MINUTE_NS
    assert held(1_010, 1_020, 1_030, start_ns=start_ns).days() == [(at(0) + DAY_NS, m("1020"))]


def test_candles_are_joined_two_by_two_when_there_are_too_many() -> None:
    exchange = held(*range(1_000, 1_000 + 2_048))
    candles = exchange.candles()
    assert len(candles) == 2_048
    assert candles[5] == (at(300), 1_000, 1_100, 900, 1_005, m("1005"))
    open_ns = at(2_048 * 60)
    exchange.on_closed(open_ns, 5, 9, 3, 6, open_ns + MINUTE_NS)
    candles = exchange.candles()
    assert len(candles) == 1_025
    assert candles[2] == (at(240), 1_000, 1_100, 900, 1_005, m("1005"))
    assert candles[-1] == (open_ns, 5, 9, 3, 6, m("6"))
    exchange.on_closed(open_ns + MINUTE_NS, 6, 7, 4, 8, open_ns + 2 * MINUTE_NS)
    assert exchange.candles()[-1] == (open_ns, 5, 9, 3, 8, m("8"))


def test_candles_are_aligned_to_the_clock() -> None:
    exchange = held(1_000, 1_010, start_ns=at(60))
    for place in range(2_100):
        open_ns = at(180 + 60 * place)
        exchange.on_closed(open_ns, 1_000, 1_000, 1_000, 1_000, open_ns + MINUTE_NS)
    first, second, *_ = exchange.candles()
    assert first[:2] + first[4:5] == (at(0), 1_000, 1_000)  # the first minute alone
    assert second[:2] + second[4:5] == (at(120), 1_000, 1_000)


def test_time_in_the_market_is_that_of_ended_trips() -> None:
    exchange = held(1_000)
    assert exchange.in_market_ns == 0
    exchange.submit(5, SELL, MARKET, 10_000, at(60))
    exchange.on_trade(1_000, 10, at(90))
    assert exchange.in_market_ns == MINUTE_NS


def test_a_copy_goes_its_own_way() -> None:
    exchange = PaperExchange(PERP, CASH)
    exchange.submit(1, BUY, MARKET, 1_000, at(0), stop=900)
    twins = [
        copy.copy(exchange), copy.deepcopy(exchange),
        pickle.loads(pickle.dumps(exchange)),  # noqa: S301 - our own bytes
    ]  # fmt: skip
    exchange.on_trade(1_000, 10, at(1))
    expected = exchange.take_reports()
    for twin in twins:
        assert twin.ledger.position == 0
        twin.on_trade(1_000, 10, at(1))
        assert twin.take_reports() == expected


def test_the_ledger_that_it_shows_is_a_copy() -> None:
    exchange = PaperExchange(PERP, CASH)
    exchange.submit(1, BUY, MARKET, 1_000, at(0))
    shown = exchange.ledger
    exchange.on_trade(1_000, 10, at(1))
    assert shown.position == 0
    shown.apply(exchange.take_reports()[-1])
    assert state_of(shown) == state_of(exchange.ledger)
