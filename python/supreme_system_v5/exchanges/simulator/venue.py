"""What the venues of the simulator have in common: who listens to what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from supreme_system_v5.exchanges.simulator.altering import Body, Fields
from supreme_system_v5.exchanges.simulator.connection import Connection, Push
from supreme_system_v5.exchanges.simulator.core import Core
from supreme_system_v5.exchanges.simulator.faults import Fault
from supreme_system_v5.exchanges.simulator.tape import Minute, Print

if TYPE_CHECKING:
    from aiohttp import web

__all__ = ["VenueSide", "answer", "number_of"]

_NS = 10**9


class VenueSide:
    """One venue: its connections, and what it tells them. Venues derive from it.

    Args:
        core: Time, market and faults.

    Attributes:
        name: Which venue.
        connections: Those that are open.
    """

    name = ""

    def __init__(self, core: Core) -> None:
        self.core = core
        self.connections: list[Connection] = []
        self._listeners: dict[tuple[str, str], list[Connection]] = {}
        self._candle_told_ns = 0

    def routes(self) -> list[web.RouteDef]:
        """Return its REST routes."""
        raise NotImplementedError

    def sockets(self) -> dict[str, str]:
        """Return its WebSocket paths, with the name of the endpoint of each."""
        raise NotImplementedError

    def error(self, code: int, text: str) -> Body:
        """Return an error as it tells it in REST."""
        raise NotImplementedError

    def accepts(self) -> bool:
        """Return whether its limit of connections allows another one."""
        return True

    def opened(self, connection: Connection, request: web.Request) -> None:
        """Take a new connection."""

    def on_text(self, connection: Connection, text: str) -> None:
        """Take what a client says."""
        raise NotImplementedError

    def on_print(self, told: Print) -> None:
        """Tell a trade."""

    def on_minute(self, minute: Minute) -> None:
        """Tell a minute that closed."""

    def on_candle(self) -> None:
        """Tell the open minute; called once a second while there are trades."""

    def on_quote(self) -> None:
        """Tell bid and ask, which changed."""

    def on_timer(self, now_ns: int) -> None:
        """Let time pass, by the clock that never goes backward."""

    def strike(self, fault: Fault) -> None:
        """Let a fault that strikes at a time do what it does to its connections."""

    def listening(self, endpoint: str, name: str) -> bool:
        """Return whether anybody listens to a channel."""
        return bool(self._listeners.get((endpoint, name)))

    def tell(
        self,
        endpoint: str,
        channel: str,
        name: str,
        body: Body,
        fields: Fields,
        *,
        closed: bool = False,
    ) -> None:
        """Tell everybody who listens to a channel."""
        push = Push(channel, name, body, fields, closed=closed)
        for connection in tuple(self._listeners.get((endpoint, name), ())):
            connection.push(push)

    def listen(self, connection: Connection, name: str) -> None:
        """Let a connection listen to a channel."""
        if name not in connection.names:
            connection.names.add(name)
            self._listeners.setdefault((connection.endpoint, name), []).append(connection)

    def leave(self, connection: Connection, name: str) -> None:
        """Let it no longer listen."""
        if name in connection.names:
            connection.names.discard(name)
            self._listeners[connection.endpoint, name].remove(connection)

    def gone(self, connection: Connection) -> None:
        """Forget a connection."""
        for name in tuple(connection.names):
            self.leave(connection, name)
        if connection in self.connections:
            self.connections.remove(connection)

    def acknowledge(
        self, connection: Connection, name: str, channel: str, body: Body, refusal: Body
    ) -> bool:
        """Answer a subscription as the faults that strike have it; return whether it is made."""
        place = msgspec.structs.replace(connection.place, channel=channel, name=name)
        made = True
        for fault in self.core.faults.at("ack", place):
            match fault.kind:
                case "no_ack":
                    return False
                case "late_ack":
                    connection.send(body, after_s=fault.seconds or 1.0)
                    return made
                case "double_ack":
                    connection.send(body)
                case "refused_ack":
                    code = fault.code or 60018
                    connection.send(_recoded(refusal, code, fault.text))
                    return False
                case _:
                    made = False
        connection.send(body)
        return made


def _recoded(refusal: Body, code: int, text: str | None) -> Body:
    changed = dict(refusal)
    for name in ("code", "retCode"):
        if name in changed:
            changed[name] = type(changed[name])(code)
    for name in ("msg", "ret_msg"):
        if text and name in changed:
            changed[name] = text
    return changed


def answer(body: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:  # noqa: ANN401 - whatever a venue answers
    """Return an answer in JSON."""
    from aiohttp import web  # noqa: PLC0415 - who only reads of venues needs no server

    return web.Response(
        body=msgspec.json.encode(body),
        status=status,
        headers=headers,
        content_type="application/json",
    )


def number_of(text: str | None, default: int, low: int, high: int) -> int:
    """Return a number from a query, within bounds; the default when it is none."""
    try:
        value = int(text) if text else default
    except ValueError:
        value = default
    return min(max(value, low), high)
