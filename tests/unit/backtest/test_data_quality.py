from __future__ import annotations

from array import array
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.backtest.data_quality import DataQuality
from supreme_system_v5.market_data import Dropped
from supreme_system_v5.optimized import GapFinder
from tests.fakes.trades import SECOND_NS, chunk_of, cut


def at(*seconds: float) -> Sequence[tuple[float, float]]:
    return [(second, 1.0) for second in seconds]


def test_silences_longer_than_a_minute_are_gaps() -> None:
    quality = DataQuality(604_800)
    assert quality.take(chunk_of(at(0, 60, 120.001, 100, 180.001, 300))) == []
    assert quality.take(chunk_of(at(299, 360.5))) == []
    assert quality.gaps == 3
    assert quality.longest_gap_ns == 119_999_000_000
    assert quality.first_ns is not None
    assert quality.latest_ns == quality.first_ns + round(360.5 * SECOND_NS)


def test_a_jump_beyond_belief_is_a_restart() -> None:
    quality = DataQuality(100)
    assert quality.take(chunk_of(at(0, 100, 200.5, 201, 500))) == [2, 4]
    assert quality.take(chunk_of(at(601))) == [0]
    assert quality.gaps == 4


def test_dropped_rows_add_up_and_few_messages_are_kept() -> None:
    quality = DataQuality(100)
    for _ in range(4):
        told = ("a", "b")
        dropped = Dropped(bad_rows=3, duplicates=2, late=1, messages=told)
        assert quality.take(chunk_of([], dropped)) == []
    assert (quality.bad_rows, quality.duplicates, quality.late_bars) == (12, 8, 4)
    assert quality.messages == ("a", "b", "a", "b", "a")
    assert (quality.first_ns, quality.latest_ns, quality.gaps) == (None, None, 0)


@given(
    st.lists(st.integers(0, 1000), max_size=40),
    st.lists(st.integers(1, 7), min_size=1, max_size=5),
)
def test_chunks_do_not_matter(seconds: list[int], lengths: list[int]) -> None:
    whole, parts = DataQuality(100), DataQuality(100)
    chunk = chunk_of(at(*seconds))
    restarts = len(whole.take(chunk))
    assert sum(len(parts.take(part)) for part in cut(chunk, lengths)) == restarts
    assert (parts.gaps, parts.longest_gap_ns) == (whole.gaps, whole.longest_gap_ns)
    assert (parts.first_ns, parts.latest_ns) == (whole.first_ns, whole.latest_ns)


@given(st.lists(st.lists(st.integers(-(2**40), 2**40))), st.integers(0, 2**40))
def test_gaps_are_found_as_a_plain_loop_finds_them(columns: list[list[int]], limit: int) -> None:
    finder, latest = GapFinder(limit), None
    for times in columns:
        gaps = []
        for place, time in enumerate(times):
            if latest is not None and time - latest > limit:
                gaps.append((place, time - latest))
            latest = time if latest is None else max(latest, time)
        copy = array("q", times)
        assert finder.find(copy) == gaps
        assert finder.latest_ns == latest
