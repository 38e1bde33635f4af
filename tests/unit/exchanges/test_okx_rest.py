from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.errors import SourceError
from supreme_system_v5.exchanges.okx_rest import OKX_BUDGET, OkxRest
from tests.support.exchange_messages import messages
from tests.support.fault_server import good
from tests.support.rest_exchange import MINUTE_NS, START_NS, RestBench, invented, rest_bench
from tests.support.virtual_loop import LoopClock, run_virtual

HISTORY, RECENT = "/api/v5/market/history-candles", "/api/v5/market/candles"


def okx(bench: RestBench) -> OkxRest:
    assert isinstance(bench.rest, OkxRest)
    return bench.rest


def test_older_minutes_come_from_the_other_memory() -> None:
    exchange = invented(1, minutes=2_000)

    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        async with rest_bench("okx", exchange, clock) as bench:
            # Its quick memory holds a day only, and says nothing of what is older.
            whole = exchange._okx_candles
            day_ms = (START_NS - 1_439 * MINUTE_NS) // 10**6

            def recent_only(query: dict[str, str]) -> object:
                quick = exchange.asked[-1] == RECENT
                kept = [c for c in exchange.candles if c.open_ns // 10**6 >= day_ms or not quick]
                told, exchange.candles = exchange.candles, kept
                try:
                    return whole(query)
                finally:
                    exchange.candles = told

            exchange._okx_candles = recent_only  # type: ignore[method-assign]
            found = await bench.rest.candles(exchange.candles[0].open_ns, START_NS)
            assert found == tuple(exchange.candles[:-1])
            assert set(exchange.asked) == {HISTORY, RECENT}
            assert exchange.asked == sorted(exchange.asked)  # first the one, then the other

    run_virtual(main())


def test_numbers_that_were_never_given() -> None:
    exchange = invented(2, trades=20)
    exchange.trades[10:] = [
        msgspec.structs.replace(
            trade, trade_id=str(10_700 + place), first=10_700 + place, last=10_700 + place
        )
        for place, trade in enumerate(exchange.trades[10:])
    ]

    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        async with rest_bench("okx", exchange, clock) as bench:
            rest = okx(bench)
            assert await rest.trades_after(10_004) == tuple(exchange.trades[5:10])
            assert await rest.trades_after(10_009) == tuple(exchange.trades[10:])
            assert await rest.trades_after(10_709) == ()

    run_virtual(main())


def test_the_number_before_a_time() -> None:
    exchange = invented(3, trades=250)

    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        async with rest_bench("okx", exchange, clock) as bench:
            rest = okx(bench)
            at = exchange.trades[100].time_ns
            before = [int(t.trade_id) for t in exchange.trades if t.time_ns < at]
            assert await rest.number_before(at) == before[-1]
            assert await rest.number_before(START_NS - MINUTE_NS) == 9_999
            exchange.trades = []
            assert await rest.number_before(at) == 0

    run_virtual(main())


@pytest.mark.parametrize("file", ["rest_history_trades", "rest_trades", "naut_http_get_trades"])
def test_documented_trades_are_read(data_dir: Path, file: str) -> None:
    [body] = messages(data_dir / "exchange_messages" / "okx" / f"{file}.json")

    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        async with rest_bench("okx", good(body), clock) as bench:
            found = await okx(bench)._trades({})
            numbers = [row["tradeId"] for row in msgspec.json.decode(body)["data"]]
            assert [trade.trade_id for trade in found] == sorted(numbers, key=int)

    run_virtual(main())


@pytest.mark.parametrize("file", ["rest_instruments_spot", "rest_time"])
def test_documented_rules_and_time_are_read(data_dir: Path, file: str) -> None:
    [body] = messages(data_dir / "exchange_messages" / "okx" / f"{file}.json")

    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        async with rest_bench("okx", good(body), clock) as bench:
            if file == "rest_time":
                assert (await bench.rest.clock()).server_ns == 1597026383085 * 10**6
            else:
                assert (await bench.rest.rules()).state == "live"

    run_virtual(main())


def test_another_market_is_not_ours() -> None:
    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        async with rest_bench("okx", good(b'{"code":"0","data":[]}'), clock) as bench:
            with pytest.raises(SourceError, match="okx has no spot market BTC-USDT") as caught:
                await bench.rest.rules()
            assert caught.value.kind == FaultKind.ERROR_ANSWER
            with pytest.raises(SourceError, match="does not tell its time"):
                await bench.rest.clock()

    run_virtual(main())


def test_half_of_what_is_allowed() -> None:
    assert (OKX_BUDGET.weight, OKX_BUDGET.per_s) == (20, 2)
