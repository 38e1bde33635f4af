"""The closed minutes of recorded data in arrays, for whoever must run over them more than once."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from supreme_system_v5.backtest.bar_run import BarRun
from supreme_system_v5.backtest.data_quality import DataQuality
from supreme_system_v5.domain import NS_PER_SECOND, Bar, Timeframe
from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data import BarChunk, TradeChunk

__all__ = ["MAX_MINUTES", "Collected", "Minutes", "collect"]

MAX_MINUTES = 2_628_000
"""The most minutes that are held: 5 years, about 130 MB."""

_MINUTE_NS = 60 * NS_PER_SECOND


class Minutes:
    """Minutes with trades, in order of time, without a jump in time; six columns of one length.

    Memory: 48 bytes for each minute with trades.

    Attributes:
        columns: opens, highs, lows, closes, volumes (``array('d')``) and open times
            (``array('q')``, nanoseconds UTC), as `TickAnalyzer.advance_bars` takes them.
    """

    __slots__ = ("columns",)

    def __init__(self) -> None:
        doubles = (array("d"), array("d"), array("d"), array("d"), array("d"))
        self.columns = (*doubles, array("q"))

    def __len__(self) -> int:
        """Return the number of minutes with trades."""
        return len(self.columns[5])

    @property
    def start_ns(self) -> int:
        """First nanosecond of the first minute, UTC; 0 without one."""
        return self.columns[5][0] if len(self) else 0

    @property
    def end_ns(self) -> int:
        """First nanosecond after the last minute, UTC; 0 without one."""
        return self.columns[5][-1] + _MINUTE_NS if len(self) else 0

    def row_at(self, time_ns: int) -> int:
        """Return the position of the first minute that opens at a time or later."""
        return bisect_left(self.columns[5], time_ns)

    def extend(self, chunk: BarChunk) -> None:
        """Take the minutes of a chunk, which follow those that are held."""
        opens, highs, lows, closes, volumes, times = self.columns
        opens.extend(chunk.opens)
        highs.extend(chunk.highs)
        lows.extend(chunk.lows)
        closes.extend(chunk.closes)
        volumes.extend(chunk.volumes)
        times.extend(chunk.timestamps_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What the data hold.

    Attributes:
        minutes: The longest stretch without a jump in time.
        stretches: How many of these there are.
        bad_rows: Malformed rows that were skipped.
        duplicates: Rows dropped because they were there before.
        late: Rows dropped because a later bar was there before.
    """

    minutes: Minutes
    stretches: int
    bad_rows: int
    duplicates: int
    late: int


def collect(
    chunks: Iterable[TradeChunk | BarChunk], bars: BarRun, max_gap_seconds: int
) -> Collected:
    """Take the minutes of the data, and of several stretches of them the longest.

    Trades become whole minutes first; one in which watching began or ended is left out. A minute
    without trades is not held: the analyzer knows it from the time of the next one.

    Args:
        chunks: The data.
        bars: Turns trades into 1-minute bars; a fresh one.
        max_gap_seconds: Longest jump ahead in time that the analyzer believes.

    Raises:
        DataError: There are more than `MAX_MINUTES`.
    """
    quality = DataQuality(max_gap_seconds)
    longest = now = Minutes()
    stretches, held = 0, 0
    for chunk in chunks:
        minutes = _columns(bars.feed(chunk)) if isinstance(chunk, TradeChunk) else chunk
        held += len(minutes)
        if held > MAX_MINUTES:
            raise DataError(
                f"the files hold more than {MAX_MINUTES:,} minutes (5 years), which is the most "
                "that is held at once; give fewer files"
            )
        start = 0
        for jump in (*quality.take(minutes), len(minutes)):
            now.extend(minutes.rows(slice(start, jump)))
            start = jump
            if len(now) > len(longest):
                longest = now
            if jump < len(minutes):
                now = Minutes()
                stretches += 1
    return Collected(
        minutes=longest,
        stretches=stretches + 1 if held else 0,
        bad_rows=quality.bad_rows + bars.quality.bad_rows,
        duplicates=quality.duplicates + bars.quality.duplicates,
        late=quality.late_bars + bars.late,
    )


def _columns(bars: Iterable[Bar]) -> BarChunk:
    rows = [bar for bar in bars if bar.timeframe is Timeframe.M1 and bar.trades]
    return BarChunk(
        opens=array("d", [bar.open for bar in rows]),
        highs=array("d", [bar.high for bar in rows]),
        lows=array("d", [bar.low for bar in rows]),
        closes=array("d", [bar.close for bar in rows]),
        volumes=array("d", [bar.volume for bar in rows]),
        timestamps_ns=array("q", [bar.open_ns for bar in rows]),
    )
