"""Closed trades as plain numbers, with the levels that their entries carried."""

from __future__ import annotations

from supreme_system_v5.backtest.results import ClosedTrade
from supreme_system_v5.domain import Action, Report, Submit, VenueUnits
from supreme_system_v5.evidence.trades import TradeRecord

__all__ = ["TradeRecords"]

_BPS = 10_000.0
_LEAST = 1e-8
"""Of a price that rounds to 0."""
_BY_LEVEL = frozenset({"STOP", "TARGET", "TRAILING"})


class TradeRecords:
    """Takes what a run decides and closes; hand it to a runner as its log, and `closed` as well.

    Args:
        units: The venue in this market's units.

    Attributes:
        trades: All closed ones, in order of their exits.
    """

    __slots__ = ("_scale", "_sent", "trades")

    def __init__(self, units: VenueUnits) -> None:
        self._scale = float(10**units.price_decimals)
        self._sent: Submit | None = None
        self.trades: list[TradeRecord] = []

    def add(self, entry: Action | Report) -> None:
        """Remember the levels of an order to enter."""
        if isinstance(entry, Submit) and not entry.reduce_only:
            self._sent = entry

    def closed(self, trade: ClosedTrade) -> None:
        """Keep a closed trade. Its turnover is 1 + exit price / entry price: dust is left out."""
        price = float(trade.entry_price) or _LEAST
        value = float(trade.quantity) * price
        stop, target, trail = self._levels(price)
        self.trades.append(
            TradeRecord(
                side=1 if trade.side == "long" else -1,
                entry_ns=trade.entry_ns,
                exit_ns=trade.exit_ns,
                gross_bps=float(trade.gross) / value * _BPS,
                net_bps=float(trade.net) / value * _BPS,
                funding_bps=float(trade.funding) / value * _BPS,
                turnover=1 + float(trade.exit_price) / price,
                stop=stop,
                target=target,
                trail=trail,
                timed=trade.exit_reason not in _BY_LEVEL,
                confidence=trade.confidence,
            )
        )

    def _levels(self, price: float) -> tuple[float, float, float]:
        """Return stop, target and trailing distance as fractions of the price; 0 for none."""
        sent = self._sent
        if sent is None:
            return 0.0, 0.0, 0.0
        stop, target = (
            abs(level / self._scale - price) / price if level else 0.0
            for level in (sent.stop, sent.target)
        )
        return stop, target, sent.trail / self._scale / price
