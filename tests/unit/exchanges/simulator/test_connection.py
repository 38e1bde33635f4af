"""What each fault of a connection looks like to a client; each strike is logged."""

from __future__ import annotations

import asyncio
import json
from itertools import pairwise
from typing import Any

import aiohttp
import pytest

from tests.support.simulated import Client, Told, Visit, visit

PUBLIC = "/ws/v5/public"


async def trades(client: Client, seconds: float) -> list[Told]:
    args = [{"channel": "trades", "instId": "BTC-USDT"}]
    await client.send({"op": "subscribe", "args": args})
    messages = await client.listen(seconds)
    return [row for m in messages if "data" in m for row in m["data"]]


def numbers(rows: list[Told]) -> list[int]:
    return [int(row["tradeId"]) for row in rows]


def gaps(rows: list[Told]) -> int:
    found = 0
    for before, row in pairwise(rows):
        found += int(row["tradeId"]) - int(row["count"]) - int(before["tradeId"])
    return found


def faulty(main: Any, kind: str, **how: Any) -> None:  # noqa: ANN401 - of a fault
    """Run a test with a fault, and see that it was logged."""

    async def run(there: Visit) -> None:
        name = there.inject(kind, **how)
        async with there.connect(PUBLIC) as client:
            await main(there, client)
        assert {injection.fault for injection in there.exchange.log} == {name}
        assert all(injection.place.connection == 1 for injection in there.exchange.log)

    visit(run)


def test_silence_leaves_a_gap() -> None:
    async def main(there: Visit, client: Client) -> None:
        rows = await trades(client, 5)
        missed = there.exchange.log
        assert len(missed) == 3
        assert gaps(rows) >= 3

    faulty(main, "silence", channel="trades", after_messages=4, times=3)


def test_duplicates_and_replays_tell_numbers_again() -> None:
    async def main(_: Visit, client: Client) -> None:
        told = numbers(await trades(client, 5))
        assert len(told) == len(set(told)) + 2

    faulty(main, "duplicate", after_messages=3, count=2)
    faulty(main, "replay", after_messages=5, count=2)


def test_reordered_messages_all_come() -> None:
    async def main(_: Visit, client: Client) -> None:
        told = numbers(await trades(client, 5))
        assert told != sorted(told)
        assert gaps(sorted_rows(await trades(client, 0.5))) == 0
        assert len(told) == len(set(told))

    faulty(main, "reorder", after_messages=3, count=4)


def sorted_rows(rows: list[Told]) -> list[Told]:
    return sorted(rows, key=lambda row: int(row["tradeId"]))


@pytest.mark.parametrize(
    ("field", "text", "key"), [("price", "0", "px"), ("size", "NaN", "sz"), ("price", "1e9", "px")]
)
def test_absurd_values(field: str, text: str, key: str) -> None:
    async def main(_: Visit, client: Client) -> None:
        rows = await trades(client, 3)
        assert [row[key] for row in rows].count(text) == 1

    faulty(main, "value", field=field, text=text, after_messages=2)


def test_times_and_symbols() -> None:
    async def late(_: Visit, client: Client) -> None:
        rows = await trades(client, 3)
        assert int(rows[2]["ts"]) > int(rows[3]["ts"]) + 50_000

    async def other(_: Visit, client: Client) -> None:
        assert (await trades(client, 3))[2]["instId"] == "DOGE-USDT"

    faulty(late, "time", seconds=60, after_messages=2)
    faulty(other, "wrong_symbol", text="DOGE-USDT", after_messages=2)


@pytest.mark.parametrize("code", [1000, 1001, 1008, 1011, 1012, 4001, 4005])
def test_it_is_closed_with_a_code(code: int) -> None:
    async def main(_: Visit, client: Client) -> None:
        await trades(client, 5)
        assert client.closed == code

    faulty(main, "close", code=code, after_messages=2)


@pytest.mark.parametrize(
    ("kind", "how"), [("close", {"code": 0}), ("reset", {}), ("reset", {"count": 1})]
)
def test_it_is_cut_without_a_word(kind: str, how: dict[str, int]) -> None:
    async def main(there: Visit, client: Client) -> None:
        await trades(client, 5)
        assert client.closed == 1006
        assert there.exchange.connections == []

    faulty(main, kind, after_messages=2, **how)


def test_a_black_hole_says_nothing_any_more() -> None:
    async def main(_: Visit, client: Client) -> None:
        rows = await trades(client, 5)
        assert len(rows) == 2
        await client.send("ping")
        assert await client.listen(40) == []
        assert client.closed is None

    faulty(main, "black_hole", after_messages=2)


