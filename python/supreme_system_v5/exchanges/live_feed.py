"""One market of one venue, live: connections kept, trades put in order, minutes mended.

It carries out what `Supervisor`, `TradeStream` and `MinuteRepair` decide; it decides nothing.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Self

import msgspec

from supreme_system_v5.domain.live import (
    Candle,
    ClockReading,
    FeedChange,
    FeedEvent,
    FeedHealth,
    MarketRules,
)
from supreme_system_v5.errors import DataError, SourceError
from supreme_system_v5.exchanges._event_queue import EventQueue
from supreme_system_v5.exchanges._trade_flow import TradeFlow
from supreme_system_v5.exchanges.minute_repair import RepairLimits
from supreme_system_v5.exchanges.protocol import (
    CandleTold,
    Endpoint,
    Ignored,
    Message,
    QuoteTold,
    TradesTold,
    VenueProtocol,
    VenueRest,
)
from supreme_system_v5.exchanges.supervisor import (
    Abort,
    Change,
    Command,
    Complain,
    Open,
    Ping,
    Send,
    Supervisor,
    SupervisorLimits,
)
from supreme_system_v5.exchanges.trade_stream import StreamLimits
from supreme_system_v5.exchanges.web_socket import Connect, Socket, WebSockets
from supreme_system_v5.ports import Clock, Sleep

__all__ = ["FeedLimits", "LiveFeed"]

_S = 1_000_000_000
_BATCH = 64
_OTHERS = frozenset({"other_market", "block"})  # no trades of ours


class FeedLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What a feed puts up with.

    Attributes:
        supervisor: How long is too long for its connections.
        stream: How long a hole may be open.
        repair: How long trades are held for a minute in doubt.
        queued: Trades that wait to be received, before connections are no longer read from.
        tick_ns: It looks at what is overdue at least so often.
        rest_ns: A question over REST may take so long.
        learn_ns: Rules and clock of the exchange are read again after so long.
        leave_ns: Closing may take so long.
    """

    supervisor: SupervisorLimits = SupervisorLimits()
    stream: StreamLimits = StreamLimits()
    repair: RepairLimits = RepairLimits()
    queued: int = 20_000
    tick_ns: int = _S // 4
    rest_ns: int = 10 * _S
    learn_ns: int = 600 * _S
    leave_ns: int = 2 * _S


@dataclass(slots=True)
class _Talk:
    """A connection, and what is to be sent on it; None is a ping frame."""

    task: asyncio.Task[None]
    outbox: asyncio.Queue[str | None] = field(default_factory=asyncio.Queue)
    socket: Socket | None = None


