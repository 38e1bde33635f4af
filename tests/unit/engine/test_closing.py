from __future__ import annotations

import pytest

from supreme_system_v5.domain import Report
from supreme_system_v5.engine.closing import Closing

SECOND = 10**9


def test_each_that_fails_doubles_the_pause_up_to_a_minute() -> None:
    closing, now, pauses = Closing(), 0, []
    for number in range(1, 40, 4):
        assert not closing.waits(now)
        closing.sent(number)
        assert closing.ended(Report("REJECTED", number, now, "LOT_SIZE"), now)
        assert closing.again_ns is not None
        assert closing.waits(closing.again_ns - 1)
        pauses.append((closing.again_ns - now) // SECOND)
        now = closing.again_ns
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]


def test_one_that_fills_begins_anew() -> None:
    closing = Closing()
    closing.failed(0)
    closing.sent(5)
    assert closing.ended(Report("FILLED", 5, 9, filled=7), 9)
    assert closing.again_ns is None
    closing.failed(10)
    assert closing.again_ns == 10 + SECOND


@pytest.mark.parametrize("number", [0, 1, 9])
def test_another_order_is_none_of_its_business(number: int) -> None:
    closing = Closing()
    closing.sent(5)
    assert not closing.ended(Report("FILLED", number, 9, filled=7), 9)
