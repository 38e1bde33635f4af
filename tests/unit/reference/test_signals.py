from __future__ import annotations

import copy
import math
import pickle
import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings

from supreme_system_v5 import ports
from supreme_system_v5.domain import Bar, Flag, Proposal, Timeframe
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.reference import Signals, UltraOptimizedEMA, UltraOptimizedRSI
from tests.support.exchange_play import REFERENCE
from tests.support.signal_flows import follow, seeds

MINUTE = int(Flag.BAR_1M)
QUARTER = MINUTE | Flag.BAR_5M | Flag.BAR_15M
UP = {
    "close": 100.0, "ema_fast": 99.0, "ema": 98.0, "ema_slow": 97.0, "histogram": 0.1,
    "rsi": 60.0, "atr": 2.0,
}  # fmt: skip
DOWN = UP | {"ema_fast": 97.0, "ema_slow": 99.0, "histogram": -0.1, "rsi": 40.0}


def bar(
    close: float, high: float | None = None, low: float | None = None, *, partial: bool = False
) -> Bar:
    return Bar(
        timeframe=Timeframe.M1,
        open_ns=0,
        close_ns=1,
        open=close,
        high=close if high is None else high,
        low=close if low is None else low,
        close=close,
        volume=1.0,
        buy_volume=0.0,
        trades=1,
        partial=partial,
    )


class Known:
    """What is known of one timeframe."""

    def __init__(
        self, bars: Sequence[Bar] = (), *, immature: Sequence[str] = (), **numbers: float
    ) -> None:
        self.bar = bars[-1] if bars else bar(numbers.get("close", 1.0))
        self.histories = {"bar": list(bars)}
        self.mature = not immature
        self._immature, self._numbers = immature, numbers

    def are_mature(self, *names: str) -> bool:
        return not set(names) & set(self._immature)

    def read(self, name: str) -> float | None:
        return self._numbers.get(name)


def minutes(**numbers: Any) -> Any:  # noqa: ANN401 - stands in for the states
    return {Timeframe.M1: Known(**numbers)}


def asked(signals: Signals, states: Any, flags: int = MINUTE) -> Proposal | None:  # noqa: ANN401
    """Return what is proposed at a closed bar, having checked that the answer says so."""
    answer = signals.on_bars(flags, states)
    proposal = signals.take()
    assert answer is (proposal is not None)
    assert signals.take() is None
    return proposal


def entry(
    side: int,
    reason: str,
    stop: float | None = None,
    target: float | None = None,
    trail: float | None = None,
) -> Proposal:
    return Proposal("ENTER", side, reason, stop, target, trail)


def leaving(side: int, reason: str) -> Proposal:
    return Proposal("EXIT", side, reason, None, None, None)


def test_it_is_what_the_port_asks_for() -> None:
    signals: ports.SignalSource = Signals("scalping")
    assert signals.name == "scalping"
    assert signals.take() is None


# scalping


def test_scalping_enters_with_the_trend_and_momentum() -> None:
    both = Signals("scalping", {"shorts": True})
    # 100 - 1.5 * 2 and 100 + 2.5 * 2
    assert asked(both, minutes(**UP)) == entry(1, "TREND_AND_MOMENTUM", 97.0, 105.0)
    assert asked(both, minutes(**DOWN)) == entry(-1, "TREND_AND_MOMENTUM", 103.0, 95.0)
    assert asked(Signals("scalping"), minutes(**DOWN)) is None


@pytest.mark.parametrize(
    "change",
    [
        {"ema_fast": 98.0},
        {"ema_slow": 98.0},
        {"histogram": 0.0},
        {"rsi": 49.9},
        {"rsi": 70.1},
        {"atr": 0.0},
        {"immature": ["volatility"]},
        {"atr": 70.0},  # the stop would be at -5
    ],
)
def test_scalping_stays_out_when_one_thing_is_missing(change: dict[str, Any]) -> None:
    assert asked(Signals("scalping"), minutes(**UP | change)) is None


@pytest.mark.parametrize("rsi", [50.0, 70.0])
def test_scalping_includes_the_bounds_of_rsi(rsi: float) -> None:
    both = Signals("scalping", {"shorts": True})
    assert asked(both, minutes(**UP | {"rsi": rsi})) is not None
    assert asked(both, minutes(**DOWN | {"rsi": 100.0 - rsi})) is not None


