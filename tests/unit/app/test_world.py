from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.app.world import portion


def test_where_nobody_listens_nothing_is_told() -> None:
    assert portion(None, 10) is None


@given(st.lists(st.integers(0, 50)))
def test_parts_of_the_whole_rise_to_one_and_never_beyond(steps: list[int]) -> None:
    told: list[float] = []
    tell = portion(told.append, sum(steps))
    assert tell is not None
    for step in steps:
        tell(step)
    assert told == sorted(told)
    assert all(0 <= part <= 1 for part in told)
    assert not any(steps) or told[-1] == 1.0


def test_more_than_was_announced_is_still_one() -> None:
    told: list[float] = []
    tell = portion(told.append, 4)
    assert tell is not None
    for step in (1, 2, 9):
        tell(step)
    assert told == [0.25, 0.75, 1.0]
