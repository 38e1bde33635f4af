"""What a live run is made of."""

from __future__ import annotations

from supreme_system_v5.domain.status import Alert, AlertKind
from supreme_system_v5.orchestrator.parts import Intervals, Observer


def test_the_intervals_are_those_of_the_papers() -> None:
    every, second = Intervals(), 10**9
    assert (every.technical_ns, every.patterns_ns, every.mtf_ns) == (
        30 * second, 60 * second, 120 * second,
    )  # fmt: skip
    assert every.news_ns == every.whales_ns == 600 * second


def test_an_observer_that_does_not_care_takes_everything() -> None:
    observer = Observer()
    observer.worked(1, 2)
    observer.decided(3)
    observer.note("warmed_up", minutes=1)
    observer.alert(Alert(kind=AlertKind.HALT, title="t", text="", urgent=True, time_ns=1))
