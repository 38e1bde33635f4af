from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supreme_system_v5.domain import NS_PER_SECOND, Bar, Instrument, Side, Timeframe
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.ports import BarSource
from supreme_system_v5.reference import BarBuilder
from tests.unit.reference.series import MINUTE_NS, read_csv

START = 1_723_161_540 * NS_PER_SECOND  # a minute before midnight


class Event(NamedTuple):
    """A trade, or the mere passing of time when there is no size."""

    price: float
    size: float
    time: int
    side: int


def events_from(steps: list[tuple[int, int, int, int, bool]]) -> list[Event]:
    now, events = START, []
    for price, size, step, side, is_trade in steps:
        now += step * NS_PER_SECOND // 2
        events.append(Event(price / 4, size / 4 if is_trade else 0.0, now, side))
    return events


def starts_in_time(events: list[Event]) -> bool:
    """Return whether the first trade is not from before the watermark's minute."""
    mark = 0
    for event in events:
        mark = max(mark, event.time)
        if event.size:
            return event.time >= mark - mark % MINUTE_NS
    return True


# Half seconds forward or back; now and then over several bars.
steps = st.one_of(st.integers(-100, 200), st.integers(-40, 40), st.sampled_from([120, 1800, 9000]))
event_lists = (
    st.lists(
        st.tuples(st.integers(1, 9), st.integers(1, 9), steps, st.integers(-1, 1), st.booleans()),
        max_size=40,
    )
    .map(events_from)
    .filter(starts_in_time)
)


def naive(events: list[Event]) -> tuple[list[Bar], int, int]:
    """Return bars, late trades and watermark by looking at all events at once."""
    accepted: list[Event] = []
    late = mark = 0
    for event in events:
        mark = max(mark, event.time)
        if event.size and accepted and event.time < mark - mark % MINUTE_NS:
            late += 1
        elif event.size:
            accepted.append(event)
    bars = []
    for timeframe in Timeframe if accepted else ():
        length = timeframe.seconds * NS_PER_SECOND
        begin = accepted[0].time - accepted[0].time % length
        for open_ns in range(begin, mark - length + 1, length):
            inside = [e for e in accepted if open_ns <= e.time < open_ns + length]
            before = [e.price for e in accepted if e.time < open_ns]
            prices = [e.price for e in inside] or [before[-1]]
            bars.append(
                Bar(
                    timeframe=timeframe,
                    open_ns=open_ns,
                    close_ns=open_ns + length,
                    open=prices[0],
                    high=max(prices),
                    low=min(prices),
                    close=prices[-1],
                    volume=sum(e.size for e in inside),
                    buy_volume=sum(e.size for e in inside if e.side == Side.BUY),
                    trades=len(inside),
                    partial=open_ns < events[0].time,
                )
            )
    bars.sort(key=lambda bar: (bar.close_ns, bar.timeframe.seconds))
    return bars, late, mark


def play(builder: BarBuilder, events: list[Event]) -> list[Bar]:
    bars: list[Bar] = []
    for price, size, time, side in events:
        bars += builder.update(price, size, time, side) if size else builder.watermark(time)
    return bars


@settings(max_examples=300, deadline=None)
@given(event_lists)
def test_bars_are_those_of_one_who_sees_all_trades_at_once(events: list[Event]) -> None:
    builder = BarBuilder()
    bars = play(builder, events)
    expected, late, mark = naive(events)
    assert bars == expected
    assert builder.late == late
    for timeframe in Timeframe:  # an open bar is what would close if time went on
        later = Event(0.0, 0.0, mark + timeframe.seconds * NS_PER_SECOND, 0)
        rest = [
            bar
            for bar in naive([*events, later])[0]
            if bar.timeframe is timeframe and bar.close_ns > mark
        ]
        assert builder.forming(timeframe) == (rest[0] if rest else None)


@settings(max_examples=50, deadline=None)
@given(event_lists, event_lists)
def test_copies_go_their_own_way(before: list[Event], after: list[Event]) -> None:
    builder = BarBuilder()
    play(builder, before)
    twins = [copy.copy(builder), copy.deepcopy(builder), pickle.loads(pickle.dumps(builder))]  # noqa: S301
    answers = [play(twin, after) for twin in twins]
    assert answers[0] == answers[1] == answers[2] == play(builder, after)


