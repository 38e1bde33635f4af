"""Recorded trades are told as they were, with their pauses."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from supreme_system_v5.errors import DataError
from supreme_system_v5.exchanges.simulator.replay import read_replay


def test_trades_are_told_with_their_pauses_and_then_again(tmp_path: Path) -> None:
    path = tmp_path / "trades.csv"
    path.write_text("timestamp_ms,price,size,side\n1000,100.1,0.5,buy\n1250,100.3,0.25,sell\n")
    replay = read_replay(path)
    assert (len(replay), replay.price, replay.tick, replay.spread) == (2, 10_010, 10, 10)
    told = [replay.next() for _ in range(3)]
    assert [(t.pause_ns, t.price, t.size, t.buy) for t in told] == [
        (10**9, 10_010, 50_000_000, True),
        (250_000_000, 10_030, 25_000_000, False),
        (10**9, 10_010, 50_000_000, True),
    ]


def test_a_raw_capture_is_read(tmp_path: Path) -> None:
    path = tmp_path / "raw.txt.gz"
    with gzip.open(path, "wt", encoding="utf-8") as out:
        out.write('17 {"stream":"a","data":{"e":"depthUpdate","E":1}}\n')
        out.write('18 {"stream":"a","data":{"e":"trade","p":"5.01","q":"1","T":9,"m":true}}\n')
        out.write("half a li")
    replay = read_replay(path)
    assert (len(replay), replay.tick) == (1, 1)
    assert not replay.next().buy


def test_real_recordings_are_read(data_dir: Path) -> None:
    trades = read_replay(data_dir / "trades" / "binance_spot_BTCUSDT_20240808.csv.gz")
    raw = read_replay(data_dir / "ws" / "binance_spot_btcusdt_raw_20240808.txt.gz")
    assert len(trades) == len(raw) == 9_757
    assert all(trades.next() == raw.next() for _ in range(len(raw)))


@pytest.mark.parametrize(
    "text",
    ["", "nothing\n", "timestamp_ms,price\n1,2\n", "timestamp_ms,price,size,side\n1,x,1,b\n"],
)
def test_what_is_no_recording_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=r"bad\.csv"):
        read_replay(path)


def test_a_broken_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv.gz"
    path.write_bytes(b"no archive")
    with pytest.raises(DataError, match="cannot be read"):
        read_replay(path)
