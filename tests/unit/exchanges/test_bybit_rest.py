from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from supreme_system_v5.domain.live import FeedTrade
from supreme_system_v5.errors import SourceError
from supreme_system_v5.exchanges.bybit_rest import BYBIT_BUDGET
from tests.support.exchange_messages import messages
from tests.support.fault_server import good
from tests.support.rest_exchange import invented, rest_bench
from tests.support.virtual_loop import LoopClock, run_virtual


def test_trades_of_the_last_known_millisecond_are_told_again() -> None:
    exchange = invented(1, trades=200)
    at = exchange.trades[139].time_ns
    same = [msgspec.structs.replace(t, time_ns=at) for t in exchange.trades[136:142]]
    exchange.trades[136:142] = same

    def plain(trade: FeedTrade) -> FeedTrade:
        return msgspec.structs.replace(trade, first=None, last=None)

    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        async with rest_bench("bybit", exchange, clock) as bench:
            # The last one known is among those that are no longer there: 140 to 199 are.
            after, before = plain(exchange.trades[138]), plain(exchange.trades[199])
            found = await bench.rest.trades_between(after, before)
            assert found == tuple(map(plain, exchange.trades[140:199]))

    run_virtual(main())


def test_documented_answers_are_read(data_dir: Path) -> None:
    files = data_dir / "exchange_messages" / "bybit"
    [trades] = messages(files / "rest_recent_trade_spot.json")
    [rules] = messages(files / "rest_instruments_spot.json")
    [time] = messages(files / "rest_time.json")
    before = FeedTrade(price=5, size=5, time_ns=1672052956 * 10**9, side=1, trade_id="later")

    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        async with rest_bench("bybit", good(trades), clock) as bench:
            [trade] = await bench.rest.trades_between(None, before)
            assert (trade.price, trade.size, trade.side) == (16618.49, 0.00012, 1)
            bench.server.reply = good(rules)
            assert (await bench.rest.rules()).trading
            bench.server.reply = good(time)
            assert (await bench.rest.clock()).server_ns == 1688639403423213947

    run_virtual(main())


def test_another_market_is_not_ours() -> None:
    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        body = b'{"retCode":0,"result":{"list":[]}}'
        async with rest_bench("bybit", good(body), clock) as bench:
            with pytest.raises(SourceError, match="bybit has no spot market BTCUSDT"):
                await bench.rest.rules()

    run_virtual(main())


def test_half_of_what_is_allowed() -> None:
    assert (BYBIT_BUDGET.weight, BYBIT_BUDGET.per_s) == (300, 5)
