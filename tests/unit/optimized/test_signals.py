from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from supreme_system_v5 import ports, reference
from supreme_system_v5.domain import AnalyzerConfig, Flag, Proposal
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.optimized import OptimizedTechnicalAnalyzer, Signals, UltraOptimizedEMA
from supreme_system_v5.strategies import BUILT_IN
from tests.support.recordings import candles
from tests.support.stateful import assert_damage_is_refused, duplicates, refused

MINUTE_NS = 60 * 10**9
START_NS = 1_723_161_600 * 10**9
QUIET = AnalyzerConfig(wake_on=Flag(0))
DEFAULTS: dict[str, dict[str, float | bool]] = {
    "scalping": {"stop_atr": 1.5, "target_atr": 2.5, "max_hold_bars": 30, "rsi_low": 50.0,
                 "rsi_high": 70.0, "shorts": False},
    "ema-cross": {"fast": 12, "slow": 26, "rsi": 14, "rsi_max": 70.0, "stop_atr": 0.0,
                  "shorts": False},
    "trend": {"breakout": 20, "exit": 10, "stop_atr": 3.0, "shorts": False},
}  # fmt: skip
"""As ``docs/trading.md`` states them."""
each = pytest.mark.parametrize("name", DEFAULTS)

Columns = list[list[float]]


def flat(closes: list[float]) -> Columns:
    return [closes, closes, closes, closes, [1.0] * len(closes)]


def proposals(
    signals: Signals,
    columns: Columns,
    *,
    follow: bool = False,
    market: Any = None,  # noqa: ANN401 - a fresh one
) -> list[tuple[int, Proposal]]:
    """Return what was proposed and after how many minutes; `follow` does what is proposed."""
    market = market or OptimizedTechnicalAnalyzer(QUIET)
    count = len(columns[0])
    times = [START_NS + minute * MINUTE_NS for minute in range(count)]
    found, index, flags = [], 0, 1
    while flags:
        index, flags = market.advance_bars(*columns, times, start=index, signals=signals)
        if flags:
            assert flags == Flag.SIGNAL
            proposal = signals.take()
            assert proposal is not None
            assert signals.take() is None
            found.append((index, proposal))
            if follow:
                signals.hold(proposal.side if proposal.action == "ENTER" else 0)
    return found


@each
def test_it_is_what_the_port_asks_for_and_tells_its_parameters(name: str) -> None:
    signals: ports.SignalSource = Signals(name)
    assert signals.name == name
    assert signals.take() is None
    assert Signals(name).parameters == DEFAULTS[name]
    types = {key: type(value) for key, value in Signals(name).parameters.items()}
    assert types == {key: type(value) for key, value in DEFAULTS[name].items()}
    assert name in repr(signals)
    assert set(BUILT_IN) == set(DEFAULTS)


@each
def test_every_parameter_can_be_given(name: str) -> None:
    for key, value in DEFAULTS[name].items():
        other = (not value) if isinstance(value, bool) else value + 1
        assert Signals(name, {key: other}).parameters == DEFAULTS[name] | {key: other}


def test_crossings_are_those_of_its_two_averages() -> None:
    """Computed with the indicators themselves: in when the fast one is above, out when below."""
    closes = [100.0 + 10 * math.sin(minute / 9) for minute in range(300)]
    fast, slow = (UltraOptimizedEMA(n, seed="sma").batch(closes).tolist() for n in (3, 8))
    apart = [one - two for one, two in zip(fast, slow, strict=True)]
    held, expected = False, []
    for minute in range(8, 300):  # the difference before is there, the RSI too
        before, now = apart[minute - 1], apart[minute]
        if held and now < 0:
            held = False
            expected.append((minute + 1, "EXIT", "CROSSED_BACK"))
        elif not held and before <= 0 < now:
            held = True
            expected.append((minute + 1, "ENTER", "CROSSED"))
    signals = Signals("ema-cross", {"fast": 3, "slow": 8, "rsi": 2, "rsi_max": 100.0})
    # an RSI of 100 is not below 100: none of these rises without a fall in its memory
    found = proposals(signals, flat(closes), follow=True)
    assert [(at, one.action, one.reason) for at, one in found] == expected
    assert len(expected) > 8


@pytest.fixture(scope="module")
def fortnight(data_dir: Path) -> Columns:
    table = candles(data_dir / "bars" / "binance_spot_ETHUSDT_1m_20240726-20240808.csv.gz")
    return [column.tolist() for column in table[1:]]


