from __future__ import annotations

import copy
import math
import pickle
from array import array
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supreme_system_v5.domain import (
    NS_PER_SECOND,
    AnalyzerConfig,
    ArmedLevels,
    Flag,
    Instrument,
    Side,
    TickView,
)
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.ports import TickAnalyzer
from supreme_system_v5.reference import (
    BarBuilder,
    OptimizedTechnicalAnalyzer,
    SmartEventProcessor,
    UltraOptimizedEMA,
    UltraOptimizedMACD,
    UltraOptimizedRSI,
)
from tests.unit.reference.series import MINUTE_NS, read_csv
from tests.unit.reference.ticks import (
    SMALL,
    START,
    Levels,
    Row,
    Walk,
    columns_of,
    everything,
    levels,
    play,
    rows_from,
    walks,
)


@settings(deadline=None)
@given(walks)
def test_the_parts_see_exactly_the_accepted_ticks(walk: Walk) -> None:
    rows = rows_from(walk)
    analyzer, builder = OptimizedTechnicalAnalyzer(SMALL), BarBuilder()
    gate = SmartEventProcessor(volume_window=3)
    ema, rsi, macd = UltraOptimizedEMA(3), UltraOptimizedRSI(2), UltraOptimizedMACD(2, 4, 2)
    bars, accepted = [], []
    for row in rows:
        late = builder.late
        closed = builder.update(*row)
        expected = Flag(0)
        for bar in closed:
            expected |= bar.timeframe.flag
        bars += closed
        if builder.late > late:
            expected |= Flag.LATE
        else:
            accepted.append(row)
            if gate.should_process(*row[:3]):
                expected |= Flag.SIGNIFICANT
            for indicator in (ema, rsi, macd):
                indicator.update(row[0])
        assert analyzer.update(*row) == expected
    snapshot = analyzer.snapshot()
    assert snapshot.watermark_ns == max((row[2] for row in rows), default=None)
    assert (snapshot.accepted, snapshot.late) == (len(accepted), builder.late)
    last = accepted[-1][:3] if accepted else (None, None, None)
    assert snapshot.tick == TickView(
        price=last[0],
        size=last[1],
        timestamp_ns=last[2],
        ema=ema.value,
        rsi=rsi.value,
        macd=macd.value,
        mature=len(accepted) >= 5,
    )
    for name, view in snapshot.timeframes.items():
        mine = [bar for bar in bars if bar.timeframe == name]
        assert analyzer.history("bar", name) == mine[-50:]
        assert (view.closed, view.bar) == (len(mine), mine[-1] if mine else None)
        assert view.forming == builder.forming(view.timeframe)
    assert (snapshot.gate.seen, snapshot.gate.by_reason) == (gate.seen, gate.by_reason)
    assert (snapshot.gate.processed, snapshot.gate.skipped) == (gate.processed, gate.skipped)


@settings(deadline=None)
@given(walks, levels, st.integers(0, 255))
def test_advance_does_what_update_does_and_stops_for_every_flag(
    walk: Walk, armed: Levels, wake_on: int
) -> None:
    rows = rows_from(walk)
    one, other = (
        OptimizedTechnicalAnalyzer(replace(SMALL, wake_on=Flag(wake_on))) for _ in range(2)
    )
    one.arm(**armed)
    other.arm(**armed)
    expected = play(one, rows)
    got = [0] * len(rows)
    columns = columns_of(rows)
    position, flags = other.advance(*columns)
    while flags:
        after = bool(flags & (Flag.SIGNIFICANT | Flag.LEVEL | Flag.LATE))
        assert flags & ~wake_on == 0
        got[position - after] |= flags
        position, flags = other.advance(*columns, start=position)
    assert (position, flags) == (len(rows), 0)
    assert got == expected
    assert everything(other) == everything(one)


