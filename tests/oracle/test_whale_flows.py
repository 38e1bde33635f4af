"""Recorded transfers beside a recount that shares no code, and beside a published daily series."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pytest
from msgspec import structs

from supreme_system_v5.market_data.items import read_transfers
from supreme_system_v5.news_whale import AddressBook, WhaleTrackingSystem
from supreme_system_v5.news_whale.summary import WhaleSummary, summarise
from supreme_system_v5.news_whale.transfers import TierLimits
from tests.support.engine_runs import ORIGIN
from tests.support.plain_whales import Plain, count_again

HUNDREDTH = 10**6


@pytest.fixture(scope="module")
def folder(data_dir: Path) -> Path:
    return data_dir / "whale"


@pytest.fixture(scope="module")
def plain(folder: Path) -> Plain:
    return count_again(folder)


@pytest.fixture(scope="module")
def book(folder: Path) -> AddressBook:
    found = AddressBook()
    with (folder / "btc_exchange_addresses.csv").open(encoding="utf-8", newline="") as lines:
        found.read(lines)
    return found


@pytest.fixture(scope="module")
def summary(folder: Path, book: AddressBook) -> WhaleSummary:
    transfers = read_transfers(folder / "btc_whale_transactions.jsonl.gz", ORIGIN)
    return summarise(transfers, book, {"BTC": TierLimits()})


def test_totals_per_class_equal_the_recount(summary: WhaleSummary, plain: Plain) -> None:
    movements: Counter[str] = Counter()
    units: Counter[str] = Counter()
    for total in summary.classes:
        movements[total.kind] += total.movements
        units[total.kind] += total.units
    assert movements == plain.movements
    assert units == plain.units
    assert (summary.transfers, summary.counted, summary.repeated) == (1_268, 1_268, 0)
    assert len(summary.refused) == 8


def test_flows_by_day_and_exchange_equal_the_recount(summary: WhaleSummary, plain: Plain) -> None:
    ours = {(flow.day, flow.exchange): [flow.inflow, flow.outflow] for flow in summary.flows}
    assert ours == plain.flows
    assert len(ours) > 30


def test_the_tracker_counts_the_same(folder: Path, book: AddressBook, plain: Plain) -> None:
    whales = WhaleTrackingSystem("BTC", book)
    movements: Counter[str] = Counter()
    units: Counter[str] = Counter()
    for transfer in read_transfers(folder / "btc_whale_transactions.jsonl.gz", ORIGIN):
        for seen in whales.take(transfer):
            movements[seen.movement.kind] += 1
            units[seen.movement.kind] += seen.movement.units
    assert movements == plain.movements
    assert units == plain.units


def test_told_in_any_order_with_all_that_became_of_them_they_count_the_same(
    folder: Path, book: AddressBook, plain: Plain
) -> None:
    """Each is seen first, confirmed by two, left by a block and mined again: in a mixed order."""
    rng, told, last_ns = Random(5), [], 0
    once = WhaleTrackingSystem("BTC", book)
    for transfer in read_transfers(folder / "btc_whale_transactions.jsonl.gz", ORIGIN):
        once.take(transfer)
        last_ns = transfer.receive_ns
        for state, second in (("unconfirmed", 1), ("removed", 2), ("confirmed", 3), ("removed", 9)):
            later_ns = transfer.receive_ns + second * 10**9
            gone = state == "removed"
            if second < 9 or transfer.seq % 3 == 0:
                told.append(
                    structs.replace(
                        transfer,
                        state=state,
                        receive_ns=later_ns,
                        event_ns=later_ns if second > 1 else transfer.event_ns,
                        inputs=() if gone else transfer.inputs,
                        outputs=() if gone else transfer.outputs,
                    )
                )
        if transfer.seq % 3 == 0:  # after all it was in a block
            told += [
                structs.replace(transfer, event_ns=last_ns + 10**10, receive_ns=last_ns + 10**10)
            ] * 2
    rng.shuffle(told)
    system = WhaleTrackingSystem("BTC", book)
    for transfer in told:
        system.take(transfer)
    now_ns = last_ns + 10**11
    ours, theirs = system.figures(now_ns), once.figures(now_ns)
    assert ours.total == theirs.total
    assert {name: of for name, of in ours.exchanges.items() if of[24].inflow or of[24].outflow} == {
        name: of for name, of in theirs.exchanges.items() if of[24].inflow or of[24].outflow
    }
    found = summarise(told, book, {"BTC": TierLimits()})
    assert {(flow.day, flow.exchange): [flow.inflow, flow.outflow] for flow in found.flows} == (
        plain.flows
    )
    assert found.counted == 1_268


def test_every_difference_from_the_published_series_has_its_reason(plain: Plain) -> None:
    """docs/whales.md has the table; the numbers in it are those here."""
    days = plain.published_days
    assert len(days) == 94
    # Their daily series is the sum of the labels in the recording, to the hundredth ...
    for day, both in days.items():
        for ours, theirs in zip(plain.published[day], both, strict=True):
            assert abs(ours - theirs) <= HUNDREDTH
    # ... and what we count otherwise, transaction by transaction, is all there is between us.
    own: dict[str, list[int]] = {day: [0, 0] for day in days}
    for (day, _), (inflow, outflow) in plain.flows.items():
        own[day][0] += inflow
        own[day][1] += outflow
    for difference in plain.differences:
        own[difference.day][0] += difference.inflow
        own[difference.day][1] += difference.outflow
    assert {day: plain.published[day] for day in days} == own
    assert Counter(difference.why for difference in plain.differences) == {
        "whole": 33,
        "rounded": 29,
        "unlabelled": 23,
        "mixed": 8,
    }
    for difference in plain.differences:
        if difference.why == "whole":  # they count more of a deposit than arrives at the exchange
            assert difference.inflow > 0
        if difference.why in ("mixed", "unlabelled"):  # they count nothing
            assert difference.inflow <= 0
            assert difference.outflow <= 0


def test_the_table_of_the_page_is_what_was_found(plain: Plain) -> None:
    page = (Path(__file__).parents[2] / "docs" / "whales.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| 20")]
    own: dict[str, list[int]] = {}
    for (day, _), amounts in plain.flows.items():
        sums = own.setdefault(day, [0, 0])
        for side in (0, 1):
            sums[side] += amounts[side]
    found = []
    for day, (inflow, outflow) in sorted(plain.published_days.items()):
        ours = own.get(day, [0, 0])
        if max(abs(ours[0] - inflow), abs(ours[1] - outflow)) <= 2 * HUNDREDTH:
            continue
        reasons = Counter(one.why for one in plain.differences if one.day == day)
        reasons.pop("rounded", None)
        shown = [f"{units / 10**8:.2f}" for units in (inflow, outflow, *ours)]
        net = f"{(ours[0] - inflow - ours[1] + outflow) / 10**8:+.2f}"
        why = ", ".join(f"{number} {name}" for name, number in sorted(reasons.items()))
        found.append([day, *shown, net, why])
    assert rows == found
    assert len(plain.published_days) - len(rows) == 67
