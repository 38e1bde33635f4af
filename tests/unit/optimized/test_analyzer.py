from __future__ import annotations

import itertools
import math
import random
from array import array
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from supreme_system_v5 import optimized
from supreme_system_v5.domain import (
    NS_PER_SECOND,
    AnalyzerConfig,
    AnalyzerSnapshot,
    ArmedLevels,
    Flag,
    GateCounters,
    Instrument,
    TickView,
    TimeframeView,
)
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError, StateError
from supreme_system_v5.optimized.analyzer import OptimizedTechnicalAnalyzer
from supreme_system_v5.ports import TickAnalyzer
from tests.support.bits import HISTORIES, bits, everything, exact
from tests.support.contract import NO_PRICES, NO_TIMES, NOT_INTEGERS, NOT_NUMBERS, wrong_arrays
from tests.support.indicators import walk
from tests.support.stateful import assert_damage_is_refused, duplicates, refused

MINUTE_NS = 60 * NS_PER_SECOND
START = 1_723_075_200 * NS_PER_SECOND  # 2024-08-08T00:00Z
GRID = Instrument(symbol="BTC-USDT", price_decimals=2, size_decimals=5)
SMALL = AnalyzerConfig(
    tick_ema=3, tick_rsi=2, tick_macd=(2, 4, 2), bar_emas=(2, 3, 4), bar_rsi=2, bar_macd=(1, 2, 2),
    bar_atr=2, bar_bollinger=2, bar_volatility=2, volume_window=3,
)  # fmt: skip
QUIET = replace(SMALL, wake_on=Flag(0))

Row = tuple[float, float, int, int]


def trades(count: int, seconds: float = 11.0, seed: int = 1) -> list[Row]:
    """Return trades, some of them backward in time, late ones among them."""
    rng = random.Random(seed)
    now, found = START, []
    for price in walk(count, seed):
        step = rng.random() * seconds if rng.random() > 0.05 else -rng.random() * 90.0
        now += int(step * NS_PER_SECOND)
        found.append((round(price, 4), 0.001 + rng.randrange(100), now, rng.randrange(3) - 1))
    return found


def play(analyzer: OptimizedTechnicalAnalyzer, rows: list[Row]) -> list[int]:
    return [analyzer.update(*row) for row in rows]


def columns_of(rows: list[Row]) -> tuple[array[float], array[float], array[int], array[int]]:
    return (
        array("d", [row[0] for row in rows]),
        array("d", [row[1] for row in rows]),
        array("q", [row[2] for row in rows]),
        array("b", [row[3] for row in rows]),
    )


def started(config: AnalyzerConfig = SMALL, count: int = 300) -> OptimizedTechnicalAnalyzer:
    analyzer = OptimizedTechnicalAnalyzer(config)
    play(analyzer, trades(count))
    analyzer.arm(stop_below=1.0, wake_at_ns=START + 10**15)
    return analyzer


def test_an_analyzer_that_has_seen_nothing() -> None:
    analyzer = OptimizedTechnicalAnalyzer()
    assert analyzer.config == AnalyzerConfig()
    snapshot = analyzer.snapshot()
    unknown: dict[str, Any] = {
        field.name: None for field in fields(TimeframeView) if field.name != "timeframe"
    }
    assert snapshot == AnalyzerSnapshot(
        watermark_ns=None,
        accepted=0,
        late=0,
        tick=TickView(price=None, size=None, timestamp_ns=None, ema=None, rsi=None, macd=None,
                      mature=False),
        timeframes={
            name: TimeframeView(
                timeframe=view.timeframe, **unknown | {"closed": 0, "mature": False}
            )
            for name, view in snapshot.timeframes.items()
        },
        gate=GateCounters(
            seen=0, processed=0, skipped=0, skip_ratio=0.0,
            by_reason=dict.fromkeys(("FIRST", "PRICE", "VOLUME", "IDLE", "UNGATED"), 0),
        ),
        armed=ArmedLevels(),
        last_hit=(),
    )  # fmt: skip
    assert list(snapshot.timeframes) == ["1m", "5m", "15m", "1h"]
    assert all(view.timeframe == name for name, view in snapshot.timeframes.items())
    for place, names in HISTORIES.items():
        assert [analyzer.history(name, place) for name in names] == [[]] * len(names)