@settings(deadline=None)
@given(walks, levels, st.booleans(), st.integers(0, 255))
def test_the_gate_and_the_mask_decide_only_who_is_woken(
    walk: Walk, armed: Levels, gated: bool, wake_on: int
) -> None:
    rows = rows_from(walk)
    plain = OptimizedTechnicalAnalyzer(SMALL)
    other = OptimizedTechnicalAnalyzer(replace(SMALL, gated=gated, wake_on=Flag(wake_on)))
    for analyzer in (plain, other):
        analyzer.arm(**armed)
    flags = play(plain, rows)
    answers = play(other, rows)
    if gated:
        assert answers == [f & wake_on for f in flags]
    else:
        skipped = Flag(wake_on) & Flag.SIGNIFICANT
        assert answers == [(f if f & Flag.LATE else f | skipped) & wake_on for f in flags]
        assert other.snapshot().gate.skipped == 0
        assert other.snapshot().gate.processed == other.snapshot().accepted
    (one, histories), (two, other_histories) = everything(plain), everything(other)
    assert histories == other_histories
    assert replace(one, gate=two.gate) == two


@settings(deadline=None)
@given(walks, levels)
def test_levels_are_hit_once_stops_by_touch_limits_by_passing(walk: Walk, armed: Levels) -> None:
    armed.pop("wake_at_ns", None)
    analyzer = OptimizedTechnicalAnalyzer(SMALL)
    analyzer.arm(**armed)
    left = dict(armed)
    last_hit: tuple[str, ...] = ()
    for row in rows_from(walk):
        flags = analyzer.update(*row)
        price = row[0]
        hit = () if flags & Flag.LATE else tuple(
            name
            for name, level in sorted(left.items(), key=lambda x: list(armed).index(x[0]))
            if (name == "stop_below" and price <= level)
            or (name == "stop_above" and price >= level)
            or (name == "limit_below" and price < level)
            or (name == "limit_above" and price > level)
        )  # fmt: skip
        assert bool(flags & Flag.LEVEL) == bool(hit)
        last_hit = hit or last_hit
        left = {name: level for name, level in left.items() if name not in hit}
        snapshot = analyzer.snapshot()
        assert snapshot.armed == ArmedLevels(**left)
        assert set(snapshot.last_hit) == set(last_hit)


def test_hit_levels_are_named_in_their_own_order() -> None:
    analyzer = OptimizedTechnicalAnalyzer()
    analyzer.arm(limit_above=1.0, limit_below=9.0, stop_above=1.0, stop_below=9.0)
    assert analyzer.update(5.0, 1.0, 0) & Flag.LEVEL
    assert list(analyzer.snapshot().last_hit) == list(ArmedLevels.__slots__)[:4]


def test_a_timer_fires_once_at_the_first_event_not_before_it() -> None:
    analyzer = OptimizedTechnicalAnalyzer()
    analyzer.arm(wake_at_ns=100)
    assert analyzer.update(5.0, 1.0, 99) == Flag.SIGNIFICANT
    assert analyzer.snapshot().armed.wake_at_ns == 100
    assert analyzer.watermark(100) == Flag.TIMER
    assert analyzer.snapshot().armed == ArmedLevels()
    assert analyzer.watermark(101) == 0
    analyzer.arm(wake_at_ns=50)
    assert analyzer.update(5.0, 1.0, 40) == 0
    assert analyzer.update(5.0, 1.0, 60) == Flag.TIMER


