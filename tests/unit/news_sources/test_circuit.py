from __future__ import annotations

import pytest

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.errors import SourceError
from supreme_system_v5.news_sources.circuit import Circuit
from tests.fakes.clock import ManualClock

SECOND = 10**9


def test_it_opens_after_failures_in_a_row_and_one_attempt_decides() -> None:
    clock = ManualClock()
    circuit = Circuit(clock, threshold=3, open_ns=60 * SECOND)
    for failed in (True, True, False, True, True):
        circuit.check("a.org")
        circuit.failed() if failed else circuit.succeeded()
    circuit.check("a.org")
    circuit.failed()
    with pytest.raises(
        SourceError, match=r"a\.org failed too often: not asked for another 60 s"
    ) as e:
        circuit.check("a.org")
    assert (e.value.kind, e.value.retry_after_ns) == (FaultKind.WAITING, 60 * SECOND)
    clock.advance_ns(60 * SECOND)
    circuit.check("a.org")
    circuit.failed()
    assert circuit.wait_ns == 60 * SECOND, "still broken: open again at once"
    clock.advance_ns(60 * SECOND)
    circuit.succeeded()
    circuit.failed()
    circuit.check("a.org")


def test_a_pause_asked_for_is_kept_and_a_shorter_one_does_not_end_it() -> None:
    clock = ManualClock()
    circuit = Circuit(clock)
    circuit.pause(10 * SECOND)
    circuit.pause(2 * SECOND)
    clock.advance_ns(9 * SECOND)
    with pytest.raises(SourceError, match=r"asked us to wait: not asked for another 1 s"):
        circuit.check("a.org")
    clock.advance_ns(SECOND)
    circuit.check("a.org")
