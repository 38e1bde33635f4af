from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from supreme_system_v5 import optimized, reference, simulation
from supreme_system_v5.domain import VENUES, AnalyzerConfig, Flag, Report, SignalAction
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.ports import Ledger, TickAnalyzer
from supreme_system_v5.strategies import (
    BUILT_IN,
    WAKES,
    MarketView,
    PositionView,
    Signal,
    TimeframeLens,
    needs_of,
)
from tests.support.recordings import candles, columns_of, trades

UNITS = VENUES["okx-spot"].in_units(None)
QUIET = AnalyzerConfig(wake_on=Flag(0))
TIMEFRAMES = {"m1": "1m", "m5": "5m", "m15": "15m", "h1": "1h"}


class Room(NamedTuple):
    """The classes of one implementation."""

    analyzer: Callable[[AnalyzerConfig], TickAnalyzer]
    ledger: Callable[..., Ledger]
    signals: Callable[[str], object]


ROOMS = {
    "rust": Room(optimized.OptimizedTechnicalAnalyzer, simulation.Ledger, optimized.Signals),
    "python": Room(reference.OptimizedTechnicalAnalyzer, reference.Ledger, reference.Signals),
}
each = pytest.mark.parametrize("room", ROOMS.values(), ids=ROOMS)


def view_of(room: Room, market: TickAnalyzer | None = None) -> MarketView:
    return MarketView(market or room.analyzer(QUIET), room.ledger(UNITS, 10**12), 1e8)


def after_bars(room: Room, data_dir: Path, count: int) -> TickAnalyzer:
    """Return an analyzer that has seen the first recorded minutes."""
    table = candles(data_dir / "bars" / "binance_spot_BTCUSDT_1m_20240726-20240808.csv.gz")
    times = [int(ms) * 10**6 for ms in table.open_ms[:count]]
    first, high, low, close, volume = (column[:count].tolist() for column in table[1:])
    market = room.analyzer(QUIET)
    assert market.advance_bars(first, high, low, close, volume, times) == (count, 0)
    return market


class TestSignal:
    def test_a_long_is_meant_unless_it_is_said_otherwise(self) -> None:
        signal = Signal.enter("up", stop=1.0)
        assert (signal.action, signal.side, signal.reason) == (SignalAction.ENTER, 1, "up")
        assert (signal.stop, signal.target, signal.trail) == (1.0, None, None)
        assert Signal.enter(side=-1, target=2.0, trail=0.5).side == -1

    def test_leaving_needs_no_more_than_a_reason(self) -> None:
        signal = Signal.exit("enough")
        assert (signal.action, signal.reason, signal.stop) == (SignalAction.EXIT, "enough", None)

    def test_it_does_not_change(self) -> None:
        with pytest.raises(AttributeError):
            Signal.exit().reason = "other"  # type: ignore[misc]


class TestNeeds:
    def test_what_is_left_out_is_a_minute_and_no_warm_up(self) -> None:
        class Plain:
            def decide(self, view: MarketView) -> Signal | None: ...

        assert needs_of(Plain()) == (Flag.BAR_1M, 0)

    @pytest.mark.parametrize("wakes", [*WAKES, WAKES, 2, Flag.BAR_1M | Flag.BAR_1H])
    def test_any_of_those_that_wake(self, wakes: Flag) -> None:
        assert needs_of(needing(wakes, 5)) == (Flag(wakes), 5)

    @pytest.mark.parametrize(
        "wakes", [0, -1, True, None, "1m", 1.0, 2**70, *set(Flag) - set(WAKES), WAKES | Flag.LATE]
    )
    def test_others_are_refused(self, wakes: object) -> None:
        with pytest.raises(
            InvalidInputError, match=r"^wakes of the strategy is .*BAR_1M"
        ) as caught:
            needs_of(needing(wakes, 0))
        assert (caught.value.name, caught.value.value) == ("wakes", wakes)

    @pytest.mark.parametrize("bars", [-1, 1.0, True, None, "5"])
    def test_so_is_a_warm_up_that_is_none(self, bars: object) -> None:
        with pytest.raises(InvalidInputError, match="^warmup_bars of the strategy is") as caught:
            needs_of(needing(Flag.BAR_1M, bars))
        assert (caught.value.name, caught.value.value) == ("warmup_bars", bars)


