"""The past: made when asked for, the same each time, and joined to what came after."""

from __future__ import annotations

from itertools import pairwise

import pytest

from supreme_system_v5.exchanges.simulator.history import (
    DAYS_BEFORE,
    CandleHistory,
    InventedPast,
    TradeHistory,
)
from supreme_system_v5.exchanges.simulator.tape import MINUTE_MS, Match, Print

END_MS = 1_780_000_020_000
DAY_MS = 1_440 * MINUTE_MS


def past(seed: int = 1) -> InventedPast:
    return InventedPast(
        seed=seed, end_ms=END_MS, price=6_000_000, tick=10, reach=0.0006, first=700_000_001
    )


def test_ten_days_are_there_without_a_gap() -> None:
    minutes = [*past().between(END_MS - 10 * DAY_MS, END_MS)]
    assert [m.open_ms for m in minutes] == [*range(END_MS - 10 * DAY_MS, END_MS, MINUTE_MS)]
    for before, minute in pairwise(minutes):
        assert minute.open == before.close
        assert minute.first == before.last + 1
        assert minute.low <= min(minute.open, minute.close)
        assert minute.high >= max(minute.open, minute.close)
    assert minutes[-1].close == 6_000_000
    assert minutes[-1].last == 700_000_000


@pytest.mark.parametrize("count", [0, 1, 50])
@pytest.mark.parametrize("back", [0, 1, 49, 1_440, 1_441, 14_399, DAYS_BEFORE * 1_440 + 10])
def test_the_order_of_asking_changes_nothing(back: int, count: int) -> None:
    start_ms = END_MS - back * MINUTE_MS
    one, other = past(), past()
    list(other.between(END_MS - 20 * DAY_MS, END_MS - 19 * DAY_MS))
    end_ms = start_ms + count * MINUTE_MS
    assert [*one.between(start_ms, end_ms)] == [*other.between(start_ms, end_ms)]


def told(serial: int, time_ms: int, count: int = 1) -> Print:
    return Print(serial, serial * 10, count, 6_000_000 + serial * 10, 10**8, True, time_ms * 10**6)


def test_minutes_without_a_trade_are_flat() -> None:
    candles = CandleHistory(past(), END_MS, 6_000_000)
    candles.take(told(1, END_MS + 5))
    assert [m.open_ms for m in candles.roll(END_MS + 3 * MINUTE_MS)] == [
        END_MS,
        END_MS + MINUTE_MS,
        END_MS + 2 * MINUTE_MS,
    ]
    later = candles.between(END_MS + MINUTE_MS, END_MS + 9 * MINUTE_MS)
    assert len(later) == 3
    for flat in later:
        assert (flat.open, flat.high, flat.volume, flat.count) == (6_000_010, 6_000_010, 0, 0)


def test_longer_candles_are_made_of_minutes() -> None:
    candles = CandleHistory(past(), END_MS, 6_000_000)
    minutes = candles.between(END_MS - DAY_MS, END_MS + 1)
    hours = candles.between(END_MS - DAY_MS, END_MS + 1, 60)
    for hour in hours[:-1]:
        inside = [m for m in minutes if 0 <= m.open_ms - hour.open_ms < 60 * MINUTE_MS]
        assert hour.open == inside[0].open
        assert hour.close == inside[-1].close
        assert hour.high == max(m.high for m in inside)
        assert hour.volume == sum(m.volume for m in inside)
        assert hour.count == sum(m.count for m in inside)
    assert candles.newest(3, END_MS + 1, 60) == hours[-3:]


def test_trades_are_found_by_number_and_by_time_and_the_oldest_are_forgotten() -> None:
    trades = TradeHistory(50)
    for serial in range(1, 101):
        trades.add(told(serial, END_MS + serial * 100, 2))
    assert len(trades) == 50
    every = trades.matches(1_000)
    assert [m.number for m in every[:3]] == [1_001, 1_000, 991]
    assert trades.matches_before(991, 2) == every[3:5]
    assert trades.matches_before_time(END_MS + 100 * 100, 1) == [every[2]]
    assert trades.from_print(trades.place_of(991), 1)[0].serial == 99
    assert trades.from_print(trades.place_at(END_MS + 9_900), 1)[0].serial == 99
    assert trades.from_print(trades.place_after(END_MS + 9_900), 1)[0].serial == 100
    assert isinstance(every[0], Match)
