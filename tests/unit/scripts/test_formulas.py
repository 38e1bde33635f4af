"""The judge of the peers must itself agree with the reference."""

from __future__ import annotations

from random import Random

import pytest

from formulas import ema, macd, rsi, rsi_of_moves
from supreme_system_v5.reference import UltraOptimizedEMA, UltraOptimizedMACD, UltraOptimizedRSI


@pytest.fixture
def prices() -> list[float]:
    rng = Random(3)
    prices = [60_000.0]
    while len(prices) < 1_000:
        prices.append(prices[-1] * (1.0 + 0.002 * (rng.random() - 0.5)))
    return prices


def test_they_agree_with_the_reference(prices: list[float]) -> None:
    average, strength, convergence = (
        UltraOptimizedEMA(20),
        UltraOptimizedRSI(14),
        UltraOptimizedMACD(12, 26, 9),
    )
    for price in prices:
        average.update(price)
        strength.update(price)
        convergence.update(price)
    assert ema(prices) == pytest.approx((average.value,), rel=1e-12)
    assert rsi(prices) == pytest.approx((strength.value,), rel=1e-12)
    assert macd(prices) == pytest.approx(convergence.value, rel=1e-12)


def test_variants_are_other_numbers(prices: list[float]) -> None:
    """Otherwise the check would not notice which one a peer follows."""
    assert abs(rsi_of_moves(prices)[0] - rsi(prices)[0]) > 0.1
    assert abs(rsi(prices, 2 / 15)[0] - rsi(prices)[0]) > 0.1
    assert abs(macd(prices, 0.15, 0.075)[0] - macd(prices)[0]) > 0.1
