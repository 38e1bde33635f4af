"""A venue on the loopback that speaks as `PlainVenue` reads: a market, and faults on demand."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import msgspec
from aiohttp import web

from supreme_system_v5.domain.live import Candle, Channel, FeedTrade
from supreme_system_v5.exchanges.protocol import QuoteTold
from supreme_system_v5.ports import Clock
from tests.support.plain_venue import MINUTE, PlainRest, candle, frame, trade

__all__ = ["PlainServer", "served_venue"]


@dataclass(eq=False)
class _Peer:
    socket: web.WebSocketResponse
    name: str
    channels: set[Channel] = field(default_factory=set)


class PlainServer:
    """Tells what its market does; see the attributes for what it can do wrong.

    Attributes:
        url: Its address, ``ws://...``.
        rest: What a REST side would answer: the whole truth.
        trades: All of them.
        status: Answered to handshakes; 101 lets them in.
        headers: Of that answer.
        mute: Nothing is told, nor answered.
        dead: Channels that are confirmed and tell nothing.
        loss: How likely a trade is not told.
        twice: How likely it is told twice.
        numbered: Whether trades are told with numbers.
        connections: How many there were.
    """

    def __init__(self, clock: Clock, period_s: float = 0.5) -> None:
        self.url = ""
        self.rest = PlainRest()
        self.status = 101
        self.headers: dict[str, str] = {}
        self.mute = False
        self.dead: set[Channel] = set()
        self.loss = self.twice = 0.0
        self.numbered = True
        self.connections = 0
        self.asked: list[str] = []
        self._clock = clock
        self._period_s = period_s
        self._chance = random.Random(7)
        self._peers: dict[_Peer, None] = {}  # in the order of their arrival
        self._price = 1_000
        self._minute: Candle | None = None

    @property
    def trades(self) -> list[FeedTrade]:
        return self.rest.history

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if self.status != 101:
            return web.Response(status=self.status, headers=self.headers)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        self.connections += 1
        peer = _Peer(socket, request.path.strip("/"))
        self._peers[peer] = None
        try:
            async for message in socket:
                await self._answer(peer, message.type, message.data)
        finally:
            self._peers.pop(peer, None)
        return socket

    async def _answer(self, peer: _Peer, kind: web.WSMsgType, data: str | bytes) -> None:
        if self.mute:
            return
        if kind is web.WSMsgType.PING:
            await peer.socket.pong(bytes(data, "ascii") if isinstance(data, str) else data)
        elif data == "ping":
            await self._send(peer, "pong")
        elif kind is web.WSMsgType.TEXT:
            said = json.loads(data)
            self.asked.append(str(data))
            if "ask" in said:
                peer.channels.add(Channel(said["ask"]))
                await self._send(peer, json.dumps({"acked": said["ask"]}))
                if said["ask"] == "candles" and self._minute is not None:
                    await self._send(peer, frame(self._minute))
            else:
                peer.channels.discard(Channel(said["end"]))

    async def _send(self, peer: _Peer, text: str | bytes) -> None:
        with suppress(ConnectionError):
            if isinstance(text, bytes):
                await peer.socket.send_bytes(text)
            else:
                await peer.socket.send_str(text)

    async def say(self, text: str | bytes, name: str = "public") -> None:
        """Send a frame on all connections of a name."""
        for peer in list(self._peers):
            if peer.name == name:
                await self._send(peer, text)

    async def close(self, code: int | None, name: str = "") -> None:
        """Close connections with a code, or break them off for None."""
        for peer in list(self._peers):
            if not peer.name.startswith(name):
                continue
            if code is not None:
                await peer.socket.close(code=code, drain=False)
            elif peer.socket._writer is not None and peer.socket._writer.transport is not None:
                peer.socket._writer.transport.abort()

    async def tell(self, channel: Channel, text: str) -> None:
        """Send a frame to who asked for a channel, if it is neither mute nor dead."""
        if self.mute or channel in self.dead:
            return
        for peer in list(self._peers):
            if channel in peer.channels:
                await self._send(peer, text)

    async def trade(self, price: int | None = None) -> FeedTrade:
        """Have a trade, and tell it."""
        now = self._clock.time_ns()
        self._price = price or self._price + self._chance.randint(-3, 3)
        one = trade(len(self.trades) + 1, self._price / 10, self._chance.randint(1, 9) / 1e5, now)
        if not self.numbered:
            one = msgspec.structs.replace(one, first=None, last=None)
        await self._add(one)
        self.trades.append(one)
        if self._chance.random() >= self.loss:
            for _ in range(1 + (self._chance.random() < self.twice)):
                await self.tell(Channel.TRADES, frame(one))
        if self._minute is not None:
            await self.tell(Channel.CANDLES, frame(self._minute))
        return one

    async def _add(self, one: FeedTrade) -> None:
        minute, open_ns = self._minute, one.time_ns - one.time_ns % MINUTE
        if minute is not None and minute.open_ns == open_ns:
            high, low = max(minute.high, one.price), min(minute.low, one.price)
            volume = round((minute.volume + one.size) * 1e8) / 1e8
            row = (minute.open, high, low, one.price)
        else:
            volume, row = one.size, (one.price,) * 4
        self._minute = candle(open_ns, *row, volume=volume, closed=False)

    async def _end_minute(self) -> None:
        minute = self._minute
        if minute is not None and self._clock.time_ns() >= minute.open_ns + MINUTE:
            self._minute = None
            closed = msgspec.structs.replace(minute, closed=True)
            self.rest.minutes.append(closed)
            await self.tell(Channel.CANDLES, frame(closed))

    async def run(self) -> None:
        """Have a market until cancelled."""
        while True:
            await self._end_minute()
            await self.trade()
            quote = QuoteTold(bid=99.9, bid_size=1.0, ask=100.0, ask_size=1.0)
            await self.tell(Channel.QUOTES, frame(quote))
            await asyncio.sleep(self._period_s)


@asynccontextmanager
async def served_venue(clock: Clock, period_s: float = 0.5) -> AsyncIterator[PlainServer]:
    """Serve on a free port of the loopback, with a market that runs, until the end of the block."""
    server = PlainServer(clock, period_s)
    app = web.Application()
    app.router.add_get("/public", server.handle)
    app.router.add_get("/business", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"ws://127.0.0.1:{runner.addresses[0][1]}"
    market = asyncio.create_task(server.run())
    try:
        yield server
    finally:
        market.cancel()
        await asyncio.gather(market, return_exceptions=True)
        await runner.cleanup()
        await asyncio.sleep(0)
