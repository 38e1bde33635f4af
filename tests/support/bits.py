"""Values down to the last bit: -0.0 is not 0.0, and one unit in the last place is a difference."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Protocol

from supreme_system_v5.domain import AnalyzerSnapshot

__all__ = ["HISTORIES", "Remembering", "bits", "everything", "exact"]

HISTORIES = {"tick": ("ema", "rsi", "macd")} | dict.fromkeys(
    ("1m", "5m", "15m", "1h"),
    ("bar", "ema_fast", "ema", "ema_slow", "rsi", "macd", "atr", "bollinger", "vwap", "volatility"),
)
"""Names of the histories, for each place that has some."""


class Remembering(Protocol):
    """An analyzer, native or not."""

    def snapshot(self) -> AnalyzerSnapshot: ...
    def history(self, name: str, timeframe: str = "tick", /) -> Sequence[object]: ...


def exact(value: object) -> object:
    """Return a value in which floats are written out, so that == and hashes see every bit."""
    match value:
        case float():
            return value.hex()
        case Enum():
            return value.value
        case str() | int() | None:
            return value
        case Mapping():
            return tuple((key, exact(item)) for key, item in value.items())
        case Sequence():
            return tuple(map(exact, value))
    if is_dataclass(value):
        return tuple((field.name, exact(getattr(value, field.name))) for field in fields(value))
    message = f"no exact form of {type(value)}"
    raise TypeError(message)


def bits(values: object) -> bytes:
    """Return the bytes of a float, of a row or column of floats, or of None."""
    match value := values:
        case None:
            return b""
        case float():
            return array("d", [value]).tobytes()
        case Sequence():
            return array("d", value).tobytes()
        case _:
            message = f"no bits of {type(value)}"
            raise TypeError(message)


def everything(analyzer: Remembering) -> object:
    """Return all that an analyzer shows: its snapshot and all its histories."""
    histories = {
        (place, name): analyzer.history(name, place)
        for place, names in HISTORIES.items()
        for name in names
    }
    return exact(analyzer.snapshot()), exact(histories)
