"""OKX's public WebSockets, as a client sees them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from supreme_system_v5.exchanges.simulator.okx_public import CANDLES
from tests.support.simulated import Client, Told, Visit, differences, sample, visit

PUBLIC, BUSINESS = "/ws/v5/public", "/ws/v5/business"


async def subscribe(client: Client, *channels: str, inst_id: str = "BTC-USDT") -> None:
    args = [{"channel": channel, "instId": inst_id} for channel in channels]
    await client.send({"id": "1512", "op": "subscribe", "args": args})


def of(messages: list[Told], channel: str) -> list[Told]:
    return [m for m in messages if m.get("arg", {}).get("channel") == channel and "data" in m]


@pytest.mark.parametrize(
    ("path", "channel", "name"),
    [
        (PUBLIC, "trades", "ws_trades"),
        (PUBLIC, "bbo-tbt", "ws_bbo_tbt"),
        (PUBLIC, "books5", "ws_books5"),
        (PUBLIC, "books", "ws_books_snapshot"),
        (PUBLIC, "tickers", "ws_tickers"),
        (BUSINESS, "trades-all", "ws_trades_all"),
        (BUSINESS, "candle1m", "ws_candle1D_unconfirmed"),
    ],
)
def test_messages_are_as_documented(data_dir: Path, path: str, channel: str, name: str) -> None:
    async def main(there: Visit) -> None:
        async with there.connect(path) as client:
            await subscribe(client, channel)
            messages = await client.listen(5)
        ack, *_ = messages
        expected = sample(data_dir, "okx/ws_trades_ack")
        assert differences(expected, ack) == []
        assert ack["id"] == "1512"
        told = of(messages, channel)
        assert told
        documented = sample(data_dir, f"okx/{name}")
        assert differences(documented, told[0]) == []
        assert differences(documented, told[-1]) == []

    visit(main)


def test_trades_are_numbered_and_are_those_of_the_tape() -> None:
    async def main(there: Visit) -> None:
        async with there.connect(PUBLIC) as client:
            await subscribe(client, "trades")
            rows = [row for m in of(await client.listen(20), "trades") for row in m["data"]]
        assert len(rows) > 100
        assert any(row["count"] != "1" for row in rows)
        for before, row in pairwise(rows):
            assert int(row["tradeId"]) - int(row["count"]) == int(before["tradeId"])
        tape = there.exchange.market.trades.last(10_000)
        by_number = {str(told.last): told for told in tape}
        for row in rows:
            told = by_number[row["tradeId"]]
            assert round(float(row["px"]) * 100) == told.price
            assert round(float(row["sz"]) * 1e8) == told.size
            assert row["side"] == ("buy" if told.buy else "sell")
            assert int(row["ts"]) == told.time_ms

    visit(main)


def test_candles_close_once_and_are_those_of_rest() -> None:
    async def main(there: Visit) -> None:
        async with there.connect(BUSINESS) as client:
            await subscribe(client, "candle1m", "candle5m")
            messages = await client.listen(190)
        closed = [m["data"][0] for m in of(messages, "candle1m") if m["data"][0][8] == "1"]
        assert len(closed) == 3
        told = await there.get("/api/v5/market/history-candles", instId="BTC-USDT", limit=3)
        assert told["data"] == closed[::-1]
        opens = [int(m["data"][0][0]) for m in of(messages, "candle5m")]
        assert {open_ms % 300_000 for open_ms in opens} == {0}

    visit(main, rate=1.0)


def test_the_book_is_a_snapshot_and_changes_that_follow_each_other() -> None:
    async def main(there: Visit) -> None:
        async with there.connect(PUBLIC) as client:
            await subscribe(client, "books")
            messages = of(await client.listen(10), "books")
        first, *updates = messages
        assert first["action"] == "snapshot"
        assert first["data"][0]["prevSeqId"] == -1
        book = {side: {r[0]: r[1] for r in first["data"][0][side]} for side in ("asks", "bids")}
        seq = first["data"][0]["seqId"]
        assert updates
        for update in updates:
            (data,) = update["data"]
            assert data["prevSeqId"] == seq
            assert data["checksum"] == 0
            seq = data["seqId"]
            for side, levels in book.items():
                for price, size, _, _ in data[side]:
                    levels.pop(price, None)
                    if size != "0":
                        levels[price] = size
        assert max(map(float, book["bids"])) < min(map(float, book["asks"]))
        assert len(book["bids"]) == 25

    visit(main)


@pytest.mark.parametrize(
    ("path", "channel", "inst_id"),
    [
        (PUBLIC, "candle1m", "BTC-USDT"),
        (BUSINESS, "trades", "BTC-USDT"),
        (PUBLIC, "trades", "NO-SUCH"),
        (PUBLIC, "gossip", "BTC-USDT"),
    ],
)
def test_a_wrong_place_or_market_is_refused(
    data_dir: Path, path: str, channel: str, inst_id: str
) -> None:
    async def main(there: Visit) -> None:
        async with there.connect(path) as client:
            await subscribe(client, channel, inst_id=inst_id)
            (told,) = await client.listen(3)
        assert differences(sample(data_dir, "okx/ws_subscribe_error_60012"), told) == []
        assert told["code"] == "60018"

    visit(main)


def test_what_cannot_be_read_is_refused_and_one_bad_argument_spoils_no_other() -> None:
    async def main(there: Visit) -> None:
        async with there.connect(PUBLIC) as client:
            await client.send('{"op": "subscribe", "argss": []}')
            await client.send({"op": "dance", "args": []})
            args = [{"channel": 5}, {"channel": "trades", "instId": "BTC-USDT"}]
            await client.send({"op": "subscribe", "args": args})
            codes = [m.get("code") for m in (await client.listen(1)) if "event" in m]
        assert codes == ["60012", "60012", "60013", None]

    visit(main)


def test_it_answers_pings_leaves_channels_and_closes_who_is_idle() -> None:
    async def main(there: Visit) -> None:
        async with there.connect(PUBLIC) as client:
            await client.send("ping")
            await client.listen(1)
            assert client.texts == ["pong"]
            await subscribe(client, "trades")
            await client.listen(2)
            args = [{"channel": "trades", "instId": "BTC-USDT"}]
            await client.send({"op": "unsubscribe", "args": args})
            assert (await client.listen(1))[-1]["event"] == "unsubscribe"
            assert await client.listen(60) == []
            assert client.closed == 4004

    visit(main)


def test_too_many_requests_or_connections_are_refused() -> None:
    async def main(there: Visit) -> None:
        async with there.connect(PUBLIC) as client:
            for _ in range(481):
                await client.send({"op": "unsubscribe", "args": []})
            assert [m["code"] for m in await client.listen(1)] == ["60014"]
            statuses = []
            for _ in range(4):
                async with there.session.get(
                    there.exchange.url + PUBLIC,
                    headers={
                        "Upgrade": "websocket",
                        "Connection": "Upgrade",
                        "Sec-WebSocket-Version": "13",
                        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
                    },
                ) as response:
                    statuses.append(response.status)
        assert statuses[-1] == 429

    visit(main)


def test_candle_channels_are_named_as_they_are() -> None:
    assert CANDLES["candle1m"] == 1