def test_the_parts_are_those_of_the_snapshot() -> None:
    analyzer = OptimizedTechnicalAnalyzer(SMALL)
    play(analyzer, trades(2_000, seconds=60.0))
    snapshot = analyzer.snapshot()
    assert analyzer.tick() == snapshot.tick
    assert analyzer.gate() == snapshot.gate
    assert {name: analyzer.timeframe(name) for name in snapshot.timeframes} == snapshot.timeframes
    counts = (analyzer.watermark_ns, analyzer.accepted, analyzer.late)
    assert counts == (snapshot.watermark_ns, snapshot.accepted, snapshot.late)
    assert snapshot.accepted + snapshot.late == 2_000
    assert snapshot.late > 0
    assert all(view.mature for view in snapshot.timeframes.values())


def test_tick_indicators_are_the_indicators_over_accepted_ticks() -> None:
    rows = trades(400)
    analyzer = OptimizedTechnicalAnalyzer(SMALL)
    accepted = [row[0] for row in rows if not analyzer.update(*row) & Flag.LATE]
    ema = optimized.UltraOptimizedEMA(3).batch(accepted).tolist()
    rsi = optimized.UltraOptimizedRSI(2).batch(accepted).tolist()
    macd = list(zip(*optimized.UltraOptimizedMACD(2, 4, 2).batch(accepted), strict=True))
    assert exact(analyzer.history("ema")) == exact(ema[-50:])
    assert exact(analyzer.history("rsi")) == exact(rsi[-50:])
    assert exact(analyzer.history("macd")) == exact(macd[-50:])
    tick = analyzer.tick()
    assert exact([tick.ema, tick.rsi, tick.macd]) == exact([ema[-1], rsi[-1], macd[-1]])


def test_bar_indicators_are_the_indicators_over_whole_closed_bars() -> None:
    rows = trades(4_000, seconds=60.0)
    analyzer, builder = OptimizedTechnicalAnalyzer(SMALL), optimized.BarBuilder()
    play(analyzer, rows)
    bars = [bar for row in rows for bar in builder.update(*row)]
    per_years = {"1m": 525_600.0, "5m": 105_120.0, "15m": 35_040.0, "1h": 8_760.0}
    for place, per_year in per_years.items():
        mine = [bar for bar in bars if bar.timeframe == place]
        assert exact(analyzer.history("bar", place)) == exact(mine[-50:])
        whole = [bar for bar in mine if not bar.partial]
        close = [bar.close for bar in whole]
        assert len(close) > 10
        vwap = optimized.SessionVWAP()
        weighted = [
            vwap.update((bar.high + bar.low + bar.close) / 3.0, bar.volume, bar.open_ns)
            for bar in whole
            if bar.volume
        ]
        columns: dict[str, Any] = {
            "ema_fast": optimized.UltraOptimizedEMA(2, "sma").batch(close),
            "ema": optimized.UltraOptimizedEMA(3, "sma").batch(close),
            "ema_slow": optimized.UltraOptimizedEMA(4, "sma").batch(close),
            "rsi": optimized.UltraOptimizedRSI(2).batch(close),
            "atr": optimized.AverageTrueRange(2).batch(
                [bar.high for bar in whole], [bar.low for bar in whole], close
            ),
            "macd": zip(*optimized.UltraOptimizedMACD(1, 2, 2, "sma").batch(close), strict=True),
            "bollinger": zip(*optimized.BollingerBands(2).batch(close), strict=True),
            "volatility": optimized.RealisedVolatility(2, per_year).batch(close),
            "vwap": weighted,
        }
        view = analyzer.timeframe(place)
        for name, column in columns.items():
            known = [x for x in column if not math.isnan(x[0] if isinstance(x, tuple) else x)]
            assert exact(analyzer.history(name, place)) == exact(known[-50:]), (place, name)
            assert exact(getattr(view, name)) == exact(known[-1])


