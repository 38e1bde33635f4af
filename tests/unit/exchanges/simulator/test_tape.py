"""Whole numbers, and the texts that venues make of them."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.exchanges.simulator.tape import (
    CENTS,
    UNITS,
    Minute,
    Print,
    decimal_of,
    money_text,
    padded,
    price_text,
    size_text,
)

PRINTS = st.builds(
    Print,
    serial=st.integers(1, 10**6),
    first=st.integers(1, 10**9),
    count=st.integers(1, 40),
    price=st.integers(1, 10**9),
    size=st.integers(40, 10**12),
    buy=st.booleans(),
    time_ns=st.integers(0, 2 * 10**18),
)


@given(st.integers(0, 10**15))
def test_texts_are_exact_and_plain(value: int) -> None:
    for text, one in (
        (price_text(value), CENTS),
        (size_text(value), UNITS),
        (money_text(value), CENTS * UNITS),
    ):
        assert Decimal(text) * one == value
        assert "E" not in text.upper()
        assert "." not in text or not text.endswith(("0", "."))


@given(st.integers(0, 10**15))
def test_padded_texts_have_all_their_digits(value: int) -> None:
    assert Decimal(padded(value, CENTS, 8)) == decimal_of(value, CENTS)
    assert len(padded(value, UNITS, 8).partition(".")[2]) == 8
    assert Decimal(padded(value, UNITS, 3)) <= decimal_of(value, UNITS)


@given(PRINTS)
def test_matches_add_up_to_the_print(told: Print) -> None:
    matches = told.matches()
    assert sum(match.size for match in matches) == told.size
    assert [match.number for match in matches] == [*range(told.first, told.last + 1)]
    assert all(match.size > 0 for match in matches)


@given(st.lists(PRINTS, min_size=2, max_size=20), st.data())
def test_minutes_join_as_if_they_had_been_one(prints: list[Print], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(prints) - 1))
    whole, early, late = (Minute.flat(0, 1) for _ in range(3))
    for place, told in enumerate(prints):
        whole.take(told)
        (early if place < cut else late).take(told)
    early.join(late)
    early.last_ms = whole.last_ms  # of the last one told, or of the latest: both may be
    assert msgspec.structs.asdict(early) == msgspec.structs.asdict(whole)
