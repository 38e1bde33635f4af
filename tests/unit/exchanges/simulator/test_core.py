"""The server's clock, and limits that may be off."""

from __future__ import annotations

import random

from supreme_system_v5.exchanges.simulator.core import Core
from supreme_system_v5.exchanges.simulator.faults import Faults
from supreme_system_v5.exchanges.simulator.market import Market
from supreme_system_v5.exchanges.simulator.sources import InventedMarket
from tests.fakes.clock import ManualClock
from tests.support.simulated import sleep_virtual

S = 10**9


def made(*, enforced: bool = True) -> tuple[Core, ManualClock]:
    clock, chance = ManualClock(), random.Random(1)
    market = Market(InventedMarket("calm", chance), start_ns=clock.time_ns())
    core = Core(
        clock=clock,
        sleep=sleep_virtual,
        chance=chance,
        market=market,
        faults=Faults(clock, chance),
        enforced=enforced,
    )
    return core, clock


def test_its_clock_may_be_off_and_drift() -> None:
    core, clock = made()
    assert core.server_ns() == clock.time_ns()
    core.offset_ns, core.drift, core.offset_since_ns = 3 * S, 0.5, clock.monotonic_ns()
    clock.advance_ns(10 * S)
    assert core.server_ns() == clock.time_ns() + 8 * S
    assert core.server_ms() == core.server_ns() // 10**6


def test_limits_hold_unless_they_are_off() -> None:
    core, _ = made()
    assert [core.allow("a", 2, 1.0) for _ in range(3)] == [True, True, False]
    core, _ = made(enforced=False)
    assert [core.allow("a", 2, 1.0) for _ in range(3)] == [True, True, True]


def test_tokens_are_eight_arbitrary_letters() -> None:
    core, _ = made()
    assert len({core.token() for _ in range(50)}) == 50
    assert len(core.token()) == 8
