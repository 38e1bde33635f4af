from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.monitoring.watchdog import Watchdog, sd_notify, watchdog_interval_ns
from tests.support.virtual_loop import run_virtual

S = 1_000_000_000


async def sleep(duration_ns: int, /) -> None:
    await asyncio.sleep(duration_ns / S)


@pytest.mark.parametrize("abstract", [False, True])
def test_a_message_arrives_as_systemd_wants_it(tmp_path: Path, *, abstract: bool) -> None:
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind("\0" + path if abstract else path)
        watchdog = Watchdog({"NOTIFY_SOCKET": "@" + path if abstract else path}, 1)
        assert watchdog.ready("trading\non paper")
        assert watchdog.beat()
        assert watchdog.status("well")
        assert watchdog.stopping()
        received = [manager.recv(1_000) for _ in range(4)]
    assert received == [
        b"READY=1\nSTATUS=trading on paper",
        b"WATCHDOG=1",
        b"STATUS=well",
        b"STOPPING=1",
    ]


@pytest.mark.parametrize("address", ["", "/nowhere/at/all", "vsock:2:1234", "/" + "x" * 500, "@"])
def test_where_nobody_listens_nothing_is_raised(address: str) -> None:
    assert not sd_notify(address, "READY=1")


def test_outside_systemd_nothing_is_sent() -> None:
    def never(address: str, message: str) -> bool:
        raise AssertionError(address, message)

    watchdog = Watchdog({"WATCHDOG_USEC": "1000000"}, 1, never)
    assert watchdog.interval_ns is None
    assert not any((watchdog.ready("x"), watchdog.beat(), watchdog.stopping()))
    run_virtual(watchdog.run(sleep, lambda: True))


@given(st.integers(1, 10**12))
def test_the_interval_is_the_managers(micros: int) -> None:
    env = {"WATCHDOG_USEC": str(micros)}
    assert watchdog_interval_ns(env, 7) == micros * 1_000
    assert watchdog_interval_ns(env | {"WATCHDOG_PID": "7"}, 7) == micros * 1_000
    assert watchdog_interval_ns(env | {"WATCHDOG_PID": "8"}, 7) is None


@given(st.text())
def test_what_is_no_interval_is_none(text: str) -> None:
    found = watchdog_interval_ns({"WATCHDOG_USEC": text}, 7)
    assert found is None or found > 0


def test_it_beats_three_times_in_an_interval_for_as_long_as_all_is_well() -> None:
    beats: list[float] = []
    alive = True

    async def story() -> None:
        nonlocal alive
        loop = asyncio.get_running_loop()

        def send(_: str, message: str) -> bool:
            assert message == "WATCHDOG=1"
            beats.append(loop.time())
            return True

        env = {"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "30000000"}
        async with asyncio.TaskGroup() as group:
            task = group.create_task(Watchdog(env, 1, send).run(sleep, lambda: alive))
            await asyncio.sleep(35)
            alive = False
            await asyncio.sleep(60)
            task.cancel()

    run_virtual(story())
    assert beats == [0.0, 10.0, 20.0, 30.0]
