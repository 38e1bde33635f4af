from __future__ import annotations

import pytest

from supreme_system_v5.news_whale.novelty import Window, words_of
from supreme_system_v5.news_whale.subjects import find_subjects


def told(window: Window, text: str, sign: int = 1) -> int | None:
    """Look a headline up, then remember it; return the number of the one that it repeats."""
    words, about = words_of(text), find_subjects(text)
    found = window.find(words, sign, about)
    window.remember(words, sign, about, 0)
    return found.number if found else None


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
    assert told(window, "SEC approves spot bitcoin ETFs after long wait") is None
    assert told(window, again) == 0


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


def test_it_is_bounded_and_forgets_the_oldest() -> None:
    window = Window(size=3)
    for number in range(50):
        told(window, f"headline number {number} of bitcoin {number}")
    assert len(window) == 3
    assert told(window, "headline number 49 of bitcoin 49") == 49
    assert told(window, "headline number 3 of bitcoin 3") is None
    assert sum(map(len, window._with_word.values())) < 40


def test_nothing_repeats_nothing() -> None:
    assert told(Window(), "") is None
