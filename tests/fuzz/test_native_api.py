"""Whatever is handed to the native classes: an answer, or a refusal that changes nothing.

Refusals are `InvalidInputError` and `InvalidTypeError`, or what the object that was handed in
raised by itself. Anything else that comes out fails the test, a panic most of all.
"""

from __future__ import annotations

import copy
import pickle
from array import array
from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from supreme_system_v5 import optimized, simulation
from supreme_system_v5.domain import VENUES, AnalyzerConfig, Instrument, Report, Timeframe
from supreme_system_v5.errors import StateError
from tests.support.bits import everything
from tests.support.headlines import headline_model_bytes
from tests.support.hostile import (
    HOSTILE,
    REFUSALS,
    Hostile,
    HostileError,
    Method,
    Pretender,
    anything,
)
from tests.support.indicators import CASES
from tests.support.market import long_run

START = 1_723_075_200_000_000_000


LEVELS = ("stop_below", "stop_above", "limit_below", "limit_above")
levels = st.sampled_from((None, 99.0, 100.25, 101))
prices = st.sampled_from((100.0, 100.5, 99.0, "101.25", 7))
times = st.integers(START - 10**11, START + 10**13)
three_floats = st.lists(st.sampled_from((100.0, 1.5)), min_size=3, max_size=3)
outs = st.integers(0, 6).map(lambda n: [array("d", [0.0] * 3) for _ in range(n)])
three_times = st.lists(times, min_size=3, max_size=3)
columns = {"d": three_floats.map(partial(array, "d")), "q": three_times.map(partial(array, "q"))}


frames = st.sampled_from(("1m", "5m", "1h", "tick"))
units = st.integers(-1, 10**9) | st.integers()
amounts = st.integers(0, 10**12) | st.integers()
reports = st.builds(
    Report,
    st.sampled_from(("FILLED", "PARTIALLY_FILLED", "FUNDING", "CANCELLED", "?")),
    st.just(1),
    times,
    side=st.sampled_from((1, -1, 0, 7)),
    **dict.fromkeys(("price", "quantity", "value", "spread", "slippage", "fee"), amounts),
)

sides = st.sampled_from((-1, 0, 1))
keys = st.integers(0, 4)
standings = st.sampled_from(("unconfirmed", "confirmed", "removed", "replaced", "gone"))
parts = st.lists(
    st.tuples(st.integers(-1, 9), st.integers(-1, 9), st.integers(0, 10**18), st.integers(0, 16)),
    max_size=3,
)
trade = Method("update", (prices, prices, times), (("side", sides),))
METHODS: dict[str, list[Method]] = {
    "OptimizedTechnicalAnalyzer": [
        trade,
        trade,
        Method("watermark", (times,)),
        Method(
            "advance",
            (columns["d"], columns["d"], columns["q"]),
            (("sides", st.just(array("b", [0, 1, -1]))), ("start", st.integers(0, 3))),
        ),
        Method("elapse", (times,)),
        Method(
            "advance_bars",
            (*(columns["d"],) * 5, columns["q"]),
            (("start", st.integers(0, 3)),),
        ),
        Method("read", (st.sampled_from(("close", "rsi", "upper", "closed")), frames)),
        Method("recent", (st.sampled_from(("close", "lower")), st.integers(-1, 51), frames)),
        Method("arm", (), (*((name, levels) for name in LEVELS), ("wake_at_ns", times))),
        Method("indicator_batch", (columns["d"],), (("out", outs),)),
        Method("history", (st.sampled_from(("ema", "bar", "macd", "vwap")),),
               (("timeframe", st.sampled_from(("tick", "1m", "1h"))),)),
        Method("timeframe", (st.sampled_from(list(Timeframe)),)),
        Method("__setstate__", (st.binary(max_size=40),)),
    ],
    "BarBuilder": [
        trade,
        trade,
        Method("watermark", (times,)),
        Method("forming", (st.sampled_from(list(Timeframe)),)),
        Method("__setstate__", (st.binary(max_size=40),)),
    ],
    "SmartEventProcessor": [
        Method("should_process", (prices, prices, times)),
        Method("__setstate__", (st.binary(max_size=40),)),
    ],
    "CircularBuffer": [
        Method("append", (st.floats(),)),
        Method("latest", (), (("n", st.integers(-2, 9)),)),
        Method("__setstate__", (st.binary(max_size=40),)),
    ],
    "RollingAverage": [Method("add", (st.floats(),))],
    "CandlestickPatterns": [
        Method("update", (prices, prices, prices, prices)),
        Method("batch", (columns["d"],) * 4),
        Method("__setstate__", (st.binary(max_size=40),)),
    ],
    "FlowWindows": [
        Method("tell", (keys, standings, times, times, st.integers(-1, 256), keys, parts)),
        Method("tell", (keys, standings, times, times, st.integers(-1, 256), keys, parts)),
        Method("totals", (st.integers(-1, 8), st.integers(0, 25), times)),
        Method("history", (st.integers(-1, 8), st.integers(0, 25), times)),
        Method("largest", (st.integers(0, 25), times)),
    ],
    "HeadlineModel": [
        Method("scores", (st.text(max_size=60),)),
        Method("category_scores", (st.text(max_size=60),)),
        Method("features", (st.text(max_size=60),)),
        Method("__setstate__", (st.binary(max_size=40),)),
    ],
    "HeadlinePatterns": [
        Method("first", (st.text(max_size=60),)),
        Method("all", (st.text(max_size=60),)),
        Method("__setstate__", (st.binary(max_size=40),)),
    ],
    "Signals": [
        Method("hold", (st.integers(-2, 2),)),
        Method("busy", (st.booleans(),)),
        Method("take", ()),
        Method("reset", ()),
        Method("__setstate__", (st.binary(max_size=40),)),
    ],
    "Ledger": [
        Method("apply", (reports,)),
        Method("equity", (units,)),
        Method("trapped", (units, units, units)),
        Method("__setstate__", (st.binary(max_size=40),)),
    ],
    "PaperExchange": [
        Method(
            "submit",
            (st.integers(0, 60), st.sampled_from((1, -1, 2)), st.integers(-1, 5), units, times),
            (
                *((name, units) for name in ("price", "stop", "target", "trail")),
                ("reduce_only", st.booleans()),
            ),
        ),
        Method("cancel", (st.integers(-1, 60), times)),
        Method("close_out", ()),
        Method("take_reports", ()),
        Method("__setstate__", (st.binary(max_size=40),)),
    ],
    **{
        case.name: [
            Method("update", tuple({"d": prices, "q": times}[code] for code in case.reads.codes)),
            Method("batch", tuple(columns[code] for code in case.reads.codes)),
            Method("__setstate__", (st.binary(max_size=40),)),
        ]
        for case in CASES
    },
}  # fmt: skip


