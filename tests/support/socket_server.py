"""A WebSocket server on the loopback that follows a script, one for each connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

__all__ = ["Script", "SocketServer", "served_socket", "stay", "tell"]

Script = Callable[[web.WebSocketResponse], Coroutine[Any, Any, None]]
"""Does something with a connection; when it ends, the connection is closed."""


async def stay(socket: web.WebSocketResponse) -> None:
    """Read on until the other side goes."""
    async for _ in socket:
        pass


def tell(*messages: str | bytes) -> Script:
    """Say something and stay."""

    async def script(socket: web.WebSocketResponse) -> None:
        for message in messages:
            if isinstance(message, str):
                await socket.send_str(message)
            else:
                await socket.send_bytes(message)
        await stay(socket)

    return script


class SocketServer:
    """Takes connections; the last script serves all that come after.

    Attributes:
        url: Its address, ``http://...``.
        scripts: For the connections to come.
        refusal: Answered to the handshake instead, if there is one.
        greetings: The first message of each connection.
        connections: How many there were.
    """

    def __init__(self) -> None:
        self.url = ""
        self.scripts: list[Script] = [stay]
        self.refusal: web.StreamResponse | None = None
        self.refusals = 0
        self.greetings: list[str] = []
        self.connections = 0
        self.autoping = True

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if self.refusal is not None:
            self.refusals += 1
            return web.Response(status=self.refusal.status, headers=self.refusal.headers)
        socket = web.WebSocketResponse(autoping=self.autoping)
        await socket.prepare(request)
        self.connections += 1
        self.greetings.append(await socket.receive_str())
        script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
        await script(socket)
        await socket.close()
        return socket


@asynccontextmanager
async def served_socket() -> AsyncIterator[SocketServer]:
    """Serve on a free port of the loopback, until the end of the block."""
    server = SocketServer()
    app = web.Application()
    app.router.add_get("/ws", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()
        await asyncio.sleep(0)
