from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from random import Random

from backtest_market import MINUTE_NS, bar_chunks, trade_chunks, write_trades
from supreme_system_v5.market_data.trades import read_trades


def test_trades_are_the_seeds_and_about_20_a_second() -> None:
    chunks = list(trade_chunks(Random(1), 5_000, rows=2_000))
    assert [len(chunk) for chunk in chunks] == [2_000, 2_000, 1_000]
    assert chunks == list(trade_chunks(Random(1), 5_000, rows=2_000))
    times = [time for chunk in chunks for time in chunk.timestamps_ns]
    assert all(before < after for before, after in pairwise(times))
    assert 240e9 < times[-1] - times[0] < 260e9


def test_a_bar_opens_where_the_one_before_closed() -> None:
    first, second = bar_chunks(Random(1), 2_000, rows=1_000)
    assert second.opens[0] == first.closes[-1]
    assert all(a == b for a, b in zip(first.closes, first.opens[1:], strict=False))
    assert {after - before for before, after in pairwise(first.timestamps_ns)} == {MINUTE_NS}
    for bar in zip(first.opens, first.highs, first.lows, first.closes, strict=True):
        opened, high, low, close = bar
        assert low <= min(opened, close) <= max(opened, close) <= high


def test_written_trades_are_read_again(tmp_path: Path) -> None:
    path = tmp_path / "trades.csv"
    write_trades(path, trade_chunks(Random(1), 500, rows=200))
    assert list(read_trades([path])) == list(trade_chunks(Random(1), 500))
