"""What the market looks like to risk, worked out only when it is asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from supreme_system_v5.domain import (
    NS_PER_SECOND,
    ExchangeFlow,
    Headline,
    SourcesAsked,
    Timeframe,
    Transfer,
    View,
    ViewStatus,
)
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.mtf import MultiTimeframeEngine
from supreme_system_v5.patterns import PatternRecognizer
from supreme_system_v5.ports import NewsView, TickAnalyzer, WhaleView

__all__ = ["MarketScene"]

_DOMAINS = ("patterns", "news", "whales", "mtf", "technical")
_MINUTES_HEARD = 50
_MINUTE_NS = Timeframe.M1.seconds * NS_PER_SECOND


class MarketScene:
    """The judgements of the market.

    Args:
        market: Where the numbers come from.
        timeframes: Votes over the same market; None where nobody asks for judgements.
        patterns: A fresh recognizer of the patterns of its 1-minute bars; None for none.
        news: Judges by headlines; None where nobody does.
        whales: Judges by transfers, likewise.

    Attributes:
        refused: Items that a judge refused to take.
    """

    __slots__ = (
        "_closed",
        "_market",
        "_news",
        "_patterns",
        "_pending",
        "_timeframes",
        "_whales",
        "refused",
    )

    def __init__(
        self,
        market: TickAnalyzer,
        timeframes: MultiTimeframeEngine | None = None,
        patterns: PatternRecognizer | None = None,
        news: NewsView | None = None,
        whales: WhaleView | None = None,
    ) -> None:
        self.refused = 0
        self._news = news
        self._whales = whales
        self._pending: deque[Headline | Transfer | ExchangeFlow | SourcesAsked] = deque()
        self._market = market
        self._timeframes = timeframes
        self._patterns = patterns
        self._closed = 0.0

    @property
    def now_ns(self) -> int:
        """Time, nanoseconds UTC."""
        return self._market.now_ns

    def settle(self) -> int:
        """Tell the judges what they may know by now; return how many items they refused so far."""
        self._tell()
        return self.refused

    @property
    def volatility(self) -> float | None:
        """Realised volatility of the 1-minute bars, annualised, as a fraction.

        None where most of the last minutes were silent: nobody knows how a market moves that does
        not trade.
        """
        volumes = self._market.recent("volume", _MINUTES_HEARD, "1m")
        if 2 * sum(volume > 0.0 for volume in volumes) < len(volumes):
            return None
        return self._market.read("volatility", "1m")

    def views(self) -> Mapping[str, View]:
        """Return the judgements there are.

        That is the vote of the minutes, the consensus, the patterns, news and whales.
        """
        told = ((domain, self.view(domain)) for domain in _DOMAINS)
        return {domain: view for domain, view in told if view is not None}

    def view(self, domain: str) -> View | None:
        """Return one judgement: patterns, news, whales, mtf or technical; None without it."""
        match domain:
            case "patterns":
                return None if self._patterns is None else self._patterns.view()
            case "news" | "whales":
                judge = self._news if domain == "news" else self._whales
                if judge is None:
                    return None
                self._tell()
                return judge.view(self._market.now_ns)
            case "mtf":
                return None if self._timeframes is None else self._timeframes.view()
            case _:
                return self._technical()

    def _technical(self) -> View | None:
        vote = None if self._timeframes is None else self._timeframes.latest(Timeframe.M1)
        if vote is None:
            return None
        return View(
            direction=float(vote.direction),
            confidence=vote.confidence,
            as_of_ns=vote.closed_ns,
            ttl_ns=2 * _MINUTE_NS,
            status=ViewStatus.OK,
            reasons=vote.reasons,
        )

    def hear(self, item: Headline | Transfer | ExchangeFlow | SourcesAsked) -> None:
        """Take something of the world; its judge is told once the market is later than that.

        So a judgement at a time holds what was received before it and nothing else, however early
        a driver tells an item, and however it cuts its data.
        """
        if self._judge_of(item) is not None:
            self._pending.append(item)
            self._tell()

    def _tell(self) -> None:
        now_ns = self._market.now_ns
        while self._pending and self._pending[0].receive_ns < now_ns:
            try:
                self._tell_one(self._pending.popleft())
            except InvalidInputError:  # one broken source does not stop the market
                self.refused += 1

    def _tell_one(self, item: Headline | Transfer | ExchangeFlow | SourcesAsked) -> None:
        if isinstance(item, SourcesAsked):
            judge = self._judge_of(item)
            if judge is not None:
                judge.sources_asked(item)
        elif not isinstance(item, Headline):
            if self._whales is not None:
                self._whales.take(item)
        elif self._news is not None:
            self._news.take(item)

    def _judge_of(
        self, item: Headline | Transfer | ExchangeFlow | SourcesAsked
    ) -> NewsView | WhaleView | None:
        about_news = isinstance(item, Headline) or (
            isinstance(item, SourcesAsked) and item.domain == "news"
        )
        return self._news if about_news else self._whales

    def minute_closed(self) -> None:
        """Let the patterns see the minute that has closed; telling it twice changes nothing."""
        read = self._market.read
        closed = read("closed") or 0.0
        if self._patterns is None or closed == self._closed or read("partial"):
            return
        self._closed = closed
        prices = [read(name) or 0.0 for name in ("open", "high", "low", "close")]
        open_ns = int(read("open_ns") or 0)
        self._patterns.update(*prices, closed_ns=open_ns + _MINUTE_NS)

    def reset(self) -> None:
        """Forget the market, for when it is reset; what was heard of the world is kept."""
        self._closed = 0.0
        if self._patterns is not None:
            self._patterns.reset()
        if self._timeframes is not None:
            self._timeframes.reset()
