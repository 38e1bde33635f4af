"""History before the first live trade: what indicators need to be what they would have been."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from supreme_system_v5.domain.live import Candle
from supreme_system_v5.errors import SourceError
from supreme_system_v5.ports import Sleep

__all__ = ["AskHistory", "History", "read_history"]

_MINUTE_NS = 60_000_000_000
_AGAIN_NS = 500_000_000
_ATTEMPTS = 10

AskHistory = Callable[[int, int], Awaitable[tuple[Candle, ...]]]


class History(NamedTuple):
    """Closed minutes up to a time.

    Attributes:
        candles: Oldest first.
        wanted: How many minutes were asked for.
        missing: How many of them the exchange does not have: silent ones, or too long ago.
        fault: Why there are none, or not all; empty when all is well.
    """

    candles: tuple[Candle, ...]
    wanted: int
    missing: int
    fault: str


async def read_history(ask: AskHistory, until_ns: int, minutes: int, sleep: Sleep) -> History:
    """Return the minutes before a time.

    The last of them may be published a moment after its end: it is waited for, up to 5 s.

    Args:
        ask: Returns closed minutes that begin in ``[start_ns, end_ns)``, oldest first.
        until_ns: Begin of the first minute that is not wanted; a whole minute.
        minutes: How many before it.
        sleep: Waits.
    """
    start_ns = until_ns - minutes * _MINUTE_NS
    candles: dict[int, Candle] = {}
    fault = ""
    for attempt in range(_ATTEMPTS):
        # All of it at first, and then only what comes after what is there.
        begin_ns = max(candles) + _MINUTE_NS if candles else start_ns
        try:
            told = await ask(begin_ns, until_ns)
        except SourceError as error:
            fault = str(error)
        else:
            fault = ""
            candles |= {candle.open_ns: candle for candle in told if candle.closed}
        if until_ns - _MINUTE_NS in candles or not minutes:
            break
        if attempt + 1 < _ATTEMPTS:
            await sleep(_AGAIN_NS)
    kept = tuple(candles[open_ns] for open_ns in sorted(candles) if start_ns <= open_ns < until_ns)
    return History(kept, minutes, minutes - len(kept), fault)
