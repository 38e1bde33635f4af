"""A source that tells by itself: a connection that is kept, and a queue that is drained."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from types import TracebackType
from typing import Self

import aiohttp

from supreme_system_v5.domain.feeds import FaultKind, Item, Quota, SourceHealth
from supreme_system_v5.errors import SourceError
from supreme_system_v5.network.retrying import backoff_ns, retry_after_ns
from supreme_system_v5.news_sources.adapter import PushAdapter
from supreme_system_v5.news_sources.bounded_queue import BoundedQueue
from supreme_system_v5.news_sources.health import HealthRecord
from supreme_system_v5.news_sources.http_client import HttpClient
from supreme_system_v5.news_sources.json_slices import load_json, malformed
from supreme_system_v5.news_sources.seen import Seen
from supreme_system_v5.news_sources.values import BadItemError
from supreme_system_v5.ports import Clock, Sleep

__all__ = ["MOST_MESSAGE_BYTES", "PushedSource"]

MOST_MESSAGE_BYTES = 2 * 1_024 * 1_024
_CONNECT_S = 20.0
_BATCH = 32
_SIFTED = 100
"""Items that are read, and looked for in what is known, between two pauses."""
_BEST_FAULT = (FaultKind.AUTH, FaultKind.PAYMENT)
_AUTH_PAUSE_NS = 1_800 * 10**9


class PushedSource:
    """Fulfils `supreme_system_v5.ports.Source` for a `PushAdapter`; entered, it stays connected.

    Args:
        adapter: Where to connect, what to send, how to read what comes.
        client: Has the connections.
        clock: Tells when something was received.
        sleep: Waits between two connections.
        chance: Draws the jitter of that.
        seen: What was passed on already.
        capacity: Items held until they are asked for.
        heartbeat_s: Seconds between pings; without an answer in half of that the connection is
            given up.
    """

    def __init__(
        self,
        adapter: PushAdapter,
        *,
        client: HttpClient,
        clock: Clock,
        sleep: Sleep,
        chance: random.Random,
        seen: Seen,
        capacity: int = 1_000,
        heartbeat_s: float = 30.0,
    ) -> None:
        self._adapter = adapter
        self._client = client
        self._clock = clock
        self._sleep = sleep
        self._chance = chance
        self._seen = seen
        self._queue = BoundedQueue(capacity)
        self._drained: deque[Item] = deque()
        self._fresh: list[Item] = []
        self._heartbeat_s = heartbeat_s
        self._health = HealthRecord(adapter.name)
        self._health.connected = False
        self._failure: SourceError | None = None
        self._attempts = 0
        self._task: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        """The adapter's."""
        return self._adapter.name

    @property
    def fresh_ns(self) -> int:
        """Nothing beyond the schedule: while it is connected, each poll is a success."""
        return 0

    def health(self) -> SourceHealth:
        """Return how it is."""
        return self._health.snapshot()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self.run(), name=self.name)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def poll(self) -> tuple[Item, ...]:
        """Return what came since the last time, each once.

        Raises:
            SourceError: Nothing came and it is not connected; it says why.
        """
        now = self._clock.time_ns()
        self._health.last_attempt_ns = now
        self._drained += self._queue.drain()
        while self._drained:
            for _ in range(min(len(self._drained), _SIFTED)):
                item = self._drained.popleft()
                if self._seen.is_new(item):
                    self._fresh.append(item)
                    self._health.items += 1
            await self._pause()
        # Whoever ends a poll before this gets what is new by the next.
        fresh, self._fresh = tuple(self._fresh), []
        if self._health.connected:
            self._health.succeeded(now)
        elif not fresh:
            raise self._failure or SourceError(
                f"{self.name} is not connected yet", FaultKind.CONNECT
            )
        return fresh

    async def run(self) -> None:
        """Connect, read, and connect again, until cancelled."""
        while True:
            try:
                await self._session()
                failure = SourceError(f"{self.name} closed the connection", FaultKind.RESET)
            except (aiohttp.ClientError, OSError, ValueError) as error:
                failure = self._explained(error)
            except Exception as error:  # noqa: BLE001 - a defect in one source must not end the others
                text = f"{self.name} could not be read: {type(error).__name__}, a defect of ours"
                failure = SourceError(text, FaultKind.UNEXPECTED)
            finally:
                self._health.connected = False
            self._failure = failure
            self._health.failed(failure)
            self._attempts += 1
            wait = backoff_ns(self._attempts, self._chance, failure.retry_after_ns)
            if failure.kind in _BEST_FAULT:  # asking again soon changes nothing
                wait += _AUTH_PAUSE_NS
            self._health.next_attempt_ns = self._clock.time_ns() + wait
            await self._sleep(wait)

    def _explained(self, error: BaseException) -> SourceError:
        if isinstance(error, aiohttp.WSServerHandshakeError):
            kind = {
                401: FaultKind.AUTH,
                402: FaultKind.PAYMENT,
                403: FaultKind.AUTH,
                429: FaultKind.RATE_LIMITED,
                430: FaultKind.RATE_LIMITED,
            }.get(error.status, FaultKind.SERVER if error.status >= 500 else FaultKind.STATUS)  # noqa: PLR2004 - a status
            asked = error.headers.get("Retry-After") if error.headers else None
            wait = retry_after_ns(asked, self._clock.time_ns())
            error = SourceError(f"{self.name} refused with status {error.status}", kind, wait)
        return self._client.explained(error, self._adapter.address())

    async def _session(self) -> None:
        """Keep one connection until it ends."""
        address = self._adapter.address()
        self._health.last_attempt_ns = self._clock.time_ns()
        async with asyncio.timeout(_CONNECT_S):
            socket = await self._client.session_for(address).ws_connect(
                address,
                heartbeat=self._heartbeat_s,
                max_msg_size=MOST_MESSAGE_BYTES,
            )
        async with socket:
            for greeting in self._adapter.greetings():
                await socket.send_str(greeting)
            self._health.connected = True
            self._health.next_attempt_ns = None
            broken = None
            async for message in socket:
                if message.type is aiohttp.WSMsgType.ERROR:
                    broken = message.data
                    break
                await self._take(message)
            broken = broken or socket.exception()
        if isinstance(broken, aiohttp.WebSocketError):
            large = broken.code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
            raise SourceError(
                f"{self.name} broke the rules of WebSocket, or sent too much at once",
                FaultKind.TOO_LARGE if large else FaultKind.PROTOCOL,
            )
        if isinstance(broken, Exception):
            raise broken

    async def _take(self, message: aiohttp.WSMessage) -> None:
        """Read one message; a bad one is counted, and the connection stays."""
        received = self._clock.time_ns()
        try:
            if message.type is not aiohttp.WSMsgType.TEXT:
                raise malformed("a message is no text")
            document = await load_json(message.data.encode("utf-8", "replace"), self._pause)
            await self._keep(document, received)
        except SourceError as error:
            found = self._client.explained(error, self._adapter.address())
            if found.kind == FaultKind.ERROR_ANSWER:  # it will not tell us more
                raise found from None
            self._health.fault(FaultKind(found.kind), str(found))
        else:
            self._attempts = 0
            quota = getattr(self._adapter, "quota", None)
            if isinstance(quota, Quota):
                self._health.quota = quota

    async def _keep(self, document: object, received_ns: int) -> None:
        for number, item in enumerate(self._adapter.items(document, received_ns)):
            if number % _BATCH == _BATCH - 1:
                await self._pause()
            if isinstance(item, BadItemError):
                self._health.fault(FaultKind.BAD_ITEM, str(item))
            elif not self._queue.put(item):
                text = f"{self.name} told more than was asked for in time: the least was dropped"
                self._health.fault(FaultKind.DROPPED, text)

    async def _pause(self) -> None:
        await self._sleep(0)
