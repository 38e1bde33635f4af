"""Made-up markets for the analyzer: what is called on it, in which order, and what came of it.

A market is written by hypothesis in a few words ("a burst of trades, silence, the edge of an hour,
a trade from the past"), which `calls_of` spells out the same way every time.
"""

from __future__ import annotations

import random
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from hypothesis import strategies as st

from supreme_system_v5.domain import NS_PER_SECOND, AnalyzerConfig, Flag, Instrument
from supreme_system_v5.errors import InvalidInputError, SupremeError
from supreme_system_v5.ports import TickAnalyzer
from tests.support.bits import Remembering

__all__ = [
    "Analyzer",
    "Call",
    "Row",
    "Word",
    "calls_of",
    "columns_of",
    "configs",
    "long_run",
    "outcome",
    "rows_of",
    "starts",
    "words",
]

END_NS = 4_102_444_800 * NS_PER_SECOND
DEFAULT_DECIMALS = 8

Row = tuple[Any, Any, Any, Any]
"""Price, size, time, side."""

Word = tuple[str, tuple[int, ...]]
"""What happens, in short."""


class Analyzer(TickAnalyzer, Remembering, Protocol):
    """An analyzer, native or not."""


@dataclass(frozen=True)
class Call:
    """One call on an analyzer."""

    method: str
    arguments: tuple[Any, ...] = ()
    named: tuple[tuple[str, Any], ...] = ()

    def on(self, analyzer: object) -> object:
        """Do it."""
        return getattr(analyzer, self.method)(*self.arguments, **dict(self.named))


def outcome(call: Call, analyzer: object) -> object:
    """Return what a call answers, or how it is refused: by which class, name and index."""
    try:
        return call.on(analyzer)
    except InvalidInputError as error:
        return type(error), error.name, error.index
    except SupremeError as error:
        return type(error)


# Configurations

_small = st.integers(1, 6)
_window = st.integers(2, 6)
_macds = st.tuples(st.integers(1, 3), st.integers(4, 6), st.integers(1, 4))
_seeds = st.sampled_from(("first", "sma"))
_decimals = st.integers(0, 12)
instruments = st.none() | st.builds(
    Instrument, symbol=st.just("X"), price_decimals=_decimals, size_decimals=_decimals
)
configs = st.builds(
    AnalyzerConfig,
    instrument=instruments,
    tick_ema=_small,
    tick_rsi=_small,
    tick_macd=_macds,
    tick_seed=_seeds,
    bar_emas=st.tuples(st.integers(1, 2), st.integers(3, 4), st.integers(5, 7)),
    bar_rsi=_small,
    bar_macd=_macds,
    bar_atr=_small,
    bar_bollinger=_window,
    bar_bollinger_width=st.sampled_from((0.5, 2.0, 3.3)),
    bar_volatility=_window,
    bar_seed=_seeds,
    min_price_change=st.sampled_from((1e-6, 0.001, 0.02)),
    volume_multiple=st.sampled_from((0.5, 1.0, 2.0, 3.7)),
    volume_window=st.sampled_from((1, 2, 3, 7, 20)),
    max_idle_seconds=st.sampled_from((1e-9, 0.7, 60.0, 5_000.0)),
    target_skip_ratio=st.sampled_from((0.0, 0.0, 0.3, 0.8)),
    gated=st.booleans(),
    wake_on=st.sampled_from((255, 255, 254, 128, 97, 62, 1, 0)).map(Flag),
    max_gap_seconds=st.sampled_from((604_800, 604_800, 604_800, 8_000, 60)),
)
"""Short periods, so that everything has warmed up soon; all kinds of grids, gates and masks."""


# Words


def _word(name: str, *numbers: st.SearchStrategy[int]) -> st.SearchStrategy[Word]:
    return st.tuples(st.just(name), st.tuples(*numbers))


