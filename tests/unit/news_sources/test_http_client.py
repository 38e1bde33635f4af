from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.domain.feeds import FaultKind, Quota
from supreme_system_v5.errors import SourceError
from supreme_system_v5.news_sources.http_client import (
    HttpClient,
    HttpLimits,
    HttpRequest,
    HttpResponse,
)
from tests.support.fault_server import FAULTS, FaultServer, Reply, good, served
from tests.support.source_samples import KEY
from tests.support.virtual_loop import LoopClock, run_virtual

SECOND = 10**9


@asynccontextmanager
async def client(
    *servers: FaultServer,
    limits: HttpLimits | None = None,
    resolver: AbstractResolver | None = None,
    origins: tuple[str, ...] = (),
) -> AsyncIterator[HttpClient]:
    async with HttpClient(
        clock=LoopClock(asyncio.get_running_loop()),
        sleep=sleep_ns,
        chance=random.Random(1),
        keys=[KEY],
        limits=limits,
        test_origins=frozenset({*(server.url for server in servers), *origins}),
        resolver=resolver,
    ) as made:
        yield made


async def refused(made: HttpClient, request: HttpRequest) -> SourceError:
    with pytest.raises(SourceError) as caught:
        await made.get(request)
    assert KEY.reveal() not in repr(caught.value)
    assert caught.value.__cause__ is None
    return caught.value


def now() -> float:
    return asyncio.get_running_loop().time()


def test_an_answer_and_what_came_with_it() -> None:
    async def main() -> None:
        async with served() as server, client(server) as made:
            server.reply = good(
                b"hello",
                ETag='"e"',
                Last_Modified="then",
                Content_Type="text/plain; charset=latin-1",
                X_RateLimit_Limit="10",
                X_RateLimit_Remaining="0",
                Date="Thu, 28 May 2026 20:26:45 GMT",
            )
            assert await made.get(HttpRequest(url=f"{server.url}/x")) == HttpResponse(
                body=b"hello",
                charset="latin-1",
                etag='"e"',
                last_modified="then",
                quota=Quota(limit=10, remaining=0, reached=True),
                date_ns=1_780_000_005 * SECOND,
            )
            assert "Accept-Encoding: gzip, deflate" in server.requests[0]
            assert "User-Agent: supreme-system-v5" in server.requests[0]

    run_virtual(main())


def test_keys_go_where_they_are_wanted() -> None:
    async def main() -> None:
        async with served() as server, client(server) as made:
            server.reply = good(b"x")
            params = (("page", "1"),)
            await made.get(HttpRequest(url=server.url, params=params, key=KEY, key_param="k"))
            await made.get(HttpRequest(url=server.url, key=KEY, key_header="X-K"))
            await made.get(HttpRequest(url=server.url, key=KEY))
            first, second, third = server.requests
            assert first.startswith("GET /?page=1&k=k3y-of-nobody%2B/%3D%26%25 HTTP")
            assert f"X-K: {KEY.reveal()}" in second
            assert "k3y" not in third

    run_virtual(main())


def test_a_key_is_not_carried_to_another_host() -> None:
    async def main() -> None:
        async with served() as first, served() as second, client(first, second) as made:
            first.reply = Reply(status=302, headers={"Location": f"{second.url}/moved"})
            second.reply = good(b"there")
            request = HttpRequest(url=first.url, key=KEY, key_header="X-K")
            assert (await made.get(request)).body == b"there"
            assert "X-K" in first.requests[0]
            assert "X-K" not in second.requests[0]

    run_virtual(main())


def test_three_redirects_are_followed_and_no_fourth() -> None:
    async def main() -> None:
        for hops, arrives in ((3, True), (4, False)):
            async with served() as server, client(server) as made:
                server.replies = [
                    Reply(status=302, headers={"Location": f"/{n}"}) for n in range(hops)
                ]
                server.reply = good(b"there")
                request = HttpRequest(url=server.url)
                if arrives:
                    assert (await made.get(request)).body == b"there"
                else:
                    assert (await refused(made, request)).kind == FaultKind.REDIRECT

    run_virtual(main())


@pytest.mark.parametrize(
    ("fault", "requests"),
    [("500", 3), ("429", 3), ("nothing", 3), ("silence", 3), ("404", 1), ("401", 1), ("brotli", 1)],
)
def test_only_what_may_mend_is_tried_again(fault: str, requests: int) -> None:
    async def main() -> None:
        async with served() as server, client(server) as made:
            server.reply = FAULTS[fault].reply(b"x")
            await refused(made, HttpRequest(url=server.url))
            assert len(server.requests) == requests

    run_virtual(main())


def test_the_second_attempt_may_succeed() -> None:
    async def main() -> None:
        async with served() as server, client(server) as made:
            server.replies = [FAULTS["500"].reply(b""), FAULTS["nothing"].reply(b"")]
            server.reply = good(b"at last")
            assert (await made.get(HttpRequest(url=server.url))).body == b"at last"

    run_virtual(main())


