from __future__ import annotations

import math
from pathlib import Path
from random import Random
from typing import Any

import pytest

from supreme_system_v5 import optimized
from supreme_system_v5.domain import GateReason
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.market_data import TradeChunk
from supreme_system_v5.optimized.smart_events import SmartEventProcessor
from tests.support.contract import NO_PRICES, NO_TIMES, NOT_INTEGERS, NOT_NUMBERS
from tests.support.engine_runs import read
from tests.support.stateful import assert_damage_is_refused, duplicates, refused

SECOND_NS = 1_000_000_000


def judged(gate: SmartEventProcessor, *ticks: tuple[float, float, int]) -> list[str]:
    """Return the reason given for each tick."""
    reasons = []
    for tick in ticks:
        significant = gate.should_process(*tick)
        assert significant == (gate.last_reason != GateReason.NONE)
        reasons.append(gate.last_reason)
    return reasons


def test_the_first_tick_is_significant() -> None:
    gate = SmartEventProcessor()
    assert gate.last_reason == "NONE"
    assert judged(gate, (100.0, 1.0, 0), (100.0, 1.0, 0)) == ["FIRST", "NONE"]


def test_a_move_counts_from_the_last_significant_price() -> None:
    gate = SmartEventProcessor(min_price_change=0.25)
    ticks = [(price, 1.0, 0) for price in (64.0, 70.0, 80.0, 80.5, 64.0, 60.375, 60.0)]
    # 80.0 is exactly a quarter away, and not beyond it; 60.375 is exactly a quarter below 80.5.
    assert judged(gate, *ticks) == ["FIRST", "NONE", "NONE", "PRICE", "NONE", "NONE", "PRICE"]


def test_a_size_counts_against_the_sizes_before_it() -> None:
    gate = SmartEventProcessor(volume_multiple=2.0, volume_window=2)
    ticks = [(100.0, size, 0) for size in (1.0, 9.0, 10.0, 19.5, 29.5, 50.0, 79.5)]
    # Two sizes must be known; then size > (sum of the last two) * (2 / 2).
    assert judged(gate, *ticks) == [
        "FIRST", "NONE", "NONE", "VOLUME", "NONE", "VOLUME", "NONE",
    ]  # fmt: skip


def test_silence_counts_from_the_last_significant_tick() -> None:
    gate = SmartEventProcessor(max_idle_seconds=2.0)
    times = (0, 1_999_999_999, 2 * SECOND_NS, 3 * SECOND_NS, 4 * SECOND_NS, 4 * SECOND_NS)
    expected = ["FIRST", "NONE", "IDLE", "NONE", "IDLE", "NONE"]
    assert judged(gate, *((100.0, 1.0, time) for time in times)) == expected


@pytest.mark.parametrize(("seconds", "idle_ns"), [(1e-9, 1), (1.4e-9, 1), (1.5e-9, 2), (2.5e-9, 3)])
def test_seconds_are_rounded_to_nanoseconds_half_up(seconds: float, idle_ns: int) -> None:
    for wait, reason in ((idle_ns - 1, "NONE"), (idle_ns, "IDLE")):
        gate = SmartEventProcessor(max_idle_seconds=seconds)
        assert judged(gate, (100.0, 1.0, 5), (100.0, 1.0, 5 + wait)) == ["FIRST", reason]


def test_time_never_goes_backward() -> None:
    gate = SmartEventProcessor(max_idle_seconds=10.0)
    ticks = [(100.0, 1.0, seconds * SECOND_NS) for seconds in (100, 50, 109, 0, 110)]
    assert judged(gate, *ticks) == ["FIRST", "NONE", "NONE", "NONE", "IDLE"]


def test_only_the_first_reason_that_holds_is_counted() -> None:
    gate = SmartEventProcessor(volume_window=1, volume_multiple=1.0, max_idle_seconds=1.0)
    ticks = [(100.0, 1.0, 0), (200.0, 9.0, SECOND_NS), (200.0, 99.0, 2 * SECOND_NS)]
    assert judged(gate, *ticks) == ["FIRST", "PRICE", "VOLUME"]
    assert gate.by_reason == {"FIRST": 1, "PRICE": 1, "VOLUME": 1, "IDLE": 0, "UNGATED": 0}


def test_every_tick_is_counted_once() -> None:
    gate = SmartEventProcessor(volume_window=3)
    assert (gate.seen, gate.processed, gate.skipped, gate.skip_ratio) == (0, 0, 0, 0.0)
    ticks = [(100.0 + i % 7, 1.0 + i % 11, i * 13 * SECOND_NS) for i in range(200)]
    reasons = judged(gate, *ticks)
    assert (gate.seen, gate.skipped) == (200, reasons.count("NONE"))
    assert gate.processed == sum(gate.by_reason.values()) == 200 - gate.skipped
    assert gate.skip_ratio == gate.skipped / 200
    assert {name: reasons.count(name) for name in gate.by_reason} == gate.by_reason
    state = gate.__getstate__()
    gate.reset()
    assert gate.__getstate__() != state
    assert (gate.seen, gate.last_reason, gate.skip_ratio) == (0, "NONE", 0.0)
    assert judged(gate, *ticks) == reasons
    assert gate.__getstate__() == state


