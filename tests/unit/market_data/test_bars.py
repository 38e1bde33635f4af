from __future__ import annotations

import gzip
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data import BarChunk, Dropped, Grid
from supreme_system_v5.market_data.bars import read_bars

HEADER = b"timestamp_ms,open,high,low,close,volume\n"
MINUTE_MS = 60_000

with_files = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(
    path: Path, content: bytes, *, skip: bool = False, size_grid: Grid | None = None
) -> list[BarChunk]:
    path.write_bytes(content)
    return list(read_bars([path], skip_bad_rows=skip, size_grid=size_grid))


def bar(minute: int, prices: str = "5,9,4,6", volume: str = "1") -> bytes:
    return f"{minute * MINUTE_MS},{prices},{volume}\n".encode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bars.csv"


def test_a_row_becomes_a_bar(path: Path) -> None:
    [chunk] = read(path, HEADER + bar(2, volume="0.00000011"))
    columns = (chunk.opens, chunk.highs, chunk.lows, chunk.closes, chunk.volumes)
    assert [list(column) for column in columns] == [[5.0], [9.0], [4.0], [6.0], [1.1e-7]]
    assert list(chunk.timestamps_ns) == [120_000_000_000]
    assert [column.typecode for column in (*columns, chunk.timestamps_ns)] == [*"dddddq"]
    assert chunk.dropped == Dropped()


def test_the_smallest_volume_is_no_silence(path: Path) -> None:
    [chunk] = read(path, HEADER + bar(0, volume="0.00000001"))
    assert list(chunk.volumes) == [1e-8]


def test_the_volume_must_be_on_the_grid_of_the_instrument(path: Path) -> None:
    [chunk] = read(path, HEADER + bar(0, volume="0.011") + bar(1, volume="0"), size_grid=Grid(3))
    assert list(chunk.volumes) == [0.011]
    with pytest.raises(DataError, match=r"volume is '0.0111', .* at most 3 decimals"):
        read(path, HEADER + bar(0, volume="0.0111"), size_grid=Grid(3))


def test_a_bar_without_volume_is_silence(path: Path) -> None:
    [chunk] = read(path, HEADER + bar(0) + bar(1, volume="0.0") + bar(2, volume="-0"))
    assert list(chunk.timestamps_ns) == [0]


def test_repeats_and_backward_bars_are_dropped_and_counted(path: Path) -> None:
    content = HEADER + bar(0) + bar(1) + bar(1) + bar(2) + bar(0) + bar(1, "5,9,4,7") + bar(3)
    [chunk] = read(path, content)
    assert len(chunk) == 4
    assert chunk.dropped.duplicates == 2
    assert chunk.dropped.late == 1


def test_five_minute_bars_are_refused_with_the_step_found(path: Path) -> None:
    content = HEADER + b"".join(bar(5 * i) for i in range(10))
    with pytest.raises(DataError, match=r"bars\.csv: its bars are 300 seconds apart; 1-minute"):
        read(path, content, skip=True)


def test_one_bar_alone_has_no_step(path: Path) -> None:
    assert len(read(path, HEADER + bar(7))[0]) == 1


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (b"60000,5,9,4,6", "number of columns"),
        (b"600001,5,9,4,6,1", "timestamp_ms is '1200001', allowed is the first millisecond"),
        (b"60000,x,9,4,6,1", "open is 'x'"),
        (b"60000,5,nan,4,6,1", "high is 'nan'"),
        (b"60000,5,9,0,6,1", "low is '0'"),
        (b"60000,5,9,4,-6,1", "close is '-6'"),
        (b"60000,5,9,5.5,6,1", "low is '5.5', allowed is at most open and close"),
        (b"60000,5,5.5,4,6,1", "high is '5.5', allowed is at least open and close"),
        (b"60000,5,9,4,6,x", "volume is 'x'"),
        (b"60000,5,9,4,6,-1", "volume is '-1'"),
        (b"60000,5,9,4,6,inf", "volume is 'inf'"),
        (b"60000,5,9,4,6,0_0", "volume is '0_0'"),
        (b"\xff60000,5,9,4,6,1", "UTF-8"),
    ],
)
def test_malformed_rows_are_told_or_skipped(path: Path, row: bytes, message: str) -> None:
    content = HEADER + bar(0) + bar(1) + row.replace(b"60000", b"120000") + b"\n" + bar(3) + bar(4)
    with pytest.raises(DataError, match=rf"bars\.csv, line 4: .*{message}"):
        read(path, content)
    [chunk] = read(path, content, skip=True)
    assert len(chunk) == 4
    assert chunk.dropped.bad_rows == 1


