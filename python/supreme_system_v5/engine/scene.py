"""What the market looks like to risk, worked out only when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping

from supreme_system_v5.domain import NS_PER_SECOND, Timeframe, View, ViewStatus
from supreme_system_v5.mtf import MultiTimeframeEngine
from supreme_system_v5.ports import TickAnalyzer

__all__ = ["MarketScene"]

_TECHNICAL_TTL_NS = 2 * Timeframe.M1.seconds * NS_PER_SECOND


class MarketScene:
    """The judgements of the market.

    Args:
        market: Where the numbers come from.
        timeframes: Votes over the same market; None where nobody asks for judgements.
    """

    __slots__ = ("_market", "_timeframes")

    def __init__(self, market: TickAnalyzer, timeframes: MultiTimeframeEngine | None) -> None:
        self._market = market
        self._timeframes = timeframes

    @property
    def now_ns(self) -> int:
        """Time, nanoseconds UTC."""
        return self._market.now_ns

    @property
    def volatility(self) -> float | None:
        """Realised volatility of the 1-minute bars, annualised, as a fraction."""
        return self._market.read("volatility", "1m")

    def views(self) -> Mapping[str, View]:
        """Return the judgements there are: the vote of the 1-minute bars, and the consensus."""
        if self._timeframes is None:
            return {}
        mtf = self._timeframes.view()
        votes = self._timeframes.latest(Timeframe.M1)
        if votes is None:
            return {"mtf": mtf}
        technical = View(
            direction=float(votes.direction),
            confidence=votes.confidence,
            as_of_ns=votes.closed_ns,
            ttl_ns=_TECHNICAL_TTL_NS,
            status=ViewStatus.OK,
            reasons=votes.reasons,
        )
        return {"technical": technical, "mtf": mtf}

    def reset(self) -> None:
        """Forget all votes; for when the market is reset."""
        if self._timeframes is not None:
            self._timeframes.reset()
