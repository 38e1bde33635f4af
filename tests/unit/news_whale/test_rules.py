from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from supreme_system_v5.app import news_classifier
from supreme_system_v5.news_whale import AdvancedNewsClassifier
from supreme_system_v5.news_whale.categories import CATEGORY_RULES
from supreme_system_v5.news_whale.rules import (
    ELSEWHERE,
    ELSEWHERE_UNLESS,
    HEDGE,
    HEDGE_UNLESS,
    OF_ACCOUNTS,
    RULES,
)
from supreme_system_v5.news_whale.surprises import COMPARED, SURPRISE
from supreme_system_v5.optimized import HeadlinePatterns
from tests.support.turning_headlines import TURNING
from tests.support.unseen_headlines import DENIALS, NO_DENIALS, NO_WARS, UNSEEN

OWN = Path(__file__).parents[3] / "data" / "news" / "headlines.csv"
PATTERNS = [
    *((rule.pattern, rule.unless) for rule in RULES),
    *((pattern, unless) for _, pattern, unless in CATEGORY_RULES),
    (HEDGE, HEDGE_UNLESS),
    (OF_ACCOUNTS, None),
    (ELSEWHERE, ELSEWHERE_UNLESS),
    (COMPARED, None),
]


@pytest.fixture(scope="module")
def news() -> AdvancedNewsClassifier:
    return news_classifier()


@pytest.mark.parametrize(("rule", "headline", "sign"), TURNING)
def test_each_speaks_where_it_should(
    rule: str, headline: str, sign: int, news: AdvancedNewsClassifier
) -> None:
    said = news.judge(headline)
    assert (said.rule, said.sign) == (rule, sign)


def test_every_rule_has_a_headline() -> None:
    assert {SURPRISE, *(rule.name for rule in RULES)} == {rule for rule, _, _ in TURNING}
    assert len({headline for _, headline, _ in TURNING}) == len(TURNING) >= 60


def test_most_headlines_that_were_written_first_are_right(news: AdvancedNewsClassifier) -> None:
    wrong = [(headline, sign) for headline, sign in UNSEEN if news.judge(headline).sign != sign]
    assert len(UNSEEN) >= 100
    assert len(wrong) <= 0.15 * len(UNSEEN), wrong


@pytest.mark.parametrize("headline", DENIALS)
def test_what_takes_back_is_a_denial(headline: str, news: AdvancedNewsClassifier) -> None:
    said = news.judge(headline)
    assert said.denial
    assert said.label == "neutral"


@pytest.mark.parametrize("headline", NO_DENIALS)
def test_what_only_looks_like_it_is_none(headline: str, news: AdvancedNewsClassifier) -> None:
    assert not news.judge(headline).denial


@pytest.mark.parametrize(
    ("headline", "hearsay"),
    [
        ("Ether ETFs post $90M inflow", False),
        ("Coinbase posts surprise profit", False),
        ("Lido releases source code of its oracle", False),
        ("Circle sources more treasury bills", False),
        ("Telegram wallet adds bitcoin", False),
        ("SEC expected to approve solana fund", True),
        ("Fed poised to cut rates", True),
        ("Kraken set to list in New York", True),
        ("Coinbase in talks with bank, sources say", True),
        ("Exchange to cut jobs: source", True),
        ("Deal is near, according to two sources", True),
        ("SEC clears ether ETFs, X post claims", True),
        ("Bitcoin leaps after SEC post on ETFs", True),
        ("Founder hints at token on Telegram", True),
    ],
)
def test_hearsay_is_who_says_it_and_not_what_firms_do(
    headline: str, hearsay: bool, news: AdvancedNewsClassifier
) -> None:
    assert news.judge(headline).hearsay is hearsay


@pytest.mark.parametrize("headline", NO_WARS)
def test_a_price_war_is_not_critical(headline: str, news: AdvancedNewsClassifier) -> None:
    assert news.judge(headline).category != "CRITICAL_MACRO"


@pytest.mark.parametrize(
    "headline",
    [
        "Bitcoin rises to a record",
        "Developers discuss the next release",
        "War breaks out, investors flee",
        "Exodus adds staking to its wallet",
        "Coinbase launches case study on payments",
        "Legal chief leaves Kraken",
        "Largest fine ordered in a Texas case",
        "Fund manager would take bitcoin over gold",
        "Ether unlikely to break out this month",
        "",
    ],
)
def test_plain_headlines_are_left_to_the_model(headline: str, news: AdvancedNewsClassifier) -> None:
    assert news.judge(headline).rule == ""


def differences(titles: Iterable[str]) -> list[str]:
    """Return the titles in which the core finds other patterns than `re` does."""
    native = HeadlinePatterns(PATTERNS)
    compiled = [
        (re.compile(wanted, re.ASCII), re.compile(unless or "(?!)", re.ASCII))
        for wanted, unless in PATTERNS
    ]
    wrong = []
    for title in titles:
        plain = "".join(sign if sign.isascii() else "\x7f" for sign in title).lower()
        found = [
            number
            for number, (wanted, unless) in enumerate(compiled)
            if wanted.search(plain) and not unless.search(plain)
        ]
        if native.all(title) != found:
            wrong.append(title)
    return wrong


def test_the_core_finds_what_re_finds_in_our_own_headlines() -> None:
    with OWN.open(encoding="utf-8", newline="") as file:
        titles = [row["title"] for row in csv.DictReader(file)]
    tested = [*titles[::5], *DENIALS, *NO_DENIALS, *(headline for headline, _ in UNSEEN)]
    assert len(tested) > 1_000
    assert differences(tested) == []


def test_the_core_finds_what_re_finds_in_recorded_headlines(data_dir: Path) -> None:
    name = data_dir / "news" / "bitcoin_headlines_unlabelled_2021-2024.csv.gz"
    with gzip.open(name, "rt", encoding="utf-8", newline="") as file:
        titles = [row["title"][:1_000] for row in csv.DictReader(file)]
    assert differences(titles[::6]) == []
