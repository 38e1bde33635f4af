from __future__ import annotations

from supreme_system_v5.domain.feeds import FaultKind, SourceHealth
from supreme_system_v5.errors import SourceError
from supreme_system_v5.news_sources.health import HealthRecord


def test_every_fault_is_counted_and_the_last_one_told() -> None:
    record = HealthRecord("a")
    assert record.snapshot() == SourceHealth(source="a")
    record.failed(SourceError("late", FaultKind.TIMEOUT))
    record.failed(SourceError("late again", FaultKind.TIMEOUT))
    record.fault(FaultKind.BAD_ITEM, "no title", 3)
    health = record.snapshot()
    assert health.faults == {FaultKind.BAD_ITEM: 3, FaultKind.TIMEOUT: 2}
    assert (health.last_fault, health.failures_in_a_row) == ("no title", 2)


def test_a_success_ends_the_row_and_keeps_the_counts() -> None:
    record = HealthRecord("a")
    record.failed(SourceError("?"))
    record.succeeded(5)
    health = record.snapshot()
    assert (health.last_success_ns, health.failures_in_a_row) == (5, 0)
    assert health.faults == {FaultKind.UNEXPECTED: 1}


def test_a_snapshot_does_not_change_afterwards() -> None:
    record = HealthRecord("a")
    before = record.snapshot()
    record.fault(FaultKind.RESET, "x")
    assert before.faults == {}
