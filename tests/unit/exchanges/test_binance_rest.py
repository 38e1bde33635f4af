from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest

from supreme_system_v5.domain.live import Candle
from supreme_system_v5.errors import SourceError
from supreme_system_v5.exchanges.binance_rest import SPOT_PLACE, USDM_PLACE, BinanceRest
from supreme_system_v5.exchanges.rest_client import RestClient
from tests.support.exchange_messages import messages
from tests.support.fault_server import Reply, good
from tests.support.rest_exchange import MINUTE_NS, START_NS, RestBench, invented, rest_bench
from tests.support.virtual_loop import LoopClock, run_virtual


def binance(bench: RestBench) -> BinanceRest:
    assert isinstance(bench.rest, BinanceRest)
    return bench.rest


def test_a_minute_is_closed_when_another_follows_or_some_time_passed() -> None:
    exchange = invented(1, minutes=5)
    last = exchange.candles[-1].open_ns

    async def candles(after_s: float) -> tuple[Candle, ...]:
        clock = LoopClock(asyncio.get_running_loop())
        async with rest_bench("binance", exchange, clock) as bench:
            wait = (last + MINUTE_NS - clock.time_ns()) / 1e9 + after_s
            await asyncio.sleep(wait)
            return await bench.rest.candles(last, last + MINUTE_NS)

    assert run_virtual(candles(1.5)) == ()
    assert [candle.open_ns for candle in run_virtual(candles(2.5))] == [last]


def test_the_number_before_a_time() -> None:
    exchange = invented(3, trades=50)

    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        async with rest_bench("binance-usdm", exchange, clock) as bench:
            rest = binance(bench)
            at = exchange.trades[30].time_ns
            before = [int(t.trade_id) for t in exchange.trades if t.time_ns < at]
            assert await rest.number_before(at) == before[-1]
            assert await rest.number_before(START_NS - MINUTE_NS) == 9_999
            assert await rest.number_before(START_NS + 100 * MINUTE_NS) == 10_049
            exchange.trades = []
            assert await rest.number_before(at) == 0

    run_virtual(main())


@pytest.mark.parametrize(
    ("venue", "file"),
    [("binance_spot", "rest_aggTrades"), ("binance_usdm", "jk_rest_aggTrades")],
)
def test_documented_trades_are_read(data_dir: Path, venue: str, file: str) -> None:
    [body] = messages(data_dir / "exchange_messages" / venue / f"{file}.json")

    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        async with rest_bench("binance", good(body), clock) as bench:
            [trade] = await binance(bench).trades_after(26_128)
            assert (trade.trade_id, trade.price, trade.side) == ("26129", 0.01633102, -1)

    run_virtual(main())


def test_documented_rules_of_a_perpetual_are_read(data_dir: Path) -> None:
    [body] = messages(data_dir / "exchange_messages" / "binance_usdm" / "jk_rest_exchangeInfo.json")

    def reply(request: str) -> Reply:
        assert request.startswith("GET /fapi/v1/exchangeInfo HTTP")
        return good(body)

    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        async with rest_bench("binance-usdm", reply, clock) as bench:
            client = binance(bench)._client
            assert isinstance(client, RestClient)
            rules = await BinanceRest(client, "BLZ-USDT", USDM_PLACE).rules()
            assert rules.min_notional == Decimal(5)
            assert (rules.tick, rules.lot) == (Decimal("0.0001"), Decimal(1))

    run_virtual(main())


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"symbols":[]}', "has no market"),
        (b'{"symbols":[{"symbol":"BTCUSDT","status":"TRADING","filters":[]}]}', "no steps"),
    ],
)
def test_rules_that_are_none(body: bytes, words: str) -> None:
    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        async with rest_bench("binance", good(body), clock) as bench:
            with pytest.raises(SourceError, match=words):
                await bench.rest.rules()

    run_virtual(main())


def test_half_of_what_is_allowed() -> None:
    assert (SPOT_PLACE.budget.weight, USDM_PLACE.budget.weight) == (3_000, 1_200)
