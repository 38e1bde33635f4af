from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data.chunks import ChunkBuilder
from supreme_system_v5.market_data.row_order import Row, believed
from supreme_system_v5.market_data.trade_csv import read_trades

DAY_NS = 86_400 * 10**9


def believe(*files: Sequence[float]) -> tuple[list[float], int, int]:
    """Return the days believed, the number of bad rows and that of backward ones."""
    builder = ChunkBuilder(skip_bad_rows=True)
    rows = [
        Row(Path(f"{number}.csv"), line, round(day * DAY_NS), day)
        for number, days in enumerate(files)
        for line, day in enumerate(days, 2)
    ]
    days = [day for _, day in believed(rows, builder)]
    dropped = builder.take().dropped
    return days, dropped.bad_rows, dropped.backward


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
def test_a_jump_ahead_needs_a_second_row(days: list[float], kept: list[float]) -> None:
    assert believe(days)[:2] == (kept, len(days) - len(kept))


def test_the_next_file_confirms_or_refutes_too() -> None:
    assert believe([10, 11], [40, 41]) == ([10, 11, 40, 41], 0, 0)
    assert believe([10, 40], [11]) == ([10, 11], 1, 0)


def test_backward_rows_are_counted_within_their_file() -> None:
    assert believe([5, 4, 4, 6, 5.5], [1, 2, 1.5]) == ([5, 4, 4, 6, 5.5, 1, 2, 1.5], 0, 3)


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


@given(days=st.lists(st.integers(0, 60), max_size=20), chunk_rows=st.integers(1, 5))
def test_chunks_do_not_matter(
    days: list[int], chunk_rows: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("order") / "a.csv"
    rows = "".join(f"{day * 86_400_000},1,1,buy\n" for day in days)
    path.write_text("timestamp_ms,price,size,side\n" + rows, encoding="utf-8")
    kept, bad_rows, backward = believe(days)
    chunks = list(read_trades([path], skip_bad_rows=True, chunk_rows=chunk_rows))
    assert [time for chunk in chunks for time in chunk.timestamps_ns] == [d * DAY_NS for d in kept]
    assert sum(chunk.dropped.bad_rows for chunk in chunks) == bad_rows
    assert sum(chunk.dropped.backward for chunk in chunks) == backward
