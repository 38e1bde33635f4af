from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.news_whale.addresses import Owner
from supreme_system_v5.news_whale.summary import ClassTotal, DayFlow, summarise
from supreme_system_v5.news_whale.transfers import TierLimits
from supreme_system_v5.news_whale.whale_tracking import WhaleTrackingSystem
from tests.support.chain import COIN, HOUR_NS, NOW_NS, Word, address, book, places, transfer, words

TIERS = {"BTC": TierLimits(), "STABLE": TierLimits(10.0, 20.0, 30.0)}


@given(st.lists(st.tuples(places, places, st.integers(1, 2_000), st.integers(0, 50)), max_size=20))
def test_whatever_is_counted_is_in_a_class(story: list[tuple[int, int, int, int]]) -> None:
    told = [
        transfer(
            str(turn), coins=coins, sender=address(one), receiver=address(two),
            at_ns=NOW_NS + hour * HOUR_NS,
        )
        for turn, (one, two, coins, hour) in enumerate(story)
    ]  # fmt: skip
    found = summarise(told, book(), TIERS)
    moved = [coins for one, two, coins, _ in story if one != two or one < 8]
    assert sum(total.movements for total in found.classes) == len(moved)
    assert sum(total.units for total in found.classes) == sum(moved) * COIN
    assert found.empty == len(story) - len(moved)
    by_class = {
        kind: sum(total.units for total in found.classes if total.kind == kind)
        for kind in ("inflow", "outflow", "inter_exchange")
    }
    between = by_class["inter_exchange"]
    assert sum(flow.inflow for flow in found.flows) == by_class["inflow"] + between
    assert sum(flow.outflow for flow in found.flows) == by_class["outflow"] + between
    late = NOW_NS + 60 * HOUR_NS
    taken = [transfer(str(turn), state="removed", at_ns=late) for turn in range(len(story))]
    nothing = summarise([*told, *taken], book(), TIERS)
    assert (nothing.classes, nothing.flows, nothing.counted) == ((), (), 0)
    assert nothing.reversed == len(story)


def test_classes_tiers_days_and_exchanges() -> None:
    found = summarise(
        [
            transfer("1", coins=600.0, receiver="A", state="unconfirmed"),
            transfer("1", coins=600.0, receiver="A"),
            transfer("2", coins=15.0, sender="B", receiver="A", asset="USDT"),
            transfer("3", coins=9.0, sender="B", at_ns=NOW_NS + 24 * HOUR_NS),
            transfer("4", coins=7.0, sender="B", replaces=("3",), at_ns=NOW_NS + 48 * HOUR_NS),
        ],
        book(),
        TIERS,
    )
    assert (found.transfers, found.counted, found.repeated, found.reversed) == (5, 3, 1, 1)
    assert (found.first, found.last) == ("2024-10-04", "2024-10-06")
    assert found.classes == (
        ClassTotal("BTC", "inflow", "whale", 1, 600 * COIN),
        ClassTotal("BTC", "outflow", "below", 1, 7 * COIN),
        ClassTotal("USDT", "inter_exchange", "large", 1, 15 * COIN),
    )
    assert found.flows == (
        DayFlow("2024-10-04", "BTC", "A", 600 * COIN, 0),
        DayFlow("2024-10-04", "USDT", "A", 15 * COIN, 0),
        DayFlow("2024-10-04", "USDT", "B", 0, 15 * COIN),
        DayFlow("2024-10-06", "BTC", "B", 0, 7 * COIN),
    )
    assert [flow.net // COIN for flow in found.flows] == [600, 15, -15, -7]


@given(story=words, rng=st.randoms(use_true_random=False))
def test_it_counts_what_the_tracker_counts(story: list[Word], rng: Random) -> None:
    told = [word.transfer for word in story]
    found = summarise(rng.sample(told, len(told)), book(), {"BTC": TierLimits()})
    system = WhaleTrackingSystem("BTC", book())
    for one in told:
        system.take(one)
    figures = system.figures(NOW_NS)
    assert sum(total.movements for total in found.classes) == figures.sample
    assert sum(flow.inflow for flow in found.flows) == figures.total[24].inflow
    assert sum(flow.outflow for flow in found.flows) == figures.total[24].outflow


def test_what_is_named_by_a_younger_label_is_counted() -> None:
    table = book()
    table.add(address(70), Owner("Late", as_of="2024-10-05"))
    told = [
        transfer(str(day), coins=5.0, receiver=address(70), at_ns=NOW_NS + day * 24 * HOUR_NS)
        for day in range(3)
    ]
    assert summarise(told, table, TIERS).hindsight == 1


def test_nothing_is_nothing() -> None:
    found = summarise([], book(), TIERS)
    assert (found.first, found.last, found.transfers) == ("", "", 0)


def test_what_is_large_in_an_unknown_asset_nobody_says() -> None:
    told = [transfer("1", coins=1_500.0, receiver="A", asset="DOGE"), transfer("2", coins=600.0)]
    assert [(total.asset, total.tier) for total in summarise(told, book(), TIERS).classes] == [
        ("BTC", "whale"),
        ("DOGE", "-"),
    ]


def test_what_is_told_better_is_not_told_again() -> None:
    name = "ab" * 32
    told = [
        transfer(name, coins=697.0),
        transfer(name.upper(), coins=500.0, receiver="A", sender=address(40), at_ns=NOW_NS + 1),
        transfer(f"0x{name}", coins=697.0, at_ns=NOW_NS + 2),
        transfer("other", coins=1.0, replaces=("0x" + "CD" * 32,)),
        transfer("cd" * 32, coins=1.0),
    ]
    found = summarise(told, book(), TIERS)
    assert (found.counted, found.amended, found.repeated, found.reversed) == (2, 1, 1, 1)
    assert [(total.kind, total.units) for total in found.classes] == [
        ("inflow", 500 * COIN),
        ("unattributed", COIN),
    ]
