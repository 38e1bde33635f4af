"""The built-in signals, native and in plain Python: the same proposals at the same time."""

from __future__ import annotations

from hypothesis import given, settings

from tests.support.exchange_play import NATIVE, REFERENCE
from tests.support.signal_flows import follow, seeds


@settings(deadline=None)
@given(seeds)
def test_both_propose_the_same(seed: int) -> None:
    assert follow(seed, NATIVE) == follow(seed, REFERENCE)


def test_every_kind_of_proposal_is_made() -> None:
    """A market in which nothing is proposed would prove nothing."""
    reasons = {asked.proposal.reason for seed in range(150) for asked in follow(seed, NATIVE)}
    assert reasons == {
        "TREND_AND_MOMENTUM",
        "CROSSED",
        "BREAKOUT",
        "HELD",
        "TREND_LOST",
        "CROSSED_BACK",
        "CHANNEL_BROKEN",
    }
