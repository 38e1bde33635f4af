"""One WebSocket connection of the simulated exchange, and what faults do to it."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from supreme_system_v5.exchanges.simulator.altering import Body, Fields, altered
from supreme_system_v5.exchanges.simulator.core import Core
from supreme_system_v5.exchanges.simulator.faults import Fault, Place
from supreme_system_v5.exchanges.simulator.frames import BINARY, PING, fragments, frame

if TYPE_CHECKING:
    from aiohttp import web

__all__ = ["Connection", "Push", "reset_transport"]

_NS = 10**9
_MOST_WAITING = 20_000
_SLOW_READER = 4005
_REMEMBERED = 64
_LAST_WORDS_NS = 5 * _NS
_HUGE = 5 * 1_024 * 1_024

_CANDLE = frozenset(
    {"candle_open", "candle_twice", "candle_revised", "candle_missing", "candle_shifted"}
)
_BOOK = frozenset({"book_gap", "book_reset", "crossed"})
_TRANSPORT = frozenset(
    {"reset", "close", "black_hole", "freeze", "latency", "fragments", "dribble", "garbage"}
    | {"coalesce"}
)
_DATA = frozenset({"silence", "duplicate", "replay", "reorder", "value", "time", "wrong_symbol"})
_ANY = _TRANSPORT | _DATA | {"private_lost", "private_twice", "private_late"}


class Push:
    """Data of a channel, for everybody who listens to it.

    Args:
        channel: Its kind, for example ``"trades"``.
        name: The venue's own name of it.
        body: The message.
        fields: What the venue calls things in it.
        closed: Whether it is a candle that closed.
    """

    __slots__ = ("_texts", "body", "channel", "closed", "fields", "name")

    def __init__(
        self, channel: str, name: str, body: Body, fields: Fields, *, closed: bool = False
    ) -> None:
        self.channel = channel
        self.name = name
        self.body = body
        self.fields = fields
        self.closed = closed
        self._texts: dict[bool, str] = {}

    def text(self, *, combined: bool) -> str:
        """Return it as text; combined is Binance's way of naming the stream around it."""
        if combined not in self._texts:
            self._texts[combined] = _encode(self.body, self.name, combined=combined)
        return self._texts[combined]


