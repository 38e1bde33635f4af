from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from supreme_system_v5.domain import Transfer, ViewStatus
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.news_whale.addresses import Owner
from supreme_system_v5.news_whale.summary import summarise
from supreme_system_v5.news_whale.transfers import Tier, TierLimits, TransferClass
from supreme_system_v5.news_whale.whale_tracking import HOURS, WhaleTrackingSystem
from tests.support.chain import (
    COIN,
    HOUR_NS,
    NOW_NS,
    Word,
    address,
    book,
    legs,
    places,
    transfer,
    words,
)

if TYPE_CHECKING:
    from random import Random

DAY_NS = 24 * HOUR_NS
stories = st.lists(
    st.tuples(places, places, st.integers(1, 3_000), st.integers(0, 23 * 3600)),
    min_size=1,
    max_size=25,
)


def whales(**options: Any) -> WhaleTrackingSystem:  # noqa: ANN401 - passed on
    return WhaleTrackingSystem("BTC", book(), **options)


def events(story: list[tuple[int, int, int, int]]) -> list[Transfer]:
    return [
        transfer(
            str(turn),
            coins=coins,
            sender=address(source),
            receiver=address(target),
            at_ns=NOW_NS - second * 10**9,
        )
        for turn, (source, target, coins, second) in enumerate(story)
    ]


def shown(system: WhaleTrackingSystem) -> object:
    """Return the figures; whose nothing flowed, or flowed back, is nobody's."""
    figures = system.figures(NOW_NS)
    moved = {
        name: of
        for name, of in figures.exchanges.items()
        if any(f.inflow or f.outflow for f in of.values())
    }
    return figures.total, moved, figures.sample, figures.labelled, figures.largest, figures.suspect


@given(stories)
def test_all_taken_back_is_as_if_nothing_had_been(story: list[tuple[int, int, int, int]]) -> None:
    system = whales()
    told = events(story)
    for event in told:
        system.take(event)
    for turn in range(len(told)):
        system.take(transfer(str(turn), state="removed"))
    assert shown(system) == shown(whales())
    view = system.view(NOW_NS)
    assert (view.status, view.direction, view.confidence) == (ViewStatus.NO_DATA, 0.0, 0.0)


@given(stories, st.randoms(use_true_random=False))
def test_the_order_of_what_arrives_together_does_not_matter(
    story: list[tuple[int, int, int, int]], rng: Random
) -> None:
    told = events(story)
    shuffled = told.copy()
    rng.shuffle(shuffled)
    one, other = whales(), whales()
    for event, moved in zip(told, shuffled, strict=True):
        one.take(event)
        other.take(moved)
    assert shown(one) == shown(other)


@given(stories)
def test_exchanges_add_up_to_the_total_and_bounds_hold(
    story: list[tuple[int, int, int, int]],
) -> None:
    system = whales()
    for event in events(story):
        system.take(event)
    figures = system.figures(NOW_NS)
    for hours in HOURS:
        own = [of[hours] for of in figures.exchanges.values()]
        assert sum(flow.net for flow in own) == figures.total[hours].net
        assert sum(flow.inflow for flow in own) == figures.total[hours].inflow
    for part in (figures.labelled, figures.suspect, figures.unconfirmed, figures.largest):
        assert 0.0 <= part <= 1.0
    assert 0.0 <= figures.confidence <= 0.3  # there is no week to compare with
    assert -1.0 <= figures.accumulation <= 1.0
    view = system.view(NOW_NS)
    assert (view.status is ViewStatus.NO_DATA) == (figures.sample == 0)


@given(stories, st.integers(2, 3))
def test_told_by_several_sources_it_counts_once(
    story: list[tuple[int, int, int, int]], times: int
) -> None:
    once, often = whales(), whales()
    for event in events(story):
        once.take(event)
        for _ in range(times):
            often.take(event)
    assert shown(once) == shown(often)
    assert once.health.counted == often.health.counted
    assert often.health.repeated == (times - 1) * once.health.counted