def test_scalping_leaves_when_the_trend_is_lost_or_when_held_too_long() -> None:
    signals = Signals("scalping", {"max_hold_bars": 3})
    lost = UP | {"ema_fast": 97.9}
    signals.hold(1)
    assert asked(signals, minutes(**UP)) is None
    assert asked(signals, minutes(**lost)) == leaving(1, "TREND_LOST")
    assert asked(signals, minutes(**lost | {"atr": 0.0})) == leaving(1, "HELD")
    signals.hold(-1)  # counts anew
    assert asked(signals, minutes(**DOWN)) is None
    assert asked(signals, minutes(**DOWN | {"ema_fast": 98.1})) == leaving(-1, "TREND_LOST")
    assert asked(signals, minutes(close=1.0)) == leaving(-1, "HELD")


# ema-cross


def crossing(signals: Signals, closes: Sequence[float], **more: float) -> list[Proposal | None]:
    return [asked(signals, minutes(close=close, **more)) for close in closes]


SMALL = {"fast": 1, "slow": 2, "rsi": 2, "rsi_max": 100.0}
"""The fast average is the close, the slow one moves two thirds of the way to it."""


def test_ema_cross_enters_when_the_difference_turns() -> None:
    # slow: -, 9, 8.33, 9.44, ..; d: -, -1, -0.33, 0.55
    signals = Signals("ema-cross", SMALL)
    assert crossing(signals, [10.0, 8.0, 8.0, 10.0, 11.0]) == [
        None, None, None, entry(1, "CROSSED"), None,
    ]  # fmt: skip
    assert crossing(Signals("ema-cross", SMALL), [10.0, 12.0, 12.0, 10.0])[-1] is None
    both = Signals("ema-cross", SMALL | {"shorts": True})
    assert crossing(both, [10.0, 12.0, 12.0, 10.0])[-1] == entry(-1, "CROSSED")


def test_ema_cross_says_nothing_before_there_was_a_difference_and_rsi() -> None:
    late = Signals("ema-cross", SMALL | {"rsi": 4})
    assert crossing(late, [10.0, 8.0, 8.0, 10.0]) == [None] * 4
    assert crossing(Signals("ema-cross", SMALL), [8.0, 10.0]) == [None, None]


def test_ema_cross_minds_rsi() -> None:
    closes = [10.0, 8.0, 8.0, 10.0]
    # RSI(2): the mean of (0, 0) and of (2, 0) and then half way to (2, 0): 1 and 0.5
    assert crossing(Signals("ema-cross", SMALL | {"rsi_max": 66.6}), closes)[-1] is None
    assert crossing(Signals("ema-cross", SMALL | {"rsi_max": 66.7}), closes)[-1] is not None


def test_ema_cross_may_have_a_stop_and_then_waits_for_atr() -> None:
    closes, stop = [10.0, 8.0, 8.0, 10.0], SMALL | {"stop_atr": 2.0}
    assert crossing(Signals("ema-cross", stop), closes)[-1] is None
    found = crossing(Signals("ema-cross", stop), closes, atr=1.5)
    assert found[-1] == entry(1, "CROSSED", 7.0)
    assert crossing(Signals("ema-cross", stop), closes, atr=5.0)[-1] is None


def test_ema_cross_leaves_when_it_crossed_back() -> None:
    signals = Signals("ema-cross", SMALL)
    crossing(signals, [10.0, 8.0, 8.0, 10.0])
    signals.hold(1)
    assert crossing(signals, [11.0, 10.0]) == [None, leaving(1, "CROSSED_BACK")]
    signals.hold(-1)
    assert crossing(signals, [9.0, 11.0]) == [None, leaving(-1, "CROSSED_BACK")]


def test_ema_cross_is_what_the_indicators_say() -> None:
    rng = random.Random(5)
    closes = [100.0]
    for _ in range(3_000):
        closes.append(closes[-1] * math.exp(rng.gauss(0.0, 0.01)))
    fast = UltraOptimizedEMA(12, "sma").batch(closes)
    slow = UltraOptimizedEMA(26, "sma").batch(closes)
    rsi = UltraOptimizedRSI(14).batch(closes)
    d = [a - b for a, b in zip(fast, slow, strict=True)]
    found = crossing(Signals("ema-cross"), closes)
    for i, proposal in enumerate(found):
        crossed = i >= 26 and d[i - 1] <= 0.0 < d[i] and rsi[i] < 70.0
        assert (proposal == entry(1, "CROSSED")) is crossed
    assert 20 < sum(proposal is not None for proposal in found) < 300


