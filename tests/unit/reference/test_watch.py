"""The analyzer and time: instants, whole bars, a signal and an exchange taken along."""

from __future__ import annotations

import random
from array import array
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from supreme_system_v5.domain import VENUES, AnalyzerConfig, Flag, OrderKind, Timeframe
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.reference import OptimizedTechnicalAnalyzer, PaperExchange, Signals
from tests.unit.reference.ticks import (
    SMALL,
    Levels,
    Walk,
    columns_of,
    everything,
    levels,
    rows_from,
    walks,
)

S = 10**9
MINUTE = 60 * S
START = 1_723_161_600 * S  # midnight
CASH = 10**13
BARS = Flag.BAR_1M | Flag.BAR_5M | Flag.BAR_15M | Flag.BAR_1H
QUIET = replace(SMALL, wake_on=Flag(0))

Minute = tuple[float, float, float, float, float, int]
Columns = tuple[Any, Any, Any, Any, Any, Any]


def exchange_of(**changes: Any) -> PaperExchange:  # noqa: ANN401 - fields of the units
    return PaperExchange(VENUES["okx-perp"].in_units(None)._replace(**changes), CASH)


def minutes_of(rows: list[Minute]) -> Columns:
    opens, highs, lows, closes, volumes, timestamps_ns = zip(*rows, strict=True)
    prices = (array("d", column) for column in (opens, highs, lows, closes))
    return *prices, array("d", volumes), array("q", timestamps_ns)  # type: ignore[return-value]


def some_minutes(count: int, seed: int = 1, start_ns: int = START) -> list[Minute]:
    rng, price, rows = random.Random(seed), 100.0, []
    for place in range(count):
        low, high = price - rng.randrange(4) / 4, price + rng.randrange(4) / 4
        close = rng.choice((low, high, price))
        rows.append((price, high, low, close, 1.0 + rng.randrange(9), start_ns + place * MINUTE))
        price = close
    return rows


# The clock of decisions


