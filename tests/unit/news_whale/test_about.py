from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.news_whale.about import About, Names
from supreme_system_v5.news_whale.subjects import find_subjects

WORDS = ["SEC", "CFTC", "Binance", "Kraken", "bitcoin", "ether", "ETF", "hacked", "sues", "US"]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)


def both(first: str, second: str) -> tuple[About, About]:
    names = Names()
    return names.about(find_subjects(first)), names.about(find_subjects(second))


@pytest.mark.parametrize(
    ("first", "second", "touches", "confirms"),
    [
        ("SEC sues Binance", "Binance sued over unregistered tokens", True, True),
        ("SEC sues Binance", "SEC sues Coinbase", False, False),
        ("SEC sues Binance", "CFTC sues Binance", True, False),
        ("SEC sues Binance", "SEC sues Binance and Coinbase", True, False),
        ("Fed cuts rates", "FOMC and Powell cut rates", True, True),
        ("Strategy buys bitcoin", "MicroStrategy buys bitcoin", True, True),
        ("SEC approves spot bitcoin ETFs", "SEC approves spot ether ETFs", False, False),
        ("SEC approves spot bitcoin ETFs", "US SEC clears bitcoin ETF", True, True),
        ("SEC approves spot bitcoin ETFs", "SEC approves ETFs", True, False),
        ("Binance hacked", "Binance lists new coin", False, False),
        ("Bitcoin rises", "Bitcoin rises", False, False),
        ("US bans mining", "EU bans mining", False, False),
    ],
)
def test_what_two_headlines_have_in_common(
    first: str, second: str, *, touches: bool, confirms: bool
) -> None:
    one, other = both(first, second)
    assert one.touches(other) is touches
    assert one.confirms(other) is confirms


@given(TEXTS, TEXTS)
def test_it_is_mutual_and_what_confirms_touches(first: str, second: str) -> None:
    one, other = both(first, second)
    assert one.touches(other) is other.touches(one)
    assert one.confirms(other) is other.confirms(one)
    assert one.touches(other) or not one.confirms(other)


def test_names_are_as_many_as_are_known() -> None:
    names = Names()
    for number in range(500):
        names.about(find_subjects(f"Company{number} and {WORDS[number % len(WORDS)]} sue"))
    assert len(names._bits) <= len(WORDS) + 2