def analyzer(ticks: int = 60) -> optimized.OptimizedTechnicalAnalyzer:
    """Return an analyzer that is in the middle of something."""
    made = optimized.OptimizedTechnicalAnalyzer(AnalyzerConfig(max_gap_seconds=31_622_400))
    for call in long_run(ticks):
        call.on(made)
    return made


MAKERS: dict[str, Callable[[], Any]] = {
    "OptimizedTechnicalAnalyzer": analyzer,
    "BarBuilder": optimized.BarBuilder,
    "SmartEventProcessor": optimized.SmartEventProcessor,
    "CircularBuffer": lambda: optimized.CircularBuffer(3),
    "RollingAverage": lambda: optimized.RollingAverage(3),
    "CandlestickPatterns": optimized.CandlestickPatterns,
    "FlowWindows": lambda: optimized.FlowWindows(8, 3),
    "HeadlineModel": lambda: optimized.HeadlineModel(headline_model_bytes()),
    "HeadlinePatterns": lambda: optimized.HeadlinePatterns([(r"\bb+", "a"), (r"\w", None)]),
    "Signals": lambda: optimized.Signals("ema-cross", {"fast": 3}),
    "Ledger": lambda: simulation.Ledger(VENUES["okx-spot"].in_units(None), 10**12),
    "PaperExchange": lambda: simulation.PaperExchange(VENUES["okx-perp"].in_units(None), 10**12),
    **{case.name: case.native for case in CASES},
}


def refusal(call: Callable[[], object]) -> Exception | None:
    """Make a call and return how it was refused, None when it was not."""
    try:
        call()
    except REFUSALS as error:
        return error
    return None


def assert_answers_or_refuses(
    thing: Any,  # noqa: ANN401 - any class
    name: str,
    arguments: list[Any],
    named: dict[str, Any],
) -> None:
    """Make one call, and compare the states around a refusal."""
    state = thing.__getstate__()
    error = refusal(lambda: getattr(thing, name)(*arguments, **named))
    if error is None:
        return
    assert str(error) or isinstance(error, HostileError)
    place = getattr(error, "index", None)
    if name not in ("advance", "advance_bars") or place is None:
        assert thing.__getstate__() == state
    elif place == named.get("start", 0):
        assert thing.snapshot().accepted == fresh(thing, state).snapshot().accepted


def fresh(thing: Any, state: bytes) -> Any:  # noqa: ANN401 - any class
    """Return a copy in an earlier state."""
    twin = copy.copy(thing)
    twin.__setstate__(state)
    return twin


def test_every_class_is_here() -> None:
    assert set(METHODS) == set(MAKERS)
    decoders = {"BarDecoder", "GapFinder", "TradeDecoder"}  # in test_decoder_api.py
    assert set(METHODS) | decoders == {*optimized.__all__, *simulation.__all__}


