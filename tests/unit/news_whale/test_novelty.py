from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.news_whale.novelty import Print, Window, print_of, words_of
from supreme_system_v5.news_whale.subjects import find_subjects


def printed(text: str, sign: int = 1) -> Print:
    return print_of(text, sign, find_subjects(text))


def told(window: Window, text: str, sign: int = 1, story: int = 0) -> int | None:
    """Look a headline up, then remember it; return the story of the one that it repeats."""
    new = printed(text, sign)
    found = window.find(new)
    window.remember(new, story)
    return found.story if found else None


def repeats(first: Print, second: Print) -> bool:
    """Tell whether the second repeats the first, as the page says it."""
    if first.words == second.words:
        return True
    mine, theirs = list(dict.fromkeys(first.words)), list(dict.fromkeys(second.words))
    common = [word for word in mine if word in theirs]
    if first.key != second.key or not common or common != [word for word in theirs if word in mine]:
        return False
    return 2 * len(common) >= len({*mine, *theirs})


@pytest.mark.parametrize(
    "again",
    [
        "SEC approves spot bitcoin ETFs after long wait",
        "sec APPROVES spot bitcoin etfs, after long wait!",
        "Breaking: SEC approves spot bitcoin ETFs after long wait - Reuters",
        "SEC approves spot bitcoin ETFs after a very long wait",
    ],
)
def test_reprints_and_edits_repeat(again: str) -> None:
    window = Window()
    assert told(window, "SEC approves spot bitcoin ETFs after long wait", story=7) is None
    assert told(window, again) == 7


@pytest.mark.parametrize(
    ("first", "second", "sign"),
    [
        ("SEC approves spot bitcoin ETFs today", "SEC rejects spot bitcoin ETFs today", -1),
        ("Bitcoin rises above $60,000 again", "Bitcoin rises above $58,000 again", 1),
        ("Bitcoin rises above $60,000 again", "Ether rises above $60,000 again", 1),
        ("Binance wins licence in Dubai today", "Kraken wins licence in Dubai today", 1),
        ("SEC drops its case against Ripple", "SEC never drops its case against Ripple", 1),
    ],
)
def test_opposites_other_numbers_and_others_do_not(first: str, second: str, sign: int) -> None:
    window = Window()
    told(window, first)
    assert told(window, second, sign) is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Ripple beats SEC", "SEC beats Ripple"),
        ("Ripple beats SEC in court today", "SEC beats Ripple in court on appeal today"),
        ("Rate rises from 3 to 5", "Rate rises from 5 to 3"),
        ("Rate of inflation rises from 3 to 5", "Rate of US inflation now rises from 5 to 3"),
        ("Coinbase buys Binance stake", "Binance buys Coinbase stake"),
    ],
)
def test_who_does_it_to_whom_and_from_where_to_where_matters(first: str, second: str) -> None:
    window = Window()
    told(window, first)
    assert told(window, second) is None
    assert told(window, first, story=1) == 0


WORDS = st.sampled_from(["sec", "approves", "bitcoin", "etf", "not", "5", "3", "binance", "late"])
TEXTS = st.lists(WORDS, min_size=1, max_size=7).map(" ".join)


@given(st.lists(st.tuples(TEXTS, st.sampled_from([-1, 1])), max_size=30))
def test_it_finds_what_a_comparison_with_each_finds(items: list[tuple[str, int]]) -> None:
    window, seen = Window(), list[Print]()
    for text, sign in items:
        new = printed(text, sign)
        assert (window.find(new) is not None) is any(repeats(old, new) for old in seen)
        seen.append(new)
        window.remember(new, 0)


def test_it_is_bounded_and_forgets_the_oldest() -> None:
    window = Window(size=3)
    for number in range(50):
        told(window, f"headline number {number} of bitcoin {number}", story=number)
    assert len(window) == 3
    assert told(window, "headline number 49 of bitcoin 49") == 49
    assert told(window, "headline number 3 of bitcoin 3") is None
    assert len(window._exact) <= 3
    assert sum(map(len, window._alike.values())) == 3


def test_reprints_leave_nothing_behind_when_they_are_forgotten() -> None:
    window, rng = Window(size=5), random.Random(1)
    for _ in range(200):
        told(window, rng.choice(["Bitcoin rises", "Bitcoin rises again", "Ether falls"]))
        assert len(window._exact) <= len(window) <= 5
        assert sum(map(len, window._alike.values())) == len(window)


def test_nothing_repeats_nothing() -> None:
    assert told(Window(), "") is None


def test_words_keep_their_order_and_lose_who_published_them() -> None:
    assert words_of("BREAKING: SEC won't sue - The Block") == ("sec", "won't", "sue")