_burst = _word(
    "burst",
    st.sampled_from((1, 3, 10, 25, 60)),
    st.sampled_from((0, 1, 700, 4_000, 31_000)),
    st.sampled_from((-2, 0, 0, 2)),
    st.integers(0, 2**32),
)
_levels = st.sampled_from((-400, -50, -3, 0, 0, 3, 50, 400, 10**6))
_words = st.one_of(
    _burst,
    _burst,
    _burst,
    _word("move", st.sampled_from((-90, -7, -1, 1, 7, 90, 2_000))),
    _word("silence", st.sampled_from((1, 59, 60, 61, 299, 300, 901, 3_661, 7_300))),
    _word("edge", st.sampled_from((60, 300, 900, 3_600)), st.integers(-1, 1)),
    _word("past", st.sampled_from((1, 20, 59, 60, 61, 3_700)), st.integers(0, 2)),
    _word("watermark", st.sampled_from((-90, -1, 0, 1, 59, 60, 61, 901, 3_600))),
    _word("levels", st.integers(0, 15), _levels, _levels, _levels, _levels),
    _word("timer", st.sampled_from((-(10**6), -60, -1, 0, 1, 30, 60, 61, 3_600))),
    _word("odd", st.integers(0, 12)),
)
words = st.lists(_words, max_size=30) | st.lists(_words, min_size=15, max_size=40)
starts = st.one_of(
    st.sampled_from((0, 1, 1_723_161_600, 1_723_161_570, 1_722_470_399)).map(
        lambda seconds: seconds * NS_PER_SECOND
    ),
    st.integers(0, END_NS - 10**18),
    st.just(END_NS - 4 * 3_600 * NS_PER_SECOND),
)
"""Where time begins; the last one runs out of it."""


def calls_of(
    config: AnalyzerConfig, start_ns: int, story: Sequence[Word], seed: int = 0
) -> Iterator[Call]:
    """Spell out a story as calls on an analyzer of that configuration."""
    teller = _Teller(config, start_ns, random.Random(seed))
    for name, numbers in story:
        yield from getattr(teller, name)(*numbers)


class _Teller:
    """Where the market stands; one method for each word."""

    def __init__(self, config: AnalyzerConfig, start_ns: int, rng: random.Random) -> None:
        instrument = config.instrument
        default = DEFAULT_DECIMALS
        self.decimals = default if instrument is None else instrument.price_decimals
        self.size_decimals = default if instrument is None else instrument.size_decimals
        self.rng = rng
        self.now = start_ns
        self.units = 10 ** min(self.decimals, 4) * rng.choice((1, 7, 300, 61_837)) + 1

    def price(self) -> Any:  # noqa: ANN401 - a number or a string
        return _given(self.units, self.decimals, self.rng)

    def trade(self, at_ns: int) -> Call:
        size = _given(1 + int(self.rng.random() ** 4 * 1_000), self.size_decimals, self.rng)
        return Call("update", (self.price(), size, at_ns, self.rng.choice((-1, 0, 0, 1))))

    def burst(self, count: int, step_ms: int, drift: int, seed: int) -> Iterator[Call]:
        self.rng.seed(seed)
        for _ in range(count):
            self.units = max(1, self.units + drift + self.rng.choice((-1, 0, 0, 0, 1)))
            self.now += int(self.rng.random() * step_ms * 1_000_000)
            yield self.trade(self.now)

    def move(self, distance: int) -> Iterator[Call]:
        self.units = max(1, self.units + distance)
        yield self.trade(self.now)

    def silence(self, seconds: int) -> Iterator[Call]:
        self.now += seconds * NS_PER_SECOND
        yield self.trade(self.now)

    def edge(self, seconds: int, beside: int) -> Iterator[Call]:
        length = seconds * NS_PER_SECOND
        self.now += length - self.now % length + beside
        yield self.trade(self.now)

    def past(self, seconds: int, more: int) -> Iterator[Call]:
        yield self.trade(self.now - seconds * NS_PER_SECOND)
        self.now = max(0, self.now - more * NS_PER_SECOND)

    def watermark(self, seconds: int) -> Iterator[Call]:
        yield Call("watermark", (self.now + seconds * NS_PER_SECOND,))

    def levels(self, which: int, *offsets: int) -> Iterator[Call]:
        names = ("stop_below", "stop_above", "limit_below", "limit_above")
        levels = (max(1, self.units + offset) / 10**self.decimals for offset in offsets)
        armed = enumerate(zip(names, levels, strict=True))
        yield Call("arm", (), tuple(level for place, level in armed if which >> place & 1))

    def timer(self, seconds: int) -> Iterator[Call]:
        at_ns = max(0, self.now + seconds * NS_PER_SECOND)
        yield Call("arm", (), (("wake_at_ns", at_ns),))

    def odd(self, kind: int) -> Iterator[Call]:
        yield _odd(kind, self.now)


