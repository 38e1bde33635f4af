"""What is said over the control socket: one JSON object per line, and one line back."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from supreme_system_v5.domain.status import LiveStatus

__all__ = ["MOST_ANSWER_BYTES", "MOST_REQUEST_BYTES", "Answer", "Order", "Request"]

MOST_REQUEST_BYTES = 1_024
"""A line that is longer is refused, and the connection closed."""
MOST_ANSWER_BYTES = 1 << 20
"""What a client reads at most; a status has some 5 kB."""


class Order(StrEnum):
    """What may be asked of a running system."""

    STATUS = "status"
    PAUSE = "pause"
    RESUME = "resume"
    FLATTEN = "flatten"
    STOP = "stop"


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """``{"do": "status"}``; other fields are ignored."""

    do: Order


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a request.

    Attributes:
        ok: Whether it was done.
        error: Why not; empty when it was.
        status: How the system is after it; None when it was not done.
    """

    ok: bool
    error: str = ""
    status: LiveStatus | None = None
