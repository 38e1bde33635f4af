"""A server on the loopback that does what servers do on their worst days, from one table.

It speaks HTTP by hand, since what it does no library would.
"""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from supreme_system_v5.domain.feeds import FaultKind

__all__ = ["FAULTS", "Fault", "FaultServer", "Reply", "good", "served"]

_MIB = 1_024 * 1_024


@dataclass
class Reply:
    """What to do with a request.

    Attributes:
        status: Of the answer; 0 answers nothing at all, and goes away.
        headers: Of the answer, on top of the length.
        body: Pieces to send, and seconds to wait between; None goes away in the middle.
        length: What the header says; None: the truth; -1: no such header.
        raw: Sent instead of everything else.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: Callable[[], Iterator[bytes | float | None]] = lambda: iter(())
    length: int | None = -1
    raw: bytes | None = None


def good(body: bytes, **headers: str) -> Reply:
    """Answer with a body, as one would wish."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(headers=named, body=lambda: iter([body]), length=len(body))


class FaultServer:
    """Answers every request with `reply`, or with `replies` one after the other first.

    Attributes:
        url: Its address.
        requests: First lines and headers of what was asked.
        sent: Bytes of bodies sent.
    """

    def __init__(self) -> None:
        self.url = ""
        self.reply: Reply | Callable[[str], Reply] = Reply(status=404)
        self.replies: list[Reply] = []
        self.requests: list[str] = []
        self.sent = 0
        self._handlers: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self.handle, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        """Listen no more, and let go of everybody."""
        if self._server is not None:
            self._server.close()
            handlers = list(self._handlers)
            for task in handlers:
                task.cancel()
            await asyncio.gather(*handlers, return_exceptions=True)
            await self._server.wait_closed()
            self._server = None

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._handlers.add(task)
            task.add_done_callback(self._handlers.discard)
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            self.requests.append(request)
            reply = self.replies.pop(0) if self.replies else self.reply
            await self._answer(reply(request) if callable(reply) else reply, writer)
        writer.close()

    async def _answer(self, reply: Reply, writer: asyncio.StreamWriter) -> None:
        if reply.raw is not None:
            writer.write(reply.raw)
            await writer.drain()
            return
        if not reply.status:
            writer.transport.abort()
            return
        lines = [f"HTTP/1.1 {reply.status} Whatever", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in reply.headers.items()]
        if reply.length is not None and reply.length >= 0:
            lines.append(f"Content-Length: {reply.length}")
        writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
        for piece in reply.body():
            if piece is None:
                writer.transport.abort()
                return
            if isinstance(piece, bytes):
                writer.write(piece)
                await writer.drain()
                self.sent += len(piece)
            else:
                await asyncio.sleep(piece)


@asynccontextmanager
async def served() -> AsyncIterator[FaultServer]:
    """Serve on a free port of the loopback, until the end of the block."""
    faults = FaultServer()
    await faults.start()
    try:
        yield faults
    finally:
        await faults.stop()


@dataclass(frozen=True)
class Fault:
    """One bad day.

    Attributes:
        reply: What the server does, given a good answer.
        kinds: What health says of it, one of these; empty: it is none, the answer is read.
        of: ``"json"``, ``"xml"`` or both.
    """

    reply: Callable[[bytes], Reply]
    kinds: frozenset[FaultKind]
    of: str = "json xml"


def _status(status: int, **headers: str) -> Callable[[bytes], Reply]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda body: Reply(
        status=status, headers=named, body=lambda: iter([body]), length=len(body)
    )


def _body(make: Callable[[bytes], bytes], **headers: str) -> Callable[[bytes], Reply]:
    return lambda body: good(make(body), **headers)


def _pieces(
    make: Callable[[bytes], Iterator[bytes | float | None]], length: int | None = -1
) -> Callable[[bytes], Reply]:
    return lambda body: Reply(body=lambda: make(body), length=length)


def _drip(body: bytes) -> Iterator[bytes | float | None]:
    for byte in body * 10:
        yield bytes([byte])
        yield 3.0


