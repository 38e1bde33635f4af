"""Settings become a log and the ways to the owner; the log is told every secret, to mask it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import msgspec

from supreme_system_v5.errors import SettingsError
from supreme_system_v5.ports import Clock
from supreme_system_v5.settings import Secret, Settings

if TYPE_CHECKING:
    from supreme_system_v5.control.channels import Channel
    from supreme_system_v5.control.logs import Log
    from supreme_system_v5.control.notifiers import Messenger, Reporter

__all__ = ["make_channels", "make_log", "make_messenger", "secrets_of"]


def secrets_of(settings: Settings) -> tuple[Secret, ...]:
    """Return every secret that is set; what is logged is searched for them."""
    values = (getattr(settings, field.name) for field in msgspec.structs.fields(Settings))
    return tuple(value for value in values if isinstance(value, Secret))


def make_log(settings: Settings, clock: Clock, stream: TextIO) -> Log:
    """Return the log, to be entered with ``with``.

    Args:
        settings: ``LOG_FILE``, ``LOG_LEVEL`` and every secret.
        clock: Tells when.
        stream: Where lines go without a file.

    Raises:
        SettingsError: The file cannot be opened.
    """
    from supreme_system_v5.control.log_writer import LineSink, RotatingFile, StreamSink
    from supreme_system_v5.control.logs import Log

    sink: LineSink = StreamSink(stream)
    if settings.log_file is not None:
        file = RotatingFile(Path(settings.log_file).expanduser())
        try:
            file.open()
        except OSError as error:
            raise SettingsError(
                f"LOG_FILE={settings.log_file}: it cannot be opened ({error.strerror}); name a "
                "file in a folder of yours, or leave it empty for stderr"
            ) from error
        sink = file
    return Log(sink, clock=clock, keys=secrets_of(settings), level=settings.log_level)


def make_channels(settings: Settings) -> tuple[Channel, ...]:
    """Return the ways to the owner that are set."""
    from supreme_system_v5.control.channels import NtfyChannel, TelegramChannel, WebhookChannel

    channels: list[Channel] = []
    if settings.notify_webhook_url is not None:
        channels.append(WebhookChannel(settings.notify_webhook_url))
    if settings.notify_ntfy_url is not None:
        channels.append(NtfyChannel(settings.notify_ntfy_url, settings.notify_ntfy_token))
    if settings.telegram_bot_token is not None and settings.telegram_chat_id is not None:
        channels.append(TelegramChannel(settings.telegram_bot_token, settings.telegram_chat_id))
    return tuple(channels)


def make_messenger(settings: Settings, with_: Reporter, healthy: Callable[[], bool]) -> Messenger:
    """Return who tells the owner, to be entered with ``async with``.

    Args:
        settings: Channels, and the address to ping.
        with_: Time, chance, and the log.
        healthy: Whether all is well; while it is not, nothing is pinged.
    """
    from supreme_system_v5.control.notifiers import Messenger

    return Messenger(
        make_channels(settings),
        settings.single_symbol,
        with_,
        dead_man=settings.dead_man_url,
        healthy=healthy,
    )
