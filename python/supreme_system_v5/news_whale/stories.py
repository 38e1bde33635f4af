"""What several headlines say about one event, who confirmed it, and whether it was taken back."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass, field

from supreme_system_v5.news_whale.subjects import Subjects
from supreme_system_v5.news_whale.trust import TRUSTED

__all__ = [
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
HALF_LIFE_NS = {
    "CRITICAL_MACRO": 24 * 60 * MINUTE_NS,
    "HIGH_CRYPTO": 6 * 60 * MINUTE_NS,
    "MEDIUM_TECHNICAL": 2 * 60 * MINUTE_NS,
    "LOW_GENERAL": 30 * MINUTE_NS,
}
"""After so long half of a story is left; after four times as long nothing."""
NEEDS_CONFIRMING = ("CRITICAL_MACRO", "HIGH_CRYPTO")


@dataclass(slots=True, eq=False)
class Story:
    """One event as the headlines have it.

    Attributes:
        number: Counts up.
        category: Of its first headline.
        subjects: Of its first headline.
        sentiment: -1 to 1, of the headline with most impact.
        impact: 0 to 1, the largest.
        confidence: 0 to 1, of the headline with most impact.
        first_ns: When its first headline was received.
        last_ns: When the last one that added something was.
        trusted: Who told it and counts as confirmation.
        vouched: The trust of the most trusted of those.
        denied_ns: When it was taken back; None when it was not.
        insisting: Trusted sources that told it again after that.
    """

    number: int
    category: str
    subjects: Subjects
    sentiment: float
    impact: float
    confidence: float
    first_ns: int
    last_ns: int
    trusted: set[str] = field(default_factory=set)
    vouched: float = 0.0
    denied_ns: int | None = None
    insisting: set[str] = field(default_factory=set)

    def add(self, domain: str, trust: float, *, hearsay: bool, received_ns: int) -> None:
        """Count a source; hearsay confirms nothing, nor does a source that nobody vouches for."""
        if trust >= TRUSTED and domain and not hearsay:
            self.trusted.add(domain)
            self.vouched = max(self.vouched, trust)
        self.last_ns = max(self.last_ns, received_ns)

    def insist(self, domain: str, trust: float, *, hearsay: bool, received_ns: int) -> None:
        """Hear it again after it was denied.

        An official source is right; two trusted ones are where the news are bad. Good news stay
        locked, however many repeat them.
        """
        if hearsay or trust < VOUCHES or not domain:
            return
        self.insisting.add(domain)
        if trust >= OFFICIAL or (self.sentiment < 0.0 and len(self.insisting) > 1):
            self.denied_ns = None
            self.trusted |= self.insisting
            self.vouched = max(self.vouched, trust)
            self.last_ns = received_ns

    def confirmed(self, now_ns: int) -> bool:
        """Tell whether it may do more than reduce risk.

        Two trusted sources said so, one of them a known house, or 20 minutes passed without a
        denial; what is neither critical nor high needs neither.
        """
        if self.denied_ns is not None:
            return True  # that it was denied is certain
        if self.category not in NEEDS_CONFIRMING:
            return True
        vouched = len(self.trusted) > 1 and self.vouched >= VOUCHES
        return vouched or now_ns - self.first_ns >= QUIET_NS

    def locked(self, now_ns: int) -> bool:
        """Tell whether it was denied so lately that repeating it changes nothing."""
        return self.denied_ns is not None and now_ns - self.denied_ns <= LOCK_NS

    def left(self, now_ns: int) -> float:
        """Return how much of it is left: 1 at first, half after a half-life, 0 after four."""
        begin = self.first_ns if self.denied_ns is None else self.denied_ns
        age, half = now_ns - begin, HALF_LIFE_NS[self.category]
        if age < 0 or age >= 4 * half:
            return 0.0
        return math.exp2(-age / half)

    def weight(self, now_ns: int) -> float:
        """Return -1 to 1: what it says, times impact, what is left, and who confirmed it.

        A second source confirms and adds no sentiment. Good news that were denied are bad news; bad
        news that were denied are none, for a denial alone is no good news.
        """
        confirmation = min((1.0 + math.log1p(max(len(self.trusted) - 1, 0))) / 1.7, 1.0)
        said = self.sentiment if self.denied_ns is None else min(-self.sentiment, 0.0)
        return said * self.impact * self.left(now_ns) * max(confirmation, 0.6)


class Stories:
    """The stories of the last days, at most `STORIES_MAX`."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, Story] = OrderedDict()
        self._next = 0

    def __len__(self) -> int:
        return len(self._kept)

    def alive(self, now_ns: int) -> list[Story]:
        """Return those of which something is left, oldest first."""
        return [story for story in self._kept.values() if story.left(now_ns) > 0.0]

    def get(self, number: int) -> Story | None:
        """Return a story, None when it is forgotten."""
        return self._kept.get(number)

    def find(self, subjects: Subjects, sign: int, now_ns: int) -> Story | None:
        """Return the newest story that a headline tells as well: same event, same direction.

        A denied one is found for as long as it is locked, none that began a day ago.
        """
        for story in reversed(self._kept.values()):
            if story.denied_ns is not None and not story.locked(now_ns):
                continue
            if now_ns - story.first_ns > DENIAL_REACH_NS:
                break
            same = sign * story.sentiment > 0.0 and story.subjects.meets(subjects)
            recent = now_ns - story.last_ns <= LINK_NS or story.locked(now_ns)
            if same and recent:
                return story
        return None

    def begin(
        self, category: str, subjects: Subjects, sentiment: float, *, received_ns: int
    ) -> Story:
        """Begin a story; the oldest is forgotten when there are too many."""
        story = Story(self._next, category, subjects, sentiment, 0.0, 0.0, received_ns, received_ns)
        self._kept[story.number] = story
        self._next += 1
        if len(self._kept) > STORIES_MAX:
            self._kept.popitem(last=False)
        return story

    def deny(self, subjects: Subjects, trust: float, now_ns: int) -> list[Story]:
        """Take back what a denial is about; return those stories.

        Of several that it may be about, all that fewer than two trusted sources told. What two
        told, only an official source takes back (the newest); who is trusted less than `VOUCHES`
        takes back nothing.
        """
        if trust < VOUCHES:
            return []
        meant = [
            story
            for story in self._kept.values()
            if story.denied_ns is None
            and story.sentiment
            and now_ns - story.first_ns <= DENIAL_REACH_NS
            and story.subjects.meets(subjects)
        ]
        doubtful = [story for story in meant if len(story.trusted) < 2]  # noqa: PLR2004 - a second one confirms
        taken_back = doubtful or (meant[-1:] if trust >= OFFICIAL else [])
        for story in taken_back:
            story.denied_ns = now_ns
        return taken_back
