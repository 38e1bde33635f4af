from __future__ import annotations

from random import Random

import pytest

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.evidence.pattern_worth import (
    FEWEST,
    PatternSums,
    PatternWorth,
    weigh_patterns,
)

MINUTE = 60 * 10**9
NAMES = tuple(f"CDL{number}" for number in range(61))


def market(
    rng: Random, *, days: int, planted: float
) -> tuple[dict[str, list[int]], list[float], list[int]]:
    """Return patterns that come by chance; the first one is followed by a move its way."""
    bars = days * 288
    found = {name: [0] * bars for name in NAMES[:12]}
    closes, due = [100.0], [0.0] * (bars + 20)
    for index in range(bars):
        for name, values in found.items():
            if rng.random() < 0.02:
                values[index] = rng.choice((100, -100))
                if name == NAMES[0]:
                    due[index + 3] += planted * values[index] / 100
        if index:
            closes.append(closes[-1] * (1 + rng.gauss(0, 0.001) + due[index]))
    return found, closes, [index * 5 * MINUTE for index in range(bars)]


def weighed(seed: int, *, days: int = 40, planted: float = 0.0) -> dict[str, PatternWorth]:
    """Return the worth of each pattern of an invented market."""
    rng = Random(seed)
    sums = PatternSums(5)
    sums.add(*market(rng, days=days, planted=planted))
    return {worth.name: worth for worth in weigh_patterns(sums, NAMES, rng, 200)}


def test_by_hand() -> None:
    """Two up and one down, one bar ahead: +100 bps, -50 bps, and 0 that is no hit."""
    sums = PatternSums(1)
    closes = [100.0, 101.0, 101.505, 101.505, 101.505]
    sums.add({"CDLDOJI": [100, -100, 0, 100, 100]}, closes, [MINUTE * n for n in range(5)])
    (worth,) = weigh_patterns(sums, ["CDLDOJI"], Random(1))
    assert worth.times == 3
    assert worth.move is not None
    assert worth.hits is not None
    assert worth.move.mean == pytest.approx((100 - 50 + 0) / 3)
    assert worth.hits.mean == pytest.approx(1 / 3)
    assert (worth.surely, worth.confidence) == (None, 0.0)


def test_what_is_planted_is_found_and_nothing_else() -> None:
    worth = weighed(1, days=80, planted=0.004)
    assert worth[NAMES[0]].times > FEWEST
    assert worth[NAMES[0]].confidence > 0.3
    assert all(each.confidence == 0.0 for name, each in worth.items() if name != NAMES[0])


def test_chance_earns_nothing() -> None:
    """In at most 5 of 100 markets, all 61 together."""
    lucky = sum(
        any(each.confidence for each in weighed(seed, days=12).values()) for seed in range(100)
    )
    assert lucky <= 5


def test_what_was_never_seen_has_nothing() -> None:
    worth = weighed(1)[NAMES[-1]]
    assert (worth.times, worth.move, worth.hits, worth.confidence) == (0, None, None, 0.0)


def test_a_horizon_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="^horizon is 0, allowed is 1 or more"):
        PatternSums(0)
