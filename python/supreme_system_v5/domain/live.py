"""What a live market feed tells, and how it is.

Prices and sizes are floats, made from the exchange's decimals; sizes are in base currency, also
where the exchange counts contracts. Times are integer nanoseconds UTC.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import msgspec

__all__ = [
    "Candle",
    "Channel",
    "ClockReading",
    "FeedCandle",
    "FeedChange",
    "FeedEvent",
    "FeedGap",
    "FeedHealth",
    "FeedQuote",
    "FeedTrade",
    "FeedTrades",
    "MarketRules",
]


class Channel(StrEnum):
    """What of a market is listened to."""

    TRADES = "trades"
    CANDLES = "candles"
    QUOTES = "quotes"


class FeedTrade(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One trade, or several that the exchange tells as one.

    Attributes:
        price: Quote currency, above 0.
        size: Base currency, above 0.
        time_ns: When, by the exchange.
        side: Of the taker: 1 bought, -1 sold, 0 not known.
        trade_id: The exchange's; unique in the market; empty for a trade that was made up to
            repair a minute.
        first: Number of the first trade in it, where the exchange numbers them without a gap;
            else None.
        last: Number of the last one, likewise; the next trade's `first` is one more.
    """

    price: float
    size: float
    time_ns: int
    side: int
    trade_id: str
    first: int | None = None
    last: int | None = None


class Candle(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A minute as the exchange has it.

    Attributes:
        open_ns: When it begins.
        open: Quote currency, as the next three.
        high: The same.
        low: The same.
        close: The same.
        volume: Base currency.
        closed: Whether it is final.
    """

    open_ns: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    closed: bool


class FeedTrades(msgspec.Struct, frozen=True, kw_only=True):
    """New trades, each once and in order of their numbers.

    Attributes:
        trades: Those.
        receive_ns: When the newest frame or answer was there, before it was read: that of the last
            trade, or, of trades that were held, the one that let them go.
    """

    trades: tuple[FeedTrade, ...]
    receive_ns: int


class FeedCandle(msgspec.Struct, frozen=True, kw_only=True):
    """The exchange's own minute, to compare with."""

    candle: Candle
    receive_ns: int


class FeedQuote(msgspec.Struct, frozen=True, kw_only=True):
    """Best bid and ask, the newest there is; those between are not told."""

    bid: float
    bid_size: float
    ask: float
    ask_size: float
    receive_ns: int


class FeedChange(msgspec.Struct, frozen=True, kw_only=True):
    """A feed became stale or fresh again.

    Attributes:
        fresh: Which.
        reason: Why, for people; empty when fresh.
        since_ns: Of a stale one, when the last data came.
        receive_ns: When it was noticed.
    """

    fresh: bool
    reason: str
    since_ns: int
    receive_ns: int


class FeedGap(msgspec.Struct, frozen=True, kw_only=True):
    """Trades were missed.

    Attributes:
        missing: How many; None where the exchange does not number them.
        recovered: How many of them were read later, and told in their place.
        start_ns: Time of the last trade before.
        end_ns: Time of the first trade after.
        receive_ns: When it was settled.
    """

    missing: int | None
    recovered: int
    start_ns: int
    end_ns: int
    receive_ns: int


FeedEvent = FeedTrades | FeedCandle | FeedQuote | FeedChange | FeedGap
"""What a feed tells."""


class MarketRules(msgspec.Struct, frozen=True, kw_only=True):
    """What an exchange says of a market.

    Attributes:
        symbol: Ours, ``BASE-QUOTE``.
        exchange_symbol: The exchange's.
        tick: Step of prices, quote currency.
        lot: Step of sizes, base currency.
        min_quantity: Smallest order, base currency.
        min_notional: Smallest value of an order, quote currency; 0 where there is none.
        trading: Whether it is traded now.
        state: The exchange's word for that.
    """

    symbol: str
    exchange_symbol: str
    tick: Decimal
    lot: Decimal
    min_quantity: Decimal
    min_notional: Decimal
    trading: bool
    state: str


class ClockReading(msgspec.Struct, frozen=True, kw_only=True):
    """An exchange's clock beside ours.

    Attributes:
        server_ns: What it said.
        sent_ns: When it was asked, by our clock.
        received_ns: When the answer was there, by our clock.
    """

    server_ns: int
    sent_ns: int
    received_ns: int

    @property
    def ahead_ns(self) -> int:
        """How far its clock is ahead of ours at least; 0 while it lies between the two times."""
        if self.server_ns > self.received_ns:
            return self.server_ns - self.received_ns
        return min(self.server_ns - self.sent_ns, 0)


class FeedHealth(msgspec.Struct, frozen=True, kw_only=True):
    """How a feed is; counts are since the start.

    Attributes:
        name: Which.
        fresh: Whether its trades may be traded on.
        reason: Why not; empty when fresh.
        last_data_ns: When any channel last told something; None before.
        last_trade_ns: When a trade was last received; None before.
        connects: Connections that were made.
        reconnects: Those after the first of each.
        trades: Trades told.
        duplicates: Trades told again, and not passed on.
        dropped: Trades and messages that were not passed on, by reason.
        gaps: Gaps found.
        missing: Trades missed in them, where they are numbered.
        recovered: Trades read later.
        repaired: Minutes that were mended by the exchange's own candle.
        queued: Trades waiting to be received.
        queue_limit: So many may wait before connections are no longer read from; it is passed by
            what one frame or answer brings. 0: not known.
    """

    name: str
    fresh: bool
    reason: str
    last_data_ns: int | None = None
    last_trade_ns: int | None = None
    connects: int = 0
    reconnects: int = 0
    trades: int = 0
    duplicates: int = 0
    dropped: dict[str, int] = msgspec.field(default_factory=dict)
    gaps: int = 0
    missing: int = 0
    recovered: int = 0
    repaired: int = 0
    queued: int = 0
    queue_limit: int = 0
