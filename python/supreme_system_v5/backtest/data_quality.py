"""What was wrong with the data: dropped rows and silences."""

from __future__ import annotations

from supreme_system_v5.domain import NS_PER_SECOND
from supreme_system_v5.market_data.chunks import MESSAGES_KEPT, BarChunk, TradeChunk
from supreme_system_v5.optimized import GapFinder

__all__ = ["SILENCE_SECONDS", "DataQuality"]

SILENCE_SECONDS = 60
"""A pause between two trades that is longer than this is counted as a gap."""


class DataQuality:
    """Counts dropped rows and gaps over all chunks of a run, in constant memory.

    Args:
        max_gap_seconds: Longest jump ahead in time that the analyzer believes.

    Attributes:
        first_ns: Time of the first trade; None before it.
        bad_rows: Malformed rows that were skipped.
        duplicates: Rows dropped because they were there before.
        late_bars: Bars dropped because a later one was there before.
        backward: Rows whose time is below that of the row before in their file.
        messages: What was wrong with the first few bad rows.
        gaps: Silences longer than `SILENCE_SECONDS`.
        longest_gap_ns: The longest of them, 0 if there was none.
    """

    __slots__ = (
        "_finder",
        "_max_gap_ns",
        "backward",
        "bad_rows",
        "duplicates",
        "first_ns",
        "gaps",
        "late_bars",
        "longest_gap_ns",
        "messages",
    )

    def __init__(self, max_gap_seconds: int) -> None:
        self._finder = GapFinder(SILENCE_SECONDS * NS_PER_SECOND)
        self._max_gap_ns = max_gap_seconds * NS_PER_SECOND
        self.first_ns: int | None = None
        self.bad_rows = 0
        self.duplicates = 0
        self.late_bars = 0
        self.backward = 0
        self.messages: tuple[str, ...] = ()
        self.gaps = 0
        self.longest_gap_ns = 0

    @property
    def latest_ns(self) -> int | None:
        """Latest time seen; None before the first trade."""
        return self._finder.latest_ns

    def take(self, chunk: TradeChunk | BarChunk) -> list[int]:
        """Count what a chunk tells.

        Returns:
            The positions in it before which the analyzer must be restarted, because the trade
            there is further ahead than it believes.
        """
        dropped = chunk.dropped
        self.bad_rows += dropped.bad_rows
        self.duplicates += dropped.duplicates
        self.late_bars += dropped.late
        self.backward += dropped.backward
        self.messages = (self.messages + dropped.messages)[:MESSAGES_KEPT]
        times = chunk.timestamps_ns
        if not times:
            return []
        if self.first_ns is None:
            self.first_ns = times[0]
        gaps = self._finder.find(times)
        self.gaps += len(gaps)
        self.longest_gap_ns = max(self.longest_gap_ns, *(pause for _, pause in gaps), 0)
        return [place for place, pause in gaps if pause > self._max_gap_ns]