class Connection:
    """What is sent waits in order, until its time has come.

    Args:
        core: Time and faults.
        ws: The other side, prepared.
        request: What asked for it.
        venue: Whose it is.
        endpoint: Which.
        number: Counts up from 1.

    Attributes:
        names: What is subscribed.
        combined: Whether streams are named around the messages, at Binance.
        deaf: Whether nothing is read or sent any more.
        opened_ns: When it was made, by the clock that never goes backward, as the following.
        last_sent_ns: When something was last queued.
        last_read_ns: When something was last read.
        pinged_ns: When it was last pinged.
        ponged_ns: When it last answered to that.
        messages: How many were queued.
        account: The key of the account that is logged in; None without one.
    """

    def __init__(
        self,
        core: Core,
        ws: web.WebSocketResponse,
        request: web.Request,
        *,
        venue: str,
        endpoint: str,
        number: int,
    ) -> None:
        self.venue = venue
        self.endpoint = endpoint
        self.number = number
        self.conn_id = core.token()
        self.names: set[str] = set()
        self.combined = False
        self.deaf = False
        self.opened_ns = core.clock.monotonic_ns()
        self.last_sent_ns = self.opened_ns
        self.last_read_ns = self.opened_ns
        self.pinged_ns = self.opened_ns
        self.ponged_ns = self.opened_ns
        self.account: str | None = None
        self.messages = 0
        self._core = core
        self._ws = ws
        self._request = request
        self._queue: deque[tuple[int, str | bytes | tuple[bytes, ...] | Callable[[], object]]]
        self._queue = deque()
        self._waiting = asyncio.Event()
        self._due_ns = 0
        self._late: list[tuple[int, str]] = []
        self._remembered: dict[str, deque[str]] = {}
        self._ending: tuple[int, str] | None = None
        self._ending_ns = 0
        self._segment: list[bytes] = []

    @property
    def place(self) -> Place:
        """Where it is, for faults."""
        return Place(venue=self.venue, endpoint=self.endpoint, connection=self.number)

    def send(self, body: Body, *, after_s: float = 0.0) -> None:
        """Say something that is not data."""
        self.send_text(msgspec.json.encode(body).decode(), after_s=after_s)

    def send_text(self, text: str, *, after_s: float = 0.0) -> None:
        """Say a text, later if it has to be; what comes after it waits no longer."""
        if after_s > 0:
            self._spread(text, after_s)
        else:
            self._queue_up(text)

    def push(self, push: Push) -> None:
        """Tell data, as the faults that strike have it."""
        text = push.text(combined=self.combined)
        kinds = _ANY
        if push.closed:
            kinds |= _CANDLE
        if push.channel in ("books", "quotes"):
            kinds |= _BOOK
        place = msgspec.structs.replace(self.place, channel=push.channel, name=push.name)
        point = "private" if self.account is not None and push.channel in _PRIVATE else "push"
        faults = self._core.faults.at("push", place, kinds)
        if point == "private":
            faults += self._core.faults.at("private", place, kinds)
        texts = [text]
        for fault in faults:
            texts = self._struck(fault, push, texts)
        if self._segment and texts:
            self._flush()
        for each in texts:
            self._queue_up(each)
        self._release()
        remembered = self._remembered.setdefault(push.name, deque(maxlen=_REMEMBERED))
        remembered.append(text)

    def close(self, code: int, reason: str = "") -> None:
        """Close after what waits; code 0 goes without a close frame."""
        if not self.deaf and self._ending is None:
            self._ending = (code, reason)
            self._ending_ns = self._core.clock.monotonic_ns()
            self._waiting.set()

    @property
    def ending(self) -> bool:
        """Whether it is being closed from here."""
        return self._ending is not None

    def reset(self) -> None:
        """Cut it at once, with a TCP reset."""
        reset_transport(self._request)

    async def write_all(self) -> None:
        """Send what waits, until it is closed."""
        clock = self._core.clock
        while True:
            if not self._queue:
                if self._ending is not None:
                    await self._end(*self._ending)
                    return
                self._waiting.clear()
                await self._waiting.wait()  # for ever, when it is deaf
                continue
            due_ns, item = self._queue[0]
            wait_ns = due_ns - clock.monotonic_ns()
            if wait_ns > 0:
                await self._core.sleep(wait_ns)
                continue
            self._queue.popleft()
            if isinstance(item, str):
                await self._ws.send_str(item)
            elif isinstance(item, bytes):
                await self._raw(item)
            elif isinstance(item, tuple):
                for piece in item:
                    await self._raw(piece)
            else:
                item()

    async def pong(self, payload: bytes) -> None:
        """Answer a ping frame."""
        if not self.deaf:
            await self._ws.pong(payload)

    def ping(self) -> None:
        """Send a ping frame."""
        self.pinged_ns = self._core.clock.monotonic_ns()
        self._queue_up(frame(b"%d" % (self.pinged_ns // 10**6), PING))

    def _struck(self, fault: Fault, push: Push, texts: list[str]) -> list[str]:  # noqa: C901, PLR0911, PLR0912 - one case a kind
        seconds, count = fault.seconds, fault.count or 1
        match fault.kind:
            case "silence" | "candle_missing" | "book_gap" | "private_lost":
                return []
            case "duplicate" | "candle_twice":
                return texts * (1 + count)
            case "private_twice":
                return [*texts, self._retouched(push)]
            case "candle_revised":
                return [*texts, self._altered(push, fault)]
            case "replay":
                old = list(self._remembered.get(push.name, ()))[-count:]
                return [*texts, *old]
            case "reorder":
                self._late += [(count, text) for text in texts]
                return []
            case "latency":
                extra = (fault.value or 0.0) * self._core.chance.random()
                return self._later(texts, (seconds or 0.1) + extra)
            case "private_late":
                for text in texts:
                    self._spread(text, seconds or 1.0)
                return []
            case "freeze":
                return self._later(texts, seconds or 1.0)
            case "fragments":
                for text in texts:
                    self._queue_up(fragments(text.encode(), max(count, 2)))
                return []
            case "coalesce":
                self._segment += [frame(text.encode()) for text in texts]
                if len(self._segment) >= max(count, 2):
                    self._flush()
                return []
            case "dribble":
                for text in texts:
                    self._dribble(frame(text.encode()), seconds or 0.0)
                return []
            case "garbage":
                return self._garbage(fault, push, texts)
            case "reset":
                if fault.count:
                    whole = frame(texts[0].encode() if texts else b"{}")
                    self._queue_up(whole[: len(whole) // 2])
                self._queue_up(self.reset)
                return []
            case "close":
                code = 1_000 if fault.code is None else fault.code
                self.close(code, fault.text or "")
                return texts
            case "black_hole":
                self.deaf = True
                return []
            case _:
                return [self._altered(push, fault)]

    def _flush(self) -> None:
        """Send the frames that were kept, in one piece."""
        self._queue_up(b"".join(self._segment))
        self._segment.clear()

    def _altered(self, push: Push, fault: Fault) -> str:
        body = altered(push.body, push.fields, fault)
        return _encode(body, push.name, combined=self.combined)

    def _retouched(self, push: Push) -> str:
        body = altered(push.body, {"time": "uTime"}, Fault(kind="time", seconds=0.001))
        return _encode(body, push.name, combined=self.combined)

    def _garbage(self, fault: Fault, push: Push, texts: list[str]) -> list[str]:
        match fault.text:
            case "binary":
                self._queue_up(frame(b"\x00\xff\xfe\x01", BINARY))
            case "utf8":
                self._queue_up(frame(b'{"event":"\xff\xfe"}'))
            case "truncated":
                return [*[text[: len(text) // 2] for text in texts], *texts]
            case "huge":
                self._queue_up(frame(b'{"event":"' + b"a" * _HUGE + b'"}'))
            case "extra":
                return [self._altered(push, fault)]
            case _:
                return ['{"event":"weather","e":"weather","op":"weather"}', *texts]
        return texts

    def _later(self, texts: list[str], seconds: float) -> list[str]:
        """Let these and all that follow wait."""
        due_ns = self._core.clock.monotonic_ns() + int(seconds * _NS)
        self._due_ns = max(self._due_ns, due_ns)
        return texts

    def _dribble(self, whole: bytes, seconds: float) -> None:
        now_ns = self._core.clock.monotonic_ns()
        for place in range(len(whole)):
            self._due_ns = max(self._due_ns, now_ns + int(seconds * place * _NS))
            self._queue_up(whole[place : place + 1])

    def _spread(self, text: str, after_s: float) -> None:
        """Say one text later, overtaken by what comes meanwhile."""
        due_ns = self._core.clock.monotonic_ns() + int(after_s * _NS)
        self._late.append((-due_ns, text))

    @property
    def late_ns(self) -> int | None:
        """When something that was held back is to be said; None when there is nothing."""
        return min((-due for due, _ in self._late if due < 0), default=None)

    def release_late(self) -> None:
        """Say what was held back until a time that has come."""
        now_ns = self._core.clock.monotonic_ns()
        if self._ending is not None and now_ns - self._ending_ns > _LAST_WORDS_NS:
            self.reset()  # it does not read even that
        for item in [item for item in self._late if item[0] < 0 and -item[0] <= now_ns]:
            self._late.remove(item)
            self._queue_up(item[1])

    def _release(self) -> None:
        """Say what was held back for a number of messages."""
        kept = []
        for left, text in self._late:
            if left == 1:
                self._queue_up(text)
            else:
                kept.append((left - 1 if left > 0 else left, text))
        self._late = kept

    def _queue_up(self, item: str | bytes | tuple[bytes, ...] | Callable[[], object]) -> None:
        if self.deaf or self._ending is not None:
            return
        if len(self._queue) >= _MOST_WAITING:
            self._queue.clear()
            self.close(_SLOW_READER, "slow reader")
            return
        self.messages += 1
        self.last_sent_ns = self._core.clock.monotonic_ns()
        self._queue.append((self._due_ns, item))
        self._waiting.set()

    async def _raw(self, data: bytes) -> None:
        transport = self._request.transport
        if transport is not None and not transport.is_closing():
            transport.write(data)
            await self._core.sleep(0)

    async def _end(self, code: int, reason: str) -> None:
        if code:
            await self._ws.close(code=code, message=reason.encode()[:120])
        elif self._request.transport is not None:
            self._request.transport.close()


_PRIVATE = frozenset({"orders", "account", "fills", "balances"})


def reset_transport(request: web.Request) -> None:
    """Cut a connection with a TCP reset."""
    transport = request.transport
    if transport is None:
        return
    sock = transport.get_extra_info("socket")
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _encode(body: Body, name: str, *, combined: bool) -> str:
    return msgspec.json.encode({"stream": name, "data": body} if combined else body).decode()
