from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from supreme_system_v5 import optimized
from supreme_system_v5.domain import NS_PER_SECOND, Bar, Instrument, Timeframe
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError, StateError
from supreme_system_v5.optimized.bars import BarBuilder
from supreme_system_v5.ports import BarSource
from tests.support.bits import exact
from tests.support.contract import NO_PRICES, NO_TIMES, NOT_INTEGERS, NOT_NUMBERS
from tests.support.stateful import assert_damage_is_refused, duplicates, refused

MINUTE_NS = 60 * NS_PER_SECOND
HOUR_NS = 60 * MINUTE_NS
START = 1_723_075_200 * NS_PER_SECOND  # 2024-08-08T00:00Z, a whole day
GRID = Instrument(symbol="BTC-USDT", price_decimals=2, size_decimals=5)


def at(minutes: float) -> int:
    return START + round(minutes * MINUTE_NS)


def built(
    *trades: tuple[float | str, float | str, float], builder: BarBuilder | None = None
) -> list[Bar]:
    """Return the bars that trades at so many minutes after midnight close."""
    builder = builder or BarBuilder()
    return [
        bar for price, size, minute in trades for bar in builder.update(price, size, at(minute))
    ]


def ohlc(bar: Bar | None) -> tuple[float, ...]:
    assert bar is not None
    return bar.open, bar.high, bar.low, bar.close, bar.volume, bar.trades


