from __future__ import annotations

import pytest

from supreme_system_v5.domain import (
    AnalyzerConfig,
    Flag,
    Headline,
    SourcesAsked,
    Transfer,
    ViewStatus,
)
from supreme_system_v5.engine.scene import MarketScene
from supreme_system_v5.mtf import MultiTimeframeEngine
from supreme_system_v5.news_whale import MoneyFlowAggregator
from supreme_system_v5.optimized import OptimizedTechnicalAnalyzer
from supreme_system_v5.patterns import PatternRecognizer
from tests.fakes.judges import Judge
from tests.support.chain import book, transfer
from tests.support.engine_runs import ORIGIN

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


def headline(at_ns: int) -> Headline:
    return Headline(
        origin=ORIGIN, seq=0, event_ns=at_ns, receive_ns=at_ns, source="desk", title="bad"
    )


def test_a_judgement_holds_what_was_received_before_it_and_nothing_else() -> None:
    """However early it is told: the market has to be later."""
    market = OptimizedTechnicalAnalyzer(AnalyzerConfig(wake_on=Flag(0)))
    news, whales = Judge(), Judge()
    scene = MarketScene(market, news=news, whales=whales)
    items: list[Headline | Transfer] = [
        headline(2 * MINUTE - 1),
        transfer("1", coins=5.0, receiver="A", at_ns=2 * MINUTE),
        headline(3 * MINUTE),
    ]
    for item in items:
        scene.hear(item)
    assert scene.views()["news"].status is ViewStatus.NO_DATA
    seen = []
    for minute in range(4):
        column = [100.0]
        market.advance_bars(column, column, column, column, column, [minute * MINUTE])
        views = scene.views()
        assert set(views) == {"news", "whales"}
        assert market.now_ns == (minute + 1) * MINUTE
        seen.append((len(news.heard), len(whales.heard)))
    assert seen == [(0, 0), (1, 0), (1, 1), (2, 1)]
    views = scene.views()
    assert views["news"].direction == views["whales"].direction == -1.0
    assert news.asked[-1] == 4 * MINUTE
    scene.reset()
    assert len(news.heard) == 2  # the world goes on when a market begins anew


def test_who_answered_is_told_to_the_judge_of_that_domain_once_the_market_is_later() -> None:
    market = rising(3)
    news, whales = Judge(), Judge()
    scene = MarketScene(market, news=news, whales=whales)
    told = [
        SourcesAsked(
            origin=ORIGIN, seq=0, event_ns=at_ns, receive_ns=at_ns, domain=domain,
            faults={"rss:x.com": "timeout", "rss:y.com": ""},
        )
        for domain, at_ns in (("news", MINUTE), ("whales", 2 * MINUTE), ("news", 9 * MINUTE))
    ]  # fmt: skip
    for event in told:
        scene.hear(event)
    assert scene.views()
    assert (news.answers, whales.answers) == (told[:1], told[1:2])
    MarketScene(market, news=news).hear(told[1])


def test_what_nobody_judges_is_not_kept() -> None:
    scene = MarketScene(rising(3), None)
    scene.hear(headline(0))
    scene.hear(transfer("1"))
    assert scene.views() == {}


def test_an_item_that_a_judge_refuses_is_counted_and_the_next_one_is_taken() -> None:
    whales = MoneyFlowAggregator(book())
    scene = MarketScene(rising(3), whales=whales)
    for coins in (-5.0, 5.0):
        scene.hear(transfer(str(coins), coins=coins, receiver="A", at_ns=MINUTE))
    assert (scene.refused, whales.trackers["BTC"].health.counted) == (1, 1)
    assert scene.views()["whales"].direction == 0.0
