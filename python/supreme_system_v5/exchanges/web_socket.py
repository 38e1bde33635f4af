"""WebSockets to an exchange: made, read, pinged, and dropped without ceremony; failures classified.

A connection that does not answer any more is aborted, not closed: a goodbye would wait for
somebody who is gone. Watching for silence is the supervisor's work: reading has no time limit here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Protocol, Self

import aiohttp

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.errors import SourceError
from supreme_system_v5.exchanges.session import patient_socket

__all__ = ["MOST_FRAME_BYTES", "Connect", "Socket", "WebSockets", "explained"]

MOST_FRAME_BYTES = 4 * 1_024 * 1_024
_S = 1_000_000_000
_REFUSED_WAIT_NS = 60 * _S
_LONGEST_WAIT_S = 3_600
_LIMITED = frozenset({403, 418, 429})
_SERVER = 500


class Socket(Protocol):
    """One connection."""

    async def receive(self) -> str | bytes | None:
        """Return the next frame; None for one of the protocol itself, a ping or its answer.

        Raises:
            SourceError: It ended; the message says how.
        """
        ...

    async def send(self, text: str | None) -> None:
        """Send a text, or a ping frame for None; raise SourceError if it cannot be."""
        ...

    def abort(self) -> None:
        """Drop it at once."""
        ...


Connect = Callable[[str], Awaitable[Socket]]
"""Connects to an address, or raises a SourceError that says why it could not."""


class WebSockets:
    """Connects with aiohttp; to be entered with ``async with``, in a running event loop.

    TCP notices a peer that is gone after 20 s, text frames stay bytes, nothing is compressed, and
    a frame of more than 4 MiB ends the connection.
    """

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(
            limit=8, ttl_dns_cache=60, force_close=True, socket_factory=patient_socket
        )
        self._session = aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar()
        )
        # By itself it connects once more when a handshake breaks off, past the venue's limit.
        self._session._retry_connection = False  # noqa: SLF001 - there is no other switch
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def __call__(self, url: str) -> Socket:
        """Connect.

        Raises:
            SourceError: It could not; `kind` and, where the venue asks for a wait,
                `retry_after_ns` are set.
        """
        if self._session is None:
            raise SourceError("not connected: use it inside async with", FaultKind.UNEXPECTED)
        try:
            response = await self._session.ws_connect(
                url,
                timeout=aiohttp.ClientWSTimeout(ws_receive=None, ws_close=1.0),
                autoclose=False,
                autoping=False,
                heartbeat=None,
                compress=0,
                max_msg_size=MOST_FRAME_BYTES,
                decode_text=False,
            )
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise explained(error) from None
        return _AiohttpSocket(response)


class _AiohttpSocket:
    def __init__(self, response: aiohttp.ClientWebSocketResponse[Any]) -> None:
        self._response = response

    async def receive(self) -> str | bytes | None:
        message = await self._response.receive()
        match message.type:
            case aiohttp.WSMsgType.TEXT | aiohttp.WSMsgType.BINARY:
                data: str | bytes = message.data
                return data
            case aiohttp.WSMsgType.PING:
                await self._carefully(self._response.pong(message.data))
                return None
            case aiohttp.WSMsgType.PONG:
                return None
            case aiohttp.WSMsgType.CLOSE:
                told = str(message.extra or "")[:100]
                raise SourceError(f"closed with {message.data} {told}".rstrip(), FaultKind.RESET)
            case aiohttp.WSMsgType.ERROR if isinstance(message.data, aiohttp.WebSocketError):
                large = message.data.code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
                raise SourceError(
                    "sent a frame of more than 4 MiB" if large else "broke the WebSocket protocol",
                    FaultKind.TOO_LARGE if large else FaultKind.PROTOCOL,
                )
            case _:
                raise SourceError("broke off without a word (1006)", FaultKind.RESET)

    async def send(self, text: str | None) -> None:
        sending = self._response.ping() if text is None else self._response.send_str(text)
        await self._carefully(sending)

    async def _carefully(self, sending: Awaitable[None]) -> None:
        try:
            async with asyncio.timeout(10):
                await sending
        except (aiohttp.ClientError, OSError, RuntimeError) as error:
            raise SourceError(f"could not be written to ({error})", FaultKind.RESET) from None

    def abort(self) -> None:
        response = self._response._response  # noqa: SLF001 - there is no other way to abort
        connection = response.connection
        if connection is not None and connection.transport is not None:
            connection.transport.abort()
        response.close()


def explained(error: BaseException) -> SourceError:
    """Return what a failure to connect means, in words, as a kind, and how long to stay away."""
    match error:
        case SourceError():
            return error
        case aiohttp.WSServerHandshakeError():
            return _refused(error)
        case aiohttp.ClientConnectorDNSError():
            kind, text = FaultKind.DNS, "its name has no address: is the network there?"
        case aiohttp.ClientSSLError() | aiohttp.ServerFingerprintMismatch():
            kind, text = FaultKind.TLS, "it cannot prove who it is (TLS)"
        case TimeoutError():
            kind, text = FaultKind.TIMEOUT, "it did not answer in time"
        case aiohttp.ClientConnectorError():
            kind, text = FaultKind.CONNECT, "it refuses connections"
        case aiohttp.ClientError() | OSError():
            kind = FaultKind.RESET
            text = f"it broke off during the handshake ({type(error).__name__})"
        case _:
            kind = FaultKind.UNEXPECTED
            text = f"it could not be connected to ({type(error).__name__})"
    return SourceError(text, kind)


def _refused(error: aiohttp.WSServerHandshakeError) -> SourceError:
    status = error.status
    hint = {
        403: ": this address or region is not served, or asked too often",
        418: ": banned for asking too often",
        429: ": asked too often",
        503: ": it is busy, or in maintenance",
    }.get(status, "")
    asked = (error.headers.get("Retry-After") or "") if error.headers else ""
    wait = _REFUSED_WAIT_NS if status in _LIMITED else None
    if asked.isascii() and asked.isdecimal():
        wait = min(int(asked[:6]), _LONGEST_WAIT_S) * _S
    kind = FaultKind.SERVER if status >= _SERVER else FaultKind.STATUS
    kind = FaultKind.RATE_LIMITED if status in _LIMITED else kind
    return SourceError(f"the handshake was answered with status {status}{hint}", kind, wait)
