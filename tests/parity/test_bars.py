"""Bars, native and in plain Python: the same bars for the same trades."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from supreme_system_v5 import optimized, reference
from supreme_system_v5.domain import NS_PER_SECOND, AnalyzerConfig, Timeframe
from tests.support.bits import exact
from tests.support.market import Word, calls_of, configs, outcome, starts, words

BEFORE_THE_WATCHING: list[Word] = [("watermark", (0,)), ("past", (59, 0)), ("silence", (60,))]


@given(configs, starts, words, st.integers(0, 9))
@example(AnalyzerConfig(), 100 * NS_PER_SECOND, BEFORE_THE_WATCHING, 0)
def test_every_bar(config: AnalyzerConfig, start_ns: int, story: list[Word], seed: int) -> None:
    native = optimized.BarBuilder(config.instrument, config.max_gap_seconds)
    plain = reference.BarBuilder(config.instrument, config.max_gap_seconds)
    assert repr(native) == repr(plain)
    for call in calls_of(config, start_ns, story, seed):
        if call.method not in {"update", "watermark"}:
            continue
        closed, expected = outcome(call, native), outcome(call, plain)
        if isinstance(expected, list):
            closed, expected = exact(closed), exact(expected)
        assert closed == expected
        assert native.late == plain.late
    for timeframe in Timeframe:
        assert exact(native.forming(timeframe)) == exact(plain.forming(timeframe))
