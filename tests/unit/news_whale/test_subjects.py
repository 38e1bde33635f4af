from __future__ import annotations

import pytest

from supreme_system_v5.news_whale.about import Names
from supreme_system_v5.news_whale.subjects import find_assets, find_subjects


@pytest.mark.parametrize(
    ("text", "assets"),
    [
        ("Bitcoin and ether rise", ("BTC", "ETH")),
        ("XBT perpetuals", ("BTC",)),
        ("One near link in the chain", ()),
        ("$LINK and (NEAR) jump", ("LINK", "NEAR")),
        ("SOL leads", ("SOL",)),
        ("sol y sombra", ()),
        ("Betheth", ()),
    ],
)
def test_coins_and_words_that_look_like_them(text: str, assets: tuple[str, ...]) -> None:
    assert find_assets(text) == assets


def test_actors_topics_and_numbers() -> None:
    said = find_subjects("SEC sues Binance over $4,300.50 million ETF hack in 2023")
    assert said.actors == {"sec", "binance"}
    assert {"law", "etf", "hack"} <= said.topics
    assert said.numbers == {"4300.50m", "2023"}


def test_one_event_has_a_topic_and_somebody_in_common() -> None:
    claim = find_subjects("SEC approves spot bitcoin ETFs")
    assert claim.meets(find_subjects("Gensler: the SEC has not approved any ETF"))
    assert claim.meets(find_subjects("SEC clears no bitcoin exchange-traded products"))
    assert not claim.meets(find_subjects("SEC sues Kraken"))
    assert not claim.meets(find_subjects("Ether ETF lists in Toronto"))


def test_a_handle_and_a_chair_are_who_they_speak_for() -> None:
    names = Names()
    agency, handle, chair = (
        names.about(find_subjects(f"{who} account was hacked"))
        for who in ("SEC", "@SECGov", "Gensler")
    )
    assert agency == handle == chair
