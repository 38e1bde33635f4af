"""How sure the judgements of the market are, together, that a trade goes the right way."""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec

from supreme_system_v5.domain import View, ViewStatus
from supreme_system_v5.errors import InvalidInputError

__all__ = ["Assessment", "ConfidenceWeights", "Factor", "Opinion", "assess", "freshness_of"]

_BLIND = 0.5
_WITHOUT_DATA = (ViewStatus.NO_DATA, ViewStatus.ERROR)


class ConfidenceWeights(msgspec.Struct, frozen=True, kw_only=True):
    """How much each judgement counts, and which domains may hold a trade back.

    Attributes:
        technical: Weight of the 1-minute indicators, finite, at least 0; a judgement with weight
            is enabled.
        mtf: Weight of the consensus of the timeframes.
        patterns: Weight of candlestick patterns; 0 until evidence has earned them one.
        vetoes: Domains that multiply: enabled ones of ``"news"`` and ``"whales"``.

    Raises:
        InvalidInputError: A weight out of range, or all of them 0.
    """

    technical: float = 0.5
    mtf: float = 0.5
    patterns: float = 0.0
    vetoes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, weight in self.named():
            if not (math.isfinite(weight) and weight >= 0.0):
                bound = "finite, at least 0"
                raise InvalidInputError(
                    f"{name} is {weight!r}, allowed is {bound}", name, weight, bound
                )
        if not any(weight for _, weight in self.named()):
            raise InvalidInputError(
                "all weights are 0, allowed is at least one above: nothing would ever be traded",
                "weights",
            )

    def named(self) -> tuple[tuple[str, float], ...]:
        """Return each judgement's name and weight."""
        return (("technical", self.technical), ("mtf", self.mtf), ("patterns", self.patterns))


class Opinion(msgspec.Struct, frozen=True, gc=False):
    """What one judgement added.

    Attributes:
        name: Whose.
        weight: How much it counts.
        freshness: 0 to 1.
        direction: -1 to 1.
        confidence: 0 to 1.
        status: A value of `ViewStatus`.
        reasons: Its own.
    """

    name: str
    weight: float
    freshness: float
    direction: float
    confidence: float
    status: str
    reasons: tuple[str, ...]


class Factor(msgspec.Struct, frozen=True, gc=False):
    """What one domain multiplied by.

    Attributes:
        name: Whose.
        value: 0 (holds back) to 1 (lets go).
        status: A value of `ViewStatus`.
        reasons: Its own.
        blocks: Whether it forbids this side until more is known; then its value is 0.
    """

    name: str
    value: float
    status: str
    reasons: tuple[str, ...]
    blocks: bool = False


class Assessment(msgspec.Struct, frozen=True, gc=False):
    """What the judgements come to.

    Attributes:
        confidence: 0 to 1: the score, times each factor.
        score: -1 to 1; below 0 the judgements are against the trade.
        partial: Whether an enabled judgement had nothing (fresh) to say.
        opinions: What was added.
        factors: What was multiplied.
    """

    confidence: float
    score: float
    partial: bool
    opinions: tuple[Opinion, ...]
    factors: tuple[Factor, ...]

    @property
    def blocked_by(self) -> Factor | None:
        """The first domain that forbids this side; None when none does."""
        return next((factor for factor in self.factors if factor.blocks), None)


def freshness_of(view: View, now_ns: int) -> float:
    """Return how much of a judgement is left: 1 for half its time, then falling to 0 at its end.

    One from the future is worth nothing: it cannot be.
    """
    if view.as_of_ns is None or view.status is ViewStatus.STALE:
        return 0.0
    age = now_ns - view.as_of_ns
    if age < 0 or age > view.ttl_ns:
        return 0.0
    half = view.ttl_ns / 2
    return 1.0 if age <= half else (view.ttl_ns - age) / half


def assess(
    side: int, now_ns: int, views: Mapping[str, View], weights: ConfidenceWeights
) -> Assessment:
    """Return how sure the judgements are that a trade to one side is right.

    The score is the sum of weight x freshness x confidence x direction x side over the sum of the
    weights: what is enabled and has no data counts 0, and its weight goes to nobody. Confidence is
    the score, at least 0, times a factor for each veto: 1 where the domain is silent or agrees,
    1 - freshness x confidence x opposition where it does not, 0.5 where it cannot see, 0 where it
    blocks that side.

    Args:
        side: 1 long, -1 short.
        now_ns: Time, nanoseconds UTC.
        views: The judgements there are, by domain.
        weights: What counts how much.

    Source: ``docs/risk.md``, "Confidence".

    Example:
        The 1-minute indicators rise with 0.75, the timeframes with 0.6, fresh both; patterns have
        weight and no data; the news fall with 0.2. For a long trade the score is
        (0.4 x 0.75 + 0.4 x 0.6 + 0) / (0.4 + 0.4 + 0.2) = 0.54, the news multiply by 1 - 0.2 = 0.8.

        >>> def told(direction: float, confidence: float) -> View:
        ...     return View(direction=direction, confidence=confidence, as_of_ns=60, ttl_ns=120,
        ...                 status=ViewStatus.OK)
        >>> weights = ConfidenceWeights(technical=0.4, mtf=0.4, patterns=0.2, vetoes=("news",))
        >>> views = {"technical": told(1, 0.75), "mtf": told(1, 0.6), "news": told(-1, 0.2)}
        >>> found = assess(1, 60, views, weights)
        >>> round(found.score, 9), round(found.confidence, 9), found.partial
        (0.54, 0.432, True)
    """
    total = weighed = 0.0
    partial = False
    opinions = []
    for name, weight in weights.named():
        if not weight:
            continue
        opinion = _opinion(name, weight, views.get(name), now_ns)
        opinions.append(opinion)
        partial |= opinion.status != ViewStatus.OK
        total += weight * opinion.freshness * opinion.confidence * opinion.direction * side
        weighed += weight
    score = total / weighed
    confidence = min(max(score, 0.0), 1.0)
    factors = tuple(_factor(name, views.get(name), side, now_ns) for name in weights.vetoes)
    for factor in factors:
        confidence *= factor.value
    return Assessment(confidence, score, partial, tuple(opinions), factors)


def _opinion(name: str, weight: float, view: View | None, now_ns: int) -> Opinion:
    if view is None:
        return Opinion(name, weight, 0.0, 0.0, 0.0, str(ViewStatus.NO_DATA), ())
    fresh = freshness_of(view, now_ns)
    status = view.status
    if not fresh and status not in _WITHOUT_DATA:
        status = ViewStatus.STALE
    return Opinion(name, weight, fresh, view.direction, view.confidence, str(status), view.reasons)


def _factor(name: str, view: View | None, side: int, now_ns: int) -> Factor:
    if view is None:
        return Factor(name, _BLIND, str(ViewStatus.NO_DATA), ())
    if view.blocks == side and not view.is_stale(now_ns):
        return Factor(name, 0.0, str(view.status), view.reasons, blocks=True)
    fresh = freshness_of(view, now_ns)
    if not fresh or view.status in _WITHOUT_DATA:
        status = view.status if view.status in _WITHOUT_DATA else ViewStatus.STALE
        return Factor(name, _BLIND, str(status), view.reasons)
    against = max(-view.direction * side, 0.0)
    value = 1.0 - fresh * view.confidence * against
    return Factor(name, value, str(view.status), view.reasons)
