"""Messages to the owner: taken at once, sent by a task of their own, and never waited for.

Of one kind at most one message a minute leaves; of those between, the newest is sent when the
minute is over and says how many there were. A queue that is full drops its oldest. Both are
counted. Nothing that is logged or raised here names an address or a key.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp
import msgspec

from supreme_system_v5.control.channels import Channel, Post, asked_wait_s
from supreme_system_v5.control.socket_server import Note
from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.domain.status import Alert, AlertKind, QueueStatus
from supreme_system_v5.errors import SourceError
from supreme_system_v5.network.faults import told_by
from supreme_system_v5.network.retrying import backoff_ns, retry_after_ns
from supreme_system_v5.ports import ApiKey, Clock, Sleep

if TYPE_CHECKING:
    from typing import Self

__all__ = ["DeadManPing", "Messenger", "Outbox", "Reporter"]

_NS = 1_000_000_000
_MINUTE_NS = 60 * _NS
_LIMIT = 64
_GIVE_UP_NS = 1_800 * _NS
"""A message that tells of a lost network has to outlive that."""
_TRY_S = 10.0
_CLOSING_S = 1.5
_MOST_BYTES = 16_384
_LONGEST_WAIT_NS = 600 * _NS
_GOOD, _BAD = 200, 300
_TIMEOUT, _EARLY, _TOO_OFTEN, _SERVER = 408, 425, 429, 500
_LONGEST_TEXT = 1_000
_MAY_PASS = frozenset(
    {
        FaultKind.DNS,
        FaultKind.CONNECT,
        FaultKind.TIMEOUT,
        FaultKind.RESET,
        FaultKind.RATE_LIMITED,
        FaultKind.SERVER,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """What all who send share.

    Attributes:
        clock: Its monotonic time is used.
        sleep: Waits between two tries.
        chance: Spreads those.
        note: Told of what could not be sent.
    """

    clock: Clock
    sleep: Sleep
    chance: random.Random
    note: Note


class _Held:
    """What is known of one kind of message."""

    __slots__ = ("alert", "count", "until_ns")

    def __init__(self, until_ns: int) -> None:
        self.until_ns = until_ns
        self.alert: Alert | None = None
        self.count = 0


class Outbox:
    """Messages on their way through one channel; fulfils `supreme_system_v5.ports.Notifier`.

    Args:
        channel: Which.
        symbol: The market.
        session: Sends; the caller's.
        with_: Time, chance, and who is told of failures.

    Attributes:
        sent: Messages that arrived.
        failed: Those that were given up.
        dropped: Those for which there was no room.
        merged: Those that were told together with a later one of their kind.
    """

    def __init__(
        self, channel: Channel, symbol: str, session: aiohttp.ClientSession, with_: Reporter
    ) -> None:
        self._channel = channel
        self._symbol = symbol
        self._session = session
        self._with = with_
        self._queue: deque[Alert] = deque()
        self._held: dict[AlertKind, _Held] = {}
        self._some = asyncio.Event()
        self._idle = asyncio.Event()
        self._sending = 0
        self.sent = self.failed = self.dropped = self.merged = 0

    @property
    def name(self) -> str:
        """Which channel."""
        return self._channel.name

    def status(self) -> QueueStatus:
        """Return how many wait, and how many were lost."""
        held = sum(one.alert is not None for one in self._held.values())
        depth = len(self._queue) + self._sending + held
        return QueueStatus(depth=depth, limit=_LIMIT, dropped=self.dropped + self.failed)

    def notify(self, alert: Alert, /) -> None:
        """Take a message."""
        now_ns = self._with.clock.monotonic_ns()
        held = self._held.get(alert.kind)
        if held is not None and now_ns < held.until_ns:
            self.merged += held.alert is not None
            held.alert, held.count = alert, held.count + 1
        else:
            # What was held and is overdue is older, and goes first.
            self._release(now_ns)
            self._held[alert.kind] = _Held(now_ns + _MINUTE_NS)
            self._add(alert)
        self._idle.clear()
        self._some.set()

    async def run(self) -> None:
        """Send what comes, until it is cancelled."""
        while True:
            self._release(self._with.clock.monotonic_ns())
            if self._queue:
                self._sending = 1
                await self._deliver(self._queue.popleft())
                self._sending = 0
                continue
            self._some.clear()
            due_ns = [held.until_ns for held in self._held.values() if held.alert is not None]
            if not due_ns:
                self._idle.set()
            with suppress(TimeoutError):
                wait_ns = min(due_ns, default=0) - self._with.clock.monotonic_ns()
                async with asyncio.timeout(max(wait_ns, 1) / _NS if due_ns else None):
                    await self._some.wait()

    async def flush(self) -> None:
        """Return when all that it was given is sent or given up; nothing is held back any more."""
        for held in self._held.values():
            held.until_ns = 0
        self._some.set()
        if self.status().depth:
            self._idle.clear()
        await self._idle.wait()

    def _release(self, now_ns: int) -> None:
        """Queue what was held for long enough."""
        for kind, held in tuple(self._held.items()):
            if held.until_ns > now_ns:
                continue
            if held.alert is None:
                del self._held[kind]
                continue
            more = f" ({held.count} of this kind within a minute)" if held.count > 1 else ""
            text = held.alert.text[: _LONGEST_TEXT - len(more)] + more
            self._add(msgspec.structs.replace(held.alert, text=text))
            self._held[kind] = _Held(now_ns + _MINUTE_NS)

    def _add(self, alert: Alert) -> None:
        if len(self._queue) == _LIMIT:
            self._queue.popleft()
            self.dropped += 1
        self._queue.append(alert)

    async def _deliver(self, alert: Alert) -> None:
        post = self._channel.post(alert, self._symbol)
        until_ns, attempt = self._with.clock.monotonic_ns() + _GIVE_UP_NS, 0
        while True:
            attempt += 1
            try:
                await _send(self._session, post, self.name, self._with.clock.time_ns())
            except SourceError as error:
                wait_ns = backoff_ns(attempt, self._with.chance, error.retry_after_ns)
                in_time = self._with.clock.monotonic_ns() + wait_ns < until_ns
                if error.kind in _MAY_PASS and in_time:
                    await self._with.sleep(wait_ns)
                    continue
                self.failed += 1
                self._with.note(
                    "message_not_sent", channel=self.name, kind=alert.kind.value, why=str(error)
                )
            else:
                self.sent += 1
            return


class DeadManPing:
    """Asks for an address each minute while all is well; who watches it notices silence.

    Args:
        url: The address.
        healthy: Whether all is well.
        session: Asks; the caller's.
        with_: Time, chance, and who is told of failures.

    Attributes:
        sent: Pings that arrived.
        failed: Those that did not.
    """

    def __init__(
        self,
        url: ApiKey,
        healthy: Callable[[], bool],
        session: aiohttp.ClientSession,
        with_: Reporter,
    ) -> None:
        self._url = url
        self._healthy = healthy
        self._session = session
        self._with = with_
        self._failing = False
        self.sent = self.failed = 0

    async def run(self) -> None:
        """Ping until it is cancelled."""
        due_ns = self._with.clock.monotonic_ns()
        while True:
            if self._healthy():
                await self._ping()
            now_ns = self._with.clock.monotonic_ns()
            due_ns = max(due_ns + _MINUTE_NS, now_ns)
            await self._with.sleep(due_ns - now_ns)

    async def _ping(self) -> None:
        try:
            ping = Post(url=self._url.reveal(), body=b"")
            await _send(self._session, ping, "dead-man", self._with.clock.time_ns(), method="GET")
        except SourceError as error:
            self.failed += 1
            if not self._failing:
                self._with.note("ping_not_sent", why=str(error))
            self._failing = True
        else:
            self.sent += 1
            self._failing = False


class Messenger:
    """All ways to the owner, between ``async with`` and its end; fulfils `ports.Notifier`.

    Its end waits 1.5 s at most for what is on its way; what is left then is counted and noted.
    Where there is no channel and no ping, nothing is opened and nothing runs.

    Args:
        channels: The ways.
        symbol: The market.
        with_: Time, chance, and who is told of failures.
        dead_man: An address to ask for each minute; None for none.
        healthy: Whether all is well.
    """

    def __init__(
        self,
        channels: Iterable[Channel],
        symbol: str,
        with_: Reporter,
        *,
        dead_man: ApiKey | None = None,
        healthy: Callable[[], bool] = lambda: True,
    ) -> None:
        self._channels = tuple(channels)
        self._symbol = symbol
        self._with = with_
        self._dead_man = dead_man
        self._healthy = healthy
        self._session: aiohttp.ClientSession | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.outboxes: tuple[Outbox, ...] = ()
        self.ping: DeadManPing | None = None

    def notify(self, alert: Alert, /) -> None:
        """Take a message, for every channel."""
        for outbox in self.outboxes:
            outbox.notify(alert)

    def status(self) -> dict[str, QueueStatus]:
        """Return the queue of each channel."""
        return {f"notify_{outbox.name}": outbox.status() for outbox in self.outboxes}

    async def __aenter__(self) -> Self:
        """Begin to send."""
        if not self._channels and self._dead_man is None:
            return self
        self._session = session = _open_session()
        self.outboxes = tuple(
            Outbox(channel, self._symbol, session, self._with) for channel in self._channels
        )
        works = [(outbox.name, outbox.run()) for outbox in self.outboxes]
        if self._dead_man is not None:
            self.ping = DeadManPing(self._dead_man, self._healthy, session, self._with)
            works.append(("dead-man", self.ping.run()))
        self._tasks = [asyncio.create_task(work, name=f"notify {name}") for name, work in works]
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Send what is left, and end."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSING_S):
                await asyncio.gather(*(outbox.flush() for outbox in self.outboxes))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        for outbox in self.outboxes:
            if left := outbox.status().depth:
                self._with.note("messages_left", channel=outbox.name, count=left)
        if self._session is not None:
            await self._session.close()
            self._session = None


def _open_session() -> aiohttp.ClientSession:
    session = aiohttp.ClientSession(
        cookie_jar=aiohttp.DummyCookieJar(loop=asyncio.get_running_loop()),
        headers={"User-Agent": "supreme-system-v5"},
        timeout=aiohttp.ClientTimeout(total=_TRY_S),
    )
    # By itself it asks once more when a connection breaks, unseen by limits and counts.
    session._retry_connection = False  # noqa: SLF001 - there is no other switch
    return session


async def _send(
    session: aiohttp.ClientSession, post: Post, name: str, now_ns: int, method: str = "POST"
) -> None:
    """Send once.

    Raises:
        SourceError: It did not arrive. Neither it nor its causes tell an address.
    """
    headers = {"Content-Type": "application/json", **post.headers} if post.body else post.headers
    fault: SourceError | None = None
    try:
        async with session.request(
            method, post.url, data=post.body or None, headers=headers, allow_redirects=False
        ) as response:
            if not _GOOD <= response.status < _BAD:
                body = await response.content.read(_MOST_BYTES)
                header = response.headers.get("Retry-After")
                asked_ns = retry_after_ns(header, now_ns, _LONGEST_WAIT_NS)
                fault = _refused(name, response.status, asked_ns, body)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        fault = told_by(error, name)
    if fault is not None:  # raised out here, so that no cause with an address hangs on it
        raise fault


def _refused(name: str, status: int, asked_ns: int | None, body: bytes) -> SourceError:
    wait_ns = asked_ns or round(asked_wait_s(body) * _NS) or None
    kind = FaultKind.STATUS
    if status in {_TIMEOUT, _EARLY} or status >= _SERVER:
        kind = FaultKind.SERVER
    elif status == _TOO_OFTEN:
        kind = FaultKind.RATE_LIMITED
    return SourceError(f"{name} answered with status {status}", kind, wait_ns)
