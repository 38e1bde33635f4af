from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data.files import DataKind
from supreme_system_v5.market_data.verifying import FileCheck, RowFault, verify

TRADES = "timestamp_ms,price,size,side,trade_id\n"
BARS = "timestamp_ms,open,high,low,close,volume\n"


def trades(path: Path, *rows: str) -> Path:
    path.write_text(TRADES + "".join(f"{row}\n" for row in rows))
    return path


def bars(path: Path, *rows: str) -> Path:
    path.write_text(BARS + "".join(f"{row}\n" for row in rows))
    return path


def faults(*paths: Path) -> dict[str, int]:
    return {str(fault): count for check in verify(paths) for fault, count in check.faults.items()}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["1,5,2,buy,7", "1,5,2,sell,8", "2,5,2,buy,9"], {}),
        (["1,5,2,buy,7", "1,5,2,buy,7", "1,5,2,buy,8"], {"duplicate": 1}),
        (["1,5,2,buy,7", "1,6,2,buy,7"], {"differing": 1}),
        (["1,5,2,buy,7", "1,5,2,buy,11"], {"missing": 3}),
        (["1,5,2,buy,7", "1,5,2,buy,9", "1,5,2,buy,8"], {"missing": 1, "late": 1}),
        (["2,5,2,buy,7", "1,5,2,buy,8"], {"backward": 1}),
        (["1,0,2,buy,7", "1,5,-1,buy,8", "1,nan,2,buy,9", "1,5,2,,10"], {"bad": 4}),
        (["1.5,5,2,buy,7", "1,5,1e400,buy,8", "1e999999,5,5,buy,9", "1"], {"bad": 4}),
        (["1,5,2,buy,a", "1,5,2,buy,b"], {}),
        (["1,5,2,buy,", "1,5,2,buy,"], {}),
    ],
)
def test_trades(tmp_path: Path, rows: list[str], expected: dict[str, int]) -> None:
    assert faults(trades(tmp_path / "a.csv", *rows)) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["60000,5,7,4,6,1", "120000,5,7,4,6,0"], {}),
        (["60000,5,7,4,6,1", "60000,5,7,4,6,1.0"], {"duplicate": 1}),
        (["60000,5,7,4,6,1", "60000,5,7,4,6,2"], {"differing": 1}),
        (["60000,5,7,4,6,1", "240000,5,7,4,6,2"], {"missing": 2}),
        (
            ["60000,5,7,4,6,1", "180000,5,7,4,6,2", "120000,5,7,4,6,2"],
            {"missing": 1, "backward": 1, "late": 1},
        ),
        (["60001,5,7,4,6,1", "60000,5,5.5,4,6,1", "60000,5,7,5.5,6,1", "x"], {"bad": 4}),
        (["60000,5,7,4,6,-1", "60000,5,7,0,6,1"], {"bad": 2}),
    ],
)
def test_minutes(tmp_path: Path, rows: list[str], expected: dict[str, int]) -> None:
    assert faults(bars(tmp_path / "a.csv", *rows)) == expected


def test_files_go_on_from_one_to_the_next(tmp_path: Path) -> None:
    second = trades(tmp_path / "a.csv", "3,5,2,buy,9")
    first = trades(tmp_path / "b.csv", "1,5,2,buy,6", "1,5,2,buy,7")
    found = verify([second, first])
    assert [check.path for check in found] == [first, second]
    assert [check.faults for check in found] == [{}, {RowFault.MISSING: 1}]
    assert found[1].places == ["line 2: 1 trades after 7"]


def test_minutes_are_compared_with_their_trades(tmp_path: Path) -> None:
    ticks = trades(
        tmp_path / "t.csv",
        "59000,1,1,buy,1",  # a part of a minute, perhaps
        "60000,5,0.1,buy,2",
        "60001,7,0.2,buy,3",
        "61000,4,0.3,sell,4",
        "62000,6,0.4,buy,5",
        "120000,5,1,buy,6",
        "180000,9,1,buy,7",  # likewise
    )
    good = bars(tmp_path / "g.csv", "0,9,9,9,9,9", "60000,5,7,4,6,1", "120000,5,5,5,5,1")
    assert faults(ticks, good) == {"bad": 1}  # no time is 0
    wrong = bars(tmp_path / "w.csv", "60000,5,7,4,6,1", "120000,5,5,5,5,2", "180000,1,1,1,1,1")
    assert faults(wrong, ticks) == {"differing": 1}


def test_what_has_no_numbers_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("timestamp_ms,price,size,side\n1,5,2,buy\n1,5,2,buy\n")
    [check] = verify([path])
    assert check == FileCheck(path, DataKind.TRADES, rows=2, numbered=False)


def test_five_places_are_kept_and_all_counted(tmp_path: Path) -> None:
    [check] = verify([trades(tmp_path / "a.csv", *["x"] * 9)])
    assert (check.faults, len(check.places)) == ({RowFault.BAD: 9}, 5)


def test_lines_of_any_kind(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    with gzip.open(path, "wb") as out:
        out.write(b"trade_id,side,size,price,timestamp_ms\r\n1,buy,2,5,1\r\n\r\n2,buy,2,5,1")
    told: list[int] = []
    [check] = verify([path], told.append)
    assert (check.rows, check.faults) == (2, {})
    assert sum(told) == path.stat().st_size


def test_tables_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="only CSV is verified"):
        verify([tmp_path / "a.parquet"])


# What the recordings' own page says of them.
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("trades/binance_usdm_BTCUSDT_20240808", {}),
        (
            "trades/binance_spot_BTCUSDT_20250215",
            {RowFault.DUPLICATE: 1_962},
        ),
        ("bars/binance_spot_BTCUSDT_1m_20191015-20191114", {RowFault.MISSING: 143}),
        ("bars/binance_spot_BTCUSDT_1m_20240726-20240808", {}),
    ],
)
def test_recordings(data_dir: Path, name: str, expected: dict[RowFault, int]) -> None:
    [check] = verify([data_dir / f"{name}.csv.gz"])
    found = dict(check.faults)
    if "2019" in name:
        # 143 rows are there twice, as a block: their times run backward once.
        assert found.pop(RowFault.DUPLICATE) == 143
        assert found.pop(RowFault.BACKWARD, 0) <= 143
    assert found == expected


def test_the_minutes_of_an_exchange_are_what_its_trades_come_to(data_dir: Path) -> None:
    found = verify(
        [
            data_dir / "trades" / "binance_spot_BTCUSDT_20240808.csv.gz",
            data_dir / "bars" / "binance_spot_BTCUSDT_1m_20240726-20240808.csv.gz",
        ]
    )
    assert [check.faults for check in found] == [{}, {}]
