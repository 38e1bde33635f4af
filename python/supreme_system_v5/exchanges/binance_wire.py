"""What the streams of Binance's spot and USD-M markets have in common.

Frames come wrapped in their stream's name, or raw; both are read. Answers to requests carry nothing
but the request's id, so each channel has an id of its own.
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
    Refused,
    TradesTold,
)
from supreme_system_v5.exchanges.wire import (
    NS_PER_MS,
    UNKNOWN,
    envelope,
    quote_told,
    read,
    shortened,
    told_candles,
    trade_fault,
)

__all__ = ["LIFETIME_NS", "BinanceStreams"]

LIFETIME_NS = 24 * 3_600 * 1_000_000_000
"""After so long it cuts every connection."""

_NS_PER_SECOND = 1_000_000_000
_STREAMS = {
    Channel.TRADES: "aggTrade",
    Channel.CANDLES: "kline_1m",
    Channel.QUOTES: "bookTicker",
}
_IDS = {Channel.TRADES: 1, Channel.CANDLES: 2, Channel.QUOTES: 3}
_BY_ID = {number: channel for channel, number in _IDS.items()}
_END = 10  # is added to the id of a request that ends a channel
_ENDING = {number + _END for number in _BY_ID}
_HOPELESS = frozenset({"0", "1", "2", "3", "4", "-1121"})
_MINUTE = "1m"
_OF_MARKET = "MARKET"


class _Error(msgspec.Struct):
    code: int | str = ""
    msg: str = ""


class _Envelope(msgspec.Struct):
    stream: str = ""
    data: msgspec.Raw = msgspec.Raw()
    event: str = msgspec.field(default="", name="e")
    bid_size: msgspec.Raw = msgspec.field(default=msgspec.Raw(), name="B")
    id: int | str | None = None
    result: msgspec.Raw = msgspec.Raw()
    code: int | str = ""
    msg: str = ""
    error: _Error | None = None
    status: int = 0
    wrapped: msgspec.Raw = msgspec.field(default=msgspec.Raw(), name="event")


class _AggTrade(
    msgspec.Struct,
    rename={"market": "s", "number": "a", "price": "p", "size": "q", "time": "T", "sold": "m"},
    gc=False,
):
    market: str
    number: int
    price: float
    size: float
    time: int
    sold: bool


class _Trade(
    msgspec.Struct,
    rename={
        "market": "s",
        "number": "t",
        "price": "p",
        "size": "q",
        "time": "T",
        "sold": "m",
        "kind": "X",
    },
    gc=False,
):
    market: str
    number: int
    price: float
    size: float
    time: int
    sold: bool
    kind: str = _OF_MARKET


class _Minute(
    msgspec.Struct,
    rename={
        "begin": "t",
        "interval": "i",
        "open": "o",
        "high": "h",
        "low": "l",
        "close": "c",
        "volume": "v",
        "closed": "x",
    },
    gc=False,
):
    begin: int
    interval: str
    open: float
    high: float
    low: float
    close: float
    volume: float
    closed: bool


class _Kline(msgspec.Struct, rename={"market": "s", "minute": "k"}):
    market: str
    minute: _Minute


class _Ticker(
    msgspec.Struct,
    rename={"market": "s", "bid": "b", "bid_size": "B", "ask": "a", "ask_size": "A"},
    gc=False,
):
    market: str
    bid: float
    bid_size: float
    ask: float
    ask_size: float


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_AGG_TRADE = msgspec.json.Decoder(_AggTrade, strict=False)
_TRADE = msgspec.json.Decoder(_Trade, strict=False)
_KLINE = msgspec.json.Decoder(_Kline, strict=False)
_TICKER = msgspec.json.Decoder(_Ticker, strict=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BinanceStreams:
    """What both venues do alike.

    Attributes:
        symbol: ``BASE-QUOTE``.
        ws: Where the WebSockets are.
    """

    symbol: str
    ws: str

    @property
    def name(self) -> str:
        """Which venue."""
        raise NotImplementedError

    @property
    def market(self) -> str:
        """What it calls the market: ``BASEQUOTE``."""
        return self.symbol.replace("-", "")

    @property
    def heartbeat(self) -> Heartbeat:
        """It pings by itself; ours finds out that nobody is there any more.

        At USD-M trades and candles share a connection: when both end, only this tells it from a
        quiet market, as quotes come on another one.
        """
        return Heartbeat(ping_after_ns=15 * _NS_PER_SECOND, pong_within_ns=10 * _NS_PER_SECOND)

    @property
    def connect_limit(self) -> ConnectLimit:
        """Per address of ours."""
        return ConnectLimit(connects=300, window_ns=300 * _NS_PER_SECOND)

    def subscribe(self, endpoint: Endpoint, channels: Sequence[Channel]) -> tuple[str, ...]:  # noqa: ARG002 - alike on all
        """Return one request for each channel."""
        return tuple(self._request("SUBSCRIBE", channel, _IDS[channel]) for channel in channels)

    def unsubscribe(self, endpoint: Endpoint, channels: Sequence[Channel]) -> tuple[str, ...]:  # noqa: ARG002 - same
        """Return one request for each channel."""
        return tuple(
            self._request("UNSUBSCRIBE", channel, _IDS[channel] + _END) for channel in channels
        )

    def _request(self, method: str, channel: Channel, number: int) -> str:
        stream = f"{self.market.lower()}@{_STREAMS[channel]}"
        return msgspec.json.encode({"method": method, "params": [stream], "id": number}).decode()

    def ping(self) -> None:
        """A ping frame of the WebSocket protocol."""

    def decode(self, endpoint: Endpoint, frame: str | bytes) -> tuple[Message, ...]:  # noqa: ARG002 - alike on all
        """Return what a frame says.

        Raises:
            DataError: It is no JSON, or the numbers of a channel of ours are none.
        """
        whole = envelope(_ENVELOPE, frame, self.name)
        if whole is None:
            return (UNKNOWN,)
        if whole.stream:
            kind = whole.stream.rpartition("@")[2]
            return self._data("kline" if kind == "kline_1m" else kind, whole.data)
        if whole.event:
            return self._data(whole.event, frame)
        if whole.bid_size:  # best bid and ask of spot do not say what they are
            return self._data("bookTicker", frame)
        return (_answer(whole),)

    def _data(self, kind: str, data: str | bytes | msgspec.Raw) -> tuple[Message, ...]:
        match kind:
            case "aggTrade":
                return (self._told(read(_AGG_TRADE, data, self.name), _OF_MARKET),)
            case "trade":
                row = read(_TRADE, data, self.name)
                return (self._told(row, row.kind),)
            case "bookTicker":
                return (self._quote(read(_TICKER, data, self.name)),)
            case "kline":
                return self._kline(read(_KLINE, data, self.name))
            case "serverShutdown" | "!serverShutdown":
                return (Notice(text="the server is about to shut down", closes_in_ns=0),)
            case _:
                return (Ignored(why="other channel"),)

    def _told(self, row: _AggTrade | _Trade, kind: str) -> TradesTold:
        fault = trade_fault(row.price, row.size, row.time, row.number)
        if row.market != self.market:
            fault = "other_market"
        elif not fault and kind != _OF_MARKET:
            fault = "block"  # an insurance fund, or a deleveraging: nobody's wish to trade
        if fault:
            return TradesTold(trades=(), dropped={fault: 1})
        return TradesTold(
            trades=(
                FeedTrade(
                    price=row.price,
                    size=row.size,
                    time_ns=row.time * NS_PER_MS,
                    side=-1 if row.sold else 1,
                    trade_id=str(row.number),
                    first=row.number,
                    last=row.number,
                ),
            )
        )

    def _kline(self, row: _Kline) -> tuple[Message, ...]:
        if row.market != self.market:
            return (Ignored(why="other market"),)
        minute = row.minute
        if minute.interval != _MINUTE:
            return (Ignored(why="other channel"),)
        return told_candles(
            (
                Candle(
                    open_ns=minute.begin * NS_PER_MS,
                    open=minute.open,
                    high=minute.high,
                    low=minute.low,
                    close=minute.close,
                    volume=minute.volume,
                    closed=minute.closed,
                ),
            )
        )

    def _quote(self, row: _Ticker) -> Message:
        if row.market != self.market:
            return Ignored(why="other market")
        return quote_told(row.bid, row.bid_size, row.ask, row.ask_size)


def _answer(whole: _Envelope) -> Message:
    if whole.status or whole.wrapped:
        return Ignored(why="private")
    error = whole.error or (_Error(code=whole.code, msg=whole.msg) if whole.msg else None)
    number = whole.id if isinstance(whole.id, int) else 0
    if number in _ENDING:
        return Ignored(why="unsubscribed" if error is None else "unsubscribe refused")
    channel = _BY_ID.get(number)
    if error is not None:
        return Refused(
            channel=channel,
            code=str(error.code),
            text=shortened(error.msg),
            hopeless=str(error.code) in _HOPELESS,
        )
    return UNKNOWN if channel is None or bytes(whole.result) != b"null" else Acked(channel=channel)