def needing(wakes: object, bars: object) -> Any:  # noqa: ANN401 - stands in for a strategy
    class Mine:
        def decide(self, view: MarketView) -> Signal | None: ...

    mine: Any = Mine()
    mine.wakes, mine.warmup_bars = wakes, bars
    return mine


@each
def test_those_built_in_are_those_in_the_core(room: Room) -> None:
    for name in BUILT_IN:
        room.signals(name)
    with pytest.raises(InvalidInputError, match="^name must be .*scalping"):
        room.signals("none of them")


class TestMarketView:
    @each
    def test_before_anything_happened_nothing_is_known(self, room: Room) -> None:
        view = view_of(room)
        assert (view.now_ns, view.price, view.position, view.flags) == (0, None, None, 0)
        for name in TIMEFRAMES:
            lens = getattr(view, name)
            assert (lens.closed, lens.mature) == (0, False)
            unknown = shown(lens)
            assert set(unknown.values()) == {None}
            assert list(lens.recent("close", 50)) == []
        assert set(shown(view.tick).values()) == {None}
        assert not view.tick.mature

    @each
    def test_every_number_is_that_of_the_snapshot(self, room: Room, data_dir: Path) -> None:
        market = after_bars(room, data_dir, 6_000)
        view = view_of(room, market)
        for name, timeframe in TIMEFRAMES.items():
            expected, lens = market.timeframe(timeframe), getattr(view, name)
            bar = expected.bar
            assert bar is not None
            for field in ("ema_fast", "ema", "ema_slow", "rsi", "macd", "atr", "bollinger", "vwap",
                          "volatility", "closed", "mature"):  # fmt: skip
                assert getattr(lens, field) == getattr(expected, field), field
            for field in ("open", "high", "low", "close", "volume"):
                assert getattr(lens, field) == getattr(bar, field), field
            assert None not in shown(lens).values()
        assert view.price == view.m1.close
        assert view.now_ns == market.now_ns

    @each
    def test_the_last_trade_is_its_price(self, room: Room, data_dir: Path) -> None:
        columns = columns_of(trades(data_dir / "trades" / "binance_spot_BTCUSDT_20240808.csv.gz"))
        market = room.analyzer(QUIET)
        view = view_of(room, market)
        for stop in (1, 100, 9_000):
            part = [column[:stop] for column in columns]
            market.reset()
            market.advance(*part)  # type: ignore[arg-type]
            expected = market.snapshot().tick
            assert (view.price, view.tick.price) == (columns.prices[stop - 1],) * 2
            assert (view.tick.size, view.tick.ema) == (expected.size, expected.ema)
            assert (view.tick.rsi, view.tick.macd) == (expected.rsi, expected.macd)
            assert view.tick.mature == expected.mature
        assert view.tick.mature

    @each
    def test_recent_numbers_end_with_the_present(self, room: Room, data_dir: Path) -> None:
        market = after_bars(room, data_dir, 700)
        view = view_of(room, market)
        for lens in (view.m1, view.m5, view.m15):
            for name in ("open", "high", "low", "close", "volume", "rsi", "atr", "ema_fast"):
                last = list(lens.recent(name, 20))
                assert len(last) == 20
                assert last[-1] == getattr(lens, name)
                assert last[-3:] == list(lens.recent(name, 3))
        table = candles(data_dir / "bars" / "binance_spot_BTCUSDT_1m_20240726-20240808.csv.gz")
        assert list(view.m1.recent("close", 50)) == list(table.close[650:700])
        assert len(view.h1.recent("close", 50)) == 11

    @each
    @pytest.mark.parametrize("count", [51, 0, -1, -50, 2**62, -(2**62)])
    def test_there_is_no_way_to_the_future(self, room: Room, count: int) -> None:
        view = view_of(room)
        for name in TIMEFRAMES:
            with pytest.raises(InvalidInputError, match="^count must be .*from 1 to 50") as caught:
                getattr(view, name).recent("close", count)
            assert (caught.value.name, caught.value.value) == ("count", count)

    @each
    @pytest.mark.parametrize("count", [1.0, None, "5", True])
    def test_a_count_is_a_whole_number(self, room: Room, count: Any) -> None:  # noqa: ANN401
        with pytest.raises(InvalidTypeError, match="^count must be"):
            view_of(room).m1.recent("close", count)

    @each
    @pytest.mark.parametrize("name", ["tomorrow", "forming", "price", "", "closed", "CLOSE"])
    def test_a_number_that_is_none_is_refused_by_name(self, room: Room, name: str) -> None:
        with pytest.raises(InvalidInputError, match="^name must be .*close") as caught:
            view_of(room).m1.recent(name, 5)
        assert caught.value.value == name

    @each
    def test_the_market_cannot_be_changed_through_it(self, room: Room) -> None:
        view: Any = view_of(room)
        for thing, name in ((view, "price"), (view, "position"), (view, "now_ns"),
                            (view.m1, "rsi"), (view.tick, "price"), (view, "notes"),
                            (view.m1, "notes")):  # fmt: skip
            with pytest.raises(AttributeError):
                setattr(thing, name, 1)


