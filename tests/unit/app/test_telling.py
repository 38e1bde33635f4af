from __future__ import annotations

import asyncio
import io
import random
from pathlib import Path

import msgspec
import pytest

from supreme_system_v5.app.telling import make_channels, make_log, make_messenger, secrets_of
from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.control.notifiers import Reporter
from supreme_system_v5.errors import SettingsError
from supreme_system_v5.settings import Secret, Settings, load_settings
from tests.fakes.clock import ManualClock
from tests.support.virtual_loop import LoopClock, run_virtual

ALL = load_settings(
    {
        "NOTIFY_WEBHOOK_URL": "https://h.example/planted-1",
        "NOTIFY_NTFY_URL": "https://ntfy.example/planted-2",
        "NOTIFY_NTFY_TOKEN": "planted-3",
        "TELEGRAM_BOT_TOKEN": "planted-4",
        "TELEGRAM_CHAT_ID": "1",
        "DEAD_MAN_URL": "https://h.example/planted-5",
        "OKX_API_KEY": "planted-6",
        "OKX_API_SECRET": "planted-7",
        "OKX_PASSPHRASE": "planted-8",
        "CRYPTOPANIC_API_KEY": "planted-9",
        "WHALE_ALERT_API_KEY": "planted-0",
    }
)


def test_every_secret_is_known() -> None:
    secret = [f.name for f in msgspec.structs.fields(Settings) if "Secret" in str(f.type)]
    assert len(secrets_of(ALL)) == len(secret) == 10
    assert secrets_of(Settings()) == ()


def test_no_secret_of_the_settings_is_logged() -> None:
    stream = io.StringIO()
    with make_log(ALL, ManualClock(), stream) as log:
        for key in secrets_of(ALL):
            log.event("seen", text=f"with {key.reveal()} in it", settings=ALL)
            log.failure("failed", ValueError(key.reveal()))
    assert len(stream.getvalue().splitlines()) == 20
    assert "planted" not in stream.getvalue()


def test_the_log_goes_to_the_file_that_is_named(tmp_path: Path) -> None:
    path = tmp_path / "run.log"
    settings = Settings(log_file=str(path), log_level="warning")
    stream = io.StringIO()
    with make_log(settings, ManualClock(), stream) as log:
        log.event("quiet")
        log.warning("loud")
    assert stream.getvalue() == ""
    assert path.read_text().count("\n") == 1
    with pytest.raises(SettingsError, match="LOG_FILE="):
        make_log(Settings(log_file=str(tmp_path)), ManualClock(), stream)


def test_a_channel_for_each_that_is_set() -> None:
    assert [channel.name for channel in make_channels(ALL)] == ["webhook", "ntfy", "telegram"]
    assert make_channels(Settings()) == ()
    assert "planted" not in repr(make_channels(ALL))
    assert Secret("planted-1") not in make_channels(ALL)


def test_the_messenger_has_them_all_and_pings_only_while_all_is_well() -> None:
    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        reporter = Reporter(
            clock=clock, sleep=sleep_ns, chance=random.Random(1), note=lambda *_, **__: None
        )
        async with make_messenger(ALL, reporter, lambda: False) as messenger:
            assert [outbox.name for outbox in messenger.outboxes] == ["webhook", "ntfy", "telegram"]
            await asyncio.sleep(100)
            assert messenger.ping is not None
            assert (messenger.ping.sent, messenger.ping.failed) == (0, 0)

    run_virtual(main())