def test_what_is_due_at_one_instant_is_one_step() -> None:
    rows: list[Row] = [(5.0, 1.0, 0, 0), (5.0, 1.0, 300 * NS_PER_SECOND, 0)]
    analyzer = OptimizedTechnicalAnalyzer()
    analyzer.arm(wake_at_ns=120 * NS_PER_SECOND)
    columns = columns_of(rows)
    position, steps_taken = 0, []
    while position < 2:
        position, flags = analyzer.advance(*columns, start=position)
        steps_taken.append((position, Flag(flags), analyzer.snapshot().watermark_ns))
        if flags == Flag.BAR_1M | Flag.TIMER:
            analyzer.arm(wake_at_ns=190 * NS_PER_SECOND)
    bar, both = Flag.BAR_1M, Flag.BAR_1M | Flag.BAR_5M
    assert steps_taken == [
        (1, Flag.SIGNIFICANT, 0),
        (1, bar, 60 * NS_PER_SECOND),
        (1, bar | Flag.TIMER, 120 * NS_PER_SECOND),
        (1, bar, 180 * NS_PER_SECOND),
        (1, Flag.TIMER, 190 * NS_PER_SECOND),
        (1, bar, 240 * NS_PER_SECOND),
        (1, both, 300 * NS_PER_SECOND),
        (2, Flag.SIGNIFICANT, 300 * NS_PER_SECOND),
    ]


def test_a_bar_closed_by_a_tick_does_not_contain_it_and_levels_come_after_the_bar() -> None:
    analyzer = OptimizedTechnicalAnalyzer()
    analyzer.update(5.0, 1.0, START - START % MINUTE_NS)
    analyzer.arm(stop_above=7.0)
    columns = columns_of([(7.0, 1.0, START - START % MINUTE_NS + MINUTE_NS, 1)])
    assert analyzer.advance(*columns) == (0, Flag.BAR_1M)
    view = analyzer.snapshot().timeframes["1m"]
    assert view.bar is not None
    assert (view.bar.high, view.bar.trades, view.bar.partial) == (5.0, 1, False)
    assert analyzer.snapshot().armed.stop_above == 7.0
    assert analyzer.advance(*columns) == (1, Flag.LEVEL | Flag.SIGNIFICANT)


def test_a_late_trade_is_counted_and_changes_nothing_else() -> None:
    analyzer = OptimizedTechnicalAnalyzer(SMALL)
    analyzer.arm(stop_below=4.5)
    play(analyzer, [(5.0, 1.0, START, 0), (5.0, 1.0, START + MINUTE_NS, 0)])
    before, histories = everything(analyzer)
    assert analyzer.update(4.0, 1.0, START - 30 * NS_PER_SECOND) == Flag.LATE
    assert everything(analyzer) == (replace(before, late=1), histories)


def test_every_input_is_its_point_on_the_grid() -> None:
    config = AnalyzerConfig(instrument=Instrument(symbol="X", price_decimals=2, size_decimals=3))
    number, string = OptimizedTechnicalAnalyzer(config), OptimizedTechnicalAnalyzer(config)
    number.update(0.1 + 0.2, 2, START)
    string.update("0.30", "2.000", START)
    assert everything(number) == everything(string)
    assert number.snapshot().tick.price == 0.3


REFUSED: list[tuple[list[Any], type[Exception], str]] = [
    ([math.nan, 1.0, START], InvalidInputError, "price"),
    (["nan", 1.0, START], InvalidInputError, "price"),
    ([5.0, 0.0, START], InvalidInputError, "size"),
    ([5.0, 1.0, -1], InvalidInputError, "timestamp_ns"),
    ([5.0, 1.0, START + 8 * 86_400 * NS_PER_SECOND], InvalidInputError, "timestamp_ns"),
    ([5.0, 1.0, START, 2], InvalidInputError, "side"),
    ([None, 1.0, START], InvalidTypeError, "price"),
    ([5.0, True, START], InvalidTypeError, "size"),
    ([5.0, 1.0, float(START)], InvalidTypeError, "timestamp_ns"),
    ([5.0, 1.0, START, 1.0], InvalidTypeError, "side"),
]


@pytest.mark.parametrize(("row", "error", "name"), REFUSED)
def test_what_is_refused_changes_nothing(row: list[Any], error: type[Exception], name: str) -> None:
    analyzer = OptimizedTechnicalAnalyzer(SMALL)
    analyzer.arm(wake_at_ns=START, stop_above=1.0)
    analyzer.update(5.0, 1.0, START - 1)
    before = everything(analyzer)
    with pytest.raises(error, match=f"^{name} must be"):
        analyzer.update(*row)
    assert everything(analyzer) == before


