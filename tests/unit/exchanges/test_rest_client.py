from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest

from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.errors import SourceError
from supreme_system_v5.exchanges.rest_client import (
    Answer,
    Question,
    RestBudget,
    RestClient,
    RestLimits,
    answered_fault,
    rows,
)
from supreme_system_v5.exchanges.session import open_session
from tests.support.fault_server import FaultServer, Reply, good, served
from tests.support.virtual_loop import LoopClock, run_virtual

SECOND = 10**9
NUMBER = msgspec.json.Decoder(int)


def now() -> float:
    return asyncio.get_running_loop().time()


@asynccontextmanager
async def bench(
    budget: RestBudget | None = None, limits: RestLimits | None = None
) -> AsyncIterator[tuple[RestClient, FaultServer]]:
    async with served() as server, open_session() as session:
        server.reply = good(b"5")
        client = RestClient(
            session,
            server.url,
            venue="here",
            budget=budget or RestBudget(weight=1_000, per_s=1),
            clock=LoopClock(asyncio.get_running_loop()),
            sleep=sleep_ns,
            chance=random.Random(1),
            limits=limits,
        )
        yield client, server


async def number(client: RestClient, weight: float = 1) -> int:
    question = Question(path="/a/b", params={"symbol": "BTC", "limit": 5}, weight=weight)
    return await client.ask(question, lambda answer: rows(NUMBER, answer.body, "here"))


async def refused(client: RestClient) -> SourceError:
    with pytest.raises(SourceError) as caught:
        await number(client)
    return caught.value


def failed(status: int, body: bytes = b"", **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, headers=named, body=lambda: iter([body]), length=len(body))


def test_an_answer() -> None:
    async def main() -> None:
        async with bench() as (client, server):
            assert await number(client) == 5
            [request] = server.requests
            assert request.startswith("GET /a/b?symbol=BTC&limit=5 ")

    run_virtual(main())


@pytest.mark.parametrize("reply", [failed(500), failed(502, b"<html>"), Reply(status=0)])
def test_what_may_pass_is_tried_four_times(reply: Reply) -> None:
    async def main() -> None:
        async with bench() as (client, server):
            server.reply = reply
            await refused(client)
            assert len(server.requests) == 4
            assert 3.5 <= now() <= 7.1  # half of 1, 2 and 4 s at least
            server.replies = [reply, reply, good(b"6")]
            assert await number(client) == 6

    run_virtual(main())


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, FaultKind.STATUS),
        (403, FaultKind.AUTH),
        (404, FaultKind.STATUS),
        (301, FaultKind.STATUS),
    ],
)
def test_what_stays_wrong_is_not_tried_again(status: int, kind: FaultKind) -> None:
    async def main() -> None:
        async with bench() as (client, server):
            server.reply = failed(status, b'{"code":-1121,"msg":"Invalid symbol."}')
            error = await refused(client)
            assert error.kind == kind
            assert f"status {status} (-1121: Invalid symbol.)" in str(error)
            assert "symbol=" not in str(error)
            assert len(server.requests) == 1

    run_virtual(main())


def test_retry_after_is_waited_for() -> None:
    async def main() -> None:
        async with bench() as (client, server):
            server.replies = [failed(429, Retry_After="20")]
            assert await number(client) == 5
            assert 20.5 <= now() <= 21.1
            assert len(server.requests) == 2

    run_virtual(main())


def test_while_one_waits_all_do() -> None:
    async def main() -> None:
        async with bench() as (client, server):
            server.replies = [failed(429, Retry_After="10")]
            first = asyncio.ensure_future(number(client))
            await asyncio.sleep(1)
            assert await number(client) == 5
            assert now() >= 10
            assert await first == 5

    run_virtual(main())


@pytest.mark.parametrize(
    ("header", "seconds"), [(None, 120), ("600", 600), ("172800", 172_800), ("9999999", 259_200)]
)
def test_a_ban_is_left_to_pass(header: str | None, seconds: int) -> None:
    async def main() -> None:
        async with bench() as (client, server):
            server.replies = [failed(418) if header is None else failed(418, Retry_After=header)]
            error = await refused(client)
            assert (error.kind, error.retry_after_ns) == (
                FaultKind.RATE_LIMITED,
                seconds * SECOND,
            )
            again = await refused(client)
            assert again.kind == FaultKind.WAITING
            assert len(server.requests) == 1
            await asyncio.sleep(seconds - 30)
            assert await number(client) == 5
            assert seconds <= now() <= seconds + 1

    run_virtual(main())


def test_a_code_counts_as_much_as_a_status() -> None:
    async def main() -> None:
        async with bench() as (client, server):
            server.replies = [failed(400, b'{"code":-1003,"msg":"Too many requests."}')]
            assert await number(client) == 5
            server.replies = [failed(400, b'{"code":-1008,"msg":"busy"}')]
            assert await number(client) == 5

    run_virtual(main())


def test_it_never_asks_more_often_than_allowed() -> None:
    budget = RestBudget(weight=20, per_s=2)
    times: list[float] = []

    async def main() -> None:
        async with bench(budget) as (client, server):

            def reply(_: str) -> Reply:
                times.append(now())
                return good(b"5")

            server.reply = reply
            for _ in range(60):
                await number(client, weight=2)

    run_virtual(main())
    # Twice the budget within any 2 s is what the venue allows.
    assert max(sum(start <= time < start + 2 for time in times) * 2 for start in times) <= 40
    assert times[-1] <= 2 * 60 * 2 / 20


def test_time_and_bytes_are_bounded() -> None:
    async def main() -> None:
        limits = RestLimits(total_s=5, most_bytes=1_000, attempts=1)
        async with bench(limits=limits) as (client, server):
            server.reply = Reply(body=lambda: iter([3.0, b"5", 3.0]))
            error = await refused(client)
            assert (error.kind, round(now())) == (FaultKind.TIMEOUT, 5)
            server.reply = good(b" " * 1_001)
            error = await refused(client)
            assert error.kind == FaultKind.TOO_LARGE

    run_virtual(main())


def test_a_page_where_rows_should_be() -> None:
    async def main() -> None:
        async with bench() as (client, server):
            server.reply = good(b"<html>maintenance</html>")
            error = await refused(client)
            assert error.kind == FaultKind.MALFORMED
            assert len(server.requests) == 1

    run_virtual(main())


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("50011", FaultKind.RATE_LIMITED),
        ("10006", FaultKind.RATE_LIMITED),
        ("50013", FaultKind.SERVER),
        ("10016", FaultKind.SERVER),
        ("51001", FaultKind.ERROR_ANSWER),
    ],
)
def test_what_codes_mean(code: str, kind: FaultKind) -> None:
    error = answered_fault("here", code, "some\x00words")
    assert (str(error), error.kind) == (f"here answers with code {code}: some words", kind)


def test_rows_of_an_answer() -> None:
    assert rows(NUMBER, b"7", "here") == rows(NUMBER, msgspec.Raw(b"7"), "here") == 7
    with pytest.raises(SourceError) as caught:
        rows(NUMBER, b"x", "here")
    assert caught.value.kind == FaultKind.MALFORMED


def test_what_a_reader_raises_is_not_taken_for_the_network() -> None:
    def broken(_: Answer) -> int:
        raise ValueError("a defect of ours")

    async def main() -> None:
        async with bench() as (client, _):
            with pytest.raises(ValueError, match="a defect of ours"):
                await client.ask(Question(path="/", params={}), broken)

    run_virtual(main())