@pytest.mark.parametrize("name", METHODS)
@given(st.data())
def test_calls(name: str, data: st.DataObject) -> None:
    thing = MAKERS[name]()
    methods = st.sampled_from(METHODS[name])
    calls = st.lists(st.composite(lambda draw: draw(methods).drawn(draw))(), min_size=1, max_size=8)
    for call in data.draw(calls):
        assert_answers_or_refuses(thing, *call)
    twin = pickle.loads(pickle.dumps(thing))  # noqa: S301 - our own bytes
    assert twin.__getstate__() == thing.__getstate__()
    assert repr(twin) == repr(thing)


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("place", range(len(HOSTILE)))
def test_hostile_arguments(name: str, place: int) -> None:
    thing = MAKERS[name]()
    for method in METHODS[name]:
        arguments = [HOSTILE[place]] * len(method.right)
        assert_answers_or_refuses(thing, method.name, arguments, {})
        for argument, _ in method.named:
            right = [_right(method, i) for i in range(len(method.right))]
            assert_answers_or_refuses(thing, method.name, right, {argument: HOSTILE[place]})


def _right(method: Method, place: int) -> object:
    if method.name == "advance":
        return array("dddq"[place + (place == 2)], [100, 100, 100] if place < 2 else [START] * 3)
    if method.name == "advance_bars":
        return array("q", [START - START % 60_000_000_000]) if place == 5 else array("d", [100.0])
    if method.name in ("history", "read", "recent"):
        return ("ema", 3 if method.name == "recent" else "1m", "1m")[place]
    if method.name == "submit":
        return (START, 1, 0, 100, START)[place]
    return START if method.right[place] is times else 100.0


def test_an_index_of_the_buffer_is_an_index_or_an_error_of_python() -> None:
    buffer = optimized.CircularBuffer(3)
    for bad in (10**400, -(10**400), 2**63, "a", None, 1.5, slice(None), Pretender(1.5)):
        with pytest.raises((IndexError, TypeError)):
            buffer[bad]  # type: ignore[index]


@given(st.sampled_from([field.name for field in fields(AnalyzerConfig)]), anything)
@example("gated", np.array([1, 2]))
@example("tick_seed", "\ud800")
@example("tick_macd", [1, 2])
@example("bar_emas", Hostile())
@example("instrument", 5)
@example("instrument", Instrument(symbol="X", price_decimals=1.0, size_decimals=0))  # type: ignore[arg-type]
def test_configurations(name: str, value: Any) -> None:  # noqa: ANN401 - anything
    config = replace(AnalyzerConfig(), **{name: value})
    made: list[optimized.OptimizedTechnicalAnalyzer] = []
    error = refusal(lambda: made.append(optimized.OptimizedTechnicalAnalyzer(config)))
    assert (error is None) == bool(made)
    if made:
        assert made[0].update(100, 1, START) & ~255 == 0
        assert made[0].config is config


@given(anything)
@example(5)
@example(Hostile())
def test_what_is_no_configuration(value: Any) -> None:  # noqa: ANN401 - anything
    for make in (optimized.OptimizedTechnicalAnalyzer, optimized.BarBuilder):
        if value is None or isinstance(value, AnalyzerConfig):
            continue
        with pytest.raises(REFUSALS):
            make(value)


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in (*METHODS, "BarDecoder", "GapFinder", "TradeDecoder")
        if name != "OptimizedTechnicalAnalyzer"
    ],
)
@given(st.data())
def test_parameters(name: str, data: st.DataObject) -> None:
    cls = getattr(optimized if hasattr(optimized, name) else simulation, name)
    count = len([p for p in (cls.__text_signature__ or "()")[1:-1].split(",") if p])
    arguments = data.draw(st.lists(st.integers(1, 9) | anything, min_size=count, max_size=count))
    made: list[object] = []
    error = refusal(lambda: made.append(cls(*arguments)))
    assert (error is None) == bool(made)
    assert all(repr(one).startswith(f"{name}(") for one in made)


STATE = analyzer().__getstate__()
change = st.tuples(st.integers(0, len(STATE) - 1), st.integers(1, 255))


@given(st.lists(change, min_size=1, max_size=5))
def test_changed_states(changes: list[tuple[int, int]]) -> None:
    damaged = bytearray(STATE)
    for place, difference in changes:
        damaged[place] ^= difference
    thing = analyzer(5)
    before = thing.__getstate__()
    if bytes(damaged) == STATE:
        thing.__setstate__(STATE)
        assert everything(thing) == everything(analyzer())
        return
    with pytest.raises(StateError, match="^state must be"):
        thing.__setstate__(bytes(damaged))
    assert thing.__getstate__() == before


@given(st.binary(max_size=200), st.integers(0, len(STATE)))
def test_states_from_anywhere(noise: bytes, cut: int) -> None:
    thing = analyzer(5)
    before = thing.__getstate__()
    for wrong in (noise, STATE[:cut] + noise, noise + STATE[cut:]):
        if wrong != STATE:
            with pytest.raises(StateError, match="^state must be"):
                thing.__setstate__(wrong)
    assert thing.__getstate__() == before