def test_the_end_of_a_bar_is_known_with_the_next_trade_or_after_two_seconds() -> None:
    analyzer = OptimizedTechnicalAnalyzer(SMALL)
    assert analyzer.now_ns == 0
    analyzer.update(100.0, 1.0, START)
    assert analyzer.now_ns == START
    soon = columns_of([(100.0, 1.0, START + MINUTE + S // 2, 0)])
    assert analyzer.advance(*soon) == (0, Flag.BAR_1M)
    assert analyzer.now_ns == START + MINUTE + S // 2
    analyzer.advance(*soon)
    later = columns_of([(100.0, 1.0, START + 200 * S, 0)])
    assert analyzer.advance(*later) == (0, Flag.BAR_1M)
    assert analyzer.now_ns == START + 122 * S
    analyzer.advance(*later)
    analyzer.advance(*later)
    assert analyzer.now_ns == START + 200 * S


def test_a_timer_fires_at_its_time_and_time_never_goes_backward() -> None:
    analyzer = OptimizedTechnicalAnalyzer(SMALL)
    analyzer.update(100.0, 1.0, START)
    analyzer.arm(wake_at_ns=START + 61 * S)
    assert analyzer.elapse(START + 90 * S) == Flag.BAR_1M
    assert analyzer.now_ns == START + 62 * S
    assert analyzer.elapse(START + 90 * S) == Flag.TIMER
    assert analyzer.now_ns == START + 62 * S
    analyzer.arm(wake_at_ns=START + 70 * S)
    assert analyzer.elapse(START + 90 * S) == Flag.TIMER
    assert analyzer.now_ns == START + 70 * S
    assert analyzer.snapshot().watermark_ns == START + 70 * S
    assert analyzer.elapse(START + 90 * S) == 0
    assert analyzer.now_ns == analyzer.snapshot().watermark_ns == START + 90 * S
    analyzer.update(100.0, 1.0, START + 80 * S)
    analyzer.watermark(START + 10 * S)
    assert analyzer.now_ns == START + 90 * S
    analyzer.reset()
    assert analyzer.now_ns == 0


@settings(deadline=None)
@given(walks, levels)
def test_elapse_does_what_watermark_does_and_stops_for_every_flag(
    walk: Walk, armed: Levels
) -> None:
    one, other = (OptimizedTechnicalAnalyzer(SMALL) for _ in range(2))
    for analyzer in (one, other):
        analyzer.arm(**armed)
    for i, row in enumerate(rows_from(walk)):
        if i % 3:
            assert one.update(*row) == other.update(*row)
            continue
        flags = 0
        while raised := other.elapse(row[2]):
            flags |= raised
        assert flags == one.watermark(row[2])
        assert one.now_ns == other.now_ns
        assert everything(one) == everything(other)


def test_elapse_refuses_what_watermark_refuses() -> None:
    analyzer = OptimizedTechnicalAnalyzer(SMALL)
    analyzer.elapse(START)
    with pytest.raises(InvalidInputError, match="past the watermark"):
        analyzer.elapse(START + 10**7 * S)
    with pytest.raises(InvalidTypeError):
        analyzer.elapse(1.5)  # type: ignore[arg-type]
    assert analyzer.now_ns == START


# Whole bars


def test_whole_bars_are_the_bars_of_trades_at_their_prices() -> None:
    by_bars, by_trades = (OptimizedTechnicalAnalyzer(QUIET) for _ in range(2))
    rows = some_minutes(3 * 60 + 7)
    assert by_bars.advance_bars(*minutes_of(rows)) == (len(rows), 0)
    for opened, high, low, close, volume, open_ns in rows:
        for place, price in enumerate((opened, high, low, close)):
            by_trades.update(price, volume / 4, open_ns + place)
    by_trades.watermark(START + len(rows) * MINUTE)
    for timeframe in Timeframe:
        one, other = by_bars.timeframe(timeframe), by_trades.timeframe(timeframe)
        assert one.bar is not None
        assert other.bar is not None
        assert one.bar.trades * 4 == other.bar.trades
        assert not one.bar.partial
        assert replace(one.bar, trades=0) == replace(other.bar, trades=0)
        assert replace(one, bar=None, forming=None) == replace(other, bar=None, forming=None)
    snapshot = by_bars.snapshot()
    assert (snapshot.accepted, snapshot.gate.seen) == (0, 0)
    assert (snapshot.tick.price, snapshot.tick.size) == rows[-1][3:5]
    assert snapshot.tick.ema is None
    assert by_bars.now_ns == snapshot.watermark_ns == START + len(rows) * MINUTE


def test_bars_that_began_before_the_first_minute_are_partial() -> None:
    analyzer = OptimizedTechnicalAnalyzer(QUIET)
    rows = some_minutes(5, start_ns=START + 2 * MINUTE)
    analyzer.advance_bars(*minutes_of(rows))
    assert (analyzer.read("partial", "1m"), analyzer.read("partial", "5m")) == (0.0, 1.0)


def test_what_is_due_before_a_bar_comes_before_it_and_the_bar_ends_at_once() -> None:
    analyzer = OptimizedTechnicalAnalyzer(replace(SMALL, wake_on=BARS | Flag.TIMER | Flag.LATE))
    first, second = some_minutes(2)
    columns = minutes_of([first, (*second[:5], START + 2 * MINUTE), first])
    assert analyzer.advance_bars(*columns) == (1, Flag.BAR_1M)
    assert analyzer.now_ns == START + MINUTE
    assert analyzer.advance_bars(*columns, start=1) == (1, Flag.BAR_1M)  # nobody traded
    assert analyzer.now_ns == START + 2 * MINUTE
    analyzer.arm(wake_at_ns=START + 2 * MINUTE + S)
    assert analyzer.advance_bars(*columns, start=1) == (2, Flag.BAR_1M | Flag.TIMER)
    assert analyzer.now_ns == START + 3 * MINUTE
    assert analyzer.advance_bars(*columns, start=2) == (3, Flag.LATE)
    assert analyzer.snapshot().late == 1
    assert analyzer.advance_bars(*columns, start=3) == (3, 0)


def test_levels_are_hit_by_the_low_and_the_high_of_a_bar() -> None:
    row = (100.0, 102.0, 98.0, 101.0, 1.0, START)
    for name, hit, missed in (
        ("stop_below", 98.0, 97.5),
        ("stop_above", 102.0, 102.5),
        ("limit_below", 98.5, 98.0),
        ("limit_above", 101.5, 102.0),
    ):
        for level, flag in ((hit, Flag.LEVEL), (missed, Flag(0))):
            analyzer = OptimizedTechnicalAnalyzer(replace(SMALL, wake_on=Flag.LEVEL))
            analyzer.arm(**{name: level})  # type: ignore[arg-type]
            assert analyzer.advance_bars(*minutes_of([row])) == (1, flag)
            assert analyzer.snapshot().last_hit == ((name,) if flag else ())


@pytest.mark.parametrize(
    ("place", "value", "name"),
    [
        (0, 97.0, "open"),
        (0, -1.0, "open"),
        (1, 97.0, "high"),
        (2, float("nan"), "low"),
        (3, 103.0, "close"),
        (4, 0.0, "volume"),
        (5, START + MINUTE + 1, "timestamp_ns"),
        (5, -MINUTE, "timestamp_ns"),
        (5, START + 10**8 * MINUTE, "timestamp_ns"),
    ],
)
def test_a_row_that_is_no_bar_is_refused_by_its_index(place: int, value: Any, name: str) -> None:  # noqa: ANN401
    analyzer = OptimizedTechnicalAnalyzer(QUIET)
    rows: list[Any] = [(100.0, 102.0, 98.0, 101.0, 1.0, START + i * MINUTE) for i in range(2)]
    wrong = list(rows[1])
    wrong[place] = value
    with pytest.raises(InvalidInputError, match=f"^{name} at index 1 must be ") as caught:
        analyzer.advance_bars(*minutes_of([rows[0], tuple(wrong)]))
    assert (caught.value.name, caught.value.index) == (name, 1)
    assert analyzer.read("closed") == 1
    with pytest.raises(InvalidInputError, match="as long as opens"):
        analyzer.advance_bars(*minutes_of(rows)[:5], array("q", [START]))


# An exchange


def test_an_exchange_is_answered_for_whoever_wakes_and_before_the_levels() -> None:
    analyzer, exchange = OptimizedTechnicalAnalyzer(QUIET), exchange_of()
    exchange.submit(1, 1, OrderKind.MARKET, 10**8, START)
    columns = columns_of([(100.0, 1.0, START, 0), (101.0, 1.0, START + S, 0)])
    assert analyzer.advance(*columns, exchange=exchange) == (2, Flag.ORDER)
    assert [report.price for report in exchange.take_reports()][1:] == [101 * 10**8]
    analyzer = OptimizedTechnicalAnalyzer(replace(SMALL, wake_on=Flag.LEVEL))
    analyzer.arm(stop_above=101.0)
    exchange.submit(2, 1, OrderKind.MARKET, 10**8, START + S)
    columns = columns_of([(101.0, 1.0, START + 3 * S, 0)])
    assert analyzer.advance(*columns, exchange=exchange) == (1, Flag.ORDER | Flag.LEVEL)


def test_an_exchange_sees_no_late_trade_and_every_closed_minute() -> None:
    analyzer, exchange = OptimizedTechnicalAnalyzer(QUIET), exchange_of()
    rows = [(100.0, 1.0, START - 1, 0), (102.0, 1.0, START + 3 * MINUTE, 0), (99.0, 1.0, START, 0)]
    assert analyzer.advance(*columns_of(rows), exchange=exchange) == (3, 0)
    assert (exchange.now_ns, exchange.last_price) == (START + 3 * MINUTE, 102 * 10**8)
    assert exchange.days() == [(START, CASH)]
    assert [candle[0] for candle in exchange.candles()] == [
        START - MINUTE, START, START + MINUTE, START + 2 * MINUTE,
    ]  # fmt: skip


def test_a_bar_is_walked_once_and_taken_after_its_reports() -> None:
    analyzer, exchange = OptimizedTechnicalAnalyzer(QUIET), exchange_of()
    rows = some_minutes(3)
    columns = minutes_of(rows)
    assert analyzer.advance_bars(*columns, exchange=exchange) == (3, 0)
    exchange.submit(1, 1, OrderKind.MARKET, 10**8, analyzer.now_ns, trail=10**7)
    columns = minutes_of([(100.0, 101.0, 99.0, 100.0, 1.0, START + 3 * MINUTE)])
    assert analyzer.advance_bars(*columns, exchange=exchange) == (0, Flag.ORDER)
    reports = exchange.take_reports()
    assert [report.number for report in reports] == [1, 1, 4, 4]
    assert exchange.ledger.position == 0
    exchange.submit(5, 1, OrderKind.MARKET, 10**8, analyzer.now_ns)
    assert analyzer.read("closed") == 3
    assert analyzer.advance_bars(*columns, exchange=exchange) == (1, 0)
    assert exchange.take_reports() == []
    assert analyzer.read("closed") == 4


# A signal


def test_a_signal_is_asked_whichever_way_time_passes() -> None:
    parameters = {"fast": 1, "slow": 2, "rsi": 2, "rsi_max": 100.0}
    closes = [100.0, 98.0, 98.0, 99.0]
    rows = [(price, 1.0, START + place * MINUTE, 0) for place, price in enumerate(closes)]
    ends_ns = START + 4 * MINUTE
    minutes = minutes_of([(price, price, price, price, 1.0, at) for price, _, at, _ in rows])
    found = []
    for way in ("elapse", "advance", "bars"):
        analyzer = OptimizedTechnicalAnalyzer(QUIET)
        signals = Signals("ema-cross", parameters)
        if way == "bars":
            assert analyzer.advance_bars(*minutes, signals=signals) == (4, Flag.SIGNAL)
        else:
            assert analyzer.advance(*columns_of(rows), signals=signals) == (4, 0)
            if way == "elapse":
                assert analyzer.elapse(ends_ns, signals=signals) == Flag.SIGNAL
            else:
                last = columns_of([(50.0, 1.0, ends_ns, 0)])
                assert analyzer.advance(*last, signals=signals) == (0, Flag.SIGNAL)
        found.append((signals.take(), analyzer.read("close"), analyzer.now_ns))
    assert found[0][0] is not None
    assert found == [found[0]] * 3
    assert found[0][1:] == (99.0, ends_ns)


def test_signals_follow_what_the_analyzer_knows() -> None:
    """The rule of `scalping`, asked anew at each minute from what the analyzer shows."""
    config = AnalyzerConfig(wake_on=Flag.BAR_1M)
    analyzer, plain = (OptimizedTechnicalAnalyzer(config) for _ in range(2))
    signals = Signals("scalping", {"rsi_low": 40.0, "rsi_high": 90.0})
    columns, place, proposals = minutes_of(some_minutes(1_500, seed=3)), 0, 0
    while place < 1_500:
        place, flags = analyzer.advance_bars(*columns, start=place, signals=signals)
        assert plain.advance_bars(*columns, start=place - 1)[0] == place
        view, proposal = plain.timeframe("1m"), signals.take()
        expected = (
            view.mature
            and view.macd is not None
            and view.ema_fast is not None
            and view.ema is not None
            and view.ema_slow is not None
            and view.rsi is not None
            and view.ema_fast > view.ema > view.ema_slow
            and view.macd.histogram > 0
            and 40.0 <= view.rsi <= 90.0
        )
        assert (proposal is not None) is bool(flags & Flag.SIGNAL) is expected
        if proposal is not None:
            assert view.bar is not None
            assert view.atr is not None
            assert proposal.stop == view.bar.close - 1.5 * view.atr
            proposals += 1
    assert proposals > 20


def test_partners_of_another_room_are_refused() -> None:
    analyzer: Any = OptimizedTechnicalAnalyzer(QUIET)
    with pytest.raises(InvalidTypeError, match="^signals must be"):
        analyzer.elapse(START, signals=5)
    with pytest.raises(InvalidTypeError, match="^exchange must be"):
        analyzer.advance([], [], [], exchange=5)
    assert analyzer.snapshot().watermark_ns is None
