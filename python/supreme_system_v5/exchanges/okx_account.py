"""What a key may do at OKX v5: one signed question, which changes nothing."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import aiohttp
import msgspec

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.errors import SourceError
from supreme_system_v5.network.faults import told_by
from supreme_system_v5.network.redaction import redacted
from supreme_system_v5.ports import ApiKey

if TYPE_CHECKING:
    from supreme_system_v5.ports import Clock

__all__ = ["OKX_HOST", "KeyRights", "OkxKey", "key_rights", "signed_headers"]

OKX_HOST = "https://openapi.okx.com"
_PATH = "/api/v5/account/config"
_NS, _NS_PER_MS = 1_000_000_000, 1_000_000
_MOST_BYTES = 65_536
_MOST_TEXT = 200
_WITHIN_S = 15.0
_NOT_FOUND = 404
_SAFE = ("https://", "http://127.0.0.1:", "http://localhost:", "http://[::1]:")


@dataclass(frozen=True, slots=True, kw_only=True)
class OkxKey:
    """A key with what belongs to it; it shows nothing of itself."""

    key: ApiKey = field(repr=False)
    secret: ApiKey = field(repr=False)
    passphrase: ApiKey = field(repr=False)


class KeyRights(msgspec.Struct, frozen=True, kw_only=True):
    """What a key may do.

    Attributes:
        permissions: Such as ``"read_only"``, ``"trade"`` and ``"withdraw"``.
        addresses: From where it may be used; empty: from anywhere.
    """

    permissions: frozenset[str]
    addresses: tuple[str, ...]


class _Config(msgspec.Struct):
    perm: str = ""
    ip: str = ""


class _Told(msgspec.Struct):
    code: str
    msg: str = ""
    data: list[_Config] = msgspec.field(default_factory=list)


_TOLD = msgspec.json.Decoder(_Told)


def signed_headers(
    key: OkxKey, method: str, path: str, time_ns: int, body: str = ""
) -> dict[str, str]:
    """Return the headers that prove who asks.

    Args:
        key: Whose.
        method: ``"GET"`` or ``"POST"``.
        path: With its query.
        time_ns: Our time; the venue takes it within 30 s of its own.
        body: As it is sent.
    """
    seconds = datetime.fromtimestamp(time_ns // _NS, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    stamp = f"{seconds}.{time_ns % _NS // _NS_PER_MS:03d}Z"
    said = f"{stamp}{method}{path}{body}".encode()
    sign = hmac.new(key.secret.reveal().encode(), said, hashlib.sha256).digest()
    return {
        "OK-ACCESS-KEY": key.key.reveal(),
        "OK-ACCESS-SIGN": base64.b64encode(sign).decode(),
        "OK-ACCESS-TIMESTAMP": stamp,
        "OK-ACCESS-PASSPHRASE": key.passphrase.reveal(),
    }


async def key_rights(
    session: aiohttp.ClientSession, key: OkxKey, *, clock: Clock, host: str = OKX_HOST
) -> KeyRights:
    """Ask what a key may do.

    Args:
        session: Asks; the caller's.
        key: Which.
        clock: Our time is part of the question.
        host: ``https://…``, or that of a simulator.

    Raises:
        SourceError: It cannot be asked, or refuses the key. No part of the key is in it.
    """
    where = "okx: account"
    if not host.startswith(_SAFE):
        raise SourceError(
            f"{where}: not asked: a key is not sent to another machine without encryption; use "
            "https://, or a simulator at 127.0.0.1",
            FaultKind.BLOCKED,
        )
    fault: SourceError | None = None
    told = _Told(code="")
    try:
        headers = signed_headers(key, "GET", _PATH, clock.time_ns())
        async with (
            asyncio.timeout(_WITHIN_S),
            session.get(f"{host}{_PATH}", headers=headers, allow_redirects=False) as response,
        ):
            if response.status == _NOT_FOUND:
                fault = SourceError(f"{where}: there is no such question here", FaultKind.STATUS)
            else:
                told = _TOLD.decode(await _body(response))
    except (msgspec.MsgspecError, RecursionError):
        fault = SourceError(f"{where} answers with something else", FaultKind.MALFORMED)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        fault = told_by(error, where)
    if fault is not None:  # raised out here, so that no cause with a header hangs on it
        raise fault
    if told.code != "0" or not told.data:
        said = redacted(told.msg, (key.key, key.secret, key.passphrase))[:_MOST_TEXT]
        raise SourceError(f"{where}: refused with code {told.code}: {said}", FaultKind.AUTH)
    config = told.data[0]
    return KeyRights(permissions=frozenset(_words(config.perm)), addresses=_words(config.ip))


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """Return an answer, or as much of it as one may be long."""
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) > _MOST_BYTES:
            break
    return bytes(body)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())
