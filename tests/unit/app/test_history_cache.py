"""Closed minutes kept between runs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supreme_system_v5.app.history_cache import HistoryCache
from supreme_system_v5.domain.live import Candle
from supreme_system_v5.errors import SourceError
from tests.support.live_runs import MINUTE, candle

BEGIN = 28_333_334


class Exchange:
    """Has minutes, some of them silent; counts what it is asked for."""

    def __init__(self, seed: int = 1, count: int = 600) -> None:
        rng = Random(seed)
        minutes = [BEGIN + number for number in range(count) if rng.random() < 0.9]
        self.minutes = [candle(number * MINUTE, 60_000.0 + number % 97) for number in minutes]
        self.asked: list[tuple[int, int]] = []

    async def candles(self, start_ns: int, end_ns: int) -> tuple[Candle, ...]:
        self.asked.append((start_ns // MINUTE - BEGIN, end_ns // MINUTE - BEGIN))
        return tuple(each for each in self.minutes if start_ns <= each.open_ns < end_ns)


def told(
    exchange: Exchange, path: Path | None, start: int, end: int, notes: list[str] | None = None
) -> tuple[Candle, ...]:
    found = [] if notes is None else notes
    cache = HistoryCache(path, "okx BTC-USDT", exchange.candles, found.append)
    return asyncio.run(cache.candles((BEGIN + start) * MINUTE, (BEGIN + end) * MINUTE))


@settings(max_examples=60)
@given(
    st.integers(0, 2**16),
    st.lists(st.tuples(st.integers(0, 500), st.integers(1, 100)), min_size=1, max_size=5),
)
def test_it_always_answers_what_the_exchange_would(
    tmp_path_factory: pytest.TempPathFactory, seed: int, ranges: list[tuple[int, int]]
) -> None:
    exchange, path = Exchange(seed), tmp_path_factory.mktemp("kept") / "history"
    for start, length in ranges:
        truth = Exchange(seed)
        wanted = told(truth, None, start, start + length)
        assert told(exchange, path, start, start + length) == wanted


def test_a_restart_asks_for_the_minutes_since_and_no_more(tmp_path: Path) -> None:
    exchange, path = Exchange(), tmp_path / "state" / "history"
    told(exchange, path, 0, 400)
    told(exchange, path, 10, 410)
    first, again = exchange.asked
    assert first == (0, 400)
    assert 390 <= again[0] < 400
    assert again[1] == 410


@pytest.mark.parametrize(
    "harm",
    ["rewritten", "cut", "another market", "another version", "out of order", "a folder"],
)
def test_a_file_that_cannot_be_trusted_is_not_used(tmp_path: Path, harm: str) -> None:
    exchange, path = Exchange(), tmp_path / "history"
    told(exchange, path, 0, 300)
    raw = msgspec.msgpack.decode(path.read_bytes())
    match harm:
        case "rewritten":
            raw[4][-2]["close"] += 1.0
        case "another market":
            raw[1] = "bybit BTC-USDT"
        case "another version":
            raw[0] = 99
        case "out of order":
            raw[4][3], raw[4][4] = raw[4][4], raw[4][3]
    path.write_bytes(msgspec.msgpack.encode(raw)[: 99 if harm == "cut" else None])
    if harm == "a folder":
        path.unlink()
        path.mkdir()
    notes: list[str] = []
    assert told(exchange, path, 5, 310, notes) == told(Exchange(), None, 5, 310)
    assert exchange.asked[-1] == (5, 310)
    assert bool(notes) == (harm in ("rewritten", "cut", "a folder"))


def test_what_the_exchange_cannot_tell_is_its_error_and_keeps_nothing(tmp_path: Path) -> None:
    async def fails(*_: int) -> tuple[Candle, ...]:
        raise SourceError("status 503")

    path = tmp_path / "history"
    cache = HistoryCache(path, "okx BTC-USDT", fails, print)
    with pytest.raises(SourceError, match="503"):
        asyncio.run(cache.candles(0, MINUTE))
    assert not path.exists()
