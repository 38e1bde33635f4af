"""What several headlines say about one event, who confirmed it, and whether it was taken back."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import NamedTuple

from supreme_system_v5.news_whale.about import About, Names
from supreme_system_v5.news_whale.categories import CATEGORIES
from supreme_system_v5.news_whale.subjects import Subjects
from supreme_system_v5.news_whale.trust import ANYBODY, TRUSTED, Teller

__all__ = [
    "BASE",
    "DENIAL_REACH_NS",
    "HALF_LIFE_NS",
    "LINK_NS",
    "LOCK_NS",
    "MINUTE_NS",
    "NEEDS_CONFIRMING",
    "OFFICIAL",
    "QUIET_NS",
    "STORIES_MAX",
    "VOUCHES",
    "Denial",
    "Stories",
    "Story",
]

MINUTE_NS = 60_000_000_000
QUIET_NS = 20 * MINUTE_NS
"""A claim that nobody denies for so long counts as confirmed."""
LOCK_NS = 12 * 60 * MINUTE_NS
"""So long after a denial the same claim is not believed from anybody."""
LINK_NS = 2 * 60 * MINUTE_NS
"""So long after its last headline a story takes up another one."""
DENIAL_REACH_NS = 24 * 60 * MINUTE_NS
"""So far back a denial looks for what it denies."""
OFFICIAL = 1.0
"""Trust of who may take back what two trusted sources told."""
VOUCHES = 0.8
"""Trust that one of two sources needs for both to confirm."""
STORIES_MAX = 2_000
"""Stories that are remembered."""
BASE = {
    "CRITICAL_MACRO": 1.0,
    "HIGH_CRYPTO": 0.7,
    "MEDIUM_TECHNICAL": 0.35,
    "LOW_GENERAL": 0.1,
}
"""The most that a headline of a category weighs."""
HALF_LIFE_NS = {
    "CRITICAL_MACRO": 24 * 60 * MINUTE_NS,
    "HIGH_CRYPTO": 6 * 60 * MINUTE_NS,
    "MEDIUM_TECHNICAL": 2 * 60 * MINUTE_NS,
    "LOW_GENERAL": 30 * MINUTE_NS,
}
"""After so long half of a story is left; after four times as long nothing."""
NEEDS_CONFIRMING = ("CRITICAL_MACRO", "HIGH_CRYPTO")
_RANK = {category: rank for rank, category in enumerate(CATEGORIES)}
_NOBODY: frozenset[str] = frozenset()


class Denial(NamedTuple):
    """Somebody takes something back.

    Attributes:
        about: What it is about.
        teller: Who.
        category: Of the headline.
        confidence: 0 to 1: how sure it is that it says so.
        received_ns: When.
    """

    about: About
    teller: Teller
    category: str
    confidence: float
    received_ns: int


@dataclass(slots=True, eq=False)
class Story:
    """One event as the headlines have it.

    Attributes:
        number: Counts up.
        category: Of its first headline.
        about: Of its first headline.
        sentiment: -1 to 1, of the headline with most impact.
        impact: 0 to 1, the largest; of a good one that was denied, the denial's.
        confidence: 0 to 1, likewise.
        first_ns: When its first headline was received.
        last_ns: When the last one that added something was.
        relevance: 0 to 1: how much it matters to what is traded.
        plain_ns: When somebody first said it outright, or last the contrary; None while it is
            hearsay alone.
        hearsay: Whether it came from hearsay, or from a place where anybody writes.
        trusted: Houses that told it and count as confirmation.
        vouched: The trust of the most trusted of those.
        denied_ns: When it was taken back; None when it was not.
        insisting: Trusted houses that told it again after that.
        disputed_ns: When somebody trusted last spoke of the account it came from; None when nobody
            did.
    """

    number: int
    category: str
    about: About
    sentiment: float
    impact: float
    confidence: float
    first_ns: int
    last_ns: int
    relevance: float = 1.0
    plain_ns: int | None = None
    hearsay: bool = False
    trusted: frozenset[str] = _NOBODY
    vouched: float = 0.0
    denied_ns: int | None = None
    insisting: frozenset[str] = _NOBODY
    disputed_ns: int | None = None

    def add(self, teller: Teller, category: str, *, hearsay: bool, received_ns: int) -> None:
        """Count who told it.

        Hearsay confirms nothing, nor does a source that nobody vouches for, nor a headline of a
        lesser category: what prices did after a claim is not the claim.
        """
        self.last_ns = max(self.last_ns, received_ns)
        if hearsay or teller.trust <= ANYBODY:
            self.hearsay |= not self.confirmed(received_ns)
        if hearsay:
            return
        if self.plain_ns is None:
            self.plain_ns = received_ns
        if teller.trust >= TRUSTED and teller.house and category == self.category:
            self.trusted |= {teller.house}
            self.vouched = max(self.vouched, teller.trust)

    def weigh(self, impact: float, sentiment: float, confidence: float) -> None:
        """Go by a headline where it has more impact than those before."""
        if impact > self.impact:
            self.impact, self.sentiment, self.confidence = impact, sentiment, confidence

    def insist(self, teller: Teller, *, hearsay: bool, received_ns: int) -> None:
        """Hear it again after it was denied.

        An official source is right; two trusted ones are where the news are bad. Good news stay
        locked, however many repeat them.
        """
        if hearsay or teller.trust < VOUCHES or not teller.house:
            return
        self.insisting |= {teller.house}
        if teller.trust >= OFFICIAL or (self.sentiment < 0.0 and len(self.insisting) > 1):
            self.denied_ns = None
            self.trusted |= self.insisting
            self.vouched = max(self.vouched, teller.trust)
            self.last_ns = received_ns

    @property
    def good(self) -> bool:
        """Whether it says something good."""
        return self.sentiment > 0.0

    @property
    def doubtful(self) -> bool:
        """Whether fewer than two trusted houses told it, or none of them is known well enough.

        Of good news that came from hearsay two houses may be the echo: there one is official.
        """
        needed = OFFICIAL if self.hearsay and self.good else VOUCHES
        return len(self.trusted) < 2 or self.vouched < needed  # noqa: PLR2004 - a second one confirms

    def confirmed(self, now_ns: int) -> bool:
        """Tell whether it may do more than reduce risk.

        It is not doubtful, or 20 minutes passed without a denial, or the contrary, since somebody
        said it outright: unless it is disputed. What is neither critical nor high needs neither.
        """
        if self.denied_ns is not None:
            return True  # that it was denied is certain
        if self.category not in NEEDS_CONFIRMING:
            return True
        begin = self.first_ns if self.plain_ns is None else self.plain_ns
        quiet = self.disputed_ns is None and now_ns - begin >= QUIET_NS
        return quiet or not self.doubtful

    def locked(self, now_ns: int) -> bool:
        """Tell whether it was denied so lately that repeating it changes nothing."""
        return self.denied_ns is not None and now_ns - self.denied_ns <= LOCK_NS

    def over(self, now_ns: int) -> bool:
        """Tell whether nothing is left of it; of a disputed one nothing is after 12 hours."""
        disputed = self.disputed_ns is not None and self.denied_ns is None and self.doubtful
        if disputed and now_ns - (self.disputed_ns or 0) > LOCK_NS:
            return True
        begin = self.first_ns if self.denied_ns is None else self.denied_ns
        return not 0 <= now_ns - begin < 4 * HALF_LIFE_NS[self.category]

    def left(self, now_ns: int) -> float:
        """Return how much of it is left: 1 at first, half after a half-life, 0 after four."""
        if self.over(now_ns):
            return 0.0
        begin = self.first_ns if self.denied_ns is None else self.denied_ns
        return math.exp2((begin - now_ns) / HALF_LIFE_NS[self.category])

    def weight(self, now_ns: int) -> float:
        """Return -1 to 1: what it says, times impact, what is left, and who confirmed it.

        A second source confirms and adds no sentiment. Good news that were denied are bad news; bad
        news that were denied are none, for a denial alone is no good news.
        """
        left = self.left(now_ns)
        if self.denied_ns is not None:
            return min(-self.sentiment, 0.0) * self.impact * left
        confirmation = min((1.0 + math.log1p(max(len(self.trusted) - 1, 0))) / 1.7, 1.0)
        return self.sentiment * self.impact * left * max(confirmation, 0.6)

    def reverse(self, denial: Denial, trust: float) -> None:
        """Take it back.

        Good news then weigh as much as who denies them is believed, however little the rumour was:
        by then the price has followed it.
        """
        if self.denied_ns is None:
            self.denied_ns, self.insisting = denial.received_ns, _NOBODY
            self.impact = 0.0 if self.good else self.impact
        if self.good:
            base = max(BASE[denial.category], BASE[self.category])
            self.impact = max(self.impact, base * trust * self.relevance)
            self.confidence = denial.confidence


class Stories:
    """The stories of the last days, at most `STORIES_MAX`."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, Story] = OrderedDict()
        self._of: dict[int, list[Story]] = {}
        self._denied: list[Story] = []
        self._names = Names()
        self._next = 0

    def __len__(self) -> int:
        return len(self._kept)

    def alive(self, now_ns: int) -> list[Story]:
        """Return those that still say something, oldest first."""
        return [
            story
            for story in self._kept.values()
            if story.sentiment and story.impact and not story.over(now_ns)
        ]

    def get(self, number: int) -> Story | None:
        """Return a story, None when it is forgotten."""
        return self._kept.get(number)

    def about(self, subjects: Subjects) -> About:
        """Return what a headline is about, as these stories name it."""
        return self._names.about(subjects)

    def find(self, about: About, sign: int, category: str, now_ns: int) -> Story | None:
        """Return the newest story that a headline tells as well: same event, same direction.

        A denied one is found for as long as it is locked, whoever else the headline names; none
        that is less grave than the headline, and none that began a day ago.
        """
        if not about.topics or not about.who:
            return None
        for story in reversed(self._denied):
            if sign * story.sentiment > 0.0 and story.about.touches(about) and story.locked(now_ns):
                return story
        same = self._of.get(about.parties, [])
        while same and now_ns - same[0].last_ns > LINK_NS:
            del same[0]
        for story in reversed(same):
            if (
                sign * story.sentiment > 0.0
                and story.denied_ns is None
                and now_ns - story.last_ns <= LINK_NS
                and now_ns - story.first_ns <= DENIAL_REACH_NS
                and _RANK[story.category] <= _RANK[category]
                and story.about.confirms(about)
            ):
                return story
        return None

    def begin(
        self,
        category: str,
        about: About,
        sentiment: float,
        *,
        received_ns: int,
        relevance: float = 1.0,
    ) -> Story:
        """Begin a story; the oldest is forgotten when there are too many."""
        story = Story(
            self._next, category, about, sentiment, 0.0, 0.0, received_ns, received_ns, relevance
        )
        self._kept[story.number] = story
        if sentiment:
            self._of.setdefault(about.parties, []).append(story)
        self._next += 1
        if len(self._kept) > STORIES_MAX:
            self._forget(self._kept.popitem(last=False)[1])
        return story

    def contradict(self, about: About, category: str, now_ns: int) -> None:
        """Hear the contrary of doubtful good news: from a trusted house, or a denial from anybody.

        Nothing is taken back by that, but it is no quiet either: their 20 minutes begin anew.
        """
        for story in self._of.get(about.parties, ()):
            if (
                story.good
                and not story.confirmed(now_ns)
                and _RANK[category] <= _RANK[story.category]
                and story.about.touches(about)
            ):
                story.plain_ns = now_ns

    def dispute(self, about: About, teller: Teller, now_ns: int) -> None:
        """Hear of the account, the post or the hacker behind a claim, from whom it may be believed.

        A house that is trusted, or who the claim is about. Doubtful critical good news of the last
        day that came from hearsay, of the same actor, then need confirming: quiet is not enough.
        """
        own = self._names.actors([teller.actor] if teller.actor else []).who
        actors = (about.who & ~about.assets) | own
        for story in self._kept.values():
            if (
                story.about.who & (actors if teller.trust >= TRUSTED else own)
                and story.category == NEEDS_CONFIRMING[0]
                and story.hearsay
                and story.good
                and not story.confirmed(now_ns)
                and now_ns - story.first_ns <= DENIAL_REACH_NS
            ):
                story.disputed_ns = now_ns

    def deny(self, denial: Denial) -> list[Story]:
        """Take back what a denial is about; return those stories.

        Of several that it may be about, all that are doubtful. What is not, only an official source
        takes back (the newest). An official denial that fits none takes back the newest doubtful
        story of the same actor, with what belongs to it; so does, of good news, one of a known
        house that names no other event. Whoever a story is about is official where it takes good
        news back. Who is trusted less than `VOUCHES` takes back nothing.
        """
        speaker = self._names.actors([denial.teller.actor] if denial.teller.actor else [])
        own, about = speaker.who, denial.about
        about = about._replace(who=about.who | own, parties=about.parties | speaker.parties)
        if not own and denial.teller.trust < VOUCHES:
            return []
        begun = denial.received_ns - DENIAL_REACH_NS
        heard = [
            (story, trust)
            for story in reversed(self._kept.values())
            if story.about.who & about.who and story.sentiment and story.first_ns >= begun
            if (trust := _believed(denial, own, story)) >= VOUCHES
        ]
        meant = [each for each in heard if each[0].about.touches(about)]
        meant = meant or _of_same_actor(heard, about, denial.received_ns)
        repeated = [each for each in meant if each[0].denied_ns is not None]
        fresh = [each for each in meant if each[0].denied_ns is None]
        taken_back = [each for each in fresh if each[0].doubtful]
        if not taken_back:
            taken_back = [each for each in fresh if each[1] >= OFFICIAL][:1]
        for story, trust in (*taken_back, *repeated):
            story.reverse(denial, trust)
        found = [story for story, _ in reversed(taken_back)]
        still = [story for story in self._denied if story.locked(denial.received_ns)]
        self._denied = [*still, *found]
        return found

    def _forget(self, story: Story) -> None:
        same = self._of.get(story.about.parties)
        if same and same[0] is story:
            del same[0]
            if not same:
                del self._of[story.about.parties]


def _believed(denial: Denial, own: int, story: Story) -> float:
    """How far a denial of a story is believed."""
    concerned = own & story.about.who and story.good
    return OFFICIAL if concerned else denial.teller.trust


def _of_same_actor(
    heard: list[tuple[Story, float]], about: About, now_ns: int
) -> list[tuple[Story, float]]:
    """What a denial that fits no story may mean.

    It repeats what was denied lately, or it is about the newest doubtful one, with its like.
    """
    actors = about.who & ~about.assets
    found = [
        (story, trust)
        for story, trust in heard
        if story.about.who & actors
        and (story.doubtful or story.denied_ns is not None)
        and (trust >= OFFICIAL or (story.good and not about.topics))
    ]
    again = [
        each
        for each in found
        if each[0].denied_ns is not None and now_ns - each[0].denied_ns <= LINK_NS
    ]
    if again or not found:
        return again
    newest = found[0][0]
    return [
        each
        for each in found
        if each[0] is newest
        or (each[0].good is newest.good and each[0].about.touches(newest.about))
    ]
