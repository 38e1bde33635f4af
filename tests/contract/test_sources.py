"""What every source does, whatever the other side does: each of them, on each bad day."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import msgspec
import pytest

from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.domain.feeds import FaultKind, Item, SourceHealth
from supreme_system_v5.errors import SourceError
from supreme_system_v5.news_sources.http_client import HttpClient, HttpLimits
from supreme_system_v5.news_sources.polled import PolledSource
from supreme_system_v5.news_sources.seen import Seen
from supreme_system_v5.ports import Source
from tests.fakes.sources import FakeSource
from tests.support.fault_server import FAULTS, Fault, FaultServer, good, served
from tests.support.source_samples import KEY, POLLED, Polled
from tests.support.virtual_loop import LoopClock, run_virtual

A_DAY_S = 86_400
LONGEST_POLL_S = 3 * 20 + 2 * 31
"""Three attempts of 20 s, and what is waited between them at most."""

PAIRS = [
    pytest.param(POLLED[source], FAULTS[fault], id=f"{source}: {fault}")
    for source in POLLED
    for fault in FAULTS
    if ("json" if POLLED[source].is_json else "xml") in FAULTS[fault].of.split()
]


@dataclass
class Bench:
    """A source, and the server that it asks."""

    source: Source
    server: FaultServer
    clock: LoopClock


@asynccontextmanager
async def bench(sample: Polled, *, attempts: int = 3) -> AsyncIterator[Bench]:
    clock = LoopClock(asyncio.get_running_loop())
    async with (
        served() as server,
        HttpClient(
            clock=clock,
            sleep=sleep_ns,
            chance=random.Random(1),
            keys=[KEY],
            limits=HttpLimits(attempts=attempts),
            test_origins=frozenset({server.url}),
        ) as client,
    ):
        source = PolledSource(
            sample.make(server.url), client=client, clock=clock, sleep=sleep_ns, seen=Seen()
        )
        server.reply = good(sample.body)
        yield Bench(source, server, clock)


async def asked(source: Source) -> tuple[tuple[Item, ...], SourceError | None]:
    try:
        return await source.poll(), None
    except SourceError as error:
        return (), error


def shown(health: SourceHealth, error: SourceError | None) -> str:
    return f"{error!r} {error} {msgspec.json.encode(health).decode()}"


def told(items: tuple[Item, ...]) -> list[tuple[str, str]]:
    """What is told, whatever port the server had."""
    return sorted((re.sub(r":\d{2,5}/", "/", item.identity), item.version) for item in items)


def test_there_are_sources_and_faults() -> None:
    assert len(POLLED) >= 8
    assert len(FAULTS) > 60
    assert len(PAIRS) > 500


@pytest.mark.parametrize("sample", POLLED.values(), ids=POLLED.keys())
def test_a_good_answer_is_told_once(sample: Polled) -> None:
    async def main() -> None:
        async with bench(sample) as made:
            assert isinstance(made.source, Source)
            assert made.source.health().last_success_ns is None
            first = await made.source.poll()
            assert len(first) == sample.count == len(set(told(first)))
            assert all(item.source == made.source.name for item in first)
            for _ in range(3):
                await asyncio.sleep(A_DAY_S)
                assert await made.source.poll() == ()
            health = made.source.health()
            assert (health.items, health.faults) == (sample.count, {})
            assert health.duplicates == 3 * sample.count
            assert health.last_success_ns == made.clock.time_ns()

    run_virtual(main())


@pytest.mark.parametrize(("sample", "fault"), PAIRS)
def test_on_a_bad_day(sample: Polled, fault: Fault) -> None:
    """It ends in time, says what was wrong, shows no key, loses nothing and repeats nothing."""

    async def main() -> None:
        async with bench(sample) as made:
            wanted = told(await made.source.poll())
        async with bench(sample) as made:
            made.server.reply = fault.reply(sample.body)
            began = made.clock.monotonic_ns()
            found, error = await asked(made.source)
            assert made.clock.monotonic_ns() - began <= LONGEST_POLL_S * 10**9
            health = made.source.health()
            if fault.kinds:
                assert found == ()
                assert set(health.faults) & fault.kinds, health
                assert FaultKind.UNEXPECTED not in health.faults, health
                assert health.last_fault
            else:
                assert (error, health.faults) == (None, {})
            assert KEY.reveal() not in shown(health, error)
            assert made.server.sent < 6 * 3 * 1_024 * 1_024, "it read on and on"

            made.server.reply = good(sample.body)
            await asyncio.sleep(A_DAY_S)
            found += await made.source.poll()
            assert told(found) == wanted
            assert made.source.health().failures_in_a_row == 0
            await asyncio.sleep(A_DAY_S)
            assert await made.source.poll() == ()

    run_virtual(main())


@pytest.mark.parametrize("sample", POLLED.values(), ids=POLLED.keys())
def test_an_error_told_with_status_200_is_an_error(sample: Polled) -> None:
    async def main() -> None:
        for answer in sample.error_answers:
            async with bench(sample) as made:
                made.server.reply = good(answer)
                found, error = await asked(made.source)
                assert found == ()
                assert error is not None
                assert error.kind == FaultKind.ERROR_ANSWER
                assert KEY.reveal() not in shown(made.source.health(), error)
                assert made.source.health().last_success_ns is None

    run_virtual(main())


@pytest.mark.parametrize("sample", POLLED.values(), ids=POLLED.keys())
def test_nobody_listening_is_a_fault(sample: Polled) -> None:
    async def main() -> None:
        async with bench(sample) as made:
            await made.server.stop()
            found, error = await asked(made.source)
            assert (found, error and error.kind) == ((), FaultKind.CONNECT)
            assert made.source.health().faults == {FaultKind.CONNECT: 1}

    run_virtual(main())


@pytest.mark.parametrize("sample", POLLED.values(), ids=POLLED.keys())
def test_what_has_not_changed_is_not_sent_again(sample: Polled) -> None:
    async def main() -> None:
        async with bench(sample) as made:
            made.server.reply = good(sample.body, ETag='"one"', Last_Modified="Thu, 28 May 2026")
            assert len(await made.source.poll()) == sample.count
            made.server.reply = FAULTS["304 unasked"].reply(b"")
            await asyncio.sleep(A_DAY_S)
            assert await made.source.poll() == ()
            assert 'If-None-Match: "one"' in made.server.requests[-1]
            assert made.source.health().last_success_ns == made.clock.time_ns()

    run_virtual(main())


@pytest.mark.parametrize("sample", POLLED.values(), ids=POLLED.keys())
def test_a_broken_answer_is_asked_for_again_in_full(sample: Polled) -> None:
    """Its ETag is not kept, or what it held would be lost for good."""

    async def main() -> None:
        async with bench(sample) as made:
            made.server.reply = good(sample.body[:-40], ETag='"one"')
            await asked(made.source)
            await asyncio.sleep(A_DAY_S)
            made.server.reply = good(sample.body, ETag='"one"')
            assert len(await made.source.poll()) == sample.count
            assert "If-None-Match" not in made.server.requests[-1]

    run_virtual(main())


def test_the_fake_keeps_the_same_promises() -> None:
    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        async with bench(POLLED["rss"]) as made:
            items = await made.source.poll()
        fake = FakeSource("fake", clock, [items, FaultKind.AUTH, items])
        assert isinstance(fake, Source)
        assert fake.health().last_success_ns is None
        assert await fake.poll() == items
        found, error = await asked(fake)
        assert (found, error and error.kind) == ((), FaultKind.AUTH)
        assert fake.health().failures_in_a_row == 1
        assert await fake.poll() == ()
        assert fake.health().duplicates == len(items)

    run_virtual(main())
