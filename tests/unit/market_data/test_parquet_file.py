from __future__ import annotations

import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data import BarChunk, DataKind, Grid, MarketFiles, TradeChunk
from supreme_system_v5.market_data.bars import read_bars
from supreme_system_v5.market_data.parquet_file import ParquetFile
from supreme_system_v5.market_data.trades import read_trades

MS = 1_735_689_600_000
FIVE: dict[str, Any] = {
    "timestamp_ms": [MS, MS + 1, MS + 1, MS + 3, MS + 2],
    "price": [61837.63, 0.1, 0.1, 100.25, 7.0],
    "size": [0.02, 1e-8, 1e-8, 3.5, 1.0],
    "side": ["sell", "buy", "buy", "sell", "buy"],
    "trade_id": [7, 8, 8, 9, 10],
}
PRICES, SIDES = [61837.63, 0.1, 100.25, 7.0], [-1, 1, -1, 1]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "trades.parquet"


def written(path: Path, columns: dict[str, Any], **options: Any) -> Path:  # noqa: ANN401 - of pyarrow
    pq.write_table(pa.table(columns), path, **options)
    return path


def read(path: Path, columns: dict[str, Any], **options: Any) -> TradeChunk:  # noqa: ANN401 - of read_trades
    [chunk] = read_trades([written(path, columns)], **options)
    return chunk


def stamps(unit: str, zone: str | None = None) -> pa.Array:
    scale = {"s": 0.001, "ms": 1, "us": 1_000, "ns": 1_000_000}[unit]
    times = [int(time * scale) for time in FIVE["timestamp_ms"]]
    return pa.array(times, pa.int64()).cast(pa.timestamp(unit, zone))


def as_decimal(values: list[float]) -> pa.Array:
    return pa.array([Decimal(repr(value)) for value in values], pa.decimal128(20, 8))


SAME: dict[str, dict[str, Any]] = {
    "as they are": {},
    "int32 ids and uint64 times": {
        "trade_id": pa.array(FIVE["trade_id"], pa.int32()),
        "timestamp_ms": pa.array(FIVE["timestamp_ms"], pa.uint64()),
    },
    "stamps of ms": {"timestamp_ms": stamps("ms")},
    "stamps of us with a zone": {"timestamp_ms": stamps("us", "Asia/Tokyo")},
    "stamps of ns": {"timestamp_ms": stamps("ns")},
    "float32": {"price": pa.array(FIVE["price"], pa.float32())},
    "decimals": {"price": as_decimal(FIVE["price"]), "size": as_decimal(FIVE["size"])},
    "texts": {name: [str(value) for value in FIVE[name]] for name in FIVE},
    "large texts": {"side": pa.array(FIVE["side"], pa.large_string())},
    "categories": {"side": pa.array(FIVE["side"]).dictionary_encode()},
    "true for a buy": {"side": [side == "buy" for side in FIVE["side"]]},
    "signs": {"side": pa.array([1 if side == "buy" else -1 for side in FIVE["side"]], pa.int8())},
    "text ids": {"trade_id": ["a", "b", "b", "c", "d"]},
    "another column": {"more": [[1]] * 5},
}