def test_indicator_batch_is_the_three_batches_in_one() -> None:
    prices = walk(500)
    for config in (SMALL, AnalyzerConfig(), replace(SMALL, tick_seed="sma")):
        analyzer = started(config)
        state = analyzer.__getstate__()
        fused = analyzer.indicator_batch(array("d", prices))
        assert analyzer.__getstate__() == state
        apart = [
            optimized.UltraOptimizedEMA(config.tick_ema, config.tick_seed).batch(prices),
            optimized.UltraOptimizedRSI(config.tick_rsi).batch(prices),
            *optimized.UltraOptimizedMACD(*config.tick_macd, config.tick_seed).batch(prices),
        ]
        for one, other in zip(fused, apart, strict=True):
            assert (one.format, one.readonly, len(one)) == ("d", True, 500)
            known = [not math.isnan(x) for x in other]
            assert [not math.isnan(x) for x in one] == known
            assert bits(list(itertools.compress(one, known))) == bits(
                list(itertools.compress(other, known))
            )


def test_indicator_batch_writes_into_what_it_is_lent() -> None:
    prices = walk(300)
    analyzer = OptimizedTechnicalAnalyzer(SMALL)
    expected = [bytes(column) for column in analyzer.indicator_batch(prices)]
    table = np.full((5, 302), -1.0)
    lent: list[list[Any]] = [
        [array("d", [-1.0] * 300) for _ in range(5)],
        [np.full(300, -1.0) for _ in range(5)],
        [row[1:-1] for row in table],
        [memoryview(bytearray(2_400)).cast("d") for _ in range(5)],
    ]
    for out in lent:
        answer: Any = analyzer.indicator_batch(prices, out=iter(out))
        assert all(one is other for one, other in zip(answer, out, strict=True))
        assert [bytes(column) for column in out] == expected
    assert set(table[:, [0, -1]].ravel()) == {-1.0}  # nothing beside them was touched
    nothing: Any = analyzer.indicator_batch([], out=[array("d") for _ in range(5)])
    assert [len(column) for column in nothing] == [0] * 5


def test_indicator_batch_refuses_memory_that_does_not_fit() -> None:
    prices = array("d", walk(8))
    analyzer = OptimizedTechnicalAnalyzer(SMALL)
    state, before = analyzer.__getstate__(), bytes(prices)
    good: list[Any] = [np.full(8, -1.0) for _ in range(4)]
    shared = np.zeros(9)
    wrong: list[Any] = [
        good, [*good, good[0]], [*good, prices], [*good, np.zeros(7)], [*good, np.zeros(16)[::2]],
        [*good, np.zeros(8, "f4")], [*good, np.zeros(8, ">f8")], [*good, np.zeros((1, 8))],
        [*good, bytes(64)], [*good, memoryview(bytes(64)).cast("d")], [*good, [0.0] * 8],
        [*good, None], [*good, np.zeros(8), np.zeros(8)], [*good[:3], shared[:-1], shared[1:]],
        5, "out", np.zeros(8),
    ]  # fmt: skip
    for out in wrong:
        refused(InvalidTypeError, "out", analyzer.indicator_batch, prices, out=out)
    assert (analyzer.__getstate__(), bytes(prices)) == (state, before)
    assert all(set(column) == {-1.0} for column in good)
    refused(InvalidInputError, "prices", analyzer.indicator_batch, [1.0, 0.0],
            out=[np.zeros(2) for _ in range(5)], index=1)  # fmt: skip


# Levels, timers, order


@pytest.mark.parametrize(
    ("name", "hit", "missed"),
    [
        ("stop_below", [100.0, 99.0], [100.5]),
        ("stop_above", [100.0, 101.0], [99.5]),
        ("limit_below", [99.5], [100.0, 101.0]),
        ("limit_above", [100.5], [100.0, 99.0]),
    ],
)
def test_a_stop_is_hit_when_touched_a_limit_when_traded_through(
    name: str, hit: list[float], missed: list[float]
) -> None:
    for price, expected in [(price, True) for price in hit] + [(price, False) for price in missed]:
        analyzer = OptimizedTechnicalAnalyzer()
        analyzer.arm(**{name: 100.0})  # type: ignore[arg-type]
        assert bool(analyzer.update(price, 1.0, START) & Flag.LEVEL) == expected
        snapshot = analyzer.snapshot()
        assert snapshot.last_hit == ((name,) if expected else ())
        assert getattr(snapshot.armed, name) == (None if expected else 100.0)
        assert bool(analyzer.update(price, 1.0, START) & Flag.LEVEL) is False


