"""What faults do to REST."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from supreme_system_v5.exchanges.simulator.rest_faults import venue_of
from tests.support.simulated import Visit, visit

CANDLES = "/api/v5/market/history-candles?instId=BTC-USDT&limit=5"


async def ask(there: Visit) -> tuple[int, str, str]:
    async with there.session.get(there.exchange.url + CANDLES) as response:
        retry = response.headers.get("Retry-After", "")
        return response.status, await response.text(), retry


@pytest.mark.parametrize(
    ("kind", "how", "status", "part", "retry"),
    [
        ("rest_status", {"status": 429, "seconds": 7}, 429, "Too Many Requests", "7"),
        ("rest_status", {"status": 418, "seconds": 120, "text": "banned"}, 418, "banned", "120"),
        ("rest_html", {"status": 503}, 503, "<html>", ""),
        ("rest_html", {}, 502, "<html>", ""),
        ("rest_code", {"code": 50013}, 200, '"code":"50013"', ""),
        ("rest_empty", {}, 200, '"data":[]', ""),
        ("rest_slow", {"seconds": 20}, 200, '"code":"0"', ""),
    ],
)
def test_answers_fail(kind: str, how: dict[str, int], status: int, part: str, retry: str) -> None:
    async def main(there: Visit) -> None:
        there.inject(kind, route="history-candles", **how)
        told = await ask(there)
        assert told[0] == status
        assert part in told[1]
        assert told[2] == retry
        assert [injection.kind for injection in there.exchange.log] == [kind]
        again = await ask(there)
        assert again[0] == 200
        assert '"code":"0"' in again[1]

    visit(main, rate=1.0)


def test_rows_are_missing_or_come_twice() -> None:
    async def main(there: Visit) -> None:
        well = (await there.get(CANDLES))["data"]
        there.inject("rest_stale", count=2)
        assert (await there.get(CANDLES))["data"] == well[2:]
        there.inject("rest_overlap", count=2)
        assert (await there.get(CANDLES))["data"] == [*well[:2], *well]

    visit(main, rate=1.0)


def test_answers_never_come() -> None:
    async def main(there: Visit) -> None:
        there.inject("rest_hang")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ask(there), 100)
        there.inject("rest_hang", seconds=5, times=2)  # aiohttp tries a second time
        with pytest.raises(aiohttp.ClientError):
            await ask(there)
        there.inject("rest_cut")
        with pytest.raises(aiohttp.ClientError):
            await ask(there)

    visit(main, rate=1.0)


def test_other_routes_are_not_touched() -> None:
    async def main(there: Visit) -> None:
        there.inject("rest_html", route="history-trades", for_s=60)
        there.inject("rest_html", venue="bybit", for_s=60)
        assert (await ask(there))[0] == 200
        assert there.exchange.log == []

    visit(main, rate=1.0)


@pytest.mark.parametrize(
    ("path", "venue"),
    [
        ("/api/v5/market/trades", "okx"),
        ("/api/v3/klines", "binance"),
        ("/fapi/v1/klines", "binance-usdm"),
        ("/v5/market/kline", "bybit"),
        ("/sim/faults", ""),
    ],
)
def test_paths_tell_the_venue(path: str, venue: str) -> None:
    assert venue_of(path) == venue
