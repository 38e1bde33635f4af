"""``/metrics``, ``/healthz`` and ``/readyz`` over HTTP; only on this machine unless told otherwise.

Every answer is made at once from one status, so that a request is one short stretch of the event
loop; more connections than a few are refused. There is no access log. It is aiohttp's low-level
server: three paths need no router, whose import alone is more than a megabyte.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

import msgspec
from aiohttp.web_response import Response
from aiohttp.web_server import Server

from supreme_system_v5.domain.status import LiveStatus
from supreme_system_v5.errors import SettingsError
from supreme_system_v5.monitoring.health import Health, liveness, readiness
from supreme_system_v5.monitoring.metrics import Metrics

if TYPE_CHECKING:
    from typing import Self

    from aiohttp.web_request import BaseRequest

__all__ = ["MetricsServer"]

_MOST_CONNECTIONS = 32
_CLOSING_S = 1.0
_PATHS = "/metrics, /healthz and /readyz"


class MetricsServer:
    """Serves what is there to see, between ``async with`` and its end.

    Args:
        metrics: What is exported.
        status: Tells how the system is now.
        host: Address to listen at.
        port: Where; 0 for any that is free.

    Raises:
        SettingsError: On entering: it cannot listen there.
    """

    __slots__ = ("_host", "_listener", "_metrics", "_port", "_server", "_status")

    def __init__(
        self,
        metrics: Metrics,
        status: Callable[[], LiveStatus],
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self._metrics = metrics
        self._status = status
        self._host = host
        self._port = port
        self._server: Server | None = None
        self._listener: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """Where it listens; the one asked for while it does not."""
        if self._listener is None:
            return self._port
        port: int = self._listener.sockets[0].getsockname()[1]
        return port

    @property
    def url(self) -> str:
        """Where a Prometheus finds it."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self.port}/metrics"

    async def __aenter__(self) -> Self:
        """Begin to listen."""
        loop = asyncio.get_running_loop()
        self._server = Server(self._answer, access_log=None)
        try:
            self._listener = await loop.create_server(
                self._server, self._host, self._port, backlog=_MOST_CONNECTIONS
            )
        except OSError as error:
            raise SettingsError(
                f"METRICS_PORT={self._port}: cannot listen at {self._host} "
                f"({error.strerror or error}); "
                "set another METRICS_PORT (0 takes a free one), or a METRICS_HOST of this machine"
            ) from error
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close everything, at once where nothing is being answered."""
        if self._listener is not None and self._server is not None:
            self._listener.close()
            await self._server.shutdown(_CLOSING_S)
            await self._listener.wait_closed()
        self._listener = self._server = None

    async def _answer(self, request: BaseRequest) -> Response:
        if self._server is not None and len(self._server.connections) > _MOST_CONNECTIONS:
            busy = Response(status=503, text=f"more than {_MOST_CONNECTIONS} connections\n")
            busy.force_close()
            return busy
        if request.method not in ("GET", "HEAD"):
            return Response(status=405, text="GET only\n", headers={"Allow": "GET, HEAD"})
        match request.path:
            case "/metrics":
                body, kind = self._metrics.render(request.headers.get("Accept", ""))
                return Response(body=body, headers={"Content-Type": kind})
            case "/healthz":
                return _told(liveness(self._status()))
            case "/readyz":
                return _told(readiness(self._status()))
            case _:
                return Response(status=404, text=f"there are {_PATHS}\n")


def _told(health: Health) -> Response:
    return Response(
        status=200 if health.ok else 503,
        body=msgspec.json.encode(health) + b"\n",
        content_type="application/json",
    )