def test_levels_that_hit_are_disarmed_the_others_stay() -> None:
    analyzer = OptimizedTechnicalAnalyzer()
    analyzer.arm(stop_below=90.0, limit_below=95.0, stop_above=110.0, limit_above=112.0)
    assert analyzer.update(94.0, 1.0, START) & Flag.LEVEL
    assert analyzer.snapshot().last_hit == ("limit_below",)
    assert analyzer.update(113.0, 1.0, START) & Flag.LEVEL
    assert analyzer.snapshot().last_hit == ("stop_above", "limit_above")
    assert analyzer.snapshot().armed == ArmedLevels(stop_below=90.0)
    analyzer.arm()
    assert analyzer.snapshot().armed == ArmedLevels()
    assert analyzer.snapshot().last_hit == ("stop_above", "limit_above")


def test_a_level_is_met_by_the_price_on_its_grid() -> None:
    analyzer = OptimizedTechnicalAnalyzer(replace(SMALL, instrument=GRID))
    analyzer.arm(stop_above=0.3)
    assert analyzer.update(0.1 + 0.2, 1.0, START) & Flag.LEVEL
    analyzer.arm(limit_above=0.3)
    assert not analyzer.update("0.30", 1.0, START) & Flag.LEVEL


def test_a_timer_comes_once_at_the_first_event_at_or_after_it() -> None:
    analyzer = OptimizedTechnicalAnalyzer(SMALL)
    analyzer.arm(wake_at_ns=START + 100)
    assert not analyzer.update(5.0, 1.0, START + 99) & Flag.TIMER
    assert analyzer.watermark(START + 100) == Flag.TIMER
    assert analyzer.watermark(START + 101) == 0
    analyzer.arm(wake_at_ns=0)  # long past: comes with the next event, even a late one
    assert analyzer.update(5.0, 1.0, START - MINUTE_NS) == Flag.TIMER | Flag.LATE
    assert analyzer.snapshot().armed == ArmedLevels()


