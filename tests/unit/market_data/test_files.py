from __future__ import annotations

from pathlib import Path

import pytest

from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data import DataKind, MarketFiles

TRADES = "timestamp_ms,price,size,side\n"
BARS = "timestamp_ms,open,high,low,close,volume\n"


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_the_header_tells_what_a_file_holds(tmp_path: Path) -> None:
    trades = MarketFiles.find([written(tmp_path / "a.csv", TRADES + "1,2,3,buy\n")])
    bars = MarketFiles.find([written(tmp_path / "b.csv", BARS + "0,2,2,2,2,1\n")])
    assert (trades.kind, bars.kind) == (DataKind.TRADES, DataKind.BARS)
    assert [len(chunk) for chunk in trades.chunks()] == [1]
    assert [len(chunk) for chunk in bars.chunks()] == [1]


def test_files_are_read_in_order_of_time(tmp_path: Path) -> None:
    late = written(tmp_path / "a.csv", TRADES + "bad\n" * 3 + "9,2,3,buy\n")
    early = written(tmp_path / "b.csv", TRADES + "5,2,3,buy\n8,2,3,buy\n")
    empty = written(tmp_path / "c.csv", TRADES)
    files = MarketFiles.find([late, early, empty])
    assert files.paths == (empty, early, late)
    assert files.total_bytes == sum(path.stat().st_size for path in files.paths)
    [chunk] = files.chunks(skip_bad_rows=True)
    assert [t // 1_000_000 for t in chunk.timestamps_ns] == [5, 8, 9]
    assert chunk.dropped.bad_rows == 3


def test_all_bytes_are_told(tmp_path: Path) -> None:
    files = MarketFiles.find([written(tmp_path / f"{i}.csv", TRADES + "1,2,3,buy\n") for i in "ab"])
    told: list[int] = []
    list(files.chunks(on_bytes=told.append))
    assert sum(told) == files.total_bytes


def test_trades_and_bars_do_not_mix(tmp_path: Path) -> None:
    paths = [written(tmp_path / "a.csv", TRADES), written(tmp_path / "b.csv", BARS)]
    with pytest.raises(DataError, match=r"cannot be mixed in one run: .*a\.csv \(trades\)"):
        MarketFiles.find(paths)


@pytest.mark.parametrize("text", ["", "title,label\n", "1723161255342,61837.6,0.02,sell\n"])
def test_an_unknown_file_is_an_error(text: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a\.csv.*(empty|neither trades nor bars)"):
        MarketFiles.find([written(tmp_path / "a.csv", text)])


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        MarketFiles.find([tmp_path / "a.csv"])