def test_a_freeze_ends_with_everything() -> None:
    async def main(_: Visit, client: Client) -> None:
        rows = await trades(client, 4)
        assert len(rows) == 2
        rows += [row for m in await client.listen(4) for row in m.get("data", ())]
        assert len(rows) > 20
        assert gaps(rows) == 0

    faulty(main, "freeze", seconds=5, after_messages=2)


def test_frames_in_pieces_are_the_same_messages() -> None:
    async def main(_: Visit, client: Client) -> None:
        rows = await trades(client, 4)
        assert len(rows) > 10
        assert gaps(rows) == 0

    faulty(main, "fragments", count=4, times=20)
    faulty(main, "coalesce", count=5, times=13)
    faulty(main, "dribble", times=3)
    faulty(main, "latency", seconds=0.05, value=0.1, for_s=60)


def test_garbage_of_each_sort() -> None:
    async def main(there: Visit, client: Client) -> None:
        rows = await trades(client, 3)
        (kind,) = {fault.text for fault in there.exchange.faults.script}
        match kind:
            case "binary":
                assert len(client.binary) == 1
            case "utf8":
                assert client.closed == 1007
            case "huge":
                assert client.closed == 1009
            case "truncated":
                assert sum(not _is_json(text) for text in client.texts) == 1
            case "extra":
                assert sum("unknownField" in text for text in client.texts) == 1
            case _:
                assert sum("weather" in text for text in client.texts) == 1
        if client.closed is None:
            assert gaps(rows) == 0

    for text in ("binary", "utf8", "huge", "truncated", "extra", "unknown"):
        faulty(main, "garbage", text=text, after_messages=2)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def test_heartbeats_fail() -> None:
    async def unanswered(_: Visit, client: Client) -> None:
        await client.send("ping")
        await client.listen(5)
        assert client.texts == []

    async def late(_: Visit, client: Client) -> None:
        await client.send("ping")
        await client.listen(2)
        assert client.texts == []
        await client.listen(2)
        assert client.texts == ["pong"]

    faulty(unanswered, "no_pong")
    faulty(late, "late_pong", seconds=3)


def test_subscriptions_fail() -> None:
    async def nothing(_: Visit, client: Client) -> None:
        assert await trades(client, 5) == []

    async def refused(there: Visit, client: Client) -> None:
        await nothing(there, client)
        assert [m["code"] for m in client.messages] == ["64003"]

    async def twice(_: Visit, client: Client) -> None:
        assert len(await trades(client, 3)) > 5
        assert sum(m.get("event") == "subscribe" for m in client.messages) == 2

    async def late(_: Visit, client: Client) -> None:
        assert len(await trades(client, 4)) > 5
        places = [place for place, m in enumerate(client.messages) if "event" in m]
        assert len(places) == 1
        assert places[0] > 2

    async def silent(there: Visit, client: Client) -> None:
        await nothing(there, client)
        assert [m["event"] for m in client.messages] == ["subscribe"]

    faulty(nothing, "no_ack")
    faulty(refused, "refused_ack", code=64003)
    faulty(twice, "double_ack")
    faulty(late, "late_ack", seconds=2)
    faulty(silent, "dead_channel")


def test_handshakes_fail() -> None:
    async def main(there: Visit) -> None:
        there.inject("handshake", status=403)
        there.inject("refuse", after_messages=1, times=2)  # aiohttp tries a second time
        there.inject("mute", after_messages=3)
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with there.connect(PUBLIC):
                pass
        assert refused.value.status == 403
        with pytest.raises(aiohttp.ClientError):
            async with there.connect(PUBLIC):
                pass
        async with there.connect(PUBLIC) as client:
            assert await trades(client, 40) == []

    visit(main, enforced=False)


def test_a_slow_reader_is_closed() -> None:
    async def main(there: Visit) -> None:
        async with there.connect(PUBLIC) as client:
            await trades(client, 1)
            (connection,) = there.exchange.connections
            for _ in range(20_001):
                connection.send_text("x")
            await client.listen(5)
            await asyncio.sleep(0)
            assert client.closed == 4005

    visit(main)


def test_who_never_reads_is_cut() -> None:
    async def main(there: Visit) -> None:
        async with there.connect(PUBLIC) as client:
            await trades(client, 1)
            there.inject("burst", count=100_000)
            await asyncio.sleep(20)
            assert there.exchange.connections == []

    visit(main, rate=1.0)
