"""Moving windows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.exchanges.simulator.limits import Windows


@given(st.lists(st.integers(0, 400), max_size=60), st.integers(1, 5), st.integers(1, 300))
def test_no_window_holds_more_than_allowed(times: list[int], most: int, window: int) -> None:
    windows = Windows()
    allowed = [now for now in sorted(times) if windows.allow("a", most, window, now)]
    for now in range(max(times, default=0) + 1):
        assert sum(now - window < time <= now for time in allowed) <= most


def test_weights_and_keys_are_kept_apart() -> None:
    windows = Windows()
    assert windows.allow("a", 10, 100, 0, 7)
    assert not windows.allow("a", 10, 100, 1, 4)
    assert windows.allow("b", 10, 100, 1, 4)
    assert windows.used("a", 100, 50) == 7
    assert windows.used("a", 100, 100) == 0
    windows.forget("b")
    assert windows.used("b", 100, 1) == 0
