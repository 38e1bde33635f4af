"""Binance, spot: trades of one taker at one price as one, candles, and best bid/ask.

Trades are numbered as such aggregates (`a`), one after the other without a gap. Its REST side
numbers them alike, and costs a sixth of single trades.
"""

from __future__ import annotations

from dataclasses import dataclass

from supreme_system_v5.domain.live import Channel
from supreme_system_v5.exchanges.binance_wire import LIFETIME_NS, BinanceStreams
from supreme_system_v5.exchanges.protocol import Endpoint
from supreme_system_v5.exchanges.wire import url_of

__all__ = ["BinanceSpot"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BinanceSpot(BinanceStreams):
    """One spot market of Binance; fulfils `VenueProtocol`.

    Attributes:
        symbol: ``BASE-QUOTE``.
        ws: Where its WebSockets are.
    """

    ws: str = "wss://stream.binance.com:9443"

    @property
    def name(self) -> str:
        """``"binance"``."""
        return "binance"

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """One connection for everything, cut after 24 h."""
        return (
            Endpoint(
                name="stream",
                url=url_of(self.ws, "/stream"),
                channels=(Channel.TRADES, Channel.CANDLES, Channel.QUOTES),
                lifetime_ns=LIFETIME_NS,
            ),
        )
