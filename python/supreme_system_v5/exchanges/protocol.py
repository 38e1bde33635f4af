"""What every venue has to say of itself, so that one supervisor can run them all.

A venue is a description: where to connect, what to send, how to read what comes. It holds no
socket, no clock and no state of a connection.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import msgspec

from supreme_system_v5.domain.live import (
    Candle,
    Channel,
    ClockReading,
    FeedQuote,
    FeedTrade,
    MarketRules,
)

__all__ = [
    "VENUES",
    "Acked",
    "CandleTold",
    "ConnectLimit",
    "Endpoint",
    "Heartbeat",
    "Ignored",
    "Message",
    "Notice",
    "Pong",
    "QuoteTold",
    "Refused",
    "TradeHistory",
    "TradesTold",
    "VenueProtocol",
    "VenueRest",
]


VENUES = ("okx", "binance", "binance-usdm", "bybit")
"""The names of the venues; the first is the default."""


class Acked(msgspec.Struct, frozen=True, kw_only=True):
    """The exchange says that it will tell a channel; whether it does, its data show."""

    channel: Channel


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """The exchange refuses something.

    Attributes:
        channel: What it refuses; None when it does not say, or means the connection.
        code: Its code; empty where it has none.
        text: Its words, at most 200 characters.
        hopeless: Whether asking again in the same way cannot help.
    """

    channel: Channel | None
    code: str
    text: str
    hopeless: bool


class Pong(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to our ping."""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """The exchange is about to close this connection: make another first.

    Attributes:
        text: Its words.
        closes_in_ns: How soon, as far as it is known; 0 for at once.
    """

    text: str
    closes_in_ns: int


class TradesTold(msgspec.Struct, frozen=True, kw_only=True):
    """Trades, in the order in which the exchange tells them.

    Attributes:
        trades: Those that are trades: price and size above 0, and of the market.
        dropped: How many were none, by reason: ``"zero"``, ``"other_market"``, ``"block"``,
            ``"bad"``.
    """

    trades: tuple[FeedTrade, ...]
    dropped: dict[str, int] = msgspec.field(default_factory=dict)


class CandleTold(msgspec.Struct, frozen=True, kw_only=True):
    """Minutes, open or closed."""

    candles: tuple[Candle, ...]


class QuoteTold(msgspec.Struct, frozen=True, kw_only=True):
    """Best bid and ask."""

    bid: float
    bid_size: float
    ask: float
    ask_size: float

    def at(self, receive_ns: int) -> FeedQuote:
        """Return it as an event of a feed."""
        return FeedQuote(
            bid=self.bid,
            bid_size=self.bid_size,
            ask=self.ask,
            ask_size=self.ask_size,
            receive_ns=receive_ns,
        )


class Ignored(msgspec.Struct, frozen=True, kw_only=True):
    """Something that nobody needs; `why` is counted: few words, of a small set."""

    why: str


Message = Acked | Refused | Pong | Notice | TradesTold | CandleTold | QuoteTold | Ignored
"""What a frame says."""


class Heartbeat(msgspec.Struct, frozen=True, kw_only=True):
    """How a connection shows that it lives.

    Attributes:
        ping_after_ns: A ping is sent when nothing came for so long.
        pong_within_ns: Something has to come within so long after that.
    """

    ping_after_ns: int
    pong_within_ns: int


class ConnectLimit(msgspec.Struct, frozen=True, kw_only=True):
    """At most `connects` new connections within any `window_ns`."""

    connects: int
    window_ns: int


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """One connection.

    Attributes:
        name: For people, for example ``"public"``.
        url: ``wss://…``, or ``ws://…`` to a local one.
        channels: What is told there.
        lifetime_ns: After so long the exchange cuts it; None when it does not.
    """

    name: str
    url: str
    channels: tuple[Channel, ...]
    lifetime_ns: int | None = None


class VenueProtocol(Protocol):
    """The WebSocket side of one market at one venue; immutable."""

    @property
    def name(self) -> str:
        """Which venue: ``"okx"``, ``"binance"``, ``"binance-usdm"`` or ``"bybit"``."""
        ...

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """The connections it takes."""
        ...

    @property
    def heartbeat(self) -> Heartbeat:
        """When to ping."""
        ...

    @property
    def connect_limit(self) -> ConnectLimit:
        """How often to connect."""
        ...

    def subscribe(self, endpoint: Endpoint, channels: Sequence[Channel]) -> tuple[str, ...]:
        """Return the texts that ask for channels of a connection."""
        ...

    def unsubscribe(self, endpoint: Endpoint, channels: Sequence[Channel]) -> tuple[str, ...]:
        """Return the texts that end channels of a connection."""
        ...

    def ping(self) -> str | None:
        """Return the text to ping with; None for a ping frame of the WebSocket protocol."""
        ...

    def decode(self, endpoint: Endpoint, frame: str | bytes) -> tuple[Message, ...]:
        """Return what a frame says.

        Raises:
            DataError: It cannot be read.
        """
        ...


class VenueRest(Protocol):
    """The REST side of the same; it asks, keeps the venue's limits, and reads the answers.

    Every method raises `SourceError` when the venue cannot be asked or answers with a fault.
    """

    async def rules(self) -> MarketRules:
        """Return what the venue says of the market."""
        ...

    async def clock(self) -> ClockReading:
        """Return its clock beside ours."""
        ...

    async def candles(self, start_ns: int, end_ns: int) -> tuple[Candle, ...]:
        """Return the closed minutes that begin in ``[start_ns, end_ns)``, oldest first, each once.

        Minutes that the venue does not have are missing.
        """
        ...

    async def trades_between(
        self, after: FeedTrade | None, before: FeedTrade
    ) -> tuple[FeedTrade, ...]:
        """Return the trades after one and before another, in order, as far as the venue has them.

        Args:
            after: The last one that is there; None: from the begin of the minute of `before`.
            before: The first one that is there.
        """
        ...


@runtime_checkable
class TradeHistory(Protocol):
    """Trades of the past, at venues that number them and keep them; it raises `SourceError`."""

    async def number_before(self, time_ns: int) -> int:
        """Return the number of the last trade before a time.

        Where the venue has none as old as that, the number before the first one it has.
        """
        ...

    async def trades_after(self, number: int) -> tuple[FeedTrade, ...]:
        """Return trades that follow a number, oldest first, as many as one answer holds.

        Empty: there are none yet.
        """
        ...
