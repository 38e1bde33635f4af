"""How the readers judge time in the order of rows (`rust/core/src/market_data/row_order.rs`)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from supreme_system_v5.domain import AnalyzerConfig
from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data.trades import read_trades

DAY_MS = 86_400_000
DAY_NS = DAY_MS * 1_000_000


def believe(folder: Path, *files: Sequence[float]) -> tuple[list[float], int, int]:
    """Return the days believed, the number of bad rows and that of backward ones."""
    paths = [folder / f"{number}.csv" for number in range(len(files))]
    for path, days in zip(paths, files, strict=True):
        rows = "".join(f"{round(day * DAY_MS)},1,1,buy\n" for day in days)
        path.write_text("timestamp_ms,price,size,side\n" + rows, encoding="utf-8")
    chunks = list(read_trades(paths, skip_bad_rows=True))
    return (
        [time / DAY_NS for chunk in chunks for time in chunk.timestamps_ns],
        sum(chunk.dropped.bad_rows for chunk in chunks),
        sum(chunk.dropped.backward for chunk in chunks),
    )


@pytest.mark.parametrize(
    ("days", "kept"),
    [
        ([10, 17, 24], [10, 17, 24]),  # seven days are believed
        ([10, 40, 11, 12], [10, 11, 12]),
        ([10, 40, 9], [10, 9]),
        ([10, 40, 40], [10, 40, 40]),  # confirmed
        ([10, 40, 39], [10, 40, 39]),
        ([10, 400, 40, 41], [10, 40, 41]),  # the first jump was wrong, the second is right
        ([10, 400, 40, 11], [10, 11]),
        ([100, 400, 1, 401], [100, 400, 1, 401]),  # 1 tells nothing about either
        ([10, 40], [10]),  # nothing confirms it
        ([10], [10]),
        ([], []),
    ],
)
def test_a_jump_ahead_needs_a_second_row(
    days: list[float], kept: list[float], tmp_path: Path
) -> None:
    assert believe(tmp_path, days)[:2] == (kept, len(days) - len(kept))


def test_the_next_file_confirms_or_refutes_too(tmp_path: Path) -> None:
    assert believe(tmp_path, [10, 11], [40, 41]) == ([10, 11, 40, 41], 0, 0)
    assert believe(tmp_path, [10, 40], [11]) == ([10, 11], 1, 0)


def test_backward_rows_are_counted_within_their_file(tmp_path: Path) -> None:
    assert believe(tmp_path, [5, 4, 4, 6, 5.5], [1, 2, 1.5]) == ([5, 4, 4, 6, 5.5, 1, 2, 1.5], 0, 3)


TRADES = """\
timestamp_ms,price,size,side,trade_id
1735689600000,100,1,buy,1
1835689600000,101,1,buy,2
1735689601000,102,1,buy,3
1735689600000,100,1,buy,1
"""


def test_the_wrong_clock_is_told_like_every_bad_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TRADES, encoding="utf-8")
    with pytest.raises(
        DataError, match=r"a\.csv, line 3: timestamp_ms is '1835689600000', allowed is at most 6048"
    ):
        list(read_trades([path]))
    [chunk] = read_trades([path], skip_bad_rows=True)
    assert list(chunk.prices) == [100.0, 102.0]
    dropped = chunk.dropped
    assert (dropped.bad_rows, dropped.backward, dropped.duplicates) == (1, 1, 1)


def test_what_is_believed_is_what_an_analyzer_believes(tmp_path: Path) -> None:
    days = AnalyzerConfig().max_gap_seconds / 86_400
    assert believe(tmp_path, [1, 1 + days])[0] == [1, 1 + days]
    assert believe(tmp_path, [1, 1 + days + 1 / 8_640_000])[0] == [1]
