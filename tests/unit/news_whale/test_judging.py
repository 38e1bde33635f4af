from __future__ import annotations

import pytest

from supreme_system_v5.app import news_classifier
from supreme_system_v5.news_whale.judging import LABELS, Judge, Spoken
from supreme_system_v5.news_whale.rule_shares import SHARES
from supreme_system_v5.optimized import HeadlineModel
from tests.support.headlines import headline_model_bytes


@pytest.fixture
def judge() -> Judge:
    """A judge whose model knows nothing."""
    return Judge(HeadlineModel(headline_model_bytes()))


def test_without_a_rule_the_model_alone_speaks(judge: Judge) -> None:
    said = judge("plain words")
    assert said.scores == pytest.approx((1 / 3,) * 3)
    assert said.rule == ""
    assert said.sentiment == pytest.approx(0.0)
    assert said.reasons == ("model: 0.33",)


def test_a_rule_takes_its_share_of_the_model(judge: Judge) -> None:
    share, _ = SHARES["fees fall"]
    rest = (1.0 - share) / 3
    said = judge("Gas fees plunge")
    assert said.scores == pytest.approx((rest, rest, rest + share))
    assert (said.label, said.sign, said.rule) == ("positive", 1, "fees fall")
    assert said.sentiment == pytest.approx(share)


def test_of_other_markets_a_rule_speaks_only_with_the_model(judge: Judge) -> None:
    """Its share there is below what it needs to speak alone."""
    title = "Tata Motors shares trim losses"
    assert judge.rule_of(title) == Spoken("losses end", 1, elsewhere=True)
    assert judge.rule_of("Bitcoin trims losses") == Spoken("losses end", 1, elsewhere=False)
    assert Spoken("losses end", 1, elsewhere=True).share < 0.6
    against = news_classifier().judge("Tata Motors shares trim losses, still plunge and tumble")
    assert (against.rule, against.label) == ("", "negative")


def test_numbers_are_compared_before_words_are_read(judge: Judge) -> None:
    less, more = judge("CPI 2.9% vs 3.1% expected"), judge("CPI 3.4% vs 3.1% expected")
    assert (less.sign, more.sign) == (1, -1)
    assert less.rule == more.rule == "macro against forecast"


def test_who_speaks_of_accounts_is_marked(judge: Judge) -> None:
    assert judge("SEC says its X account was compromised").of_accounts
    assert not judge("SEC approves bitcoin ETFs").of_accounts


def test_hearsay_is_marked_and_as_likely(judge: Judge) -> None:
    sure, heard = judge("Gas fees plunge"), judge("Gas fees plunge?")
    assert (sure.hearsay, heard.hearsay) == (False, True)
    assert heard.confidence == sure.confidence == max(heard.scores)
    assert heard.reasons[-1] == "hearsay"


def test_the_month_is_no_guess(judge: Judge) -> None:
    assert judge("Exchange may halt trading").hearsay
    assert judge("Will solana flip ether?").hearsay
    assert not judge("ETF launched in May").hearsay


def test_a_denial_is_no_hearsay(judge: Judge) -> None:
    said = judge("Kraken denies rumours of a sale")
    assert (said.denial, said.hearsay, said.label) == (True, False, "neutral")


def test_words_decide_a_category_that_the_model_does_not_know(judge: Judge) -> None:
    assert judge("Powell speaks").category == "CRITICAL_MACRO"
    assert judge("Bridge hacked").category == "HIGH_CRYPTO"
    assert judge("Golden cross").category == "MEDIUM_TECHNICAL"
    assert 0.0 < judge("Golden cross").category_score <= 1.0


def test_labels_are_in_the_order_of_the_scores() -> None:
    assert LABELS == ("negative", "neutral", "positive")