# trend


def trend(
    bars: Sequence[Bar],
    *,
    fast: float = 2.0,
    slow: float = 1.0,
    atr: float = 2.0,
    immature: Sequence[str] = (),
) -> Any:  # noqa: ANN401 - stands in for the states
    return {
        Timeframe.M1: Known(),
        Timeframe.M15: Known(bars, atr=atr, immature=immature),
        Timeframe.H1: Known(ema_fast=fast, ema_slow=slow, immature=immature),
    }


NARROW = {"breakout": 3, "exit": 2, "stop_atr": 3.0, "shorts": True}
CALM = [bar(100.0, 105.0, 95.0)] * 3


def test_trend_enters_when_the_close_breaks_out() -> None:
    signals = Signals("trend", NARROW)
    out = trend([*CALM, bar(105.5)])
    # 105.5 - 3 * 2
    assert asked(signals, out, QUARTER) == entry(1, "BREAKOUT", 99.5, None, 6.0)
    assert asked(signals, out, MINUTE | Flag.BAR_5M) is None
    below = trend([*CALM, bar(94.5)], fast=1.0, slow=2.0)
    assert asked(signals, below, QUARTER) == entry(-1, "BREAKOUT", 100.5, None, 6.0)
    assert asked(Signals("trend", NARROW | {"shorts": False}), below, QUARTER) is None


def test_trend_stays_out_when_one_thing_is_missing() -> None:
    out = bar(105.5)
    for states in (
        trend([*CALM, bar(105.0)]),
        trend([*CALM[:2], out]),
        trend([*CALM[:2], bar(100.0, partial=True), out]),
        trend([*CALM, out], fast=1.0),
        trend([*CALM, out], immature=["atr"]),
        trend([*CALM, out], immature=["ema_slow"]),
        trend([*CALM, out], atr=0.0),  # a distance of 0 is none
        trend([*CALM, out], atr=40.0),  # the stop would be at -14.5
    ):
        assert asked(Signals("trend", NARROW), states, QUARTER) is None
    partial_before = trend([bar(100.0, partial=True), *CALM, out])
    assert asked(Signals("trend", NARROW), partial_before, QUARTER) is not None


def test_trend_leaves_through_the_other_side_or_when_the_hours_turn() -> None:
    signals = Signals("trend", NARROW)
    bars = [bar(100.0, 105.0, 90.0), *CALM[:2]]
    signals.hold(1)
    assert asked(signals, trend([*bars, bar(95.0)]), QUARTER) is None
    assert asked(signals, trend([*bars, bar(94.5)]), QUARTER) == leaving(1, "CHANNEL_BROKEN")
    assert asked(signals, trend([*bars, bar(100.0)], fast=0.5), QUARTER) == leaving(1, "TREND_LOST")
    signals.hold(-1)
    still = trend([*bars, bar(100.0)], fast=1.0)
    assert asked(signals, still, QUARTER) is None
    assert asked(signals, trend([*bars, bar(105.5)]), QUARTER) == leaving(-1, "CHANNEL_BROKEN")
    assert asked(signals, trend([*bars, bar(100.0)]), QUARTER) == leaving(-1, "TREND_LOST")


def test_a_longer_way_out_needs_as_many_bars() -> None:
    signals = Signals("trend", NARROW | {"exit": 4})
    assert asked(signals, trend([*CALM, bar(105.5)]), QUARTER) is None
    assert asked(signals, trend([CALM[0], *CALM, bar(105.5)]), QUARTER) is not None


# What they share


def test_while_an_order_is_under_way_nothing_is_asked_but_bars_are_taken() -> None:
    signals = Signals("ema-cross", SMALL)
    signals.busy(True)
    assert crossing(signals, [10.0, 8.0, 8.0, 10.0]) == [None] * 4
    assert crossing(signals, [8.0]) == [None]
    signals.busy(False)
    assert crossing(signals, [10.0]) == [entry(1, "CROSSED")]
    held = Signals("scalping", {"max_hold_bars": 2})
    held.hold(1)
    held.busy(True)
    assert asked(held, minutes(**UP)) is None
    held.busy(False)
    assert asked(held, minutes(**UP)) == leaving(1, "HELD")


def test_a_partial_bar_is_not_read() -> None:
    states = minutes(**UP)
    states[Timeframe.M1].bar = bar(100.0, partial=True)
    assert asked(Signals("scalping"), states) is None


