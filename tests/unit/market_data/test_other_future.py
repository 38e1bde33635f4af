from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data import (
    BarChunk,
    MarketFiles,
    TradeChunk,
    shaken,
    truncated,
    write_csv,
)
from tests.support.runs import HOUR_MS, bars_file, trades_file

Chunk = TradeChunk | BarChunk
MINUTE_NS = 60_000_000_000


def read(path: Path) -> list[Chunk]:
    return list(MarketFiles.find([path]).chunks())


@pytest.fixture
def bars(tmp_path: Path) -> list[Chunk]:
    return read(bars_file(tmp_path / "bars.csv", [100, 101.5, 99, 104.25], reach=0.5))


@pytest.fixture
def trades(tmp_path: Path) -> list[Chunk]:
    return read(trades_file(tmp_path / "trades.csv", [(0, "100"), (1, "101.5"), (9, "99.25")]))


def columns(chunks: list[Chunk]) -> list[tuple[float, ...]]:
    rows: list[tuple[float, ...]] = []
    for chunk in chunks:
        if isinstance(chunk, BarChunk):
            prices = (chunk.opens, chunk.highs, chunk.lows, chunk.closes, chunk.volumes)
            rows += zip(chunk.timestamps_ns, *prices, strict=True)
        else:
            rows += zip(chunk.timestamps_ns, chunk.prices, chunk.sizes, chunk.sides, strict=True)
    return rows


def test_truncated_bars_end_in_a_flat_one(bars: list[Chunk]) -> None:
    known_ns = HOUR_MS * 10**6 + MINUTE_NS
    rows = columns(list(truncated(bars, known_ns)))
    assert rows[:2] == columns(bars)[:2]
    assert rows[2:] == [(known_ns + MINUTE_NS, 101.5, 101.5, 101.5, 101.5, 1.5)]


def test_truncated_trades_end_in_a_repeated_one(trades: list[Chunk]) -> None:
    rows = columns(list(truncated(trades, HOUR_MS * 10**6 + 10**9)))
    assert rows == [*columns(trades)[:2], ((HOUR_MS + 9_000) * 10**6, 101.5, 0.5, 1)]


def test_nothing_is_left_where_all_is_future(bars: list[Chunk]) -> None:
    assert columns(list(truncated(bars, 0))) == []


def test_shaken_bars_are_others_and_valid(bars: list[Chunk]) -> None:
    known_ns = HOUR_MS * 10**6 + MINUTE_NS
    rows = columns(list(shaken(bars, known_ns, Random(1))))
    before = columns(bars)
    assert rows[:2] == before[:2]
    for (time, first, high, low, close, volume), old in zip(rows[2:], before[2:], strict=True):
        assert time == old[0]
        assert low <= min(first, close) <= max(first, close) <= high
        assert volume > 0
        assert close != old[4]
        assert all(Decimal(repr(price)) % Decimal("0.01") == 0 for price in (first, high, low))
    assert rows[2][4] > rows[2][1], "what fell rises"


def test_shaken_trades_depend_on_the_seed_alone(trades: list[Chunk]) -> None:
    known_ns = HOUR_MS * 10**6

    def drawn(seed: int) -> list[tuple[float, ...]]:
        return columns(list(shaken(trades, known_ns, Random(seed))))

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)
    assert drawn(1)[0] == columns(trades)[0]
    assert all(price > 0 and size > 0 for _, price, size, _ in drawn(1))


@pytest.mark.parametrize("name", ["copy.csv", "copy.csv.gz"])
@pytest.mark.parametrize("kind", ["bars", "trades"])
def test_what_is_written_is_read(
    name: str, kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    chunks: list[Chunk] = request.getfixturevalue(kind)
    write_csv(chunks, tmp_path / name)
    assert columns(read(tmp_path / name)) == columns(chunks)


def test_another_kind_of_file_is_refused(bars: list[Chunk], tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"bars\.parquet cannot be written: its name must end in"):
        write_csv(bars, tmp_path / "bars.parquet")
