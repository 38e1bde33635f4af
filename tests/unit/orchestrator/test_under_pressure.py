"""A whole system while something else hogs the machine, on a loop whose time is a number."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.domain.status import DomainStatus, LiveStatus, MachineUse
from supreme_system_v5.monitoring.backpressure import Backpressure, PressureLimits, PressureStep
from supreme_system_v5.monitoring.pressure_gauge import PressureGauge
from supreme_system_v5.monitoring.resource_monitor import Reading, ResourceMonitor
from supreme_system_v5.orchestrator.activity import Activity
from supreme_system_v5.orchestrator.master import MasterTradingOrchestrator
from supreme_system_v5.orchestrator.parts import LiveParts, Observer, RunLabels
from supreme_system_v5.ports import Clock
from tests.support.live_runs import LIVE, SECOND, session_of
from tests.support.soak_market import Soak, SoakFeed
from tests.support.virtual_loop import LoopClock, run_virtual

FROM_S, UNTIL_S, END_S = 120, 420, 800
CALM_S = 20
"""Before and after the hog, what is measured stays away from its edges."""


class Machine:
    """A core that is idle, but for a hog between two times."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._begin_ns = clock.monotonic_ns()

    def read(self) -> Reading:
        now_ns = self._clock.monotonic_ns() - self._begin_ns
        hogged = min(max(now_ns - FROM_S * SECOND, 0), (UNTIL_S - FROM_S) * SECOND)
        return Reading(
            process_ns=now_ns // 50,
            busy_ns=hogged + (now_ns - hogged) // 5,
            total_ns=now_ns,
            group_ns=None,
            group_cores=None,
            memory_bytes=70_000_000,
            peak_bytes=70_000_000,
            available_bytes=2_000_000_000,
            limit_bytes=4_000_000_000,
            open_files=9,
            threads=2,
        )


class Delays(Observer):
    """Remembers how long after their receipt trades were decided upon, and when."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.found: list[tuple[int, int]] = []

    def decided(self, after_ns: int) -> None:
        self.found.append((self._clock.monotonic_ns(), after_ns))


@dataclass
class Story:
    """What was seen each second: how it is, and what the machine is said to be."""

    statuses: list[LiveStatus] = field(default_factory=list)
    steps: list[PressureStep] = field(default_factory=list)
    delays: list[tuple[int, int]] = field(default_factory=list)
    paces: list[tuple[str, int]] = field(default_factory=list)

    def domain(self, name: str, second: int) -> DomainStatus:
        return self.statuses[second].domains[name]

    def machine(self, second: int) -> MachineUse:
        return self.statuses[second].machine


async def _run() -> Story:
    clock, activity, story = LoopClock(asyncio.get_running_loop()), Activity(), Story()
    delays = Delays(clock)
    session = session_of(activity)
    of = Soak(hours=1, warmup_minutes=100)
    parts = LiveParts(
        origin=LIVE,
        labels=RunLabels(version="1", mode="paper", data_source="soak", strategy="busy"),
        feed=SoakFeed(of, clock),
        session=session,
        activity=activity,
        observer=delays,
        machine=PressureGauge(
            ResourceMonitor(Machine(clock), clock.monotonic_ns()),
            Backpressure(PressureLimits()),
            story.steps.append,
            lambda: None,
        ),
        clock=clock,
        sleep=sleep_ns,
    )
    async with MasterTradingOrchestrator(parts, of.every) as master:
        for _ in range(END_S):
            story.statuses.append(master.status())
            await sleep_ns(SECOND)
    story.delays = delays.found
    story.paces = [
        (record.reason, record.details["interval_ns"] // SECOND)
        for record in session.engine.notes.records
        if record.kind == "pace"
    ]
    return story


@pytest.fixture(scope="module")
def story() -> Story:
    return run_virtual(_run(), grace_s=0.0)


def first(story: Story, multiplier: int, after_s: int = 0) -> int:
    """Return the second in which intervals were first stretched by so much."""
    return next(
        second
        for second in range(after_s + 10, END_S)
        if story.machine(second).multiplier == multiplier
    )


def test_intervals_double_twice_in_time_and_return_when_the_hog_has_gone(story: Story) -> None:
    twice, four = first(story, 2), first(story, 4)
    assert FROM_S + 45 <= twice <= FROM_S + 70  # 60 s on average above the limit
    assert twice + 55 <= four <= twice + 70
    once = first(story, 1, UNTIL_S)
    assert UNTIL_S + 60 <= once <= UNTIL_S + 200
    for name, usual in (("technical", 30), ("patterns", 60), ("mtf", 120)):
        seconds = [story.domain(name, at).interval_ns // SECOND for at in (60, twice, four, once)]
        assert seconds == [usual, 2 * usual, 4 * usual, usual]


def test_every_change_is_an_event_that_a_replay_sees(story: Story) -> None:
    technical = [seconds for name, seconds in story.paces if name == "technical"]
    assert technical[:2] == [60, 120]
    assert technical[-1] == 30
    assert {name for name, _ in story.paces} == {"technical", "patterns", "mtf"}
    assert [step.after for step in story.steps][:2] == ["x2", "x4"]
    assert story.steps[-1].after == "x1"


def test_judges_are_asked_less_often_and_risk_and_orders_as_often_as_ever(story: Story) -> None:
    def runs(name: str, begin_s: int, end_s: int) -> int:
        return story.domain(name, end_s).runs - story.domain(name, begin_s).runs

    hogged = (first(story, 4), UNTIL_S)
    calm = (CALM_S, FROM_S)
    for begin_s, end_s in (hogged, calm):
        assert abs(runs("upkeep", begin_s, end_s) - 2 * (end_s - begin_s)) <= 1
        assert abs(runs("resources", begin_s, end_s) - (end_s - begin_s) // 5) <= 1
    assert runs("mtf", *hogged) <= (hogged[1] - hogged[0]) // 480 + 1
    for second in range(END_S):
        task = story.domain("upkeep", second)
        assert (task.interval_ns, task.late, task.skipped) == (SECOND // 2, 0, 0)


def test_trades_are_decided_upon_at_once_whatever_the_load(story: Story) -> None:
    assert len(story.delays) > 600
    assert {delay for _, delay in story.delays} == {0}
