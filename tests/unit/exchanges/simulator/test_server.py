"""The exchange as a whole: where it is, what it tells of itself, how it ends."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import aiohttp
import pytest

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.exchanges.simulator import Fault, SimulatedExchange
from tests.fakes.clock import ManualClock
from tests.support.simulated import Visit, simulated, sleep_virtual, visit
from tests.support.virtual_loop import run_virtual


def test_it_listens_on_the_loopback_and_tells_what_it_does() -> None:
    async def main(there: Visit) -> None:
        assert there.exchange.url.startswith("http://127.0.0.1:")
        async with there.connect("/ws/v5/public") as client:
            args = [{"channel": "trades", "instId": "BTC-USDT"}]
            await client.send({"op": "subscribe", "args": args})
            await client.listen(2)
            told = await there.get("/sim")
        (connection,) = told["connections"]
        assert connection["channels"] == ["trades:BTC-USDT"]
        assert connection["messages"] > 2
        assert told["bid"] < told["ask"]
        assert told["trades"] == there.exchange.market.serial

    visit(main)


def test_faults_are_scripted_over_http() -> None:
    async def main(there: Visit) -> None:
        url = there.exchange.url + "/sim/faults"
        fault = {"kind": "rest_code", "code": 50013, "id": "busy"}
        async with there.session.post(url, json=fault) as response:
            assert await response.json() == {"ids": ["busy"]}
        assert (await there.get("/api/v5/public/time"))["code"] == "50013"
        told = await there.get("/sim/faults")
        assert [entry["fault"] for entry in told["log"]] == ["busy"]
        assert [entry["kind"] for entry in told["script"]] == ["rest_code"]
        for bad in ({"kind": "rain"}, {"kind": 3}, [{"kind": "silence", "speed": 1}]):
            async with there.session.post(url, json=bad) as response:
                assert response.status == 400
        async with there.session.delete(url, params={"id": "busy"}) as response:
            assert await response.json() == {"removed": True}
        async with there.session.delete(url) as response:
            assert await response.json() == {"removed": True}
        assert (await there.get("/sim/faults"))["script"] == []

    visit(main)


def test_the_same_seed_and_start_give_the_same_trades() -> None:
    async def tape(seed: int) -> list[Any]:
        async with simulated(seed=seed) as there:
            await asyncio.sleep(20)
            return there.exchange.market.trades.last(100_000)

    first, again, other = (run_virtual(tape(seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert len(first) > 2_000


def test_a_session_is_the_same_byte_for_byte_from_the_same_seed() -> None:
    async def session() -> list[str]:
        faults = [
            Fault(kind="duplicate", probability=0.1, times=50),
            Fault(kind="value", text="0", probability=0.05, times=50),
        ]
        async with (
            simulated(seed=4, faults=faults) as there,
            there.connect("/ws/v5/public") as client,
        ):
            args = [{"channel": name, "instId": "BTC-USDT"} for name in ("trades", "bbo-tbt")]
            await client.send({"op": "subscribe", "args": args})
            await client.listen(20)
            assert len(there.exchange.log) > 10
            return client.texts

    first, again = run_virtual(session()), run_virtual(session())
    assert len(first) > 200
    assert first == again


def test_a_half_open_connection_is_forgotten_when_the_other_side_goes() -> None:
    async def main(there: Visit) -> None:
        there.inject("mute")
        async with there.connect("/ws/v5/public") as client:
            await client.listen(5)
            assert len(there.exchange.connections) == 1
        await asyncio.sleep(5)
        assert there.exchange.connections == []

    visit(main, rate=1.0)


def test_nothing_is_left_behind() -> None:
    async def main() -> None:
        async with simulated() as there:
            socket = await there.session.ws_connect(there.exchange.url + "/ws/v5/public")
            await socket.send_str("ping")
            there.inject("mute")
            deaf = await there.session.ws_connect(there.exchange.url + "/ws/v5/public")
            there.inject("rest_hang", times=2)
            hanging = asyncio.create_task(there.get("/api/v5/public/time"))
            await asyncio.sleep(1)
        with pytest.raises(aiohttp.ClientError):
            await hanging
        for one in (socket, deaf):
            await one.close()
        await asyncio.sleep(1)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run_virtual(main())


def test_who_hangs_up_on_a_deaf_connection_or_a_hung_request_leaves_nothing_behind() -> None:
    async def main() -> None:
        async with simulated() as there:
            served = asyncio.all_tasks()
            there.inject("mute")
            there.inject("rest_hang")
            socket = await there.session.ws_connect(there.exchange.url + "/ws/v5/public")
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await there.get("/api/v5/public/time")
            assert asyncio.all_tasks() > served
            socket._response.close()
            await asyncio.sleep(2)
            assert asyncio.all_tasks() == served

    run_virtual(main())


@pytest.mark.parametrize("wrong", [{"speed": 0.0}, {"symbol": "BTCUSDT"}, {"market": "wild"}])
def test_what_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match="allowed is"):
        SimulatedExchange(clock=ManualClock(), sleep=sleep_virtual, **wrong)
