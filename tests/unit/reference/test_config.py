from __future__ import annotations

import math
from typing import Any

import pytest

from supreme_system_v5.domain import AnalyzerConfig, Flag, Instrument
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.reference import OptimizedTechnicalAnalyzer

OUT_OF_RANGE: dict[str, list[Any]] = {
    "tick_ema": [0, 100_001],
    "tick_rsi": [0],
    "tick_macd": [(26, 26, 9), (0, 26, 9), (12, 26, 0), (12, 26), ()],
    "tick_seed": ["last", ""],
    "bar_emas": [(5, 5, 50), (20, 5, 50), (5, 20, 20), (0, 5, 20), (5, 20), (5, 20, 100_001)],
    "bar_rsi": [0],
    "bar_macd": [(26, 12, 9)],
    "bar_atr": [0],
    "bar_bollinger": [1],
    "bar_bollinger_width": [0.0, -1.0, math.nan, math.inf],
    "bar_volatility": [1],
    "bar_seed": ["SMA"],
    "min_price_change": [0.0],
    "volume_multiple": [-1],
    "volume_window": [0],
    "max_idle_seconds": [0.0, math.nan],
    "target_skip_ratio": [-0.1, 0.991, math.nan],
    "wake_on": [-1, 256],
    "max_gap_seconds": [59, 31_622_401],
}
WRONG_TYPES: dict[str, list[Any]] = {
    "instrument": ["BTC-USDT"],
    "tick_ema": [20.0, True, None],
    "tick_macd": [12, "abc", None, (12.0, 26, 9)],
    "tick_seed": [1],
    "bar_emas": [{5, 20, 50}],
    "min_price_change": ["0.001"],
    "gated": [1, None],
    "wake_on": [1.0, True],
    "max_gap_seconds": [60.0],
}


def cases(table: dict[str, list[Any]]) -> list[tuple[str, Any]]:
    return [(name, value) for name, values in table.items() for value in values]


@pytest.mark.parametrize(("name", "value"), cases(OUT_OF_RANGE))
def test_a_value_out_of_range_is_refused_by_its_name(name: str, value: object) -> None:
    config = AnalyzerConfig(**{name: value})  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match=f"^{name} must be ") as caught:
        OptimizedTechnicalAnalyzer(config)
    assert caught.value.name == name


@pytest.mark.parametrize(("name", "value"), cases(WRONG_TYPES))
def test_a_value_of_the_wrong_type_is_refused_by_its_name(name: str, value: object) -> None:
    config = AnalyzerConfig(**{name: value})  # type: ignore[arg-type]
    with pytest.raises(InvalidTypeError, match=f"^{name} must be "):
        OptimizedTechnicalAnalyzer(config)


def test_every_field_is_covered_here() -> None:
    fields = set(AnalyzerConfig.__dataclass_fields__)
    assert fields == set(OUT_OF_RANGE) | set(WRONG_TYPES)


def test_the_bounds_themselves_are_allowed() -> None:
    config = AnalyzerConfig(
        instrument=Instrument(symbol="X", price_decimals=0, size_decimals=12),
        tick_ema=1,
        bar_emas=(1, 2, 100_000),
        bar_bollinger=2,
        bar_volatility=2,
        wake_on=Flag(0),
        max_gap_seconds=31_622_400,
    )
    assert OptimizedTechnicalAnalyzer(config).config is config


def test_something_else_is_no_configuration() -> None:
    config: Any = {"tick_ema": 20}
    with pytest.raises(InvalidTypeError, match="^config must be an AnalyzerConfig"):
        OptimizedTechnicalAnalyzer(config)
