from __future__ import annotations

import asyncio
import json
import random
from contextlib import suppress
from typing import Any

import pytest

from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.domain.feeds import CalendarEntry
from supreme_system_v5.errors import SourceError
from supreme_system_v5.news_sources.forex_factory import ForexFactory
from supreme_system_v5.news_sources.http_client import HttpClient
from supreme_system_v5.news_sources.polled import PolledSource
from supreme_system_v5.news_sources.seen import Seen
from tests.support.adapters import NOW_NS, bad, one, read_json
from tests.support.fault_server import FAULTS, good, served
from tests.support.source_samples import FOREX
from tests.support.virtual_loop import LoopClock, run_virtual


def test_a_date_keeps_its_offset() -> None:
    first, _ = read_json(ForexFactory(), FOREX)
    assert first == CalendarEntry(
        source="forex-factory",
        title="Core CPI m/m",
        country="USD",
        due_ns=1_780_057_800 * 10**9,  # 12:30 UTC
        received_ns=NOW_NS,
        impact="High",
        forecast="0.3%",
        previous="0.2%",
    )


@pytest.mark.parametrize(
    "row",
    [
        {"title": ""},
        {"title": None},
        {"impact": "Huge"},
        {"impact": None},
        {"date": "soon"},
        {"date": None},
        {"country": 5},
    ],
)
def test_what_is_no_date(row: dict[str, Any]) -> None:
    assert len(bad(read_json(ForexFactory(), [{**FOREX[0], **row}]))) == 1


def test_what_is_not_forecast_is_empty() -> None:
    item = one(read_json(ForexFactory(), [{**FOREX[0], "forecast": None, "previous": 5}]))
    assert (item.forecast, item.previous, item.actual) == ("", "", "")


def test_an_outcome_is_a_new_version_of_the_same_date() -> None:
    before = one(read_json(ForexFactory(), [FOREX[0]]))
    after = one(read_json(ForexFactory(), [{**FOREX[0], "actual": "0.4%"}]))
    assert before.identity == after.identity
    assert before.version != after.version


def test_it_is_left_alone_after_a_failure() -> None:
    """Once an hour when all is well, once in 15 minutes when not, and never twice in one poll."""

    async def main() -> None:
        clock = LoopClock(asyncio.get_running_loop())
        async with (
            served() as server,
            HttpClient(
                clock=clock,
                sleep=sleep_ns,
                chance=random.Random(1),
                test_origins=frozenset({server.url}),
            ) as client,
        ):
            polled = PolledSource(
                ForexFactory(server.url), client=client, clock=clock, sleep=sleep_ns, seen=Seen()
            )
            server.reply = FAULTS["429"].reply(b"")
            asked = []
            for minute in range(0, 130, 10):
                if minute == 50:
                    server.reply = good(json.dumps(FOREX).encode())
                with suppress(SourceError):
                    await polled.poll()
                asked.append((minute, len(server.requests)))
                await sleep_ns(600 * 10**9)
            times = [minute for minute, count in asked if (minute - 10, count) not in asked]
            assert times == [0, 20, 40, 60, 120]
            assert len(server.requests) == len(times)

    run_virtual(main())
