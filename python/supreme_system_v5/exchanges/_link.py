"""One connection: what was asked, what came, and what is overdue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import msgspec

from supreme_system_v5.domain.live import Channel
from supreme_system_v5.exchanges._commands import Command, Ping, Send
from supreme_system_v5.exchanges.protocol import Endpoint, VenueProtocol

__all__ = ["Link", "State", "SupervisorLimits", "Watch"]

_S = 1_000_000_000
_NEVER = 2**63 - 1


class SupervisorLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How long is too long. All durations are nanoseconds, and above 0.

    Attributes:
        connect_ns: A connection has to stand after so long, name and TLS included.
        ack_ns: A channel that was asked for has to be confirmed, or to tell something.
        silent_ns: A feed on which no channel tells anything is stale. Of this market some channel
            tells something many times a second.
        dead_ns: Its connections are given up. Above `silent_ns`, so that one late second does not
            cost a connection.
        evident_ns: A trade has to come while the minute grows; candles lag by 2 s at most venues.
        quiet_ns: A trade has to come while other channels tell something and the minute does not
            grow: a quiet market is no fault.
        quotes_ns: A quote has to come while other channels tell something.
        candles_ns: A candle, likewise; one venue tells them once a minute when it is quiet.
        keep_ns: A ping is sent at least so often, also while data come.
        stable_ns: A connection that told something for so long makes the next wait short again.
        shortest_wait_ns: Between a connection that failed and the next.
        longest_wait_ns: The same, after many failures.
        refused_ns: What was refused without hope is asked for again.
        overlap_ns: A successor that has not told everything after so long is judged by what it has.
        lifetime_ns: Connections are renewed at a random time from 22/24 to 23.5/24 of this, or of
            the shorter life the venue gives them: what ran for days has been seen to fall silent.
    """

    connect_ns: int = 10 * _S
    ack_ns: int = 10 * _S
    silent_ns: int = 15 * _S
    dead_ns: int = 30 * _S
    evident_ns: int = 10 * _S
    quiet_ns: int = 120 * _S
    quotes_ns: int = 60 * _S
    candles_ns: int = 90 * _S
    keep_ns: int = 60 * _S
    stable_ns: int = 60 * _S
    shortest_wait_ns: int = _S
    longest_wait_ns: int = 60 * _S
    refused_ns: int = 900 * _S
    overlap_ns: int = 60 * _S
    lifetime_ns: int = 24 * 3_600 * _S


class State(Enum):
    """Of a channel on a connection."""

    ASKED = "asked"
    ACKED = "acked"
    TOLD = "told"
    REFUSED = "refused"


_ENOUGH_GROWTH = 3
"""Growths of a minute without a trade: one may be of the last trade told, one late."""


@dataclass(slots=True)
class Watch:
    """One channel of one connection.

    Attributes:
        state: How far it is.
        since_ns: When it was asked for, or last told something.
        again: Whether it was asked for a second time since it last told something.
        growths: How often the minute grew since; of trades only.
    """

    state: State
    since_ns: int
    again: bool = False
    growths: int = 0

    @property
    def covers(self) -> bool:
        """Return whether nothing is missed while it lasts."""
        return self.state in {State.ACKED, State.TOLD} and not self.again

    def due_ns(self, channel: Channel, limits: SupervisorLimits) -> int:
        """Return when it is overdue."""
        match self.state, channel:
            case State.REFUSED, _:
                return self.since_ns + limits.refused_ns
            case State.ASKED, _:
                return self.since_ns + limits.ack_ns
            case _, Channel.TRADES:
                evident = self.growths >= _ENOUGH_GROWTH
                return self.since_ns + (limits.evident_ns if evident else limits.quiet_ns)
            case _, Channel.QUOTES:
                return self.since_ns + limits.quotes_ns
            case _:
                return self.since_ns + limits.candles_ns


