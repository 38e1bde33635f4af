"""Closed minutes kept between runs, so that a restart asks for the minutes since and no more.

The file is a convenience and never the truth: its newest minutes are asked for again, and one that
disagrees, cannot be read, or is about something else is not used at all.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import msgspec

from supreme_system_v5.domain.live import Candle
from supreme_system_v5.orchestrator.warm_up import AskHistory

__all__ = ["CANDLES_KEPT", "HistoryCache"]

CANDLES_KEPT = 100_000
"""Minutes that a file holds at most, the newest: 70 days."""
_VERSION = 1
_OVERLAP = 5
"""Minutes that are asked for again, to see whether they are still the same."""
_MINUTE_NS = 60_000_000_000


class _File(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What the file holds: everything from `start_ns` to `end_ns`, silent minutes left out."""

    version: int
    about: str
    start_ns: int
    end_ns: int
    candles: tuple[Candle, ...]


class HistoryCache:
    """Answers like a feed, and asks it for what is not kept.

    Args:
        path: The file; it need not be there. None keeps nothing.
        about: Of which exchange and market; another's file is not used.
        ask: Returns closed minutes that begin in ``[start_ns, end_ns)``, oldest first.
        note: Told a few words when the file is not used, or cannot be written.
    """

    __slots__ = ("_about", "_ask", "_note", "_path")

    def __init__(
        self, path: Path | None, about: str, ask: AskHistory, note: Callable[[str], None]
    ) -> None:
        self._path = path
        self._about = about
        self._ask = ask
        self._note = note

    async def candles(self, start_ns: int, end_ns: int) -> tuple[Candle, ...]:
        """Return the closed minutes that begin in ``[start_ns, end_ns)``, oldest first.

        Raises:
            SourceError: The feed cannot be asked for what is not kept.
        """
        kept = self._read()
        if kept is None or not kept.start_ns <= start_ns < kept.end_ns:
            return await self._anew(start_ns, end_ns)
        again_ns = max(kept.end_ns - _OVERLAP * _MINUTE_NS, start_ns)
        if again_ns >= end_ns:
            return await self._anew(start_ns, end_ns)
        newer = await self._ask(again_ns, end_ns)
        known = [candle for candle in kept.candles if candle.open_ns >= again_ns]
        same = [candle for candle in newer if candle.open_ns < kept.end_ns]
        if known != same:
            self._note("kept history disagrees with the exchange's, and is not used")
            return await self._anew(start_ns, end_ns)
        older = tuple(candle for candle in kept.candles if candle.open_ns < again_ns)
        self._write(kept.start_ns, end_ns, older + newer)
        return tuple(candle for candle in older if candle.open_ns >= start_ns) + newer

    async def _anew(self, start_ns: int, end_ns: int) -> tuple[Candle, ...]:
        candles = await self._ask(start_ns, end_ns)
        self._write(start_ns, end_ns, candles)
        return candles

    def _read(self) -> _File | None:
        if self._path is None:
            return None
        try:
            kept = msgspec.msgpack.decode(self._path.read_bytes(), type=_File)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as error:
            self._note(f"kept history cannot be read ({error})")
            return None
        if (kept.version, kept.about) != (_VERSION, self._about) or not _is_whole(kept):
            return None
        return kept

    def _write(self, start_ns: int, end_ns: int, candles: Sequence[Candle]) -> None:
        """Keep what is certain: up to the last minute that was told."""
        if self._path is None or not candles:
            return
        newest = tuple(candles[-CANDLES_KEPT:])
        first_ns = start_ns if len(newest) == len(candles) else newest[0].open_ns
        told = _File(
            version=_VERSION,
            about=self._about,
            start_ns=first_ns,
            end_ns=min(newest[-1].open_ns + _MINUTE_NS, end_ns),
            candles=newest,
        )
        half = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            half.write_bytes(msgspec.msgpack.encode(told))
            half.replace(self._path)
        except OSError as error:
            self._note(f"history cannot be kept ({error})")
            with suppress(OSError):
                half.unlink()


def _is_whole(kept: _File) -> bool:
    """Return whether minutes are closed, in order, and within what the file says it holds."""
    candles = kept.candles
    if not candles or any(one.open_ns >= other.open_ns for one, other in pairwise(candles)):
        return False
    within = kept.start_ns <= candles[0].open_ns and candles[-1].open_ns < kept.end_ns
    return within and all(candle.closed for candle in candles)
