"""The commands about a running system, against one that answers in a thread."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from supreme_system_v5.cli.main import supreme
from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.control.socket_server import ControlServer
from supreme_system_v5.domain.status import LiveStatus
from tests.support.statuses import Controlled, status_with

ORDERS = ("status", "pause", "resume", "flatten", "stop")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run where no `.env` of a developer stands."""
    monkeypatch.chdir(tmp_path)


@contextmanager
def running(folder: Path) -> Iterator[Controlled]:
    """Answer at the usual place in a folder."""
    controls = Controlled()
    ready, loop, done = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        async with ControlServer(controls, folder / "control.sock", sleep=sleep_ns):
            ready.set()
            await done.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    ready.wait()
    try:
        yield controls
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join()
        loop.close()


def supreme_says(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(supreme, arguments, env={"STATE_DIR": str(folder)})


def test_each_order_is_carried_out(tmp_path: Path) -> None:
    with running(tmp_path) as controls:
        for order in ORDERS:
            result = supreme_says(tmp_path, order)
            assert (result.exit_code, result.stderr) == (0, "")
            assert "BTC-USDT, paper: trend over okx" in result.stdout
        assert controls.told == list(ORDERS[1:])
        assert supreme_says(tmp_path, "pause").stdout.startswith("Paused.\n")


@pytest.mark.parametrize("order", ORDERS)
def test_json_is_the_status_alone(tmp_path: Path, order: str) -> None:
    with running(tmp_path):
        told = supreme_says(tmp_path, order, "--json").stdout
    status = msgspec.json.decode(told, type=LiveStatus)
    assert status == status_with(paused=order == "pause")


def test_the_place_may_be_named(tmp_path: Path) -> None:
    with running(tmp_path):
        result = supreme_says(
            Path("/nowhere"), "status", "--socket", str(tmp_path / "control.sock")
        )
    assert result.exit_code == 0


@pytest.mark.parametrize("order", ORDERS)
def test_nothing_runs_is_code_3(tmp_path: Path, order: str) -> None:
    result = supreme_says(tmp_path, order)
    assert result.exit_code == 3
    assert result.stderr.startswith("Error: nothing runs: nobody answers at")


def test_what_was_killed_is_code_3(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "control.sock"))
    assert supreme_says(tmp_path, "status").exit_code == 3


def test_no_answer_in_time_is_code_4(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "control.sock"))
        silent.listen()
        result = supreme_says(tmp_path, "status", "--timeout", "0.01")
    assert result.exit_code == 4
    assert "no answer" in result.stderr


def test_a_refusal_is_code_1(tmp_path: Path) -> None:
    with running(tmp_path) as controls:
        controls.fault = RuntimeError("not now")
        result = supreme_says(tmp_path, "flatten")
    assert result.exit_code == 1
    assert "refused: flatten failed: RuntimeError('not now')" in result.stderr


def test_refused_settings_are_code_78() -> None:
    result = CliRunner().invoke(supreme, ["status"], env={"FEE_BPS": "lots"})
    assert result.exit_code == 78
    assert result.stderr.startswith("Error: FEE_BPS='lots'")


def test_it_imports_no_event_loop_and_no_core(tmp_path: Path) -> None:
    """That is what makes it quick."""
    code = (
        "import sys\n"
        "from supreme_system_v5.cli.main import supreme\n"
        "code = supreme(['status'], standalone_mode=False)\n"
        "print(sorted({'asyncio', 'aiohttp', 'rich', 'structlog', 'numpy', 'psutil',\n"
        "  'supreme_system_v5._core'} & set(sys.modules)))\n"
    )
    with running(tmp_path):
        told = subprocess.run(
            [sys.executable, "-c", code],
            env={"STATE_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    assert told.splitlines()[0].startswith("BTC-USDT")
    assert told.splitlines()[-1] == "[]"
