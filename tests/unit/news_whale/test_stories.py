from __future__ import annotations

import pytest

from supreme_system_v5.news_whale.about import About
from supreme_system_v5.news_whale.stories import (
    HALF_LIFE_NS,
    LINK_NS,
    LOCK_NS,
    MINUTE_NS,
    QUIET_NS,
    STORIES_MAX,
    Denial,
    Stories,
    Story,
)
from supreme_system_v5.news_whale.subjects import find_subjects
from supreme_system_v5.news_whale.trust import Teller, teller_of

APPROVAL = "SEC approves spot bitcoin ETFs"
CRITICAL, HIGH = "CRITICAL_MACRO", "HIGH_CRYPTO"
REUTERS, BLOOMBERG = teller_of("reuters.com"), teller_of("bloomberg.com")
HOUSES = {trust: Teller(f"site{trust}.com", trust, "") for trust in (0.15, 0.79, 0.8, 0.9, 1.0)}


def about(stories: Stories, text: str = APPROVAL) -> About:
    return stories.about(find_subjects(text))


def begun(
    stories: Stories,
    category: str = HIGH,
    sentiment: float = 0.9,
    text: str = APPROVAL,
    *,
    at_ns: int = 0,
) -> Story:
    story = stories.begin(category, about(stories, text), sentiment, received_ns=at_ns)
    story.impact = 0.5
    return story


def tell(story: Story, *sources: str, hearsay: bool = False, at_ns: int = 1) -> None:
    for source in sources:
        story.add(teller_of(source), story.category, hearsay=hearsay, received_ns=at_ns)


def denied(
    stories: Stories,
    text: str = "SEC denies ETF approval",
    by: Teller = REUTERS,
    *,
    at_ns: int = 10,
    category: str = CRITICAL,
) -> list[Story]:
    return stories.deny(Denial(about(stories, text), by, category, 0.88, at_ns))


# Who confirms.


def test_two_trusted_sources_confirm_when_one_is_a_known_house() -> None:
    story = begun(Stories())
    assert not story.confirmed(0)
    tell(story, "decrypt.co", "cryptopanic.com", "cointelegraph.com")
    assert not story.confirmed(3)
    tell(story, "reuters.com")
    assert story.confirmed(4)


def test_hearsay_and_the_same_source_again_do_not() -> None:
    story = begun(Stories())
    tell(story, "reuters.com", "reuters.com")
    tell(story, "ft.com", hearsay=True)
    assert not story.confirmed(1)


def test_two_papers_of_one_house_do_not() -> None:
    story = begun(Stories())
    tell(story, "wsj.com", "barrons.com", "https://www.marketwatch.com/story/1")
    assert not story.confirmed(1)


def test_what_prices_did_after_a_claim_does_not() -> None:
    story = begun(Stories(), CRITICAL)
    tell(story, "reuters.com")
    story.add(BLOOMBERG, HIGH, hearsay=False, received_ns=2)
    assert not story.confirmed(2)


@pytest.mark.parametrize(("sentiment", "confirmed"), [(0.9, False), (-0.9, True)])
@pytest.mark.parametrize("origin", ["hearsay", "platform"])
def test_of_good_hearsay_two_houses_may_be_the_echo(
    sentiment: float, origin: str, *, confirmed: bool
) -> None:
    story = begun(Stories(), CRITICAL, sentiment)
    tell(story, "x.com" if origin == "platform" else "ft.com", hearsay=origin == "hearsay")
    tell(story, "reuters.com", "bloomberg.com")
    assert story.confirmed(2) is confirmed
    tell(story, "sec.gov")
    assert story.confirmed(2)


def test_hearsay_after_it_was_confirmed_changes_nothing() -> None:
    story = begun(Stories(), CRITICAL)
    tell(story, "reuters.com", "bloomberg.com")
    tell(story, "decrypt.co", hearsay=True)
    assert story.confirmed(2)


