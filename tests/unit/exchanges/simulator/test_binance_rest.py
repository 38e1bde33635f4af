"""Binance's public REST: shapes, pages, weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from supreme_system_v5.exchanges.simulator.binance_rest import BinanceRest
from tests.support.simulated import Visit, differences, sample, visit

BTC = {"symbol": "BTCUSDT"}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/v3/time", "binance_spot/rest_time"),
        ("/api/v3/klines", "binance_spot/rest_klines"),
        ("/api/v3/aggTrades", "binance_spot/rest_aggTrades"),
        ("/api/v3/trades", "binance_spot/rest_trades"),
        ("/api/v3/depth", "binance_spot/rest_depth"),
        ("/fapi/v1/time", "binance_usdm/jk_rest_time"),
        ("/fapi/v1/klines", "binance_usdm/jk_rest_klines"),
        ("/fapi/v1/aggTrades", "binance_usdm/jk_rest_aggTrades"),
        ("/fapi/v1/trades", "binance_usdm/jk_rest_trades"),
    ],
)
def test_answers_are_as_documented(data_dir: Path, path: str, name: str) -> None:
    async def main(there: Visit) -> None:
        told = await there.get(path, interval="1m", **BTC)
        assert differences(sample(data_dir, name), told) == []

    visit(main)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/v3/exchangeInfo", "binance_spot/rest_exchangeInfo_skeleton"),
        ("/fapi/v1/exchangeInfo", "binance_usdm/jk_rest_exchangeInfo"),
    ],
)
def test_the_market_is_described_as_documented(data_dir: Path, path: str, name: str) -> None:
    async def main(there: Visit) -> None:
        told = await there.get(path, **BTC)
        documented = sample(data_dir, name)
        assert differences(documented["symbols"][0] | {"filters": []}, told["symbols"][0]) == []
        assert set(documented) - {"sors"} <= set(told)
        kinds = {each["filterType"] for each in told["symbols"][0]["filters"]}
        assert {"PRICE_FILTER", "LOT_SIZE"} <= kinds

    visit(main)


def test_pages_of_candles_go_forward_without_a_gap() -> None:
    async def main(there: Visit) -> None:
        end_ms = there.exchange.market.candles.open.open_ms
        start_ms = end_ms - 10 * 86_400_000
        rows: list[Any] = []
        while not rows or len(rows) % 1_000 == 0:
            at = rows[-1][0] + 1 if rows else start_ms
            query = {"interval": "1m", "startTime": at, "limit": 1_000, **BTC}
            rows += await there.get("/api/v3/klines", **query)
        assert [row[0] for row in rows] == [*range(start_ms, end_ms + 1, 60_000)]
        newest = await there.get("/api/v3/klines", interval="1m", limit=5, **BTC)
        assert [row[0] for row in newest] == [row[0] for row in rows[-5:]]

    visit(main)


def test_trades_are_found_from_a_number_and_from_a_time() -> None:
    async def main(there: Visit) -> None:
        path = "/api/v3/aggTrades"
        rows = await there.get(path, limit=1_000, **BTC)
        assert [row["a"] for row in rows] == [*range(rows[0]["a"], rows[0]["a"] + 1_000)]
        again = await there.get(path, fromId=rows[200]["a"], limit=300, **BTC)
        assert again == rows[200:500]
        first_ms = rows[200]["T"]
        later = await there.get(path, startTime=first_ms, limit=1_000, **BTC)
        assert later[0] == next(row for row in rows if row["T"] >= first_ms)
        single = await there.get("/api/v3/historicalTrades", fromId=rows[5]["f"], **BTC)
        assert [row["id"] for row in single] == [*range(rows[5]["f"], rows[5]["f"] + 500)]
        assert {row["T"] for row in rows if row["f"] <= single[0]["id"] <= row["l"]} == {
            single[0]["time"]
        }

    visit(main)


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("/api/v3/klines", {"symbol": "NOSUCH", "interval": "1m"}, -1121),
        ("/api/v3/klines", {"interval": "1m"}, -1102),
        ("/api/v3/klines", {"interval": "7m", **BTC}, -1120),
        ("/fapi/v1/aggTrades", {"startTime": "soon", **BTC}, -1100),
    ],
)
def test_what_is_not_known_is_refused(path: str, query: dict[str, object], code: int) -> None:
    async def main(there: Visit) -> None:
        assert (await there.get(path, **query))["code"] == code

    visit(main)


def test_weights_are_counted_and_who_goes_on_is_banned() -> None:
    async def main(there: Visit) -> None:
        url = f"{there.exchange.url}/fapi/v1/aggTrades?symbol=BTCUSDT&limit=1"
        statuses, used = [], []
        for _ in range(135):
            async with there.session.get(url) as response:
                statuses.append(response.status)
                used.append(response.headers.get("X-MBX-USED-WEIGHT-1M"))
                if response.status != 200:
                    assert int(response.headers["Retry-After"]) > 0
        assert used[:3] == ["20", "40", "60"]
        assert statuses[:120] == [200] * 120
        assert statuses[120] == 429
        assert statuses[-1] == 418

    visit(main)


def test_sizes_have_the_digits_of_the_venue() -> None:
    async def main(there: Visit) -> None:
        spot = BinanceRest(there.exchange.core, usdm=False)
        usdm = BinanceRest(there.exchange.core, usdm=True)
        assert (spot.price(6_000_010), spot.size(100_000)) == ("60000.10000000", "0.00100000")
        assert (usdm.price(6_000_010), usdm.size(100_000)) == ("60000.10", "0.001")
        assert usdm.size(1) == "0.00000001"

    visit(main)
