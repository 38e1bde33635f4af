"""OKX v5, spot: trades and best bid/ask on one connection, candles on another.

Numbers are strings; times are milliseconds. A trade's push covers `count` matches at one price,
and its id is that of the last of them, so that ids run on without a gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from supreme_system_v5.domain.live import Candle, Channel, FeedTrade
from supreme_system_v5.exchanges.protocol import (
    Acked,
    ConnectLimit,
    Endpoint,
    Heartbeat,
    Ignored,
    Message,
    Notice,
    Pong,
    Refused,
    TradesTold,
)
from supreme_system_v5.exchanges.wire import (
    EMPTY,
    NS_PER_MS,
    UNKNOWN,
    envelope,
    quote_told,
    read,
    shortened,
    told_candles,
    trade_fault,
    url_of,
)

__all__ = ["OkxSpot"]

_NAME = "okx"
_NS_PER_SECOND = 1_000_000_000
_CHANNELS = {
    Channel.TRADES: "trades",
    Channel.QUOTES: "bbo-tbt",
    Channel.CANDLES: "candle1m",
}
_BY_NAME = {name: channel for channel, name in _CHANNELS.items()}
_BY_ID = {channel.value: channel for channel in Channel}
_END = "un"  # before the id of a request that ends a channel
_SIDES = {"buy": 1, "sell": -1}
_UPGRADE = "64008"
_UPGRADE_NS = 60 * _NS_PER_SECOND
_HOPELESS = frozenset({"60012", "60013", "60018", "64001", "64002", "64003"})
_PRIVATE = frozenset({"60004", "60005", "60006", "60007", "60009", "60011", "60024", "63999"})


_IGNORED = {
    "subscribe": "other channel",
    "unsubscribe": "unsubscribed",
    "login": "private",
    "channel-conn-count": "private",
}


class _Arg(msgspec.Struct, rename="camel", gc=False):
    channel: str = ""
    inst_id: str = ""


class _Envelope(msgspec.Struct):
    arg: _Arg | None = None
    data: msgspec.Raw = msgspec.Raw()
    event: str = ""
    id: str = ""
    op: str = ""
    code: str = ""
    msg: str = ""
    channel: str = ""


class _Trade(msgspec.Struct, rename="camel", gc=False):
    inst_id: str
    trade_id: int
    px: float
    sz: float
    side: str
    ts: int
    count: int = 1


class _Level(msgspec.Struct, array_like=True, gc=False):
    px: float
    sz: float


class _Book(msgspec.Struct):
    bids: list[_Level]
    asks: list[_Level]


class _Candle(msgspec.Struct, array_like=True, gc=False):
    ts: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    volume_ccy: float
    volume_quote: float
    confirm: int


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_TRADES = msgspec.json.Decoder(list[_Trade], strict=False)
_BOOKS = msgspec.json.Decoder(list[_Book], strict=False)
_CANDLES = msgspec.json.Decoder(list[_Candle], strict=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OkxSpot:
    """One spot market of OKX; fulfils `VenueProtocol`.

    Attributes:
        symbol: ``BASE-QUOTE``, as OKX names it too.
        ws: Where its WebSockets are.
    """

    symbol: str
    ws: str = "wss://ws.okx.com:8443"

    @property
    def name(self) -> str:
        """``"okx"``."""
        return _NAME

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """Candles are told on a connection of their own."""
        return (
            Endpoint(
                name="public",
                url=url_of(self.ws, "/ws/v5/public"),
                channels=(Channel.TRADES, Channel.QUOTES),
            ),
            Endpoint(
                name="business",
                url=url_of(self.ws, "/ws/v5/business"),
                channels=(Channel.CANDLES,),
            ),
        )

    @property
    def heartbeat(self) -> Heartbeat:
        """It cuts a connection after 30 s of silence; both together are less."""
        return Heartbeat(ping_after_ns=15 * _NS_PER_SECOND, pong_within_ns=10 * _NS_PER_SECOND)

    @property
    def connect_limit(self) -> ConnectLimit:
        """Per address of ours."""
        return ConnectLimit(connects=3, window_ns=_NS_PER_SECOND)

    def subscribe(self, endpoint: Endpoint, channels: Sequence[Channel]) -> tuple[str, ...]:  # noqa: ARG002 - alike on both
        """Return one request for each channel, so that one refused leaves the others."""
        return tuple(self._request("subscribe", channel) for channel in channels)

    def unsubscribe(self, endpoint: Endpoint, channels: Sequence[Channel]) -> tuple[str, ...]:  # noqa: ARG002 - same
        """Return one request for each channel."""
        return tuple(self._request("unsubscribe", channel) for channel in channels)

    def _request(self, op: str, channel: Channel) -> str:
        number = channel.value if op == "subscribe" else _END + channel.value
        arg = {"channel": _CHANNELS[channel], "instId": self.symbol}
        return msgspec.json.encode({"id": number, "op": op, "args": [arg]}).decode()

    def ping(self) -> str:
        """Bare text, answered by bare text."""
        return "ping"

    def decode(self, endpoint: Endpoint, frame: str | bytes) -> tuple[Message, ...]:  # noqa: ARG002 - alike on both
        """Return what a frame says.

        Raises:
            DataError: It is no JSON, or the numbers of a channel of ours are none.
        """
        if frame in ("pong", b"pong"):
            return (Pong(),)
        whole = envelope(_ENVELOPE, frame, _NAME)
        if whole is None:
            return (UNKNOWN,)
        if whole.arg is not None and not whole.event:
            return self._data(whole.arg, whole.data)
        return (self._event(whole),)

    def _data(self, arg: _Arg, data: msgspec.Raw) -> tuple[Message, ...]:
        channel = _BY_NAME.get(arg.channel)
        if channel is Channel.TRADES:
            return (self._trades(data),)
        if channel is None:
            return (Ignored(why="other channel"),)
        if arg.inst_id != self.symbol:
            return (Ignored(why="other market"),)
        return _candles(data) if channel is Channel.CANDLES else _quotes(data)

    def _event(self, whole: _Envelope) -> Message:
        arg = whole.arg or _Arg()
        told = _BY_NAME.get(arg.channel) if arg.inst_id == self.symbol else None
        match whole.event:
            case "subscribe" if told is not None:
                return Acked(channel=told)
            case "notice" if whole.code == _UPGRADE:
                return Notice(text=shortened(whole.msg), closes_in_ns=_UPGRADE_NS)
            case "error":
                return _refused(whole)
            case "channel-conn-count-error":
                return Refused(
                    channel=_BY_NAME.get(whole.channel),
                    code=whole.event,
                    text=f"too many connections tell {shortened(whole.channel)}",
                    hopeless=False,
                )
            case _:
                why = "private" if whole.op else _IGNORED.get(whole.event, UNKNOWN.why)
                return Ignored(why=why)

    def _trades(self, data: msgspec.Raw) -> TradesTold:
        trades: list[FeedTrade] = []
        dropped: dict[str, int] = {}
        for row in read(_TRADES, data, _NAME):
            fault = self._fault(row)
            if fault:
                dropped[fault] = dropped.get(fault, 0) + 1
                continue
            trades.append(
                FeedTrade(
                    price=row.px,
                    size=row.sz,
                    time_ns=row.ts * NS_PER_MS,
                    side=_SIDES.get(row.side, 0),
                    trade_id=str(row.trade_id),
                    first=row.trade_id - row.count + 1,
                    last=row.trade_id,
                )
            )
        return TradesTold(trades=tuple(trades), dropped=dropped)

    def _fault(self, row: _Trade) -> str:
        if row.inst_id != self.symbol:
            return "other_market"
        if not 1 <= row.count <= row.trade_id:
            return "bad"
        return trade_fault(row.px, row.sz, row.ts, row.trade_id)


def _refused(whole: _Envelope) -> Message:
    if whole.code in _PRIVATE:
        return Ignored(why="private")
    if whole.id.startswith(_END):
        return Ignored(why="unsubscribe refused")
    return Refused(
        channel=_BY_ID.get(whole.id),
        code=whole.code,
        text=shortened(whole.msg),
        hopeless=whole.code in _HOPELESS,
    )


def _quotes(data: msgspec.Raw) -> tuple[Message, ...]:
    return tuple(
        quote_told(book.bids[0].px, book.bids[0].sz, book.asks[0].px, book.asks[0].sz)
        if book.bids and book.asks
        else Ignored(why="one-sided book")
        for book in read(_BOOKS, data, _NAME)
    ) or (EMPTY,)


def _candles(data: msgspec.Raw) -> tuple[Message, ...]:
    return told_candles(
        Candle(
            open_ns=row.ts * NS_PER_MS,
            open=row.open,
            high=row.high,
            low=row.low,
            close=row.close,
            volume=row.volume,
            closed=row.confirm == 1,
        )
        for row in read(_CANDLES, data, _NAME)
    )
