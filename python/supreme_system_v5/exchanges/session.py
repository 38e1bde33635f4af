"""The one session of HTTP that a venue's REST and WebSockets share."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["open_session", "patient_socket"]

_AGENT = "supreme-system-v5"
_SILENT_S = 20
_MOST_CONNECTIONS = 8
_NAMES_KEPT_S = 60


def open_session(
    *, connect_s: float = 5.0, read_s: float = 10.0, total_s: float = 20.0
) -> aiohttp.ClientSession:
    """Return a session, to be entered with ``async with`` on the running loop.

    A dead connection is noticed by the system too: probes when nothing is told, and an end after
    20 s without an acknowledgement of what was sent.

    Args:
        connect_s: Seconds until a connection stands.
        read_s: Seconds without a byte, of an answer over REST.
        total_s: Seconds for such an answer as a whole.
    """
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=_MOST_CONNECTIONS, ttl_dns_cache=_NAMES_KEPT_S, socket_factory=patient_socket
        ),
        cookie_jar=aiohttp.DummyCookieJar(loop=asyncio.get_running_loop()),
        headers={"User-Agent": _AGENT, "Accept-Encoding": "gzip"},
        timeout=aiohttp.ClientTimeout(total=total_s, sock_connect=connect_s, sock_read=read_s),
    )
    # By itself it asks once more when a connection breaks, unseen by limits and counts.
    session._retry_connection = False  # noqa: SLF001 - there is no other switch
    return session


def patient_socket(address: Sequence[Any]) -> socket.socket:
    """Return a socket that notices a peer that is gone; a factory for aiohttp's connector."""
    family, kind, protocol = address[:3]
    made = socket.socket(family=family, type=kind, proto=protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _SILENT_S * 1_000)
    return made