def shown(lens: object) -> dict[str, object]:
    """Return all properties of a lens but those that are never None."""
    names = [
        name
        for kind in type(lens).__mro__
        for name, value in vars(kind).items()
        if isinstance(value, property) and name not in ("closed", "mature")
    ]
    assert len(names) >= (14 if isinstance(lens, TimeframeLens) else 5)
    return {name: getattr(lens, name) for name in names}


def fill(side: int, quantity: int, price: int, *, fee_base: int = 0) -> Report:
    """Return a fill without costs; a price unit and a size unit are 1e-8."""
    value = round(quantity * price / 10**8)
    return Report(
        "FILLED", 1, 0, side=side, price=price, quantity=quantity, filled=quantity, value=value,
        fee=round(fee_base * price / 10**12), fee_base=fee_base,
    )  # fmt: skip


def position_of(room: Room, ledger: Ledger) -> PositionView | None:
    view = MarketView(room.analyzer(QUIET), ledger, 1e8)
    view.filled()
    return view.position


class TestPosition:
    @each
    def test_it_shows_side_size_price_and_age(self, room: Room, data_dir: Path) -> None:
        market = after_bars(room, data_dir, 100)
        ledger = room.ledger(UNITS, 10**12)
        view = MarketView(market, ledger, 1e8)
        ledger.apply(fill(1, 3 * 10**6, 60_000 * 10**8))
        view.entered()
        ledger.apply(fill(1, 10**6, 64_000 * 10**8))
        view.filled()
        position = view.position
        assert position is not None
        assert (position.side, position.quantity, position.bars_held) == (1, 0.04, 0)
        assert position.entry_price == pytest.approx(61_000.0, rel=1e-15)
        start = market.now_ns // 60_000_000_000 * 60_000_000_000
        market.advance_bars([1.0] * 3, [1.0] * 3, [1.0] * 3, [1.0] * 3, [1.0] * 3,
                            [start + minute * 60_000_000_000 for minute in range(3)])  # fmt: skip
        later = view.position
        assert later is not None
        assert (later.bars_held, later.quantity) == (3, 0.04)

    @each
    def test_a_short_has_a_quantity_above_zero(self, room: Room) -> None:
        units = VENUES["okx-perp"].in_units(None)
        ledger = room.ledger(units, 10**12)
        ledger.apply(fill(-1, 2 * 10**6, 50_000 * 10**8))
        position = position_of(room, ledger)
        assert position is not None
        assert (position.side, position.quantity) == (-1, 0.02)
        assert position.entry_price == pytest.approx(50_000.0, rel=1e-15)

    @each
    def test_a_fee_in_base_makes_it_smaller_and_no_dearer(self, room: Room) -> None:
        ledger = room.ledger(UNITS, 10**12)
        ledger.apply(fill(1, 10**6, 60_000 * 10**8, fee_base=10**7))  # 0.1 % of 0.01
        position = position_of(room, ledger)
        assert position is not None
        assert position.quantity == 0.00999
        assert position.entry_price == pytest.approx(60_000.0, rel=1e-12)

    @each
    def test_dust_is_none(self, room: Room) -> None:
        units = UNITS._replace(lot=1_000)
        ledger = room.ledger(units, 10**12)
        ledger.apply(fill(1, 10**6, 60_000 * 10**8, fee_base=10**7 // 2))
        ledger.apply(fill(-1, 999_000, 60_000 * 10**8))
        assert ledger.position > 0
        assert position_of(room, ledger) is None
