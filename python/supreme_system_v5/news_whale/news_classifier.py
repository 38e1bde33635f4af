"""What a headline says, how sure that is, and what all headlines of the last hours come to."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

import msgspec

from supreme_system_v5.domain import Headline, SourcesAsked, View, ViewStatus
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.news_whale.about import About
from supreme_system_v5.news_whale.judging import Judge, Judgement
from supreme_system_v5.news_whale.novelty import Print, Window, print_of
from supreme_system_v5.news_whale.sanitising import BODY_MAX, Sanitised, sanitise
from supreme_system_v5.news_whale.stories import (
    BASE,
    MINUTE_NS,
    NEEDS_CONFIRMING,
    Denial,
    Stories,
    Story,
)
from supreme_system_v5.news_whale.subjects import Subjects, find_assets, find_subjects
from supreme_system_v5.news_whale.trust import (
    TRUSTED,
    Teller,
    registrable_domain,
    teller_of,
    trust_of,
)
from supreme_system_v5.optimized import HeadlineModel

__all__ = ["HIDING", "HOSTILE_CAP", "UNREADABLE", "AdvancedNewsClassifier", "ClassifiedNews"]

_WINDOW_MINUTES = {
    "CRITICAL_MACRO": (-30, 120),
    "HIGH_CRYPTO": (0, 360),
    "MEDIUM_TECHNICAL": (0, 120),
    "LOW_GENERAL": (0, 30),
}
_FUTURE_NS = 5 * MINUTE_NS
_OLD_NS = 6 * 60 * MINUTE_NS
_TTL_NS = 30 * MINUTE_NS
_UNCONFIRMED_CAP = 0.5
HOSTILE_CAP = 0.2
"""Largest confidence in text that hides something, or that nobody here can read."""
HIDING = frozenset({"hidden signs", "lookalike letters"})
"""Faults of a text that was made to look like another."""
UNREADABLE = frozenset({"another language", "no words"})
"""Faults of a text of which nothing can be said."""
_OTHER_COIN = 0.4
_RETOLD = 0.25
_SHOWN = 3
_HEARSAY = 0.5
_TIME_MAX = 2**63 - 1
_VOICE = re.compile(
    r"\b(?:accounts?|x\.com|@?secgov|tweets?|posts?|handle|profile)\b", re.IGNORECASE
)


class ClassifiedNews(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one headline says.

    Attributes:
        title: As sanitised; data, never markup.
        category: CRITICAL_MACRO, HIGH_CRYPTO, MEDIUM_TECHNICAL or LOW_GENERAL.
        sentiment: -1 (bad for the price) to 1: P(positive) - P(negative).
        label: ``"negative"``, ``"neutral"`` or ``"positive"``: the most likely.
        confidence: 0 to 1: P(label), calibrated; at most 0.5 if unconfirmed.
        impact: 0 to 1: base of the category x trust x relevance x novelty, half for hearsay.
        assets: Tickers that it names.
        window_ns: From when to when it matters, nanoseconds UTC.
        novelty: 1 told for the first time, 0.25 when retold, 0 for old news.
        story: Number of the story that it belongs to.
        only_reduces: Whether it may only reduce risk: a story that is not confirmed.
        locked: Whether its story was denied: it is reversed, and repeating it changes nothing.
        reasons: Why, for people and programs.
        status: OK; PARTIAL when something was wrong with the text or its time; STALE for old news;
            NO_DATA when there was nothing to read.
        published_at: Nanoseconds UTC, never after `received_at`.
        received_at: Nanoseconds UTC.
    """

    title: str
    category: str
    sentiment: float
    label: str
    confidence: float
    impact: float
    assets: tuple[str, ...]
    window_ns: tuple[int, int]
    novelty: float
    story: int
    only_reduces: bool
    locked: bool
    reasons: tuple[str, ...]
    status: ViewStatus
    published_at: int
    received_at: int


