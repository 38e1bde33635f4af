from __future__ import annotations

import asyncio
import random
import socket
import stat
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import msgspec
import pytest

from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.control.socket_server import ControlServer
from supreme_system_v5.control.wire import MOST_REQUEST_BYTES, Answer
from supreme_system_v5.errors import SettingsError
from supreme_system_v5.ports import Controls
from tests.support.statuses import Controlled, status_with
from tests.support.virtual_loop import run_virtual


class Notes:
    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, object]]] = []

    def __call__(self, event: str, /, **details: object) -> None:
        self.told.append((event, details))


def server(
    path: Path, controls: Controls | None = None, notes: Notes | None = None
) -> ControlServer:
    return ControlServer(controls or Controlled(), path, sleep=sleep_ns, note=notes or Notes())


async def gone(writer: asyncio.StreamWriter) -> None:
    writer.close()
    await asyncio.wait([asyncio.ensure_future(writer.wait_closed())])


async def say(path: Path, *said: bytes, end: bool = True) -> list[Answer]:
    """Say something, and return the answers until the server or we have had enough."""
    reader, writer = await asyncio.open_unix_connection(path, limit=1 << 20)
    for piece in said:
        writer.write(piece)
    if end:
        writer.write_eof()
    lines = (await reader.read()).splitlines()
    await gone(writer)
    return [msgspec.json.decode(line, type=Answer) for line in lines]


def run(main: Coroutine[Any, Any, None]) -> None:
    run_virtual(main)


def test_each_order_is_carried_out_and_answered_with_the_status_after_it(tmp_path: Path) -> None:
    async def main() -> None:
        controls, notes = Controlled(), Notes()
        async with server(tmp_path / "s", controls, notes) as made:
            orders = ["status", "pause", "flatten", "resume", "stop"]
            answers = await say(made.path, *(f'{{"do": "{order}"}}\n'.encode() for order in orders))
            assert all(answer.ok and answer.status is not None for answer in answers)
            assert [answer.status.paused for answer in answers if answer.status] == [
                False,
                True,
                True,
                True,
                True,
            ]
            assert controls.told == orders[1:]
            assert (made.answered, made.refused) == (5, 0)
            assert notes.told == [("ordered", {"order": order}) for order in orders[1:]]

    run(main())


def test_only_its_user_may_connect_and_its_folder_is_made(tmp_path: Path) -> None:
    async def main() -> None:
        path = tmp_path / "a" / "b" / "control.sock"
        async with server(path):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert not path.exists()

    run(main())


def test_a_living_one_is_refused_and_goes_on(tmp_path: Path) -> None:
    async def main() -> None:
        path = tmp_path / "s"
        async with server(path):
            with pytest.raises(SettingsError, match="another system runs, and answers at"):
                await server(path).__aenter__()
            assert [answer.ok for answer in await say(path, b'{"do":"status"}\n')] == [True]
        async with server(path):  # and after its end there is room
            pass

    run(main())


def test_what_a_killed_one_left_is_taken_over(tmp_path: Path) -> None:
    async def main() -> None:
        path = tmp_path / "s"
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(str(path))
        async with server(path):
            assert [answer.ok for answer in await say(path, b'{"do":"status"}\n')] == [True]

    run(main())


def test_a_file_that_is_no_socket_is_left_alone(tmp_path: Path) -> None:
    async def main() -> None:
        path = tmp_path / "s"
        path.write_text("mine")
        with pytest.raises(SettingsError, match="is no socket"):
            await server(path).__aenter__()
        assert path.read_text() == "mine"

    run(main())


@pytest.mark.parametrize("name", ["x" * 120, "file/control.sock"])
def test_where_there_can_be_none_it_says_so(tmp_path: Path, name: str) -> None:
    async def main() -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(SettingsError, match="STATE_DIR"):
            await server(tmp_path / name).__aenter__()

    run(main())


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"status\n",
        b"null\n",
        b"[1]\n",
        b'{"do": "fly"}\n',
        b'{"do": ["status"]}\n',
        b'{"be": "status"}\n',
        b'{"do": "status"\n',
        b"\xff\xfe\n",
        b"[" * 1_000 + b"\n",
        b"GET / HTTP/1.1\r\n",
    ],
)
def test_garbage_is_answered_and_does_nothing(tmp_path: Path, line: bytes) -> None:
    async def main() -> None:
        controls = Controlled()
        async with server(tmp_path / "s", controls) as made:
            wrong, right = await say(made.path, line, b'{"do":"status"}\n')
            assert not wrong.ok
            assert "pause" in wrong.error
            assert right.ok
            assert controls.told == []

    run(main())


