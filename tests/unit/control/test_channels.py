from __future__ import annotations

import json

import pytest

from supreme_system_v5.control.channels import (
    NtfyChannel,
    TelegramChannel,
    WebhookChannel,
    asked_wait_s,
)
from supreme_system_v5.domain.status import Alert, AlertKind
from supreme_system_v5.settings import Secret

HALT = Alert(
    kind=AlertKind.HALT,
    title="trading halted: DRAWDOWN é",
    text="Look, then resume.",
    urgent=True,
    time_ns=5,
)
QUIET = Alert(kind=AlertKind.STARTED, title="started", text="", urgent=False, time_ns=5)
KEY = Secret("k3y-nobody-sees")


def test_a_webhook_is_told_all_fields() -> None:
    post = WebhookChannel(Secret("https://h.example/in?k=1")).post(HALT, "BTC-USDT")
    assert post.url == "https://h.example/in?k=1"
    assert json.loads(post.body) == {
        "symbol": "BTC-USDT",
        "kind": "halt",
        "title": HALT.title,
        "text": HALT.text,
        "urgent": True,
        "time_ns": 5,
    }


def test_ntfy_is_told_at_its_root_so_that_any_title_will_do() -> None:
    post = NtfyChannel(Secret("https://ntfy.example:8080/my-topic"), KEY).post(HALT, "BTC-USDT")
    assert post.url == "https://ntfy.example:8080/"
    assert post.headers == {"Authorization": f"Bearer {KEY.reveal()}"}
    assert json.loads(post.body) == {
        "topic": "my-topic",
        "title": HALT.title,
        "message": HALT.text,
        "priority": 5,
        "tags": ["rotating_light", "halt"],
    }
    quiet = NtfyChannel(Secret("https://ntfy.example/a")).post(QUIET, "BTC-USDT")
    assert quiet.headers == {}
    assert json.loads(quiet.body)["priority"] == 3
    assert json.loads(quiet.body)["message"] == "started"  # an empty one would say "triggered"


def test_telegram_is_told_in_plain_text() -> None:
    post = TelegramChannel(Secret("12:ab"), "-100").post(HALT, "BTC-USDT")
    assert post.url == "https://api.telegram.org/bot12:ab/sendMessage"
    told = json.loads(post.body)
    assert told["chat_id"] == "-100"
    assert told["text"] == f"{HALT.title}\n{HALT.text}"
    assert told["disable_notification"] is False
    assert "parse_mode" not in told  # nothing in a message is markup
    quiet = json.loads(TelegramChannel(Secret("12:ab"), "-100").post(QUIET, "BTC-USDT").body)
    assert quiet["text"] == "started"
    assert quiet["disable_notification"] is True


def test_nothing_of_them_shows_a_key() -> None:
    url = Secret(f"https://h.example/{KEY.reveal()}")
    for channel in (WebhookChannel(url), NtfyChannel(url, KEY), TelegramChannel(KEY, "1")):
        assert KEY.reveal() not in repr(channel)
        assert KEY.reveal() not in repr(channel.post(HALT, "BTC-USDT"))


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        (b'{"ok":false,"parameters":{"retry_after":7}}', 7.0),
        (b'{"parameters":{"retry_after":1e9}}', 600.0),
        (b'{"parameters":{"retry_after":-3}}', 0.0),
        (b'{"parameters":{"retry_after":"soon"}}', 0.0),
        (b"{}", 0.0),
        (b"<html>", 0.0),
        (b"\xff", 0.0),
        (b"", 0.0),
    ],
)
def test_how_long_an_answer_asks_to_wait(body: bytes, seconds: float) -> None:
    assert asked_wait_s(body) == seconds
