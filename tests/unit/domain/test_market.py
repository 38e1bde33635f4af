from __future__ import annotations

import dataclasses
import pickle

import pytest

from supreme_system_v5 import domain
from supreme_system_v5.domain import AnalyzerConfig, Bar, Flag, Instrument, Timeframe

VALUE_TYPES = [
    kind
    for kind in (getattr(domain, name) for name in domain.__all__)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind)
]

BAR = Bar(
    timeframe=Timeframe.M1,
    open_ns=0,
    close_ns=60 * domain.NS_PER_SECOND,
    open=1.0,
    high=2.0,
    low=0.5,
    close=1.5,
    volume=3.0,
    buy_volume=1.0,
    trades=4,
    partial=False,
)


def test_flags_are_the_bits_that_the_core_answers() -> None:
    assert {flag.name: flag.value for flag in Flag} == {
        "SIGNIFICANT": 1,
        "BAR_1M": 2,
        "BAR_5M": 4,
        "BAR_15M": 8,
        "BAR_1H": 16,
        "LEVEL": 32,
        "TIMER": 64,
        "LATE": 128,
        "SIGNAL": 256,
        "ORDER": 512,
    }


def test_the_flags_of_partners_are_nothing_to_choose() -> None:
    assert AnalyzerConfig().wake_on == ~Flag(0) & ~(Flag.SIGNAL | Flag.ORDER)


@pytest.mark.parametrize(
    ("timeframe", "seconds", "flag"),
    [
        (Timeframe.M1, 60, Flag.BAR_1M),
        (Timeframe.M5, 300, Flag.BAR_5M),
        (Timeframe.M15, 900, Flag.BAR_15M),
        (Timeframe.H1, 3_600, Flag.BAR_1H),
    ],
)
def test_a_timeframe_knows_its_length_and_its_flag(
    timeframe: Timeframe, seconds: int, flag: Flag
) -> None:
    assert timeframe.seconds == seconds
    assert timeframe.flag is flag


def test_value_types_are_frozen_slotted_and_named() -> None:
    assert len(VALUE_TYPES) >= 8
    for kind in VALUE_TYPES:
        assert vars(kind)["__dataclass_params__"].frozen, kind
        assert "__slots__" in vars(kind), kind
        assert all(field.kw_only for field in dataclasses.fields(kind)), kind


def test_values_do_not_change_and_survive_pickling() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        BAR.close = 2.0  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(BAR)) == BAR  # noqa: S301 - our own bytes


def test_the_default_configuration_is_the_documented_one() -> None:
    config = AnalyzerConfig(
        instrument=Instrument(symbol="BTC-USDT", price_decimals=2, size_decimals=5)
    )
    assert (config.tick_ema, config.tick_rsi, config.tick_macd) == (20, 14, (12, 26, 9))
    assert config.tick_seed == "first"
    assert (config.bar_emas, config.bar_seed) == ((5, 20, 50), "sma")
    assert (config.min_price_change, config.volume_multiple) == (0.001, 2.0)
    assert (config.volume_window, config.max_idle_seconds) == (20, 60.0)
    assert config.gated