def _given(units: int, decimals: int, rng: random.Random) -> Any:  # noqa: ANN401 - a number or a string
    """Return units in one of the ways to write them."""
    scale, kind = 10**decimals, rng.randrange(8)
    if kind == 0:
        return f"{units // scale}.{units % scale:0{decimals}d}" if decimals else str(units)
    if kind == 1 and units % scale == 0:
        return units // scale
    if kind == 2:
        return units * (1.0 / scale)  # may miss the grid by a little
    return units / scale


def _odd(kind: int, now: int) -> Call:
    """Return a call that is refused for one reason, or one that forgets everything."""
    now = min(now, END_NS)
    beyond = now + 31_622_401 * NS_PER_SECOND
    return (
        Call("update", (float("nan"), 1.0, now)),
        Call("update", (1.0, float("inf"), now)),
        Call("update", (1.0, 0.0, now)),
        Call("update", (1.0, "1e", now)),
        Call("update", (1.0, 1.0, float(now))),
        Call("update", (1.0, 1.0, now, 2)),
        Call("update", (1.0, 1.0, -1)),
        Call("update", (None, 1.0, now)),
        Call("update", (1.0, 1.0, beyond)),
        Call("watermark", (beyond,)),
        Call("arm", (), (("stop_below", -1.0), ("wake_at_ns", now))),
        Call("arm", (), (("stop_below", 1.0), ("wake_at_ns", -1))),
        Call("reset"),
    )[kind]


# Rows


def rows_of(calls: Sequence[Call]) -> list[Row]:
    """Return the trades among calls as rows of numbers, as they stand in arrays."""
    found = [call.arguments for call in calls if call.method == "update"]
    return [
        (float(price), float(size), time, side[0] if side else 0)
        for price, size, time, *side in found
        if isinstance(price, float | int | str)
        and isinstance(time, int)
        and 0 <= time < 2**63
        and size != "1e"
    ]


def columns_of(rows: Sequence[Row]) -> tuple[array[float], array[float], array[int], array[int]]:
    """Return rows by column."""
    return (
        array("d", [row[0] for row in rows]),
        array("d", [row[1] for row in rows]),
        array("q", [row[2] for row in rows]),
        array("b", [row[3] for row in rows]),
    )


# A long run


def long_run(ticks: int) -> Iterator[Call]:
    """Yield a long run with everything in it; nothing but integers and `Random`, alike everywhere.

    A shorter run is the beginning of a longer one.
    """
    rng = random.Random(20_240_808)
    now, units, trend = 1_723_075_200 * NS_PER_SECOND + 17, 6_183_763, 0
    for tick in range(ticks):
        chance = rng.randrange(1_000)
        if chance < 4:
            trend = rng.randrange(-3, 4)
        if chance == 0:
            now += rng.randrange(20 * 60) * NS_PER_SECOND  # nobody trades
        elif chance == 1:
            yield Call("watermark", (now + rng.randrange(90) * NS_PER_SECOND,))
        elif chance < 10:
            offsets = [rng.randrange(5, 400) for _ in range(4)]
            yield Call("arm", (), (
                ("stop_below", (units - offsets[0]) / 100),
                ("stop_above", (units + offsets[1]) / 100),
                ("limit_below", (units - offsets[2]) / 100),
                ("limit_above", (units + offsets[3]) / 100),
                ("wake_at_ns", now + rng.randrange(300) * NS_PER_SECOND),
            ))  # fmt: skip
        back = rng.randrange(40 * NS_PER_SECOND) if chance > 990 else 0
        now += rng.randrange(1_500_000_000)
        units = max(1_000, units + trend + rng.randrange(-20, 21) * (chance > 200))
        size = (1 + rng.randrange(1_000) ** 2) / 100_000
        yield Call("update", (units / 100, size, now - back, tick % 3 - 1))
