"""What faults do to requests of REST, and to their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from supreme_system_v5.exchanges.simulator.altering import without_rows
from supreme_system_v5.exchanges.simulator.connection import reset_transport
from supreme_system_v5.exchanges.simulator.core import Core
from supreme_system_v5.exchanges.simulator.faults import Fault, Place
from supreme_system_v5.exchanges.simulator.venue import VenueSide, answer

if TYPE_CHECKING:
    from aiohttp import web
    from aiohttp.typedefs import Handler, Middleware

__all__ = ["RestFaults", "venue_of"]

_NS = 10**9
_HOUR_S = 3_600.0
_PIECES = 40
_PAGE = "<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>"


def venue_of(path: str) -> str:
    """Return the venue whose path it is; empty for the simulator's own.

    >>> venue_of("/api/v5/market/trades"), venue_of("/fapi/v1/time")
    ('okx', 'binance-usdm')
    """
    for start, venue in (
        ("/api/v5/", "okx"),
        ("/api/v3/", "binance"),
        ("/fapi/", "binance-usdm"),
        ("/v5/", "bybit"),
    ):
        if path.startswith(start):
            return venue
    return ""


class RestFaults:
    """Stands before all requests.

    Args:
        core: Time and faults.
        venues: For their ways of telling errors.
    """

    def __init__(self, core: Core, venues: tuple[VenueSide, ...]) -> None:
        self._core = core
        self._venues = {venue.name: venue for venue in venues}

    def middleware(self) -> Middleware:
        """Return it as the server wants it."""
        from aiohttp import web  # noqa: PLC0415 - only the server needs it

        @web.middleware
        async def handle(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self._handle(request, handler)

        return handle

    async def _handle(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        venue = venue_of(request.path)
        if not venue or "Upgrade" in request.headers:
            return await handler(request)
        place = Place(venue=venue, route=request.path)
        signed = "OK-ACCESS-KEY" in request.headers
        kinds = _REST | {"wrong_key"} if signed else _REST
        for fault in self._core.faults.at("rest", place, kinds):
            return await self._struck(fault, request, venue)
        response = await handler(request)
        for fault in self._core.faults.at("reply", place):
            if fault.kind == "rest_slow":
                return await self._slowly(fault, request, response)
            body = getattr(response, "body", None)
            if isinstance(body, bytes):
                response = answer(without_rows(msgspec.json.decode(body), fault))
        return response

    async def _struck(self, fault: Fault, request: web.Request, venue: str) -> web.StreamResponse:
        from aiohttp import web  # noqa: PLC0415 - only the server needs it

        headers = {} if fault.seconds is None else {"Retry-After": str(int(fault.seconds))}
        side = self._venues.get(venue)
        match fault.kind:
            case "rest_hang":
                seconds = _HOUR_S if fault.seconds is None else fault.seconds
                await self._core.sleep(int(seconds * _NS))
                reset_transport(request)
                return web.Response(status=503)
            case "rest_cut":
                response = web.StreamResponse(headers={"Content-Length": "1000"})
                await response.prepare(request)
                await response.write(b'{"code":"0","data":[')
                reset_transport(request)
                return response
            case "rest_html":
                status = fault.status or 502
                return web.Response(
                    status=status, text=_PAGE, content_type="text/html", headers=headers
                )
            case "rest_code" | "wrong_key":
                code = fault.code or (50_101 if fault.kind == "wrong_key" else 50_013)
                text = fault.text or "Systems are busy. Please try again later."
                status = 401 if fault.kind == "wrong_key" else 200
                return answer(side.error(code, text) if side else {}, status=status)
            case _:
                status = fault.status or 429
                text = fault.text or "Too Many Requests"
                body = side.error(fault.code or 50_011, text) if side else {}
                return answer(body, status=status, headers=headers)

    async def _slowly(
        self, fault: Fault, request: web.Request, whole: web.StreamResponse
    ) -> web.StreamResponse:
        from aiohttp import web  # noqa: PLC0415 - only the server needs it

        body = getattr(whole, "body", b"")
        body = body if isinstance(body, bytes) else b""
        response = web.StreamResponse(
            headers={"Content-Type": "application/json", "Content-Length": str(len(body))}
        )
        await response.prepare(request)
        pause_ns = int((fault.seconds or 10.0) * _NS / _PIECES)
        size = max(-(-len(body) // _PIECES), 1)
        for place in range(0, len(body), size):
            await self._core.sleep(pause_ns)
            await response.write(body[place : place + size])
        return response


_REST = frozenset({"rest_status", "rest_html", "rest_code", "rest_hang", "rest_cut"})
