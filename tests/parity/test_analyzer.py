"""The analyzer, native and in plain Python, and the promises that hold within the native one."""

from __future__ import annotations

import pickle
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from supreme_system_v5 import optimized, reference
from supreme_system_v5.domain import AnalyzerConfig, Flag
from tests.support.bits import everything
from tests.support.market import (
    Analyzer,
    Call,
    Row,
    Word,
    calls_of,
    columns_of,
    configs,
    long_run,
    outcome,
    rows_of,
    starts,
    words,
)

DUE = Flag.BAR_1M | Flag.BAR_5M | Flag.BAR_15M | Flag.BAR_1H | Flag.TIMER
seeds = st.integers(0, 9)
EARLY_TIMER: list[Word] = [("timer", (-(10**6),)), ("burst", (1, 0, 0, 0))]


def through_pickle(analyzer: Any) -> Any:  # noqa: ANN401 - comes out as it went in
    return pickle.loads(pickle.dumps(analyzer))  # noqa: S301 - our own bytes


@given(configs, starts, words, seeds)
@example(AnalyzerConfig(), 10**18, EARLY_TIMER, 0)
def test_native_and_plain_answer_alike(
    config: AnalyzerConfig, start_ns: int, story: list[Word], seed: int
) -> None:
    native: Any = optimized.OptimizedTechnicalAnalyzer(config)
    plain: Analyzer = reference.OptimizedTechnicalAnalyzer(config)
    for call in calls_of(config, start_ns, story, seed):
        answer = outcome(call, native)
        assert answer == outcome(call, plain)
        if answer != 0:  # somebody was woken, or a call was refused
            assert native.snapshot() == plain.snapshot()
    assert everything(native) == everything(plain)


@given(configs, starts, words, seeds, st.lists(st.integers(1, 60), min_size=1), words)
@example(AnalyzerConfig(), 10**18, EARLY_TIMER, 0, [1], EARLY_TIMER)
def test_advance_stops_alike(
    config: AnalyzerConfig,
    start_ns: int,
    story: list[Word],
    seed: int,
    lengths: list[int],
    at_stops: list[Word],
) -> None:
    """Chunks of any length, something armed at each stop, refused rows in between."""
    native: Any = optimized.OptimizedTechnicalAnalyzer(config)
    plain: Analyzer = reference.OptimizedTechnicalAnalyzer(config)
    armings = [call for call in calls_of(config, start_ns, at_stops, seed) if call.method == "arm"]
    rows = rows_of(list(calls_of(config, start_ns, story, seed)))
    stops = 0  # a timer armed in the past comes at once, again and again: let it end
    for chunk in chunks(rows, lengths):
        columns, position = columns_of(chunk), 0
        while position < len(chunk):
            call = Call("advance", columns, (("start", position),))
            answer: Any = outcome(call, native)
            assert answer == outcome(call, plain)
            assert native.snapshot() == plain.snapshot()
            if isinstance(answer[0], type):  # refused, at this index: go on behind it
                position = answer[2] + 1
                continue
            position = answer[0]
            if answer[1] and armings and stops < 12:
                call = armings[stops % len(armings)]
                assert outcome(call, native) == outcome(call, plain)
                stops += 1
    assert everything(native) == everything(plain)


def chunks(rows: Sequence[Row], lengths: Sequence[int]) -> list[Sequence[Row]]:
    found: list[Sequence[Row]] = []
    start = 0
    while start < len(rows):
        stop = start + lengths[len(found) % len(lengths)]
        found.append(rows[start:stop])
        start = stop
    return found


@given(configs, starts, words, seeds, st.lists(st.integers(1, 60), min_size=1))
@example(AnalyzerConfig(), 10**18, EARLY_TIMER, 0, [1])
def test_advance_is_a_loop_of_updates(
    config: AnalyzerConfig, start_ns: int, story: list[Word], seed: int, lengths: list[int]
) -> None:
    one, other = (optimized.OptimizedTechnicalAnalyzer(config) for _ in range(2))
    calls = list(calls_of(config, start_ns, story, seed))
    armings = [call for call in calls if call.method == "arm"]
    for number, chunk in enumerate(chunks(rows_of(calls), lengths)):
        if armings:
            for analyzer in (one, other):
                outcome(armings[number % len(armings)], analyzer)
        expected = [outcome(Call("update", row), one) for row in chunk]
        flags = [0 if isinstance(answer, int) else answer for answer in expected]
        take_all(other, chunk, flags)
        assert flags == expected
        assert everything(one) == everything(other)
        assert one.__getstate__() == other.__getstate__()


