"""Made-up markets for the built-in signals, and somebody who follows them, or does not."""

from __future__ import annotations

import random
from array import array
from typing import Any, NamedTuple

from hypothesis import strategies as st

from supreme_system_v5.domain import AnalyzerConfig, Flag, Proposal
from tests.support.exchange_play import BAR_NS, Implementation

__all__ = ["Asked", "follow", "seeds"]

START_NS = 1_723_161_600 * 10**9
NAMES = ("scalping", "ema-cross", "trend")

seeds = st.integers(0, 2**32)
"""Each is one market, one signal, and one who follows it."""


class Asked(NamedTuple):
    """What was proposed, when it became known, and at which close."""

    proposal: Proposal
    now_ns: int
    close: float


def follow(seed: int, by: Implementation, count: int = 600) -> list[Asked]:
    """Play minutes to a signal; return what it proposed, having checked that it makes sense."""
    rng = random.Random(seed)
    name, parameters = _signal(rng)
    signals = by.signals(name, parameters)
    assert (signals.name, signals.parameters) == (name, signals.parameters | parameters)
    analyzer = by.analyzer(_config(rng))
    columns, advance = _market(rng, analyzer, count)
    side, position, length = 0, 0, len(columns[0])
    found: list[Asked] = []
    while position < length:
        position, flags = advance(*columns, start=position, signals=signals)
        if flags == 0:
            break
        assert flags == Flag.SIGNAL
        proposal = signals.take()
        assert proposal is not None
        assert signals.take() is None
        asked = Asked(proposal, analyzer.now_ns, analyzer.read("close"))
        _check(asked, side, may_short=parameters.get("shorts", False))
        found.append(asked)
        side = _answer(rng, signals, proposal, side)
    return found


def _signal(rng: random.Random) -> tuple[str, dict[str, Any]]:
    """Return a signal whose parameters make it talk."""
    name = rng.choice(NAMES)
    parameters: dict[str, Any] = {"shorts": rng.random() < 0.7}
    if name == "scalping":
        parameters |= {"rsi_low": rng.choice((0, 45.0)), "max_hold_bars": rng.choice((1, 5, 30))}
    elif name == "ema-cross":
        fast = rng.choice((1, 3, 12))
        parameters |= {"fast": fast, "slow": fast + rng.choice((1, 7)), "rsi": rng.choice((2, 14))}
        parameters |= {"rsi_max": rng.choice((60.5, 100.0)), "stop_atr": rng.choice((0, 2.5))}
    else:
        parameters |= {"breakout": rng.choice((1, 3, 20)), "exit": rng.choice((1, 4, 10))}
    return name, parameters


def _config(rng: random.Random) -> AnalyzerConfig:
    return AnalyzerConfig(
        wake_on=Flag(0),
        bar_emas=rng.choice(((2, 3, 4), (1, 4, 6))),
        bar_rsi=rng.choice((2, 5)),
        bar_macd=(2, 4, 3),
        bar_atr=rng.choice((1, 3)),
        bar_bollinger=3,
        bar_volatility=3,
        bar_seed=rng.choice(("first", "sma")),
    )


def _market(rng: random.Random, analyzer: Any, count: int) -> tuple[Any, Any]:  # noqa: ANN401
    """Return columns and what takes them: whole bars, or trades of which some minutes have none."""
    rows: list[tuple[float, ...]] = []
    price, trend, now_ns = 100.0, 0, START_NS + rng.randrange(90) * BAR_NS
    bars = rng.random() < 0.5
    for _ in range(count):
        if rng.random() < 0.05:
            trend = rng.randrange(-2, 3)
        opened, high, low = price, price, price
        for _ in range(3):
            price = max(price + (trend + rng.randrange(-4, 5)) / 8, 5.0)
            high, low = max(high, price), min(low, price)
            if not bars and rng.random() < 0.7:
                rows.append((price, 1.0, now_ns + rng.randrange(20) * 10**9))
        if bars and rng.random() < 0.98:
            rows.append((opened, high, low, price, 2.0, now_ns))
        now_ns += BAR_NS
    *numbers, times = zip(*rows, strict=True)
    columns = [*(array("d", column) for column in numbers), array("q", times)]
    return columns, analyzer.advance_bars if bars else analyzer.advance


def _answer(rng: random.Random, signals: Any, proposal: Proposal, side: int) -> int:  # noqa: ANN401
    """Follow a proposal, or not; return which position there is."""
    chance = rng.random()
    if chance < 0.7:
        side = proposal.side if proposal.action == "ENTER" else 0
        signals.hold(side)
    signals.busy(chance > 0.99)
    return side


def _check(asked: Asked, side: int, *, may_short: bool) -> None:
    """Assert that a proposal is for who asked, and its prices are on the right side."""
    action, of = asked.proposal.action, asked.proposal.side
    stop, target, trail = asked.proposal.stop, asked.proposal.target, asked.proposal.trail
    if action == "EXIT":
        assert of == side != 0
        assert (stop, target, trail) == (None, None, None)
        return
    assert (action, side) == ("ENTER", 0)
    assert of in {1, -1}
    assert of == 1 or may_short
    assert stop is None or (stop > 0 and of * (asked.close - stop) >= 0)
    assert target is None or (target > 0 and of * (target - asked.close) >= 0)
    assert trail is None or trail > 0
