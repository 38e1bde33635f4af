"""Other libraries, each behind the same two shapes.

A peer takes part with what it does best: bound methods, its own batch functions, its defaults. What
it computes otherwise than this project is in its note and in its formula; nobody is timed whose
values do not follow the formula.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import Any

from formulas import Formula, Values, ema, macd, rsi, rsi_of_moves

INDICATORS = ("ema", "rsi", "macd")
TOLERANCE = 1e-6
"""Of values against formulas, relative; absolute around zero."""

Update = Callable[[float], object]


def returned(_update: Update, value: Any) -> Values:  # noqa: ANN401 - whatever a peer answers
    """Read what the call answered: a number or several."""
    return (float(value),) if isinstance(value, float) else tuple(map(float, value))


def last_of_arrays(result: Any) -> Values:  # noqa: ANN401 - whatever a peer answers
    """Read the last element of an array, or of each of several."""
    several = isinstance(result, tuple | list)
    return tuple(float(array[len(array) - 1]) for array in (result if several else (result,)))


@dataclass(frozen=True, slots=True)
class Streaming:
    """An indicator that takes one price at a time.

    Attributes:
        make: Gives a fresh one's bound update method.
        formula: What its values are after warm-up.
        read: Finds them after an update, in its answer or in the object.
    """

    make: Callable[[], Update]
    formula: Formula
    read: Callable[[Update, object], Values] = returned


@dataclass(frozen=True, slots=True)
class Batch:
    """A function from a float64 array to one array or several.

    Attributes:
        run: Calls it.
        formula: What its last values are.
        read: Finds them in its answer.
    """

    run: Callable[[Any], object]
    formula: Formula
    read: Callable[[object], Values] = last_of_arrays


@dataclass(frozen=True, slots=True)
class Peer:
    """A library as a contender.

    Attributes:
        name: What the report calls it.
        streams: By indicator.
        batches: By indicator.
        note: What it computes otherwise.
    """

    name: str
    streams: Mapping[str, Streaming] = field(default_factory=dict)
    batches: Mapping[str, Batch] = field(default_factory=dict)
    note: str = ""


def wrong_values(peer: Peer, prices: Sequence[float], array: object) -> list[str]:
    """Run everything that a peer takes part with, and tell what does not follow its formula.

    Args:
        peer: Whom to check.
        prices: At least some hundred.
        array: The same as a float64 array.
    """
    faults = []
    for indicator, stream in peer.streams.items():
        update, value = stream.make(), None
        for price in prices:
            value = update(price)
        faults += differences(indicator, stream.read(update, value), stream.formula(prices))
    for indicator, batch in peer.batches.items():
        values = batch.read(batch.run(array))
        faults += differences(f"{indicator} batch", values, batch.formula(prices))
    return [f"{peer.name}: {fault}" for fault in faults]


def differences(what: str, values: Values, expected: Values) -> list[str]:
    """Tell, in at most one line, that values are not the expected ones."""
    alike = len(values) == len(expected) and all(
        math.isclose(value, want, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
        for value, want in zip(values, expected, strict=True)
    )
    return [] if alike else [f"{what} is {values}, by the formula {expected}"]


# Libraries.


def _rtta() -> Peer:
    rtta = import_module("rtta")
    return Peer(
        "rtta",
        {
            "ema": Streaming(lambda: rtta.EMA(20).update, ema),
            "rsi": Streaming(lambda: rtta.RSI(14).update, rsi_of_moves),
            "macd": Streaming(lambda: rtta.MACD(12, 26, 9).update, lambda p: macd(p)[1:2]),
        },
        {
            "ema": Batch(lambda a: rtta.EMA(20).batch(a), ema),
            "macd": Batch(lambda a: rtta.MACD(12, 26, 9).batch(a), lambda p: macd(p)[1:2]),
        },
        "MACD answers the signal line alone; RSI smooths only the side that moved; no RSI batch",
    )


def _nautilus_values(update: Any, _value: object) -> Values:  # noqa: ANN401 - bound method of a peer
    return (float(update.__self__.value),)


def _nautilus(name: str, module: str, by_ema: object) -> Peer:
    indicators = import_module(module)

    def make(kind: str, *parameters: object, **named: object) -> Update:
        update: Update = getattr(indicators, kind)(*parameters, **named).update_raw
        return update

    def rsi_of_one(prices: Sequence[float]) -> Values:
        return (rsi(prices, 2 / 15)[0] / 100,)

    exponential = partial(make, "ExponentialMovingAverage", 20)
    strength = partial(make, "RelativeStrengthIndex", 14)
    convergence = partial(make, "MovingAverageConvergenceDivergence", 12, 26, ma_type=by_ema)
    return Peer(
        name,
        {
            "ema": Streaming(exponential, ema, _nautilus_values),
            "rsi": Streaming(strength, rsi_of_one, _nautilus_values),
            "macd": Streaming(convergence, lambda p: macd(p)[:1], _nautilus_values),
        },
        note="update answers nothing, reading .value is not timed; MACD has no signal line; RSI is "
        "smoothed by 2/15 and goes from 0 to 1",
    )


def _nautilus_cython() -> Peer:
    module = "nautilus_trader.indicators"
    kinds = import_module(f"{module}.averages").MovingAverageType
    return _nautilus("nautilus_trader", module, kinds.EXPONENTIAL)


def _nautilus_pyo3() -> Peer:
    module = "nautilus_trader.core.nautilus_pyo3"
    kinds = import_module(module).MovingAverageType
    return _nautilus("nautilus_trader.pyo3", module, kinds.Exponential)


def _wickra_batches(method: str) -> dict[str, Batch]:
    wickra = import_module("wickra")

    def run(kind: str, parameters: tuple[int, ...], array: object) -> object:
        return getattr(getattr(wickra, kind)(*parameters), method)(array)

    def last_row(matrix: Any) -> Values:  # noqa: ANN401 - wickra.Matrix
        return tuple(matrix[len(matrix) - 1])

    return {
        "ema": Batch(partial(run, "EMA", (20,)), ema),
        "rsi": Batch(partial(run, "RSI", (14,)), rsi),
        "macd": Batch(partial(run, "MACD", (12, 26, 9)), macd, last_row),
    }


def _wickra() -> Peer:
    wickra = import_module("wickra")
    streams = {
        "ema": Streaming(lambda: wickra.EMA(20).update, ema),
        "rsi": Streaming(lambda: wickra.RSI(14).update, rsi),
        "macd": Streaming(lambda: wickra.MACD(12, 26, 9).update, macd),
    }
    return Peer("wickra", streams, _wickra_batches("batch"))


def _wickra_fast() -> Peer:
    note = "batch_fast reorders the arithmetic: not the bits of its own update"
    return Peer("wickra.batch_fast", {}, _wickra_batches("batch_fast"), note)


def _talib() -> Peer:
    talib, numpy = import_module("talib"), import_module("numpy")
    stream = import_module("talib.stream")
    history = numpy.linspace(60_000.0, 60_010.0, 100)  # a stream is opened on one
    return Peer(
        "TA-Lib",
        {
            "ema": Streaming(lambda: stream.EMA(history, 20).update, ema),
            "rsi": Streaming(lambda: stream.RSI(history, 14).update, rsi),
            "macd": Streaming(lambda: stream.MACD(history, 12, 26, 9).update, macd),
        },
        {
            "ema": Batch(lambda a: talib.EMA(a, 20), ema),
            "rsi": Batch(lambda a: talib.RSI(a, 14), rsi),
            "macd": Batch(lambda a: talib.MACD(a, 12, 26, 9), macd),
        },
    )


def _tulipy() -> Peer:
    tulipy = import_module("tulipy")
    return Peer(
        "tulipy",
        batches={
            "ema": Batch(lambda a: tulipy.ema(a, 20), ema),
            "rsi": Batch(lambda a: tulipy.rsi(a, 14), rsi),
            "macd": Batch(lambda a: tulipy.macd(a, 12, 26, 9), lambda p: macd(p, 0.15, 0.075)),
        },
        note="MACD(12, 26) uses 0.15 and 0.075 instead of 2/13 and 2/27; arrays without warm-up",
    )


def _kand() -> Peer:
    kand = import_module("kand")

    def make_ema() -> Update:
        step, value = kand.ema_inc, 60_000.0

        def update(price: float) -> object:
            nonlocal value
            value = step(price, value, 20)
            return value

        return update

    def make_rsi() -> Update:
        step, last, gain, loss = kand.rsi_inc, 60_000.0, 0.0, 0.0

        def update(price: float) -> object:
            nonlocal last, gain, loss
            value, gain, loss = step(price, last, gain, loss, 14)
            last = price
            return value

        return update

    def make_macd() -> Update:
        step, fast, slow, signal = kand.ema_inc, 60_000.0, 60_000.0, 0.0

        def update(price: float) -> Values:
            nonlocal fast, slow, signal
            fast, slow = step(price, fast, 12), step(price, slow, 26)
            line = fast - slow
            signal = step(line, signal, 9)
            return line, signal, line - signal

        return update

    return Peer(
        "kand",
        {
            "ema": Streaming(make_ema, ema),
            "rsi": Streaming(make_rsi, rsi),
            "macd": Streaming(make_macd, macd),
        },
        {
            "ema": Batch(lambda a: kand.ema(a, 20), ema),
            "rsi": Batch(lambda a: kand.rsi(a, 14), rsi, lambda r: last_of_arrays(r)[:1]),
            "macd": Batch(lambda a: kand.macd(a, 12, 26, 9), macd, lambda r: last_of_arrays(r)[:3]),
        },
        "its caller keeps the state, here in closures; its macd_inc does not give the averages "
        "back, so three ema_inc stand in for it",
    )


def _talipp() -> Peer:
    indicators = import_module("talipp.indicators")

    def last(update: Any, _value: object) -> Values:  # noqa: ANN401 - bound method of a peer
        value = update.__self__[-1]
        if isinstance(value, float):
            return (value,)
        return value.macd, value.signal, value.histogram

    return Peer(
        "talipp",
        {
            "ema": Streaming(lambda: indicators.EMA(20).add, ema, last),
            "rsi": Streaming(lambda: indicators.RSI(14).add, rsi, last),
            "macd": Streaming(lambda: indicators.MACD(12, 26, 9).add, macd, last),
        },
        note="keeps every value; reading it is not timed",
    )


def _ta_numba() -> Peer:
    streaming = import_module("ta_numba.streaming")
    trend, momentum = import_module("ta_numba.trend"), import_module("ta_numba.momentum")

    def values(_update: Update, value: Any) -> Values:  # noqa: ANN401 - a dict
        return tuple(value.values())

    return Peer(
        "ta-numba",
        {
            "ema": Streaming(lambda: streaming.EMAStreaming(20).update, ema, values),
            "rsi": Streaming(lambda: streaming.RSIStreaming(14).update, rsi, values),
            "macd": Streaming(lambda: streaming.MACDStreaming(12, 26, 9).update, macd, values),
        },
        {
            "ema": Batch(lambda a: trend.ema_numba(a, 20, False), ema),  # noqa: FBT003 - by place
            "rsi": Batch(lambda a: momentum.relative_strength_index_numba(a, 14), rsi),
            "macd": Batch(lambda a: trend.macd_numba(a, 12, 26, 9), macd),
        },
        "compiled before it is timed",
    )


LIBRARIES: Mapping[str, tuple[Callable[[], Peer], ...]] = {
    "rtta": (_rtta,),
    "nautilus_trader": (_nautilus_cython, _nautilus_pyo3),
    "wickra": (_wickra, _wickra_fast),
    "TA-Lib": (_talib,),
    "tulipy": (_tulipy,),
    "kand": (_kand,),
    "talipp": (_talipp,),
    "ta-numba": (_ta_numba,),
}
"""By the name under which a package index has them."""


def installed() -> tuple[dict[str, list[Peer]], list[str]]:
    """Load the libraries that are there; return their peers, and the names of the others."""
    found: dict[str, list[Peer]] = {}
    missing: list[str] = []
    for library, loaders in LIBRARIES.items():
        try:
            found[library] = [load() for load in loaders]
        except ImportError:
            missing.append(library)
    return found, missing
