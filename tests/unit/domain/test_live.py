"""What a live feed tells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.domain.live import ClockReading

TIMES = st.integers(0, 2**62)


@given(sent=TIMES, taken=st.integers(0, 10**12), ahead=st.integers(-(10**15), 10**15))
def test_a_clock_is_only_called_wrong_where_the_way_there_and_back_cannot_explain_it(
    sent: int, taken: int, ahead: int
) -> None:
    asked_at = sent + taken // 2
    reading = ClockReading(server_ns=asked_at + ahead, sent_ns=sent, received_ns=sent + taken)
    assert abs(reading.ahead_ns) <= abs(ahead)
    assert abs(reading.ahead_ns) >= abs(ahead) - taken
    assert reading.ahead_ns == 0 or (reading.ahead_ns > 0) == (ahead > 0)


@pytest.mark.parametrize(("server", "ahead"), [(99, -1), (100, 0), (110, 0), (111, 1)])
def test_the_bounds(server: int, ahead: int) -> None:
    assert ClockReading(server_ns=server, sent_ns=100, received_ns=110).ahead_ns == ahead