@pytest.mark.parametrize("other", SAME.values(), ids=SAME)
def test_whatever_holds_the_values_the_rows_are_the_same(other: dict[str, Any], path: Path) -> None:
    chunk = read(path, FIVE | other, price_grid=Grid(8), size_grid=Grid(8))
    assert list(chunk.prices) == PRICES
    assert list(chunk.sizes) == [0.02, 1e-8, 3.5, 1.0]
    assert list(chunk.sides) == SIDES
    assert [time // 1_000_000 - MS for time in chunk.timestamps_ns] == [0, 1, 3, 2]
    assert (chunk.dropped.duplicates, chunk.dropped.backward) == (1, 1)
    one_by_one = list(read_trades([path], chunk_rows=1))
    assert [each.prices[0] for each in one_by_one if len(each)] == PRICES


def test_a_timestamp_is_cut_to_milliseconds(path: Path) -> None:
    columns = {name: values for name, values in FIVE.items() if name != "timestamp_ms"}
    times = pa.array([MS * 1_000 + 999] * 5, pa.timestamp("us"))
    chunk = read(path, columns | {"timestamp": times})
    assert set(chunk.timestamps_ns) == {MS * 1_000_000}
    seconds = read(path, columns | {"timestamp": pa.array([MS // 1_000] * 5, pa.timestamp("s"))})
    assert seconds.timestamps_ns == chunk.timestamps_ns


def test_an_id_is_none_where_it_is_missing(path: Path) -> None:
    assert len(read(path, FIVE | {"trade_id": pa.array([None] * 5, pa.int64())})) == 5
    assert len(read(path, {name: FIVE[name] for name in FIVE if name != "trade_id"})) == 5
    again = read(path, FIVE | {"trade_id": ["", "", None, "9", "9"]})
    assert (len(again), again.dropped.duplicates) == (4, 1)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("timestamp_ms", None, "timestamp_ms is '', allowed is whole milliseconds from 0 to"),
        ("timestamp_ms", -1, "timestamp_ms is '-1', allowed is whole"),
        ("price", None, "price is 'nan', allowed is a number from 1e-08 to 9.0072e+07"),
        ("price", -2.5, "price is '-2.5'"),
        ("price", float("inf"), "price is 'inf'"),
        ("size", 0.0, "size is '0.0'"),
        ("side", None, "side is '', allowed is 'buy' or 'sell'"),
        ("side", "BUY", "side is 'BUY'"),
    ],
)
def test_bad_rows_are_told_with_their_number_or_skipped(
    name: str, value: object, words: str, path: Path
) -> None:
    columns = FIVE | {name: [*FIVE[name][:3], value, FIVE[name][4]]}
    with pytest.raises(DataError) as caught:
        read(path, columns)
    assert str(caught.value).startswith(f"{path}, row 4: {words}")
    chunk = read(path, columns, skip_bad_rows=True)
    assert (len(chunk), chunk.dropped.bad_rows) == (3, 1)


def test_times_that_are_floats_are_refused(path: Path) -> None:
    with pytest.raises(DataError, match=r"row 1: timestamp_ms is '1735689600000\.0', allowed is"):
        read(path, FIVE | {"timestamp_ms": [float(time) for time in FIVE["timestamp_ms"]]})


def test_a_side_of_0_is_none(path: Path) -> None:
    with pytest.raises(DataError, match="row 2: side is '0', allowed is 'buy' or 'sell'"):
        read(path, FIVE | {"side": [1, 0, 0, 1, 1]})


BAR = {"open": [5.0], "high": [9.0], "low": [4.0], "close": [6.0], "volume": [1.5]}


def bars(*minutes: int) -> dict[str, Any]:
    columns = {name: values * len(minutes) for name, values in BAR.items()}
    return {"timestamp_ms": [minute * 60_000 for minute in minutes]} | columns


def test_bars_are_bars(tmp_path: Path) -> None:
    path = written(tmp_path / "bars.parquet", bars(0, 1, 1, 0, 2))
    files = MarketFiles.find([path])
    assert files.kind is DataKind.BARS
    [chunk] = files.chunks()
    assert isinstance(chunk, BarChunk)
    assert list(chunk.timestamps_ns) == [0, 60_000_000_000, 120_000_000_000]
    assert list(chunk.volumes) == [1.5] * 3
    assert (chunk.dropped.duplicates, chunk.dropped.backward, chunk.dropped.late) == (2, 1, 0)


def test_longer_bars_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "bars.parquet", bars(0, 5, 10), row_group_size=1)
    with pytest.raises(DataError, match=r"bars\.parquet: its bars are 300 seconds apart; 1-minute"):
        list(read_bars([path], skip_bad_rows=True))


@given(
    minutes=st.lists(st.integers(0, 30_000), max_size=60),
    group=st.integers(1, 70),
    chunk_rows=st.integers(1, 20),
)
def test_a_table_and_a_csv_file_say_the_same(
    minutes: list[int], group: int, chunk_rows: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("same")
    rows = len(minutes)
    columns = {
        "trade_id": [minute % 7 for minute in minutes],
        "timestamp_ms": [minute * 60_000 for minute in minutes],
        "price": [minute / 8 for minute in minutes],
        "size": [0.5] * rows,
        "side": ["buy"] * rows,
    }
    table = pa.table(columns)
    pq.write_table(table, folder / "a.parquet", row_group_size=group)
    options = pyarrow.csv.WriteOptions(quoting_style="none", quoting_header="none")
    pyarrow.csv.write_csv(table, folder / "a.csv", options)

    def told(name: str) -> list[object]:
        chunks = list(read_trades([folder / name], skip_bad_rows=True, chunk_rows=chunk_rows))
        dropped = [chunk.dropped for chunk in chunks]
        return [
            *[[list(getattr(chunk, column)) for chunk in chunks if len(chunk)]
              for column in ("prices", "sizes", "timestamps_ns", "sides")],
            sum(d.bad_rows for d in dropped),
            sum(d.duplicates for d in dropped),
            sum(d.backward for d in dropped),
        ]  # fmt: skip

    assert told("a.parquet") == told("a.csv")


def test_files_of_both_kinds_run_in_order_of_time(tmp_path: Path) -> None:
    late = written(tmp_path / "a.parquet", FIVE)
    early = tmp_path / "b.csv"
    early.write_text(f"timestamp_ms,price,size,side,trade_id\n{MS - 5},1,1,buy,10\n")
    files = MarketFiles.find([late, early])
    assert files.paths == (early, late)
    told: list[int] = []
    [chunk] = files.chunks(on_bytes=told.append)
    assert isinstance(chunk, TradeChunk)
    assert list(chunk.prices) == [1.0, *PRICES[:3]]
    assert chunk.dropped.duplicates == 2  # ids are known across both
    assert sum(told) == files.total_bytes
    assert min(told) > 0


def test_many_rows_come_in_whole_chunks(path: Path) -> None:
    rows = 100_000
    columns = {
        "timestamp_ms": range(rows),
        "price": [1.0] * rows,
        "size": pa.array(["2"] * rows, pa.large_string()),
        "side": ["buy"] * rows,
        "trade_id": range(rows),
    }
    chunks = list(read_trades([written(path, columns)], chunk_rows=30_000))
    assert [len(chunk) for chunk in chunks] == [30_000, 30_000, 30_000, 10_000]
    assert [time for chunk in chunks for time in chunk.timestamps_ns] == [
        i * 1_000_000 for i in range(rows)
    ]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {"price": [1.0], "side": ["buy"]},
            "the table lacks timestamp_ms, size; it must have time",
        ),
        (FIVE | {"price": [[1.0]] * 5}, "price is a column of list<.*write it as numbers or text"),
    ],
)
def test_a_table_that_will_not_do(columns: dict[str, Any], message: str, path: Path) -> None:
    with pytest.raises(DataError, match=rf"trades\.parquet: {message}"):
        read(path, columns)


