"""Binance, USD-M futures: trades and candles on one connection, best bid/ask on another.

Trades are numbered as aggregates (`a`) without a gap; the numbers of the single trades in them have
some, since those of the insurance fund and of deleveraging are left out. Sizes are in base
currency.
"""

from __future__ import annotations

from dataclasses import dataclass

from supreme_system_v5.domain.live import Channel
from supreme_system_v5.exchanges.binance_wire import LIFETIME_NS, BinanceStreams
from supreme_system_v5.exchanges.protocol import Endpoint
from supreme_system_v5.exchanges.wire import url_of

__all__ = ["BinanceUsdm"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BinanceUsdm(BinanceStreams):
    """One perpetual of Binance margined in USD; fulfils `VenueProtocol`.

    Attributes:
        symbol: ``BASE-QUOTE``.
        ws: Where its WebSockets are.
    """

    ws: str = "wss://fstream.binance.com"

    @property
    def name(self) -> str:
        """``"binance-usdm"``."""
        return "binance-usdm"

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """Two: an address that names neither is connected, and stays silent."""
        return (
            Endpoint(
                name="market",
                url=url_of(self.ws, "/market/stream"),
                channels=(Channel.TRADES, Channel.CANDLES),
                lifetime_ns=LIFETIME_NS,
            ),
            Endpoint(
                name="public",
                url=url_of(self.ws, "/public/stream"),
                channels=(Channel.QUOTES,),
                lifetime_ns=LIFETIME_NS,
            ),
        )
