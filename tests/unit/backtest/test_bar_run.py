from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.backtest.bar_run import BarRun
from supreme_system_v5.domain import Bar, Timeframe
from supreme_system_v5.market_data import TradeChunk
from supreme_system_v5.reference import BarBuilder
from tests.fakes.trades import chunk_of, cut


def bar_run(*, partial: bool = False, timeframe: Timeframe = Timeframe.M1) -> BarRun:
    return BarRun(
        lambda: BarBuilder(None, 600), max_gap_seconds=600, timeframe=timeframe, partial=partial
    )


def bars(run: BarRun, *chunks: TradeChunk) -> list[Bar]:
    return [bar for chunk in chunks for bar in run.feed(chunk)] + run.finish()


ROWS = [(30.0, 1.0), (60.0, 2.0), (59.0, 9.0), (200.0, 3.0), (5000.0, 4.0), (5061.0, 5.0)]


def test_whole_bars_of_one_length() -> None:
    run = bar_run()
    assert [(bar.close, bar.volume) for bar in bars(run, chunk_of(ROWS))] == [
        (2.0, 1.0),
        (2.0, 0.0),
    ]
    assert (run.late, run.restarts, run.quality.gaps) == (1, 1, 3)
    assert bars(bar_run(timeframe=Timeframe.M5), chunk_of(ROWS)) == []


def test_partial_ones_around_a_jump_in_time() -> None:
    told = bars(bar_run(partial=True), chunk_of(ROWS))
    assert [bar.close for bar in told] == [1.0, 2.0, 2.0, 3.0, 4.0, 5.0]
    assert [bar.partial for bar in told] == [True, False, False, False, True, False]


def test_nothing_makes_no_bar() -> None:
    assert bars(bar_run(partial=True)) == []


@given(
    st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 9)), max_size=40),
    st.lists(st.integers(1, 7), min_size=1, max_size=5),
)
def test_chunks_do_not_matter(rows: list[tuple[int, int]], lengths: list[int]) -> None:
    chunk = chunk_of([(float(at), float(price)) for at, price in rows])
    whole, parts = bar_run(partial=True), bar_run(partial=True)
    assert bars(parts, *cut(chunk, lengths)) == bars(whole, chunk)
    assert (parts.late, parts.restarts) == (whole.late, whole.restarts)
