from __future__ import annotations

import pytest

from supreme_system_v5.news_whale.stories import (
    HALF_LIFE_NS,
    LINK_NS,
    LOCK_NS,
    MINUTE_NS,
    QUIET_NS,
    STORIES_MAX,
    Stories,
    Story,
)
from supreme_system_v5.news_whale.subjects import find_subjects

CLAIM = find_subjects("SEC approves spot bitcoin ETFs")


def begun(stories: Stories, category: str = "HIGH_CRYPTO", sentiment: float = 0.9) -> Story:
    story = stories.begin(category, CLAIM, sentiment, received_ns=0)
    story.impact = 0.5
    return story


def test_two_trusted_sources_confirm_when_one_is_a_known_house() -> None:
    story = begun(Stories())
    assert not story.confirmed(0)
    story.add("decrypt.co", 0.7, hearsay=False, received_ns=1)
    story.add("x.com", 0.15, hearsay=False, received_ns=2)
    story.add("cointelegraph.com", 0.7, hearsay=False, received_ns=3)
    assert not story.confirmed(3)
    story.add("reuters.com", 0.9, hearsay=False, received_ns=4)
    assert story.confirmed(4)


def test_hearsay_and_the_same_source_again_do_not() -> None:
    story = begun(Stories())
    for source, hearsay in (("reuters.com", False), ("reuters.com", False), ("ft.com", True)):
        story.add(source, 0.9, hearsay=hearsay, received_ns=1)
    assert not story.confirmed(1)


def test_twenty_quiet_minutes_do() -> None:
    story = begun(Stories())
    assert not story.confirmed(QUIET_NS - 1)
    assert story.confirmed(QUIET_NS)


@pytest.mark.parametrize("category", HALF_LIFE_NS)
def test_half_is_left_after_a_half_life_and_nothing_after_four(category: str) -> None:
    story, half = begun(Stories(), category), HALF_LIFE_NS[category]
    assert story.left(0) == 1.0
    assert story.left(half) == pytest.approx(0.5)
    assert story.left(4 * half - 1) > 0.0 == story.left(4 * half) == story.left(-1)


def test_a_denial_reverses_and_locks() -> None:
    stories = Stories()
    story = begun(stories)
    before = story.weight(0)
    assert stories.deny(find_subjects("SEC denies ETF approval"), 0.9, 10) == [story]
    assert story.weight(10) == pytest.approx(-before)
    assert story.locked(10 + LOCK_NS)
    assert not story.locked(11 + LOCK_NS)
    assert stories.find(CLAIM, 1, LOCK_NS) is story
    assert stories.deny(CLAIM, 0.9, 20) == []


def test_a_denial_of_something_else_changes_nothing() -> None:
    stories = Stories()
    story = begun(stories)
    assert stories.deny(find_subjects("Binance denies insolvency"), 0.9, 10) == []
    assert not story.locked(10)


@pytest.mark.parametrize(("trust", "taken_back"), [(0.15, False), (0.79, False), (0.8, True)])
def test_only_who_is_trusted_takes_a_story_back(trust: float, *, taken_back: bool) -> None:
    stories = Stories()
    begun(stories)
    assert bool(stories.deny(CLAIM, trust, 10)) is taken_back


@pytest.mark.parametrize(("trust", "taken_back"), [(0.9, False), (1.0, True)])
def test_what_two_confirmed_only_an_official_source_takes_back(
    trust: float, *, taken_back: bool
) -> None:
    stories = Stories()
    story = begun(stories)
    for domain in ("reuters.com", "bloomberg.com"):
        story.add(domain, 0.9, hearsay=False, received_ns=0)
    assert bool(stories.deny(CLAIM, trust, 10)) is taken_back


def test_a_story_takes_up_what_says_the_same_soon() -> None:
    stories = Stories()
    story = begun(stories)
    assert stories.find(CLAIM, 1, LINK_NS) is story
    assert stories.find(CLAIM, -1, 0) is None
    assert stories.find(CLAIM, 1, LINK_NS + MINUTE_NS) is None


def test_they_are_bounded() -> None:
    stories = Stories()
    for _ in range(STORIES_MAX + 5):
        begun(stories)
    assert len(stories) == STORIES_MAX
    assert stories.get(0) is None
    assert len(stories.alive(0)) == STORIES_MAX
