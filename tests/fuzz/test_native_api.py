"""Whatever is handed to the native classes: an answer, or a refusal that changes nothing.

Refusals are `InvalidInputError` and `InvalidTypeError`, or what the object that was handed in
raised by itself. Anything else that comes out fails the test, a panic most of all.
"""

from __future__ import annotations

import copy
import datetime as dt
import math
import pickle
from array import array
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from supreme_system_v5 import optimized
from supreme_system_v5.domain import AnalyzerConfig, Flag, Instrument, Timeframe
from supreme_system_v5.errors import DataError, InvalidInputError, InvalidTypeError, StateError
from tests.support.bits import everything
from tests.support.indicators import CASES
from tests.support.market import long_run

START = 1_723_075_200_000_000_000


class HostileError(Exception):
    """Raised by nobody but the objects here."""


REFUSALS = (InvalidInputError, InvalidTypeError, HostileError)


class Hostile:
    """Raises whatever it is asked."""

    def _no(self, *_: object) -> Any:  # noqa: ANN401 - never returns
        raise HostileError

    __index__ = __float__ = __int__ = __len__ = __getitem__ = __iter__ = __bool__ = _no
    __eq__ = __hash__ = __str__ = __getattr__ = __abs__ = __contains__ = _no

    def __repr__(self) -> str:
        return "Hostile()"  # hypothesis shows it


class Unprintable(str):
    """Cannot even be shown in a message."""

    __slots__ = ()

    def __repr__(self) -> str:
        raise HostileError


class Pretender:
    """Calls itself an integer, and is none."""

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def __index__(self) -> Any:  # noqa: ANN401 - of the wrong type
        return self.answer

    def __float__(self) -> float:
        return 5.0


class FloatOfItsOwn(float):
    """A float, but not exactly one."""

    __slots__ = ()


class TextOfItsOwn(str):
    """A str, but not exactly one."""

    __slots__ = ()


OBJECTS: list[Any] = [
    None, ..., NotImplemented, object(), float, len, Hostile(), Pretender(1.5), Pretender(7),
    Pretender(10**30), FloatOfItsOwn(5.0), FloatOfItsOwn("nan"), TextOfItsOwn("5"), "\ud800",
    "5", "0", "nan", "1e5", "-1", "", "1m", "tick", "bar", Timeframe.H1, Flag.LEVEL, 1j,
    dt.datetime(2024, 8, 8, tzinfo=dt.UTC), {}, {1: 2}, set(), range(3), iter([1]),
    np.float32(1.0), np.float64(5.0), np.int64(-1), np.True_, np.datetime64(5, "ns"),
    np.array(5.0), np.array(5), np.array([5]), np.array("5"), AnalyzerConfig(), math.nan,
    math.inf, -math.inf, 0.0, -0.0, 5e-324, 1.7e308, 10**400, -(10**400), 2**63, -(2**63), 2**53,
]  # fmt: skip
objects = st.integers(0, len(OBJECTS) - 1).map(OBJECTS.__getitem__)  # some have no hash
scalars = st.one_of(
    objects,
    st.floats(),
    st.integers(),
    st.integers(-(2**70), 2**70),
    st.text(max_size=8),
    st.text("0123456789.eE+-_ ", max_size=8),
    st.binary(max_size=8),
    st.booleans(),
    st.complex_numbers(),
    st.decimals(),
    st.fractions(),
)
dtypes = st.sampled_from(("f8", "f4", "i8", "u8", "i1", "u1", "?", "c16", ">f8", ">i8", "O", "U1"))
floats = st.lists(st.floats(), max_size=4)
whole = st.lists(st.integers(-(2**63), 2**63 - 1), max_size=4)
arrays = st.one_of(
    st.lists(scalars, max_size=4),
    st.lists(scalars, max_size=4).map(tuple),
    floats.map(partial(array, "d")),
    whole.map(partial(array, "q")),
    floats.map(lambda x: memoryview(array("d", x))[::2]),
    st.lists(st.floats(width=32), max_size=4).map(partial(array, "f")),
    st.binary(max_size=32),
    st.binary(max_size=32).map(bytearray),
    st.tuples(st.integers(0, 4), dtypes).map(lambda x: np.ones(x[0], dtype=x[1])),
    st.tuples(st.integers(0, 3), st.integers(0, 3)).map(np.ones),
    st.integers(0, 4).map(lambda n: np.broadcast_to(np.float64(5.0), (n,))),
    st.integers(0, 4).map(lambda n: np.zeros(n, dtype="b,f8")["f1"]),  # insufficiently aligned
)
anything = scalars | arrays

LEVELS = ("stop_below", "stop_above", "limit_below", "limit_above")
levels = st.sampled_from((None, 99.0, 100.25, 101))
prices = st.sampled_from((100.0, 100.5, 99.0, "101.25", 7))
times = st.integers(START - 10**11, START + 10**13)
three_floats = st.lists(st.sampled_from((100.0, 1.5)), min_size=3, max_size=3)
outs = st.integers(0, 6).map(lambda n: [array("d", [0.0] * 3) for _ in range(n)])
three_times = st.lists(times, min_size=3, max_size=3)
columns = {"d": three_floats.map(partial(array, "d")), "q": three_times.map(partial(array, "q"))}


