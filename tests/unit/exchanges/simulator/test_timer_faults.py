"""Faults that strike at a time."""

from __future__ import annotations

from pathlib import Path

from tests.support.simulated import Client, Told, Visit, differences, sample, visit

PUBLIC = "/ws/v5/public"
BTC = {"instId": "BTC-USDT"}


async def subscribe(client: Client, *channels: str) -> None:
    args = [{"channel": channel, **BTC} for channel in channels]
    await client.send({"op": "subscribe", "args": args})


def rows(messages: list[Told]) -> list[Told]:
    return [row for m in messages if "data" in m for row in m["data"]]


def test_a_burst_and_quiet() -> None:
    async def main(there: Visit) -> None:
        async with there.connect(PUBLIC) as client:
            await subscribe(client, "trades")
            there.inject("burst", count=1_024, after_s=1)
            told = rows(await client.listen(3))
            times = [row["ts"] for row in told]
            assert max(map(times.count, set(times))) >= 1_024
            there.inject("quiet", seconds=20)
            await client.listen(1)
            assert rows(await client.listen(15)) == []
            assert rows(await client.listen(10))
        assert [injection.kind for injection in there.exchange.log] == ["burst", "quiet"]

    visit(main)


def test_a_jump_and_a_halt() -> None:
    async def main(there: Visit) -> None:
        before = there.exchange.market.last
        async with there.connect(PUBLIC) as client:
            await subscribe(client, "trades")
            there.inject("jump", value=-0.1)
            await client.listen(3)
            assert there.exchange.market.last < 0.93 * before
            there.inject("halt", seconds=10)
            await client.listen(1)
            path = "/api/v5/public/instruments"
            assert (await there.get(path, instType="SPOT"))["data"][0]["state"] == "suspend"
            assert rows(await client.listen(8)) == []
            assert rows(await client.listen(5))
            assert (await there.get(path, instType="SPOT"))["data"][0]["state"] == "live"

    visit(main)


def test_a_notice_and_then_the_end_for_those_who_were_there(data_dir: Path) -> None:
    async def main(there: Visit) -> None:
        async with there.connect(PUBLIC) as old:
            await subscribe(old, "trades")
            await old.listen(1)
            there.inject("notice", seconds=10)
            notices = [m for m in await old.listen(2) if m.get("event") == "notice"]
            assert len(notices) == 1
            assert differences(sample(data_dir, "okx/ws_notice_64008"), notices[0]) == []
            async with there.connect(PUBLIC) as new:
                await subscribe(new, "trades")
                await new.listen(1)
                await old.listen(15)
                assert old.closed == 1001
                await new.listen(15)
                assert new.closed is None

    visit(main)


def test_who_comes_at_once_after_a_notice_stays() -> None:
    async def main(there: Visit) -> None:
        async with there.connect(PUBLIC) as old:
            await subscribe(old, "trades")
            await old.listen(1)
            there.inject("notice", seconds=10)
            while not there.exchange.log:
                await old.listen(0.001)
            async with there.connect(PUBLIC) as new:
                await subscribe(new, "trades")
                await new.listen(15)
                assert new.closed is None
                await old.listen(1)
                assert old.closed == 1001

    visit(main)


def test_counts_status_and_instruments_are_told(data_dir: Path) -> None:
    async def main(there: Visit) -> None:
        async with there.connect(PUBLIC) as client:
            await client.send({"op": "subscribe", "args": [{"channel": "status"}]})
            asked = {"channel": "instruments", "instType": "SPOT"}
            await client.send({"op": "subscribe", "args": [asked]})
            await client.listen(1)
            there.inject("status", text="ongoing")
            there.inject("conn_count")
            there.inject("instrument", field="tick", text="0.5")
            there.inject("conn_count_error", after_s=1)
            told = await client.listen(5)
            documented = sample(data_dir, "okx/rest_system_status")
            (row,) = (await there.get("/api/v5/system/status"))["data"]
            assert set(documented["data"][0]) <= set(row)
        by_name = {m.get("event") or m["arg"]["channel"]: m for m in told}
        for name, documented in (
            ("status", "ws_status"),
            ("channel-conn-count", "ws_channel_conn_count"),
            ("channel-conn-count-error", "ws_channel_conn_count_error"),
        ):
            assert differences(sample(data_dir, f"okx/{documented}"), by_name[name]) == []
        assert by_name["instruments"]["data"][0]["tickSz"] == "0.5"
        assert client.closed == 4008

    visit(main)


def test_the_clock_is_off() -> None:
    async def main(there: Visit) -> None:
        async def ahead() -> int:
            told = await there.get("/api/v5/public/time")
            return int(told["data"][0]["ts"]) - there.exchange.core.clock.time_ns() // 10**6

        assert abs(await ahead()) < 1_000
        there.inject("clock_offset", seconds=-5.0)
        async with there.connect(PUBLIC) as client:
            await client.listen(1)
        assert -6_000 < await ahead() < -4_000

    visit(main)


def test_all_connections_are_cut() -> None:
    async def main(there: Visit) -> None:
        async with there.connect(PUBLIC) as one, there.connect("/ws/v5/business") as other:
            there.inject("cut", endpoint="public", code=1012)
            await one.listen(2)
            assert one.closed == 1012
            there.inject("cut")
            await other.listen(2)
            assert other.closed == 1006

    visit(main)