def test_a_movement_comes_back_with_its_class_and_tier() -> None:
    (seen,) = whales().take(transfer("1", inputs=legs((50, 700)), outputs=legs((0, 700))))
    assert (seen.movement.kind, seen.movement.receiver) == (TransferClass.INFLOW, "A")
    assert seen.tier is Tier.WHALE


class TestWhatBecomesOfATransaction:
    def test_unconfirmed_counts_half_and_then_whole(self) -> None:
        system = whales()
        system.take(transfer("1", coins=700.0, receiver="A", state="unconfirmed"))
        before = system.figures(NOW_NS)
        assert (before.unconfirmed, before.total[1].net) == (1.0, 700 * COIN)
        system.take(transfer("1", coins=700.0, receiver="A"))
        after = system.figures(NOW_NS)
        assert (after.unconfirmed, after.total[1].net) == (0.0, 700 * COIN)
        assert after.confidence == pytest.approx(2 * before.confidence)
        system.take(transfer("1", coins=700.0, receiver="A", state="unconfirmed"))  # late
        assert system.figures(NOW_NS) == after
        assert (system.health.counted, system.health.repeated) == (2, 1)

    def test_a_replaced_one_leaves_no_trace(self) -> None:
        system, plain = whales(), whales()
        system.take(transfer("1", coins=700.0, receiver="A", state="unconfirmed"))
        system.take(transfer("2", coins=400.0, receiver="B", replaces=("1",)))
        plain.take(transfer("2", coins=400.0, receiver="B"))
        assert shown(system) == shown(plain)
        assert system.health.reversed == 1

    def test_a_block_that_is_left_and_mined_again(self) -> None:
        system = whales()
        system.take(transfer("1", coins=700.0, receiver="A"))
        system.take(transfer("1", state="removed"))
        assert system.figures(NOW_NS).total[24].net == 0
        again = transfer("1", coins=700.0, receiver="A", at_ns=NOW_NS + 1)
        system.take(again)
        assert system.figures(NOW_NS + 1).total[24].net == 700 * COIN
        system.take(again)
        assert (system.health.counted, system.health.repeated) == (2, 1)

    def test_a_replaced_one_that_is_told_again_stays_out(self) -> None:
        system = whales()
        system.take(transfer("1", coins=700.0, receiver="A", state="unconfirmed"))
        system.take(transfer("2", coins=700.0, receiver="A", replaces=("1", "2", "")))
        before = shown(system)
        for at_ns in (NOW_NS - 9, NOW_NS, NOW_NS + 9):
            for state in ("unconfirmed", "confirmed"):
                told = transfer("1", coins=700.0, receiver="A", state=state, at_ns=at_ns)
                assert system.take(told) == ()
        assert shown(system) == before
        assert (system.health.reversed, system.health.void) == (1, 6)

    def test_removed_before_it_was_told_it_stays_out(self) -> None:
        system = whales()
        system.take(transfer("1", state="removed", at_ns=NOW_NS))
        late = NOW_NS + 5
        for state in ("unconfirmed", "confirmed"):
            system.take(transfer("1", coins=7.0, receiver="A", state=state, received_ns=late))
        assert system.figures(late).total[24].net == 0
        assert (system.health.unknown, system.health.void) == (1, 2)

    def test_better_labels_class_it_anew_and_worse_ones_do_not(self) -> None:
        system = whales()
        system.take(transfer("1", coins=700.0, sender=address(60), receiver=address(61)))
        assert system.figures(NOW_NS).labelled == 0.0
        (seen,) = system.take(transfer("1", coins=700.0, receiver="A", received_ns=NOW_NS + 1))
        assert seen.movement.kind is TransferClass.INFLOW
        better = system.figures(NOW_NS)
        assert (better.total[24].net, better.labelled, better.sample) == (700 * COIN, 1.0, 1)
        system.take(transfer("1", coins=700.0, receiver=address(61), received_ns=NOW_NS + 2))
        assert system.figures(NOW_NS).total == better.total

    def test_an_amount_that_is_amended(self) -> None:
        system, plain = whales(), whales()
        system.take(transfer("1", coins=700.0, receiver="A"))
        system.take(transfer("1", coins=650.0, receiver="A", received_ns=NOW_NS + 1))
        system.take(transfer("1", coins=690.0, receiver="A", received_ns=NOW_NS))  # told late
        plain.take(transfer("1", coins=650.0, receiver="A", received_ns=NOW_NS + 1))
        assert shown(system) == shown(plain)

    def test_back_from_a_block_it_waits_again(self) -> None:
        system = whales()
        system.take(transfer("1", coins=700.0, receiver="A"))
        back = transfer("1", coins=700.0, receiver="A", state="unconfirmed", received_ns=NOW_NS + 1)
        system.take(back)
        figures = system.figures(NOW_NS + 1)
        assert (figures.unconfirmed, figures.total[24].net) == (1.0, 700 * COIN)

    def test_what_nobody_remembers_is_counted_as_such(self) -> None:
        system = whales()
        system.take(transfer("9", state="removed"))
        assert (system.health.unknown, system.health.reversed) == (1, 0)

    def test_without_a_name_it_is_known_by_what_it_says(self) -> None:
        system = whales()
        for coins in (700.0, 700.0, 701.0):
            system.take(transfer(coins=coins, receiver="A"))
        assert (system.health.counted, system.health.repeated) == (2, 1)


