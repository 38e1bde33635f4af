"""What an orchestrator asks every few seconds: what is used, and what gives way."""

from __future__ import annotations

from collections.abc import Callable

from supreme_system_v5.domain.status import MachineUse
from supreme_system_v5.monitoring.backpressure import Backpressure, PressureStep
from supreme_system_v5.monitoring.resource_monitor import ResourceMonitor

__all__ = ["PressureGauge"]


class PressureGauge:
    """Reads, judges, and tells each step to whom it concerns.

    Args:
        monitor: Reads.
        pressure: Judges.
        on_step: Told of each change, once: to log it, to count it, to tell the owner.
        release: Gives memory back; called when memory becomes short.
    """

    __slots__ = ("_monitor", "_on_step", "_pressure", "_release")

    def __init__(
        self,
        monitor: ResourceMonitor,
        pressure: Backpressure,
        on_step: Callable[[PressureStep], None],
        release: Callable[[], object],
    ) -> None:
        self._monitor = monitor
        self._pressure = pressure
        self._on_step = on_step
        self._release = release

    def __call__(self, now_ns: int) -> MachineUse:
        """Return what is used at a monotonic time, with what holds from now on written into it."""
        use = self._monitor.sample(now_ns)
        verdict = self._pressure.judge(now_ns, use)
        for step in verdict.steps:
            self._on_step(step)
        if any(step.releases for step in verdict.steps):
            self._release()
        return verdict.on(use)
