from __future__ import annotations

import pytest

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.optimized.ema import UltraOptimizedEMA
from supreme_system_v5.optimized.macd import UltraOptimizedMACD
from tests.support.bits import bits
from tests.support.contract import Check, contract
from tests.support.indicators import Case, walk
from tests.support.stateful import refused

PRICES = walk(300)


@contract("UltraOptimizedMACD")
def test_it_keeps_the_contract(check: Check, case: Case) -> None:
    check(case)


def test_seed_first_is_the_difference_of_two_averages() -> None:
    macd, signal, histogram = UltraOptimizedMACD(3, 7, 4).batch(PRICES)
    fast, slow = (UltraOptimizedEMA(n).batch(PRICES) for n in (3, 7))
    assert bits(macd.tolist()) == bits([a - b for a, b in zip(fast, slow, strict=True)])
    assert bits(histogram.tolist()) == bits([a - b for a, b in zip(macd, signal, strict=True)])
    average, alpha = macd[0], 2.0 / 5.0
    for value, found in zip(macd, signal, strict=True):
        average = average + alpha * (value - average)
        assert found == average


def test_seed_sma_starts_both_averages_at_the_same_price() -> None:
    fast, slow, signal = 3, 7, 4
    answers = [
        column.tolist() for column in UltraOptimizedMACD(fast, slow, signal, "sma").batch(PRICES)
    ]
    quick = UltraOptimizedEMA(fast, "sma").batch(PRICES[slow - fast :]).tolist()
    steady = UltraOptimizedEMA(slow, "sma").batch(PRICES).tolist()
    macd = [a - b for a, b in zip(quick[fast - 1 :], steady[slow - 1 :], strict=True)]
    first = slow + signal - 2
    assert bits(answers[0][first:]) == bits(macd[signal - 1 :])
    total = ((macd[0] + macd[1]) + macd[2]) + macd[3]
    assert answers[1][first] == total / 4
    assert all(value != value for column in answers for value in column[:first])  # noqa: PLR0124 - NaN


@pytest.mark.parametrize(("fast", "slow"), [(5, 5), (6, 5), (100_000, 1)])
def test_fast_must_be_below_slow(fast: int, slow: int) -> None:
    refused(InvalidInputError, "fast", UltraOptimizedMACD, fast, slow)


@pytest.mark.parametrize("seed", ["first", "sma"])
def test_a_market_that_stands_still_has_no_momentum(seed: str) -> None:
    macd = UltraOptimizedMACD(2, 4, 3, seed)  # type: ignore[arg-type]
    answers = {macd.update(0.5) for _ in range(50)}
    assert answers - {None} == {(0.0, 0.0, 0.0)}
