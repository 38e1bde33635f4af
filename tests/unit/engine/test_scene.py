from __future__ import annotations

import pytest

from supreme_system_v5.domain import AnalyzerConfig, Flag, ViewStatus
from supreme_system_v5.engine.scene import MarketScene
from supreme_system_v5.mtf import MultiTimeframeEngine
from supreme_system_v5.optimized import OptimizedTechnicalAnalyzer

MINUTE = 60 * 10**9


def rising(minutes: int) -> OptimizedTechnicalAnalyzer:
    market = OptimizedTechnicalAnalyzer(AnalyzerConfig(wake_on=Flag(0)))
    for minute in range(minutes):
        price = [100.0 + minute]
        market.advance_bars(price, price, price, price, [1.0], [minute * MINUTE])
    return market


def test_the_vote_of_the_minutes_and_the_consensus() -> None:
    market = rising(70)
    scene = MarketScene(market, MultiTimeframeEngine(market))
    views = scene.views()
    assert (views["technical"].direction, views["technical"].as_of_ns) == (1.0, 70 * MINUTE)
    assert views["mtf"].status is ViewStatus.PARTIAL
    assert scene.now_ns == market.now_ns
    assert scene.volatility == pytest.approx(market.read("volatility", "1m"))


def test_before_the_minutes_vote_there_is_no_technical_judgement() -> None:
    market = rising(10)
    scene = MarketScene(market, MultiTimeframeEngine(market))
    assert scene.views().keys() == {"mtf"}
    assert scene.volatility is None


def test_without_timeframes_nobody_judges() -> None:
    scene = MarketScene(rising(70), None)
    assert scene.views() == {}
    scene.reset()
