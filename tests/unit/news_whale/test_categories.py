from __future__ import annotations

import pytest

from supreme_system_v5.news_whale.categories import CATEGORIES, find_category


@pytest.mark.parametrize(
    ("headline", "category"),
    [
        ("powell speaks at noon", "CRITICAL_MACRO"),
        ("us cpi in line", "CRITICAL_MACRO"),
        ("sec approves a spot litecoin etf", "CRITICAL_MACRO"),
        ("lender files for bankruptcy", "CRITICAL_MACRO"),
        ("usdc slips from its peg", "CRITICAL_MACRO"),
        ("exchange halts withdrawals", "CRITICAL_MACRO"),
        ("bridge hacked again", "HIGH_CRYPTO"),
        ("ether etfs: inflows", "HIGH_CRYPTO"),
        ("kraken to list monero", "HIGH_CRYPTO"),
        ("founder arrested", "HIGH_CRYPTO"),
        ("golden cross on the daily chart", "MEDIUM_TECHNICAL"),
        ("hash rate at a peak", "MEDIUM_TECHNICAL"),
        ("testnet goes live", "MEDIUM_TECHNICAL"),
        ("a beginner's podcast", None),
        ("", None),
    ],
)
def test_words_that_decide(headline: str, category: str | None) -> None:
    assert find_category(headline) == category
    assert category is None or category in CATEGORIES
