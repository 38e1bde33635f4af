"""What the supervisor wants done."""

from __future__ import annotations

import msgspec

from supreme_system_v5.exchanges.protocol import Endpoint

__all__ = ["Abort", "Change", "Command", "Complain", "Open", "Ping", "Send", "TradesBroken"]


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """Connect; the answer is `opened` or `open_failed` with the same number."""

    number: int
    endpoint: Endpoint


class Send(msgspec.Struct, frozen=True, kw_only=True):
    """Send texts on a connection, in order."""

    number: int
    texts: tuple[str, ...]


class Ping(msgspec.Struct, frozen=True, kw_only=True):
    """Ping on a connection: a text, or a ping frame of the WebSocket protocol for None."""

    number: int
    text: str | None


class Abort(msgspec.Struct, frozen=True, kw_only=True):
    """Drop a connection, or the attempt at one, without a word: the other side may be gone."""

    number: int
    reason: str


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """The feed became stale or fresh; `since_ns` is of the last data, None before any."""

    fresh: bool
    reason: str
    since_ns: int | None


class Complain(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a person should see.

    Attributes:
        kind: ``"lost"``, ``"given_up"``, ``"refused"`` or ``"notice"``.
        text: Which connection, and what happened.
    """

    kind: str
    text: str


class TradesBroken(msgspec.Struct, frozen=True, kw_only=True):
    """From here on trades may have been missed: no connection that tells them was left."""


Command = Open | Send | Ping | Abort | Change | Complain | TradesBroken
"""One of them."""
