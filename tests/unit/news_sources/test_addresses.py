from __future__ import annotations

import asyncio
import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.errors import SourceError
from supreme_system_v5.news_sources.addresses import (
    BlockedAddressError,
    check_url,
    guarded_resolver,
    is_public,
    origin_of,
)


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "8.8.8.8",
        "2606:4700::1111",
        "64:ff9b::101:101",
        "192.0.1.1",
        "192.88.98.1",
        "2002:101:101::1",
        "2a00:1450::1",
        "2001:4860:4860::8888",
    ],
)
def test_the_open_network(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - bound by nobody
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "192.0.2.1",
        "192.0.0.8",
        "192.0.0.9",
        "192.0.0.170",
        "192.88.99.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.7",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "::10.0.0.1",
        "::8.8.8.8",
        "::ffff:0:8.8.8.8",
        "64:ff9b:1::808:808",
        "64:ff9b::c058:6301",
        "100::1",
        "2001:2::1",
        "2001:10::1",
        "2002:c058:6301::1",
        "3fff::1",
        "5f00::1",
        "fec0::1",
        "fc00::1",
        "fe80::1%eth0",
        "ff02::1",
        "2001:db8::1",
        "nonsense",
        "",
    ],
)
def test_everything_else(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "https:///x",
        "https://user:word@example.org/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://[half",
        "",
        "example.org",
    ],
)
def test_refused_addresses_are_named_without_their_query(url: str) -> None:
    with pytest.raises(SourceError, match="is not asked: allowed is") as caught:
        check_url(f"{url}?key=secret")
    assert caught.value.kind == FaultKind.BLOCKED
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["https://example.org/x?y", "wss://example.org", "https://1.1.1.1/"]
)
def test_allowed_addresses(url: str) -> None:
    check_url(url)


def test_a_test_names_its_own_server_and_no_other() -> None:
    origins = frozenset({"http://127.0.0.1:8080"})
    check_url("http://127.0.0.1:8080/x", origins)
    for url in ("http://127.0.0.1:8081/", "https://127.0.0.1:8080/", "http://localhost:8080/"):
        with pytest.raises(SourceError):
            check_url(url, origins)


def test_origins() -> None:
    assert origin_of("https://A.org/x") == "https://a.org:443"
    assert origin_of("ws://127.0.0.1:5/x") == "ws://127.0.0.1:5"
    assert origin_of("https://a.org:99999/") == ""
    assert origin_of("nonsense") == ""


class Names(AbstractResolver):
    """Leads every name to the addresses of a list."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self.closed = False

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in self.addresses
        ]

    async def close(self) -> None:
        self.closed = True


def test_a_name_that_leads_inside_is_not_followed() -> None:
    async def main() -> None:
        names = Names("1.1.1.1")
        resolver = guarded_resolver(names)
        assert [entry["host"] for entry in await resolver.resolve("a.org", 443)] == ["1.1.1.1"]
        await resolver.close()
        assert names.closed
        for addresses in (("127.0.0.1",), ("1.1.1.1", "10.0.0.1")):
            with pytest.raises(BlockedAddressError, match=r"a\.org leads"):
                await guarded_resolver(Names(*addresses)).resolve("a.org", 443)

    asyncio.run(main())