@with_files
@given(content=st.binary(max_size=400), skip=st.booleans())
@example(content=b"0,1,1,1,1,0\n0,1,1,1,1,1e9999\n", skip=True)
@example(content=b"0,1,1,1,1," + b"1" * 5000, skip=False)
def test_arbitrary_bytes_raise_nothing_but_data_errors(
    content: bytes, skip: bool, tmp_path: Path
) -> None:
    for name in ("bars.csv", "bars.csv.gz"):
        with suppress(DataError):
            read(tmp_path / name, HEADER + content, skip=skip)


@with_files
@given(
    st.lists(
        st.tuples(st.lists(st.integers(1, 10**7), min_size=4, max_size=4), st.integers(4, 10**12)),
        min_size=1,
        max_size=30,
    )
)
def test_bars_come_out_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[list[int], int]]
) -> None:
    expected, lines = [], []
    for minute, (cents, units) in enumerate(rows):
        low, first, close, high = (f"{c / 100:.2f}" for c in sorted(cents))
        volume = f"{Decimal(units) / 10**8:.8f}"
        expected.append(tuple(map(float, (first, high, low, close, volume))))
        lines.append(bar(minute, f"{first},{high},{low},{close}", volume))
    path = tmp_path_factory.mktemp("bars") / "bars.csv"
    [chunk] = read(path, HEADER + b"".join(lines))
    columns = (chunk.opens, chunk.highs, chunk.lows, chunk.closes, chunk.volumes)
    assert list(zip(*columns, strict=True)) == expected


@pytest.mark.parametrize(
    ("name", "rows", "duplicates", "silent"),
    [
        ("BTCUSDT_1m_20191015-20191114", 43201, 143, 3),
        ("BTCUSDT_1m_20230316-20230501", 66087, 0, 72),
        ("BTCUSDT_1m_20241201-20241229", 41761, 0, 0),
    ],
)
def test_recorded_files_hold_what_their_readme_says(
    name: str, rows: int, duplicates: int, silent: int, data_dir: Path
) -> None:
    chunks = list(read_bars([data_dir / "bars" / f"binance_spot_{name}.csv.gz"]))
    assert sum(len(chunk) for chunk in chunks) == rows - duplicates - silent
    assert sum(chunk.dropped.duplicates for chunk in chunks) == duplicates
    assert sum(chunk.dropped.late + chunk.dropped.bad_rows for chunk in chunks) == 0


def test_five_minutes_built_from_recorded_minutes_are_the_recorded_ones(data_dir: Path) -> None:
    folder = data_dir / "bars"
    recorded = (folder / "binance_spot_BTCUSDT_5m_20240901-20250702.csv.gz").read_bytes()
    expected = {
        int(line.partition(",")[0]): tuple(map(float, line.split(",")[1:]))
        for line in gzip.decompress(recorded).decode().splitlines()[1:]
    }
    found: dict[int, list[tuple[float, ...]]] = {}
    for chunk in read_bars([folder / "binance_spot_BTCUSDT_1m_20241201-20241229.csv.gz"]):
        columns = (chunk.opens, chunk.highs, chunk.lows, chunk.closes, chunk.volumes)
        for time, *values in zip(chunk.timestamps_ns, *columns, strict=True):
            found.setdefault(time // 1_000_000 // 300_000 * 300_000, []).append(tuple(values))
    compared = 0
    for time, minutes in found.items():
        if len(minutes) == 5:
            opens, highs, lows, closes, volumes = zip(*minutes, strict=True)
            *prices, volume = expected[time]
            assert [opens[0], max(highs), min(lows), closes[-1]] == prices
            assert sum(volumes) == pytest.approx(volume, rel=1e-12)
            compared += 1
    assert compared > 8_000