def test_what_is_not_of_this_asset_is_ignored() -> None:
    system = whales(assets=("wbtc",))
    system.take(transfer("1", coins=5.0, receiver="A", asset="ETH"))
    system.take(transfer("2", coins=5.0, receiver="A", asset="WBTC"))
    system.take(transfer("3", coins=5.0, receiver="A", asset="btc"))
    assert (system.health.ignored, system.health.counted) == (1, 2)
    system.take(transfer("3", coins=5.0, receiver="A", asset="BTC"))
    assert (system.health.repeated, system.health.counted) == (1, 2)


def test_a_state_that_is_none_and_a_time_out_of_range() -> None:
    for wrong, name in (
        (transfer("1", state="gone"), "state"),
        (transfer("1", at_ns=-1), "event_ns"),
        (transfer("1", coins=-5.0), "amount"),
        (transfer("1", coins=math.nan), "amount"),
        (transfer("1", asset=" "), "asset"),
        (transfer("1", coins=5.0, at_ns=NOW_NS, received_ns=2**62), "receive_ns"),
    ):
        system, plain = whales(), whales()
        for one in (system, plain):
            one.take(transfer("0", coins=3.0, receiver="A"))
        with pytest.raises(InvalidInputError, match=f"^{name} is"):
            system.take(structs.replace(wrong, receiver="B", replaces=("0",)))
        assert (shown(system), system.health) == (shown(plain), plain.health)
        assert system.view(NOW_NS) == plain.view(NOW_NS)


def test_a_sum_that_does_not_fit_is_refused_whole() -> None:
    system, plain = whales(), whales()
    for turn in range(9):
        for one in (system, plain):
            one.take(transfer(str(turn), coins=1e10, receiver="A"))
    with pytest.raises(InvalidInputError, match="units"):
        system.take(transfer("x", coins=1e10, sender="A", receiver="B", replaces=("0",)))
    assert system.figures(NOW_NS) == plain.figures(NOW_NS)
    assert system.health == plain.health


def test_a_chain_that_is_ahead_of_our_clock_is_filed_now() -> None:
    system = whales()
    system.take(transfer("1", coins=5.0, receiver="A", at_ns=NOW_NS + DAY_NS, received_ns=NOW_NS))
    assert system.figures(NOW_NS).total[1].net == 5 * COIN


