"""When to ask again, and how long to wait before: pure functions, chance handed in."""

from __future__ import annotations

import random
import re
from email.utils import parsedate_to_datetime

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.errors import SourceError

__all__ = ["LONGEST_PAUSE_NS", "backoff_ns", "is_worth_retrying", "retry_after_ns"]

LONGEST_PAUSE_NS = 600 * 10**9
"""What `Retry-After` may ask for at most: 10 minutes."""
_LONGEST_HERE_NS = 30 * 10**9
"""What one attempt waits for at most; longer, and the host is paused and the caller goes on."""
_FIRST_NS = 10**9
_AGAIN = frozenset(
    {
        FaultKind.DNS,
        FaultKind.CONNECT,
        FaultKind.TIMEOUT,
        FaultKind.RESET,
        FaultKind.RATE_LIMITED,
        FaultKind.SERVER,
    }
)


def retry_after_ns(header: str | None, now_ns: int, most_ns: int = LONGEST_PAUSE_NS) -> int | None:
    """Return what a header ``Retry-After`` asks for: seconds, or a date.

    Args:
        header: The header, None for none.
        now_ns: Nanoseconds UTC, to count a date from.
        most_ns: What is believed at most.

    Returns:
        Nanoseconds from 0 to `most_ns`; None when there is none that can be read.

    >>> retry_after_ns("120", 0)
    120000000000
    """
    text = (header or "").strip()
    if re.fullmatch(r"\d{1,18}", text, re.ASCII):
        return min(int(text) * 10**9, most_ns)
    try:
        time = parsedate_to_datetime(text)
        wait = int(time.timestamp()) * 10**9 - now_ns
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return max(0, min(wait, most_ns))


def is_worth_retrying(error: BaseException) -> bool:
    """Return whether another attempt soon may help."""
    if not isinstance(error, SourceError) or error.kind not in _AGAIN:
        return False
    return error.retry_after_ns is None or error.retry_after_ns <= _LONGEST_HERE_NS


def backoff_ns(attempt: int, chance: random.Random, asked_ns: int | None = None) -> int:
    """Return how long to wait after a failure: doubling, half of it by chance.

    Args:
        attempt: Which failure it was, from 1.
        chance: Draws the other half.
        asked_ns: What the server asked for; it is waited at least.

    Returns:
        Nanoseconds: 0.5 to 1 s after the first, at most 30 s, and what was asked on top.
    """
    step = min(_FIRST_NS << min(attempt - 1, 10), _LONGEST_HERE_NS)
    return (asked_ns or 0) + step // 2 + chance.randrange(step // 2 + 1)
