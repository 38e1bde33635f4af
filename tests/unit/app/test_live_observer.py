"""What a live run tells, and to whom."""

from __future__ import annotations

import msgspec

from supreme_system_v5.app.live_observer import LiveObserver
from supreme_system_v5.domain.status import Alert, AlertKind
from supreme_system_v5.monitoring.backpressure import PressureStep, Resource
from supreme_system_v5.monitoring.metrics import Metrics
from tests.support.monitored import well


class Lines:
    """A log that remembers its lines, with their levels."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, dict[str, object]]] = []

    def event(self, name: str, /, **details: object) -> None:
        self.lines.append(("info", name, details))

    def warning(self, name: str, /, **details: object) -> None:
        self.lines.append(("warning", name, details))

    def failure(self, name: str, error: BaseException | None = None, /, **details: object) -> None:
        self.lines.append(("error", name, {**details, "raised": error}))


class Owner:
    def __init__(self) -> None:
        self.told: list[Alert] = []

    def notify(self, alert: Alert, /) -> None:
        self.told.append(alert)


def step(*, worse: bool) -> PressureStep:
    return PressureStep(
        time_ns=1, resource=Resource.CPU, before="x1", after="x2", worse=worse, measured=95.0,
        limit=88.0, text="too much to do",
    )  # fmt: skip


def test_an_alert_is_logged_and_told_to_every_owner() -> None:
    log = Lines()
    owners = Owner(), Owner()
    observer = LiveObserver(log, owners)
    alert = Alert(kind=AlertKind.HALT, title="halted", text="why", urgent=True, time_ns=1)
    observer.alert(alert)
    assert [owner.told for owner in owners] == [[alert]] * 2
    said = {"kind": "halt", "title": "halted", "text": "why"}
    assert log.lines == [("warning", "alert", said)]
    observer.alert(msgspec.structs.replace(alert, urgent=False))
    assert log.lines[1] == ("info", "alert", said)


def test_pressure_is_logged_and_counted_and_told_when_it_is_worse() -> None:
    log = Lines()
    owner = Owner()
    observer = LiveObserver(log, [owner])
    observer.pressure(step(worse=True), 5)
    metrics = Metrics(well)
    observer.measure(metrics)
    observer.pressure(step(worse=True), 6)
    observer.pressure(step(worse=False), 7)
    assert [alert.time_ns for alert in owner.told] == [5, 6]
    levels = [(level, event) for level, event, _ in log.lines if event == "pressure"]
    assert levels == [("warning", "pressure")] * 2 + [("info", "pressure")]
    page = metrics.render()[0].decode()
    assert 'supreme_pressure_steps_total{resource="cpu"} 2.0' in page


def test_times_are_counted_once_there_is_somebody_to_ask() -> None:
    observer = LiveObserver(Lines())
    observer.worked(1_000, 1)
    observer.decided(1_000)
    metrics = Metrics(well)
    observer.measure(metrics)
    observer.worked(64_000, 64)
    observer.decided(200_000)
    page = metrics.render()[0].decode()
    assert "optimized_indicator_latency_seconds_count 1.0" in page
    assert "supreme_tick_to_decision_seconds_count 1.0" in page


def test_what_a_feed_wants_to_be_seen_is_logged() -> None:
    log, error = Lines(), ValueError("no")
    observer = LiveObserver(log)
    observer.complain("refused", "60018 wrong URL")
    observer.complain("notice", "closing soon")
    observer.note("warmed_up", minutes=3)
    observer.note("domain_failed", domain="news", error="x")
    observer.note("domain_failed", domain="news", error=error)
    assert log.lines == [
        ("warning", "feed", {"kind": "refused", "text": "60018 wrong URL"}),
        ("info", "feed", {"kind": "notice", "text": "closing soon"}),
        ("info", "warmed_up", {"minutes": 3}),
        ("warning", "domain_failed", {"domain": "news", "error": "x"}),
        ("error", "domain_failed", {"domain": "news", "raised": error}),
    ]