def test_a_proposal_stays_until_it_is_taken() -> None:
    signals = Signals("scalping")
    assert signals.on_bars(MINUTE, minutes(**UP))
    assert not signals.on_bars(MINUTE, minutes(**DOWN))
    assert signals.take() == entry(1, "TREND_AND_MOMENTUM", 97.0, 105.0)


def test_the_defaults_are_those_of_the_page() -> None:
    assert Signals("scalping").parameters == {
        "stop_atr": 1.5, "target_atr": 2.5, "max_hold_bars": 30, "rsi_low": 50.0,
        "rsi_high": 70.0, "shorts": False,
    }  # fmt: skip
    assert Signals("ema-cross").parameters == {
        "fast": 12, "slow": 26, "rsi": 14, "rsi_max": 70.0, "stop_atr": 0.0, "shorts": False,
    }  # fmt: skip
    assert Signals("scalping", {"rsi_low": 70}).parameters["rsi_low"] == 70.0  # as rsi_high
    assert Signals("trend", {"exit": 49}).parameters == {
        "breakout": 20, "exit": 49, "stop_atr": 3.0, "shorts": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "parameters", "refused"),
    [
        ("nothing", {}, "name"),
        ("trend", {"length": 5}, "parameter"),
        ("scalping", {"stop_atr": 0.0}, "stop_atr"),
        ("scalping", {"target_atr": math.inf}, "target_atr"),
        ("scalping", {"max_hold_bars": 0}, "max_hold_bars"),
        ("scalping", {"rsi_low": -0.1}, "rsi_low"),
        ("scalping", {"rsi_high": 100.1}, "rsi_high"),
        ("scalping", {"rsi_low": 71.0}, "rsi_low"),
        ("ema-cross", {"fast": 26}, "fast"),
        ("ema-cross", {"slow": 100_001}, "slow"),
        ("ema-cross", {"rsi": 0}, "rsi"),
        ("ema-cross", {"rsi_max": math.nan}, "rsi_max"),
        ("ema-cross", {"stop_atr": -1.0}, "stop_atr"),
        ("trend", {"breakout": 50}, "breakout"),
        ("trend", {"exit": 0}, "exit"),
        ("trend", {"stop_atr": 0.0}, "stop_atr"),
    ],
)
def test_what_is_out_of_range_is_refused(
    name: str, parameters: dict[str, Any], refused: str
) -> None:
    with pytest.raises(InvalidInputError, match=f"^{refused} must be ") as caught:
        Signals(name, parameters)
    assert caught.value.name == refused


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        (5, {}),
        ("trend", []),
        ("trend", {"breakout": 5.0}),
        ("trend", {"breakout": True}),
        ("trend", {"stop_atr": "3"}),
        ("trend", {"stop_atr": True}),
        ("trend", {"shorts": 1}),
    ],
)
def test_wrong_types_are_refused(name: Any, parameters: Any) -> None:  # noqa: ANN401
    with pytest.raises(InvalidTypeError):
        Signals(name, parameters)


def test_what_it_is_told_is_checked() -> None:
    signals: Any = Signals("trend")
    with pytest.raises(InvalidInputError, match="^side must be"):
        signals.hold(2)
    for call, wrong in ((signals.hold, 1.0), (signals.hold, True), (signals.busy, 1)):
        with pytest.raises(InvalidTypeError):
            call(wrong)


def test_a_copy_goes_its_own_way() -> None:
    signals = Signals("ema-cross", SMALL)
    crossing(signals, [10.0, 8.0, 8.0])
    twins = [
        copy.copy(signals), copy.deepcopy(signals),
        pickle.loads(pickle.dumps(signals)),  # noqa: S301 - our own bytes
    ]  # fmt: skip
    crossing(signals, [8.0])
    for twin in twins:
        assert repr(twin) == repr(signals)
        assert crossing(twin, [10.0]) == [entry(1, "CROSSED")]


@settings(deadline=None, max_examples=30)
@given(seeds)
def test_whatever_the_market_does_proposals_make_sense(seed: int) -> None:
    follow(seed, REFERENCE)


def test_the_made_up_markets_make_it_give_every_reason() -> None:
    found = [asked for seed in range(40) for asked in follow(seed, REFERENCE, 400)]
    assert {asked.proposal.reason for asked in found} == {
        "TREND_AND_MOMENTUM", "HELD", "TREND_LOST", "CROSSED", "CROSSED_BACK", "BREAKOUT",
        "CHANNEL_BROKEN",
    }  # fmt: skip
