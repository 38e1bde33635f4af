from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest

from supreme_system_v5.optimized.vwap import RollingVWAP, SessionVWAP
from tests.support.contract import Check, contract
from tests.support.indicators import Case, cases_of, rows

DAY_NS = 86_400_000_000_000


@contract("SessionVWAP")
def test_session_keeps_the_contract(check: Check, case: Case) -> None:
    check(case)


@contract("RollingVWAP")
def test_rolling_keeps_the_contract(check: Check, case: Case) -> None:
    check(case)


def weighted(trades: Sequence[tuple[float, ...]]) -> float:
    money = sum(Fraction(price) * Fraction(size) for price, size, _ in trades)
    return float(money / sum(Fraction(size) for _, size, _ in trades))


def test_a_session_begins_at_midnight_utc() -> None:
    vwap = SessionVWAP()
    day = 19_943 * DAY_NS
    assert vwap.update(10.0, 1.0, day + DAY_NS - 1) == 10.0
    assert vwap.update(16.0, 2.0, day + DAY_NS - 1) == 14.0
    assert vwap.update(20.0, 1.0, day + DAY_NS) == 20.0
    assert vwap.update(10.0, 4.0, day) == 12.0  # late: counts into the day that was reached
    assert vwap.update(22.0, 5.0, day + 2 * DAY_NS - 1) == 17.0


def test_a_session_is_the_mean_weighted_by_size() -> None:
    trades = [(price, size, 0) for price, size, _ in rows(cases_of("SessionVWAP")[0], 200)]
    vwap = SessionVWAP()
    for count, trade in enumerate(trades, 1):
        assert vwap.update(*trade) == pytest.approx(weighted(trades[:count]), rel=1e-13)


def test_rolling_is_the_mean_of_the_last_trades() -> None:
    trades = rows(cases_of("RollingVWAP")[0], 200)
    vwap = RollingVWAP(7)
    for count, (price, size, time) in enumerate(trades, 1):
        expected = weighted(trades[max(0, count - 7) : count])
        assert vwap.update(price, size, int(time)) == pytest.approx(expected, rel=1e-14)


def test_a_huge_trade_that_has_left_leaves_no_trace() -> None:
    vwap = RollingVWAP(2)
    for price, size in ((1e15, 1e15), (3.0, 1e-15), (5.0, 1e-15)):
        vwap.update(price, size, 0)
    assert vwap.value == 4.0