@pytest.mark.parametrize(("symbol", "size_decimals"), [("BTCUSDT", 5), ("ETHUSDT", 4)])
def test_recorded_trades_give_the_bars_of_the_exchange(
    data_dir: Path, symbol: str, size_decimals: int
) -> None:
    trades = read_csv(data_dir / "trades" / f"binance_spot_{symbol}_20240808.csv.gz")
    recorded = read_csv(data_dir / "bars" / f"binance_spot_{symbol}_1m_20240726-20240808.csv.gz")
    builder = BarBuilder(Instrument(symbol=symbol, price_decimals=2, size_decimals=size_decimals))
    bars = []
    for trade in trades:
        time = int(trade["timestamp_ms"]) * 1_000_000
        side = Side[trade["side"].upper()]
        bars += builder.update(trade["price"], trade["size"], time, side)
    minutes = [bar for bar in bars if bar.timeframe is Timeframe.M1]
    assert [bar.partial for bar in minutes] == [True] + [False] * 5
    for bar, row in zip(minutes[1:], recorded[-5:], strict=True):
        assert bar.open_ns == int(row["timestamp_ms"]) * 1_000_000
        for name in ("open", "high", "low", "close", "volume"):
            assert getattr(bar, name) == float(row[name])
        assert 0.0 < bar.buy_volume < bar.volume
    assert [bar.timeframe for bar in bars[-4:]] == list(Timeframe)  # midnight ends them all
    assert builder.late == 0


def test_silent_minutes_are_flat_bars_at_the_last_close() -> None:
    builder = BarBuilder()
    builder.update(5.0, 2.0, START)
    bars = builder.watermark(START + 3 * MINUTE_NS)
    silent = [bar for bar in bars if bar.timeframe is Timeframe.M1][1:]
    assert [(b.open, b.high, b.low, b.close, b.volume, b.trades) for b in silent] == [
        (5.0, 5.0, 5.0, 5.0, 0.0, 0)
    ] * 2


def test_volume_is_exact_where_floats_are_not() -> None:
    builder = BarBuilder()
    for _ in range(10):
        builder.update(1.0, 0.1, START)
    bar = builder.forming(Timeframe.M1)
    assert bar is not None
    assert bar.volume == 1.0


def test_a_first_trade_from_before_the_watched_minute_is_late() -> None:
    # Taking it would leave every silent minute from there to be closed, however many.
    builder = BarBuilder()
    assert builder.watermark(START + 90 * NS_PER_SECOND) == []
    assert builder.update(5.0, 1.0, START + 59 * NS_PER_SECOND) == []
    assert builder.late == 1
    assert builder.forming(Timeframe.M1) is None


def test_a_first_trade_within_the_watched_minute_is_taken_and_partial() -> None:
    builder = BarBuilder()
    assert builder.watermark(START + 90 * NS_PER_SECOND) == []
    assert builder.update(5.0, 1.0, START + MINUTE_NS) == []
    assert builder.late == 0
    bar, *_ = builder.update(5.0, 1.0, START + 2 * MINUTE_NS)
    assert (bar.timeframe, bar.open_ns, bar.partial) == (Timeframe.M1, START + MINUTE_NS, True)


def test_a_jump_beyond_the_longest_gap_is_refused_and_changes_nothing() -> None:
    builder = BarBuilder(max_gap_seconds=60)
    builder.update(5.0, 1.0, START)
    with pytest.raises(InvalidInputError, match="^timestamp_ns must be at most 60 s past"):
        builder.update(5.0, 1.0, START + MINUTE_NS + 1)
    with pytest.raises(InvalidInputError, match="^timestamp_ns must be at most 60 s past"):
        builder.watermark(START + MINUTE_NS + 1)
    assert len(builder.update(5.0, 1.0, START + MINUTE_NS)) == 4


def test_what_is_refused_changes_nothing() -> None:
    builder = BarBuilder(Instrument(symbol="X", price_decimals=2, size_decimals=2))
    builder.update(5.0, 1.0, START)
    before = builder.forming(Timeframe.M1)
    with pytest.raises(InvalidInputError, match="^price must be a multiple of 0.01"):
        builder.update(5.001, 1.0, START + MINUTE_NS)
    with pytest.raises(InvalidTypeError, match="^timestamp_ns must be an integer"):
        builder.watermark(1.5)  # type: ignore[arg-type]
    assert builder.forming(Timeframe.M1) == before


def test_timeframes_may_be_named() -> None:
    builder = BarBuilder()
    assert builder.forming(Timeframe.H1) is None
    with pytest.raises(InvalidInputError, match="^timeframe must be one of 1m, 5m, 15m, 1h"):
        builder.forming("2m")  # type: ignore[arg-type]
    with pytest.raises(InvalidTypeError, match="^timeframe must be"):
        builder.forming(60)  # type: ignore[arg-type]


def test_parameters_are_kept_and_checked() -> None:
    builder: BarSource = BarBuilder()
    assert repr(builder) == "BarBuilder(instrument=None, max_gap_seconds=604800)"
    for gap in (59, 31_622_401):
        with pytest.raises(InvalidInputError, match="^max_gap_seconds must be"):
            BarBuilder(max_gap_seconds=gap)