def test_time_alone_must_not_jump_either() -> None:
    analyzer = OptimizedTechnicalAnalyzer(replace(SMALL, max_gap_seconds=60))
    assert analyzer.watermark(START) == 0
    with pytest.raises(InvalidInputError, match="^timestamp_ns must be at most 60 s past"):
        analyzer.watermark(START + MINUTE_NS + 1)
    with pytest.raises(InvalidTypeError, match="^timestamp_ns must be an integer"):
        analyzer.watermark("0")  # type: ignore[arg-type]
    assert analyzer.snapshot().watermark_ns == START


def test_advance_takes_what_comes_before_a_bad_value() -> None:
    rows: list[Row] = [(5.0, 1.0, START, 0), (5.0, 1.0, START + 1, 0), (math.nan, 1.0, START, 0)]
    analyzer = OptimizedTechnicalAnalyzer(replace(SMALL, wake_on=Flag(0)))
    with pytest.raises(InvalidInputError, match="^price at index 2 must be") as caught:
        analyzer.advance(*columns_of(rows))
    assert (caught.value.name, caught.value.index) == ("price", 2)
    assert analyzer.snapshot().accepted == 2
    with pytest.raises(InvalidInputError, match="^timestamp_ns at index 0 must be at most"):
        analyzer.advance([5.0], [1.0], [START + 8 * 86_400 * NS_PER_SECOND])
    with pytest.raises(InvalidTypeError, match="^timestamp_ns at index 0 must be an integer"):
        analyzer.advance([5.0], [1.0], array("d", [START]))


def test_advance_checks_the_arrays_first() -> None:
    analyzer = OptimizedTechnicalAnalyzer()
    good: list[Any] = [[5.0], [1.0], [START], [1]]
    for place, name in ((1, "sizes"), (2, "timestamps_ns"), (3, "sides")):
        arrays = [*good[:place], [], *good[place + 1 :]]
        with pytest.raises(InvalidInputError, match=f"^{name} must be as long as prices"):
            analyzer.advance(*arrays)
    for start in (-1, 2):
        with pytest.raises(InvalidInputError, match="^start must be an integer from 0 to 1"):
            analyzer.advance([5.0], [1.0], [START], start=start)
    with pytest.raises(InvalidTypeError, match="^prices must be a one-dimensional array"):
        analyzer.advance(5.0, [1.0], [START])  # type: ignore[arg-type]
    assert analyzer.advance([5.0], [1.0], [START], start=1) == (1, 0)
    assert analyzer.advance([], [], []) == (0, 0)
    assert analyzer.snapshot().accepted == 0


@pytest.mark.parametrize("convert", [list, memoryview, np.asarray])
def test_advance_takes_any_array(convert: Any) -> None:  # noqa: ANN401 - three converters
    rows: list[Row] = [(5.0, 1.0, START, 1), (5.0, 1.0, START + 1, -1)]
    analyzer = OptimizedTechnicalAnalyzer(replace(SMALL, wake_on=Flag(0)))
    assert analyzer.advance(*map(convert, columns_of(rows))) == (2, 0)
    forming = analyzer.snapshot().timeframes["1h"].forming
    assert forming is not None
    assert (forming.volume, forming.buy_volume, forming.trades) == (2.0, 1.0, 2)


def test_arming_replaces_everything_or_nothing() -> None:
    analyzer = OptimizedTechnicalAnalyzer()
    analyzer.arm(stop_below=4, wake_at_ns=7)
    armed = analyzer.snapshot().armed
    assert armed == ArmedLevels(stop_below=4.0, wake_at_ns=7)
    bad: list[tuple[str, Any, type[Exception]]] = [
        ("stop_below", 0.0, InvalidInputError),
        ("stop_above", math.inf, InvalidInputError),
        ("limit_below", "5", InvalidTypeError),
        ("limit_above", True, InvalidTypeError),
        ("wake_at_ns", -1, InvalidInputError),
        ("wake_at_ns", 1.0, InvalidTypeError),
    ]
    for name, value, error in bad:
        with pytest.raises(error, match=f"^{name} must be"):
            analyzer.arm(**{name: value})
    assert analyzer.snapshot().armed == armed
    analyzer.arm(limit_above=9.0)
    assert analyzer.snapshot().armed == ArmedLevels(limit_above=9.0)
    analyzer.arm()
    assert analyzer.snapshot().armed == ArmedLevels()


