"""Keeps the connections of one market alive: what to do when something comes, or does not.

A state machine without sockets, clock or tasks. It is told what happened and when, and answers what
to do; the same happenings give the same answers. Of every connection it knows how far it is
(connecting, open, and per channel asked, confirmed, told) and until when the next step has to come.
What is silent is asked for again once, then connected to anew, with waits that grow. A connection
whose end is announced, or near, gets a successor first and is dropped when that one tells
everything; meanwhile both do.
"""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass

from supreme_system_v5.domain.live import Candle, Channel
from supreme_system_v5.exchanges._commands import (
    Abort,
    Change,
    Command,
    Complain,
    Open,
    Ping,
    Send,
    TradesBroken,
)
from supreme_system_v5.exchanges._link import Link, State, SupervisorLimits, Watch
from supreme_system_v5.exchanges.protocol import (
    Acked,
    CandleTold,
    Endpoint,
    Message,
    Notice,
    QuoteTold,
    Refused,
    TradesTold,
    VenueProtocol,
)

__all__ = [
    "Abort",
    "Change",
    "Command",
    "Complain",
    "Open",
    "Ping",
    "Send",
    "Supervisor",
    "SupervisorLimits",
    "TradesBroken",
]

_S = 1_000_000_000


@dataclass(slots=True)
class _Line:
    """One endpoint: its connection, the successor of that, and when to try again."""

    endpoint: Endpoint
    link: Link | None = None
    successor: Link | None = None
    failures: int = 0
    retry_ns: int = 0

    @property
    def links(self) -> list[Link]:
        return [link for link in (self.link, self.successor) if link is not None]