def _reset(body: bytes) -> Iterator[bytes | float | None]:
    yield body[: len(body) // 2]
    yield 0.1
    yield None


def _endless(_: bytes) -> Iterator[bytes | float | None]:
    for _number in range(1_600):
        yield b" " * 65_536


def _bomb(level: int) -> bytes:
    return gzip.compress(b" " * (50 * _MIB), level)


def _deflated(body: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(body) + packer.flush()


def _laughs(_: bytes) -> bytes:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "ha">{entities}]>'
    return head.encode() + b"<rss><channel><item><title>&e9;</title></item></channel></rss>"


_XXE = (
    b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b"<rss><channel><item><title>&x;</title></item></channel></rss>"
)
_BOMBS: dict[int, bytes] = {}


def _bomb_reply(_: bytes) -> Reply:
    return good(_BOMBS.setdefault(9, _bomb(9)), Content_Encoding="gzip")


def _deflate_bomb(_: bytes) -> Reply:
    return good(_BOMBS.setdefault(8, _deflated(b" " * (50 * _MIB))), Content_Encoding="deflate")


def _kinds(*kinds: FaultKind) -> frozenset[FaultKind]:
    return frozenset(kinds)


_K = FaultKind
_NONE: frozenset[FaultKind] = frozenset()
FAULTS: dict[str, Fault] = {
    # What is no fault at all.
    "nothing wrong": Fault(good, _NONE),
    "byte order mark": Fault(_body(lambda body: b"\xef\xbb\xbf" + body), _NONE),
    "gzip": Fault(_body(gzip.compress, Content_Encoding="gzip"), _NONE),
    "deflate": Fault(_body(zlib.compress, Content_Encoding="deflate"), _NONE),
    "raw deflate": Fault(_body(_deflated, Content_Encoding="deflate"), _NONE),
    "without a length": Fault(_pieces(lambda body: iter([body[:50], 0.5, body[50:]])), _NONE),
    "wrong type": Fault(_body(lambda body: body, Content_Type="image/png"), _NONE),
    "unknown charset": Fault(
        _body(lambda body: body, Content_Type="a/b; charset=none-such"), _NONE
    ),
    # Bodies.
    "empty": Fault(_body(lambda _: b""), _kinds(_K.MALFORMED)),
    "blank": Fault(_body(lambda _: b" \n\t "), _kinds(_K.MALFORMED)),
    "a page": Fault(
        _body(lambda _: b"<!DOCTYPE html><html><body>Checking your browser"), _kinds(_K.MALFORMED)
    ),
    "truncated": Fault(_body(lambda body: body[: 2 * len(body) // 3]), _kinds(_K.MALFORMED)),
    "nul": Fault(_body(lambda body: body.replace(b"e", b"\0")), _kinds(_K.MALFORMED)),
    "null": Fault(_body(lambda _: b"null"), _kinds(_K.MALFORMED)),
    "number": Fault(_body(lambda _: b"42"), _kinds(_K.MALFORMED)),
    "text": Fault(_body(lambda _: b'"ok"'), _kinds(_K.MALFORMED)),
    "true": Fault(_body(lambda _: b"true"), _kinds(_K.MALFORMED)),
    "other shape": Fault(
        _body(lambda body: b'{"a": {}}' if body[:1] == b"[" else b'[["a"], 1]'),
        _kinds(_K.MALFORMED, _K.BAD_ITEM),
        "json",
    ),
    "trailing comma": Fault(
        _body(lambda body: body.rstrip()[:-1] + b"," + body.rstrip()[-1:]),
        _kinds(_K.MALFORMED),
        "json",
    ),
    "not a number": Fault(
        _body(lambda _: b'{"data": NaN, "results": Infinity}'), _kinds(_K.MALFORMED), "json"
    ),
    "deep json": Fault(_body(lambda _: b"[" * 100_000), _kinds(_K.MALFORMED, _K.TOO_LARGE), "json"),
    "deep and closed": Fault(
        _body(lambda _: b'{"a":' * 50_000 + b"1" + b"}" * 50_000),
        _kinds(_K.MALFORMED, _K.TOO_LARGE),
        "json",
    ),
    "deep xml": Fault(
        _body(lambda _: b"<rss>" + b"<a>" * 100_000), _kinds(_K.MALFORMED, _K.TOO_LARGE), "xml"
    ),
    "billion laughs": Fault(_body(_laughs), _kinds(_K.MALFORMED)),
    "external entity": Fault(_body(lambda _: _XXE), _kinds(_K.MALFORMED)),
    "other xml": Fault(_body(lambda _: b"<opml><body/></opml>"), _kinds(_K.MALFORMED)),
    "one huge text": Fault(
        _body(lambda _: b'"' + b"a" * 1_900_000 + b'"'), _kinds(_K.TOO_LARGE, _K.MALFORMED)
    ),
    "a million numbers": Fault(
        _body(lambda _: b"[" + b"1," * 900_000 + b"1]"),
        _kinds(_K.MALFORMED, _K.BAD_ITEM, _K.TOO_LARGE),
    ),
    "a million quotes": Fault(
        _body(lambda _: b'["' + b'\\"' * 900_000 + b'"]'),
        _kinds(_K.MALFORMED, _K.BAD_ITEM, _K.TOO_LARGE),
    ),
    # Sizes and compressions.
    "a hundred megabytes": Fault(_pieces(_endless), _kinds(_K.TOO_LARGE)),
    "says a hundred megabytes": Fault(
        _pieces(lambda body: iter([body]), 100 * _MIB), _kinds(_K.TOO_LARGE)
    ),
    "gzip bomb": Fault(_bomb_reply, _kinds(_K.TOO_LARGE)),
    "deflate bomb": Fault(_deflate_bomb, _kinds(_K.TOO_LARGE)),
    "gzip in gzip": Fault(
        _body(lambda body: gzip.compress(gzip.compress(body)), Content_Encoding="gzip, gzip"),
        _kinds(_K.ENCODING),
    ),
    "brotli": Fault(_body(lambda body: body, Content_Encoding="br"), _kinds(_K.ENCODING)),
    "no gzip": Fault(_body(lambda body: body, Content_Encoding="gzip"), _kinds(_K.ENCODING)),
    "half a gzip": Fault(
        _body(lambda body: gzip.compress(body)[:-12], Content_Encoding="gzip"), _kinds(_K.ENCODING)
    ),
    "many gzips": Fault(
        _body(lambda _: gzip.compress(b"") * 1_000, Content_Encoding="gzip"), _kinds(_K.ENCODING)
    ),
    # The way.
    "nothing": Fault(lambda _: Reply(status=0), _kinds(_K.RESET)),
    "no http": Fault(
        lambda _: Reply(raw=b"SSH-2.0-OpenSSH\r\n\r\n"), _kinds(_K.PROTOCOL, _K.RESET)
    ),
    "huge header": Fault(
        lambda _: Reply(headers={"X": "a" * 100_000}), _kinds(_K.PROTOCOL, _K.RESET)
    ),
    "reset": Fault(_pieces(_reset, 10_000), _kinds(_K.RESET)),
    "shorter than it says": Fault(_pieces(lambda body: iter([body]), 1_000_000), _kinds(_K.RESET)),
    "silence": Fault(_pieces(lambda _: iter([1_000.0])), _kinds(_K.TIMEOUT)),
    "silence in the middle": Fault(
        _pieces(lambda body: iter([body[:20], 1_000.0])), _kinds(_K.TIMEOUT)
    ),
    "slow drip": Fault(_pieces(_drip), _kinds(_K.TIMEOUT)),
    # Redirects.
    "redirect to loopback": Fault(_status(302, Location="http://127.0.0.1:9/"), _kinds(_K.BLOCKED)),
    "redirect to a name of it": Fault(
        _status(301, Location="https://localhost/"), _kinds(_K.BLOCKED, _K.DNS, _K.CONNECT)
    ),
    "redirect to the inside": Fault(
        _status(307, Location="https://169.254.169.254/latest/meta-data"), _kinds(_K.BLOCKED)
    ),
    "redirect to plain http": Fault(_status(308, Location="http://1.1.1.1/"), _kinds(_K.BLOCKED)),
    "redirect to a file": Fault(_status(302, Location="file:///etc/passwd"), _kinds(_K.BLOCKED)),
    "redirect to itself": Fault(_status(302, Location="/again"), _kinds(_K.REDIRECT)),
    "redirect to nowhere": Fault(_status(302), _kinds(_K.REDIRECT)),
    "redirect to nonsense": Fault(
        _status(302, Location="https://[half"), _kinds(_K.REDIRECT, _K.BLOCKED)
    ),
    # Statuses.
    "304 unasked": Fault(lambda _: Reply(status=304), _kinds(_K.STATUS)),
    "204": Fault(lambda _: Reply(status=204), _kinds(_K.STATUS)),
    "400": Fault(_status(400), _kinds(_K.STATUS)),
    "401": Fault(_status(401), _kinds(_K.AUTH)),
    "402": Fault(_status(402), _kinds(_K.PAYMENT)),
    "403": Fault(_status(403), _kinds(_K.AUTH)),
    "404": Fault(_status(404), _kinds(_K.STATUS)),
    "429": Fault(_status(429), _kinds(_K.RATE_LIMITED)),
    "429, wait 5 s": Fault(_status(429, Retry_After="5"), _kinds(_K.RATE_LIMITED)),
    "429, wait until": Fault(
        _status(429, Retry_After="Thu, 28 May 2026 20:30:00 GMT"), _kinds(_K.RATE_LIMITED)
    ),
    "429, wait a year": Fault(_status(429, Retry_After="31536000"), _kinds(_K.RATE_LIMITED)),
    "429, wait for nothing": Fault(_status(429, Retry_After="soon"), _kinds(_K.RATE_LIMITED)),
    "430": Fault(_status(430), _kinds(_K.RATE_LIMITED)),
    "500": Fault(_status(500), _kinds(_K.SERVER)),
    "503, wait 20 s": Fault(_status(503, Retry_After="20"), _kinds(_K.SERVER)),
}