def test_what_is_due_at_one_instant_is_one_stop_bars_before_the_tick() -> None:
    rows: list[Row] = [(5.0, 1.0, START, 0), (6.0, 1.0, START + 300 * NS_PER_SECOND, 0)]
    columns = columns_of(rows)
    analyzer = OptimizedTechnicalAnalyzer(SMALL)
    analyzer.arm(stop_above=6.0, wake_at_ns=START + 2 * MINUTE_NS)
    stops, position = [], 0
    while position < 2:
        position, flags = analyzer.advance(*columns, start=position)
        watermark = analyzer.watermark_ns
        assert watermark is not None
        stops.append((position, Flag(flags), (watermark - START) // MINUTE_NS))
    bar = Flag.BAR_1M
    assert stops == [
        (1, Flag.SIGNIFICANT, 0),
        (1, bar, 1),
        (1, bar | Flag.TIMER, 2),
        (1, bar, 3),
        (1, bar, 4),
        (1, bar | Flag.BAR_5M, 5),
        (2, Flag.LEVEL | Flag.SIGNIFICANT, 5),
    ]
    last = analyzer.timeframe("5m").bar
    assert last is not None
    assert (last.high, last.trades) == (5.0, 1)


def test_update_answers_all_of_that_at_once() -> None:
    analyzer = OptimizedTechnicalAnalyzer(SMALL)
    analyzer.arm(stop_above=6.0, wake_at_ns=START + 2 * MINUTE_NS)
    analyzer.update(5.0, 1.0, START)
    expected = Flag.BAR_1M | Flag.BAR_5M | Flag.TIMER | Flag.LEVEL | Flag.SIGNIFICANT
    assert analyzer.update(6.0, 1.0, START + 5 * MINUTE_NS) == expected


def test_a_late_trade_is_counted_and_changes_nothing_else() -> None:
    analyzer = started()
    before, state = analyzer.snapshot(), everything(analyzer)
    analyzer.arm(stop_above=1.0, wake_at_ns=START + 10**15)
    assert before.watermark_ns is not None
    assert analyzer.update(5.0, 1.0, before.watermark_ns - MINUTE_NS) == Flag.LATE
    analyzer.arm(stop_below=1.0, wake_at_ns=START + 10**15)
    assert analyzer.snapshot() == replace(before, late=before.late + 1)
    assert state != everything(analyzer)


def test_wake_on_masks_the_answer_and_nothing_else() -> None:
    rows = trades(1_500)
    plain = OptimizedTechnicalAnalyzer(SMALL)
    flags = play(plain, rows)
    assert {flag for flag in Flag if any(flag & found for found in flags)} == {
        Flag.SIGNIFICANT, Flag.BAR_1M, Flag.BAR_5M, Flag.BAR_15M, Flag.BAR_1H, Flag.LATE,
    }  # fmt: skip
    for mask in (0, 1, 2, 128, 254):
        masked = OptimizedTechnicalAnalyzer(replace(SMALL, wake_on=Flag(mask)))
        assert play(masked, rows) == [found & mask for found in flags]
        assert everything(masked) == everything(plain)


def test_a_timer_before_the_first_event_does_not_make_that_event_too_late() -> None:
    """`advance` stops for the timer, and then goes on just as `update` does."""
    columns = columns_of([(5.0, 1.0, START, 0)])
    one, other = (OptimizedTechnicalAnalyzer(SMALL) for _ in range(2))
    for analyzer in (one, other):
        analyzer.arm(wake_at_ns=0)
    assert one.update(5.0, 1.0, START) == Flag.TIMER | Flag.SIGNIFICANT
    assert other.advance(*columns) == (0, Flag.TIMER)
    assert other.watermark_ns is None  # no event yet
    assert other.advance(*columns) == (1, Flag.SIGNIFICANT)
    assert everything(one) == everything(other)


def test_a_bar_of_any_volume_enters_the_vwap() -> None:
    instrument = Instrument(symbol="X", price_decimals=0, size_decimals=0)
    analyzer = OptimizedTechnicalAnalyzer(replace(SMALL, instrument=instrument))
    for _ in range(2):
        analyzer.update(10.0, 9e14, START)
    analyzer.watermark(START + MINUTE_NS)
    bar = analyzer.timeframe("1m").bar
    assert bar is not None
    assert bar.volume == 1.8e15
    assert analyzer.timeframe("1m").vwap == 10.0


# Memory


def test_histories_hold_fifty_values_and_the_state_stops_growing() -> None:
    analyzer = OptimizedTechnicalAnalyzer(QUIET)
    rng = random.Random(3)
    rows = [(100.0 + rng.randrange(999) / 100, 1.0 + rng.randrange(9), 0, 0) for _ in range(10_000)]
    sizes, now = [], START
    for _ in range(30):
        prices, volumes, _, sides = columns_of(rows)
        times = array("q", range(now, now + 10_000 * NS_PER_SECOND, NS_PER_SECOND))
        assert analyzer.advance(prices, volumes, times, sides) == (10_000, 0)
        now = times[-1]
        sizes.append(len(analyzer.__getstate__()))
        for place, names in HISTORIES.items():
            assert max(len(analyzer.history(name, place)) for name in names) <= 50
    assert analyzer.accepted == 300_000
    assert analyzer.timeframe("1h").closed == 83
    for place in ("tick", "1m", "5m", "15m", "1h"):
        assert len(analyzer.history("ema", place)) == 50
    # Counters and sums take a byte more when they need another seven bits.
    full = sizes[20:]
    assert max(full) - min(full) < 200
    assert max(full) < 40_000


# State


def test_copies_carry_on_bit_for_bit() -> None:
    rows = trades(1_200)
    fine = replace(SMALL, gated=False, instrument=replace(GRID, price_decimals=4))
    for config in (None, SMALL, fine):
        whole = OptimizedTechnicalAnalyzer(config)
        flags = play(whole, rows)
        for cut in (0, 1, 40, 1_100):
            original = OptimizedTechnicalAnalyzer(config)
            original.arm(limit_above=1e14)
            play(original, rows[:cut])
            for twin in duplicates(original):
                assert everything(twin) == everything(original)
                assert play(twin, rows[cut:]) == flags[cut:]
                twin.arm()
                assert everything(twin) == everything(whole)
                assert twin.__getstate__() == whole.__getstate__()


def test_reset_forgets_everything_but_the_configuration() -> None:
    analyzer = started()
    analyzer.reset()
    assert analyzer.config is SMALL
    assert everything(analyzer) == everything(OptimizedTechnicalAnalyzer(SMALL))
    rows = trades(300)
    assert play(analyzer, rows) == play(fresh := OptimizedTechnicalAnalyzer(SMALL), rows)
    assert everything(analyzer) == everything(fresh)


def test_damaged_state_is_refused() -> None:
    analyzer = OptimizedTechnicalAnalyzer(SMALL)
    play(analyzer, trades(20))
    assert_damage_is_refused(analyzer, optimized.CircularBuffer(3))


@pytest.mark.parametrize(
    "other",
    [
        AnalyzerConfig(),
        replace(SMALL, instrument=GRID),
        replace(SMALL, gated=False),
        replace(SMALL, bar_bollinger_width=2.5),
        replace(SMALL, wake_on=Flag(1)),
        replace(SMALL, max_gap_seconds=60),
    ],
)
def test_the_state_of_another_configuration_is_refused(other: AnalyzerConfig) -> None:
    analyzer = started()
    state = analyzer.__getstate__()
    with pytest.raises(StateError, match="^state must be .*same config"):
        OptimizedTechnicalAnalyzer(other).__setstate__(state)


@pytest.mark.parametrize("wrong", [None, 5, "text", ["bytes"]])
def test_a_state_is_bytes(wrong: Any) -> None:  # noqa: ANN401 - anything else
    analyzer = started()
    state = analyzer.__getstate__()
    refused(InvalidTypeError, "state", analyzer.__setstate__, wrong)
    assert analyzer.__getstate__() == state


def test_it_tells_how_it_was_built() -> None:
    analyzer = OptimizedTechnicalAnalyzer(SMALL)
    assert repr(analyzer) == f"OptimizedTechnicalAnalyzer(config={SMALL!r})"
    assert analyzer.config is SMALL


# What it refuses

PERIODS = ("tick_ema", "tick_rsi", "bar_rsi", "bar_atr", "bar_bollinger", "bar_volatility",
           "volume_window")  # fmt: skip
REALS = ("bar_bollinger_width", "min_price_change", "volume_multiple", "max_idle_seconds")
SEEDS = ("tick_seed", "bar_seed")
THREES = ("tick_macd", "bar_macd", "bar_emas")
BOUND, TYPE, EITHER = InvalidInputError, InvalidTypeError, (InvalidInputError, InvalidTypeError)
BAD_SETTINGS: list[tuple[tuple[str, ...], Any, list[Any]]] = [
    (PERIODS, BOUND, [0, -1, 100_001, 2**63]),
    (PERIODS, TYPE, [1.0, None, True, "3"]),
    (("bar_bollinger", "bar_volatility"), BOUND, [1]),
    (REALS, BOUND, [0.0, -1.0, math.nan, math.inf]),
    (REALS, TYPE, [None, True, "3"]),
    (("target_skip_ratio",), BOUND, [-0.1, 0.991, math.nan]),
    (("target_skip_ratio",), TYPE, [None, True, "3"]),
    (("max_gap_seconds",), BOUND, [59, 31_622_401, -(2**63)]),
    (("max_gap_seconds",), TYPE, [60.0, None]),
    (("wake_on",), BOUND, [-1, 256]),
    (("wake_on",), TYPE, [1.0, None]),
    (SEEDS, BOUND, ["", "SMA", "\ud800"]),
    (SEEDS, TYPE, [None, 1]),
    (THREES, BOUND, [(), (1, 2), (1, 2, 3, 4), (0, 2, 3), (1, 100_001, 3), (5, 5, 9), (6, 5, 9)]),
    (THREES, TYPE, [(1.0, 2, 3), (1, True, 3), (1, 2, None)]),
    (THREES, EITHER, [None, 3, "123", {1: 1, 2: 2, 3: 3}]),
    (("bar_emas",), BOUND, [(1, 2, 2)]),
    (("gated",), TYPE, [None, 1, "no", np.array([1, 2])]),
    (("instrument",), TYPE, [5, "BTC-USDT", object()]),
]


@pytest.mark.parametrize(
    ("name", "error", "bad"),
    [(name, error, bad) for names, error, bad in BAD_SETTINGS for name in names],
)
def test_bad_settings_are_refused_by_their_name(name: str, error: Any, bad: list[Any]) -> None:  # noqa: ANN401 - a class, or two
    for value in bad:
        with pytest.raises(error, match=f"^{name} must be "):
            OptimizedTechnicalAnalyzer(replace(AnalyzerConfig(), **{name: value}))


@pytest.mark.parametrize("wrong", [5, "config", {}, AnalyzerConfig])
def test_a_configuration_is_a_configuration(wrong: Any) -> None:  # noqa: ANN401 - anything else
    with pytest.raises(InvalidTypeError, match=" must be "):
        OptimizedTechnicalAnalyzer(wrong)


A = OptimizedTechnicalAnalyzer
NO_UNITS = [bad for bad in NO_PRICES if not isinstance(bad, float) or not 1e8 > bad > 1e-8]
NO_UNITS += ["", "nan", "-1"]
NEITHER = [bad for bad in NOT_NUMBERS if bad != "1"]
NO_BYTES = [array("d", [1]), array("B", [1]), np.ones(1), np.ones((1, 1), "int8"), 1, "1", b"1",
            [1.0]]  # fmt: skip
FOUR, TIMES = [1.0] * 4, [START] * 4
DOUBLES, LONGS = list(wrong_arrays("d")), list(wrong_arrays("q"))
REFUSALS: list[tuple[str, Any, list[Any], Callable[[A, Any], object]]] = [
    ("price", BOUND, NO_UNITS, lambda a, x: a.update(x, 1.0, START)),
    ("price", TYPE, NEITHER, lambda a, x: a.update(x, 1.0, START)),
    ("size", BOUND, NO_UNITS, lambda a, x: a.update(1.0, x, START)),
    ("size", TYPE, NEITHER, lambda a, x: a.update(1.0, x, START)),
    ("timestamp_ns", BOUND, NO_TIMES, lambda a, x: a.update(1.0, 1.0, x)),
    ("timestamp_ns", TYPE, NOT_INTEGERS, lambda a, x: a.update(1.0, 1.0, x)),
    ("side", BOUND, [-2, 2, 2**63], lambda a, x: a.update(1.0, 1.0, START, x)),
    ("side", TYPE, NOT_INTEGERS, lambda a, x: a.update(1.0, 1.0, START, x)),
    ("timestamp_ns", BOUND, NO_TIMES, lambda a, x: a.watermark(x)),
    ("timestamp_ns", TYPE, NOT_INTEGERS, lambda a, x: a.watermark(x)),
    ("stop_below", BOUND, NO_PRICES, lambda a, x: a.arm(stop_below=x)),
    ("stop_below", TYPE, NOT_NUMBERS[1:], lambda a, x: a.arm(stop_below=x)),
    ("stop_above", BOUND, NO_PRICES, lambda a, x: a.arm(stop_above=x)),
    ("limit_below", BOUND, NO_PRICES, lambda a, x: a.arm(limit_below=x)),
    ("limit_above", BOUND, NO_PRICES, lambda a, x: a.arm(stop_below=9.0, limit_above=x)),
    ("wake_at_ns", BOUND, NO_TIMES, lambda a, x: a.arm(stop_below=9.0, wake_at_ns=x)),
    ("wake_at_ns", TYPE, NOT_INTEGERS[1:], lambda a, x: a.arm(wake_at_ns=x)),
    ("prices", TYPE, DOUBLES, lambda a, x: a.advance(x, FOUR, TIMES)),
    ("sizes", TYPE, DOUBLES, lambda a, x: a.advance(FOUR, x, TIMES)),
    ("sizes", BOUND, [[], FOUR[1:]], lambda a, x: a.advance(FOUR, x, TIMES)),
    ("timestamps_ns", TYPE, LONGS, lambda a, x: a.advance(FOUR, FOUR, x)),
    ("timestamps_ns", BOUND, [[], TIMES[1:]], lambda a, x: a.advance(FOUR, FOUR, x)),
    ("sides", TYPE, NO_BYTES, lambda a, x: a.advance([1.0], [1.0], [START], x)),
    ("sides", BOUND, [[], [0, 0]], lambda a, x: a.advance([1.0], [1.0], [START], x)),
    ("start", BOUND, [-1, 5, 2**63], lambda a, x: a.advance(FOUR, FOUR, TIMES, start=x)),
    ("start", TYPE, NOT_INTEGERS, lambda a, x: a.advance(FOUR, FOUR, TIMES, start=x)),
    ("prices", TYPE, DOUBLES, lambda a, x: a.indicator_batch(x)),
    ("name", BOUND, ["", "bar", "vwap", "EMA"], lambda a, x: a.history(x)),
    ("name", BOUND, ["", "bars", "EMA"], lambda a, x: a.history(x, "1m")),
    ("name", TYPE, [None, 1, b"ema", "\ud800"], lambda a, x: a.history(x)),
    ("timeframe", BOUND, ["", "2m", "TICK"], lambda a, x: a.history("ema", x)),
    ("timeframe", TYPE, [1, b"1m", np.array([1, 2])], lambda a, x: a.history("ema", x)),
    ("timeframe", BOUND, ["", "2m", "tick"], lambda a, x: a.timeframe(x)),
    ("timeframe", TYPE, [None, 1, b"1m"], lambda a, x: a.timeframe(x)),
]


@pytest.mark.parametrize(("name", "error", "wrong", "call"), REFUSALS)
def test_what_is_refused_changes_nothing(
    name: str,
    error: Any,  # noqa: ANN401 - one of two classes
    wrong: list[Any],
    call: Callable[[A, Any], object],
) -> None:
    analyzer = started()
    state = analyzer.__getstate__()
    for bad in wrong:
        refused(error, name, call, analyzer, bad)
        assert analyzer.__getstate__() == state, bad


def test_what_is_between_the_steps_of_the_grid_is_refused() -> None:
    analyzer = OptimizedTechnicalAnalyzer(replace(SMALL, instrument=GRID))
    refused(InvalidInputError, "price", analyzer.update, 100.001, 1.0, START)
    refused(InvalidInputError, "size", analyzer.update, 100.01, 0.000001, START)
    refused(InvalidInputError, "price", analyzer.advance, [100.01, 100.001], [1.0] * 2, [START] * 2,
            start=1, index=1)  # fmt: skip


def test_a_jump_ahead_beyond_belief_is_refused() -> None:
    analyzer = started()
    state, watermark = analyzer.__getstate__(), analyzer.watermark_ns
    assert watermark is not None
    too_far = watermark + SMALL.max_gap_seconds * NS_PER_SECOND + 1
    refused(InvalidInputError, "timestamp_ns", analyzer.update, 100.0, 1.0, too_far)
    refused(InvalidInputError, "timestamp_ns", analyzer.watermark, too_far)
    refused(InvalidInputError, "timestamp_ns", analyzer.advance, [1.0], [1.0], [too_far], index=0)
    assert analyzer.__getstate__() == state
    assert analyzer.watermark(too_far - 1)


@pytest.mark.parametrize("column", range(4))
def test_advance_takes_what_comes_before_a_bad_trade(column: int) -> None:
    rows = trades(400)
    for place in (0, 1, 399):
        analyzer, expected = OptimizedTechnicalAnalyzer(QUIET), OptimizedTechnicalAnalyzer(QUIET)
        play(expected, rows[:place])
        columns: Any = columns_of(rows)
        columns[column][place] = (math.nan, -1.0, -1, 2)[column]
        name = ("prices", "sizes", "timestamps_ns", "sides")[column]
        refused(InvalidInputError, name, analyzer.advance, *columns, index=place)
        assert analyzer.__getstate__() == expected.__getstate__()


def test_advance_takes_any_arrays() -> None:
    rows = trades(200)
    expected = OptimizedTechnicalAnalyzer(QUIET)
    play(expected, rows)
    ways: list[Any] = [list, tuple, memoryview, np.array, lambda x: np.repeat(x, 2)[::2]]
    for convert in ways:
        analyzer = OptimizedTechnicalAnalyzer(QUIET)
        columns: Any = map(convert, columns_of(rows))
        assert analyzer.advance(*columns) == (200, 0)
        assert analyzer.__getstate__() == expected.__getstate__()
    nothing: list[Any] = [[], (), np.array([]), array("d")]
    for empty in nothing:
        assert expected.advance(empty, empty, np.array([], "int64")) == (0, 0)
    assert expected.advance(*columns_of([])) == (0, 0)
    assert expected.advance(*columns_of(rows), start=200) == (200, 0)


@pytest.mark.parametrize("sides", [[128], [-129], [2**63], [10**400]])
def test_a_side_in_a_list_is_a_small_integer(sides: list[int]) -> None:
    analyzer = started()
    state = analyzer.__getstate__()
    with pytest.raises(EITHER, match="^sides? must be "):
        analyzer.advance([1.0], [1.0], [START], sides)
    assert analyzer.__getstate__() == state


def test_it_is_a_tick_analyzer() -> None:
    analyzer: TickAnalyzer = OptimizedTechnicalAnalyzer()
    assert analyzer.update("100.5", 1, START) == Flag.SIGNIFICANT