class TestConfidence:
    """Section "Confidence" of docs/whales.md, computed by hand."""

    def filled(self, days: int = 30) -> WhaleTrackingSystem:
        system = whales()
        for day in range(days, 0, -1):
            coins = 100.0 + day % 3
            at_ns = NOW_NS - day * DAY_NS
            system.take(transfer(f"d{day}", coins=coins, receiver="A", at_ns=at_ns))
        for turn in range(10):
            system.take(transfer(f"n{turn}", coins=10.0, receiver="A"))
        return system

    def test_of_a_day_like_the_others(self) -> None:
        # Ten movements with owners known, nothing doubted, a quarter of an hour old.
        figures = self.filled().figures(NOW_NS + HOUR_NS // 4)
        assert figures.days == 30
        assert figures.confidence == pytest.approx(math.exp(-0.5) * 10 / 20)
        # 100 beside 100, 101 and 102: what is large is more than they differ.
        assert figures.total[24].z == pytest.approx(-1 / 100, abs=1e-6)

    def test_each_doubt_makes_it_less(self) -> None:
        sure = self.filled().figures(NOW_NS).confidence
        less = []
        for what in (
            {"coins": 100.0, "sender": address(60)},  # nobody's
            {"coins": 100.0, "sender": "A", "receiver": "Vault"},  # may mean something else
            {"coins": 100.0, "receiver": "A", "state": "unconfirmed"},
        ):
            system = self.filled()
            system.take(transfer("x", **what))  # type: ignore[arg-type] # passed on
            less.append(system.figures(NOW_NS).confidence)
        grown = 11 / 21 / (10 / 20)  # by one movement more
        assert less == pytest.approx([sure * grown / 2, sure * grown / 2, sure * grown * 0.75])

    def test_one_movement_that_is_nearly_all_halves_it(self) -> None:
        system = self.filled()
        system.take(transfer("x", coins=151.0, receiver="A"))
        figures = system.figures(NOW_NS)
        assert figures.largest == pytest.approx(151 / 251)
        assert figures.confidence == pytest.approx(11 / 21 / 2)

    def test_sources_that_fail_are_told_and_count(self) -> None:
        system = self.filled()
        system.hear("one", NOW_NS)
        system.hear("two", NOW_NS, "429")
        figures, view = system.figures(NOW_NS), system.view(NOW_NS)
        assert figures.health == 0.5
        assert figures.confidence == pytest.approx(0.25)
        assert view.status is ViewStatus.PARTIAL
        assert view.reasons[-1] == "two: 429"

    def test_less_than_a_week_is_not_trusted(self) -> None:
        assert self.filled(6).figures(NOW_NS).confidence == 0.3
        assert self.filled(6).view(NOW_NS).status is ViewStatus.PARTIAL
        assert self.filled(7).view(NOW_NS).status is ViewStatus.OK

    def test_what_is_trusted_grows_with_the_days(self) -> None:
        told = [self.filled(days).figures(NOW_NS).confidence for days in (0, 6, 7, 10, 20, 30)]
        assert told == pytest.approx([0.3, 0.3, 0.3, 0.3 + 0.7 * 3 / 23, 0.5, 0.5])

    def test_labels_that_are_younger_are_said_and_count_half(self) -> None:
        table = book()
        day = datetime.fromtimestamp(NOW_NS / 10**9, UTC) + timedelta(days=1)
        table.add(address(70), Owner("Late", as_of=day.date().isoformat()))
        system = WhaleTrackingSystem("BTC", table)
        for turn in range(10):
            system.take(transfer(str(turn), coins=10.0, receiver=address(70)))
        figures, view = system.figures(NOW_NS), system.view(NOW_NS)
        assert (figures.hindsight, figures.confidence) == (1.0, 0.5 * 0.5)
        assert "100% of them by labels that are younger" in " ".join(view.reasons)
        later = NOW_NS + 2 * DAY_NS
        system.take(transfer("x", coins=10.0, receiver=address(70), at_ns=later))
        assert system.figures(later).hindsight == 0.0


class TestAccumulation:
    def test_by_the_formula(self) -> None:
        figures = TestConfidence().filled().figures(NOW_NS, stable_z=2.0)
        z24, z4 = figures.total[24].z, figures.total[4].z
        expected = math.tanh(-0.5 * z24 + 0.3 * 2.0 - 0.2 * z4)
        assert figures.accumulation == pytest.approx(expected, abs=1e-9)

    def test_withdrawals_are_accumulation_and_deposits_are_not(self) -> None:
        for side, sign in (("sender", 1), ("receiver", -1)):
            system = TestConfidence().filled()
            system.take(transfer("x", coins=5_000.5, **{side: "A"}))  # type: ignore[arg-type] # same
            assert math.copysign(1.0, system.view(NOW_NS).direction) == sign

    def test_moves_within_an_exchange_are_none(self) -> None:
        system = whales()
        system.take(transfer("1", coins=9_000.0, sender=address(0), receiver=address(1)))
        system.take(transfer("2", coins=9_000.0, sender=address(0), receiver=address(2)))
        figures = system.figures(NOW_NS)
        assert figures.total[24].net == 0
        assert {name: of[24].net // COIN for name, of in figures.exchanges.items()} == {
            "A": -9_000,
            "B": 9_000,
        }


def test_a_flow_of_next_to_nothing_is_not_unusual() -> None:
    system = whales()
    for day in range(30, 0, -1):
        system.take(transfer(str(day), coins=0.001, receiver="A", at_ns=NOW_NS - day * DAY_NS))
    system.take(transfer("x", coins=5.0, receiver="A"))
    assert system.figures(NOW_NS).total[24].z == pytest.approx(0.05, abs=1e-4)
    system.take(transfer("y", coins=5_000.0, receiver="A"))
    assert system.figures(NOW_NS).total[24].z == 5.0


def recount(said: list[Word]) -> tuple[dict[str, list[int]], int]:
    """Return what went into and out of each exchange and how many count, all words at hand."""
    flows: dict[str, list[int]] = {}
    sample = 0
    replaced = {word.replaces for word in said if word.replaces != word.name}
    for name in {word.name for word in said} - replaced:
        of = [word for word in said if word.name == name]
        last = max(of, key=lambda word: (word.stamps[0], word.state == "removed", word.stamps[1]))
        if last.state == "removed":
            continue
        live = [word for word in of if word.state != "removed"]
        known = [sum(side < 8 for side in (word.sender, word.receiver)) for word in live]
        best = max(zip(known, live, strict=True), key=lambda pair: (pair[0], pair[1].stamps[1]))[1]
        sample += best.sender != best.receiver or best.sender < 8
        sides = ["ABCD"[side // 2] if side < 8 else "" for side in (best.sender, best.receiver)]
        if sides[0] == sides[1]:
            continue
        for side, exchange in ((1, sides[0]), (0, sides[1])):
            if exchange:
                flows.setdefault(exchange, [0, 0])[side] += best.coins * COIN
    return flows, sample


def unlike(said: list[Word]) -> bool:
    """Whether no two words of a transaction are of one time, so that a recount needs no rule."""
    heard = [(word.name, word.stamps[1]) for word in said]
    moved = all(word.sender != word.receiver or word.sender < 8 for word in said)
    return len(set(heard)) == len(heard) and moved


@given(words.filter(unlike), st.randoms(use_true_random=False))
def test_in_any_order_it_ends_at_what_stands(said: list[Word], rng: Random) -> None:
    system = whales()
    for word in rng.sample(said, len(said)):
        system.take(word.transfer)
        if rng.random() < 0.3:
            system.take(word.transfer)
    flows, sample = recount(said)
    figures = system.figures(NOW_NS)
    found = {
        name: [of[24].inflow, of[24].outflow]
        for name, of in figures.exchanges.items()
        if of[24].inflow or of[24].outflow
    }
    assert (found, figures.sample) == (flows, sample)


@given(words, st.randoms(use_true_random=False))
def test_in_any_order_the_view_is_the_same(said: list[Word], rng: Random) -> None:
    one, other = whales(), whales()
    for word in said:
        one.take(word.transfer)
    for word in rng.sample(said, len(said)):
        other.take(word.transfer)
    assert shown(one) == shown(other)
    assert one.view(NOW_NS) == other.view(NOW_NS)


class TestMemory:
    def test_dust_does_not_push_out_what_is_large(self) -> None:
        system = whales(transactions=64)
        system.take(transfer("large", coins=5_000.0, receiver="A"))
        for turn in range(500):
            system.take(transfer(str(turn), coins=0.01, receiver="B"))
        assert 501 - 64 <= system.health.forgotten <= 501 - 60
        system.take(transfer("large", state="removed"))
        assert (system.health.reversed, system.health.unknown) == (1, 0)

    def test_what_was_forgotten_counts_once_all_the_same(self) -> None:
        system = whales(transactions=64)
        told = [transfer(str(turn), coins=1.0 + turn, receiver="A") for turn in range(96)]
        for one in told + told:
            system.take(one)
        assert system.health.counted == system.figures(NOW_NS).sample == 96
        assert system.health.repeated + system.health.unknown == 96


class TestView:
    def test_no_data_is_never_neutral(self) -> None:
        system = whales()
        view = system.view(NOW_NS)
        assert (view.status, view.as_of_ns) == (ViewStatus.NO_DATA, None)
        system.hear("one", NOW_NS)  # it works, and there was nothing
        view = system.view(NOW_NS)
        assert (view.status, view.as_of_ns) == (ViewStatus.NO_DATA, NOW_NS)
        assert "no transfer in 24 h" in view.reasons[0]

    def test_silence_is_stale_with_a_growing_age_and_then_no_data(self) -> None:
        system = whales()
        system.take(transfer("1", coins=700.0, receiver="A"))
        seen = [
            (system.view(NOW_NS + hours * HOUR_NS).status, system.figures(NOW_NS + hours * HOUR_NS))
            for hours in (0, 2, 3, 25)
        ]
        assert [status for status, _ in seen] == [
            ViewStatus.PARTIAL,
            ViewStatus.PARTIAL,
            ViewStatus.STALE,
            ViewStatus.NO_DATA,
        ]
        assert [figures.age_ns for _, figures in seen] == [
            0,
            2 * HOUR_NS,
            3 * HOUR_NS,
            25 * HOUR_NS,
        ]
        confidences = [figures.confidence for _, figures in seen]
        assert confidences == sorted(confidences, reverse=True)
        assert system.view(NOW_NS + 3 * HOUR_NS).is_stale(NOW_NS + 3 * HOUR_NS)


def test_exchanges_beyond_the_lanes_are_summed_as_others() -> None:
    system = WhaleTrackingSystem("BTC", book(6), lanes=7)
    for turn in range(6):
        system.take(transfer(str(turn), coins=1.0 + turn, receiver=address(2 * turn)))
    figures = system.figures(NOW_NS)
    assert {name: of[1].net // COIN for name, of in figures.exchanges.items()} == {
        "A": 1,
        "B": 2,
        "others": 3 + 4 + 5 + 6,
    }
    assert figures.total[1].net == 21 * COIN


@pytest.mark.parametrize("blind_first", [True, False])
def test_who_has_no_addresses_hides_nobody_who_has(blind_first: bool) -> None:
    """One adds up all that is put out, change included; the other says what left, and to whom."""
    name = "ab" * 32
    blind = transfer(name, coins=697.0, received_ns=NOW_NS + 5 * (not blind_first))
    for seeing in (
        transfer(f"0x{name.upper()}", coins=500.0, receiver="A", sender=address(40)),
        transfer(name.upper(), inputs=legs((40, 697.0)), outputs=legs((41, 500.0), (40, 197.0))),
        transfer(name, coins=500.0, receiver=address(41)),
    ):
        system = WhaleTrackingSystem("BTC", book())
        told = (blind, seeing) if blind_first else (seeing, blind)
        for one in told:
            system.take(one)
        figures = system.figures(NOW_NS)
        assert (figures.sample, figures.largest) == (1, 1.0)
        assert system.health.counted + system.health.repeated == 2
        assert system.health.repeated == (not blind_first)
        (total,) = summarise(told, book(), {"BTC": TierLimits()}).classes
        assert total.units == 500 * COIN


def test_a_replaced_transaction_is_known_in_any_spelling() -> None:
    system, name = WhaleTrackingSystem("BTC", book()), "ab" * 32
    system.take(transfer(name, coins=9.0, receiver="A"))
    system.take(transfer("other", coins=8.0, receiver="A", replaces=(name.upper(),)))
    assert system.figures(NOW_NS).total[24].inflow == 8 * COIN
