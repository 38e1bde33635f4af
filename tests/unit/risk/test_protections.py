from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.risk import ProtectionLimits, Protections, RiskState

UNIT = 10**8
HOUR = 3_600 * 10**9
DAY = 24 * HOUR
START = 20_000 * DAY
CASH = 10_000 * UNIT


def guard(**limits: Any) -> Protections:  # noqa: ANN401
    protections = Protections(ProtectionLimits(**limits), CASH)
    protections.see(START, CASH, CASH)
    return protections


def reason(protections: Protections, now_ns: int = START) -> str | None:
    refusal = protections.refusal(now_ns)
    assert refusal is None or (refusal.limit is not None and refusal.value is not None)
    return refusal.reason if refusal else None


class TestDailyLoss:
    def test_it_reduces_until_the_next_day(self) -> None:
        protections = guard()
        protections.see(START + HOUR, CASH * 991 // 1_000, CASH * 991 // 1_000)
        assert reason(protections, START + HOUR) is None
        protections.see(START + 2 * HOUR, CASH * 99 // 100, CASH * 99 // 100)
        assert protections.state is RiskState.REDUCE_ONLY
        assert reason(protections, START + DAY - 1) == "DAILY_LOSS"
        assert reason(protections, START + DAY) is None

    def test_the_worst_moment_counts_even_if_it_has_passed(self) -> None:
        protections = guard()
        protections.see(START + HOUR, CASH, CASH * 98 // 100)
        assert reason(protections) == "DAILY_LOSS"

    def test_four_risks_of_a_trade_if_that_is_less(self) -> None:
        protections = guard(risk=0.001)
        protections.see(START, CASH * 997 // 1_000, CASH * 997 // 1_000)
        assert reason(protections) is None
        protections.see(START, CASH * 996 // 1_000, CASH * 996 // 1_000)
        assert reason(protections) == "DAILY_LOSS"

    def test_a_new_day_counts_from_what_there_was_at_its_beginning(self) -> None:
        protections = guard()
        protections.see(START + HOUR, CASH * 12 // 10, CASH)
        assert protections.floors()[1] == CASH * 99 // 100
        protections.see(START + DAY, CASH * 12 // 10, CASH * 12 // 10)
        assert protections.floors()[1] == CASH * 12 // 10 * 99 // 100

    @pytest.mark.parametrize("amount", [5_000 * UNIT, -5_000 * UNIT])
    def test_a_deposit_is_no_gain_and_a_withdrawal_no_loss(self, amount: int) -> None:
        protections = guard()
        rooms = dict(protections.rooms())
        protections.deposited(amount)
        protections.see(START, CASH + amount, CASH + amount)
        assert reason(protections) is None
        after = dict(protections.rooms())
        assert after["DAILY_LOSS"] == (CASH + amount) // 100
        assert rooms["DAILY_LOSS"] == CASH // 100


class TestDrawdown:
    def test_it_halts_until_somebody_rearms(self) -> None:
        protections = guard(daily_loss=0.10, daily_loss_r=100)
        protections.see(START, CASH * 2, CASH)
        protections.see(START + DAY, CASH * 2, CASH * 2)
        protections.see(START + DAY, CASH * 18 // 10, CASH * 18 // 10)
        assert protections.state is RiskState.HALTED
        assert reason(protections, START + 9 * DAY) == "DRAWDOWN"
        with pytest.raises(InvalidInputError, match="^worth is 0, allowed is above 0"):
            protections.rearm(START + 9 * DAY, 0)
        protections.rearm(START + 9 * DAY, CASH * 18 // 10)
        assert reason(protections, START + 9 * DAY) is None
        assert protections.floors()[0] == CASH * 18 // 10 * 9 // 10

    def test_a_halt_is_not_lifted_by_a_smaller_fault(self) -> None:
        protections = guard()
        protections.see(START, CASH // 2, CASH // 2)
        protections.see(START + DAY, CASH // 2, CASH // 2)
        assert protections.state is RiskState.HALTED


class TestFees:
    def test_more_than_a_part_of_the_equity_in_a_day_waits_until_they_are_old(self) -> None:
        protections = guard()
        protections.paid(START, 20 * UNIT)
        protections.paid(START + HOUR, 30 * UNIT)
        assert reason(protections, START + HOUR) is None
        protections.paid(START + 2 * HOUR, 31 * UNIT)
        assert reason(protections, START + 2 * HOUR) == "FEE_BLEED"
        assert reason(protections, START + DAY) == "FEE_BLEED"
        assert reason(protections, START + DAY + HOUR) is None

    def test_they_are_kept_by_the_hour_so_that_memory_is_bounded(self) -> None:
        protections = guard()
        for minute in range(10_000):
            protections.paid(START + minute * HOUR // 60, minute)
        assert len(protections.saved()) < 1_500


class TestLosses:
    def test_three_in_a_row_wait_a_quarter_of_an_hour(self) -> None:
        protections = guard()
        for result in (-1, -2, 5, 4, 3):
            protections.closed(START, result)
        assert reason(protections) is None
        protections.closed(START, 2)
        assert reason(protections) == "COOL_DOWN"
        assert reason(protections, START + HOUR // 4 - 1) == "COOL_DOWN"
        assert reason(protections, START + HOUR // 4) is None
        protections.closed(START + HOUR, 1)
        assert reason(protections, START + HOUR) is None

    def test_entries_of_a_day_are_counted(self) -> None:
        protections = guard(entries_per_day=2)
        protections.entered(START)
        assert reason(protections) is None
        protections.entered(START)
        assert reason(protections) == "ENTRIES_PER_DAY"
        assert reason(protections, START + DAY) is None


class TestState:
    @given(
        st.lists(
            st.tuples(st.sampled_from(["see", "paid", "closed", "entered"]), st.integers(0, 2_000)),
            max_size=40,
        )
    )
    def test_saved_and_read_again_it_goes_on_alike(self, events: list[tuple[str, int]]) -> None:
        ours, limits = guard(), ProtectionLimits()
        theirs = Protections(limits, CASH, Protections.restored(ours.saved()))
        for number, (name, amount) in enumerate(events):
            now_ns = START + number * HOUR
            for each in (ours, theirs):
                if name == "see":
                    each.see(now_ns, CASH - amount * UNIT, CASH - amount * UNIT)
                elif name == "entered":
                    each.entered(now_ns)
                else:
                    getattr(each, name)(now_ns, amount)
            theirs = Protections(limits, CASH, Protections.restored(theirs.saved()))
            assert (ours.state, ours.refusal(now_ns)) == (theirs.state, theirs.refusal(now_ns))
            assert (ours.bounds(), ours.rooms()) == (theirs.bounds(), theirs.rooms())

    @pytest.mark.parametrize("saved", [b"", b"[]", b"{}", b'{"state": "SLEEPY"}', b'{"peak": "x"}'])
    def test_what_is_no_state_is_refused(self, saved: bytes) -> None:
        with pytest.raises(InvalidInputError, match="cannot be read"):
            Protections.restored(saved)


@pytest.mark.parametrize(
    "limits",
    [
        {"daily_loss": 0.0},
        {"daily_loss": math.nan},
        {"daily_loss_r": -1.0},
        {"drawdown": 1.5},
        {"fee_bleed": 0.0},
        {"loss_streak": 0},
        {"cool_down_ns": -1},
        {"entries_per_day": 0},
        {"risk": 0.02},
        {"daily_loss": 0.2, "daily_loss_r": 100.0},
    ],
)
def test_limits_out_of_range_or_against_each_other_are_refused(limits: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match="allowed is"):
        ProtectionLimits(**limits)


@pytest.mark.parametrize("worth", [0, -1])
def test_an_account_without_worth_is_refused(worth: int) -> None:
    with pytest.raises(InvalidInputError, match="^worth is"):
        Protections(ProtectionLimits(), worth)