@each
def test_on_recorded_minutes_it_proposes_what_the_plain_one_does(
    name: str, fortnight: Columns
) -> None:
    columns = [column[:9_000] for column in fortnight]
    native = proposals(Signals(name, {"shorts": True}), columns, follow=True)
    plain = proposals(
        reference.Signals(name, {"shorts": True}),  # type: ignore[arg-type] # the same, in Python
        columns,
        follow=True,
        market=reference.OptimizedTechnicalAnalyzer(QUIET),
    )
    assert native == plain
    assert {one.action for _, one in native} == {"ENTER", "EXIT"}


def test_while_an_order_is_under_way_nothing_is_asked(fortnight: Columns) -> None:
    signals = Signals("scalping")
    columns = [column[:2_000] for column in fortnight]
    assert proposals(Signals("scalping"), columns)
    signals.busy(True)
    assert proposals(signals, columns) == []


# Copies and beginnings anew


@each
def test_copies_are_alike_to_the_bit_and_go_on_alike(name: str, fortnight: Columns) -> None:
    """`reset` forgets the bars; a fresh analyzer shows the same ones to all."""
    signals = Signals(name, {"shorts": True, "stop_atr": 2.5})
    proposals(signals, [column[:1_234] for column in fortnight])
    signals.hold(1)
    later = [column[1_234:9_000] for column in fortnight]
    twins = list(duplicates(signals))
    expected = proposals(signals, later, follow=True)
    assert expected
    for twin in twins:
        assert (twin.name, twin.parameters) == (signals.name, signals.parameters)
        assert proposals(twin, later, follow=True) == expected
        assert twin.__getstate__() == signals.__getstate__()


def test_a_proposal_that_nobody_took_is_copied_too(fortnight: Columns) -> None:
    signals = Signals("scalping")
    market: Any = OptimizedTechnicalAnalyzer(QUIET)
    times = [START_NS + minute * MINUTE_NS for minute in range(2_000)]
    columns = [column[:2_000] for column in fortnight]
    market.advance_bars(*columns, times, signals=signals)
    twins = list(duplicates(signals))
    proposal = signals.take()
    assert proposal is not None
    assert [twin.take() for twin in twins] == [proposal] * len(twins)


@each
def test_after_a_reset_it_is_as_new(name: str, fortnight: Columns) -> None:
    columns = [column[:5_000] for column in fortnight]
    signals = Signals(name)
    first = proposals(signals, columns)
    signals.reset()
    assert proposals(signals, columns) == first


@each
def test_damaged_bytes_are_refused(name: str) -> None:
    assert_damage_is_refused(Signals(name), UltraOptimizedEMA(3))


# What it refuses


@pytest.mark.parametrize("name", ["", "Scalping", "scalp", "ema_cross"])
def test_a_signal_that_is_none_is_refused(name: str) -> None:
    refused(InvalidInputError, "name", Signals, name)


@pytest.mark.parametrize(
    ("name", "parameters", "refused_name"),
    [
        ("scalping", {"length": 5}, "length"),
        ("scalping", {"fast": 5}, "fast"),
        ("scalping", {"stop_atr": 0.0}, "stop_atr"),
        ("scalping", {"target_atr": math.inf}, "target_atr"),
        ("scalping", {"max_hold_bars": 0}, "max_hold_bars"),
        ("scalping", {"rsi_low": -0.1}, "rsi_low"),
        ("scalping", {"rsi_high": 100.1}, "rsi_high"),
        ("scalping", {"rsi_low": 71.0}, "rsi_high must be .* from 71.0"),
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
def test_a_parameter_out_of_range_is_refused_by_its_name(
    name: str, parameters: dict[str, Any], refused_name: str
) -> None:
    with pytest.raises(InvalidInputError, match=refused_name):
        Signals(name, parameters)


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
def test_wrong_types_are_refused(name: Any, parameters: Any) -> None:  # noqa: ANN401 - wrong ones
    with pytest.raises(InvalidTypeError):
        Signals(name, parameters)


def test_what_it_is_told_is_checked() -> None:
    signals: Any = Signals("trend")
    for side in (2, -2):
        refused(InvalidInputError, "side", signals.hold, side)
    for wrong in (1.0, True, None, "1"):
        refused(InvalidTypeError, "side", signals.hold, wrong)
    for wrong in (1, None, "yes"):
        with pytest.raises(InvalidTypeError):
            signals.busy(wrong)
