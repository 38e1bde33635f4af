from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.domain import View, ViewStatus
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.risk import Assessment, ConfidenceWeights, assess
from supreme_system_v5.risk.confidence import freshness_of
from tests.support.scenes import NOW_NS, told

MINUTE = 60 * 10**9
ALL = ConfidenceWeights(technical=0.5, mtf=0.3, patterns=0.2, vetoes=("news", "whales"))
SIDES = st.sampled_from([1, -1])
UNIT = st.floats(0, 1)


@st.composite
def views(draw: st.DrawFn) -> dict[str, View]:
    names = draw(st.sets(st.sampled_from(["technical", "mtf", "patterns", "news", "whales"])))
    found = {}
    for name in names:
        status = draw(st.sampled_from(ViewStatus))
        there = status not in (ViewStatus.NO_DATA, ViewStatus.ERROR)
        found[name] = View(
            direction=draw(st.floats(-1, 1)) if there else 0.0,
            confidence=draw(UNIT) if there else 0.0,
            as_of_ns=NOW_NS - draw(st.integers(0, 3 * MINUTE)) if there else None,
            ttl_ns=2 * MINUTE,
            status=status,
        )
    return found


def assessed(given: dict[str, View], side: int = 1) -> Assessment:
    return assess(side, NOW_NS, given, ALL)


@given(views(), SIDES)
def test_it_is_the_sum_that_the_page_says(given: dict[str, View], side: int) -> None:
    """Computed once more in fractions."""
    score = Fraction()
    for name, weight in ALL.named():
        view = given.get(name)
        if view is None or view.as_of_ns is None or view.status is ViewStatus.STALE:
            continue
        age = Fraction(NOW_NS - view.as_of_ns, view.ttl_ns)
        fresh = max(min(Fraction(1), 2 * (1 - age)), Fraction(0))
        told = Fraction(view.confidence) * Fraction(view.direction)
        score += Fraction(weight) * fresh * told * side
    found = assessed(given, side)
    assert found.score == pytest.approx(float(score / sum(Fraction(w) for _, w in ALL.named())))
    assert 0.0 <= found.confidence <= max(found.score, 0.0) + 1e-12


@given(views(), SIDES)
def test_a_silent_veto_changes_nothing_and_a_blind_one_never_raises(
    given: dict[str, View], side: int
) -> None:
    without = ConfidenceWeights(technical=0.5, mtf=0.3, patterns=0.2)
    with_news = ConfidenceWeights(technical=0.5, mtf=0.3, patterns=0.2, vetoes=("news",))
    alone = assess(side, NOW_NS, given, without)
    silent = {**given, "news": told(0.0, 0.0)}
    assert assess(side, NOW_NS, silent, with_news).confidence == alone.confidence
    agreeing = {**given, "news": told(float(side), 1.0)}
    assert assess(side, NOW_NS, agreeing, with_news).confidence == alone.confidence
    blind = {name: view for name, view in given.items() if name != "news"}
    assert assess(side, NOW_NS, blind, with_news).confidence == alone.confidence / 2


@given(views(), SIDES)
def test_the_other_side_has_the_opposite_score(given: dict[str, View], side: int) -> None:
    assert assessed(given, side).score == -assessed(given, -side).score


@pytest.mark.parametrize(("opposition", "factor"), [(0.0, 1.0), (0.25, 0.75), (1.0, 0.0)])
def test_opposition_holds_back(opposition: float, factor: float) -> None:
    given = {"technical": told(1, 1), "mtf": told(1, 1), "patterns": told(1, 1)}
    found = assessed({**given, "news": told(-1, opposition), "whales": told(1, 1)})
    assert found.confidence == factor
    assert [each.value for each in found.factors] == [factor, 1.0]


@pytest.mark.parametrize("status", [ViewStatus.PARTIAL, ViewStatus.NO_DATA])
def test_a_blocked_side_is_blocked_and_the_other_is_not(status: ViewStatus) -> None:
    """For as long as the view holds."""
    blocking = View(
        direction=0.0, confidence=0.0, as_of_ns=NOW_NS, ttl_ns=MINUTE, status=status, blocks=1,
        reasons=("a claim",),
    )  # fmt: skip
    weights = ConfidenceWeights(technical=1.0, mtf=0.0, vetoes=("whales", "news"))
    given = {"technical": told(1, 1, age_ns=0), "news": blocking, "whales": told(0, 0)}
    found = assess(1, NOW_NS, given, weights)
    assert found.confidence == 0.0
    assert found.blocked_by == found.factors[1]
    assert (found.factors[1].value, found.factors[1].reasons) == (0.0, ("a claim",))
    other = assess(-1, NOW_NS, given, weights)
    assert other.blocked_by is None
    assert other.factors[1].value == (1.0 if status is ViewStatus.PARTIAL else 0.5)
    late = assess(1, NOW_NS + MINUTE + 1, given, weights)
    assert late.blocked_by is None
    assert late.factors[1].value == 0.5


def test_what_is_enabled_and_has_no_data_counts_nothing_and_marks_partial() -> None:
    complete = {name: told(1, 1) for name in ("technical", "mtf", "patterns", "news", "whales")}
    assert not assessed(complete).partial
    del complete["patterns"]
    found = assessed(complete)
    assert found.partial
    assert found.confidence == pytest.approx(0.8)
    assert [each.status for each in found.opinions] == ["ok", "ok", "no_data"]


@pytest.mark.parametrize(
    ("age", "fresh"),
    [(0, 1.0), (MINUTE, 1.0), (MINUTE + MINUTE // 2, 0.5), (2 * MINUTE, 0.0), (-1, 0.0)],
)
def test_a_judgement_grows_old_and_none_comes_from_the_future(age: int, fresh: float) -> None:
    assert freshness_of(told(1, 1, age_ns=age), NOW_NS) == fresh


def test_nothing_known_is_no_confidence() -> None:
    found = assessed({})
    assert (found.confidence, found.score, found.partial) == (0.0, 0.0, True)


@pytest.mark.parametrize("weight", [-0.1, math.nan, math.inf])
def test_a_weight_that_is_none_is_refused(weight: float) -> None:
    with pytest.raises(InvalidInputError, match="^mtf is .*, allowed is finite, at least 0"):
        ConfidenceWeights(mtf=weight)


def test_weights_that_would_never_trade_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="all weights are 0"):
        ConfidenceWeights(technical=0, mtf=0, patterns=0)


def test_a_confidence_that_is_no_number_never_becomes_a_view() -> None:
    with pytest.raises(InvalidInputError, match="^confidence is nan, allowed is from 0 to 1"):
        told(1, math.nan)
