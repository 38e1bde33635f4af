from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Coroutine
from typing import Any

import aiohttp
import msgspec
import pytest

from supreme_system_v5.domain.live import FeedHealth
from supreme_system_v5.domain.status import LiveStatus
from supreme_system_v5.errors import SettingsError
from supreme_system_v5.monitoring.http_server import MetricsServer
from supreme_system_v5.monitoring.metrics import Metrics
from tests.support.monitored import START_NS, well
from tests.support.virtual_loop import run_virtual


class System:
    """A status that a test may change while it is served."""

    def __init__(self) -> None:
        self.now = well()

    def status(self) -> LiveStatus:
        return self.now

    def server(self, **where: Any) -> MetricsServer:  # noqa: ANN401 - host and port
        return MetricsServer(Metrics(self.status), self.status, **where)


def run(story: Coroutine[Any, Any, None]) -> None:
    run_virtual(asyncio.wait_for(story, 60))


async def fetch(
    server: MetricsServer, path: str, *, method: str = "GET", **headers: str
) -> tuple[int, str, str]:
    address = f"http://127.0.0.1:{server.port}{path}"
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, address, headers=headers) as answer,
    ):
        return answer.status, answer.headers.get("Content-Type", ""), await answer.text()


def test_it_listens_on_this_machine_alone_at_a_free_port() -> None:
    async def story() -> None:
        server = System().server()
        assert server.port == 0
        async with server:
            assert server.port > 0
            assert server.url == f"http://127.0.0.1:{server.port}/metrics"
            assert server._listener is not None
            assert [s.getsockname()[0] for s in server._listener.sockets] == ["127.0.0.1"]
        with pytest.raises(aiohttp.ClientError):
            await fetch(server, "/metrics")

    run(story())


def test_metrics_in_the_format_that_is_asked_for() -> None:
    async def story() -> None:
        async with System().server() as server:
            status, kind, page = await fetch(server, "/metrics")
            assert (status, kind) == (200, "text/plain; version=0.0.4; charset=utf-8")
            assert "\nevent_skip_ratio 0.75\n" in page
            status, kind, page = await fetch(
                server, "/metrics?x=1", Accept="application/openmetrics-text;version=1.0.0"
            )
            assert (status, kind.split(";")[0]) == (200, "application/openmetrics-text")
            assert page.endswith("# EOF\n")
            assert await fetch(server, "/metrics", method="HEAD") == (
                200,
                "text/plain; version=0.0.4; charset=utf-8",
                "",
            )

    run(story())


def test_health_is_told_with_its_reasons() -> None:
    async def story() -> None:
        system = System()
        async with system.server() as server:
            for path in ("/healthz", "/readyz"):
                status, kind, page = await fetch(server, path)
                assert (status, kind) == (200, "application/json")
                assert json.loads(page)["ok"] is True
            feed = FeedHealth(name="okx", fresh=False, reason="no trade for 31 s")
            system.now = well(feed=feed, ready=False)
            status, _, page = await fetch(server, "/readyz")
            assert status == 503
            assert "no trade for 31 s" in page
            assert (await fetch(server, "/healthz"))[0] == 200  # a restart would not help
            system.now = well(now_ns=START_NS + 10**14)
            status, _, page = await fetch(server, "/healthz")
            assert status == 503
            assert "domain technical" in page

    run(story())


def test_what_is_not_there_says_what_is() -> None:
    async def story() -> None:
        async with System().server() as server:
            for path in ("/", "/metrics/", "/healthz/x", "/%2e%2e/etc/passwd"):
                status, _, page = await fetch(server, path)
                assert (status, page) == (404, "there are /metrics, /healthz and /readyz\n")
            assert (await fetch(server, "/metrics", method="POST"))[0] == 405

    run(story())


def test_a_status_that_cannot_be_read_is_an_error_of_that_request_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def story() -> None:
        system = System()
        async with system.server() as server:
            good = system.now
            system.now = msgspec.structs.replace(
                good, money=msgspec.structs.replace(good.money, equity="a lot")
            )
            status, _, page = await fetch(server, "/metrics")
            assert status == 500
            assert "a lot" not in page
            system.now = good
            assert (await fetch(server, "/metrics"))[0] == 200

    with caplog.at_level(logging.INFO):
        run(story())
    # No access log; asyncio itself tells of slow steps where a machine is busy.
    named = [record.name for record in caplog.records if record.name != "asyncio"]
    assert named == ["aiohttp.server"]


def test_connections_beyond_a_few_are_refused_and_then_served_again() -> None:
    async def story() -> None:
        async with System().server() as server:
            idle = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(32)]
            assert (await fetch(server, "/healthz"))[0] == 503
            for _, writer in idle:
                writer.close()
                await writer.wait_closed()
            await asyncio.sleep(1)
            assert (await fetch(server, "/healthz"))[0] == 200

    run(story())


def test_leaving_does_not_wait_for_who_is_silent() -> None:
    async def story() -> None:
        loop, before = asyncio.get_running_loop(), asyncio.all_tasks()
        async with System().server() as server:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            begun = loop.time()
        assert loop.time() - begun <= 2
        assert await reader.read() == b""
        writer.close()
        assert asyncio.all_tasks() == before

    run(story())


def test_a_port_that_is_taken_is_refused_with_the_mend() -> None:
    async def story() -> None:
        async with System().server() as first:
            with pytest.raises(SettingsError, match="set another METRICS_PORT"):
                async with System().server(port=first.port):
                    pass

    run(story())


def test_many_askers_at_once_are_all_served() -> None:
    async def story() -> None:
        async with System().server() as server:
            answers = await asyncio.gather(*(fetch(server, "/metrics") for _ in range(20)))
            assert {status for status, _, _ in answers} == {200}

    run(story())
