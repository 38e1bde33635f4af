"""When a fault strikes, where, how often, and that it is logged."""

from __future__ import annotations

import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.exchanges.simulator.faults import (
    Fault,
    Faults,
    Injection,
    Place,
    read_script,
)
from tests.fakes.clock import ManualClock

HERE = Place(venue="okx", endpoint="public", connection=2, channel="trades", name="trades:BTC-USDT")
S = 10**9


def made(seed: int = 1) -> tuple[Faults, ManualClock]:
    clock = ManualClock()
    return Faults(clock, random.Random(seed)), clock


def strikes(faults: Faults, count: int, place: Place = HERE) -> list[int]:
    return [number for number in range(count) if faults.at("push", place)]


@given(st.integers(0, 20), st.integers(1, 20))
def test_it_strikes_by_count(skipped: int, times: int) -> None:
    faults, _ = made()
    faults.inject(Fault(kind="silence", after_messages=skipped, times=times))
    assert strikes(faults, 60) == [*range(skipped, skipped + times)]
    assert len(faults.log) == times


@given(st.integers(0, 50), st.integers(1, 50))
def test_it_strikes_by_time(after: int, during: int) -> None:
    faults, clock = made()
    faults.inject(Fault(kind="silence", after_s=after, for_s=during))
    found = []
    for second in range(120):
        if faults.at("push", HERE):
            found.append(second)
        clock.advance_ns(S)
    assert found == [*range(after, after + during)]


def test_it_strikes_by_chance_which_is_seeded() -> None:
    found = []
    for _ in range(2):
        faults, _ = made(9)
        faults.inject(Fault(kind="silence", probability=0.3, times=1_000))
        found.append(strikes(faults, 1_000))
    assert found[0] == found[1]
    assert 200 < len(found[0]) < 400


@pytest.mark.parametrize(
    ("fault", "strikes_here"),
    [
        (Fault(kind="silence"), True),
        (Fault(kind="silence", venue="okx", endpoint="public", connection=2), True),
        (Fault(kind="silence", channel="trades"), True),
        (Fault(kind="silence", channel="trades:BTC-USDT"), True),
        (Fault(kind="silence", channel="quotes"), False),
        (Fault(kind="silence", venue="bybit"), False),
        (Fault(kind="silence", connection=1), False),
        (Fault(kind="silence", endpoint="business"), False),
        (Fault(kind="no_pong"), False),
    ],
)
def test_it_strikes_where_it_should(fault: Fault, strikes_here: bool) -> None:
    faults, _ = made()
    faults.inject(fault)
    assert bool(faults.at("push", HERE)) == strikes_here


def test_once_unless_said_otherwise_and_never_after_it_was_removed() -> None:
    faults, _ = made()
    name = faults.inject(Fault(kind="silence"))
    assert strikes(faults, 5) == [0]
    again = faults.inject(Fault(kind="silence", times=9, id="mine"))
    assert again == "mine"
    assert faults.remove("mine")
    assert not faults.remove("mine")
    assert strikes(faults, 5) == []
    assert [fault.id for fault in faults.script] == [name]
    faults.clear()
    assert faults.script == []


def test_each_strike_is_logged_and_told() -> None:
    faults, clock = made()
    told: list[Injection] = []
    faults.on_injection(told.append)
    faults.inject(Fault(kind="duplicate", times=2, id="d"))
    clock.advance_ns(5)
    strikes(faults, 3)
    assert told == faults.log
    assert [(i.number, i.fault, i.monotonic_ns, i.place) for i in told] == [
        (1, "d", 5, HERE),
        (2, "d", 5, HERE),
    ]


@pytest.mark.parametrize("fault", [Fault(kind="rain"), Fault(kind="silence", probability=1.5)])
def test_what_there_is_not_is_refused(fault: Fault) -> None:
    faults, _ = made()
    with pytest.raises(InvalidInputError, match="allowed is"):
        faults.inject(fault)


def test_a_script_is_read() -> None:
    text = msgspec.json.encode(
        {"market": "calm", "faults": [{"kind": "quiet", "after_s": 5, "seconds": 30}]}
    )
    assert read_script(text, "a.json") == (
        "calm",
        [Fault(kind="quiet", after_s=5.0, seconds=30.0)],
    )


@pytest.mark.parametrize("text", [b"", b"[]", b'{"faults": [{}]}', b'{"weather": 1}'])
def test_a_bad_script_is_refused(text: bytes) -> None:
    with pytest.raises(InvalidInputError, match=r"a\.json is no scenario"):
        read_script(text, "a.json")
