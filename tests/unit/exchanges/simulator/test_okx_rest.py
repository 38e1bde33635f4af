"""OKX's public REST: shapes, pages, limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from supreme_system_v5.exchanges.simulator.okx_rest import candle_row, trade_row
from supreme_system_v5.exchanges.simulator.tape import Match, Minute
from tests.support.simulated import Visit, differences, sample, visit

MARKET = "/api/v5/market"
BTC = {"instId": "BTC-USDT"}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (f"{MARKET}/candles", "rest_candles"),
        (f"{MARKET}/history-candles", "rest_history_candles"),
        (f"{MARKET}/trades", "rest_trades"),
        (f"{MARKET}/history-trades", "rest_history_trades"),
        (f"{MARKET}/ticker", "rest_ticker"),
        (f"{MARKET}/books", "rest_books"),
        ("/api/v5/public/time", "rest_time"),
        ("/api/v5/public/instruments", "rest_instruments_spot"),
    ],
)
def test_answers_are_as_documented(data_dir: Path, path: str, name: str) -> None:
    async def main(there: Visit) -> None:
        query = {} if path.endswith("time") else BTC
        told = await there.get(path, **query)
        assert differences(sample(data_dir, f"okx/{name}"), told) == []

    visit(main)


def test_pages_of_candles_go_back_ten_days_without_a_gap() -> None:
    async def main(there: Visit) -> None:
        path = f"{MARKET}/history-candles"
        rows = (await there.get(path, limit=300, **BTC))["data"]
        for _ in range(50):
            rows += (await there.get(path, limit=300, after=rows[-1][0], **BTC))["data"]
        opens = [int(row[0]) for row in rows]
        assert opens == [*range(opens[0], opens[0] - 51 * 300 * 60_000, -60_000)]
        assert all(row[8] == "1" for row in rows)
        newer = await there.get(path, before=opens[9], after=opens[3], **BTC)
        assert [int(row[0]) for row in newer["data"]] == opens[4:9]

    visit(main, enforced=False)


def test_candles_end_with_the_open_one_and_reach_back_a_day() -> None:
    async def main(there: Visit) -> None:
        rows = (await there.get(f"{MARKET}/candles", limit=300, **BTC))["data"]
        assert [row[8] for row in rows[:2]] == ["0", "1"]
        old = int(rows[0][0]) - 2 * 86_400_000
        assert (await there.get(f"{MARKET}/candles", after=old, **BTC))["data"] == []
        hours = (await there.get(f"{MARKET}/candles", bar="1H", limit=5, **BTC))["data"]
        assert [int(row[0]) % 3_600_000 for row in hours] == [0] * 5

    visit(main)


def test_pages_of_trades_are_contiguous() -> None:
    async def main(there: Visit) -> None:
        path = f"{MARKET}/history-trades"
        rows = (await there.get(path, limit=100, **BTC))["data"]
        for _ in range(5):
            after = rows[-1]["tradeId"]
            rows += (await there.get(path, limit=100, after=after, **BTC))["data"]
        numbers = [int(row["tradeId"]) for row in rows]
        assert numbers == [*range(numbers[0], numbers[0] - 600, -1)]
        last = (await there.get(f"{MARKET}/trades", limit=500, **BTC))["data"]
        assert last == rows[:500]
        query = {"type": 2, "after": rows[50]["ts"], **BTC}
        by_time = (await there.get(path, **query))["data"]
        assert all(int(row["ts"]) < int(rows[50]["ts"]) for row in by_time)

    visit(main)


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        (f"{MARKET}/candles", {"instId": "NO-SUCH"}, "51001"),
        (f"{MARKET}/candles", {"bar": "7m", **BTC}, "51000"),
        (f"{MARKET}/candles", {"after": "soon", **BTC}, "51000"),
    ],
)
def test_what_is_not_known_is_refused(path: str, query: dict[str, object], code: str) -> None:
    async def main(there: Visit) -> None:
        assert (await there.get(path, **query))["code"] == code

    visit(main)


def test_too_many_requests_are_refused() -> None:
    async def main(there: Visit) -> None:
        codes = [(await there.get("/api/v5/public/time"))["code"] for _ in range(12)]
        assert codes[:10] == ["0"] * 10
        assert "50011" in codes

    visit(main)


def test_rows_are_plain_texts() -> None:
    minute = Minute(60_000, 100, 300, 50, 200, 10**8, 200 * 10**8)
    assert candle_row(minute, closed=True) == ["60000", "1", "3", "0.5", "2", "1", "2", "2", "1"]
    row = trade_row(Match(7, 100, 10**8, False, 5_000_000), "A-B")
    assert (row["tradeId"], row["side"], row["ts"]) == ("7", "sell", "5")
