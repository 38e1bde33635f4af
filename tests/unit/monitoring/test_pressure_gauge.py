from __future__ import annotations

import msgspec
import pytest

from supreme_system_v5.monitoring.backpressure import (
    Backpressure,
    PressureLimits,
    PressureStep,
    Resource,
)
from supreme_system_v5.monitoring.pressure_gauge import PressureGauge
from supreme_system_v5.monitoring.resource_monitor import Reading, ResourceMonitor

S = 1_000_000_000
MB = 1_000_000
IDLE = Reading(
    process_ns=0,
    busy_ns=0,
    total_ns=0,
    group_ns=None,
    group_cores=None,
    memory_bytes=70 * MB,
    peak_bytes=70 * MB,
    available_bytes=2_000 * MB,
    limit_bytes=4_000 * MB,
    open_files=9,
    threads=2,
)


class Busy:
    """A machine of one core with a load and a use of memory that a test sets."""

    def __init__(self) -> None:
        self.reading = IDLE

    def pass_s(self, seconds: int, *, load: float = 0.0, memory: int = 70) -> None:
        self.reading = msgspec.structs.replace(
            self.reading,
            busy_ns=self.reading.busy_ns + round(seconds * load * S),
            total_ns=self.reading.total_ns + seconds * S,
            memory_bytes=memory * MB,
        )

    def read(self) -> Reading:
        return self.reading


class Story:
    def __init__(self) -> None:
        self.machine = Busy()
        self.steps: list[PressureStep] = []
        self.released = 0
        self.now_ns = 0
        self.gauge = PressureGauge(
            ResourceMonitor(self.machine, 0),
            Backpressure(PressureLimits()),
            self.steps.append,
            self._release,
        )
        self.multipliers: list[int] = []

    def _release(self) -> None:
        self.released += 1

    def go(self, seconds: int, *, load: float = 0.0, memory: int = 70) -> None:
        for _ in range(seconds // 5):
            self.machine.pass_s(5, load=load, memory=memory)
            self.now_ns += 5 * S
            self.multipliers.append(self.gauge(self.now_ns).multiplier)


def test_a_hog_doubles_the_intervals_twice_and_they_return_when_it_is_gone() -> None:
    story = Story()
    story.go(300, load=0.3)
    assert set(story.multipliers) == {1}
    story.go(45, load=1.0)
    assert story.multipliers[-1] == 1  # the minute's mean still holds the quiet before
    story.go(15, load=1.0)
    assert story.multipliers[-1] == 2
    story.go(60, load=1.0)
    assert story.multipliers[-1] == 4
    story.go(250, load=0.3)
    assert story.multipliers[-1] == 1
    assert story.steps[-1].after == "x1"
    assert {step.resource for step in story.steps} == {Resource.CPU}
    assert story.released == 0


@pytest.mark.parametrize(
    ("memory", "released"),
    [((100, 200), 0), ((200, 310), 1), ((310, 410, 410), 2), ((410, 100), 1)],
)
def test_memory_is_given_back_when_it_becomes_short_and_only_then(
    memory: tuple[int, ...], released: int
) -> None:
    story = Story()
    for amount in memory:
        story.go(5, memory=amount)
    assert story.released == released
