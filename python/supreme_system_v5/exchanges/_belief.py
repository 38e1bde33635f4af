"""Whether a trade can be one: neither from the future, nor of a size or price from nowhere."""

from __future__ import annotations

from supreme_system_v5.domain.live import FeedTrade
from supreme_system_v5.exchanges._stream_values import StreamLimits

__all__ = ["Belief"]


class Belief:
    """Judges trades, each in its turn.

    Attributes:
        ahead_ns: How far the exchange's clock is ahead of ours, at least 0.
        reference: A price that quotes or candles tell; None: none.
    """

    def __init__(self, limits: StreamLimits) -> None:
        self.ahead_ns = 0
        self.reference: float | None = None
        self._limits = limits
        self._strays: list[FeedTrade] = []

    def why_not(self, trade: FeedTrade, last: FeedTrade | None, time_ns: int) -> str:
        """Return why a trade is not believed: ``"future"``, ``"absurd"`` or ``"price"``.

        Empty when it is believed.

        Args:
            trade: The one.
            last: The last one that was believed.
            time_ns: When it came.
        """
        if trade.time_ns > time_ns + self.ahead_ns + self._limits.future_ns:
            return "future"
        if max(trade.price, trade.size) > self._limits.largest:
            return "absurd"
        near = last is None or self._near(trade.price, last.price)
        if not near and not self._is_credible(trade):
            return "price"
        self._strays = []
        return ""

    def _is_credible(self, trade: FeedTrade) -> bool:
        """Return whether a price far from the last is believed all the same."""
        if self.reference is not None and self._near(trade.price, self.reference):
            return True
        strays = [*self._strays, trade]
        if not all(self._near(trade.price, stray.price) for stray in strays):
            strays = [trade]
        apart = trade.time_ns - strays[0].time_ns >= self._limits.agreeing_ns
        self._strays = [strays[0], *strays[1:][-self._limits.agreeing :]]
        return len(strays) >= self._limits.agreeing and apart

    def _near(self, price: float, other: float) -> bool:
        return abs(price - other) <= self._limits.jump * other
