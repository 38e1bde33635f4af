from __future__ import annotations

from array import array
from dataclasses import replace

import pytest

from supreme_system_v5.backtest import minutes as module
from supreme_system_v5.backtest.bar_run import BarRun
from supreme_system_v5.backtest.minutes import Collected, collect
from supreme_system_v5.domain import NS_PER_SECOND, Timeframe
from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data import BarChunk, Dropped, TradeChunk
from supreme_system_v5.reference import BarBuilder
from tests.fakes.trades import HOUR_NS, chunk_of

MINUTE_NS = 60 * NS_PER_SECOND
GAP_SECONDS = 600


def collected(*chunks: TradeChunk | BarChunk) -> Collected:
    bars = BarRun(
        lambda: BarBuilder(None, GAP_SECONDS),
        max_gap_seconds=GAP_SECONDS,
        timeframe=Timeframe.M1,
        partial=False,
    )
    return collect(chunks, bars, GAP_SECONDS)


def bar_chunk(*minutes: int) -> BarChunk:
    """Return a bar for each minute, whose close is its number and a half."""
    opens, closes = (array("d", [minute + add for minute in minutes]) for add in (1.0, 1.5))
    return BarChunk(
        opens=opens,
        highs=closes,
        lows=opens,
        closes=closes,
        volumes=array("d", [2.0] * len(minutes)),
        timestamps_ns=array("q", [minute * MINUTE_NS for minute in minutes]),
    )


def test_bars_are_taken_as_they_are() -> None:
    found = collected(bar_chunk(3, 4), bar_chunk(6))
    held = found.minutes
    assert found.stretches == 1
    assert [list(column) for column in held.columns] == [
        [4.0, 5.0, 7.0],
        [4.5, 5.5, 7.5],
        [4.0, 5.0, 7.0],
        [4.5, 5.5, 7.5],
        [2.0, 2.0, 2.0],
        [3 * MINUTE_NS, 4 * MINUTE_NS, 6 * MINUTE_NS],
    ]
    assert (held.start_ns, held.end_ns) == (3 * MINUTE_NS, 7 * MINUTE_NS)
    assert [held.row_at(minute * MINUTE_NS) for minute in (0, 3, 5, 6, 7)] == [0, 0, 2, 2, 3]


def test_trades_become_whole_minutes_and_silence_is_left_out() -> None:
    rows = [(30.0, 1.0), (60.0, 2.0), (119.0, 4.0), (240.0, 3.0), (301.0, 5.0)]
    held = collected(chunk_of(rows)).minutes
    opens, highs, lows, closes, volumes, times = (column.tolist() for column in held.columns)
    assert (opens, highs, lows, closes) == ([2.0, 3.0], [4.0, 3.0], [2.0, 3.0], [4.0, 3.0])
    assert volumes == [2.0, 1.0]
    assert times == [HOUR_NS + 1 * MINUTE_NS, HOUR_NS + 4 * MINUTE_NS]


@pytest.mark.parametrize("parts", [[(0, 8)], [(0, 3), (3, 8)], [(0, 2), (2, 6), (6, 8)]])
def test_the_longest_stretch_is_taken_however_the_data_are_cut(
    parts: list[tuple[int, int]],
) -> None:
    times = (0, 1, 100, 101, 102, 103, 300, 301)
    found = collected(*(bar_chunk(*times[start:stop]) for start, stop in parts))
    assert found.stretches == 3
    assert [time // MINUTE_NS for time in found.minutes.columns[5]] == [100, 101, 102, 103]


def test_nothing_is_no_stretch() -> None:
    found = collected()
    held = found.minutes
    assert (len(held), held.start_ns, held.end_ns, found.stretches) == (0, 0, 0, 0)


def test_what_was_dropped_is_counted() -> None:
    dropped = Dropped(bad_rows=3, duplicates=2, late=1)
    found = collected(replace(bar_chunk(0, 1), dropped=dropped))
    assert (found.bad_rows, found.duplicates, found.late) == (3, 2, 1)
    found = collected(chunk_of([(0.0, 1.0), (70.0, 1.0), (59.0, 9.0)], dropped))
    assert (found.bad_rows, found.duplicates, found.late) == (3, 2, 1)


def test_more_than_is_held_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_MINUTES", 3)
    with pytest.raises(DataError, match="more than 3 minutes .*give fewer files"):
        collected(bar_chunk(0, 1), bar_chunk(2, 3))