def test_a_column_there_twice_is_refused(path: Path) -> None:
    table = pa.table([*FIVE.values(), FIVE["price"]], names=[*FIVE, "price"])
    pq.write_table(table, path)
    with pytest.raises(DataError, match="the table has price more than once"):
        list(read_trades([path]))


def test_an_unknown_table_is_an_error(path: Path) -> None:
    with pytest.raises(
        DataError, match=r"trades\.parquet: neither trades nor bars; the table must"
    ):
        MarketFiles.find([written(path, {"a": [1]})])


@pytest.mark.parametrize(
    "damage",
    [lambda _: b"", lambda _: b"PAR1", lambda b: b[: len(b) // 2], lambda b: b[:4] + b[40:]],
)
def test_a_damaged_file_is_an_error(damage: Callable[[bytes], bytes], path: Path) -> None:
    written(path, FIVE | {"price": [float(i) + 0.1 for i in range(5)]})
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match=r"trades\.parquet: not a whole Parquet file"):
        list(read_trades([path]))


def test_no_file(path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        ParquetFile(path)
    with pytest.raises(DataError, match="cannot be read"):
        ParquetFile(path.parent)


def test_an_empty_table_has_no_rows(path: Path) -> None:
    empty = {name: pa.array(values)[:0] for name, values in FIVE.items()}
    told: list[int] = []
    assert list(read_trades([written(path, empty)], on_bytes=told.append)) == []
    assert sum(told) == path.stat().st_size


def test_without_pyarrow_the_extra_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(path, FIVE)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(DataError, match=r"pip install 'supreme-system-v5\[parquet\]'"):
        list(read_trades([path]))