def test_a_request_without_end_is_refused(tmp_path: Path) -> None:
    async def main() -> None:
        async with server(tmp_path / "s") as made:
            [answer] = await say(made.path, b'{"do": "status"}')
            assert "end it with a line break" in answer.error
            [answer] = await say(made.path, b"x" * (2 * MOST_REQUEST_BYTES), end=False)
            assert "more than 1024 bytes" in answer.error
            assert await say(made.path) == []

    run(main())


def test_who_says_nothing_is_let_go_of(tmp_path: Path) -> None:
    async def main() -> None:
        async with server(tmp_path / "s") as made:
            begin = asyncio.get_running_loop().time()
            assert await say(made.path, b'{"do"', end=False) == []
            assert asyncio.get_running_loop().time() - begin == pytest.approx(10.0)

    run(main())


def test_more_than_a_few_at_once_are_told_to_come_later(tmp_path: Path) -> None:
    async def main() -> None:
        async with server(tmp_path / "s") as made:
            held = [await asyncio.open_unix_connection(made.path) for _ in range(8)]
            await asyncio.sleep(0.01)
            [answer] = await say(made.path, b'{"do":"status"}\n', end=False)
            assert "ask later" in answer.error
            for _, writer in held:
                await gone(writer)
            await asyncio.sleep(0.01)
            assert [answer.ok for answer in await say(made.path, b'{"do":"status"}\n')] == [True]

    run(main())


def test_ten_thousand_bad_requests_cost_nothing_but_time(tmp_path: Path) -> None:
    async def main() -> None:
        chance = random.Random(1)
        controls = Controlled()
        async with server(tmp_path / "s", controls) as made:
            for _ in range(20):
                lines = b"".join(
                    bytes(byte for byte in chance.randbytes(20) if byte != 10) + b"\n"
                    for _ in range(500)
                )
                assert len(await say(made.path, lines)) == 500
            assert made.refused == 10_000
            assert controls.told == []
            assert [answer.ok for answer in await say(made.path, b'{"do":"status"}\n')] == [True]
        assert len(asyncio.all_tasks()) == 1

    run(main())


def test_others_run_between_two_of_many_lines(tmp_path: Path) -> None:
    async def main() -> None:
        turns = [0]

        async def count() -> None:
            while True:
                turns[0] += 1
                await asyncio.sleep(0)

        class Counting(Controlled):
            def __init__(self) -> None:
                super().__init__()
                self.turns: list[int] = []

            def pause(self) -> None:
                self.turns.append(turns[0])

        controls = Counting()
        async with server(tmp_path / "s", controls) as made:
            counting = asyncio.create_task(count())
            await say(made.path, b'{"do":"pause"}\n' * 50)
            counting.cancel()
        assert len(set(controls.turns)) == 50

    run(main())


def test_a_fault_of_the_system_is_an_answer(tmp_path: Path) -> None:
    async def main() -> None:
        controls, notes = Controlled(), Notes()
        controls.fault = RuntimeError("no position to speak of")
        async with server(tmp_path / "s", controls, notes) as made:
            broken, fine = await say(made.path, b'{"do":"flatten"}\n{"do":"status"}\n')
            assert not broken.ok
            assert "no position to speak of" in broken.error
            assert fine.status == status_with()
            assert (
                "order_failed",
                {"order": "flatten", "error": repr(controls.fault)},
            ) in notes.told

    run(main())


def test_its_end_waits_for_nobody(tmp_path: Path) -> None:
    async def main() -> None:
        begin = asyncio.get_running_loop().time()
        async with server(tmp_path / "s") as made:
            _, writer = await asyncio.open_unix_connection(made.path)
            await asyncio.sleep(0.01)
        assert asyncio.get_running_loop().time() - begin < 1
        assert len(asyncio.all_tasks()) == 1
        await gone(writer)

    run(main())