def opened(bars: Sequence[Bar]) -> list[tuple[str, int]]:
    return [(bar.timeframe.value, (bar.open_ns - START) // MINUTE_NS) for bar in bars]


def test_a_minute_closes_with_the_first_event_at_or_after_its_end() -> None:
    builder = BarBuilder()
    assert built((10, 1, 0), (12, 2, 0.3), (9, 3, 0.5), (11, 4, 0.999), builder=builder) == []
    [bar] = builder.update(50, 1, at(1))
    assert ohlc(bar) == (10.0, 12.0, 9.0, 11.0, 10.0, 4)
    assert bar.timeframe is Timeframe.M1
    assert (bar.open_ns, bar.close_ns, bar.partial) == (START, at(1), False)
    assert builder.watermark(at(2) - 1) == []
    [bar] = builder.watermark(at(2))
    assert ohlc(bar) == (50.0, 50.0, 50.0, 50.0, 1.0, 1)


def test_longer_bars_come_from_minutes_short_before_long() -> None:
    builder = BarBuilder()
    built(*((100 + minute, 1, minute) for minute in range(60)), builder=builder)
    last = builder.watermark(at(60))
    assert opened(last) == [("1m", 59), ("5m", 55), ("15m", 45), ("1h", 0)]
    assert [ohlc(bar) for bar in last] == [
        (159.0, 159.0, 159.0, 159.0, 1.0, 1),
        (155.0, 159.0, 155.0, 159.0, 5.0, 5),
        (145.0, 159.0, 145.0, 159.0, 15.0, 15),
        (100.0, 159.0, 100.0, 159.0, 60.0, 60),
    ]
    for bar in last:
        assert bar.close_ns - bar.open_ns == bar.timeframe.seconds * NS_PER_SECOND


def test_silent_minutes_are_flat_at_the_last_close_and_leave_longer_bars_alone() -> None:
    bars = built((10, 1, 0), (7, 1, 0.5), (20, 2, 6.5), (30, 1, 10))
    minutes = [bar for bar in bars if bar.timeframe is Timeframe.M1]
    assert [ohlc(bar) for bar in minutes[1:6]] == [(7.0, 7.0, 7.0, 7.0, 0.0, 0)] * 5
    assert ohlc(minutes[6]) == (20.0, 20.0, 20.0, 20.0, 2.0, 1)
    five = [bar for bar in bars if bar.timeframe is Timeframe.M5]
    assert [ohlc(bar) for bar in five] == [
        (10.0, 10.0, 7.0, 7.0, 2.0, 2),
        (20.0, 20.0, 20.0, 20.0, 2.0, 1),  # its first trade replaces the flat prices
    ]
    order = [(1, 0), (1, 1), (1, 2), (1, 3), (1, 4), (5, 0), (1, 5)]
    assert opened(bars)[:7] == [(f"{length}m", minute) for length, minute in order]


def test_bars_that_opened_before_watching_began_are_partial() -> None:
    bars = built((10, 1, 2.5), (10, 1, 3), (10, 1, 65))
    partial = set(opened([bar for bar in bars if bar.partial]))
    assert partial == {("1m", 2), ("5m", 0), ("15m", 0), ("1h", 0)}
    builder = BarBuilder()
    builder.watermark(at(2))  # watching begins with any event
    bars = built((10, 1, 2.5), (10, 1, 5), builder=builder)
    assert [(bar.timeframe.value, bar.partial) for bar in bars] == [
        ("1m", False), ("1m", False), ("1m", False), ("5m", True),
    ]  # fmt: skip


def test_the_first_trade_is_late_too_below_the_minute_that_is_watched() -> None:
    builder = BarBuilder()
    builder.watermark(at(1.5))
    assert builder.update(10, 1, at(1) - 1) == []
    assert (builder.late, builder.forming("1m")) == (1, None)
    bars = built((10, 1, 1.2), (10, 1, 3), builder=builder)  # before the watermark, in its minute
    assert [(opened([bar]), bar.partial) for bar in bars] == [
        ([("1m", 1)], True), ([("1m", 2)], False),
    ]  # fmt: skip


def test_a_trade_below_the_open_minute_is_late_and_changes_nothing() -> None:
    builder = BarBuilder()
    built((10, 1, 0.5), (11, 1, 1.5), builder=builder)
    before = [exact(builder.forming(timeframe)) for timeframe in Timeframe]
    assert builder.late == 0
    assert builder.update(99, 9, at(1) - 1) == []
    assert builder.late == 1
    assert [exact(builder.forming(timeframe)) for timeframe in Timeframe] == before
    assert builder.update(9, 1, at(1)) == []  # backward, but inside the open minute
    assert ohlc(builder.forming(Timeframe.M1)) == (11.0, 11.0, 9.0, 9.0, 2.0, 2)
    assert builder.late == 1


def test_forming_bars_show_every_trade_so_far() -> None:
    builder = BarBuilder()
    assert [builder.forming(timeframe) for timeframe in Timeframe] == [None] * 4
    built((10, 1, 0.5), (12, 1, 1.5), (8, 1, 7), builder=builder)
    assert ohlc(builder.forming("1m")) == (8.0, 8.0, 8.0, 8.0, 1.0, 1)
    assert ohlc(builder.forming("5m")) == (8.0, 8.0, 8.0, 8.0, 1.0, 1)
    assert ohlc(builder.forming("15m")) == (10.0, 12.0, 8.0, 8.0, 3.0, 3)
    assert ohlc(builder.forming("1h")) == (10.0, 12.0, 8.0, 8.0, 3.0, 3)


@pytest.mark.parametrize(("side", "bought"), [(1, 2.5), (0, 0.0), (-1, 0.0)])
def test_what_takers_bought_is_summed_apart(side: int, bought: float) -> None:
    builder = BarBuilder()
    builder.update(10, 2.5, START, side)
    builder.update(10, 0.5, START, side=-1)
    bar = builder.forming(Timeframe.M1)
    assert bar is not None
    assert (bar.volume, bar.buy_volume) == (3.0, bought)


def test_sums_are_exact_in_steps_of_the_grid() -> None:
    rng = random.Random(8)
    sizes = [f"{rng.randrange(1, 10**9) / 1e5:.5f}" for _ in range(5_000)]
    builder = BarBuilder(GRID)
    for size in sizes:
        builder.update("61837.63", size, START, 1)
    bar = builder.forming(Timeframe.M1)
    assert bar is not None
    assert bar.volume == bar.buy_volume == float(sum(map(Decimal, sizes)))
    assert bar.volume != sum(map(float, sizes))  # plain doubles would have been off


def test_the_largest_sizes_do_not_overflow() -> None:
    builder = BarBuilder()
    largest = 2.0**53 / 1e8
    for _ in range(5_000):
        builder.update(largest, largest, START)
    bar = builder.forming(Timeframe.H1)
    assert bar is not None
    assert bar.volume == 5_000 * 2**53 / 1e8
    assert bar.high == largest


def test_numbers_and_decimal_strings_are_the_same_trade() -> None:
    one, other = BarBuilder(GRID), BarBuilder(GRID)
    for price, size, texts in ((61837.63, 0.1, ("61837.63", "0.10000")), (7, 3, ("7.", "3.0"))):
        one.update(price, size, START)
        other.update(*texts, START)
    assert one.__getstate__() == other.__getstate__()


def test_without_an_instrument_values_are_rounded_to_1e_8() -> None:
    builder = BarBuilder()
    builder.update(1.000000005, 0.000000014, START)
    bar = builder.forming(Timeframe.M1)
    assert bar is not None
    assert (bar.close, bar.volume) == (1.00000001, 1e-8)
    for tiny in (4.9e-9, 1e-15):
        refused(InvalidInputError, "price", builder.update, tiny, 1.0, START)


@pytest.mark.parametrize(("price", "good"), [
    (0.1 + 0.2, True), (100.001, False), ("0.005", False), (1e-9, False), (1234.5600000001, True),
    ("1234.560001", False), (90_071_992_547_409.92, True), (90_071_992_547_410.0, False),
])  # fmt: skip
def test_an_instrument_refuses_what_lies_between_its_steps(price: Any, good: bool) -> None:  # noqa: ANN401 - a number or a string
    builder = BarBuilder(GRID)
    if good:
        assert builder.update(price, 1.0, START) == []
    else:
        refused(InvalidInputError, "price", builder.update, price, 1.0, START)


@pytest.mark.parametrize("decimals", range(13))
def test_the_largest_price_of_every_grid(decimals: int) -> None:
    instrument = Instrument(symbol="X", price_decimals=decimals, size_decimals=decimals)
    largest = min(2**53, 10**15 * 10**decimals) / 10**decimals
    builder = BarBuilder(instrument)
    assert builder.update(largest, largest, START) == []
    bar = builder.forming(Timeframe.M1)
    assert bar is not None
    assert (bar.close, bar.volume) == (largest, largest)
    refused(InvalidInputError, "price", builder.update, largest * 1.001, largest, START)


def test_a_jump_ahead_beyond_belief_is_refused() -> None:
    builder = BarBuilder(max_gap_seconds=3_600)
    builder.update(10, 1, START)
    state = builder.__getstate__()
    for call in (builder.watermark, lambda time: builder.update(10, 1, time)):
        refused(InvalidInputError, "timestamp_ns", call, START + HOUR_NS + 1)
    assert builder.__getstate__() == state
    assert len(builder.watermark(START + HOUR_NS)) == 60 + 12 + 4 + 1


BAD_NUMBERS = [bad for bad in NO_PRICES if not isinstance(bad, float) or not 1e8 > bad > 1e-8]
BAD_TEXTS = ["", " ", ".", "-1", "+1", "1 ", " 1", "1_0", "1,0", "nan", "inf", "1..0", "0x10",
             "1/2", "1e", "e5", "1e400", "0", "0.0", "٣", "1\x00", "\ud800", "9" * 400]  # fmt: skip


@pytest.mark.parametrize("name", ["price", "size"])
def test_what_is_no_price_or_size_is_refused_and_changes_nothing(name: str) -> None:
    builder = BarBuilder()
    builder.update(10, 1, START)
    state = builder.__getstate__()
    for wrong, error in (
        (BAD_NUMBERS, InvalidInputError),
        (BAD_TEXTS, InvalidInputError),
        ([bad for bad in NOT_NUMBERS if bad != "1"], InvalidTypeError),
    ):
        for bad in wrong:
            trade: list[Any] = [10, 1]
            trade[name == "size"] = bad
            refused(error, name, builder.update, *trade, START)
            assert builder.__getstate__() == state


def test_times_and_sides_are_refused_by_type_and_range() -> None:
    builder = BarBuilder()
    builder.update(10, 1, START)
    state = builder.__getstate__()
    for bad in NO_TIMES:
        refused(InvalidInputError, "timestamp_ns", builder.update, 10, 1, bad)
        refused(InvalidInputError, "timestamp_ns", builder.watermark, bad)
    for bad in NOT_INTEGERS:
        refused(InvalidTypeError, "timestamp_ns", builder.update, 10, 1, bad)
        refused(InvalidTypeError, "timestamp_ns", builder.watermark, bad)
        refused(InvalidTypeError, "side", builder.update, 10, 1, START, bad)
    for bad in (-2, 2, 127, 2**63, 10**400):
        refused(InvalidInputError, "side", builder.update, 10, 1, START, bad)
    assert builder.__getstate__() == state


@pytest.mark.parametrize("timeframe", ["", "2m", "1M", "tick", "60", "\ud800"])
def test_there_are_four_timeframes(timeframe: str) -> None:
    with pytest.raises((InvalidInputError, InvalidTypeError), match="^timeframe must be"):
        BarBuilder().forming(timeframe)


def test_bad_parameters_are_refused() -> None:
    for seconds in (59, 0, -1, 31_622_401, 2**63):
        refused(InvalidInputError, "max_gap_seconds", BarBuilder, None, seconds)
    for bad in NOT_INTEGERS:
        refused(InvalidTypeError, "max_gap_seconds", BarBuilder, None, bad)
    for decimals in (-1, 13, 2**63):
        for name in ("price_decimals", "size_decimals"):
            wrong = replace(GRID, **{name: decimals})  # type: ignore[arg-type]
            refused(InvalidInputError, name, BarBuilder, wrong)
    refused(InvalidTypeError, "price_decimals", BarBuilder, replace(GRID, price_decimals=2.0))  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [5, "BTC-USDT", object(), (2, 5)])
def test_an_instrument_is_an_instrument(wrong: Any) -> None:  # noqa: ANN401 - anything else
    refused(InvalidTypeError, "instrument", BarBuilder, wrong)


def test_it_tells_how_it_was_built() -> None:
    builder = BarBuilder(GRID, 3_600)
    assert (builder.instrument, builder.max_gap_seconds, builder.late) == (GRID, 3_600, 0)
    again = eval(repr(builder), vars(optimized) | {"Instrument": Instrument})  # noqa: S307 - our own text
    assert (again.instrument, again.max_gap_seconds) == (GRID, 3_600)
    assert repr(BarBuilder()) == "BarBuilder(instrument=None, max_gap_seconds=604800)"


def test_copies_go_their_own_way_and_reset_forgets() -> None:
    rng = random.Random(5)
    trades = [(round(100 + rng.random(), 2), 0.5, minute * 0.7) for minute in range(300)]
    builder = BarBuilder(GRID)
    bars = built(*trades, builder=builder)
    for cut in (0, 1, 150):
        original = BarBuilder(GRID)
        head = built(*trades[:cut], builder=original)
        for twin in duplicates(original):
            assert exact(head + built(*trades[cut:], builder=twin)) == exact(bars)
            assert twin.__getstate__() == builder.__getstate__()
    builder.reset()
    assert (builder.forming("1m"), builder.late, builder.instrument) == (None, 0, GRID)
    assert exact(built(*trades, builder=builder)) == exact(bars)


def test_damaged_state_is_refused() -> None:
    builder = BarBuilder()
    built((10, 1, 0.5), (11, 1, 1.5), builder=builder)
    assert_damage_is_refused(builder, optimized.CircularBuffer(3))


def test_the_state_of_other_parameters_is_refused() -> None:
    """A number of units means nothing on another grid."""
    for other in (BarBuilder(GRID), BarBuilder(max_gap_seconds=60)):
        state = other.__getstate__()
        with pytest.raises(StateError, match="^state must be"):
            BarBuilder().__setstate__(state)


def test_it_is_a_source_of_bars() -> None:
    source: BarSource = BarBuilder()
    assert list(source.update("10", "1", START)) == []
