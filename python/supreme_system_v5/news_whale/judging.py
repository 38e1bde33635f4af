"""What a title says by itself: the model, corrected by the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from supreme_system_v5.news_whale.categories import CATEGORIES, CATEGORY_RULES
from supreme_system_v5.news_whale.rule_shares import SHARES
from supreme_system_v5.news_whale.rules import (
    ELSEWHERE,
    ELSEWHERE_UNLESS,
    HEDGE,
    HEDGE_UNLESS,
    OF_ACCOUNTS,
    RULES,
)
from supreme_system_v5.news_whale.surprises import COMPARED, SURPRISE, surprise
from supreme_system_v5.optimized import HeadlineModel, HeadlinePatterns

__all__ = ["LABELS", "Judge", "Judgement", "Spoken"]

LABELS = ("negative", "neutral", "positive")
_ALONE = 0.6
"""A rule with a smaller share is a reason where the model says the same, and adds nothing to it."""
_FLOOR = 0.02
_WORDS = {
    "CRITICAL_MACRO": 0.9,
    "HIGH_CRYPTO": 0.8,
    "MEDIUM_TECHNICAL": 1.0,
    "LOW_GENERAL": 1.0,
}
"""What the words of a category's rules add to its share."""
_CRITICAL = 2.1
"""A critical headline that is missed costs more than one too many."""


class Spoken(NamedTuple):
    """A rule that holds.

    Attributes:
        name: Of the rule.
        sign: -1, 0 or 1: what it says.
        elsewhere: Whether the headline is about another market than that of coins.
    """

    name: str
    sign: int
    elsewhere: bool

    @property
    def share(self) -> float:
        """How far it is believed against the model, 0 to 1."""
        return SHARES[self.name][self.elsewhere]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a title says by itself.

    Attributes:
        scores: Probabilities of negative, neutral and positive.
        category: The most likely, where the words of the rules count as well.
        category_score: How sure that is, 0 to 1; not calibrated.
        rule: Name of the rule that spoke; empty when none did.
        hearsay: Whether it is a guess, a rumour or a question.
        denial: Whether it takes something back.
        of_accounts: Whether it speaks of accounts, posts or hackers: of how something came to be
            said.
    """

    scores: tuple[float, float, float]
    category: str
    category_score: float
    rule: str
    hearsay: bool
    denial: bool
    of_accounts: bool = False

    @property
    def label(self) -> str:
        """The most likely sentiment."""
        return LABELS[max(range(3), key=self.scores.__getitem__)]

    @property
    def sign(self) -> int:
        """-1, 0 or 1: the most likely sentiment."""
        return LABELS.index(self.label) - 1

    @property
    def sentiment(self) -> float:
        """-1 to 1: P(positive) - P(negative)."""
        return max(-1.0, min(1.0, self.scores[2] - self.scores[0]))

    @property
    def confidence(self) -> float:
        """P(label): of 100 titles with 0.8 some 80 are right, hearsay or not."""
        return max(self.scores)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why."""
        found = [f"rule: {self.rule}"] if self.rule else [f"model: {max(self.scores):.2f}"]
        return (*found, "hearsay") if self.hearsay else tuple(found)


class Judge:
    """Judges titles by a model and the rules; keeps nothing. Making one takes some milliseconds.

    Args:
        model: The headline model.
    """

    def __init__(self, model: HeadlineModel) -> None:
        self._model = model
        self._rules = HeadlinePatterns([(rule.pattern, rule.unless) for rule in RULES])
        self._marks = HeadlinePatterns([(HEDGE, HEDGE_UNLESS), (OF_ACCOUNTS, None)])
        self._compared = HeadlinePatterns([(COMPARED, None)])
        self._elsewhere = HeadlinePatterns([(ELSEWHERE, ELSEWHERE_UNLESS)])
        named = [(pattern, unless) for _, pattern, unless in CATEGORY_RULES]
        self._categories = HeadlinePatterns(named)

    def rule_of(self, title: str) -> Spoken | None:
        """Return the rule that holds for a sanitised title, None when none does."""
        name, sign = SURPRISE, surprise(title) if self._compared.first(title) is not None else None
        if sign is None:
            first = self._rules.first(title)
            if first is None:
                return None
            name, sign = RULES[first].name, RULES[first].sign
        return Spoken(name, sign, self._elsewhere.first(title) is not None)

    def __call__(self, title: str) -> Judgement:
        """Return what a sanitised title says."""
        scores, name = self._model.scores(title), ""
        spoke = self.rule_of(title)
        if spoke is not None:
            share, place = spoke.share, spoke.sign + 1
            if share >= _ALONE:
                shares = [score * (1.0 - share) for score in scores]
                shares[place] += share
                scores = (shares[0], shares[1], shares[2])
            if scores[place] == max(scores):
                name = spoke.name
        likely = self._model.category_scores(title)
        marks = self._marks.all(title)
        named = self._categories.first(title)
        category, sure = _category(likely, None if named is None else CATEGORY_RULES[named][0])
        denial = name == "denial"
        return Judgement(
            scores=scores,
            category=category,
            category_score=sure,
            rule=name,
            hearsay=not denial and 0 in marks,
            denial=denial,
            of_accounts=1 in marks,
        )


def _category(likely: Sequence[float], named: str | None) -> tuple[str, float]:
    """The category and how sure it is: words of the rules add to the model's shares."""
    shares = list(likely)
    if named is not None:
        shares[CATEGORIES.index(named)] += _WORDS[named]
    shares[0] *= _CRITICAL
    best = max(range(4), key=shares.__getitem__)
    return CATEGORIES[best], shares[best] / sum(shares)
