"""One market: its tape, its candles and its book agree."""

from __future__ import annotations

import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.exchanges.simulator.market import FIRST_MATCH, Market
from supreme_system_v5.exchanges.simulator.sources import InventedMarket
from supreme_system_v5.exchanges.simulator.tape import Minute, Print

START_NS = 1_780_000_020_000_000_000
"""A whole minute."""

S = 10**9


def market(seed: int = 1, speed: float = 1.0, mood: str = "normal") -> Market:
    source = InventedMarket(mood, random.Random(seed))
    return Market(source, start_ns=START_NS, seed=seed, speed=speed)


def run(one: Market, seconds: float, step_s: float) -> list[Print | Minute]:
    events: list[Print | Minute] = []
    for step in range(1, int(seconds / step_s) + 1):
        events += one.advance(START_NS + int(step * step_s * S))
    return events


@given(st.sampled_from([0.5, 1.0, 7.0, 60.0, 300.0]))
def test_the_same_happens_however_often_it_is_asked(step_s: float) -> None:
    one = run(market(), 300 // step_s * step_s, step_s)
    whole = run(market(), 300 // step_s * step_s, 300 // step_s * step_s)
    assert one == whole


def test_numbers_follow_each_other_and_minutes_hold_their_trades() -> None:
    one = market()
    events = run(one, 200, 1.0)
    prints = [event for event in events if isinstance(event, Print)]
    minutes = [event for event in events if isinstance(event, Minute)]
    assert prints[0].first == FIRST_MATCH
    assert prints[-1].serial == len(prints) == one.serial
    for before, told in pairwise(prints):
        assert told.first == before.last + 1
        assert told.time_ns >= before.time_ns
    assert len(minutes) == 3
    for minute in minutes:
        inside = [p for p in prints if 0 <= p.time_ms - minute.open_ms < 60_000]
        assert minute.volume == sum(p.size for p in inside)
        assert minute.turnover == sum(p.size * p.price for p in inside)
        assert minute.count == sum(p.count for p in inside)
        assert (minute.open, minute.close) == (inside[0].price, inside[-1].price)
        assert minute.high == max(p.price for p in inside)
        # What is told of a minute comes after its last trade.
        assert events.index(minute) > events.index(inside[-1])


def test_the_past_ends_where_trading_begins() -> None:
    one = market()
    run(one, 10, 1.0)
    open_ms = one.candles.open.open_ms
    before, _ = one.candles.between(open_ms - 60_000, open_ms + 1)
    first = one.trades.from_print(0, 1)[0]
    assert abs(before.close - first.price) < 0.002 * first.price
    assert before.last == FIRST_MATCH - 1


def test_bid_is_below_ask_and_levels_stay() -> None:
    one = market(mood="volatile")
    for event in run(one, 20, 1.0):
        assert isinstance(event, Print)
    assert one.bid < one.ask
    bids, asks = one.ladder(bids=True, depth=5), one.ladder(bids=False, depth=5)
    assert [level.price for level in bids] == sorted((x.price for x in bids), reverse=True)
    assert bids[0].price == one.bid
    assert asks[0].price == one.ask
    assert one.level(bids[2].price) == bids[2]


def test_speed_squeezes_the_pauses() -> None:
    slow, fast = market(), market(speed=10.0)
    slow_prints = [event for event in run(slow, 100, 1.0) if isinstance(event, Print)]
    fast_prints = [event for event in run(fast, 10, 1.0) if isinstance(event, Print)]
    assert abs(len(slow_prints) - len(fast_prints)) <= 2


def test_it_is_quiet_or_halted_when_it_should_be() -> None:
    one = market()
    one.quiet_until_ns = START_NS + 30 * S
    prints = [event for event in run(one, 40, 1.0) if isinstance(event, Print)]
    assert prints[0].time_ns >= START_NS + 30 * S
    one.rules.state = "suspend"
    assert not [e for e in one.advance(START_NS + 50 * S) if isinstance(e, Print)]
    one.rules.state = "live"
    later = [e for e in one.advance(START_NS + 60 * S) if isinstance(e, Print)]
    assert later[0].time_ns >= START_NS + 50 * S


def test_a_jump_and_a_burst() -> None:
    one = market()
    list(one.advance(START_NS + 5 * S))
    before = one.last
    assert len([*one.burst(100, START_NS + 5 * S)]) == 100
    one.jump(-0.1)
    list(one.advance(START_NS + 10 * S))
    assert one.last < 0.93 * before
