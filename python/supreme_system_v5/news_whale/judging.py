"""What a title says by itself: the model, corrected by the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from supreme_system_v5.news_whale.categories import CATEGORIES, CATEGORY_RULES
from supreme_system_v5.news_whale.rules import HEDGE, HEDGE_UNLESS, RULES
from supreme_system_v5.optimized import HeadlineModel, HeadlinePatterns

__all__ = ["LABELS", "Judge", "Judgement"]

LABELS = ("negative", "neutral", "positive")
_RULE_SHARE = 0.85
"""A rule's word against the model's: less than how often rules are right in the test part."""
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
    """

    scores: tuple[float, float, float]
    category: str
    category_score: float
    rule: str
    hearsay: bool
    denial: bool

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
        self._hearsay = HeadlinePatterns([(HEDGE, HEDGE_UNLESS)])
        named = [(pattern, unless) for _, pattern, unless in CATEGORY_RULES]
        self._categories = HeadlinePatterns(named)

    def __call__(self, title: str) -> Judgement:
        """Return what a sanitised title says."""
        spoke = self._rules.first(title)
        rule = None if spoke is None else RULES[spoke]
        scores = self._model.scores(title)
        if rule is not None:
            shares = [share * (1.0 - _RULE_SHARE) for share in scores]
            shares[rule.sign + 1] += _RULE_SHARE
            scores = (shares[0], shares[1], shares[2])
        likely = self._model.category_scores(title)
        named = self._categories.first(title)
        category, sure = _category(likely, None if named is None else CATEGORY_RULES[named][0])
        denial = rule is not None and rule.name == "denial"
        return Judgement(
            scores=scores,
            category=category,
            category_score=sure,
            rule=rule.name if rule else "",
            hearsay=not denial and self._hearsay.first(title) is not None,
            denial=denial,
        )


def _category(likely: Sequence[float], named: str | None) -> tuple[str, float]:
    """The category and how sure it is: words of the rules add to the model's shares."""
    shares = list(likely)
    if named is not None:
        shares[CATEGORIES.index(named)] += _WORDS[named]
    shares[0] *= _CRITICAL
    best = max(range(4), key=shares.__getitem__)
    return CATEGORIES[best], shares[best] / sum(shares)
