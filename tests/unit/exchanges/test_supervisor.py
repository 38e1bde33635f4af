"""The supervisor on a simulated clock: what it notices, how soon, and that it always comes back."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from supreme_system_v5.domain.live import Channel
from supreme_system_v5.exchanges.protocol import ConnectLimit
from supreme_system_v5.exchanges.supervisor import Supervisor
from tests.support.plain_venue import PlainVenue, S
from tests.support.supervised import World

RECOVERY_S = 60 + 10 + 10 + 5
"""Longest wait, connecting, confirming, and a little: the bound of every recovery."""


def whole(seed: int = 1, venue: PlainVenue | None = None) -> World:
    world = World(venue, seed)
    world.until(lambda: world.whole, 5)
    assert [change.fresh for _, change in world.changes] == [True]
    return world


def test_a_healthy_venue_is_connected_to_once_and_left_alone() -> None:
    world = whole()
    world.run(3_600)
    assert len(world.opens) == 2
    assert len(world.asked) == 3
    assert [change.fresh for _, change in world.changes] == [True]
    assert (world.supervisor.connects, world.supervisor.reconnects, world.broken) == (2, 0, 0)


def set_mute(world: World) -> None:
    world.mute = True


def kill(*channels: Channel) -> Callable[[World], None]:
    def fault(world: World) -> None:
        world.dead |= set(channels)

    return fault


@pytest.mark.parametrize(
    ("fault", "least", "most", "words"),
    [
        (set_mute, 14.5, 16, "nothing was told for 15 s"),
        (kill(*Channel), 14.5, 16, "nothing was told for 15 s"),
        (kill(Channel.TRADES), 9.5, 13, "no trade for 1"),
        (kill(Channel.TRADES, Channel.QUOTES), 9.5, 13, "no trade for 1"),
        (kill(Channel.TRADES, Channel.CANDLES), 119, 122, "no trade for 120 s"),
        (lambda world: world.close("public"), 0, 0.5, "closed with 1006"),
    ],
    ids=["mute", "all dead", "trades dead", "connection dead", "trades and candles", "closed"],
)
def test_a_stale_feed_is_told_within_its_deadline_and_recovers(
    fault: Callable[[World], None], least: float, most: float, words: str
) -> None:
    world = whole()
    fault(world)
    took = world.until(lambda: not world.supervisor.fresh, most)
    assert least <= took <= most
    assert words in world.supervisor.reason
    assert world.changes[-1][1].reason == world.supervisor.reason
    assert world.broken <= 1
    world.run(40)
    world.heal()
    world.until(lambda: world.whole, RECOVERY_S)
    assert world.supervisor.reason == ""


@pytest.mark.parametrize("channel", [Channel.QUOTES, Channel.CANDLES])
def test_another_silent_channel_is_asked_for_again_and_the_feed_stays_fresh(
    channel: Channel,
) -> None:
    world = whole()
    world.dead = {channel}
    world.run(100)
    assert [c for _, c in world.asked].count(channel) == 2
    world.until(lambda: len(world.opens) == 3, 100)
    if channel is Channel.CANDLES:
        assert len(world.changes) == 1
    world.heal()
    world.until(lambda: world.whole, RECOVERY_S)


def test_a_quiet_market_is_no_fault() -> None:
    world = whole()
    world.quiet = True
    world.run(110)
    assert len(world.changes) == 1
    assert len(world.asked) == 3
    world.quiet = False
    world.run(10)
    assert len(world.opens) == 2


def test_a_connection_that_never_stands_is_given_up() -> None:
    world = World(hanging=True)
    assert world.until(lambda: len(world.opens) == 4, 13) >= 10
    assert world.supervisor.reason == "plain public: no connection within 10 s"
    world.heal()
    world.until(lambda: world.whole, RECOVERY_S)


def test_a_channel_that_is_not_confirmed_is_asked_for_twice_and_then_connected_anew() -> None:
    world = World()
    world.unacked = {Channel.TRADES}
    world.until(lambda: len(world.opens) > 2, 25)
    assert [c for _, c in world.asked].count(Channel.TRADES) == 2
    assert "not confirmed" in world.supervisor.reason
    assert not world.supervisor.fresh
    world.heal()
    world.until(lambda: world.whole, RECOVERY_S)


def test_a_feed_silent_from_birth_is_noticed() -> None:
    world = World()
    world.dead = {Channel.TRADES}
    world.until(lambda: world.connections[1].telling != set(), 3)
    world.until(lambda: len(world.asked) > 3, 15)
    world.until(lambda: len(world.opens) > 2, 25)
    world.heal()
    world.until(lambda: world.whole, RECOVERY_S)


def test_what_is_refused_is_told_and_not_asked_for_again_soon() -> None:
    world = World()
    world.hopeless = {Channel.TRADES}
    world.run(850)
    assert [c for _, c in world.asked].count(Channel.TRADES) == 1
    assert len(world.opens) == 2
    assert world.supervisor.reason == "plain public: trades refused: 60018 no such"
    world.hopeless = set()
    world.until(lambda: world.whole, 100)


def test_an_announced_end_costs_nothing() -> None:
    world = whole()
    world.notice()
    world.run(5)
    assert len(world.opens) == 4
    assert world.whole
    assert len(world.changes) == 1
    assert world.broken == 0
    assert world.supervisor.reconnects == 2


def test_connections_are_renewed_before_the_venue_cuts_them() -> None:
    world = whole(venue=PlainVenue(lifetime_ns=480 * S))
    world.run(435)
    assert len(world.opens) == 2
    world.run(480 - 435 - 3)
    assert len(world.opens) == 4
    assert world.whole
    assert (len(world.changes), world.broken) == (1, 0)


def test_a_successor_that_fails_leaves_the_old_one_alone() -> None:
    world = whole()
    world.refusing = True
    world.notice()
    world.run(120)
    assert world.supervisor.fresh
    assert len(world.opens) < 40
    world.heal()
    world.until(lambda: world.whole and world.supervisor.reconnects >= 2, RECOVERY_S)
    assert len(world.changes) == 1


def test_waits_grow_to_a_minute_and_begin_anew_after_a_stable_time() -> None:
    world = whole()
    world.refusing = True
    world.close("public")
    world.run(1_200)
    waits = [
        later - sooner for sooner, later in zip(world.opens[2:], world.opens[3:], strict=False)
    ]
    assert waits[0] <= 4.5 * S
    assert all(30 * S <= wait <= 61 * S for wait in waits[6:])
    assert len(set(waits[6:])) > 3, "waits of many must not fall together"
    world.heal()
    world.until(lambda: world.whole, RECOVERY_S)
    world.run(70)
    world.close("public")
    assert world.until(lambda: world.whole, 5) < 5


def test_the_venue_can_ask_for_a_longer_wait() -> None:
    world = whole()
    opens = len(world.opens)
    number = next(iter(world.connections))
    del world.connections[number]
    world._do(world.supervisor.open_failed(number, "429", world.now, wait_ns=300 * S))
    world.run(299)
    assert len(world.opens) == opens
    world.until(lambda: world.whole, 10)


def test_what_an_aborted_connection_says_is_not_listened_to() -> None:
    world = whole()
    supervisor = world.supervisor
    assert supervisor.heard(99, (), world.now) == []
    assert supervisor.closed(99, "", world.now) == []
    assert supervisor.open_failed(99, "", world.now) == []
    assert supervisor.opened(99, world.now) == []


def test_who_did_not_listen_does_not_call_it_silence() -> None:
    world = whole()
    world.now += 100 * S
    world.supervisor.resumed(world.now)
    world.run(60)
    assert world.whole
    assert (len(world.changes), len(world.opens)) == (1, 2)


def test_the_same_happenings_give_the_same_answers() -> None:
    def story() -> list[object]:
        world = whole(seed=5)
        world.mute = True
        world.run(100)
        world.heal()
        world.run(100)
        return [world.opens, world.asked, world.changes, world.complaints]

    assert story() == story()


def test_before_it_begins_nothing_is_fresh() -> None:
    supervisor = Supervisor(PlainVenue(), random.Random(1))
    assert (supervisor.fresh, supervisor.reason) == (False, "not connected yet")


class Trouble(RuleBasedStateMachine):
    """Any faults in any order: it never has too many connections, and always comes back."""

    def __init__(self) -> None:
        super().__init__()
        self.limit = ConnectLimit(connects=3, window_ns=10 * S)
        self.world = World(PlainVenue(limit=self.limit, lifetime_ns=600 * S), seed=3)

    @rule(seconds=st.sampled_from([0.25, 1, 5, 12, 35, 70, 150]))
    def time_passes(self, seconds: float) -> None:
        self.world.run(seconds)

    @rule(endpoint=st.sampled_from(["", "public", "business"]))
    def closed(self, endpoint: str) -> None:
        self.world.close(endpoint)

    @rule()
    def notice(self) -> None:
        self.world.notice()

    @rule(name=st.sampled_from(["refusing", "hanging", "mute", "quiet"]), value=st.booleans())
    def fault(self, name: str, value: bool) -> None:
        setattr(self.world, name, value)

    @rule(
        name=st.sampled_from(["dead", "unacked", "hopeless"]),
        channels=st.sets(st.sampled_from(list(Channel))),
    )
    def channels(self, name: str, channels: set[Channel]) -> None:
        if name == "hopeless":
            channels = channels - {Channel.TRADES}  # asked for again after a quarter of an hour
        setattr(self.world, name, channels)

    @invariant()
    def never_more_than_an_old_one_and_its_successor(self) -> None:
        assert all(count <= 2 for count in self.world.counts().values())

    @invariant()
    def the_venue_is_never_asked_too_often(self) -> None:
        opens, limit = self.world.opens, self.limit
        for first, last in zip(opens, opens[limit.connects :], strict=False):
            assert last - first >= limit.window_ns

    @invariant()
    def what_it_says_is_what_was_told(self) -> None:
        if self.world.changes:
            last = self.world.changes[-1][1]
            assert last.fresh is self.world.supervisor.fresh
            flips = [change.fresh for _, change in self.world.changes]
            assert all(one is not two for one, two in pairwise(flips))
        assert self.world.supervisor.fresh is (self.world.supervisor.reason == "")

    def teardown(self) -> None:
        self.world.heal()
        self.world.until(lambda: self.world.supervisor.fresh, 130 + RECOVERY_S)
        self.world.run(RECOVERY_S)
        assert self.world.supervisor.fresh


TestTrouble = Trouble.TestCase
TestTrouble.settings = settings(
    max_examples=40,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
