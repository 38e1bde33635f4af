"""Recorded headlines and transfers: decisions see what was received before them, and no more."""

from __future__ import annotations

import random
from array import array
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supreme_system_v5.domain import Action, Headline, Report, Submit, Transfer, VenueUnits
from supreme_system_v5.market_data import BarChunk, TradeChunk
from supreme_system_v5.news_whale import FlowWeights, MoneyFlowAggregator
from supreme_system_v5.risk import ConfidenceWeights, FixedFraction
from supreme_system_v5.strategies import MarketView, Signal
from tests.fakes.judges import Judge
from tests.support.chain import address, book, transfer
from tests.support.engine_runs import NATIVE, ORIGIN, REFERENCE, Rooms, cut, runner_of

START_NS = 480_000 * 3_600 * 10**9
SECOND_NS = 10**9
MINUTE_NS = 60 * SECOND_NS
MINUTES = 180


class Turns:
    """Goes long and out again by turns, at every minute."""

    def decide(self, view: MarketView) -> Signal | None:
        if view.position is not None:
            return Signal.exit("out")
        return Signal.enter("in", side=1) if view.price is not None else None


class Entries:
    """Keeps every action and report as it was, with its time."""

    def __init__(self) -> None:
        self.found: list[tuple[int, bytes]] = []
        self.sure: list[float] = []

    def add(self, entry: Action | Report) -> None:
        self.found.append((entry.event_ns, msgspec.msgpack.encode(entry)))
        if isinstance(entry, Submit) and entry.confidence is not None:
            self.sure.append(entry.confidence)

    def until(self, time_ns: int) -> list[tuple[int, bytes]]:
        return [entry for entry in self.found if entry[0] <= time_ns]


def watchful(units: VenueUnits) -> FixedFraction:
    """Bet the same on everything, and write down how sure the judgements were."""
    weights = ConfidenceWeights(technical=1.0, mtf=0.0, vetoes=("news", "whales"))
    return FixedFraction(Decimal("0.1"), units, weights)


def trades(rng: random.Random) -> list[TradeChunk]:
    """A market that rises, with silences, ties and steps back."""
    prices, times, now = array("d"), array("q"), START_NS
    while now < START_NS + MINUTES * MINUTE_NS:
        now += rng.choice((0, 10**8, 10**9, 7 * 10**9, 20 * 10**9, 130 * 10**9))
        prices.append(round(100 + (now - START_NS) / (MINUTES * MINUTE_NS) + rng.random() / 50, 2))
        times.append(now - rng.choice((0, 0, 0, 2 * 10**8)))
    ones = array("d", [1.0] * len(prices))
    sides = array("b", [0] * len(prices))
    return [TradeChunk(prices=prices, sizes=ones, timestamps_ns=times, sides=sides)]


def bars(rng: random.Random) -> list[BarChunk]:
    """The same in minutes, some of them missing."""
    minutes = [minute for minute in range(MINUTES) if minute < 60 or rng.random() < 0.9]
    closes = array("d", [round(100 + minute / MINUTES, 2) for minute in minutes])
    times = array("q", [START_NS + minute * MINUTE_NS for minute in minutes])
    volumes = array("d", [1.0] * len(minutes))
    return [
        BarChunk(
            opens=closes, highs=closes, lows=closes, closes=closes, volumes=volumes,
            timestamps_ns=times,
        )
    ]  # fmt: skip


def items(rng: random.Random) -> list[Headline | Transfer]:
    """Headlines and transfers, many of them at the end of a minute or right beside it."""
    found: list[Headline | Transfer] = []
    for turn in range(40):
        minute = rng.randrange(-20, MINUTES)
        at_ns = START_NS + minute * MINUTE_NS
        at_ns += rng.choice((0, 1, -1, SECOND_NS, -SECOND_NS, rng.randrange(MINUTE_NS)))
        if turn % 2:
            title = rng.choice(("bad", "good"))
            found.append(
                Headline(
                    origin=ORIGIN, seq=0, event_ns=at_ns, receive_ns=at_ns, source="", title=title
                )
            )
        else:
            names = [address(0), address(60)]
            rng.shuffle(names)
            coins = rng.randrange(1, 900) * 1.5
            found.append(
                transfer(
                    str(turn), coins=coins, sender=names[0], receiver=names[1], asset="USDT",
                    at_ns=at_ns,
                )
            )  # fmt: skip
    return sorted(found, key=lambda item: item.receive_ns)


def run(rooms: Rooms, chunks: Iterable[Any], given_: Iterable[Headline | Transfer]) -> Entries:
    log = Entries()
    whales = MoneyFlowAggregator(book(), weights=FlowWeights(0.0, 0.0, 1.0))
    runner = runner_of(
        rooms, Turns, risk=watchful, log=log, news=Judge(), whales=whales, items=given_
    )
    for chunk in chunks:
        runner.feed(chunk)
    runner.finish()
    return log


@pytest.mark.parametrize("market", [trades, bars])
@settings(max_examples=15)
@given(seed=st.integers(0, 2**32))
def test_decisions_do_not_depend_on_the_cut(market: Any, seed: int) -> None:  # noqa: ANN401 - one of two
    rng = random.Random(seed)
    chunks, told = market(rng), items(rng)
    whole = run(NATIVE, chunks, told)
    assert len(whole.sure) > 30
    assert run(NATIVE, cut(chunks, rng), told).found == whole.found
    assert run(NATIVE, cut(chunks, None), told).found == whole.found
    assert run(REFERENCE, chunks, told).found == whole.found


@pytest.mark.parametrize("market", [trades, bars])
def test_an_item_a_second_later_changes_no_earlier_decision(market: Any) -> None:  # noqa: ANN401 - same
    changed = 0
    for seed in range(12):
        rng = random.Random(seed)
        chunks, told = market(rng), items(rng)
        original = run(NATIVE, chunks, told)
        for place in rng.sample(range(len(told)), 6):
            item = told[place]
            later = msgspec.structs.replace(item, receive_ns=item.receive_ns + SECOND_NS)
            moved = [*told[:place], later, *told[place + 1 :]]
            moved.sort(key=lambda one: one.receive_ns)
            again = run(NATIVE, chunks, moved)
            assert again.until(item.receive_ns) == original.until(item.receive_ns)
            changed += again.found != original.found
    assert changed > 0  # what comes after may well


@pytest.mark.parametrize("market", [trades, bars])
def test_a_future_that_is_left_out_changes_nothing_before_it(market: Any) -> None:  # noqa: ANN401 - same
    rng = random.Random(5)
    chunks, told = market(rng), items(rng)
    original = run(NATIVE, chunks, told)
    for place, item in enumerate(told):
        again = run(NATIVE, chunks, told[:place])
        assert again.until(item.receive_ns) == original.until(item.receive_ns)


def test_bad_news_make_it_less_sure_as_long_as_they_are_fresh() -> None:
    """One headline, 100 minutes after the start, that holds for an hour."""
    chunks, at_ns = bars(random.Random(1)), START_NS + 100 * MINUTE_NS
    sure = []
    for title in ("good", "bad"):
        only: list[Headline | Transfer] = [
            Headline(origin=ORIGIN, seq=0, event_ns=0, receive_ns=at_ns, source="", title=title)
        ]
        sure.append(run(NATIVE, chunks, only))
    good, bad = sure
    assert good.until(at_ns) == bad.until(at_ns)
    less = [two < one for one, two in zip(good.sure, bad.sure, strict=True)]
    assert any(less)
    assert not less[0]
    assert not less[-1]
