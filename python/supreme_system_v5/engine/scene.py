"""What the market looks like to risk, worked out only when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping

from supreme_system_v5.domain import NS_PER_SECOND, Timeframe, View, ViewStatus
from supreme_system_v5.mtf import MultiTimeframeEngine
from supreme_system_v5.patterns import PatternRecognizer
from supreme_system_v5.ports import TickAnalyzer

__all__ = ["MarketScene"]

_MINUTES_HEARD = 50
_MINUTE_NS = Timeframe.M1.seconds * NS_PER_SECOND


class MarketScene:
    """The judgements of the market.

    Args:
        market: Where the numbers come from.
        timeframes: Votes over the same market; None where nobody asks for judgements.
        patterns: A fresh recognizer of the patterns of its 1-minute bars; None for none.
    """

    __slots__ = ("_closed", "_market", "_patterns", "_timeframes")

    def __init__(
        self,
        market: TickAnalyzer,
        timeframes: MultiTimeframeEngine | None = None,
        patterns: PatternRecognizer | None = None,
    ) -> None:
        self._market = market
        self._timeframes = timeframes
        self._patterns = patterns
        self._closed = 0.0

    @property
    def now_ns(self) -> int:
        """Time, nanoseconds UTC."""
        return self._market.now_ns

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
        """Return the judgements there are: the vote of the minutes, the consensus, the patterns."""
        views = {} if self._patterns is None else {"patterns": self._patterns.view()}
        if self._timeframes is None:
            return views
        views["mtf"] = self._timeframes.view()
        vote = self._timeframes.latest(Timeframe.M1)
        if vote is not None:
            views["technical"] = View(
                direction=float(vote.direction),
                confidence=vote.confidence,
                as_of_ns=vote.closed_ns,
                ttl_ns=2 * _MINUTE_NS,
                status=ViewStatus.OK,
                reasons=vote.reasons,
            )
        return views

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
        """Forget everything; for when the market is reset."""
        self._closed = 0.0
        if self._patterns is not None:
            self._patterns.reset()
        if self._timeframes is not None:
            self._timeframes.reset()
