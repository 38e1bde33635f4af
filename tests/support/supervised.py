"""A venue on a simulated clock that does what it is told, around a supervisor that keeps up."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from supreme_system_v5.domain.live import Channel
from supreme_system_v5.exchanges.protocol import (
    Acked,
    CandleTold,
    Endpoint,
    Message,
    Notice,
    Pong,
    QuoteTold,
    Refused,
    TradesTold,
)
from supreme_system_v5.exchanges.supervisor import (
    Abort,
    Change,
    Command,
    Complain,
    Open,
    Ping,
    Send,
    Supervisor,
    TradesBroken,
)
from tests.support.plain_venue import MINUTE, PlainVenue, S, candle, trade

__all__ = ["STEP", "World"]

STEP = S // 4
_QUOTE = QuoteTold(bid=1.0, bid_size=1.0, ask=2.0, ask_size=1.0)


@dataclass
class _Connection:
    endpoint: Endpoint
    standing: bool = False
    telling: set[Channel] = field(default_factory=set)


class World:
    """Connections, each telling what it was asked for, and the faults they have.

    Attributes:
        now: Nanoseconds.
        refusing: New connections fail.
        hanging: New connections never stand.
        mute: Nothing comes at all, no pong either.
        unacked: Channels that are neither confirmed nor told.
        dead: Channels that are confirmed, and tell nothing.
        hopeless: Channels that are refused.
        quiet: Nobody trades.
    """

    def __init__(
        self, venue: PlainVenue | None = None, seed: int = 1, *, hanging: bool = False
    ) -> None:
        self.now = 1_000 * MINUTE
        self.venue = venue or PlainVenue()
        self.supervisor = Supervisor(self.venue, random.Random(seed))
        self.connections: dict[int, _Connection] = {}
        self.refusing = self.mute = self.quiet = False
        self.hanging = hanging
        self.unacked: set[Channel] = set()
        self.dead: set[Channel] = set()
        self.hopeless: set[Channel] = set()
        self.opens: list[int] = []
        self.changes: list[tuple[int, Change]] = []
        self.complaints: list[Complain] = []
        self.broken = 0
        self.asked: list[tuple[int, str]] = []
        self._volume = 0.0
        self._trades = 0
        self._later: list[Callable[[], list[Command]]] = []
        self._do(self.supervisor.begin(self.now))

    def _do(self, commands: list[Command]) -> None:
        for command in commands:
            match command:
                case Open():
                    self._open(command)
                case Send():
                    self._send(command)
                case Ping():
                    self._later.append(lambda n=command.number: self._hear(n, Pong()))  # type: ignore[misc]
                case Abort():
                    del self.connections[command.number]
                case Change():
                    self.changes.append((self.now, command))
                case Complain():
                    self.complaints.append(command)
                case TradesBroken():
                    self.broken += 1

    def _open(self, command: Open) -> None:
        self.opens.append(self.now)
        self.connections[command.number] = _Connection(command.endpoint)
        if self.refusing:
            self._later.append(lambda: self._fail(command.number))
        elif not self.hanging:
            self._later.append(lambda: self._stand(command.number))

    def _fail(self, number: int) -> list[Command]:
        self.connections.pop(number, None)
        return self.supervisor.open_failed(number, "refused the connection", self.now)

    def _stand(self, number: int) -> list[Command]:
        if number not in self.connections:
            return []
        self.connections[number].standing = True
        return self.supervisor.opened(number, self.now)

    def _send(self, command: Send) -> None:
        assert self.connections[command.number].standing, "it cannot send before it stands"
        for text in command.texts:
            said = json.loads(text)
            if "end" in said:
                self.connections[command.number].telling.discard(Channel(said["end"]))
                continue
            channel = Channel(said["ask"])
            self.asked.append((self.now, channel))
            if channel in self.hopeless:
                refusal = Refused(channel=channel, code="60018", text="no such", hopeless=True)
                self._later.append(lambda r=refusal: self._hear(command.number, r))  # type: ignore[misc]
            elif channel not in self.unacked:
                self.connections[command.number].telling.add(channel)
                ack = Acked(channel=channel)
                self._later.append(lambda a=ack: self._hear(command.number, a))  # type: ignore[misc]

    def _hear(self, number: int, *messages: Message) -> list[Command]:
        if self.mute or number not in self.connections:
            return []
        return self.supervisor.heard(number, messages, self.now)

    def close(self, endpoint: str = "") -> None:
        """Let the other side close connections, of one endpoint or all."""
        for number, connection in list(self.connections.items()):
            if connection.standing and connection.endpoint.name.startswith(endpoint):
                del self.connections[number]
                self._do(self.supervisor.closed(number, "closed with 1006", self.now))

    def notice(self) -> None:
        """Announce the end of all connections."""
        for number in list(self.connections):
            self._do(self._hear(number, Notice(text="an upgrade", closes_in_ns=60 * S)))

    def heal(self) -> None:
        """Have no fault any more; what was confirmed falsely tells from now on."""
        self.refusing = self.hanging = self.mute = self.quiet = False
        self.unacked, self.dead, self.hopeless = set(), set(), set()

    def run(self, seconds: float) -> None:
        """Let time pass."""
        for _ in range(round(seconds * S / STEP)):
            self.now += STEP
            later, self._later = self._later, []
            for answer in later:
                self._do(answer())
            self._tell()
            self._do(self.supervisor.passed(self.now))
            assert self.supervisor.next_ns(self.now) > self.now, "it would be called for ever"

    def until(self, true: Callable[[], bool], seconds: float) -> float:
        """Let time pass until something is true; return how many seconds it took."""
        begin = self.now
        while not true():
            assert self.now - begin <= seconds * S, f"not within {seconds} s"
            self.run(STEP / S)
        return (self.now - begin) / S

    def _tell(self) -> None:
        minute = self.now - self.now % MINUTE
        if not self.quiet:
            self._volume += 1.0
            self._trades += 1
        if self.now % MINUTE < STEP:
            self._volume = 0.0
        bar = candle(minute, 1.0, 1.0, 1.0, 1.0, volume=self._volume, closed=False)
        sold = TradesTold(trades=(trade(self._trades, 1.0, 1.0, self.now),))
        said = {
            Channel.TRADES: None if self.quiet else sold,
            Channel.QUOTES: _QUOTE,
            Channel.CANDLES: CandleTold(candles=(bar,)) if self.now % S < STEP else None,
        }
        for number, connection in list(self.connections.items()):
            for channel in connection.telling - self.dead - self.unacked:
                message = said[channel]
                if message is not None:
                    self._do(self._hear(number, message))

    @property
    def whole(self) -> bool:
        """Return whether the feed is fresh and each channel told on one standing connection."""
        telling = [c for connection in self.connections.values() for c in connection.telling]
        return self.supervisor.fresh and sorted(telling) == sorted(Channel)

    def counts(self) -> dict[str, int]:
        """Return how many connections each endpoint has, those under way included."""
        names = [connection.endpoint.name for connection in self.connections.values()]
        return {name: names.count(name) for name in set(names)}