class LiveFeed:
    """Fulfils `supreme_system_v5.ports.MarketFeed` for any venue.

    Args:
        protocol: The venue's WebSocket side.
        rest: Its REST side, entered already where it has to be.
        clock: Tells the time.
        sleep: Waits.
        chance: Draws waits, and when connections are renewed.
        connect: Makes connections; None: aiohttp.
        complain: Told what a person should see: its kind, ``"lost"``, ``"given_up"``,
            ``"refused"`` or ``"notice"``, and a text.
        limits: What it puts up with.
    """

    def __init__(
        self,
        protocol: VenueProtocol,
        rest: VenueRest,
        *,
        clock: Clock,
        sleep: Sleep,
        chance: random.Random,
        connect: Connect | None = None,
        complain: Callable[[str, str], None] | None = None,
        limits: FeedLimits | None = None,
    ) -> None:
        self._protocol = protocol
        self._rest = rest
        self._clock = clock
        self._sleep = sleep
        self._connect = connect
        self._complain = complain
        self._limits = limits or FeedLimits()
        self._supervisor = Supervisor(protocol, chance, self._limits.supervisor)
        self._queue = EventQueue(self._limits.queued)
        self._flow = TradeFlow(
            rest,
            self._queue,
            clock,
            spawn=self._spawn,
            drop=self._drop,
            rest_ns=self._limits.rest_ns,
            stream=self._limits.stream,
            repair=self._limits.repair,
        )
        self._talks: dict[int, _Talk] = {}
        self._dropped: dict[str, int] = {}
        self._blocked = 0
        self._began_ns = clock.time_ns()
        self._last_data_ns: int | None = None
        self._last_trade_ns: int | None = None
        self._group: asyncio.TaskGroup | None = None
        self._main: asyncio.Task[None] | None = None
        self._stack = AsyncExitStack()

    @property
    def name(self) -> str:
        """The venue's."""
        return self._protocol.name

    @property
    def unsettled_ns(self) -> int | None:
        """Return the begin of the earliest minute of which trades may still be told; None: none is.

        Who lets time pass without a trade should not go past the end of that minute. While the feed
        is not fresh it is the minute of the last trade: what is missed now may be read later.
        """
        return self._flow.unsettled_ns(fresh=self._supervisor.fresh)

    async def __aenter__(self) -> Self:
        if self._connect is None:
            self._connect = await self._stack.enter_async_context(WebSockets())
        self._main = asyncio.create_task(self._run(), name=f"{self.name} feed")
        self._main.add_done_callback(self._ended)
        return self

    async def __aexit__(self, *exc: object) -> None:
        main, self._main = self._main, None
        for talk in self._talks.values():
            if talk.socket is not None:
                talk.socket.abort()
        if main is not None:
            main.cancel()
            await asyncio.wait({main}, timeout=self._limits.leave_ns / _S)
        await self._stack.aclose()

    async def rules(self) -> MarketRules:
        """Return what the exchange says of the market; raise SourceError if it does not."""
        return await self._rest.rules()

    async def clock(self) -> ClockReading:
        """Return its clock beside ours; raise SourceError if it cannot be asked."""
        return await self._rest.clock()

    async def candles(self, start_ns: int, end_ns: int) -> tuple[Candle, ...]:
        """Return the closed minutes that begin in ``[start_ns, end_ns)``, oldest first."""
        return await self._rest.candles(start_ns, end_ns)

    async def receive(self) -> tuple[FeedEvent, ...]:
        """Return what was told since the last time, in order; wait until there is something.

        Raises:
            SourceError: It is not entered, or was left, and everything was received.
        """
        if self._main is None and not len(self._queue):
            raise SourceError(f"{self.name} is not connected: use it inside async with")
        return await self._queue.drain()

    def health(self) -> FeedHealth:
        """Return how it is."""
        stream, repair, supervisor = self._flow.stream, self._flow.repair, self._supervisor
        dropped = dict(self._dropped)
        for name, count in (*stream.dropped.items(), ("late", repair.late)):
            if count:
                dropped[name] = dropped.get(name, 0) + count
        if repair.unrepaired:
            dropped["minute_unrepaired"] = repair.unrepaired
        return FeedHealth(
            name=self.name,
            fresh=supervisor.fresh,
            reason=supervisor.reason,
            last_data_ns=self._last_data_ns,
            last_trade_ns=self._last_trade_ns,
            connects=supervisor.connects,
            reconnects=supervisor.reconnects,
            trades=stream.trades,
            duplicates=stream.duplicates,
            dropped=dropped,
            gaps=stream.gaps,
            missing=stream.missing,
            recovered=stream.recovered,
            repaired=repair.repaired,
            queued=self._queue.waiting,
            queue_limit=self._limits.queued,
        )

    def _ended(self, main: asyncio.Task[None]) -> None:
        error = None if main.cancelled() else main.exception()
        self._queue.fail(error or SourceError(f"{self.name} was left: nothing more comes"))

    def _drop(self, why: str, count: int = 1) -> None:
        self._dropped[why] = self._dropped.get(why, 0) + count

    async def _run(self) -> None:
        """Own every task, and look at what is overdue, until cancelled."""
        async with asyncio.TaskGroup() as self._group:
            self._spawn(self._flow.learn(self._sleep, self._limits.learn_ns), "learn")
            self._do(self._supervisor.begin(self._clock.monotonic_ns()))
            while True:
                now = self._clock.monotonic_ns()
                due = min(self._supervisor.next_ns(now), self._flow.next_ns())
                pause = min(max(due - now, self._limits.tick_ns // 8), self._limits.tick_ns)
                await self._sleep(pause)
                if not self._blocked:  # what is not read from is not silent
                    self._do(self._supervisor.passed(self._clock.monotonic_ns()))
                self._flow.passed()

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        if self._group is None:
            raise SourceError(f"{self.name} is not connected: use it in async with")
        return self._group.create_task(work, name=f"{self.name} {name}")

    def _do(self, commands: Iterable[Command]) -> None:
        """Carry out what the supervisor wants."""
        for command in commands:
            match command:
                case Open():
                    work = self._talk(command.number, command.endpoint)
                    task = self._spawn(work, command.endpoint.name)
                    self._talks[command.number] = _Talk(task)
                case Send():
                    for text in command.texts:
                        self._post(command.number, text)
                case Ping():
                    self._post(command.number, command.text)
                case Abort():
                    self._abort(command.number)
                case Change():
                    self._change(command)
                case Complain():
                    if self._complain is not None:
                        self._complain(command.kind, command.text)
                case _:
                    self._flow.stream.broken()

    def _post(self, number: int, text: str | None) -> None:
        talk = self._talks.get(number)
        if talk is not None:
            talk.outbox.put_nowait(text)

    def _abort(self, number: int) -> None:
        talk = self._talks.pop(number, None)
        if talk is not None:
            if talk.socket is not None:
                talk.socket.abort()
            talk.task.cancel()

    def _change(self, change: Change) -> None:
        now, time = self._clock.monotonic_ns(), self._clock.time_ns()
        since = self._began_ns if change.since_ns is None else time - (now - change.since_ns)
        self._queue.put(
            FeedChange(fresh=change.fresh, reason=change.reason, since_ns=since, receive_ns=time)
        )

    async def _talk(self, number: int, endpoint: Endpoint) -> None:
        """Have one connection, from the attempt to the end."""
        talk = self._talks[number]
        writer: asyncio.Task[None] | None = None
        try:
            if self._connect is None:
                return
            talk.socket = await self._connect(endpoint.url)
            self._do(self._supervisor.opened(number, self._clock.monotonic_ns()))
            writer = self._spawn(self._write(talk, talk.socket), f"{endpoint.name} writer")
            await self._read(number, endpoint, talk.socket)
        except SourceError as error:
            now = self._clock.monotonic_ns()
            if talk.socket is None:
                wait = error.retry_after_ns
                self._do(self._supervisor.open_failed(number, str(error), now, wait))
            else:
                self._do(self._supervisor.closed(number, str(error), now))
        except Exception as error:  # noqa: BLE001 - a defect in one connection must not end the others
            self._drop("defect")
            now = self._clock.monotonic_ns()
            self._do(self._supervisor.closed(number, f"{type(error).__name__}, ours", now))
        finally:
            self._talks.pop(number, None)
            if writer is not None:
                writer.cancel()
            if talk.socket is not None:
                talk.socket.abort()

    async def _write(self, talk: _Talk, socket: Socket) -> None:
        try:
            while True:
                await socket.send(await talk.outbox.get())
        except SourceError:
            socket.abort()  # who reads is told

    async def _read(self, number: int, endpoint: Endpoint, socket: Socket) -> None:
        count = 0
        while True:
            frame = await socket.receive()
            received_ns = self._clock.time_ns()  # before it is decoded: that is time to a decision
            messages = () if frame is None else self._decode(endpoint, frame)
            self._do(self._supervisor.heard(number, messages, self._clock.monotonic_ns()))
            for message in messages:
                self._take(message, received_ns)
            count += 1
            if self._queue.full:
                await self._wait_for_room()
            elif count % _BATCH == 0:  # many at once must not hold the others up
                await self._sleep(0)

    def _decode(self, endpoint: Endpoint, frame: str | bytes) -> tuple[Message, ...]:
        try:
            return self._protocol.decode(endpoint, frame)
        except DataError:
            self._drop("unreadable")
        except Exception:  # noqa: BLE001 - one frame must not end the feed
            self._drop("defect")
        self._flow.unread()
        return ()

    async def _wait_for_room(self) -> None:
        """Read no further until somebody received; the exchange feels it, and nothing is lost."""
        self._drop("waited_for_room")
        self._blocked += 1
        try:
            await self._queue.room()
        finally:
            self._blocked -= 1
        self._supervisor.resumed(self._clock.monotonic_ns())

    def _take(self, message: Message, received_ns: int) -> None:
        self._flow.received(received_ns)
        match message:
            case TradesTold():
                for why, count in message.dropped.items():
                    self._drop(why, count)
                    if why not in _OTHERS:
                        self._flow.unread()
                if message.trades:
                    self._last_data_ns = self._last_trade_ns = received_ns
                    self._flow.take(message.trades)
                if message.dropped.keys() - {"block"}:  # one that was told wrong can be read well
                    self._flow.stream.broken()
            case CandleTold():
                self._last_data_ns = received_ns
                self._flow.take_candles(message.candles)
            case QuoteTold():
                self._last_data_ns = received_ns
                self._flow.stream.belief.reference = (message.bid + message.ask) / 2
                self._queue.put(message.at(received_ns))
            case Ignored():
                self._drop(message.why)
            case _:
                pass
