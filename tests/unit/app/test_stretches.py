from __future__ import annotations

from pathlib import Path

import pytest

from supreme_system_v5.app.stretches import Stretch, read_stretches
from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data import Fingerprint, MarketFiles
from supreme_system_v5.settings import Settings
from tests.support.runs import HOUR_MS, trades_file

WEEK = 7 * 24 * 60


def minutes(path: Path, start: int, count: int, price: float = 100.0) -> Path:
    """Write so many bars of this price, from so many minutes after the hour."""
    rows = [
        f"{HOUR_MS + 60_000 * (start + n)},{price},{price + 1},{price - 1},{price},1.5\n"
        for n in range(count)
    ]
    path.write_text("timestamp_ms,open,high,low,close,volume\n" + "".join(rows), encoding="utf-8")
    return path


def read(*files: Path) -> tuple[list[Stretch], Fingerprint, int]:
    fingerprint, done = Fingerprint(), 0

    def progress(more: int) -> None:
        nonlocal done
        done += more

    found = MarketFiles.find(files)
    return read_stretches(found, Settings(), None, fingerprint, progress), fingerprint, done


def test_files_that_follow_each_other_are_one_stretch(tmp_path: Path) -> None:
    later, first = (
        minutes(tmp_path / "b.csv", WEEK + 4, 3),
        minutes(tmp_path / "a.csv", 0, 5),
    )
    [stretch], fingerprint, done = read(later, first)
    assert stretch.paths == (first, later)
    assert len(stretch.bars.opens) == 8
    assert stretch.first_ns == HOUR_MS * 10**6
    assert stretch.end_ns == (HOUR_MS + 60_000 * (WEEK + 7)) * 10**6
    assert sum(len(chunk) for chunk in stretch.chunks()) == 8
    assert (fingerprint.rows, done) == (8, 2)


def test_files_that_lie_apart_are_two(tmp_path: Path) -> None:
    a, b = minutes(tmp_path / "a.csv", 0, 5), minutes(tmp_path / "b.csv", WEEK + 5, 3, 9.0)
    stretches, _, _ = read(a, b)
    assert [stretch.paths for stretch in stretches] == [(a,), (b,)]
    assert [len(stretch.bars.closes) for stretch in stretches] == [5, 3]


def test_overlapping_files_are_refused(tmp_path: Path) -> None:
    a, b = minutes(tmp_path / "a.csv", 0, 5), minutes(tmp_path / "b.csv", 4, 5)
    with pytest.raises(DataError, match=r"a\.csv and .*b\.csv overlap in time: give files of one"):
        read(a, b)


def test_another_market_is_refused(tmp_path: Path) -> None:
    a, b = minutes(tmp_path / "a.csv", 0, 5), minutes(tmp_path / "b.csv", 5, 5, 1_000.0)
    with pytest.raises(DataError, match=r"the price jumps from 100 .* to 1000 .*by themselves"):
        read(a, b)


def test_trades_become_minutes(tmp_path: Path) -> None:
    rows = [(0.0, "100"), (30.0, "103"), (59.0, "101"), (61.0, "99"), (150.0, "98")]
    [stretch], _, _ = read(trades_file(tmp_path / "t.csv", rows))
    bars = stretch.bars
    assert list(bars.closes) == [101.0, 99.0, 98.0]
    assert list(bars.highs) == [103.0, 99.0, 98.0]
    assert stretch.end_ns == HOUR_MS * 10**6 + 150 * 10**9 + 1


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a\.csv: not one row to run over"):
        read(minutes(tmp_path / "a.csv", 0, 0))
