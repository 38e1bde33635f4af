"""Bybit's public WebSockets, as a client sees them."""

from __future__ import annotations

from pathlib import Path

import pytest

from supreme_system_v5.exchanges.simulator.bybit import INTERVALS
from tests.support.simulated import Client, Told, Visit, differences, sample, visit

SPOT, LINEAR = "/v5/public/spot", "/v5/public/linear"


async def subscribe(client: Client, *topics: str) -> None:
    await client.send({"req_id": "10001", "op": "subscribe", "args": topics})


def of(messages: list[Told], topic: str) -> list[Told]:
    return [m for m in messages if str(m.get("topic", "")).startswith(topic)]


@pytest.mark.parametrize("path", [SPOT, LINEAR])
@pytest.mark.parametrize(
    ("topic", "name"),
    [
        ("publicTrade.BTCUSDT", "ws_publicTrade"),
        ("kline.1.BTCUSDT", "ws_kline_open"),
        ("orderbook.1.BTCUSDT", "ws_orderbook_delta"),
    ],
)
def test_messages_are_as_documented(data_dir: Path, path: str, topic: str, name: str) -> None:
    async def main(there: Visit) -> None:
        async with there.connect(path) as client:
            await subscribe(client, topic)
            ack, *told = await client.listen(5)
        kind = path.rpartition("/")[2]
        assert differences(sample(data_dir, f"bybit/ws_subscribe_ack_{kind}"), ack) == []
        assert ack["ret_msg"] == ("subscribe" if kind == "spot" else "")
        assert ack["req_id"] == "10001"
        assert len(told) > 2
        for message in told:
            assert differences(sample(data_dir, f"bybit/{name}"), message) == []

    visit(main)


def test_trades_are_those_of_the_tape_and_of_rest() -> None:
    async def main(there: Visit) -> None:
        async with there.connect(SPOT) as client:
            await subscribe(client, "publicTrade.BTCUSDT")
            messages = of(await client.listen(10), "publicTrade")
        rows = [row for m in messages for row in m["data"]]
        names = [row["i"] for row in rows]
        assert len(set(names)) == len(names) > 50
        assert names != sorted(names)
        told = await there.get("/v5/market/recent-trade", category="spot", symbol="BTCUSDT")
        recent = {row["execId"]: row for row in told["result"]["list"]}
        assert len(recent) == 60
        both = [row for row in rows if row["i"] in recent]
        assert len(both) > 40
        for row in both:
            other = recent[row["i"]]
            assert (other["price"], other["size"], other["side"], other["time"]) == (
                row["p"],
                row["v"],
                row["S"],
                str(row["T"]),
            )

    visit(main)


def test_candles_close_once_and_are_those_of_rest() -> None:
    async def main(there: Visit) -> None:
        async with there.connect(LINEAR) as client:
            await subscribe(client, "kline.1.BTCUSDT")
            messages = of(await client.listen(130), "kline")
        closed = [m["data"][0] for m in messages if m["data"][0]["confirm"]]
        assert len(closed) == 2
        query = {"category": "linear", "symbol": "BTCUSDT", "interval": "1", "limit": 3}
        told = await there.get("/v5/market/kline", **query)
        keys = ("open", "high", "low", "close", "volume", "turnover")
        expected = [[str(row["start"]), *[row[key] for key in keys]] for row in closed[::-1]]
        assert told["result"]["list"][1:] == expected

    visit(main, rate=1.0)


@pytest.mark.parametrize(("path", "kind"), [(SPOT, "spot"), (LINEAR, "linear")])
def test_pings_are_answered_as_documented(data_dir: Path, path: str, kind: str) -> None:
    async def main(there: Visit) -> None:
        async with there.connect(path) as client:
            await client.send({"op": "ping"})
            (told,) = await client.listen(1)
            assert differences(sample(data_dir, f"bybit/ws_pong_public_{kind}"), told) == []
            there.inject("no_pong", venue="bybit")
            await client.send({"op": "ping"})
            assert await client.listen(2) == []
            there.inject("late_pong", venue="bybit", seconds=3)
            await client.send({"op": "ping", "req_id": "7"})
            assert await client.listen(2) == []
            (told,) = await client.listen(2)
            assert told["req_id"] == "7"

    visit(main)


def test_one_wrong_topic_refuses_all(data_dir: Path) -> None:
    async def main(there: Visit) -> None:
        async with there.connect(SPOT) as client:
            await client.send({"op": "subscribe", "args": ["publicTrade.BTCUSDT", "gossip.X"]})
            (told,) = await client.listen(3)
            documented = sample(data_dir, "bybit/naut_ws_subscription_failure")
            assert differences(documented, told) == []
            await subscribe(client, *["publicTrade.BTCUSDT"] * 11)
            await client.send({"op": "dance"})
            await client.send("no json")
            assert [m["success"] for m in await client.listen(1)] == [False] * 3

    visit(main)


def test_the_quote_is_repeated_in_a_quiet_market_and_topics_are_left() -> None:
    async def main(there: Visit) -> None:
        async with there.connect(SPOT) as client:
            there.inject("quiet", seconds=60)
            await client.listen(1)
            await subscribe(client, "orderbook.1.BTCUSDT")
            told = of(await client.listen(20), "orderbook")
            assert len(told) >= 5
            assert len({m["data"]["u"] for m in told}) == 1
            await client.send({"op": "unsubscribe", "args": ["orderbook.1.BTCUSDT"]})
            assert [m["op"] for m in await client.listen(10)] == ["unsubscribe"]

    visit(main)


def test_intervals_are_named_as_there() -> None:
    assert INTERVALS["1"] == 1