def take_all(
    analyzer: optimized.OptimizedTechnicalAnalyzer, chunk: Sequence[Row], flags: list[Any]
) -> None:
    """Advance over a chunk, and add to `flags` what was raised for each row."""
    columns, position = columns_of(chunk), 0
    while position < len(chunk):
        answer: Any = outcome(Call("advance", columns, (("start", position),)), analyzer)
        if isinstance(answer[0], type):
            error, name, place = answer
            assert flags[place] == (error, name, None)
            position = place + 1
            continue
        stop, raised = answer
        due, own = raised & DUE, raised & ~DUE
        assert not (due and own)
        if due:
            flags[stop] |= raised
        elif own:
            flags[stop - 1] |= raised
        else:
            assert stop == len(chunk)
        position = stop


@given(configs, starts, words, seeds)
def test_the_gate_decides_only_who_is_woken(
    config: AnalyzerConfig, start_ns: int, story: list[Word], seed: int
) -> None:
    gated, open_to_all = (
        optimized.OptimizedTechnicalAnalyzer(replace(config, gated=on)) for on in (True, False)
    )
    for call in calls_of(config, start_ns, story, seed):
        one, other = outcome(call, gated), outcome(call, open_to_all)
        if isinstance(one, int) and isinstance(other, int):
            assert one | (other & Flag.SIGNIFICANT) == other
        else:
            assert one == other
    one_snapshot, other_snapshot = gated.snapshot(), open_to_all.snapshot()
    assert other_snapshot.gate.skipped == 0
    assert other_snapshot.gate.seen == one_snapshot.gate.seen
    assert everything(Shown(gated)) == everything(Shown(open_to_all))


class Shown:
    """An analyzer but for its gate."""

    def __init__(self, analyzer: optimized.OptimizedTechnicalAnalyzer) -> None:
        self.history = analyzer.history
        self._snapshot = analyzer.snapshot()

    def snapshot(self) -> Any:  # noqa: ANN401 - a snapshot
        unknown = optimized.OptimizedTechnicalAnalyzer().gate()
        return replace(self._snapshot, gate=unknown)


@given(configs, starts, words, words, seeds)
def test_a_pickle_has_the_same_past_and_the_same_future(
    config: AnalyzerConfig, start_ns: int, before: list[Word], after: list[Word], seed: int
) -> None:
    original: Any = optimized.OptimizedTechnicalAnalyzer(config)
    story = list(calls_of(config, start_ns, before + after, seed))
    cut = len(list(calls_of(config, start_ns, before, seed)))
    for call in story[:cut]:
        outcome(call, original)
    twin = through_pickle(original)
    assert twin.config == original.config
    assert everything(twin) == everything(original)
    for call in story[cut:]:
        assert outcome(call, twin) == outcome(call, original)
    assert everything(twin) == everything(original)
    assert twin.__getstate__() == original.__getstate__()


@given(configs, starts, words, seeds)
def test_numbers_and_decimal_strings_are_the_same_trade(
    config: AnalyzerConfig, start_ns: int, story: list[Word], seed: int
) -> None:
    numbers, texts = (optimized.OptimizedTechnicalAnalyzer(config) for _ in range(2))
    for price, size, time, side in rows_of(list(calls_of(config, start_ns, story, seed))):
        if not 0 < price < 1e300 or not 0 < size < 1e300:
            continue
        one = outcome(Call("update", (price, size, time, side)), numbers)
        assert outcome(Call("update", (repr(price), repr(size), time, side)), texts) == one
    assert numbers.__getstate__() == texts.__getstate__()


@pytest.mark.parametrize("gated", [True, False])
def test_a_long_run_with_everything_in_it(gated: bool) -> None:
    """Periods as they come, so that the slow indicators warm up and the rings wrap."""
    config = AnalyzerConfig(gated=gated)
    native: Any = optimized.OptimizedTechnicalAnalyzer(config)
    plain: Analyzer = reference.OptimizedTechnicalAnalyzer(config)
    rng = random.Random(4)
    for call in long_run(12_000):
        assert call.on(native) == call.on(plain)
        if rng.random() < 0.002:
            native = through_pickle(native)
            assert everything(native) == everything(plain)
    assert everything(native) == everything(plain)