class AdvancedNewsClassifier:
    """Classifies headlines, remembers the last 2 000, and judges the market by their stories.

    It reads no clock and draws no luck: the same headlines at the same times say the same.
    A headline costs some 0.2 ms, a view below 5 ms, the memory is bounded (below 5 MB).

    Args:
        model: The headline model.
        asset: Ticker of what is traded; stories of other coins count less.

    Source: ``docs/news.md``.

    Example:
        >>> from supreme_system_v5.news_whale.model import read_model
        >>> news = AdvancedNewsClassifier(HeadlineModel(read_model()))
        >>> said = news.classify(
        ...     "Hackers drain $90 million from Nomad bridge",
        ...     source="coindesk.com", published_at=0, received_at=60_000_000_000,
        ... )
        >>> said.category, said.label, said.only_reduces
        ('HIGH_CRYPTO', 'negative', True)
    """

    def __init__(self, model: HeadlineModel, *, asset: str = "BTC") -> None:
        self._judge = Judge(model)
        self._asset = asset
        self._window = Window()
        self._stories = Stories()
        self._polled_ns: int | None = None
        self._received_ns: int | None = None
        self._all_sources = True

    def judge(self, title: str) -> Judgement:
        """Return what a title says by itself; changes nothing."""
        return self._judge(sanitise(title).text)

    def polled(self, now_ns: int, *, answered: int, asked: int) -> None:
        """Note that sources were asked; without an answer the view grows old.

        Args:
            now_ns: When, nanoseconds UTC.
            answered: How many answered, 0 to `asked`.
            asked: How many were asked.

        Raises:
            InvalidTypeError: A number is no int.
            InvalidInputError: More answered than were asked, or a number is below 0.
        """
        _check_time("now_ns", now_ns)
        if not 0 <= answered <= asked:
            bound = f"from 0 to asked={asked}"
            raise InvalidInputError(
                f"answered is {answered}, allowed is {bound}", "answered", answered, bound
            )
        self._all_sources = answered == asked
        if answered:
            self._polled_ns = max(now_ns, self._polled_ns or 0)

    def sources_asked(self, event: SourcesAsked) -> None:
        """Hear which sources answered."""
        answered = sum(not fault for fault in event.faults.values())
        self.polled(event.receive_ns, answered=answered, asked=len(event.faults))

    def classify(
        self,
        headline: str,
        *,
        body: str = "",
        source: str = "",
        published_at: int | None,
        received_at: int,
    ) -> ClassifiedNews:
        """Take one headline and return what it says.

        Args:
            headline: As it came, hostile or not; 300 characters of it are read.
            body: Its text; names coins that the headline does not. 4 000 characters are read.
            source: URL or host that it came from; trust goes by the registrable domain.
            published_at: Nanoseconds UTC; None when the source does not say.
            received_at: Nanoseconds UTC: when it could first be acted on.

        Raises:
            InvalidTypeError: A text is not a str, a time not an int.
            InvalidInputError: A time is outside 0 to 2**63 - 1.
        """
        _check_texts(headline=headline, body=body, source=source)
        _check_time("received_at", received_at)
        if published_at is not None:
            _check_time("published_at", published_at)
        title = sanitise(headline)
        judged = self._judge(title.text)
        published, time_fault = _dated(published_at, received_at)
        self._received_ns = max(received_at, self._received_ns or 0)
        if UNREADABLE & {*title.faults}:
            return _unread(title, judged, published, received_at)

        about = find_subjects(title.text)
        event = self._stories.about(about)
        assets = about.assets
        if body and not assets:
            assets = find_assets(sanitise(body, BODY_MAX).text)
        reasons = [*judged.reasons, *title.faults, *time_fault]
        flawed = bool(HIDING & {*title.faults})
        teller, relevance = teller_of(source), self._relevance(assets, judged.category)
        if not flawed:
            taken_back = self._take_back(title.text, judged, about, teller, received_at)
            reasons += [f"takes back story {story.number}" for story in taken_back]
        new = print_of(title.text, judged.sign, about)
        story, repeated = self._story(new, judged, event, relevance, received_at)
        self._window.remember(new, story.number)
        doubted = judged.hearsay or flawed
        if story.locked(received_at):
            story.insist(teller, hearsay=doubted, received_ns=received_at)
        old, locked = received_at - published > _OLD_NS, story.locked(received_at)
        novelty = 0.0 if old or locked else _RETOLD if repeated else 1.0
        impact = BASE[judged.category] * teller.trust * relevance * novelty
        impact *= _HEARSAY if judged.hearsay else 1.0
        if not (locked or old):
            story.add(teller, judged.category, hearsay=doubted, received_ns=received_at)
            if judged.denial or (judged.sign < 0 and teller.trust >= TRUSTED and not doubted):
                gravest = NEEDS_CONFIRMING[0] if judged.denial else judged.category
                self._stories.contradict(event, gravest, received_at)
            if not repeated:
                story.weigh(impact, _said(judged), judged.confidence)
        unconfirmed = judged.category in NEEDS_CONFIRMING and not story.confirmed(received_at)
        notes = (
            (repeated, "told before"),
            (old, "old news"),
            (unconfirmed, "unconfirmed: may only reduce risk"),
            (locked, f"story {story.number} was denied"),
        )
        reasons += [note for holds, note in notes if holds]
        caps = (_UNCONFIRMED_CAP if unconfirmed else 1.0, HOSTILE_CAP if flawed else 1.0)
        partial = flawed or time_fault or "cut" in title.faults
        begin, end = _WINDOW_MINUTES[judged.category]
        return ClassifiedNews(
            title=title.text,
            category=judged.category,
            sentiment=judged.sentiment,
            label=judged.label,
            confidence=min(judged.confidence, *caps),
            impact=impact,
            assets=assets,
            window_ns=(published + begin * MINUTE_NS, published + end * MINUTE_NS),
            novelty=novelty,
            story=story.number,
            only_reduces=unconfirmed or locked,
            locked=locked,
            reasons=tuple(reasons),
            status=ViewStatus.STALE if old else ViewStatus.PARTIAL if partial else ViewStatus.OK,
            published_at=published,
            received_at=received_at,
        )

    def take(self, headline: Headline) -> ClassifiedNews:
        """Take a recorded or live headline.

        Trust goes by who told it and by where it points, whichever is trusted less: a feed may
        point anywhere.
        """
        told_by = (headline.source.removeprefix("rss:"), headline.url)
        known = [place for place in told_by if registrable_domain(place)]
        return self.classify(
            headline.title,
            body=headline.body,
            source=min(known, key=trust_of, default=""),
            published_at=headline.event_ns,
            received_at=headline.receive_ns,
        )

    def view(self, now_ns: int) -> View:
        """Return what the news of the last hours come to, for the domain ``"news"``.

        Direction is that of the confirmed stories and of the unconfirmed ones that are bad, each
        with its impact and what is left of it. Good critical or high ones that nobody confirmed do
        not count: as long as there is one about what is traded the view blocks longs, and while it
        is critical nothing is known, NO_DATA, which holds shorts back as well. NO_DATA it is, too,
        when no source was heard of for 30 minutes; `as_of_ns` says since when. PARTIAL: a source
        is silent, or a story is not confirmed.
        """
        _check_time("now_ns", now_ns)
        heard = max(self._polled_ns or 0, self._received_ns or 0)
        if self._polled_ns is None and self._received_ns is None:
            return _empty(("no source was heard of",))
        if now_ns > heard + _TTL_NS:
            minutes = (now_ns - heard) // MINUTE_NS
            return _empty((f"no source was heard of for {minutes} minutes",), heard)
        doubtful, held, weights = False, [], []
        for story in self._stories.alive(now_ns):
            if not (story.impact and story.sentiment):
                continue
            confirmed = story.confirmed(now_ns)
            doubtful |= not confirmed
            if confirmed or not story.good:
                weights.append((story.weight(now_ns), story))
            elif story.relevance >= 1.0:
                held.append(story)
        claims = tuple(f"story {story.number} is not confirmed" for story in held[:_SHOWN])
        if any(story.category == NEEDS_CONFIRMING[0] for story in held):
            return _empty(claims, heard, blocks=1)
        total = math.fsum(abs(weight) for weight, _ in weights)
        status = ViewStatus.OK if self._all_sources and not doubtful else ViewStatus.PARTIAL
        direction = math.fsum(weight for weight, _ in weights) / total if total else 0.0
        strongest = sorted(weights, key=lambda each: -abs(each[0]))[:_SHOWN]
        return View(
            direction=max(-1.0, min(1.0, direction)),
            confidence=min(_sure(strongest), 1.0),
            as_of_ns=min(heard, now_ns),
            ttl_ns=_TTL_NS,
            status=status,
            blocks=1 if held else 0,
            reasons=(*claims, *(_told(weight, story) for weight, story in strongest)),
        )

    def _take_back(
        self, text: str, judged: Judgement, about: Subjects, teller: Teller, received_ns: int
    ) -> list[Story]:
        """The stories that a denial takes back; what is told of an account holds others up."""
        event, taken_back = self._stories.about(about), list[Story]()
        if judged.denial:
            denial = Denial(event, teller, judged.category, judged.confidence, received_ns)
            taken_back = self._stories.deny(denial)
            if not taken_back and _VOICE.search(text):
                # "X account was hacked": what it takes back is what the account said.
                said = self._stories.about(replace(about, topics=about.topics - {"hack"}))
                taken_back = self._stories.deny(denial._replace(about=said))
        if judged.of_accounts:
            self._stories.dispute(event, teller, received_ns)
        return taken_back

    def _story(
        self, new: Print, judged: Judgement, about: About, relevance: float, received_ns: int
    ) -> tuple[Story, bool]:
        """The story that a headline belongs to, and whether it was told before."""
        repeated = self._window.find(new)
        found = self._stories.get(repeated.story) if repeated else None
        if found is not None and (found.denied_ns is None or found.locked(received_ns)):
            return found, True
        # What was denied half a day ago may have come true: it is told for the first time.
        if judged.sign:
            found = self._stories.find(about, judged.sign, judged.category, received_ns)
        else:
            found = None
        if found is None:
            found = self._stories.begin(
                judged.category,
                about,
                _said(judged),
                received_ns=received_ns,
                relevance=relevance,
            )
        return found, False

    def _relevance(self, assets: Sequence[str], category: str) -> float:
        if self._asset in assets or not assets or category == "CRITICAL_MACRO":
            return 1.0
        return _OTHER_COIN


