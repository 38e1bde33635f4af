"""Nothing that is told of a request contains a key."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, quote_plus, urlsplit

from supreme_system_v5.ports import ApiKey

__all__ = ["redacted", "shown_url"]

_MASK = "***"
_LONGEST = 300


def shown_url(url: str) -> str:
    """Return scheme, host and path of an address; never its query, which may hold a key.

    >>> shown_url("https://user:word@example.org/a?key=1#b")
    'https://example.org/a'
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "an address that cannot be read"
    return f"{parts.scheme}://{host}{port}{parts.path}"[:_LONGEST]


def redacted(text: str, keys: Iterable[ApiKey]) -> str:
    """Return text with every key masked, also as it would stand in an address.

    >>> from supreme_system_v5.settings import Secret
    >>> redacted("no such key: hunter2", [Secret("hunter2")])
    'no such key: ***'
    """
    for key in keys:
        value = key.reveal()
        for form in {value, quote(value, safe=""), quote_plus(value)} - {""}:
            text = text.replace(form, _MASK)
    return text
