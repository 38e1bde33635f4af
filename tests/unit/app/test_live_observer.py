"""What a live run tells, and to whom."""

from __future__ import annotations

from supreme_system_v5.app.live_observer import LiveObserver
from supreme_system_v5.domain.status import Alert, AlertKind
from supreme_system_v5.monitoring.backpressure import PressureStep, Resource
from supreme_system_v5.monitoring.metrics import Metrics
from tests.support.monitored import well


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
    log: list[tuple[str, dict[str, object]]] = []
    owners = Owner(), Owner()
    observer = LiveObserver(lambda event, **more: log.append((event, more)), owners)
    alert = Alert(kind=AlertKind.HALT, title="halted", text="why", urgent=True, time_ns=1)
    observer.alert(alert)
    assert [owner.told for owner in owners] == [[alert]] * 2
    assert log == [("alert", {"kind": "halt", "title": "halted", "text": "why"})]


def test_pressure_is_logged_and_counted_and_told_when_it_is_worse() -> None:
    log: list[str] = []
    owner = Owner()
    observer = LiveObserver(lambda event, **_: log.append(event), [owner])
    observer.pressure(step(worse=True), 5)
    metrics = Metrics(well)
    observer.measure(metrics)
    observer.pressure(step(worse=True), 6)
    observer.pressure(step(worse=False), 7)
    assert [alert.time_ns for alert in owner.told] == [5, 6]
    assert log == ["pressure", "alert", "pressure", "alert", "pressure"]
    page = metrics.render()[0].decode()
    assert 'supreme_pressure_steps_total{resource="cpu"} 2.0' in page


def test_times_are_counted_once_there_is_somebody_to_ask() -> None:
    observer = LiveObserver(lambda *_, **__: None)
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
    log: list[tuple[str, dict[str, object]]] = []
    observer = LiveObserver(lambda event, **more: log.append((event, more)))
    observer.complain("refused", "60018 wrong URL")
    observer.note("warmed_up", minutes=3)
    assert log == [
        ("feed", {"kind": "refused", "text": "60018 wrong URL"}), ("warmed_up", {"minutes": 3}),
    ]  # fmt: skip
