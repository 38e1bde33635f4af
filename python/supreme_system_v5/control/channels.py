"""Where messages to the owner go: what each service wants to be sent. Nothing is sent here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

import msgspec

from supreme_system_v5.domain.status import Alert
from supreme_system_v5.ports import ApiKey

__all__ = ["Channel", "NtfyChannel", "Post", "TelegramChannel", "WebhookChannel", "asked_wait_s"]

_TELEGRAM = "https://api.telegram.org"
_LONGEST_WAIT_S = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A request that carries a message; it shows nothing of itself, for its address may be a key.

    Attributes:
        url: Where to.
        body: JSON.
        headers: On top of the usual ones.
    """

    url: str = field(repr=False)
    body: bytes = field(repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)


class Channel(Protocol):
    """One way to the owner."""

    @property
    def name(self) -> str:
        """For people; without a key."""
        ...

    def post(self, alert: Alert, symbol: str) -> Post:
        """Return what to send of a message about a market."""
        ...


@dataclass(frozen=True, slots=True)
class WebhookChannel:
    """Sends JSON to an address of the owner's: the alert's fields, and the market.

    Args:
        url: ``https://…``.
    """

    url: ApiKey
    name: str = "webhook"

    def post(self, alert: Alert, symbol: str) -> Post:
        """Return what to send."""
        told = {"symbol": symbol, **msgspec.to_builtins(alert)}
        return Post(url=self.url.reveal(), body=msgspec.json.encode(told))


@dataclass(frozen=True, slots=True)
class NtfyChannel:
    """Sends to a topic of an ntfy server.

    Args:
        url: ``https://HOST/TOPIC``.
        token: To write to a topic that is protected; None for none.
    """

    url: ApiKey
    token: ApiKey | None = None
    name: str = "ntfy"

    def post(self, alert: Alert, symbol: str) -> Post:
        """Return what to send; as JSON to the server's root, so that any text can be a title."""
        parts = urlsplit(self.url.reveal())
        told = {
            "topic": parts.path.strip("/"),
            "title": alert.title or symbol,
            "message": alert.text or alert.title,
            "priority": 5 if alert.urgent else 3,
            "tags": ["rotating_light" if alert.urgent else "information_source", alert.kind.value],
        }
        headers = {"Authorization": f"Bearer {self.token.reveal()}"} if self.token else {}
        root = f"{parts.scheme}://{parts.netloc}/"
        return Post(url=root, body=msgspec.json.encode(told), headers=headers)


@dataclass(frozen=True, slots=True)
class TelegramChannel:
    """Sends as a bot; it hears nothing.

    Args:
        token: Of the bot.
        chat_id: Of whom it writes to.
        host: Where the service is.
    """

    token: ApiKey
    chat_id: str
    host: str = _TELEGRAM
    name: str = "telegram"

    def post(self, alert: Alert, symbol: str) -> Post:
        """Return what to send: plain text, aloud only when it is urgent."""
        text = "\n".join(part for part in (alert.title or symbol, alert.text) if part)
        told = {
            "chat_id": self.chat_id,
            "text": text,
            "disable_notification": not alert.urgent,
            "link_preview_options": {"is_disabled": True},
        }
        url = f"{self.host}/bot{self.token.reveal()}/sendMessage"
        return Post(url=url, body=msgspec.json.encode(told))


class _Parameters(msgspec.Struct):
    retry_after: float = 0.0


class _Told(msgspec.Struct):
    parameters: _Parameters = msgspec.field(default_factory=_Parameters)


def asked_wait_s(body: bytes) -> float:
    """Return how long an answer asks to wait, as Telegram says it; 0 where it does not.

    >>> asked_wait_s(b'{"ok":false,"error_code":429,"parameters":{"retry_after":7}}')
    7.0
    """
    try:
        asked = msgspec.json.decode(body, type=_Told).parameters.retry_after
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return 0.0
    return min(max(asked, 0.0), _LONGEST_WAIT_S)
