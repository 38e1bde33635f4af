from __future__ import annotations

import string

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.backtest.decision_log import DecisionLog
from supreme_system_v5.domain import Action, Cancel, OrderKind, Origin, Report, Submit
from supreme_system_v5.simulation import Ledger
from tests.support.stories import BUY, CASH, PERP, SELL, at, cancelled, fill

ORIGIN = Origin(instrument="BTC-USDT", account="paper", run_id="r1")
SUBMIT = Submit(
    origin=ORIGIN, seq=7, event_ns=at(1), receive_ns=at(1), number=1, side=1,
    kind=OrderKind.MARKET, quantity=500, stop=900, reason="up",
)  # fmt: skip
CANCEL = Cancel(origin=ORIGIN, seq=8, event_ns=at(2), receive_ns=at(2), number=1)
FILL = fill(1, at(1), BUY, 1_000, 500, "50 0.01 0.005 0.05")
STORY: list[Action | Report] = [SUBMIT, FILL, CANCEL, cancelled(1, at(3), "REQUESTED")]


def digest(entries: list[Action | Report], *fills: Report) -> str:
    log, ledger = DecisionLog(), Ledger(PERP, CASH)
    for entry in entries:
        log.add(entry)
    for each in fills:
        ledger.apply(each)
    assert log.entries == len(entries)
    return log.digest(ledger)


def test_the_same_story_has_the_same_digest() -> None:
    assert digest(STORY, FILL) == digest(list(STORY), FILL)
    assert len(digest(STORY)) == 32
    assert set(digest(STORY)) <= set(string.hexdigits)


@given(st.permutations(range(4)), st.integers(0, 4))
def test_order_and_number_of_entries_count(order: list[int], count: int) -> None:
    told = [STORY[place] for place in order][:count]
    assert (digest(told) == digest(STORY)) == (told == STORY)


@pytest.mark.parametrize(
    "changes",
    [{"seq": 8}, {"event_ns": at(1) + 1}, {"side": -1}, {"quantity": 501}, {"stop": 901},
     {"reason": "down"}, {"reduce_only": True}, {"kind": OrderKind.LIMIT}],
)  # fmt: skip
def test_every_detail_of_a_decision_counts(changes: dict[str, object]) -> None:
    changed = msgspec.structs.replace(SUBMIT, **changes)
    assert digest([changed]) != digest([SUBMIT])


def test_the_money_at_the_end_counts_to_the_last_unit() -> None:
    one_unit_dearer = msgspec.structs.replace(FILL, fee=FILL.fee + 1)
    assert digest(STORY, FILL) != digest(STORY, one_unit_dearer)
    back = fill(2, at(5), SELL, 1_000, 500, "50 0.01 0.005 0.05")
    assert digest(STORY, FILL, back) != digest(STORY)


def test_asking_for_it_changes_nothing() -> None:
    log, ledger = DecisionLog(), Ledger(PERP, CASH)
    log.add(SUBMIT)
    first = log.digest(ledger)
    assert log.digest(ledger) == first
    log.add(CANCEL)
    assert log.digest(ledger) == digest([SUBMIT, CANCEL])


def test_the_hash_so_far_needs_no_account_and_goes_on() -> None:
    log, shorter = DecisionLog(), DecisionLog()
    for entry in STORY[:2]:
        log.add(entry)
        shorter.add(entry)
    assert log.so_far() == shorter.so_far()
    log.add(STORY[2])
    assert log.so_far() != shorter.so_far()
    assert len(log.so_far()) == 32
