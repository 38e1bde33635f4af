"""What a live run tells: metrics, the log, its owner. One place, so that nothing is told twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from supreme_system_v5.domain.status import Alert
from supreme_system_v5.orchestrator.parts import Observer

if TYPE_CHECKING:
    from supreme_system_v5.monitoring.backpressure import PressureStep
    from supreme_system_v5.monitoring.metrics import Metrics
    from supreme_system_v5.ports import Notifier

__all__ = ["LiveObserver", "NoteEvent"]

NoteEvent = Callable[..., None]


class LiveObserver(Observer):
    """Hands on what an orchestrator notices.

    Args:
        log: Takes the name of an event and its details.
        notifiers: Tell the owner.
    """

    __slots__ = ("_log", "_metrics", "_notifiers")

    def __init__(self, log: NoteEvent, notifiers: Sequence[Notifier] = ()) -> None:
        self._log = log
        self._notifiers = tuple(notifiers)
        self._metrics: Metrics | None = None

    def tell(self, notifier: Notifier) -> None:
        """Let somebody more be told of alerts from now on."""
        self._notifiers += (notifier,)

    def measure(self, metrics: Metrics) -> None:
        """Let times be counted from now on."""
        self._metrics = metrics

    def worked(self, took_ns: int, trades: int) -> None:
        """Count what the market took for some trades."""
        if self._metrics is not None:
            self._metrics.worked(took_ns, trades)

    def decided(self, after_ns: int) -> None:
        """Count how long after their receipt trades were decided upon."""
        if self._metrics is not None:
            self._metrics.observe_decision_ns(after_ns)

    def note(self, event: str, **details: object) -> None:
        """Write it into the log."""
        self._log(event, **details)

    def alert(self, alert: Alert) -> None:
        """Write it into the log, and tell the owner."""
        self._log("alert", kind=str(alert.kind), title=alert.title, text=alert.text)
        for notifier in self._notifiers:
            notifier.notify(alert)

    def complain(self, kind: str, text: str) -> None:
        """Hear what a feed wants a person to see."""
        self._log("feed", kind=kind, text=text)

    def pressure(self, step: PressureStep, now_ns: int) -> None:
        """Hear that something gives way, or comes back."""
        self._log("pressure", resource=str(step.resource), before=step.before, after=step.after)
        if self._metrics is not None:
            self._metrics.count_step(step)
        if step.worse:
            self.alert(step.alert(now_ns))
