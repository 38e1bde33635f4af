from __future__ import annotations

import pytest

from supreme_system_v5.app import news_classifier
from supreme_system_v5.news_whale.rules import HEDGE, RULES, find_rule
from tests.support.turning_headlines import TURNING


@pytest.mark.parametrize(("rule", "headline", "sign"), TURNING)
def test_each_speaks_where_it_should(rule: str, headline: str, sign: int) -> None:
    found = find_rule(headline.lower())
    assert found is not None
    assert (found.name, found.sign) == (rule, sign)


def test_every_rule_has_a_headline() -> None:
    assert {rule.name for rule in RULES} == {rule for rule, _, _ in TURNING}
    assert len({headline for _, headline, _ in TURNING}) == len(TURNING) >= 60


def test_with_the_model_most_of_them_are_right() -> None:
    news = news_classifier()
    right = sum(news.judge(headline).sign == sign for _, headline, sign in TURNING)
    assert right >= 0.85 * len(TURNING)


@pytest.mark.parametrize(
    "headline",
    [
        "bitcoin rises to a record",
        "developers discuss the next release",
        "court denies sec appeal",
        "war breaks out, investors flee",
        "",
    ],
)
def test_plain_headlines_are_left_to_the_model(headline: str) -> None:
    found = find_rule(headline)
    assert found is None or found.name == "ends something bad"


def test_hearsay() -> None:
    assert HEDGE.search("exchange reportedly halts trading")
    assert HEDGE.search("will solana flip ether?")
    assert not HEDGE.search("etf launched in may")
