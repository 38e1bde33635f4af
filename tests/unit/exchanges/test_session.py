from __future__ import annotations

import asyncio
import socket

from supreme_system_v5.exchanges.session import open_session, patient_socket
from tests.support.fault_server import good, served


def test_the_system_notices_a_dead_connection() -> None:
    with patient_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 1))) as made:
        assert made.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            assert made.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 20_000


def test_a_session_asks_once() -> None:
    async def main() -> None:
        async with served() as server, open_session() as session:
            server.reply = good(b"yes")
            async with session.get(server.url) as response:
                assert await response.read() == b"yes"
            assert "User-Agent: supreme-system-v5\r\n" in server.requests[0]
            assert session._retry_connection is False

    asyncio.run(main())