@pytest.mark.parametrize(
    ("place", "name", "wrong"),
    [(0, "price", NO_PRICES), (1, "volume", NO_PRICES), (2, "timestamp_ns", NO_TIMES)],
)
def test_values_out_of_range_are_refused(place: int, name: str, wrong: list[Any]) -> None:
    gate = SmartEventProcessor(volume_window=2)
    judged(gate, (100.0, 1.0, 5), (100.0, 1.0, 6))
    state = gate.__getstate__()
    for bad in wrong:
        tick: list[Any] = [101.0, 1.0, 7]
        tick[place] = bad
        refused(InvalidInputError, name, gate.should_process, *tick)
    for bad in NOT_INTEGERS if name == "timestamp_ns" else NOT_NUMBERS:
        tick = [101.0, 1.0, 7]
        tick[place] = bad
        refused(InvalidTypeError, name, gate.should_process, *tick)
    assert gate.__getstate__() == state


@pytest.mark.parametrize("name", ["min_price_change", "volume_multiple", "max_idle_seconds"])
def test_bad_thresholds_are_refused(name: str) -> None:
    for bad in NO_PRICES:
        refused(InvalidInputError, name, SmartEventProcessor, **{name: bad})
    for bad in NOT_NUMBERS:
        refused(InvalidTypeError, name, SmartEventProcessor, **{name: bad})


def test_bad_targets_are_refused() -> None:
    for bad in (-0.01, 0.991, 1.0, math.nan, math.inf):
        refused(InvalidInputError, "target_skip_ratio", SmartEventProcessor, target_skip_ratio=bad)
    for bad in NOT_NUMBERS:
        refused(InvalidTypeError, "target_skip_ratio", SmartEventProcessor, target_skip_ratio=bad)


@pytest.mark.parametrize("target", [0.3, 0.5, 0.8, 0.95])
@pytest.mark.parametrize("step", [0.1, 5.0, 200.0])
def test_a_threshold_that_follows_skips_as_many_as_wanted_calm_or_wild(
    target: float, step: float
) -> None:
    rng, price = Random(1), 60_000.0
    gate = SmartEventProcessor(target_skip_ratio=target, volume_multiple=1e9)
    first = SmartEventProcessor(volume_multiple=1e9)
    for number in range(40_000):
        price = max(price + rng.gauss(0.0, step), 1_000.0)
        for each in (gate, first):
            each.should_process(price, 1.0, number * SECOND_NS // 20)
    assert gate.skip_ratio == pytest.approx(target, abs=0.03)
    assert abs(first.skip_ratio - target) > 0.03
    assert first.threshold == 0.001 != gate.threshold
    gate.reset()
    assert gate.threshold == 0.001


@pytest.mark.parametrize("name", ["binance_spot_BTCUSDT_20240808", "binance_usdm_BTCUSDT_20240808"])
def test_on_recorded_trades_a_target_is_met(data_dir: Path, name: str) -> None:
    gate = SmartEventProcessor(target_skip_ratio=0.75)
    fixed = SmartEventProcessor()
    for chunk in read(data_dir / "trades" / f"{name}.csv.gz"):
        assert isinstance(chunk, TradeChunk)
        for price, size, at_ns in zip(chunk.prices, chunk.sizes, chunk.timestamps_ns, strict=True):
            gate.should_process(price, size, at_ns)
            fixed.should_process(price, size, at_ns)
    assert gate.skip_ratio == pytest.approx(0.75, abs=0.01)
    assert 0.83 < fixed.skip_ratio < 0.91


def test_bad_windows_are_refused() -> None:
    for bad in (0, -1, 100_001, 2**63, 10**400):
        refused(InvalidInputError, "volume_window", SmartEventProcessor, volume_window=bad)
    for bad in NOT_INTEGERS:
        refused(InvalidTypeError, "volume_window", SmartEventProcessor, volume_window=bad)


def test_copies_go_their_own_way() -> None:
    ticks = [(100.0 + i % 3 / 10, 1.0 + i % 5, i * SECOND_NS) for i in range(90)]
    whole = SmartEventProcessor(volume_window=4, max_idle_seconds=7.5)
    reasons = judged(whole, *ticks)
    for cut in (0, 1, 3, 50):
        original = SmartEventProcessor(volume_window=4, max_idle_seconds=7.5)
        judged(original, *ticks[:cut])
        for twin in duplicates(original):
            assert judged(twin, *ticks[cut:]) == reasons[cut:]
            assert twin.__getstate__() == whole.__getstate__()
    assert repr(whole) == (
        "SmartEventProcessor(min_price_change=0.001, volume_multiple=2.0, volume_window=4, "
        "max_idle_seconds=7.5, target_skip_ratio=0.0)"
    )
    assert repr(eval(repr(whole), vars(optimized))) == repr(whole)  # noqa: S307 - our own text


def test_damaged_state_is_refused() -> None:
    gate = SmartEventProcessor(volume_window=2)
    judged(gate, (100.0, 1.0, 5), (101.0, 1.0, 6), (101.0, 1.0, 7))
    assert_damage_is_refused(gate, optimized.CircularBuffer(3))
