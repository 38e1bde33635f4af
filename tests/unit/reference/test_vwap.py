from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.reference import RollingVWAP, SessionVWAP
from tests.unit.reference.series import Candles, prices

NS_PER_DAY = 86_400_000_000_000

trades = st.lists(st.tuples(prices, prices, st.integers(0, 3 * NS_PER_DAY)), max_size=30)


def exact(held: list[tuple[float, float, int]]) -> float:
    """Return the weighted mean without rounding."""
    money = sum(Fraction(p) * Fraction(size) for p, size, _ in held)
    return float(money / sum(Fraction(size) for _, size, _ in held))


@given(trades)
def test_the_session_begins_anew_with_each_later_day(rows: list[tuple[float, float, int]]) -> None:
    vwap, latest = SessionVWAP(), 0
    held: list[tuple[float, float, int]] = []
    for row in rows:
        day = row[2] // NS_PER_DAY
        if day > latest:
            held, latest = [], day
        held.append(row)
        assert vwap.update(*row) == pytest.approx(exact(held), rel=1e-12)


@given(st.integers(1, 6), trades)
def test_rolling_is_over_the_last_inputs(n: int, rows: list[tuple[float, float, int]]) -> None:
    vwap = RollingVWAP(n)
    for i, row in enumerate(rows, 1):
        assert vwap.update(*row) == pytest.approx(exact(rows[:i][-n:]), rel=1e-12)


def test_the_session_follows_midnight_on_recorded_bars(real_candles: Candles) -> None:
    times = [ms * 1_000_000 for ms in real_candles.open_ms]
    values = SessionVWAP().batch(real_candles.close, real_candles.volume, times)
    first = next(i for i, t in enumerate(times) if t % NS_PER_DAY == 0)
    assert values[first] == pytest.approx(real_candles.close[first], rel=1e-15)
    fresh = SessionVWAP().batch(
        real_candles.close[first:], real_candles.volume[first:], times[first:]
    )
    assert list(values[first:]) == list(fresh)


def test_inputs_are_checked_by_name() -> None:
    vwap = RollingVWAP(2)
    with pytest.raises(InvalidInputError, match="^size must be"):
        vwap.update(1.0, 0.0, 0)
    with pytest.raises(InvalidInputError, match="^timestamp_ns must be nanoseconds"):
        vwap.update(1.0, 1.0, -1)
    with pytest.raises(InvalidTypeError, match="^timestamp_ns must be an integer, got float"):
        vwap.update(1.0, 1.0, 0.0)  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="^sizes must be as long as prices"):
        vwap.batch([1.0], [], [0])
    with pytest.raises(InvalidInputError, match="^period must be"):
        RollingVWAP(0)
    assert (vwap.value, vwap.period) == (None, 2)
