"""Validation of the analyzer's configuration, by the names its fields have."""

from __future__ import annotations

from collections.abc import Sequence

from supreme_system_v5.domain import AnalyzerConfig
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.reference import _numbers

__all__ = ["check_config"]

_ALL_FLAGS = 255
_THREE = 3


def check_config(config: AnalyzerConfig) -> None:
    """Raise for the first parameter that is out of range or of the wrong type.

    `instrument` and `max_gap_seconds` are left to the bars, which check them anyway.
    """
    if not isinstance(config, AnalyzerConfig):
        raise _numbers.wrong_type("config", config, "an AnalyzerConfig or None")
    for name in ("tick_ema", "tick_rsi", "bar_rsi", "bar_atr", "volume_window"):
        _numbers.period(name, getattr(config, name))
    for name in ("bar_bollinger", "bar_volatility"):
        _numbers.period(name, getattr(config, name), least=2)
    for name in ("tick_seed", "bar_seed"):
        _numbers.seed(name, getattr(config, name))
    for name in ("bar_bollinger_width", "min_price_change", "volume_multiple", "max_idle_seconds"):
        _numbers.positive(name, getattr(config, name))
    for name in ("tick_macd", "bar_macd"):
        fast, slow, _ = _three_periods(name, getattr(config, name))
        if fast >= slow:
            raise _refusal(name, getattr(config, name), "(fast, slow, signal) with fast < slow")
    first, second, third = _three_periods("bar_emas", config.bar_emas)
    if not first < second < third:
        raise _refusal("bar_emas", config.bar_emas, "strictly ascending")
    _numbers.fraction("target_skip_ratio", config.target_skip_ratio, most=_numbers.MOST_SKIPPED)
    if not isinstance(config.gated, bool):
        raise _numbers.wrong_type("gated", config.gated, "a bool")
    _numbers.period("wake_on", config.wake_on, least=0, most=_ALL_FLAGS)


def _three_periods(name: str, value: object) -> list[int]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise _numbers.wrong_type(name, value, "a tuple of three periods")
    if len(value) != _THREE:
        raise _refusal(name, value, "a tuple of three periods")
    return [_numbers.period(name, n) for n in value]


def _refusal(name: str, value: object, bound: str) -> InvalidInputError:
    return _numbers.refusal(name, value, bound, advice=_numbers.MEND_CALL)
