from __future__ import annotations

from typing import Any, get_args

import msgspec
import pytest

from supreme_system_v5 import domain
from supreme_system_v5.domain import Action, Event, OrderKind, Origin, Trip

ORIGIN = Origin(instrument="BTC-USDT", account="paper", run_id="r1")
STAMP: dict[str, Any] = {"origin": ORIGIN, "seq": 7, "event_ns": 10**18, "receive_ns": 10**18 + 5}
TRIP = Trip(1, 10, 70, 5, 2**60, 5, 2**60 + 1, 1, 11, 2, 3, -4)
REPORT = domain.Report("FILLED", 3, 70, side=-1, maker=True, trip=TRIP)

EVENTS: list[Event] = [
    domain.Trade(**STAMP, price=61_837.63, size=0.00012, side=-1, trade_id="t9"),
    domain.BarEvent(**STAMP, open=1.0, high=2.0, low=0.5, close=1.5, volume=3.0),
    domain.Watermark(**STAMP),
    domain.Timer(**STAMP, name="review"),
    domain.Headline(**STAMP, source="desk", title="Rates are cut", body="By a quarter."),
    domain.ExchangeFlow(**STAMP, source="desk", asset="BTC", start_ns=5, net=-7),
    domain.Transfer(**STAMP, asset="BTC", amount=1_200.5, sender="exchange"),
    domain.FeedState(**STAMP, feed="trades", fresh=False, reason="silent for 10 s"),
    domain.AccountState(**STAMP, cash=10**19, position=-(10**15)),
    domain.Rearm(**STAMP),
    domain.Flatten(**STAMP),
    domain.SourcesAsked(**STAMP, domain="news", faults={"rss:x.com": "timeout"}),
    domain.IntervalChange(**STAMP, domain="news", interval_ns=1),
    domain.OrderUpdate(**STAMP, report=REPORT, fill_id="f7"),
]
ACTIONS: list[Action] = [
    domain.Submit(
        **STAMP, number=4, side=1, kind=OrderKind.LIMIT, quantity=2**53, price=9, stop=8, target=10
    ),
    domain.Cancel(**STAMP, number=4, reason="TIMEOUT"),
    domain.Query(**STAMP, number=4),
    domain.Arm(**STAMP, stop_below=100.5, wake_at_ns=2 * 10**18),
]
OTHERS = [
    domain.Record(**STAMP, kind="refused", reason="EXIT_TRAP", details={"worth": 4, "a": None})
]


def name(value: object) -> str:
    return type(value).__name__


def test_every_kind_of_event_and_action_is_tried() -> None:
    assert {type(event) for event in EVENTS} == set(get_args(Event))
    assert {type(action) for action in ACTIONS} == set(get_args(Action))


@pytest.mark.parametrize("event", EVENTS, ids=name)
def test_an_event_comes_back_from_a_journal_as_it_was(event: Event) -> None:
    written = msgspec.json.encode(event)
    back: Any = msgspec.json.decode(written, type=Event)
    assert back == event
    assert type(back) is type(event)


@pytest.mark.parametrize("action", ACTIONS, ids=name)
def test_an_action_comes_back_from_a_journal_as_it_was(action: Action) -> None:
    written = msgspec.json.encode(action)
    back: Any = msgspec.json.decode(written, type=Action)
    assert back == action
    assert type(back) is type(action)


def test_a_record_comes_back_as_it_was() -> None:
    written = msgspec.json.encode(OTHERS[0])
    assert msgspec.json.decode(written, type=domain.Record) == OTHERS[0]


def test_a_trip_within_an_update_comes_back_as_one() -> None:
    update = msgspec.json.decode(msgspec.json.encode(EVENTS[-1]), type=domain.OrderUpdate)
    assert update.report.trip is not None
    assert update.report.trip.net == TRIP.net


def test_what_kind_it_is_stands_in_the_bytes() -> None:
    kinds = [msgspec.json.decode(msgspec.json.encode(one))["type"] for one in EVENTS + ACTIONS]
    assert len(set(kinds)) == len(EVENTS) + len(ACTIONS)
    assert "Bar" in kinds


def test_an_event_of_another_kind_or_without_its_fields_is_refused() -> None:
    for broken in (b'{"type":"Nothing"}', b'{"type":"Timer","seq":1}'):
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(broken, type=Event)


def test_events_and_actions_do_not_change() -> None:
    for one in (ORIGIN, *EVENTS, *ACTIONS, *OTHERS):
        field = one.__struct_fields__[0]
        with pytest.raises(AttributeError):
            setattr(one, field, None)