def _said(judged: Judgement) -> float:
    """What a story takes over from a headline: nothing from a neutral one."""
    return judged.sentiment if judged.sign else 0.0


def _dated(published: int | None, received: int) -> tuple[int, tuple[str, ...]]:
    """When it was published as far as that can be, and what was wrong with the date."""
    if published is None:
        return received, ("undated",)
    if published > received + _FUTURE_NS:
        return received, ("dated in the future",)
    return min(published, received), ()


def _unread(title: Sanitised, judged: Judgement, published: int, received: int) -> ClassifiedNews:
    empty = "no words" in title.faults
    return ClassifiedNews(
        title=title.text,
        category="LOW_GENERAL",
        sentiment=0.0,
        label="neutral",
        confidence=0.0 if empty else min(judged.confidence, HOSTILE_CAP),
        impact=0.0,
        assets=(),
        window_ns=(published, published),
        novelty=0.0,
        story=-1,
        only_reduces=True,
        locked=False,
        reasons=title.faults,
        status=ViewStatus.NO_DATA if empty else ViewStatus.PARTIAL,
        published_at=published,
        received_at=received,
    )


def _empty(reasons: tuple[str, ...], heard_ns: int | None = None, *, blocks: int = 0) -> View:
    return View(
        direction=0.0,
        confidence=0.0,
        as_of_ns=heard_ns,
        ttl_ns=_TTL_NS,
        status=ViewStatus.NO_DATA,
        blocks=blocks,
        reasons=reasons,
    )


def _sure(strongest: Sequence[tuple[float, Story]]) -> float:
    """How sure the strongest stories are: 1 - the product of what each leaves open."""
    rest = 1.0
    for weight, story in strongest:
        rest *= 1.0 - abs(weight) * story.confidence
    return 1.0 - rest


def _told(weight: float, story: Story) -> str:
    denied = ", denied" if story.denied_ns is not None else ""
    return f"story {story.number}: {story.category} {weight:+.2f}{denied}"


def _check_texts(**texts: object) -> None:
    for name, text in texts.items():
        if not isinstance(text, str):
            raise InvalidTypeError(f"{name} is {text!r}, allowed is a str")


def _check_time(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidTypeError(f"{name} is {value!r}, allowed is an int: nanoseconds UTC")
    if not 0 <= value <= _TIME_MAX:
        bound = f"from 0 to {_TIME_MAX}"
        raise InvalidInputError(f"{name} is {value}, allowed is {bound}", name, value, bound)
