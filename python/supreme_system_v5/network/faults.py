"""What an error of the network means."""

from __future__ import annotations

import aiohttp

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.errors import SourceError

__all__ = ["told_by"]


def told_by(error: BaseException, where: str) -> SourceError:
    """Return what an error of the network means; its own text is left out, it may hold a key."""
    match error:
        case aiohttp.ClientConnectorDNSError():
            kind, text = FaultKind.DNS, "has no address: is the network there?"
        case aiohttp.ClientSSLError() | aiohttp.ServerFingerprintMismatch():
            kind, text = FaultKind.TLS, "cannot prove who it is"
        case TimeoutError():
            kind, text = FaultKind.TIMEOUT, "did not answer in time"
        case aiohttp.ClientConnectorError():
            kind, text = FaultKind.CONNECT, "cannot be connected to"
        case aiohttp.ClientPayloadError() | aiohttp.ServerDisconnectedError() | OSError():
            kind, text = FaultKind.RESET, "broke off"
        case aiohttp.ClientError():
            kind, text = FaultKind.PROTOCOL, "does not speak HTTP as it should"
        case ValueError():
            kind, text = FaultKind.REDIRECT, "redirects to an address that cannot be read"
        case _:
            kind, text = FaultKind.UNEXPECTED, f"could not be asked ({type(error).__name__})"
    return SourceError(f"{where} {text}", kind)
