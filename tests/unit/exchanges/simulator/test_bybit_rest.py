"""Bybit's public REST: shapes, pages, limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from supreme_system_v5.exchanges.simulator.bybit_rest import trade_name
from tests.support.simulated import Visit, differences, sample, visit

SPOT = {"category": "spot", "symbol": "BTCUSDT"}
LINEAR = {"category": "linear", "symbol": "BTCUSDT"}


@pytest.mark.parametrize(
    ("path", "name", "query"),
    [
        ("time", "rest_time", {}),
        ("kline", "rest_kline", {"interval": "1", **LINEAR}),
        ("recent-trade", "rest_recent_trade_spot", SPOT),
        ("instruments-info", "rest_instruments_spot", SPOT),
    ],
)
def test_answers_are_as_documented(
    data_dir: Path, path: str, name: str, query: dict[str, object]
) -> None:
    async def main(there: Visit) -> None:
        told = await there.get(f"/v5/market/{path}", **query)
        assert differences(sample(data_dir, f"bybit/{name}"), told) == []

    visit(main)


def test_the_future_is_described_as_documented(data_dir: Path) -> None:
    async def main(there: Visit) -> None:
        told = await there.get("/v5/market/instruments-info", **LINEAR)
        documented = sample(data_dir, "bybit/naut_http_get_instruments_linear")
        rows = documented["result"]["list"], told["result"]["list"]
        assert differences(rows[0], rows[1]) == []

    visit(main)


def test_pages_of_candles_come_newest_first_without_a_gap() -> None:
    async def main(there: Visit) -> None:
        end_ms = there.exchange.market.candles.open.open_ms
        start_ms = end_ms - 2_500 * 60_000
        query = {"interval": "1", "start": start_ms, "limit": 1_000, **SPOT}
        rows = (await there.get("/v5/market/kline", end=end_ms, **query))["result"]["list"]
        assert [int(r[0]) for r in rows] == [*range(end_ms, end_ms - 60_000_000, -60_000)]
        first = (await there.get("/v5/market/kline", **query))["result"]["list"]
        assert int(first[-1][0]) == start_ms
        assert len(first) == 1_000

    visit(main)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("kline", {"interval": "7", **SPOT}),
        ("kline", {"interval": "1", "category": "spot", "symbol": "NOSUCH"}),
        ("recent-trade", {"category": "inverse"}),
    ],
)
def test_what_is_not_known_is_refused(path: str, query: dict[str, object]) -> None:
    async def main(there: Visit) -> None:
        assert (await there.get(f"/v5/market/{path}", **query))["retCode"] == 10_001

    visit(main)


def test_other_answers_are_there() -> None:
    async def main(there: Visit) -> None:
        book = (await there.get("/v5/market/orderbook", limit=5, **SPOT))["result"]
        assert float(book["b"][0][0]) < float(book["a"][0][0])
        (ticker,) = (await there.get("/v5/market/tickers", **SPOT))["result"]["list"]
        assert float(ticker["bid1Price"]) < float(ticker["ask1Price"])

    visit(main)


def test_names_of_trades_differ_and_do_not_count_up() -> None:
    for spot in (True, False):
        names = [trade_name(number, spot=spot) for number in range(700_000_001, 700_010_001)]
        assert len(set(names)) == len(names)
        assert names != sorted(names)
