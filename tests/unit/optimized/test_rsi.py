from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest

from supreme_system_v5.optimized.rsi import UltraOptimizedRSI
from tests.support.contract import Check, contract
from tests.support.indicators import Case, walk


@contract("UltraOptimizedRSI")
def test_it_keeps_the_contract(check: Check, case: Case) -> None:
    check(case)


@pytest.mark.parametrize(
    ("step", "expected"), [(0.0, 50.0), (1.0, 100.0), (-1.0, 0.0)], ids=["flat", "up", "down"]
)
def test_a_market_of_one_mind(step: float, expected: float) -> None:
    rsi = UltraOptimizedRSI(3)
    answers = [rsi.update(1_000.0 + step * i) for i in range(40)]
    assert answers == [None] * 3 + [expected] * 37


def test_a_market_that_falls_still_after_moving_keeps_its_index() -> None:
    rsi = UltraOptimizedRSI(2)
    answers = [rsi.update(price) for price in (10.0, 11.0, 10.5, *[10.5] * 20)]
    assert answers[2] == pytest.approx(200 / 3)
    assert answers[3:] == pytest.approx([200 / 3] * 20)


def test_it_is_wilders_recurrence() -> None:
    prices = [price.as_integer_ratio() for price in walk(200)]
    exact = [Fraction(*ratio) for ratio in prices]
    changes = [b - a for a, b in itertools.pairwise(exact)]
    gains = [max(change, Fraction(0)) for change in changes]
    losses = [max(-change, Fraction(0)) for change in changes]
    n = 5
    gain, loss = sum(gains[:n]) / n, sum(losses[:n]) / n
    expected = [100 * gain / (gain + loss)]
    for up, down in zip(gains[n:60], losses[n:60], strict=True):
        gain, loss = gain + (up - gain) / n, loss + (down - loss) / n
        expected.append(100 * gain / (gain + loss))
    found = UltraOptimizedRSI(n).batch(walk(200)).tolist()
    assert found[n : n + len(expected)] == pytest.approx(list(map(float, expected)), rel=1e-12)


def test_it_stays_between_0_and_100() -> None:
    for prices in (walk(2_000), [1e15, 1e-15] * 500, [1e-15, 1e15] * 500):
        answers = UltraOptimizedRSI(14).batch(prices).tolist()[14:]
        assert all(math.isfinite(answer) and 0.0 <= answer <= 100.0 for answer in answers)
