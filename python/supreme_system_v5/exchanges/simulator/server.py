"""The simulated exchange: a server on the loopback that shows one market as all venues would."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import TYPE_CHECKING, Self

import msgspec

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.exchanges.simulator.binance import Binance
from supreme_system_v5.exchanges.simulator.bybit import Bybit
from supreme_system_v5.exchanges.simulator.connection import Connection, reset_transport
from supreme_system_v5.exchanges.simulator.core import Core
from supreme_system_v5.exchanges.simulator.faults import Fault, Faults, Injection, Place
from supreme_system_v5.exchanges.simulator.market import Market
from supreme_system_v5.exchanges.simulator.okx_private import Okx
from supreme_system_v5.exchanges.simulator.rest_faults import RestFaults
from supreme_system_v5.exchanges.simulator.sources import MOODS, InventedMarket, TickSource
from supreme_system_v5.exchanges.simulator.tape import Print
from supreme_system_v5.exchanges.simulator.timer_faults import TimerFaults
from supreme_system_v5.exchanges.simulator.venue import VenueSide, answer
from supreme_system_v5.ports import Clock, Sleep

if TYPE_CHECKING:
    from aiohttp import web

__all__ = ["SimulatedExchange"]

_NS = 10**9
_STEP_NS = 250_000_000
_SHORTEST_NS = 1_000_000
_TIMER_NS = 50_000_000
_LEAD_PRINTS = 2_400
_LEAD_S = 120.0


class SimulatedExchange:
    """Serves OKX v5, Binance spot and USD-M, and Bybit v5 on one port, within ``async with``.

    All show the same market. Without a source it is invented: seeded, so that the same seed and
    the same start give the same trades.

    Args:
        market: ``"calm"``, ``"normal"``, ``"volatile"`` or ``"crash"``; not used with a source.
        clock: Tells the time.
        sleep: Lets it pass.
        seed: Of the market, and of faults with a probability.
        rate: Trades a second on average, as OKX tells them.
        speed: Pauses between trades are divided by it; times are those of the clock all the same.
        source: Tells the trades instead.
        symbol: ``BASE-QUOTE``.
        faults: What goes wrong, from the begin.
        port: On which it listens; 0 for any free one. Always on 127.0.0.1.
        enforced: Whether the venues' limits of connections and requests are enforced.
        lifetime_s: After how long Binance cuts a connection.
        keep: How many trades can be asked for later.
        cash: What the OKX account begins with; None: 10 000 of the quote currency.

    Raises:
        InvalidInputError: There is no such market or fault, or a number is out of its range.

    Attributes:
        url: Its address, ``http://127.0.0.1:PORT``; empty before it is entered.
        okx: OKX, with the account and its orders.
    """

    def __init__(  # noqa: PLR0913 - all named, all with a default but the clock
        self,
        market: str = "normal",
        *,
        clock: Clock,
        sleep: Sleep,
        seed: int = 1,
        rate: float = 20.0,
        speed: float = 1.0,
        source: TickSource | None = None,
        symbol: str = "BTC-USDT",
        faults: Iterable[Fault] = (),
        port: int = 0,
        enforced: bool = True,
        lifetime_s: float = 86_400.0,
        keep: int = 100_000,
        cash: Mapping[str, Decimal] | None = None,
    ) -> None:
        if not 0 < speed <= 1e4:  # noqa: PLR2004 - beyond it nothing has a pause any more
            raise InvalidInputError(
                f"speed is {speed}, allowed is above 0 and up to 10000", "speed", speed
            )
        base, dash, quote = symbol.partition("-")
        if not (base and dash and quote):
            raise InvalidInputError(
                f"symbol is {symbol!r}, allowed is BASE-QUOTE such as BTC-USDT", "symbol", symbol
            )
        self.url = ""
        lead_s = 0.0
        if source is None:
            source = InventedMarket(market, random.Random(seed), rate=rate)  # noqa: S311 - a market
            lead_s = min(_LEAD_S, _LEAD_PRINTS / rate / speed)
        reach = MOODS[market].reach if market in MOODS else MOODS["normal"].reach
        self.core = Core(
            clock=clock,
            sleep=sleep,
            chance=random.Random(f"{seed}:wire"),  # noqa: S311 - no secrets
            market=Market(
                source,
                start_ns=clock.time_ns() - int(lead_s * _NS),
                seed=seed,
                speed=speed,
                keep=keep,
                reach=reach,
            ),
            faults=Faults(clock, random.Random(f"{seed}:faults")),  # noqa: S311 - same
            base=base,
            quote=quote,
            enforced=enforced,
            lifetime_s=lifetime_s,
        )
        for fault in faults:
            self.core.faults.inject(fault)
        self.okx = Okx(
            self.core,
            key=self.api_key,
            cash={quote: Decimal(10_000), base: Decimal(0)} if cash is None else cash,
            tell=self.tell,
            catch_up=self.step,
        )
        self.venues: tuple[VenueSide, ...] = (
            self.okx,
            Binance(self.core),
            Binance(self.core, usdm=True),
            Bybit(self.core),
        )
        self._rest_faults = RestFaults(self.core, self.venues)
        self._timer_faults = TimerFaults(self.core, self.venues)
        self._port = port
        self._numbered = 0
        self._runner: web.AppRunner | None = None
        self._running: asyncio.Task[None] | None = None
        self._serial = 0
        self._timer_ns = 0
        self._candle_ns = 0
        self._candle_serial = 0

    @property
    def api_key(self) -> tuple[str, str, str]:
        """The key, secret and passphrase of its one OKX account; they open nothing else."""
        return ("sim-key", "sim-secret", "sim-passphrase")

    @property
    def market(self) -> Market:
        """The market itself: its tape, candles and quote."""
        return self.core.market

    @property
    def faults(self) -> Faults:
        """What goes wrong; ``inject`` scripts more, ``log`` tells what struck."""
        return self.core.faults

    @property
    def log(self) -> list[Injection]:
        """The faults that struck."""
        return self.core.faults.log

    @property
    def connections(self) -> list[Connection]:
        """The WebSocket connections that are open."""
        return [connection for venue in self.venues for connection in venue.connections]

    async def __aenter__(self) -> Self:
        """Begin to serve."""
        from aiohttp import web  # noqa: PLC0415 - only the server needs it

        app = web.Application(middlewares=[self._rest_faults.middleware()])
        for venue in self.venues:
            app.router.add_routes(venue.routes())
            for path, endpoint in venue.sockets().items():
                app.router.add_get(path, self._socket_handler(venue, endpoint))
        app.router.add_get("/sim", self._told)
        app.router.add_get("/sim/faults", self._faults_told)
        app.router.add_post("/sim/faults", self._faults_posted)
        app.router.add_delete("/sim/faults", self._faults_deleted)
        # Who hangs up is not served on, however deaf or slow a fault made the answer.
        self._runner = web.AppRunner(
            app, access_log=None, shutdown_timeout=0.2, handler_cancellation=True
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.step()
        self._running = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Cut all connections, and end."""
        if self._running is not None:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running
        for connection in self.connections:
            connection.reset()
        if self._runner is not None:
            await self._runner.cleanup()

    async def wait(self) -> None:
        """Return when it ends by a fault of its own; raise what that was."""
        if self._running is not None:
            await asyncio.shield(self._running)

    def step(self) -> None:
        """Let happen what happens until now."""
        market, now_ns = self.core.market, self.core.clock.time_ns()
        for event in market.advance(now_ns):
            if isinstance(event, Print):
                self.tell(event)
            else:
                for venue in self.venues:
                    venue.on_minute(event)
        if market.serial != self._serial:
            self._serial = market.serial
            for venue in self.venues:
                venue.on_quote()
        mono_ns = self.core.clock.monotonic_ns()
        if mono_ns - self._candle_ns >= _NS and market.serial != self._candle_serial:
            self._candle_ns, self._candle_serial = mono_ns, market.serial
            for venue in self.venues:
                venue.on_candle()

    def tell(self, told: Print) -> None:
        """Let all venues tell a trade."""
        for venue in self.venues:
            venue.on_print(told)

    async def _run(self) -> None:
        clock, market = self.core.clock, self.core.market
        while True:
            self.step()
            mono_ns = clock.monotonic_ns()
            for connection in self.connections:
                connection.release_late()
            if mono_ns - self._timer_ns >= _TIMER_NS:
                self._timer_ns = mono_ns
                await self._timer(mono_ns)
            now_ns = clock.time_ns()
            wait_ns = min(market.due_ns - now_ns, market.closes_ns - now_ns, _STEP_NS)
            for connection in self.connections:
                if connection.late_ns is not None:
                    wait_ns = min(wait_ns, connection.late_ns - mono_ns)
            await self.core.sleep(max(wait_ns, _SHORTEST_NS))

    async def _timer(self, mono_ns: int) -> None:
        for told in self._timer_faults.strike(self.core.faults.at("timer", Place(timer=True))):
            self.tell(told)
        for venue in self.venues:
            await venue.on_timer(mono_ns)

    def _socket_handler(self, venue: VenueSide, endpoint: str):  # type: ignore[no-untyped-def] # noqa: ANN202 - aiohttp's
        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._serve(request, venue, endpoint)

        return handle

    async def _serve(
        self, request: web.Request, venue: VenueSide, endpoint: str
    ) -> web.StreamResponse:
        """Serve one WebSocket connection."""
        from aiohttp import web  # noqa: PLC0415 - only the server needs it

        self._numbered += 1
        number = self._numbered
        place = Place(venue=venue.name, endpoint=endpoint, connection=number)
        mute = False
        for fault in self.core.faults.at("connect", place):
            if fault.kind == "handshake":
                headers = {"Retry-After": str(int(fault.seconds))} if fault.seconds else None
                return web.Response(status=fault.status or 503, headers=headers)
            if fault.kind == "refuse":
                reset_transport(request)
                return web.Response(status=503)
            mute = True
        if not venue.accepts():
            return web.Response(status=429)
        # Pings are answered here, since a fault may forbid it; compression as at the venues: none.
        ws = web.WebSocketResponse(autoping=False, compress=False, max_msg_size=65_536, timeout=1.0)
        await ws.prepare(request)
        connection = Connection(
            self.core, ws, request, venue=venue.name, endpoint=endpoint, number=number
        )
        connection.deaf = mute
        venue.connections.append(connection)
        venue.opened(connection, request)
        writer = asyncio.create_task(connection.write_all())
        try:
            await self._read(connection, ws, venue, writer)
        finally:
            venue.gone(connection)
            writer.cancel()
            with suppress(asyncio.CancelledError, ConnectionError):
                await writer
        return ws

    async def _read(
        self,
        connection: Connection,
        ws: web.WebSocketResponse,
        venue: VenueSide,
        writer: asyncio.Task[None],
    ) -> None:
        from aiohttp import WSMsgType  # noqa: PLC0415 - only the server needs it

        while not writer.done():
            if connection.deaf:
                # Half open: nothing is read or said until the server ends.
                await asyncio.wait([writer])
                return
            message = await ws.receive()
            if connection.deaf:
                continue
            connection.last_read_ns = self.core.clock.monotonic_ns()
            match message.type:
                case WSMsgType.TEXT:
                    venue.on_text(connection, message.data)
                case WSMsgType.PING:
                    if not self.core.faults.at("pong", connection.place):
                        await connection.pong(message.data)
                case WSMsgType.PONG:
                    connection.ponged_ns = self.core.clock.monotonic_ns()
                case WSMsgType.CLOSE | WSMsgType.CLOSING | WSMsgType.CLOSED | WSMsgType.ERROR:
                    if connection.ending:
                        await asyncio.wait([writer])
                    return
                case _:
                    pass

    async def _told(self, _: web.Request) -> web.Response:
        market = self.core.market
        return answer(
            {
                "trades": market.serial,
                "bid": market.bid / 100,
                "ask": market.ask / 100,
                "state": market.rules.state,
                "connections": [
                    {
                        "number": connection.number,
                        "venue": connection.venue,
                        "endpoint": connection.endpoint,
                        "channels": sorted(connection.names),
                        "messages": connection.messages,
                    }
                    for connection in self.connections
                ],
                "injections": self.core.faults.injections,
            }
        )

    async def _faults_told(self, _: web.Request) -> web.Response:
        faults = self.core.faults
        return answer({"script": faults.script, "log": faults.log})

    async def _faults_posted(self, request: web.Request) -> web.Response:
        text = await request.read()
        try:
            read = msgspec.json.decode(text, type=Fault | list[Fault])
            faults = read if isinstance(read, list) else [read]
            ids = [self.core.faults.inject(fault) for fault in faults]
        except (msgspec.MsgspecError, InvalidInputError) as error:
            return answer({"error": str(error)}, status=400)
        return answer({"ids": ids})

    async def _faults_deleted(self, request: web.Request) -> web.Response:
        named = request.query.get("id")
        if named:
            return answer({"removed": self.core.faults.remove(named)})
        self.core.faults.clear()
        return answer({"removed": True})
