"""What every source does that tells by itself, whatever the other side does."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import msgspec
import pytest
from aiohttp import web

from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.domain.feeds import (
    ChainTransfer,
    FaultKind,
    Item,
    SourceHealth,
    TransferStatus,
)
from supreme_system_v5.errors import SourceError
from supreme_system_v5.news_sources.http_client import HttpClient
from supreme_system_v5.news_sources.pushed import PushedSource
from supreme_system_v5.news_sources.seen import Seen
from supreme_system_v5.ports import Source
from tests.support.socket_server import Script, SocketServer, served_socket, stay, tell
from tests.support.source_samples import KEY, PUSHED, Pushed, transaction
from tests.support.virtual_loop import LoopClock, run_virtual

each = pytest.mark.parametrize("sample", PUSHED.values(), ids=PUSHED.keys())


@dataclass
class Bench:
    source: PushedSource
    server: SocketServer
    clock: LoopClock


@asynccontextmanager
async def bench(sample: Pushed, *scripts: Script, capacity: int = 1_000) -> AsyncIterator[Bench]:
    clock = LoopClock(asyncio.get_running_loop())
    async with served_socket() as server:
        if scripts:
            server.scripts = list(scripts)
        url = server.url.replace("http", "ws")
        async with (
            HttpClient(
                clock=clock,
                sleep=sleep_ns,
                chance=random.Random(1),
                keys=[KEY],
                test_origins=frozenset({url}),
            ) as client,
            PushedSource(
                sample.make(url),
                client=client,
                clock=clock,
                sleep=sleep_ns,
                chance=random.Random(2),
                seen=Seen(),
                capacity=capacity,
            ) as source,
        ):
            yield Bench(source, server, clock)


async def until(true: Callable[[], bool], seconds: int = 7_200) -> None:
    for _ in range(seconds // 5):
        if true():
            return
        await asyncio.sleep(5)
    pytest.fail("it never came true")


async def told(source: PushedSource, count: int) -> tuple[Item, ...]:
    found: tuple[Item, ...] = ()
    for _ in range(600):
        with suppress(SourceError):
            found += await source.poll()
        if len(found) >= count:
            break
        await asyncio.sleep(0.1)
    return found


def count(health: SourceHealth, kind: FaultKind) -> int:
    return health.faults.get(kind, 0)


@each
def test_what_is_told_is_passed_on_once(sample: Pushed) -> None:
    async def main() -> None:
        script = tell(sample.acknowledgement, sample.message, sample.message)
        async with bench(sample, script) as made:
            assert isinstance(made.source, Source)
            found = await told(made.source, sample.count)
            assert len(found) == sample.count
            assert all(item.source == made.source.name for item in found)
            await asyncio.sleep(60)
            assert await made.source.poll() == ()
            health = made.source.health()
            assert (health.items, health.faults, health.connected) == (sample.count, {}, True)
            assert health.last_success_ns == made.clock.time_ns()
            assert len(made.server.greetings) == 1

    run_virtual(main())


@each
def test_nothing_is_made_up_before_it_is_connected(sample: Pushed) -> None:
    async def main() -> None:
        async with bench(sample) as made:
            with pytest.raises(SourceError) as caught:
                await made.source.poll()
            assert caught.value.kind == FaultKind.CONNECT
            assert made.source.health().last_success_ns is None

    run_virtual(main())


@each
@pytest.mark.parametrize(
    "message",
    ["", "no json", "[]", "null", "42", '{"a": NaN}', "[" * 100_000, b"\0\1", '{"half": '],
    ids=range(9),
)
def test_a_bad_message_is_counted_and_the_next_one_read(
    sample: Pushed, message: str | bytes
) -> None:
    async def main() -> None:
        async with bench(sample, tell(message, sample.message)) as made:
            assert len(await told(made.source, sample.count)) == sample.count
            health = made.source.health()
            bad = count(health, FaultKind.MALFORMED) + count(health, FaultKind.TOO_LARGE)
            assert (bad, FaultKind.UNEXPECTED in health.faults) == (1, False)

    run_virtual(main())


@each
def test_an_error_is_a_fault_without_a_key_and_it_connects_again(sample: Pushed) -> None:
    async def main() -> None:
        for error in sample.error_messages:
            async with bench(sample, tell(error), tell(sample.message)) as made:
                await until(lambda: made.server.connections >= 2)
                assert len(await told(made.source, sample.count)) == sample.count
                health = made.source.health()
                assert count(health, FaultKind.ERROR_ANSWER) >= 1
                assert KEY.reveal() not in msgspec.json.encode(health).decode()
                assert len(set(made.server.greetings)) == 1
                assert len(made.server.greetings) == 2, "it must subscribe again"

    run_virtual(main())


async def hang_up(_: web.WebSocketResponse) -> None:
    """End politely."""


async def abort(socket: web.WebSocketResponse) -> None:
    assert socket._writer is not None
    transport = socket._writer.transport
    assert transport is not None
    transport.abort()


async def too_much(socket: web.WebSocketResponse) -> None:
    await socket.send_str("x" * (3 * 1_024 * 1_024))
    await stay(socket)


async def silence(_: web.WebSocketResponse) -> None:
    await asyncio.sleep(100_000)


@each
@pytest.mark.parametrize(
    ("script", "kinds"),
    [
        (hang_up, {FaultKind.RESET}),
        (abort, {FaultKind.RESET}),
        (too_much, {FaultKind.TOO_LARGE}),
        (silence, {FaultKind.TIMEOUT, FaultKind.RESET}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_connection_that_ends_is_made_again(
    sample: Pushed, script: Script, kinds: set[FaultKind]
) -> None:
    async def main() -> None:
        async def first(socket: web.WebSocketResponse) -> None:
            await socket.send_str(sample.message)
            await script(socket)

        async with bench(sample, first, tell(sample.message)) as made:
            made.server.autoping = script is not silence
            await until(lambda: made.server.connections >= 2)
            assert len(await told(made.source, sample.count)) == sample.count
            await asyncio.sleep(5)
            assert await made.source.poll() == (), "told before, and not lost, and not twice"
            health = made.source.health()
            assert set(health.faults) <= kinds
            assert health.failures_in_a_row == 0

    run_virtual(main())


@each
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, FaultKind.AUTH),
        (402, FaultKind.PAYMENT),
        (403, FaultKind.AUTH),
        (404, FaultKind.STATUS),
        (429, FaultKind.RATE_LIMITED),
        (430, FaultKind.RATE_LIMITED),
        (503, FaultKind.SERVER),
    ],
)
def test_a_refused_handshake_is_no_data(sample: Pushed, status: int, kind: FaultKind) -> None:
    async def main() -> None:
        async with bench(sample) as made:
            made.server.refusal = web.Response(status=status)
            await until(lambda: made.server.refusals >= 2)
            with pytest.raises(SourceError) as caught:
                await made.source.poll()
            health = made.source.health()
            assert caught.value.kind == kind
            assert (health.connected, health.last_success_ns) == (False, None)
            assert KEY.reveal() not in f"{caught.value} {msgspec.json.encode(health).decode()}"
            assert health.next_attempt_ns is not None

            made.server.refusal = None
            made.server.scripts = [tell(sample.message)]
            await until(lambda: made.server.connections >= 1)
            assert len(await told(made.source, sample.count)) == sample.count

    run_virtual(main())


@each
@pytest.mark.parametrize("place", ["http://127.0.0.1:9/", "http://10.0.0.1/", "file:///etc/passwd"])
def test_a_handshake_is_not_followed_to_the_inside(sample: Pushed, place: str) -> None:
    async def main() -> None:
        async with bench(sample) as made:
            made.server.refusal = web.Response(status=302, headers={"Location": place})
            await until(lambda: made.server.refusals >= 2)
            health = made.source.health()
            assert set(health.faults) <= {FaultKind.BLOCKED, FaultKind.PROTOCOL, FaultKind.REDIRECT}
            assert health.faults

    run_virtual(main())


def test_a_flood_is_bounded_and_counted_and_what_is_gone_is_kept() -> None:
    address = "bc1qeldw4mqns26wew8swgpkt3fs364w3ehs046w2f"

    def message(**lists: list[object]) -> str:
        return json.dumps({"multi-address-transactions": {address: lists}})

    flood = [message(mempool=[transaction(n, value=n * 10**6)]) for n in range(1, 301)]
    gone = message(removed=[transaction(5, value=1)])

    async def main() -> None:
        sample = PUSHED["mempool-ws"]
        async with bench(sample, tell(gone, *flood), capacity=50) as made:
            await until(lambda: count(made.source.health(), FaultKind.DROPPED) == 251)
            found = await made.source.poll()
            assert len(found) == 50
            transfers = [item for item in found if isinstance(item, ChainTransfer)]
            assert transfers[0].status is TransferStatus.REMOVED
            assert [t.transaction for t in transfers[1:]] == [f"{n:064x}" for n in range(252, 301)]

    run_virtual(main())


def test_an_hour_full_of_alerts_is_told_as_a_quota_reached() -> None:
    async def main() -> None:
        sample = PUSHED["whale-alert-ws"]
        alert = json.loads(sample.message)
        alerts = []
        for number in range(100):
            alert["transaction"]["hash"] = f"{number:064x}"
            alerts.append(json.dumps(alert))
        async with bench(sample, tell(*alerts)) as made:
            assert len(await told(made.source, 100)) == 100
            quota = made.source.health().quota
            assert quota is not None
            assert (quota.limit, quota.remaining, quota.reached) == (100, 0, True)

    run_virtual(main())


def test_a_reorganisation_takes_back_and_tells_again() -> None:
    """Seen, confirmed, its block gone, confirmed in another: four facts, in this order."""
    address = "bc1qeldw4mqns26wew8swgpkt3fs364w3ehs046w2f"
    story = [
        {"mempool": [transaction(7, confirmed=False)]},
        {"confirmed": [transaction(7, block="a" * 64)]},
        {"removed": [transaction(7, confirmed=False)]},
        {"removed": [transaction(7, confirmed=False)]},
        {"confirmed": [transaction(7, block="b" * 64)]},
        {"removed": [transaction(7, confirmed=False)]},
    ]

    async def main() -> None:
        messages = [json.dumps({"multi-address-transactions": {address: told}}) for told in story]
        async with bench(PUSHED["mempool-ws"], tell(*messages)) as made:
            found = await told(made.source, 5)
            states = [(t.status, t.block[:1]) for t in found if isinstance(t, ChainTransfer)]
            assert states == [
                (TransferStatus.UNCONFIRMED, ""),
                (TransferStatus.CONFIRMED, "a"),
                (TransferStatus.REMOVED, ""),
                (TransferStatus.CONFIRMED, "b"),
                (TransferStatus.REMOVED, ""),
            ]

    run_virtual(main())
