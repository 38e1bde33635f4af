"""Where a request may go: public hosts over https, each hop checked anew.

The resolver that the connector uses is the one that checks, so there is no moment between looking
at an address and connecting to it.
"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.errors import SourceError
from supreme_system_v5.network.redaction import shown_url

__all__ = ["BlockedAddressError", "check_url", "guarded_resolver", "is_public", "origin_of"]

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NETWORK = ipaddress.ip_network("2000::/3")
"""Where all of the open network of IPv6 is."""
_SPECIAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # protocols
        "192.88.99.0/24",  # relays of 6to4, which are no more
        "2001::/23",  # protocols
        "3fff::/20",  # examples
    )
)
"""Registered for special purposes, which `ipaddress` takes for public, or did in some version.

Source: the registries of special-purpose addresses of IANA (RFC 6890); RFC 7526, RFC 9637.
"""
_SCHEMES = {"https": 443, "wss": 443}
_PLAIN = {"http": 80, "ws": 80}


class BlockedAddressError(OSError):
    """A name leads to an address that is not public; told to the connector by its resolver."""


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the open network, whatever it is wrapped in.

    >>> is_public("1.1.1.1"), is_public("::ffff:127.0.0.1"), is_public("169.254.169.254")
    (True, False, False)
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(str(inner))
        if found not in _NETWORK:
            return False
    if any(found in network for network in _SPECIAL if network.version == found.version):
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address; empty when it has none."""
    try:
        parts = urlsplit(url)
        port = parts.port or (_SCHEMES | _PLAIN).get(parts.scheme, 0)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.hostname}:{port}" if parts.hostname and port else ""


def check_url(url: str, test_origins: frozenset[str] = frozenset()) -> None:
    """Refuse an address that may not be asked.

    Args:
        url: The address.
        test_origins: Plain origins on the loopback that a test serves, for example
            ``"http://127.0.0.1:8080"``; none but these.

    Raises:
        SourceError: BLOCKED; it names the address without its query.
    """
    if origin_of(url) in test_origins:
        return
    try:
        parts = urlsplit(url)
        host, scheme, user = parts.hostname or "", parts.scheme, parts.username
    except ValueError:
        host, scheme, user = "", "", None
    if scheme not in _SCHEMES or not host:
        reason = "allowed is https"
    elif user is not None:
        reason = "allowed is an address without a user"
    elif _literal(host) and not is_public(host):
        reason = "allowed is a public address"
    else:
        return
    raise SourceError(f"{shown_url(url)} is not asked: {reason}", FaultKind.BLOCKED)


def _literal(host: str) -> bool:
    """Return whether a host is an address and no name, also in the old ways to write one."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        try:
            socket.inet_aton(host)  # takes 127.1 and 0x7f000001 as well
        except OSError:
            return False
    return True


def guarded_resolver(inner: AbstractResolver | None = None) -> AbstractResolver:
    """Return a resolver for aiohttp that knows public addresses only.

    Args:
        inner: Who looks names up; None: the system.

    A name that leads anywhere else raises `BlockedAddressError`, even if it leads to a public
    address as well.
    """
    return _Guarded(inner if inner is not None else ThreadedResolver())


class _Guarded(AbstractResolver):
    def __init__(self, names: AbstractResolver) -> None:
        self._names = names

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._names.resolve(host, port, family)
        if not all(is_public(entry["host"]) for entry in found):
            raise BlockedAddressError(0, f"{host} leads to an address that is not public")
        return found

    async def close(self) -> None:
        await self._names.close()