def test_twenty_quiet_minutes_do() -> None:
    story = begun(Stories())
    assert not story.confirmed(QUIET_NS - 1)
    assert story.confirmed(QUIET_NS)


def test_the_quiet_minutes_of_a_rumour_do_not_count_for_who_says_it_outright() -> None:
    story, outright = begun(Stories()), QUIET_NS - 5
    tell(story, "decrypt.co", hearsay=True, at_ns=1)
    tell(story, "decrypt.co", at_ns=outright)
    assert not story.confirmed(QUIET_NS)
    assert story.confirmed(outright + QUIET_NS)


@pytest.mark.parametrize(
    ("text", "category", "restarted"),
    [
        ("SEC disavows bitcoin ETF post", CRITICAL, True),
        ("Bitcoin slips after SEC post on ETF", HIGH, False),
        ("SEC disavows ether ETF post", CRITICAL, False),
    ],
)
def test_the_contrary_from_a_trusted_house_is_no_quiet(
    text: str, category: str, *, restarted: bool
) -> None:
    stories, late = Stories(), QUIET_NS - 1
    story = begun(stories, CRITICAL)
    stories.contradict(about(stories, text), category, late)
    assert story.confirmed(QUIET_NS) is not restarted
    assert story.confirmed(late + QUIET_NS)
    stories.contradict(about(stories, text), category, late + QUIET_NS)
    assert story.confirmed(late + QUIET_NS)  # what was confirmed stays so


# What belongs together.


def test_a_story_takes_up_what_says_the_same_soon() -> None:
    stories = Stories()
    story, claim = begun(stories), about(stories)
    assert stories.find(claim, 1, HIGH, LINK_NS) is story
    assert stories.find(claim, -1, HIGH, 0) is None
    assert stories.find(claim, 1, HIGH, LINK_NS + MINUTE_NS) is None


def test_a_graver_claim_is_another_story() -> None:
    stories = Stories()
    begun(stories, HIGH)
    assert stories.find(about(stories), 1, CRITICAL, 1) is None
    critical = begun(stories, CRITICAL)
    assert stories.find(about(stories), 1, HIGH, 1) is critical


def test_another_event_is_another_story() -> None:
    stories = Stories()
    story = begun(stories, text="SEC sues Binance")
    assert stories.find(about(stories, "SEC sues Coinbase"), 1, HIGH, 1) is None
    assert stories.find(about(stories, "Binance sued by SEC"), 1, HIGH, 1) is story


# What is left of it.


@pytest.mark.parametrize("category", HALF_LIFE_NS)
def test_half_is_left_after_a_half_life_and_nothing_after_four(category: str) -> None:
    story, half = begun(Stories(), category), HALF_LIFE_NS[category]
    assert story.left(0) == 1.0
    assert story.left(half) == pytest.approx(0.5)
    assert story.left(4 * half - 1) > 0.0 == story.left(4 * half) == story.left(-1)
    assert story.over(4 * half)
    assert not story.over(4 * half - 1)


# Denials.


def test_a_denial_reverses_and_locks() -> None:
    stories = Stories()
    story, claim = begun(stories), about(stories)
    assert denied(stories) == [story]
    assert story.weight(10) < 0.0
    assert story.locked(10 + LOCK_NS)
    assert not story.locked(11 + LOCK_NS)
    assert stories.find(claim, 1, CRITICAL, LOCK_NS) is story
    assert denied(stories, APPROVAL, at_ns=20) == []
    assert stories.find(claim, 1, CRITICAL, 11 + LOCK_NS) is None


@pytest.mark.parametrize(("trust", "category"), [(0.8, HIGH), (0.9, CRITICAL), (1.0, CRITICAL)])
def test_a_reversed_story_weighs_what_the_denial_does(trust: float, category: str) -> None:
    """However little the rumour was: a post on a platform moved the price all the same."""
    stories = Stories()
    story = begun(stories, HIGH)
    story.impact = 0.15 * 0.7
    assert denied(stories, by=HOUSES[trust], category=category) == [story]
    assert story.impact == pytest.approx(trust * (0.7 if category == HIGH else 1.0))
    assert story.weight(10) == pytest.approx(-0.9 * story.impact)
    assert story.confidence == 0.88


