from __future__ import annotations

import gzip
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data import Dropped, Grid, TradeChunk
from supreme_system_v5.market_data.chunks import CHUNK_ROWS
from supreme_system_v5.market_data.trades import read_trades

HEADER = b"timestamp_ms,price,size,side,trade_id\n"
GOOD = b"1723161255342,61837.63000000,0.02000000,sell,%d\n"

with_files = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(
    path: Path, content: bytes, *, skip: bool = False, rows: int = 4096, grid: Grid | None = None
) -> list[TradeChunk]:
    path.write_bytes(content)
    return list(
        read_trades([path], skip_bad_rows=skip, chunk_rows=rows, price_grid=grid, size_grid=grid)
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "trades.csv"


def test_a_row_becomes_a_trade(path: Path) -> None:
    [chunk] = read(path, HEADER + GOOD % 1)
    assert list(chunk.prices) == [61837.63]
    assert list(chunk.sizes) == [0.02]
    assert list(chunk.timestamps_ns) == [1_723_161_255_342_000_000]
    assert list(chunk.sides) == [-1]
    assert chunk.dropped == Dropped()


def test_columns_may_stand_anywhere(path: Path) -> None:
    [chunk] = read(path, b"side,x,size,price,timestamp_ms\r\nbuy,?,2,3,4\r\n\r\nsell,,5,6,7")
    assert list(chunk.prices) == [3.0, 6.0]
    assert list(chunk.sizes) == [2.0, 5.0]
    assert list(chunk.sides) == [1, -1]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (b"1,2,3", "number of columns"),
        (b"1,2,3,buy,4,5", "number of columns"),
        (b"x,2,3,buy,", "timestamp_ms"),
        (b"-1,2,3,buy,", "timestamp_ms"),
        (b"1.5,2,3,buy,", "timestamp_ms"),
        (b"99999999999999,2,3,buy,", "timestamp_ms"),
        (b"1,x,3,buy,", "price"),
        (b"1,nan,3,buy,", "price"),
        (b"1,inf,3,buy,", "price"),
        (b"1,0,3,buy,", "price"),
        (b"1,-2,3,buy,", "price"),
        (b'1,"2",3,buy,', "price"),
        (b"1,2,,buy,", "size"),
        (b"1,2,0,buy,", "size"),
        (b"1,2,0.0,buy,", "size"),
        (b"1,2,-3,buy,", "size"),
        (b"1,2,3,BUY,", "side"),
        (b"1,2,3,,", "side"),
        (b"1,2,3,buy,\0", "the line"),
        (b"1,2,3,buy,\xff", "the line"),
        (b"1,2,3,buy," + b"7" * (1 << 20), "the line"),
    ],
)
def test_malformed_rows_are_told_or_skipped(path: Path, row: bytes, column: str) -> None:
    content = HEADER + GOOD % 1 + row + b"\n" + GOOD % 2
    with pytest.raises(DataError, match=rf"trades\.csv, line 3: .*{column} is"):
        read(path, content)
    [chunk] = read(path, content, skip=True)
    assert len(chunk) == 2
    assert chunk.dropped.bad_rows == 1
    assert len(chunk.dropped.messages) == 1


def test_the_grid_of_an_instrument_is_enforced(path: Path) -> None:
    content = HEADER + GOOD % 1
    assert len(read(path, content, grid=Grid(2))[0]) == 1
    with pytest.raises(DataError, match=r"price is '61837.63000000', .* at most 1 decimals"):
        read(path, content, grid=Grid(1))


def test_repeated_ids_are_dropped_and_counted(path: Path) -> None:
    [chunk] = read(path, HEADER + b"".join(GOOD % (i % 10) for i in range(25)))
    assert len(chunk) == 10
    assert chunk.dropped.duplicates == 15


def test_trades_without_id_are_never_duplicates(path: Path) -> None:
    row = b"1,2,3,buy,\n"
    [chunk] = read(path, HEADER + row * 5)
    assert len(chunk) == 5
    assert chunk.dropped.duplicates == 0


def test_ids_are_known_across_files(tmp_path: Path) -> None:
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for path in paths:
        path.write_bytes(HEADER + GOOD % 1)
    [chunk] = read_trades(paths)
    assert (len(chunk), chunk.dropped.duplicates) == (1, 1)


