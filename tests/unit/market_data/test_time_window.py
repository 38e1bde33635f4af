from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.market_data import BarChunk, Dropped, TimeWindow, TradeChunk
from tests.fakes.trades import HOUR_NS, SECOND_NS, chunk_of, cut

seconds = st.integers(0, 40)
bounds = st.none() | st.integers(-2, 42)


def at(second: int | None) -> int | None:
    return None if second is None else HOUR_NS + second * SECOND_NS


def rows_of(chunks: Sequence[TradeChunk | BarChunk]) -> list[tuple[int, float]]:
    trades = [chunk for chunk in chunks if isinstance(chunk, TradeChunk)]
    return [row for one in trades for row in zip(one.timestamps_ns, one.prices, strict=True)]


@given(st.lists(seconds), st.lists(st.integers(1, 9), min_size=1), bounds, bounds)
def test_exactly_the_rows_within_are_left_in_their_order(
    times: list[int], lengths: list[int], first: int | None, last: int | None
) -> None:
    if first is not None and last is not None and first >= last:
        first, last = last, first + 1
    chunk = chunk_of([(float(time), float(place)) for place, time in enumerate(times, 1)])
    window = TimeWindow(from_ns=at(first), to_ns=at(last))
    low, high = (-9 if first is None else first), (99 if last is None else last)
    expected = [
        (HOUR_NS + time * SECOND_NS, float(place))
        for place, time in enumerate(times, 1)
        if low <= time < high
    ]
    assert rows_of(list(window.of(cut(chunk, lengths)))) == expected


def test_what_lies_within_is_passed_on_as_it_is() -> None:
    chunks = [chunk_of([(0, 1.0), (5, 2.0)]), chunk_of([(6, 3.0)])]
    whole, within = TimeWindow(), TimeWindow(from_ns=at(0), to_ns=at(7))
    for window in (whole, within):
        assert [id(chunk) for chunk in window.of(chunks)] == [id(chunk) for chunk in chunks]


def test_what_readers_dropped_is_told_though_no_row_is_left() -> None:
    dropped = Dropped(bad_rows=2, messages=("line 7",))
    chunks = [chunk_of([(0, 1.0)], dropped), chunk_of([(1, 1.0)])]
    [told] = TimeWindow(from_ns=at(9)).of(chunks)
    assert (len(told), told.dropped) == (0, dropped)


@pytest.mark.parametrize(("first", "last"), [(5, 5), (6, 5)])
def test_an_empty_one_is_refused(first: int, last: int) -> None:
    with pytest.raises(InvalidInputError, match="must be after") as caught:
        TimeWindow(from_ns=first, to_ns=last)
    assert (caught.value.name, caught.value.value, caught.value.bound) == (
        "to_ns",
        5,
        f"above {first}",
    )
