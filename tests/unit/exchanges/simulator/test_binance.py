"""Binance's public WebSockets, as a client sees them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from supreme_system_v5.exchanges.simulator.binance import INTERVALS
from tests.support.simulated import Client, Told, Visit, differences, sample, visit


async def subscribe(client: Client, *streams: str) -> None:
    await client.send({"method": "SUBSCRIBE", "params": streams, "id": 1})


def of(messages: list[Told], event: str) -> list[Told]:
    data = [m.get("data", m) for m in messages]
    return [m for m in data if m.get("e", "bookTicker" if "u" in m else "") == event]


@pytest.mark.parametrize(
    ("path", "stream", "name"),
    [
        ("/ws", "aggTrade", "binance_spot/ws_aggTrade"),
        ("/ws", "trade", "binance_spot/ws_trade"),
        ("/ws", "bookTicker", "binance_spot/ws_bookTicker"),
        ("/ws", "kline_1m", "binance_spot/ws_kline_open"),
        ("/market/ws", "aggTrade", "binance_usdm/ws_agg_trade_stream"),
        ("/market/ws", "kline_1m", "binance_usdm/ws_kline_stream_open"),
        ("/public/ws", "bookTicker", "binance_usdm/ws_book_ticker_stream"),
    ],
)
def test_messages_are_as_documented(data_dir: Path, path: str, stream: str, name: str) -> None:
    async def main(there: Visit) -> None:
        async with there.connect(path) as client:
            await subscribe(client, f"btcusdt@{stream}")
            ack, *told = await client.listen(5)
        assert ack == sample(data_dir, "binance_spot/ws_subscribe_ack")
        assert told
        for message in told:
            assert differences(sample(data_dir, name), message) == []

    visit(main)


@pytest.mark.parametrize("path", ["/stream", "/market/stream"])
def test_trades_follow_each_other_and_streams_are_named(path: str) -> None:
    async def main(there: Visit) -> None:
        async with there.connect(f"{path}?streams=btcusdt@aggTrade/btcusdt@kline_1m") as client:
            messages = await client.listen(20)
        assert {m["stream"] for m in messages} == {"btcusdt@aggTrade", "btcusdt@kline_1m"}
        rows = of(messages, "aggTrade")
        assert len(rows) > 100
        for before, row in pairwise(rows):
            assert row["a"] == before["a"] + 1
            assert row["f"] == before["l"] + 1
        tape = {told.serial: told for told in there.exchange.market.trades.last(10_000)}
        assert all(row["m"] != tape[row["a"]].buy for row in rows)

    visit(main)


def test_single_trades_follow_each_other() -> None:
    async def main(there: Visit) -> None:
        async with there.connect("/ws/btcusdt@trade") as client:
            rows = of(await client.listen(10), "trade")
        assert len(rows) > 50
        assert all(row["t"] == before["t"] + 1 for before, row in pairwise(rows))

    visit(main)


def test_candles_close_once_and_are_those_of_rest() -> None:
    async def main(there: Visit) -> None:
        async with there.connect("/ws/btcusdt@kline_1m") as client:
            messages = await client.listen(130)
        closed = [m["k"] for m in of(messages, "kline") if m["k"]["x"]]
        assert len(closed) == 2
        query = {"symbol": "BTCUSDT", "interval": "1m", "limit": 3}
        rows = (await there.get("/api/v3/klines", **query))[:2]
        for kline, row in zip(closed, rows, strict=True):
            told = [kline[key] for key in ("t", "o", "h", "l", "c", "v", "T")]
            assert told == row[:7]
            assert kline["n"] == row[8] == kline["L"] - kline["f"] + 1

    visit(main, rate=1.0)


@pytest.mark.parametrize(
    ("path", "stream"),
    [
        ("/public/ws", "btcusdt@aggTrade"),
        ("/market/ws", "btcusdt@bookTicker"),
        ("/market/ws", "btcusdt@trade"),
        ("/ws", "nosuch@aggTrade"),
    ],
)
def test_the_wrong_place_or_market_is_acknowledged_and_silent(path: str, stream: str) -> None:
    async def main(there: Visit) -> None:
        async with there.connect(path) as client:
            await subscribe(client, stream)
            assert await client.listen(5) == [{"result": None, "id": 1}]

    visit(main)


def test_requests_are_answered(data_dir: Path) -> None:
    async def main(there: Visit) -> None:
        async with there.connect("/ws") as client:
            await subscribe(client, "btcusdt@aggTrade")
            await client.send({"method": "LIST_SUBSCRIPTIONS", "id": 3})
            await client.send({"method": "UNSUBSCRIBE", "params": ["btcusdt@aggTrade"], "id": 4})
            await client.send({"method": "DANCE", "id": 5})
            told = [m for m in await client.listen(0.1) if "e" not in m]
            assert told[1] == sample(data_dir, "binance_spot/ws_list_subscriptions_ack")
            assert [m.get("id") for m in told] == [1, 3, 4, 5]
            assert told[3]["code"] == 2
            await client.send("no json")
            assert (await client.listen(3))[0]["code"] == 3
            await subscribe(client, *[f"a{number}@trade" for number in range(1_025)])
            assert (await client.listen(1))[0]["code"] == 2

    visit(main)


def test_a_sixth_message_within_a_second_ends_it() -> None:
    async def main(there: Visit) -> None:
        async with there.connect("/ws") as client:
            for number in range(6):
                await client.send({"method": "LIST_SUBSCRIPTIONS", "id": number})
            await client.listen(2)
            assert client.closed == 1008

    visit(main)


def test_it_is_cut_after_its_lifetime_and_pings_until_then() -> None:
    async def main(there: Visit) -> None:
        async with there.connect("/ws") as client:
            await client.listen(110)
            assert client.closed is None  # pings were answered
            await client.listen(20)
            assert client.closed == 1001

    visit(main, lifetime_s=120.0, rate=0.5)


def test_who_does_not_answer_pings_is_closed() -> None:
    async def main(there: Visit) -> None:
        socket = await there.session.ws_connect(there.exchange.url + "/ws", autoping=False)
        client = Client(socket)
        await client.listen(200)
        assert client.closed is not None
        await socket.close()

    visit(main, rate=0.5)


def test_a_shutdown_is_told_first(data_dir: Path) -> None:
    async def main(there: Visit) -> None:
        async with there.connect("/ws") as raw, there.connect("/stream") as combined:
            there.inject("shutdown", venue="binance", seconds=5)
            (one,), (other,) = await raw.listen(3), await combined.listen(1)
            documented = sample(data_dir, "binance_spot/ws_server_shutdown_raw")
            assert differences(documented, one) == []
            documented = sample(data_dir, "binance_spot/ws_server_shutdown_combined")
            assert differences(documented, other) == []
            await raw.listen(5)
            assert raw.closed == 1001

    visit(main)


def test_faults_change_what_is_told() -> None:
    async def main(there: Visit) -> None:
        there.inject("value", venue="binance", field="price", text="0", after_messages=1)
        there.inject("crossed", channel="quotes", after_messages=1)
        there.inject("candle_open", channel="candles")
        async with there.connect(
            "/stream?streams=btcusdt@aggTrade/btcusdt@kline_1m/btcusdt@bookTicker"
        ) as client:
            messages = await client.listen(65)
        assert any(float(row["p"]) == 0 for row in of(messages, "aggTrade"))
        crossed = [m for m in of(messages, "bookTicker") if float(m["b"]) > float(m["a"])]
        assert len(crossed) == 1
        assert not any(m["k"]["x"] for m in of(messages, "kline"))

    visit(main, rate=2.0)


def test_intervals_are_named_as_there() -> None:
    assert INTERVALS["1m"] == 1
