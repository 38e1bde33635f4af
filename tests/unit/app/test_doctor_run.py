"""The whole visit, at an embedded simulator or at a server of the test."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from supreme_system_v5.app.doctor import Check, Level
from supreme_system_v5.app.doctor_run import FEEDS, DoctorOptions, run_doctor
from supreme_system_v5.app.world import World
from supreme_system_v5.clock import SystemClock, sleep_ns
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.exchanges.protocol import VENUES
from supreme_system_v5.ports import Sleep
from tests.support.fault_server import FaultServer, Reply, good, served

KEYS = {"OKX_API_KEY": "planted-1", "OKX_API_SECRET": "planted-2", "OKX_PASSPHRASE": "planted-3"}


def visit(
    tmp_path: Path,
    feed: str | None = "sim",
    url: str | None = None,
    sleep: Sleep = sleep_ns,
    **environment: str,
) -> dict[str, Check]:
    """Return the checks by name."""
    world = World(
        environment={"STATE_DIR": str(tmp_path / "state"), **environment},
        dotenv_path=tmp_path / ".env",
        clock=SystemClock(),
    )
    diagnosis = run_doctor(DoctorOptions(feed=feed, feed_url=url), world, sleep)
    assert diagnosis.ok == all(check.level is not Level.FAIL for check in diagnosis.checks)
    assert "planted" not in repr(diagnosis)
    return {check.name: check for check in diagnosis.checks}


@contextmanager
def answering(config: bytes) -> Iterator[str]:
    """Serve OKX's answers in a thread."""
    instrument = (
        b'{"code":"0","msg":"","data":[{"instId":"BTC-USDT","tickSz":"0.1","lotSz":"0.00000001",'
        b'"minSz":"0.00001","state":"live"}]}'
    )
    urls: list[str] = []
    ready, loop, done = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    def reply(request: str) -> Reply:
        path = request.split()[1]
        if "/account/config" in path:
            return good(config)
        if "/instruments" in path:
            return good(instrument)
        return good(b'{"code":"0","msg":"","data":[]}')

    async def serve() -> None:
        server: FaultServer
        async with served() as server:
            server.reply = reply
            urls.append(server.url)
            ready.set()
            await done.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    ready.wait()
    try:
        yield urls[0]
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join()
        loop.close()


def test_at_the_simulator_all_is_well(tmp_path: Path) -> None:
    checks = visit(tmp_path)
    assert list(checks) == [
        "settings",
        "env file",
        "disk",
        "memory",
        "running",
        "feed",
        "clock",
        "keys",
        "account",
        "extras",
    ]
    for name in ("settings", "env file", "disk", "running", "feed", "clock", "keys"):
        assert checks[name].level is Level.OK, checks[name]


def test_refused_settings_are_one_check_and_the_rest_is_looked_at(tmp_path: Path) -> None:
    checks = visit(tmp_path, FEE_BPS="lots")
    assert checks["settings"].level is Level.FAIL
    assert "FEE_BPS='lots'" in checks["settings"].told
    assert checks["feed"].level is checks["clock"].level is checks["extras"].level is Level.OK


def test_with_refused_settings_it_tells_of_no_other_s_folder_system_keys_and_account(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    checks = visit(tmp_path, "sim", None, sleep_ns, FEE_BPS="lots", HOME=str(home), **KEYS)
    assert not home.exists()
    assert not (tmp_path / "state").exists()
    for name in ("env file", "disk", "memory", "running", "keys", "account"):
        assert checks[name].level is Level.WARN
        assert checks[name].told == "not looked at, since settings are refused"
        assert checks[name].mend == "mend the settings first"


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    assert visit(tmp_path)["disk"].level is Level.FAIL


def test_nobody_there(tmp_path: Path) -> None:
    """A port at which nobody listens: the feed fails, and with it the clock."""

    async def at_once(_: int, /) -> None:
        await asyncio.sleep(0)

    checks = visit(tmp_path, "bybit", "http://127.0.0.1:1", at_once)
    assert checks["feed"].level is checks["clock"].level is Level.FAIL
    assert checks["feed"].mend.endswith("--feed sim")
    assert "60,000 (assumed, the feed told none):" in checks["account"].told


def test_the_feed_is_the_setting_s_unless_it_is_given(tmp_path: Path) -> None:
    assert visit(tmp_path, None, FEED="sim")["feed"].level is Level.OK
    with answering(b"{}") as url:
        assert visit(tmp_path, None, url, FEED="okx")["feed"].told.startswith("okx BTC-USDT")


@pytest.mark.parametrize(
    ("perm", "level"), [("read_only", Level.OK), ("read_only,withdraw", Level.WARN)]
)
def test_the_key_is_asked_about_at_the_venue(tmp_path: Path, perm: str, level: Level) -> None:
    told = f'{{"code":"0","data":[{{"perm":"{perm}","ip":"127.0.0.1"}}]}}'.encode()
    with answering(told) as url:
        assert visit(tmp_path, "okx", url, sleep_ns, **KEYS)["keys"].level is level


def test_a_key_that_is_refused_fails(tmp_path: Path) -> None:
    with answering(b'{"code":"50111","msg":"Invalid planted-1","data":[]}') as url:
        assert visit(tmp_path, "okx", url, sleep_ns, **KEYS)["keys"].level is Level.FAIL


def test_a_file_of_keys_that_others_can_read(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("CRYPTOPANIC_API_KEY=planted\n")
    path.chmod(0o644)
    assert visit(tmp_path)["env file"].mend == f"chmod 600 {path}"
    path.chmod(0o600)
    assert visit(tmp_path)["env file"].level is Level.OK


def test_there_is_a_feed_for_every_venue_and_no_other(tmp_path: Path) -> None:
    assert [*VENUES, "sim"] == list(FEEDS)
    with pytest.raises(InvalidInputError, match="feed is 'kraken', allowed is one of okx"):
        visit(tmp_path, "kraken")
    with pytest.raises(InvalidInputError, match="feed-url"):
        visit(tmp_path, "okx", "nowhere")