@pytest.mark.parametrize(
    ("fault", "least", "most", "requests"),
    [
        ("429, wait 5 s", 10, 15, 3),
        ("503, wait 20 s", 40, 45, 3),
        ("429, wait a year", 0, 1, 1),
        ("429, wait until", 0, 1, 1),  # 200 s
    ],
)
def test_what_is_asked_for_is_waited(fault: str, least: int, most: int, requests: int) -> None:
    async def main() -> None:
        async with served() as server, client(server) as made:
            server.reply = FAULTS[fault].reply(b"x")
            await refused(made, HttpRequest(url=server.url))
            assert least <= now() <= most
            assert len(server.requests) == requests

    run_virtual(main())


def test_a_long_wait_is_kept_by_everybody_and_never_beyond_ten_minutes() -> None:
    async def main() -> None:
        async with served() as server, client(server) as made:
            server.reply = FAULTS["429, wait a year"].reply(b"x")
            await refused(made, HttpRequest(url=server.url))
            server.reply = good(b"x")
            error = await refused(made, HttpRequest(url=f"{server.url}/other"))
            assert error.kind == FaultKind.WAITING
            assert len(server.requests) == 1
            assert 599 * SECOND < made.wait_ns(server.url) <= 600 * SECOND
            await asyncio.sleep(600)
            assert (await made.get(HttpRequest(url=server.url))).body == b"x"

    run_virtual(main())


def test_five_failures_and_nobody_knocks_for_half_an_hour() -> None:
    async def main() -> None:
        async with served() as server, client(server, limits=HttpLimits(attempts=1)) as made:
            server.reply = FAULTS["404"].reply(b"")
            kinds = [(await refused(made, HttpRequest(url=server.url))).kind for _ in range(7)]
            assert kinds == [FaultKind.STATUS] * 5 + [FaultKind.WAITING] * 2
            assert len(server.requests) == 5
            await asyncio.sleep(1_800)
            await refused(made, HttpRequest(url=server.url))
            assert len(server.requests) == 6

    run_virtual(main())


def test_one_request_a_second_to_a_host_or_as_it_wants() -> None:
    async def main() -> None:
        for periods, seconds in (({}, 4), ({"127.0.0.1": 2.0}, 8)):
            began = now()
            limits = HttpLimits(host_periods_s=periods)
            async with served() as server, client(server, limits=limits) as made:
                server.reply = good(b"x")
                for _ in range(5):
                    await made.get(HttpRequest(url=server.url))
                assert seconds <= now() - began < seconds + 1

    run_virtual(main())


@pytest.mark.parametrize(
    ("fault", "seconds"), [("silence", 10), ("silence in the middle", 10), ("slow drip", 20)]
)
def test_limits_of_time(fault: str, seconds: int) -> None:
    async def main() -> None:
        async with served() as server, client(server, limits=HttpLimits(attempts=1)) as made:
            server.reply = FAULTS[fault].reply(b"x" * 100)
            assert (await refused(made, HttpRequest(url=server.url))).kind == FaultKind.TIMEOUT
            assert seconds <= now() <= seconds + 1

    run_virtual(main())


class Names(AbstractResolver):
    """Leads every name somewhere, or nowhere, or says nothing."""

    def __init__(self, address: str) -> None:
        self.address = address

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if self.address == "silent":
            await asyncio.sleep(1_000)
        if not self.address:
            raise OSError("no such name")
        return [
            ResolveResult(
                hostname=host, host=self.address, port=port, family=family, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("", FaultKind.DNS),
        ("silent", FaultKind.TIMEOUT),
        ("127.0.0.1", FaultKind.BLOCKED),
        ("::ffff:10.0.0.1", FaultKind.BLOCKED),
        ("169.254.169.254", FaultKind.BLOCKED),
    ],
)
def test_names(address: str, kind: FaultKind) -> None:
    async def main() -> None:
        limits = HttpLimits(attempts=1)
        async with client(resolver=Names(address), limits=limits) as made:
            error = await refused(made, HttpRequest(url="https://news.example.org/x?y=z"))
            assert error.kind == kind
            assert "https://news.example.org/x" in str(error)
            assert "y=z" not in str(error)
            assert now() <= 20.1

    run_virtual(main())


def test_who_cannot_prove_who_it_is() -> None:
    async def main() -> None:
        async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 400 No\r\n\r\n")
            writer.close()

        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            secure = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            async with client(origins=(secure,)) as made:
                assert (await refused(made, HttpRequest(url=secure))).kind == FaultKind.TLS

    run_virtual(main())


def test_plain_http_is_refused_without_a_request() -> None:
    async def main() -> None:
        async with served() as server, client() as made:
            error = await refused(made, HttpRequest(url=server.url))
            assert error.kind == FaultKind.BLOCKED
            assert server.requests == []

    run_virtual(main())


def test_it_has_to_be_entered() -> None:
    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        made = HttpClient(clock=clock, sleep=sleep_ns, chance=random.Random(1))
        with pytest.raises(RuntimeError, match="async with"):
            made.session_for("https://a.org")

    run_virtual(main())


def test_hosts_are_forgotten_in_the_end() -> None:
    async def main() -> None:
        async with client(resolver=Names(""), limits=HttpLimits(attempts=1)) as made:
            for number in range(100):
                await refused(made, HttpRequest(url=f"https://h{number}.example.org"))
            assert len(made._hosts) == 64

    run_virtual(main())
