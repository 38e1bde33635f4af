"""History before the first live trade: what indicators need to be what they would have been."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import NamedTuple

from supreme_system_v5.domain.live import Candle
from supreme_system_v5.errors import SourceError
from supreme_system_v5.ports import Sleep

__all__ = ["AskHistory", "History", "read_history", "told_meanwhile"]

_MINUTE_NS = 60_000_000_000
_AGAIN_NS = 500_000_000
_ATTEMPTS = 10
_NS = 1_000_000_000
_TELL_NS = 3 * _NS

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

    Raises:
        SourceError: It was not answered, and less than half of them came: judged by so little, a
            strategy would be another one.
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
    if fault and 2 * len(kept) < minutes:
        raise SourceError(
            f"only {len(kept)} of {minutes} minutes of history came ({fault.rstrip('.')}): start "
            "again later, or lower WARMUP_MINUTES; WARMUP_MINUTES=0 goes without history"
        )
    return History(kept, minutes, minutes - len(kept), fault)


async def told_meanwhile(
    reading: Coroutine[object, object, History],
    note: Callable[..., None],
    minutes: int,
    sleep: Sleep,
) -> History:
    """Return what reading comes to; say every three seconds that it goes on.

    Args:
        reading: Reads history.
        note: Told for how long, in seconds.
        minutes: How many are wanted.
        sleep: Waits.
    """

    async def tell() -> None:
        seconds = 0
        while True:
            await sleep(_TELL_NS)
            seconds += _TELL_NS // _NS
            note("reading_history", minutes=minutes, since_s=seconds)

    telling = asyncio.create_task(tell(), name="telling")
    try:
        return await reading
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)
