"""The simulated exchange in virtual time, a client of it, and whether messages look alike."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from supreme_system_v5.exchanges.simulator import Fault, SimulatedExchange
from tests.support.virtual_loop import LoopClock, run_virtual

__all__ = ["Client", "Told", "differences", "sample", "simulated", "sleep_virtual", "visit"]

Told = dict[str, Any]
_NS = 10**9


async def sleep_virtual(duration_ns: int, /) -> None:
    await asyncio.sleep(duration_ns / _NS)


class Client:
    """One WebSocket; keeps all that it was told.

    Attributes:
        texts: Messages as they came.
        closed: The code of the close frame; 1006 when there was none; None while it is open.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.texts: list[str] = []
        self.binary: list[bytes] = []
        self.closed: int | None = None

    @property
    def messages(self) -> list[Told]:
        found = []
        for text in self.texts:
            try:
                found.append(json.loads(text))
            except ValueError:
                continue
        return found

    async def send(self, body: object) -> None:
        await self.socket.send_str(body if isinstance(body, str) else json.dumps(body))

    async def listen(self, seconds: float) -> list[Told]:
        """Read for so long; return what came meanwhile."""
        before = len(self.messages)
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while loop.time() < end and self.closed is None:
            try:
                message = await asyncio.wait_for(self.socket.receive(), end - loop.time())
            except TimeoutError:
                break
            if message.type is aiohttp.WSMsgType.TEXT:
                self.texts.append(message.data)
            elif message.type is aiohttp.WSMsgType.BINARY:
                self.binary.append(message.data)
            elif message.type is aiohttp.WSMsgType.CLOSE:
                self.closed = message.data
            else:
                self.closed = self.socket.close_code or 1006
        return self.messages[before:]


class Visit:
    """The exchange and how to reach it."""

    def __init__(self, exchange: SimulatedExchange, session: aiohttp.ClientSession) -> None:
        self.exchange = exchange
        self.session = session

    async def get(self, path: str, **query: object) -> Any:  # noqa: ANN401 - whatever it answers
        params = {name: str(value) for name, value in query.items()}
        async with self.session.get(self.exchange.url + path, params=params) as response:
            return await response.json(content_type=None)

    @asynccontextmanager
    async def connect(self, path: str) -> AsyncIterator[Client]:
        socket = await self.session.ws_connect(self.exchange.url + path, autoclose=True)
        try:
            yield Client(socket)
        finally:
            await socket.close()

    def inject(self, kind: str, **how: Any) -> str:  # noqa: ANN401 - of a fault
        return self.exchange.faults.inject(Fault(kind=kind, **how))


@asynccontextmanager
async def simulated(**how: Any) -> AsyncIterator[Visit]:  # noqa: ANN401 - of the exchange
    clock = LoopClock(asyncio.get_running_loop())
    market = how.pop("market", "normal")
    async with (
        SimulatedExchange(market, clock=clock, sleep=sleep_virtual, **how) as exchange,
        # Kept connections would be tried again by themselves when they break.
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as session,
    ):
        yield Visit(exchange, session)


def visit(main: Callable[[Visit], Awaitable[None]], **how: Any) -> None:  # noqa: ANN401 - same
    """Run a test against a new exchange in virtual time."""

    async def run() -> None:
        async with simulated(**how) as there:
            await main(there)

    run_virtual(run())


def sample(data_dir: Path, name: str) -> Any:  # noqa: ANN401 - whatever it holds
    """Return a message of the documentation."""
    path = data_dir / "exchange_messages" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def differences(expected: object, told: object, where: str = "") -> list[str]:
    """Return where two messages have other keys or types; rows are compared by the first."""
    if isinstance(expected, dict) and isinstance(told, dict):
        found = [f"{where}.{key} is missing" for key in expected if key not in told]
        found += [f"{where}.{key} is not documented" for key in told if key not in expected]
        for key in expected:
            if key in told:
                found += differences(expected[key], told[key], f"{where}.{key}")
        return found
    if isinstance(expected, list) and isinstance(told, list):
        if not expected or not told:
            return []
        if isinstance(expected[0], list | dict):
            return differences(expected[0], told[0], f"{where}[0]")
        found = [] if len(expected) == len(told) else [f"{where}: {len(told)} in a row"]
        for place, (one, other) in enumerate(zip(expected, told, strict=False)):
            found += differences(one, other, f"{where}[{place}]")
        return found
    if type(expected) is not type(told):
        return [f"{where} is {told!r}, documented is {expected!r}"]
    return []