class Supervisor:
    """Decides over all connections of one market.

    All times are integer nanoseconds of one clock that never goes back. Every method answers the
    commands that are to be carried out, in order. Numbers of connections are never used twice; what
    is told of one that was aborted is not listened to.

    Args:
        protocol: The venue's.
        chance: Draws waits, and when connections are renewed.
        limits: How long is too long.

    Attributes:
        fresh: Whether trades come, and may be traded on.
        reason: Why not; empty when fresh.
        connects: Connections that stood.
        reconnects: Those after the first of each endpoint.
    """

    def __init__(
        self,
        protocol: VenueProtocol,
        chance: random.Random,
        limits: SupervisorLimits | None = None,
    ) -> None:
        self.fresh = False
        self.reason = "not connected yet"
        self.connects = 0
        self.reconnects = 0
        self._protocol = protocol
        self._chance = chance
        self._limits = limits or SupervisorLimits()
        self._lines = [_Line(endpoint) for endpoint in protocol.endpoints]
        self._numbers = 0
        self._stood: set[str] = set()
        self._opens: deque[int] = deque()
        self._covered = False
        self._announced = False
        self._loss = ""
        self._refusal = ""
        self._minute: tuple[int, float] = (0, 0.0)
        self._data_ns: int | None = None
        self._trade_ns: int | None = None

    def begin(self, now_ns: int) -> list[Command]:
        """Connect for the first time."""
        return self._settle(now_ns, [])

    def opened(self, number: int, now_ns: int) -> list[Command]:
        """Take that a connection stands."""
        _, link = self._find(number)
        if link is None or link.opened_ns is not None:
            return []
        self.connects += 1
        self.reconnects += link.endpoint.name in self._stood
        self._stood.add(link.endpoint.name)
        return self._settle(now_ns, [link.opened(now_ns, self._chance.random())])

    def open_failed(
        self, number: int, reason: str, now_ns: int, wait_ns: int | None = None
    ) -> list[Command]:
        """Take that a connection could not be made; `wait_ns`: how long the venue wants us away."""
        return self._lost(number, reason, now_ns, wait_ns)

    def closed(self, number: int, reason: str, now_ns: int) -> list[Command]:
        """Take that a connection ended by itself."""
        return self._lost(number, reason, now_ns, None)

    def heard(self, number: int, messages: tuple[Message, ...], now_ns: int) -> list[Command]:
        """Take a frame and what it says; nothing for one that cannot be read."""
        line, link = self._find(number)
        if line is None or link is None:
            return []
        link.heard(now_ns)
        commands: list[Command] = []
        news = False
        for message in messages:
            match message:
                case TradesTold():
                    if message.trades:
                        self._data_ns = self._trade_ns = now_ns
                        news |= link.told(Channel.TRADES, now_ns)
                case QuoteTold():
                    self._data_ns = now_ns
                    news |= link.told(Channel.QUOTES, now_ns)
                case CandleTold():
                    self._data_ns = now_ns
                    self._watch_minutes(message.candles)
                    news |= link.told(Channel.CANDLES, now_ns)
                case Acked():
                    link.acked(message.channel)
                    news = True
                case Notice():
                    link.renew_ns = now_ns
                    news = True
                    commands.append(Complain(kind="notice", text=self._named(link, message.text)))
                case Refused():
                    news = True
                    commands += self._refused(line, link, message, now_ns)
                case _:
                    pass
        return self._settle(now_ns, commands) if news or not self.fresh else commands

    def passed(self, now_ns: int) -> list[Command]:
        """Take that time has passed; to be called at `next_ns`, or a little later."""
        return self._settle(now_ns, [])

    def resumed(self, now_ns: int) -> None:
        """Take that nobody listened until now: what did not come meanwhile is not missing."""
        if self._data_ns is not None:
            self._data_ns = now_ns
        for line in self._lines:
            for link in line.links:
                link.resumed(now_ns)

    def next_ns(self, now_ns: int) -> int:
        """Return when something may be overdue next."""
        market = self._data_ns or 0
        times = [link.next_ns(market) for line in self._lines for link in line.links]
        for line in self._lines:
            if line.link is None:
                times.append(max(line.retry_ns, self._allowed_ns(now_ns)))
            elif line.successor is None:
                times.append(max(line.link.renew_ns, line.retry_ns, self._allowed_ns(now_ns)))
            elif line.successor.opened_ns is not None:
                times.append(line.successor.opened_ns + self._limits.overlap_ns)
        if self.fresh and self._data_ns is not None:
            times.append(self._data_ns + self._limits.silent_ns)
        return min(times)

    def _find(self, number: int) -> tuple[_Line | None, Link | None]:
        for line in self._lines:
            for link in line.links:
                if link.number == number:
                    return line, link
        return None, None

    def _named(self, link: Link, text: str) -> str:
        return f"{self._protocol.name} {link.endpoint.name}: {text}"

    def _watch_minutes(self, candles: tuple[Candle, ...]) -> None:
        """Tell the connections when the exchange's minute grew."""
        for candle in candles:
            minute = (candle.open_ns, candle.volume)
            if minute <= self._minute:
                continue
            if candle.volume > 0 and self._minute[0] != 0:
                for line in self._lines:
                    for link in line.links:
                        link.grew()
            self._minute = minute

    def _refused(self, line: _Line, link: Link, message: Refused, now_ns: int) -> list[Command]:
        asked = [channel for channel, w in link.watches.items() if w.state is State.ASKED]
        meant = asked if message.channel is None else [message.channel]
        what = ", ".join(meant) or "the connection"
        text = self._named(link, f"{what} refused: {message.code} {message.text}".rstrip())
        commands: list[Command] = [Complain(kind="refused", text=text)]
        if message.hopeless and meant:
            for channel in meant:
                link.refuse(channel, now_ns)
            if Channel.TRADES in meant:
                self._refusal = text
        elif not meant:  # the connection itself; a channel is asked for again when it is overdue
            commands += self._drop(line, link, text, now_ns)
        return commands

    def _lost(self, number: int, reason: str, now_ns: int, wait_ns: int | None) -> list[Command]:
        line, link = self._find(number)
        if line is None or link is None:
            return []
        self._give_up(line, link, reason, now_ns, wait_ns)
        return self._settle(now_ns, [Complain(kind="lost", text=self._named(link, reason))])

    def _drop(self, line: _Line, link: Link, reason: str, now_ns: int) -> list[Command]:
        self._give_up(line, link, reason, now_ns, None)
        return [
            Abort(number=link.number, reason=reason),
            Complain(kind="given_up", text=self._named(link, reason)),
        ]

    def _give_up(
        self, line: _Line, link: Link, reason: str, now_ns: int, wait_ns: int | None
    ) -> None:
        """Forget a connection; its successor takes its place, or the next try is planned."""
        if link.told_ns is not None and now_ns - link.told_ns >= self._limits.stable_ns:
            line.failures = 0
        if link is line.successor:
            line.successor = None
        else:
            line.link, line.successor = line.successor, None
        line.failures += 1
        wait = max(self._wait_ns(line.failures), wait_ns or 0)
        if link.refused:
            wait = max(wait, self._limits.refused_ns)
        line.retry_ns = now_ns + wait
        if Channel.TRADES in link.endpoint.channels:
            self._loss = self._named(link, reason)

    def _wait_ns(self, failures: int) -> int:
        shortest, longest = self._limits.shortest_wait_ns, self._limits.longest_wait_ns
        high = min(longest, shortest << min(failures, 16))
        low = max(shortest, high // 2)
        return low + round((high - low) * self._chance.random())

    def _allowed_ns(self, now_ns: int) -> int:
        """Return when the venue allows the next connection."""
        limit = self._protocol.connect_limit
        while self._opens and self._opens[0] + limit.window_ns <= now_ns:
            self._opens.popleft()
        if len(self._opens) < limit.connects:
            return now_ns
        return self._opens[-limit.connects] + limit.window_ns

    def _settle(self, now_ns: int, commands: list[Command]) -> list[Command]:
        """Do everything that is due, and say how the feed is."""
        for line in self._lines:
            for link in line.links:
                found, reason = link.check(now_ns, self._data_ns or 0)
                commands += found
                if reason:
                    commands += self._drop(line, link, reason, now_ns)
            self._replace(line, now_ns, commands)
            self._connect(line, now_ns, commands)
        self._judge(now_ns, commands)
        return commands

    def _replace(self, line: _Line, now_ns: int, commands: list[Command]) -> None:
        """Let a successor take over once it tells what the old one does."""
        old, new = line.link, line.successor
        if old is None or new is None or new.opened_ns is None:
            return
        late = now_ns >= new.opened_ns + self._limits.overlap_ns
        if new.complete or (late and new.useful):
            line.link, line.successor, line.failures = new, None, 0
            commands.append(Abort(number=old.number, reason="its successor took over"))
        elif late:
            commands += self._drop(line, new, "the successor does not tell everything", now_ns)

    def _connect(self, line: _Line, now_ns: int, commands: list[Command]) -> None:
        wanted = line.link is None or (line.successor is None and now_ns >= line.link.renew_ns)
        if not wanted or now_ns < line.retry_ns or now_ns < self._allowed_ns(now_ns):
            return
        self._numbers += 1
        self._opens.append(now_ns)
        link = Link(self._numbers, line.endpoint, self._protocol, self._limits, now_ns)
        if line.link is None:
            line.link = link
        else:
            line.successor = link
        commands.append(Open(number=link.number, endpoint=line.endpoint))

    def _judge(self, now_ns: int, commands: list[Command]) -> None:
        watches = [
            link.watches[Channel.TRADES]
            for line in self._lines
            for link in line.links
            if Channel.TRADES in link.watches
        ]
        covered = any(watch.covers for watch in watches)
        if self._covered and not covered:
            commands.append(TradesBroken())
        self._covered = covered
        reason = self._staleness(now_ns, watches)
        if not reason:
            self._loss = self._refusal = ""
        if bool(reason) == self.fresh or (reason and self._loss and not self._announced):
            self._announced = True
            commands.append(Change(fresh=not reason, reason=reason, since_ns=self._data_ns))
        self.fresh, self.reason = not reason, reason

    def _staleness(self, now_ns: int, watches: list[Watch]) -> str:
        """Return why the feed is not fresh; empty when it is."""
        if any(watch.state is State.TOLD and not watch.again for watch in watches):
            if self._data_ns is not None and now_ns >= self._data_ns + self._limits.silent_ns:
                return f"nothing was told for {self._limits.silent_ns // _S} s"
            return ""
        if self._refusal and any(watch.state is State.REFUSED for watch in watches):
            return self._refusal
        if self._trade_ns is not None and any(watch.again for watch in watches):
            silent = (now_ns - self._trade_ns) // _S
            return f"no trade for {silent} s, though the connection stands"
        if self._loss:
            return self._loss
        return "no trade was told yet" if any(w.covers for w in watches) else "not connected yet"
