"""The way to a simulated exchange, where something can go wrong that no exchange does."""

from __future__ import annotations

from supreme_system_v5.exchanges.protocol import VenueProtocol
from supreme_system_v5.exchanges.web_socket import Socket, WebSockets
from supreme_system_v5.ports import Clock

__all__ = ["FaultyPath"]

_S = 1_000_000_000
_MESSAGES_PER_S = {"okx": 3, "binance": 5, "binance-usdm": 10, "bybit": 10}


class FaultyPath:
    """The way to the exchange: counts what is sent, and may be broken.

    Attributes:
        opens_ns: When connections were tried.
        broken: How; empty when it is well.
    """

    def __init__(self, inner: WebSockets, clock: Clock) -> None:
        self._inner = inner
        self._clock = clock
        self.opens_ns: list[int] = []
        self.sent: list[list[int]] = []
        self.broken = ""

    async def __call__(self, url: str) -> Socket:
        self.opens_ns.append(self._clock.monotonic_ns())
        if self.broken == "tls":
            url = f"wss{url.removeprefix('ws')}"
        elif self.broken == "down":
            url = "ws://127.0.0.1:1/"
        return _Counted(await self._inner(url), self)

    def note(self, times: list[int]) -> None:
        times.append(self._clock.monotonic_ns())

    def problems(self, protocol: VenueProtocol) -> list[str]:
        """Return where the venue's limits were not kept."""
        limit = protocol.connect_limit
        found = []
        if _most_within(self.opens_ns, limit.window_ns) > limit.connects:
            found.append(f"more than {limit.connects} connections in {limit.window_ns // _S} s")
        allowed = _MESSAGES_PER_S[protocol.name]
        if any(_most_within(times, _S) > allowed for times in self.sent):
            found.append(f"more than {allowed} messages in a second")
        return found


class _Counted:
    def __init__(self, socket: Socket, path: FaultyPath) -> None:
        self._socket = socket
        self._path = path
        self._sent: list[int] = []
        path.sent.append(self._sent)

    async def receive(self) -> str | bytes | None:
        return await self._socket.receive()

    async def send(self, text: str | None) -> None:
        self._path.note(self._sent)
        await self._socket.send(text)

    def abort(self) -> None:
        self._socket.abort()


def _most_within(times: list[int], window_ns: int) -> int:
    return max(
        (sum(begin <= time < begin + window_ns for time in times) for begin in times), default=0
    )
