"""Bybit v5, spot: trades, candles and best bid/ask on one connection.

Trades have ids, but no numbers: what is missed cannot be seen in the stream. Keys come in any
order; best bid and ask are always whole.
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
    Pong,
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
    url_of,
)

__all__ = ["BybitSpot"]

_NAME = "bybit"
_NS_PER_SECOND = 1_000_000_000
_TOPICS = {
    Channel.TRADES: "publicTrade",
    Channel.CANDLES: "kline.1",
    Channel.QUOTES: "orderbook.1",
}
_BY_TOPIC = {topic: channel for channel, topic in _TOPICS.items()}
_BY_ID = {channel.value: channel for channel in Channel}
_END = "un"  # before the id of a request that ends a channel
_SIDES = {"Buy": 1, "Sell": -1}


class _Envelope(msgspec.Struct):
    topic: str = ""
    type: str = ""
    data: msgspec.Raw = msgspec.Raw()
    op: str = ""
    success: bool | None = None
    ret_msg: str = ""
    req_id: str = ""


class _Trade(
    msgspec.Struct,
    rename={
        "time": "T",
        "market": "s",
        "side": "S",
        "size": "v",
        "price": "p",
        "id": "i",
        "block": "BT",
    },
    gc=False,
):
    time: int
    market: str
    side: str
    size: float
    price: float
    id: str
    block: bool = False


class _Kline(msgspec.Struct, gc=False):
    start: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    confirm: bool


class _Level(msgspec.Struct, array_like=True, gc=False):
    price: float
    size: float


class _Book(msgspec.Struct, rename={"bids": "b", "asks": "a"}):
    bids: list[_Level]
    asks: list[_Level]


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_TRADES = msgspec.json.Decoder(list[_Trade], strict=False)
_KLINES = msgspec.json.Decoder(list[_Kline], strict=False)
_BOOK = msgspec.json.Decoder(_Book, strict=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BybitSpot:
    """One spot market of Bybit; fulfils `VenueProtocol`.

    Attributes:
        symbol: ``BASE-QUOTE``.
        ws: Where its WebSockets are.
    """

    symbol: str
    ws: str = "wss://stream.bybit.com"

    @property
    def name(self) -> str:
        """``"bybit"``."""
        return _NAME

    @property
    def market(self) -> str:
        """What it calls the market: ``BASEQUOTE``."""
        return self.symbol.replace("-", "")

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """One connection for everything."""
        return (
            Endpoint(
                name="spot",
                url=url_of(self.ws, "/v5/public/spot"),
                channels=(Channel.TRADES, Channel.CANDLES, Channel.QUOTES),
            ),
        )

    @property
    def heartbeat(self) -> Heartbeat:
        """It asks for a ping every 20 s."""
        return Heartbeat(ping_after_ns=20 * _NS_PER_SECOND, pong_within_ns=10 * _NS_PER_SECOND)

    @property
    def connect_limit(self) -> ConnectLimit:
        """Per address of ours."""
        return ConnectLimit(connects=500, window_ns=300 * _NS_PER_SECOND)

    def subscribe(self, endpoint: Endpoint, channels: Sequence[Channel]) -> tuple[str, ...]:  # noqa: ARG002 - there is one
        """Return one request for each channel, so that one refused leaves the others."""
        return tuple(self._request("subscribe", channel) for channel in channels)

    def unsubscribe(self, endpoint: Endpoint, channels: Sequence[Channel]) -> tuple[str, ...]:  # noqa: ARG002 - same
        """Return one request for each channel."""
        return tuple(self._request("unsubscribe", channel) for channel in channels)

    def _request(self, op: str, channel: Channel) -> str:
        number = channel.value if op == "subscribe" else _END + channel.value
        topic = f"{_TOPICS[channel]}.{self.market}"
        return msgspec.json.encode({"req_id": number, "op": op, "args": [topic]}).decode()

    def ping(self) -> str:
        """A message, answered by one."""
        return '{"op":"ping"}'

    def decode(self, endpoint: Endpoint, frame: str | bytes) -> tuple[Message, ...]:  # noqa: ARG002 - there is one
        """Return what a frame says.

        Raises:
            DataError: It is no JSON, or the numbers of a channel of ours are none.
        """
        whole = envelope(_ENVELOPE, frame, _NAME)
        if whole is None:
            return (UNKNOWN,)
        if whole.topic:
            return self._data(whole)
        return (self._answer(whole),)

    def _answer(self, whole: _Envelope) -> Message:
        if whole.op == "pong" or (whole.op == "ping" and whole.ret_msg == "pong"):
            return Pong()
        if whole.op == "unsubscribe" or whole.req_id.startswith(_END):
            return Ignored(why="unsubscribed" if whole.success else "unsubscribe refused")
        if whole.op != "subscribe" or whole.success is None:
            return Ignored(why="private") if whole.op else UNKNOWN
        channel = _BY_ID.get(whole.req_id)
        if whole.success:
            return UNKNOWN if channel is None else Acked(channel=channel)
        text = whole.ret_msg.casefold()
        return Refused(
            channel=channel or self._named_in(whole.ret_msg),
            code="",
            text=shortened(whole.ret_msg),
            hopeless="invalid" in text or "not found" in text,
        )

    def _named_in(self, text: str) -> Channel | None:
        """Return the channel whose topic a text names."""
        named = (c for c, topic in _TOPICS.items() if f"{topic}.{self.market}" in text)
        return next(named, None)

    def _data(self, whole: _Envelope) -> tuple[Message, ...]:
        topic, _, market = whole.topic.rpartition(".")
        channel = _BY_TOPIC.get(topic)
        if channel is None:
            return (Ignored(why="other channel"),)
        if channel is Channel.TRADES:
            return (self._trades(whole.data),)
        if market != self.market:
            return (Ignored(why="other market"),)
        if channel is Channel.CANDLES:
            return _candles(whole.data)
        if whole.type != "snapshot":
            return (Ignored(why="part of a book"),)
        return (_quote(whole.data),)

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
                    price=row.price,
                    size=row.size,
                    time_ns=row.time * NS_PER_MS,
                    side=_SIDES.get(row.side, 0),
                    trade_id=row.id,
                )
            )
        return TradesTold(trades=tuple(trades), dropped=dropped)

    def _fault(self, row: _Trade) -> str:
        if row.market != self.market:
            return "other_market"
        if row.block:
            return "block"
        return trade_fault(row.price, row.size, row.time) or ("" if row.id else "bad")


def _candles(data: msgspec.Raw) -> tuple[Message, ...]:
    return told_candles(
        Candle(
            open_ns=row.start * NS_PER_MS,
            open=row.open,
            high=row.high,
            low=row.low,
            close=row.close,
            volume=row.volume,
            closed=row.confirm,
        )
        for row in read(_KLINES, data, _NAME)
    )


def _quote(data: msgspec.Raw) -> Message:
    book = read(_BOOK, data, _NAME)
    if not book.bids or not book.asks:
        return Ignored(why="one-sided book")
    bid, ask = book.bids[0], book.asks[0]
    return quote_told(bid.price, bid.size, ask.price, ask.size)
