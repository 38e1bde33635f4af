"""An independent client finds the simulated exchange to be what it says it is."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from supreme_system_v5.clock import SystemClock, sleep_ns
from supreme_system_v5.exchanges.simulator import SimulatedExchange

ccxt = pytest.importorskip("ccxt.async_support", reason="ccxt is not installed: extra `test`")

NAMES = ("okx", "binance", "binanceusdm", "bybit")
SYMBOLS = {"binanceusdm": "BTC/USDT:USDT"}


@asynccontextmanager
async def clients(name: str) -> AsyncIterator[tuple[SimulatedExchange, Any]]:
    """Serve the exchange, and point ccxt at it."""
    async with SimulatedExchange(
        clock=SystemClock(), sleep=sleep_ns, seed=random.Random(1).randrange(1_000)
    ) as exchange:
        key, secret, passphrase = exchange.api_key
        client = getattr(ccxt, name)(
            {
                "enableRateLimit": False,
                "options": {
                    "defaultType": "swap" if name == "binanceusdm" else "spot",
                    "fetchMarkets": {"types": ["linear" if name == "binanceusdm" else "spot"]}
                    if name != "okx"
                    else {"types": ["spot"]},
                    "fetchCurrencies": False,
                },
                "has": {"fetchCurrencies": False},
            }
        )
        client.has["fetchCurrencies"] = False
        if name == "okx":
            client.apiKey, client.secret, client.password = key, secret, passphrase
        client.urls["api"] = moved(client.urls["api"], exchange.url)
        client.hostname = exchange.url.removeprefix("http://")
        try:
            yield exchange, client
        finally:
            await client.close()


def moved(urls: Any, base: str) -> Any:  # noqa: ANN401 - as ccxt nests them
    """Return ccxt's addresses at another host, with their paths."""
    if isinstance(urls, dict):
        return {name: moved(url, base) for name, url in urls.items()}
    _, _, rest = str(urls).partition("://")
    _, slash, path = rest.partition("/")
    return f"{base}{slash}{path}"


def run(name: str, main: Callable[[SimulatedExchange, Any], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with clients(name) as (exchange, client):
            await client.load_markets()
            await main(exchange, client)

    asyncio.run(whole())


@pytest.mark.parametrize("name", NAMES)
def test_it_reads_instruments_trades_and_candles(name: str) -> None:
    symbol = SYMBOLS.get(name, "BTC/USDT")

    async def main(exchange: SimulatedExchange, client: Any) -> None:  # noqa: ANN401 - as ccxt has it
        market = client.market(symbol)
        assert market["active"]
        assert float(market["precision"]["price"]) == pytest.approx(0.1)
        assert float(market["limits"]["amount"]["min"]) > 0
        trades = await client.fetch_trades(symbol, limit=50)
        assert len(trades) == 50
        tape = exchange.market.trades
        prices = {told.price / 100 for told in tape.last(10_000)}
        assert all(trade["price"] in prices for trade in trades)
        assert all(trade["side"] in ("buy", "sell") for trade in trades)
        assert [t["timestamp"] for t in trades] == sorted(t["timestamp"] for t in trades)
        candles = await client.fetch_ohlcv(symbol, "1m", limit=100)
        opens = [candle[0] for candle in candles]
        assert opens == [*range(opens[0], opens[0] + 100 * 60_000, 60_000)]
        for (open_ms, *prices_there, volume), minute in zip(
            candles[:-1],
            exchange.market.candles.between(opens[0], opens[-1]),
            strict=True,
        ):
            assert open_ms == minute.open_ms
            ours = [minute.open, minute.high, minute.low, minute.close]
            assert prices_there == [cents / 100 for cents in ours]
            assert volume == pytest.approx(minute.volume / 1e8, abs=1e-9)
        since = opens[-1] - 3 * 86_400_000
        old = await client.fetch_ohlcv(symbol, "1m", since=since, limit=50)
        assert [candle[0] for candle in old][:2] == [since, since + 60_000]
        book = await client.fetch_order_book(symbol, 5)
        assert book["bids"][0][0] < book["asks"][0][0]

    run(name, main)


def test_it_places_queries_and_cancels_orders() -> None:
    async def main(exchange: SimulatedExchange, client: Any) -> None:  # noqa: ANN401 - as ccxt has it
        symbol = "BTC/USDT"
        assert (await client.fetch_balance())["USDT"]["free"] == 10_000
        price = exchange.market.bid / 100
        resting = await client.create_order(
            symbol, "limit", "buy", 0.01, round(price * 0.95, 1), {"clientOrderId": "abc1"}
        )
        told = await client.fetch_order(resting["id"], symbol)
        assert (told["status"], told["filled"], told["clientOrderId"]) == ("open", 0, "abc1")
        assert [order["id"] for order in await client.fetch_open_orders(symbol)] == [resting["id"]]
        held = (await client.fetch_balance())["USDT"]["used"]
        assert held == pytest.approx(0.01 * round(price * 0.95, 1))
        with pytest.raises(ccxt.ExchangeError):
            await client.create_order(
                symbol, "limit", "buy", 0.01, round(price * 0.95, 1), {"clientOrderId": "abc1"}
            )
        await client.cancel_order(resting["id"], symbol)
        assert (await client.fetch_order(resting["id"], symbol))["status"] == "canceled"
        with pytest.raises(ccxt.OrderNotFound):
            await client.cancel_order(resting["id"], symbol)
        taken = await client.create_order(
            symbol, "market", "buy", 0.02, None, {"tgtCcy": "base_ccy"}
        )
        told = await client.fetch_order(taken["id"], symbol)
        assert (told["status"], told["filled"]) == ("closed", 0.02)
        assert told["fee"]["currency"] == "BTC"
        assert told["fee"]["cost"] == pytest.approx(0.00002)
        fills = await client.fetch_my_trades(symbol)
        assert sum(fill["amount"] for fill in fills) == pytest.approx(0.02)
        balance = await client.fetch_balance()
        assert balance["BTC"]["total"] == pytest.approx(0.02 * 0.999)
        assert balance["USDT"]["total"] == pytest.approx(10_000 - told["cost"])
        with pytest.raises(ccxt.InsufficientFunds):
            await client.create_order(symbol, "limit", "sell", 1.0, round(price, 1))
        client.secret = "another"  # noqa: S105 - of nobody
        with pytest.raises(ccxt.AuthenticationError):
            await client.fetch_balance()

    run("okx", main)
