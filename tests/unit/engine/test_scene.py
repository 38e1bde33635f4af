from __future__ import annotations

import pytest

from supreme_system_v5.domain import AnalyzerConfig, Flag, ViewStatus
from supreme_system_v5.engine.scene import MarketScene
from supreme_system_v5.mtf import MultiTimeframeEngine
from supreme_system_v5.optimized import OptimizedTechnicalAnalyzer
from supreme_system_v5.patterns import PatternRecognizer

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


def test_patterns_see_every_whole_minute_once() -> None:
    """The first minute is one that was joined halfway; what is told twice counts once."""
    market = OptimizedTechnicalAnalyzer(AnalyzerConfig(wake_on=Flag.BAR_1M))
    patterns = PatternRecognizer(evidence={"CDLENGULFING": 0.4})
    scene = MarketScene(market, None, patterns)
    falling_then_engulfed = [(10.0, 11.0, 9.0, 9.5), (9.5, 10.0, 9.0, 9.25), (9.0, 12.0, 8.5, 11.5)]
    for minute, prices in enumerate(falling_then_engulfed):
        opened, high, low, close = ([price] for price in prices)
        _, flags = market.advance_bars(opened, high, low, close, [1.0], [minute * MINUTE])
        assert flags & Flag.BAR_1M
        scene.minute_closed()
        scene.minute_closed()
    view = scene.views()["patterns"]
    assert (view.direction, view.confidence) == (1.0, 0.4)
    assert view.as_of_ns == 3 * MINUTE
    scene.reset()
    assert scene.views()["patterns"].status is ViewStatus.NO_DATA