def test_a_denial_told_again_by_who_is_believed_more_weighs_more() -> None:
    stories = Stories()
    story, other = begun(stories), begun(stories, text="SEC drops its case against Kraken")
    assert denied(stories) == [story]
    assert denied(stories, by=HOUSES[0.8], at_ns=20) == []
    assert story.impact == pytest.approx(0.9)
    assert denied(stories, "SEC was not compromised", teller_of("sec.gov"), at_ns=30) == []
    assert story.impact == 1.0
    assert (story.denied_ns, other.denied_ns) == (10, None)


def test_bad_news_that_were_denied_keep_their_weight_for_when_they_are_true() -> None:
    stories = Stories()
    story = begun(stories, sentiment=-0.9)
    assert denied(stories) == [story]
    assert (story.impact, story.weight(10)) == (0.5, 0.0)
    for teller in (REUTERS, BLOOMBERG):
        story.insist(teller, hearsay=False, received_ns=20)
    assert story.weight(20) < 0.0


@pytest.mark.parametrize("text", ["Binance denies insolvency", "CFTC denies it sued Kraken"])
def test_a_denial_of_something_else_changes_nothing(text: str) -> None:
    stories = Stories()
    story = begun(stories)
    assert denied(stories, text) == []
    assert not story.locked(10)


def test_a_denial_about_one_company_is_none_for_another() -> None:
    stories = Stories()
    begun(stories, text="SEC drops lawsuit against Binance")
    assert denied(stories, "SEC denies dropping lawsuit against Coinbase") == []


@pytest.mark.parametrize(("trust", "taken_back"), [(0.15, False), (0.79, False), (0.8, True)])
def test_only_who_is_trusted_takes_a_story_back(trust: float, *, taken_back: bool) -> None:
    stories = Stories()
    begun(stories)
    assert bool(denied(stories, APPROVAL, HOUSES[trust])) is taken_back


@pytest.mark.parametrize(("trust", "taken_back"), [(0.9, False), (1.0, True)])
def test_what_two_confirmed_only_an_official_source_takes_back(
    trust: float, *, taken_back: bool
) -> None:
    stories = Stories()
    story = begun(stories)
    tell(story, "reuters.com", "bloomberg.com", at_ns=0)
    assert bool(denied(stories, APPROVAL, HOUSES[trust])) is taken_back


LOOSE = "The SEC has not approved any spot products"


@pytest.mark.parametrize("sentiment", [0.9, -0.9])
def test_an_official_denial_that_fits_no_story_means_the_newest_of_the_same_actor(
    sentiment: float,
) -> None:
    stories = Stories()
    older = begun(stories, sentiment=sentiment)
    newest = begun(stories, sentiment=sentiment, text="SEC drops case against Kraken", at_ns=2)
    begun(stories, text="Binance lists new coin", at_ns=3)
    denial = about(stories, LOOSE)
    assert not any(story.about.touches(denial) for story in stories.alive(5))
    assert denied(stories, LOOSE, teller_of("https://www.sec.gov/news")) == [newest]
    assert older.denied_ns is None


def test_it_takes_back_what_belongs_to_it_and_nothing_that_two_confirmed() -> None:
    stories = Stories()
    claim = begun(stories, CRITICAL)
    echo = begun(stories, text="Bitcoin jumps to $48,000 as ETF clears SEC", at_ns=2)
    sure = begun(stories, text="SEC drops case against Kraken", at_ns=3)
    tell(sure, "reuters.com", "bloomberg.com")
    assert denied(stories, LOOSE, teller_of("sec.gov")) == [claim, echo]
    assert sure.denied_ns is None


