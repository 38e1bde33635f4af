"""A venue that speaks as plainly as can be: one JSON object a frame. For those who run venues."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from supreme_system_v5.domain.live import Candle, Channel, ClockReading, FeedTrade, MarketRules
from supreme_system_v5.errors import DataError, SourceError
from supreme_system_v5.exchanges.protocol import (
    Acked,
    CandleTold,
    ConnectLimit,
    Endpoint,
    Heartbeat,
    Ignored,
    Message,
    Notice,
    Pong,
    QuoteTold,
    Refused,
    TradesTold,
)
from tests.fakes.market_feed import RULES

__all__ = ["MINUTE", "PlainRest", "PlainVenue", "S", "candle", "frame", "trade"]

S = 1_000_000_000
MINUTE = 60 * S


def trade(number: int, price: float, size: float, time_ns: int, *, count: int = 1) -> FeedTrade:
    """Make a trade; its number is that of the last of `count`."""
    return FeedTrade(
        price=price,
        size=size,
        time_ns=time_ns,
        side=1 if number % 2 else -1,
        trade_id=str(number),
        first=number - count + 1,
        last=number,
    )


def candle(open_ns: int, *prices: float, volume: float, closed: bool) -> Candle:
    """Make a minute of four prices."""
    opened, high, low, close = prices
    return Candle(
        open_ns=open_ns,
        open=opened,
        high=high,
        low=low,
        close=close,
        volume=volume,
        closed=closed,
    )


class PlainVenue:
    """Fulfils `VenueProtocol`: trades and quotes on one connection, candles on another.

    Args:
        url: Where it is served, ``ws://...``.
        numbered: Whether its trades have numbers without a gap.
        limit: How often one may connect.
        lifetime_ns: Of its connections.
        text_ping: Whether pings are texts.
    """

    def __init__(
        self,
        url: str = "ws://127.0.0.1:9",
        *,
        numbered: bool = True,
        limit: ConnectLimit | None = None,
        lifetime_ns: int | None = None,
        text_ping: bool = True,
    ) -> None:
        self.name = "plain"
        self.heartbeat = Heartbeat(ping_after_ns=15 * S, pong_within_ns=10 * S)
        self.connect_limit = limit or ConnectLimit(connects=3, window_ns=S)
        self.numbered = numbered
        self._text_ping = text_ping
        self.endpoints = (
            Endpoint(
                name="public",
                url=f"{url}/public",
                channels=(Channel.TRADES, Channel.QUOTES),
                lifetime_ns=lifetime_ns,
            ),
            Endpoint(
                name="business",
                url=f"{url}/business",
                channels=(Channel.CANDLES,),
                lifetime_ns=lifetime_ns,
            ),
        )

    def subscribe(self, endpoint: Endpoint, channels: Sequence[Channel]) -> tuple[str, ...]:  # noqa: ARG002 - the port's
        return tuple(json.dumps({"ask": channel}) for channel in channels)

    def unsubscribe(self, endpoint: Endpoint, channels: Sequence[Channel]) -> tuple[str, ...]:  # noqa: ARG002 - the port's
        return tuple(json.dumps({"end": channel}) for channel in channels)

    def ping(self) -> str | None:
        return "ping" if self._text_ping else None

    def decode(self, endpoint: Endpoint, frame: str | bytes) -> tuple[Message, ...]:  # noqa: ARG002 - the port's
        if frame in {"pong", b"pong"}:
            return (Pong(),)
        try:
            return self._read(json.loads(frame))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise DataError(f"a frame must be a JSON object of ours: {error}") from None

    def _read(self, said: dict[str, Any]) -> tuple[Message, ...]:  # noqa: PLR0911 - a case each
        match said:
            case {"acked": channel}:
                return (Acked(channel=Channel(channel)),)
            case {"refused": channel}:
                of = Channel(channel) if channel else None
                return (Refused(channel=of, code="60018", text="no such", hopeless=True),)
            case {"notice": closes_in}:
                return (Notice(text="an upgrade", closes_in_ns=closes_in),)
            case {"trades": rows}:
                return (TradesTold(trades=tuple(self.row(row) for row in rows)),)
            case {"bad": count}:
                return (TradesTold(trades=(), dropped={"bad": count}),)
            case {"candle": row}:
                return (CandleTold(candles=(Candle(**row),)),)
            case {"quote": row}:
                return (QuoteTold(**row),)
            case {"break": _}:
                raise ZeroDivisionError("as it was told to")
            case _:
                return (Ignored(why="unknown"),)

    def row(self, row: dict[str, Any]) -> FeedTrade:
        """Return a trade as this venue tells it."""
        if not self.numbered:
            row = {**row, "first": None, "last": None}
        return FeedTrade(**row)


def frame(what: FeedTrade | Candle | QuoteTold | list[FeedTrade]) -> str:
    """Return the frame that tells something."""

    def plain(value: object) -> dict[str, object]:
        return {name: getattr(value, name) for name in value.__struct_fields__}  # type: ignore[attr-defined]

    match what:
        case Candle():
            return json.dumps({"candle": plain(what)})
        case QuoteTold():
            return json.dumps({"quote": plain(what)})
        case FeedTrade():
            return json.dumps({"trades": [plain(what)]})
        case _:
            return json.dumps({"trades": [plain(one) for one in what]})


class PlainRest:
    """Fulfils `VenueRest` from lists.

    Attributes:
        history: Its trades, in order.
        minutes: Its closed minutes.
        failing: Raised instead of every answer.
        asked: How often trades and candles were asked for.
    """

    def __init__(self) -> None:
        self.history: list[FeedTrade] = []
        self.minutes: list[Candle] = []
        self.failing: SourceError | None = None
        self.asked = {"trades": 0, "candles": 0}

    def _check(self) -> None:
        if self.failing is not None:
            raise self.failing

    async def rules(self) -> MarketRules:
        self._check()
        return RULES

    async def clock(self) -> ClockReading:
        self._check()
        return ClockReading(server_ns=2, sent_ns=1, received_ns=3)

    async def candles(self, start_ns: int, end_ns: int) -> tuple[Candle, ...]:
        self.asked["candles"] += 1
        self._check()
        return tuple(c for c in self.minutes if start_ns <= c.open_ns < end_ns)

    async def trades_between(
        self, after: FeedTrade | None, before: FeedTrade
    ) -> tuple[FeedTrade, ...]:
        self.asked["trades"] += 1
        self._check()
        end = next((i for i, t in enumerate(self.history) if t.trade_id == before.trade_id), None)
        rows = self.history[:end]
        if after is None:
            return tuple(t for t in rows if t.time_ns // MINUTE == before.time_ns // MINUTE)
        begin = next((i for i, t in enumerate(rows) if t.trade_id == after.trade_id), -1)
        return tuple(rows[begin + 1 :])