@settings(max_examples=25, deadline=None)
@given(walks, walks, levels)
def test_copies_go_their_own_way_and_reset_forgets(
    before: Walk, after: Walk, armed: Levels
) -> None:
    analyzer = OptimizedTechnicalAnalyzer(SMALL)
    analyzer.arm(**armed)
    play(analyzer, rows_from(before))
    state = everything(analyzer)
    twins = [copy.copy(analyzer), copy.deepcopy(analyzer), pickle.loads(pickle.dumps(analyzer))]  # noqa: S301
    answers = [(play(twin, rows_from(after)), everything(twin)) for twin in twins]
    assert answers[0] == answers[1] == answers[2]
    assert everything(analyzer) == state
    assert (play(analyzer, rows_from(after)), everything(analyzer)) == answers[0]
    analyzer.reset()
    assert everything(analyzer) == everything(OptimizedTechnicalAnalyzer(SMALL))
    assert repr(analyzer) == f"OptimizedTechnicalAnalyzer(config={SMALL!r})"


def test_unknown_histories_are_refused() -> None:
    analyzer = OptimizedTechnicalAnalyzer()
    cases = [("bar", "tick", "name"), ("price", "1m", "name"), ("ema", "2m", "timeframe")]
    for name, timeframe, wrong in cases:
        with pytest.raises(InvalidInputError, match=f"^{wrong} must be one of"):
            analyzer.history(name, timeframe)
    with pytest.raises(InvalidTypeError, match="^name must be one of ema, rsi, macd"):
        analyzer.history(None)  # type: ignore[arg-type]


def test_recorded_trades_wake_few_and_lose_none(data_dir: Path) -> None:
    trades = read_csv(data_dir / "trades" / "binance_spot_BTCUSDT_20240808.csv.gz", 4_000)
    instrument = Instrument(symbol="BTC-USDT", price_decimals=2, size_decimals=5)
    one, other = (
        OptimizedTechnicalAnalyzer(AnalyzerConfig(instrument=instrument)) for _ in range(2)
    )
    rows: list[Row] = [
        (float(t["price"]), float(t["size"]), int(t["timestamp_ms"]) * 1_000_000,
         Side[t["side"].upper()])
        for t in trades
    ]  # fmt: skip
    for row, trade in zip(rows, trades, strict=True):
        one.update(trade["price"], trade["size"], *row[2:])
    columns = columns_of(rows)
    position, flags = other.advance(*columns)
    while flags:
        position, flags = other.advance(*columns, start=position)
    assert everything(other) == everything(one)
    gate = one.snapshot().gate
    assert (gate.seen, gate.processed) == (4_000, sum(gate.by_reason.values()))
    assert 0.8 < gate.skip_ratio < 0.95


def test_it_is_a_tick_analyzer() -> None:
    analyzer: TickAnalyzer = OptimizedTechnicalAnalyzer()
    assert analyzer.config == AnalyzerConfig()


def test_the_fused_batch_is_the_three_batches() -> None:
    prices = [100.0 + (i * 37 % 11) for i in range(60)]
    fused = OptimizedTechnicalAnalyzer().indicator_batch(prices)
    ema, rsi, macd = UltraOptimizedEMA(20), UltraOptimizedRSI(14), UltraOptimizedMACD()
    apart = (ema.batch(prices), rsi.batch(prices), *macd.batch(prices))
    assert [column.tobytes() for column in fused] == [column.tobytes() for column in apart]