@dataclass(frozen=True)
class Method:
    """A method and, for each of its arguments, what would be right."""

    name: str
    right: tuple[st.SearchStrategy[Any], ...] = ()
    named: tuple[tuple[str, st.SearchStrategy[Any]], ...] = ()

    def drawn(self, draw: st.DrawFn) -> tuple[str, list[Any], dict[str, Any]]:
        """Return a call with some arguments right and some anything at all."""
        arguments = [draw(right | anything) for right in self.right]
        named = {name: draw(right | anything) for name, right in self.named if draw(st.booleans())}
        return self.name, arguments, named


sides = st.sampled_from((-1, 0, 1))
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
    **{
        case.name: [
            Method("update", tuple({"d": prices, "q": times}[code] for code in case.reads.codes)),
            Method("batch", tuple(columns[code] for code in case.reads.codes)),
            Method("__setstate__", (st.binary(max_size=40),)),
        ]
        for case in CASES
    },
}  # fmt: skip


blocks = st.one_of(
    st.binary(max_size=60),
    st.text("0123456789.,\n\rbuysell", max_size=60).map(str.encode),
    st.sampled_from((b"1,2,3,buy,7\n", b"60000,5,9,4,6,1\n0,5", b"9,4,6,1\n", b"\n", b"\xff\0\n")),
)
cells = st.one_of(
    three_floats.map(partial(array, "d")),
    st.lists(st.sampled_from((0, 1, -1, 60_000)), min_size=3, max_size=3).map(partial(array, "q")),
    st.sampled_from(
        (None, (array("q", [0, 3, 6, 9]), b"buysel"), ([0, 1, 9, -1], b"5"), ([], b""))
    ),
)
FILE = [
    Method(
        "begin",
        (),
        (
            ("places", st.permutations((0, 1, 2, 3, 4))),
            ("width", st.integers(0, 7)),
            ("lines_read", st.integers(0, 2)),
        ),
    ),
    Method("push", (blocks,)),
    Method("push", (blocks,)),
    Method("fill"),
    Method("end"),
    Method("finish"),
    Method("take"),
]
DECODERS = {
    "TradeDecoder": [*FILE, Method("offer", (cells,) * 5, (("start", st.integers(0, 3)),))],
    "BarDecoder": [*FILE, Method("offer", (cells,) * 6, (("start", st.integers(0, 3)),))],
}  # fmt: skip
"""The classes that have no state to save: a file is read on, or again."""


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
    if name != "advance" or place is None:
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
    assert set(METHODS) | set(DECODERS) == set(optimized.__all__)


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


def assert_refuses_or_counts(thing: Any, name: str, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - any class
    """Make one call of a decoder; a refusal drops nothing that was decoded."""
    before = thing.bad_rows
    refused = None
    try:
        getattr(thing, name)(*arguments, **named)
    except (*REFUSALS, DataError) as error:
        refused = error
    if refused is not None:
        assert str(refused) or isinstance(refused, HostileError)
        assert thing.bad_rows == before


@pytest.mark.parametrize("name", DECODERS)
@given(st.data())
def test_decoders(name: str, data: st.DataObject) -> None:
    thing = getattr(optimized, name)(chunk_rows=data.draw(st.integers(1, 3)))
    methods = st.sampled_from(DECODERS[name])
    calls = st.lists(st.composite(lambda draw: draw(methods).drawn(draw))(), min_size=1, max_size=8)
    for method, arguments, named in data.draw(calls):
        assert_refuses_or_counts(thing, method, *arguments, **named)
        assert repr(thing).startswith(f"{name}(")


HOSTILE = [
    Hostile(),
    Unprintable("x"),
    Pretender(1.5),
    np.array(5.0),
    np.array([1, 2]),
    "\ud800",
    10**400,
    True,
]


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


@pytest.mark.parametrize("name", DECODERS)
@pytest.mark.parametrize("place", range(len(HOSTILE)))
def test_hostile_arguments_of_decoders(name: str, place: int) -> None:
    thing = getattr(optimized, name)()
    for method in DECODERS[name]:
        assert_refuses_or_counts(thing, method.name, *[HOSTILE[place]] * len(method.right))
        for argument, _ in method.named:
            right = [[1]] * len(method.right)
            assert_refuses_or_counts(thing, method.name, *right, **{argument: HOSTILE[place]})


def _right(method: Method, place: int) -> object:
    if method.name == "advance":
        return array("dddq"[place + (place == 2)], [100, 100, 100] if place < 2 else [START] * 3)
    if method.name == "history":
        return "ema"
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
    "name", [name for name in (*METHODS, *DECODERS) if name != "OptimizedTechnicalAnalyzer"]
)
@given(st.data())
def test_parameters(name: str, data: st.DataObject) -> None:
    cls = getattr(optimized, name)
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