class Link:
    """The state of one connection; times are of a clock that never goes back.

    Attributes:
        number: Its own.
        endpoint: Where it leads.
        opened_ns: When it stood; None before.
        told_ns: When it first told something; None before.
        watches: Of its channels, once it stands.
        renew_ns: When a successor is due.
    """

    __slots__ = (
        "_began_ns",
        "_heard_ns",
        "_limits",
        "_pinged_ns",
        "_protocol",
        "_unanswered",
        "endpoint",
        "number",
        "opened_ns",
        "renew_ns",
        "told_ns",
        "watches",
    )

    def __init__(
        self,
        number: int,
        endpoint: Endpoint,
        protocol: VenueProtocol,
        limits: SupervisorLimits,
        now_ns: int,
    ) -> None:
        self.number = number
        self.endpoint = endpoint
        self.opened_ns: int | None = None
        self.told_ns: int | None = None
        self.watches: dict[Channel, Watch] = {}
        self.renew_ns = _NEVER
        self._protocol = protocol
        self._limits = limits
        self._began_ns = self._heard_ns = self._pinged_ns = now_ns
        self._unanswered = False

    def opened(self, now_ns: int, luck: float) -> Command:
        """Take that it stands, and ask for its channels; `luck` is in [0, 1)."""
        self.opened_ns = self._heard_ns = self._pinged_ns = now_ns
        life = min(self.endpoint.lifetime_ns or _NEVER, self._limits.lifetime_ns)
        self.renew_ns = now_ns + round(life * (22 + 1.5 * luck) / 24)
        self.watches = {channel: Watch(State.ASKED, now_ns) for channel in self.endpoint.channels}
        texts = self._protocol.subscribe(self.endpoint, self.endpoint.channels)
        return Send(number=self.number, texts=texts)

    def heard(self, now_ns: int) -> None:
        """Take that anything came: the other side lives."""
        self._heard_ns = now_ns
        self._unanswered = False

    def resumed(self, now_ns: int) -> None:
        """Take that nobody listened until now: waiting begins anew."""
        self.heard(now_ns)
        for watch in self.watches.values():
            if watch.state is not State.REFUSED:
                watch.since_ns = now_ns

    def acked(self, channel: Channel) -> None:
        """Take that a channel was confirmed; its data are awaited from when it was asked for."""
        watch = self.watches.get(channel)
        if watch is not None and watch.state in {State.ASKED, State.REFUSED}:
            watch.state = State.ACKED

    def told(self, channel: Channel, now_ns: int) -> bool:
        """Take that a channel told something; return whether that is news for its state."""
        watch = self.watches.get(channel)
        if watch is None:
            return False
        news = watch.state is not State.TOLD or watch.again
        watch.state, watch.since_ns, watch.again, watch.growths = State.TOLD, now_ns, False, 0
        if self.told_ns is None:
            self.told_ns = now_ns
        return news

    def refuse(self, channel: Channel, now_ns: int) -> None:
        """Take that a channel is refused without hope."""
        watch = self.watches.get(channel)
        if watch is not None:
            watch.state, watch.since_ns, watch.again = State.REFUSED, now_ns, False

    def grew(self) -> None:
        """Take that the exchange's minute grew: there was a trade somewhere."""
        watch = self.watches.get(Channel.TRADES)
        if watch is not None:
            watch.growths += 1

    @property
    def refused(self) -> bool:
        """Return whether everything it is for was refused."""
        states = [watch.state for watch in self.watches.values()]
        return bool(states) and all(state is State.REFUSED for state in states)

    @property
    def complete(self) -> bool:
        """Return whether all that is not refused was told."""
        states = {watch.state for watch in self.watches.values()} - {State.REFUSED}
        return states == {State.TOLD}

    @property
    def useful(self) -> bool:
        """Return whether all that is not refused was confirmed, and some of it told."""
        states = {watch.state for watch in self.watches.values()} - {State.REFUSED}
        return State.TOLD in states and State.ASKED not in states

    def _due(self, market_ns: int) -> Iterator[int]:
        limits, rules = self._limits, self._protocol.heartbeat
        if self.opened_ns is None:
            yield self._began_ns + limits.connect_ns
            return
        if self._unanswered:
            yield self._pinged_ns + rules.pong_within_ns
        else:
            yield max(self._heard_ns, self._pinged_ns) + rules.ping_after_ns
            yield self._pinged_ns + limits.keep_ns
        if not self.refused:
            yield max(market_ns, self.opened_ns) + limits.dead_ns
        for channel, watch in self.watches.items():
            yield watch.due_ns(channel, limits)

    def next_ns(self, market_ns: int) -> int:
        """Return when something is overdue; `market_ns` is when any connection told something."""
        return min(self._due(market_ns))

    def check(self, now_ns: int, market_ns: int) -> tuple[list[Command], str]:
        """Return what to do about what is overdue, and why to give it up; empty: do not."""
        limits, rules = self._limits, self._protocol.heartbeat
        if self.opened_ns is None:
            late = now_ns >= self._began_ns + limits.connect_ns
            return [], f"no connection within {limits.connect_ns // _S} s" if late else ""
        if self._unanswered and now_ns >= self._pinged_ns + rules.pong_within_ns:
            return [], f"no answer to a ping within {rules.pong_within_ns // _S} s"
        if not self.refused and now_ns >= max(market_ns, self.opened_ns) + limits.dead_ns:
            return [], f"nothing was told for {limits.dead_ns // _S} s"
        overdue = [
            channel
            for channel, watch in self.watches.items()
            if now_ns >= watch.due_ns(channel, limits)
        ]
        for channel in overdue:
            watch = self.watches[channel]
            if watch.again:
                missing = "not confirmed" if watch.state is State.ASKED else "silent"
                return [], f"{channel} stayed {missing} after it was asked for twice"
        commands: list[Command] = []
        if overdue:
            commands.append(self._ask_again(overdue, now_ns))
        quiet = now_ns >= max(self._heard_ns, self._pinged_ns) + rules.ping_after_ns
        if not self._unanswered and (quiet or now_ns >= self._pinged_ns + limits.keep_ns):
            self._pinged_ns, self._unanswered = now_ns, True
            commands.append(Ping(number=self.number, text=self._protocol.ping()))
        return commands, ""

    def _ask_again(self, channels: list[Channel], now_ns: int) -> Command:
        silent = [c for c in channels if self.watches[c].state in {State.ACKED, State.TOLD}]
        texts: tuple[str, ...] = ()
        if silent:
            texts = self._protocol.unsubscribe(self.endpoint, silent)
        for channel in channels:
            hopeless = self.watches[channel].state is State.REFUSED
            self.watches[channel] = Watch(State.ASKED, now_ns, again=not hopeless)
        texts += self._protocol.subscribe(self.endpoint, channels)
        return Send(number=self.number, texts=texts)
