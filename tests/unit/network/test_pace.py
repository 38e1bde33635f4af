from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.network.pace import Pace

SECOND = 10**9


class Time:
    """A clock that passes when somebody waits."""

    def __init__(self) -> None:
        self.now_ns = 5 * SECOND

    def time_ns(self) -> int:
        return self.now_ns

    def monotonic_ns(self) -> int:
        return self.now_ns

    async def sleep(self, duration_ns: int, /) -> None:
        self.now_ns += duration_ns


@given(
    st.lists(st.tuples(st.sampled_from([1.0, 2.0, 4.0, 0.5]), st.integers(0, SECOND)), max_size=80)
)
def test_what_is_taken_stays_within_the_budget(wishes: list[tuple[float, int]]) -> None:
    time = Time()
    pace = Pace(20, 2 * SECOND, clock=time, sleep=time.sleep)
    taken: list[tuple[int, float]] = []

    async def main() -> None:
        for weight, idle_ns in wishes:
            time.now_ns += idle_ns
            await pace.take(weight)
            taken.append((time.now_ns, weight))

    asyncio.run(main())
    for start, _ in taken:
        within = sum(weight for at, weight in taken if start <= at < start + 2 * SECOND)
        assert within <= 40
    # Nobody waits longer than it takes to refill what was taken.
    total = sum(weight for _, weight in taken)
    idle = sum(idle_ns for _, idle_ns in wishes)
    assert time.now_ns <= 5 * SECOND + idle + total / 20 * 2 * SECOND + len(wishes)


def test_those_who_wait_are_served_in_order() -> None:
    time = Time()
    pace = Pace(1, SECOND, clock=time, sleep=time.sleep)

    async def main() -> None:
        for number in range(5):
            await pace.take()
            assert time.now_ns == (5 + number) * SECOND

    asyncio.run(main())
