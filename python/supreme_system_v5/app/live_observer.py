"""What a live run tells: metrics, the log, its owner. One place, so that nothing is told twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from supreme_system_v5.domain.status import Alert
from supreme_system_v5.orchestrator.parts import Observer

if TYPE_CHECKING:
    from supreme_system_v5.monitoring.backpressure import PressureStep
    from supreme_system_v5.monitoring.metrics import Metrics
    from supreme_system_v5.ports import Notifier

__all__ = ["EventLog", "LiveObserver", "NoteEvent"]

NoteEvent = Callable[..., None]
_WORTH_A_LOOK = frozenset(
    {"account", "domain_failed", "last_run_unread", "not_saved", "strategy_error"}
)
_COMPLAINTS = frozenset({"lost", "refused", "given_up"})


class EventLog(Protocol):
    """A log with levels. Real: `supreme_system_v5.control.logs.Log`."""

    def event(self, name: str, /, **details: object) -> None:
        """Write what is as it should be."""
        ...

    def warning(self, name: str, /, **details: object) -> None:
        """Write what is worth a look."""
        ...

    def failure(self, name: str, error: BaseException | None = None, /, **details: object) -> None:
        """Write what failed, with where."""
        ...


class LiveObserver(Observer):
    """Hands on what an orchestrator notices.

    Args:
        log: Takes events, by how much they matter.
        notifiers: Tell the owner.
    """

    __slots__ = ("_log", "_metrics", "_notifiers")

    def __init__(self, log: EventLog, notifiers: Sequence[Notifier] = ()) -> None:
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
        """Write it into the log; an exception with where it was raised."""
        error = details.get("error")
        if isinstance(error, BaseException):
            self._log.failure(event, error, **{k: v for k, v in details.items() if k != "error"})
        elif event in _WORTH_A_LOOK:
            self._log.warning(event, **details)
        else:
            self._log.event(event, **details)

    def alert(self, alert: Alert) -> None:
        """Write it into the log, and tell the owner."""
        write = self._log.warning if alert.urgent else self._log.event
        write("alert", kind=str(alert.kind), title=alert.title, text=alert.text)
        for notifier in self._notifiers:
            notifier.notify(alert)

    def complain(self, kind: str, text: str) -> None:
        """Hear what a feed wants a person to see."""
        write = self._log.warning if kind in _COMPLAINTS else self._log.event
        write("feed", kind=kind, text=text)

    def pressure(self, step: PressureStep, now_ns: int) -> None:
        """Hear that something gives way, or comes back."""
        write = self._log.warning if step.worse else self._log.event
        write("pressure", resource=str(step.resource), before=step.before, after=step.after)
        if self._metrics is not None:
            self._metrics.count_step(step)
        if step.worse:
            self.alert(step.alert(now_ns))
