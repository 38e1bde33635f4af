"""The table of faults is whole: each kind strikes somewhere, and says what it does."""

from __future__ import annotations

from supreme_system_v5.exchanges.simulator.fault_kinds import KINDS

POINTS = {"connect", "ack", "push", "pong", "ping", "timer", "rest", "reply"}
POINTS |= {"order", "login", "private"}


def test_every_kind_has_a_point_and_says_what_it_does() -> None:
    assert len(KINDS) > 50
    for name, kind in KINDS.items():
        assert kind.point in POINTS, name
        assert kind.does, name
