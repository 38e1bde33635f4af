from __future__ import annotations

import pytest

from supreme_system_v5.news_whale.categories import CATEGORIES, CATEGORY_RULES
from supreme_system_v5.optimized import HeadlinePatterns
from tests.support.unseen_headlines import NO_WARS

PATTERNS = [(pattern, unless) for _, pattern, unless in CATEGORY_RULES]


@pytest.fixture(scope="module")
def patterns() -> HeadlinePatterns:
    return HeadlinePatterns(PATTERNS)


def find_category(headline: str, patterns: HeadlinePatterns) -> str | None:
    """Return the category that the words alone decide, None when they do not."""
    found = patterns.first(headline)
    return None if found is None else CATEGORY_RULES[found][0]


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
        ("a beginner's podcast", "LOW_GENERAL"),
        ("markets were open", None),
        ("inflation hedge wanted", None),
        ("bill ackman speaks", None),
        ("", None),
    ],
)
def test_words_that_decide(headline: str, category: str | None, patterns: HeadlinePatterns) -> None:
    assert find_category(headline, patterns) == category
    assert category is None or category in CATEGORIES


@pytest.mark.parametrize("headline", NO_WARS)
def test_not_every_war_is_one(headline: str, patterns: HeadlinePatterns) -> None:
    assert find_category(headline, patterns) != "CRITICAL_MACRO"


def test_a_war_is_critical(patterns: HeadlinePatterns) -> None:
    assert find_category("War breaks out, investors flee", patterns) == "CRITICAL_MACRO"
