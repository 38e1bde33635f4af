from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from supreme_system_v5.domain import SignalAction
from supreme_system_v5.signal_check import fault_in_units, fault_of, in_ticks
from supreme_system_v5.strategies import Signal

REASONS = {"NOT_AN_ACTION", "NOT_A_REASON", "NOT_A_SIDE", "NOT_A_PRICE", "WRONG_SIDE"}
LONG = Signal.enter("up", stop=90.0, target=120.0, trail=5.0)


class Rude:
    """Cannot even be shown."""

    def __repr__(self) -> str:
        raise RuntimeError


prices = st.floats(1e-8, 1e8)
anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=3),
    st.decimals(allow_nan=True),
    st.sampled_from([10**400, 10**5_000, Rude(), [], object(), "\ud800", "two\nlines"]),
    st.sampled_from(list(SignalAction)),
)


@given(prices, st.sampled_from([1, -1]), st.data())
def test_a_sound_signal_has_no_fault(price: float, side: int, data: st.DataObject) -> None:
    below = st.floats(min_value=5e-324, max_value=price, exclude_max=True)
    above = st.floats(min_value=price, max_value=1e15, exclude_min=True)
    stops, targets = (below, above) if side > 0 else (above, below)
    signal = Signal.enter(
        data.draw(st.text("abc é€", max_size=9)),
        side=side,
        stop=data.draw(st.none() | stops),
        target=data.draw(st.none() | targets),
        trail=data.draw(st.none() | above),
    )
    assert fault_of(signal, price) is None


@given(prices, st.builds(Signal, action=anything, side=anything, reason=anything, stop=anything,
                         target=anything, trail=anything))  # fmt: skip
def test_whatever_a_strategy_answers_is_sound_or_has_a_reason(price: float, signal: Any) -> None:  # noqa: ANN401
    fault = fault_of(signal, price)
    if fault is not None:
        reason, limit, value = fault
        assert reason in REASONS
        assert limit
        assert len(value) < 100
    elif signal.action is SignalAction.ENTER:
        assert signal.side in (1, -1)
        assert signal.stop is None or (price - signal.stop) * signal.side > 0
        assert signal.target is None or (signal.target - price) * signal.side > 0
        assert signal.trail is None or 0 < signal.trail < math.inf


@pytest.mark.parametrize(
    ("changes", "reason", "limit", "value"),
    [
        ({"action": "ENTER"}, "NOT_AN_ACTION", "SignalAction", "'ENTER'"),
        ({"reason": None}, "NOT_A_REASON", "a str", "None"),
        ({"reason": "\ud800"}, "NOT_A_REASON", "printable", r"'\ud800'"),
        ({"side": 0}, "NOT_A_SIDE", "1 or -1", "0"),
        ({"side": True}, "NOT_A_SIDE", "1 or -1", "True"),
        ({"side": 1.0}, "NOT_A_SIDE", "1 or -1", "1.0"),
        ({"stop": math.nan}, "NOT_A_PRICE", "stop is a finite number", "nan"),
        ({"target": math.inf}, "NOT_A_PRICE", "target is", "inf"),
        ({"target": -120.0}, "NOT_A_PRICE", "target is", "-120.0"),
        ({"trail": 0}, "NOT_A_PRICE", "trail is", "0"),
        ({"trail": False}, "NOT_A_PRICE", "trail is", "False"),
        ({"stop": Decimal(90)}, "NOT_A_PRICE", "stop is", "Decimal('90')"),
        ({"target": 10**400}, "NOT_A_PRICE", "target is", "1000"),
        ({"stop": 100.0}, "WRONG_SIDE", "stop below the price, 100.0", "100.0"),
        ({"target": 99.0}, "WRONG_SIDE", "target above the price, 100.0", "99.0"),
        ({"side": -1}, "WRONG_SIDE", "stop above the price, 100.0", "90.0"),
    ],
)
def test_a_fault_says_what_is_allowed_and_what_it_was(
    changes: dict[str, Any], reason: str, limit: str, value: str
) -> None:
    fault = fault_of(replace(LONG, **changes), 100.0)
    assert fault is not None
    assert fault[0] == reason
    assert limit in fault[1]
    assert fault[2].startswith(value)


def test_what_leaves_needs_neither_side_nor_prices() -> None:
    signal = Signal.exit("enough")
    assert fault_of(replace(signal, side=0, stop=math.nan), 100.0) is None


decimals = st.integers(0, 8)


@given(prices, decimals, st.integers(1, 10**6), st.booleans())
def test_ticks_are_whole_and_never_nearer_than_the_price(
    price: float, places: int, tick: int, up: bool
) -> None:
    units = in_ticks(price, float(10**places), tick, up=up)
    assert units % tick == 0
    assert units >= tick
    exact = Fraction(price) * 10**places
    slack = Fraction(1, 10**6) + exact / 2**51  # what doubles of that size cannot tell apart
    if up:
        assert exact - slack <= units < exact + tick + slack
    elif units > tick:
        assert exact - tick - slack < units <= exact + slack


@given(st.integers(1, 10**10), decimals, st.integers(1, 10**4), st.booleans())
def test_a_price_on_a_tick_stays_there(ticks: int, places: int, tick: int, up: bool) -> None:
    price = float(Decimal(ticks * tick).scaleb(-places))
    assert in_ticks(price, float(10**places), tick, up=up) == ticks * tick


def test_nothing_is_nothing() -> None:
    assert in_ticks(None, 100.0, 5, up=True) == 0


sides = st.sampled_from([1, -1])


@given(sides, st.integers(100, 2**53), st.integers(1, 99), st.integers(0, 2**53))
def test_protections_on_their_sides_have_no_fault(
    side: int, price: int, distance: int, trail: int
) -> None:
    stop, target = price - side * distance, min(price + side * distance, 2**53)
    if target != price:
        assert fault_in_units(side, price, stop=stop, target=target, trail=trail) is None
    assert fault_in_units(side, price, stop=0, target=0, trail=0) is None


@pytest.mark.parametrize("name", ["stop", "target", "trail"])
def test_a_level_beyond_what_an_order_holds_is_refused(name: str) -> None:
    levels = {"stop": 0, "target": 0, "trail": 0} | {name: 2**53 + 1}
    fault = fault_in_units(1, 100, **levels)
    assert fault == ("NOT_A_PRICE", f"{name} up to {2**53} price units", str(2**53 + 1))


def test_a_tick_that_is_large_beside_the_price_moves_no_stop_beyond_it() -> None:
    """At 0.0015 a tick of 0.1 has no place for a stop below."""
    price, stop = 150_000, in_ticks(0.0014, 1e8, 10**7, up=False)
    fault = fault_in_units(1, price, stop=stop, target=0, trail=0)
    assert fault is not None
    assert fault[0] == "TICK_TOO_COARSE"
    assert fault_in_units(-1, price, stop=0, target=stop, trail=0) is not None
    assert fault_in_units(-1, price, stop=stop, target=0, trail=0) is None
