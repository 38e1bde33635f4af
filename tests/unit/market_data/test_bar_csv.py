from __future__ import annotations

import gzip
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from supreme_system_v5.domain import Bar, Timeframe
from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data import Grid, TradeChunk
from supreme_system_v5.market_data.bar_csv import read_bars
from supreme_system_v5.reference import BarBuilder

HEADER = b"timestamp_ms,open,high,low,close,volume\n"
MINUTE_MS = 60_000

with_files = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(
    path: Path, content: bytes, *, skip: bool = False, size_grid: Grid | None = None
) -> list[TradeChunk]:
    path.write_bytes(content)
    return list(read_bars([path], skip_bad_rows=skip, size_grid=size_grid))


def bar(minute: int, prices: str = "5,9,4,6", volume: str = "1") -> bytes:
    return f"{minute * MINUTE_MS},{prices},{volume}\n".encode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bars.csv"


def test_a_bar_is_walked_open_low_high_close(path: Path) -> None:
    [chunk] = read(path, HEADER + bar(2, volume="0.00000011"))
    assert list(chunk.prices) == [5.0, 4.0, 9.0, 6.0]
    assert [t // 1_000_000 for t in chunk.timestamps_ns] == [120_000, 135_000, 150_000, 179_999]
    assert list(chunk.sizes) == [2e-8, 2e-8, 2e-8, 5e-8]
    assert list(chunk.sides) == [0, 0, 0, 0]


def test_every_tick_has_at_least_one_unit(path: Path) -> None:
    [chunk] = read(path, HEADER + bar(0, volume="0.00000003"))
    assert list(chunk.sizes) == [1e-8] * 4


def test_the_volume_is_split_on_the_grid_of_the_instrument(path: Path) -> None:
    [chunk] = read(path, HEADER + bar(0, volume="0.011"), size_grid=Grid(3))
    assert list(chunk.sizes) == [0.002, 0.002, 0.002, 0.005]


def test_a_bar_without_volume_is_silence(path: Path) -> None:
    [chunk] = read(path, HEADER + bar(0) + bar(1, volume="0.0") + bar(2, volume="-0"))
    assert len(chunk) == 4


def test_repeats_and_backward_bars_are_dropped_and_counted(path: Path) -> None:
    content = HEADER + bar(0) + bar(1) + bar(1) + bar(2) + bar(0) + bar(1, "5,9,4,7") + bar(3)
    [chunk] = read(path, content)
    assert len(chunk) == 4 * 4
    assert chunk.dropped.duplicates == 2
    assert chunk.dropped.late == 1


def test_five_minute_bars_are_refused_with_the_step_found(path: Path) -> None:
    content = HEADER + b"".join(bar(5 * i) for i in range(10))
    with pytest.raises(DataError, match=r"bars\.csv: its bars are 300 seconds apart; 1-minute"):
        read(path, content, skip=True)


def test_one_bar_alone_has_no_step(path: Path) -> None:
    assert len(read(path, HEADER + bar(7))[0]) == 4


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
    assert len(chunk) == 16
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
def test_walked_bars_build_the_same_bars(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[list[int], int]]
) -> None:
    expected, lines = [], []
    for minute, (cents, units) in enumerate(rows):
        low, first, close, high = (f"{c / 100:.2f}" for c in sorted(cents))
        volume = f"{Decimal(units) / 10**8:.8f}"
        expected.append(tuple(map(float, (first, high, low, close, volume))))
        lines.append(bar(minute, f"{first},{high},{low},{close}", volume))
    path = tmp_path_factory.mktemp("walk") / "bars.csv"
    built: list[Bar] = []
    builder = BarBuilder()
    for chunk in read(path, HEADER + b"".join(lines)):
        for row in zip(chunk.prices, chunk.sizes, chunk.timestamps_ns, strict=True):
            built += builder.update(*row)
    built += builder.watermark(len(rows) * 60_000_000_000)
    assert [
        (b.open, b.high, b.low, b.close, b.volume) for b in built if b.timeframe is Timeframe.M1
    ] == expected


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
    assert sum(len(chunk) for chunk in chunks) == 4 * (rows - duplicates - silent)
    assert sum(chunk.dropped.duplicates for chunk in chunks) == duplicates
    assert sum(chunk.dropped.late + chunk.dropped.bad_rows for chunk in chunks) == 0


def test_five_minutes_built_from_recorded_minutes_are_the_recorded_ones(data_dir: Path) -> None:
    folder = data_dir / "bars"
    recorded = (folder / "binance_spot_BTCUSDT_5m_20240901-20250702.csv.gz").read_bytes()
    expected = {
        int(line.partition(",")[0]): tuple(map(float, line.split(",")[1:]))
        for line in gzip.decompress(recorded).decode().splitlines()[1:]
    }
    builder, compared = BarBuilder(), 0
    for chunk in read_bars([folder / "binance_spot_BTCUSDT_1m_20241201-20241229.csv.gz"]):
        for row in zip(chunk.prices, chunk.sizes, chunk.timestamps_ns, strict=True):
            for b in builder.update(*row):
                if b.timeframe is Timeframe.M5 and not b.partial:
                    *prices, volume = expected[b.open_ns // 1_000_000]
                    assert [b.open, b.high, b.low, b.close] == prices
                    assert b.volume == pytest.approx(volume, rel=1e-12)
                    compared += 1
    assert compared > 8_000