def test_a_damaged_gzip_is_an_error_even_when_skipping(tmp_path: Path) -> None:
    path = tmp_path / "trades.csv.gz"
    packed = gzip.compress(HEADER + b"".join(GOOD % i for i in range(9999)))
    with pytest.raises(DataError, match="not a whole gzip file"):
        read(path, packed[:-9], skip=True)


@with_files
@given(content=st.binary(max_size=400), with_header=st.booleans(), skip=st.booleans())
@example(content=b"1,2,3,buy," + b"9" * 5000 + b"\n", with_header=True, skip=True)
@example(content=b"9" * 5000 + b",2,3,buy,\n", with_header=True, skip=False)
@example(content=b"1,1e999999999,3,buy,\n", with_header=True, skip=False)
@example(content=b"1,\xd9\xa1,3,buy,\n", with_header=True, skip=True)
@example(content=b"\x1f\x8b\x08\x00", with_header=False, skip=True)
@example(content=b"\r\r\n\n,,,,\n", with_header=True, skip=True)
def test_arbitrary_bytes_raise_nothing_but_data_errors(
    content: bytes, with_header: bool, skip: bool, tmp_path: Path
) -> None:
    with suppress(DataError):
        read(tmp_path / "trades.csv", HEADER * with_header + content, skip=skip)
    with suppress(DataError):
        read(tmp_path / "trades.csv.gz", content, skip=skip)


FIELD = st.one_of(
    st.sampled_from([b"", b"0", b"nan", b"-1", b"1e-9", b"1e300", b"buy", b"1_0", b"\xff", b"\0"]),
    st.binary(max_size=8).map(lambda b: b.replace(b"\n", b"").replace(b",", b"")),
)
BAD_ROW = st.lists(FIELD, min_size=1, max_size=7).map(b",".join)
"""No good row: a first field of at most 8 bytes may be a time, but then the rest does not fit."""


@with_files
@given(rows=st.lists(st.one_of(st.none(), BAD_ROW), max_size=40), chunk_rows=st.integers(1, 20))
@example(rows=[None, b"1,2,3,buy,", None], chunk_rows=1)
def test_good_rows_survive_among_bad_ones(
    rows: list[bytes | None], chunk_rows: int, tmp_path: Path
) -> None:
    lines = [GOOD % i if row is None else row + b"\n" for i, row in enumerate(rows)]
    chunks = read(tmp_path / "trades.csv", HEADER + b"".join(lines), skip=True, rows=chunk_rows)
    passed = sum(len(chunk) for chunk in chunks)
    bad = sum(chunk.dropped.bad_rows for chunk in chunks)
    again = sum(chunk.dropped.duplicates for chunk in chunks)
    told = [line for line in lines if line.strip(b"\r\n")]
    assert passed + bad + again == len(told)
    survived = [price for chunk in chunks for price in chunk.prices].count(61837.63)
    assert survived == rows.count(None)
    assert all(len(chunk) <= chunk_rows for chunk in chunks)


@pytest.mark.parametrize(
    ("name", "rows", "duplicates"),
    [
        ("binance_usdm_BTCUSDT_20230404-05", 12935, 0),
        ("binance_spot_BTCUSDT_20230405", 3144, 0),
        ("binance_usdm_BTCUSDT_20240808", 21313, 0),
        ("binance_spot_BTCUSDT_20240808", 9757, 0),
        ("binance_coinm_BTCUSD_PERP_20240808", 2286, 0),
        ("binance_usdm_ETHUSDT_20240808", 14076, 0),
        ("binance_spot_ETHUSDT_20240808", 6106, 0),
        ("binance_spot_BTCUSDT_20250215", 3000, 1962),
        ("binance_spot_BTCUSDT_20250928-30_sessions", 16449, 0),
        ("binance_spot_XRPETH_201910", 12477, 0),
    ],
)
def test_recorded_files_hold_what_their_readme_says(
    name: str, rows: int, duplicates: int, data_dir: Path
) -> None:
    chunks = list(read_trades([data_dir / "trades" / f"{name}.csv.gz"]))
    assert sum(len(chunk) for chunk in chunks) == rows - duplicates
    assert sum(chunk.dropped.duplicates for chunk in chunks) == duplicates
    assert all(len(chunk) <= CHUNK_ROWS for chunk in chunks)