def test_who_has_the_denial_from_the_site_of_the_actor_need_not_name_him() -> None:
    stories = Stories()
    story = begun(stories)
    assert denied(stories, "Our account was compromised", teller_of("www.sec.gov")) == [story]


@pytest.mark.parametrize(
    ("text", "sentiment", "taken_back"),
    [
        ("SEC says its account was compromised", 0.9, True),
        ("SEC says its account was compromised", -0.9, False),
        ("SEC denies charges against staff", 0.9, False),
    ],
)
def test_a_known_house_may_be_as_vague_about_good_news_alone(
    text: str, sentiment: float, *, taken_back: bool
) -> None:
    stories = Stories()
    begun(stories, sentiment=sentiment)
    assert bool(denied(stories, text)) is taken_back


@pytest.mark.parametrize(("sentiment", "taken_back"), [(0.9, True), (-0.9, False)])
def test_whom_it_is_about_may_take_good_news_back_and_no_bad_ones(
    sentiment: float, *, taken_back: bool
) -> None:
    """Whoever is accused denies it."""
    stories = Stories()
    begun(stories, sentiment=sentiment, text="Tesla buys bitcoin again")
    by = teller_of("https://www.tesla.com/blog")
    assert bool(denied(stories, "Tesla denies buying bitcoin", by)) is taken_back


def test_what_was_denied_is_not_denied_into_something_else() -> None:
    """A denial told twice takes nothing more back, however vague it is."""
    stories = Stories()
    story = begun(stories)
    assert denied(stories) == [story]
    later = begun(stories, text="SEC drops case against Kraken", at_ns=15)
    assert denied(stories, LOOSE, teller_of("sec.gov"), at_ns=20) == []
    assert later.denied_ns is None


def test_they_are_bounded() -> None:
    stories = Stories()
    for _ in range(STORIES_MAX + 5):
        begun(stories)
    assert len(stories) == STORIES_MAX
    assert stories.get(0) is None
    assert len(stories.alive(0)) == STORIES_MAX
    assert sum(map(len, stories._of.values())) == STORIES_MAX


# What is told of the account behind a claim.


def rumoured(stories: Stories) -> Story:
    """A critical good story that came from a place where anybody writes."""
    story = begun(stories, CRITICAL)
    tell(story, "x.com/SECGov", "reuters.com")
    return story


def test_quiet_confirms_no_claim_whose_account_is_in_question() -> None:
    stories = Stories()
    story = rumoured(stories)
    stories.dispute(about(stories, "SEC says post came from hacker"), teller_of("decrypt.co"), 5)
    assert not story.confirmed(5 + 2 * QUIET_NS)
    assert not story.over(LOCK_NS)
    assert story.over(LOCK_NS + 6)
    tell(story, "sec.gov")
    assert story.confirmed(6)
    assert not story.over(LOCK_NS + 6)


def test_who_it_is_about_may_name_nobody_on_its_own_site() -> None:
    stories = Stories()
    story = rumoured(stories)
    stories.dispute(about(stories, "Statement on an account"), teller_of("sec.gov"), 5)
    assert not story.confirmed(5 + 2 * QUIET_NS)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("SEC account hacked", "some-blog.com"),
        ("Kraken account hacked", "reuters.com"),
        ("An account was hacked", "reuters.com"),
        ("Statement on an account", "cftc.gov"),
    ],
)
def test_others_hold_up_nothing(text: str, source: str) -> None:
    stories = Stories()
    story = rumoured(stories)
    stories.dispute(about(stories, text), teller_of(source), 5)
    assert story.confirmed(5 + QUIET_NS)


def test_what_no_rumour_told_is_held_up_by_none() -> None:
    stories = Stories()
    story = begun(stories, CRITICAL)
    tell(story, "reuters.com")
    stories.dispute(about(stories, "SEC account hacked"), BLOOMBERG, 5)
    assert story.confirmed(5 + QUIET_NS)
