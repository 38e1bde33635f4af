"""Connections over the loopback: how they end, and why they cannot be made."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.errors import SourceError
from supreme_system_v5.exchanges.web_socket import (
    MOST_FRAME_BYTES,
    Connect,
    Socket,
    WebSockets,
    explained,
)
from tests.support.virtual_loop import run_virtual

Script = Callable[[web.WebSocketResponse], Awaitable[None]]
S = 1_000_000_000


@asynccontextmanager
async def served(script: Script) -> AsyncIterator[str]:
    async def handle(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        await script(socket)
        return socket

    app = web.Application()
    app.router.add_get("/", handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"ws://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()
        await asyncio.sleep(0)


async def abort(socket: web.WebSocketResponse) -> None:
    assert socket._writer is not None
    assert socket._writer.transport is not None
    socket._writer.transport.abort()


async def large(socket: web.WebSocketResponse) -> None:
    await socket.send_str("x" * (MOST_FRAME_BYTES + 1))
    await asyncio.sleep(5)


async def broken(socket: web.WebSocketResponse) -> None:
    assert socket._writer is not None
    assert socket._writer.transport is not None
    socket._writer.transport.write(b"\xff\xff\xff\xff")
    await asyncio.sleep(5)


@pytest.mark.parametrize(
    ("script", "words", "kind"),
    [
        (
            lambda s: s.close(code=4005, message=b"slow", drain=False),
            "closed with 4005 slow",
            "reset",
        ),
        (abort, "broke off without a word (1006)", "reset"),
        (large, "sent a frame of more than 4 MiB", "too_large"),
        (broken, "broke the WebSocket protocol", "protocol"),
    ],
)
def test_it_says_how_a_connection_ended(script: Script, words: str, kind: str) -> None:
    async def main() -> None:
        async with served(script) as url, WebSockets() as connect:
            socket = await connect(url)
            with pytest.raises(SourceError) as caught:
                await socket.receive()
            assert (str(caught.value), caught.value.kind) == (words, kind)
            socket.abort()

    run_virtual(main())


def test_frames_stay_bytes_and_pings_are_answered() -> None:
    heard: list[aiohttp.WSMessage] = []

    async def script(socket: web.WebSocketResponse) -> None:
        await socket.send_str("text")
        await socket.send_bytes(b"\xff")
        await socket.ping(b"payload")
        heard.extend([await socket.receive() for _ in range(3)])
        await socket.pong(heard[-1].data)

    async def main() -> None:
        async with served(script) as url, WebSockets() as connect:
            socket = await connect(url)
            assert [await socket.receive() for _ in range(3)] == [b"text", b"\xff", None]
            await socket.send("hello")
            await socket.send(None)
            assert await socket.receive() is None
            assert [one.type.name for one in heard] == ["PONG", "TEXT", "PING"]
            assert bytes(heard[0].data) == b"payload"
            assert heard[1].data == "hello"
            socket.abort()
            with pytest.raises(SourceError):
                await socket.receive()
            with pytest.raises(SourceError, match="could not be written to"):
                await socket.send("hello")
            socket.abort()

    run_virtual(main())


def test_outside_of_async_with_it_does_not_connect() -> None:
    async def main(connect: Connect) -> Socket:
        return await connect("ws://127.0.0.1:9")

    with pytest.raises(SourceError, match="inside async with"):
        run_virtual(main(WebSockets()))


def handshake(status: int, **headers: str) -> aiohttp.WSServerHandshakeError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return aiohttp.WSServerHandshakeError(
        aiohttp.RequestInfo(url=None, method="GET", headers=None, real_url=None),  # type: ignore[arg-type]
        (),
        status=status,
        headers=named,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("error", "kind", "wait_s"),
    [
        (handshake(403), FaultKind.RATE_LIMITED, 60),
        (handshake(418, Retry_After="120"), FaultKind.RATE_LIMITED, 120),
        (handshake(429), FaultKind.RATE_LIMITED, 60),
        (handshake(429, Retry_After="999999999"), FaultKind.RATE_LIMITED, 3_600),
        (handshake(429, Retry_After="soon"), FaultKind.RATE_LIMITED, 60),
        (handshake(503), FaultKind.SERVER, None),
        (handshake(404), FaultKind.STATUS, None),
        (TimeoutError(), FaultKind.TIMEOUT, None),
        (ConnectionResetError(), FaultKind.RESET, None),
        (aiohttp.ServerDisconnectedError(), FaultKind.RESET, None),
        (ValueError("no URL"), FaultKind.UNEXPECTED, None),
        (SourceError("said before", FaultKind.TLS), FaultKind.TLS, None),
    ],
)
def test_a_failure_has_a_kind_and_a_wait(
    error: Exception, kind: FaultKind, wait_s: int | None
) -> None:
    found = explained(error)
    assert found.kind == kind
    assert found.retry_after_ns == (None if wait_s is None else wait_s * S)
