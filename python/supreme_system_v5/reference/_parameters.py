"""What the parameters of a built-in signal may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from supreme_system_v5.reference import _numbers

__all__ = ["Parameter", "Value", "checked", "factor", "percent", "period", "switch"]

Value = float | int | bool
"""Of a parameter."""

_PERCENT_MOST = 100.0


class Parameter(NamedTuple):
    """A default, and the check of what is given instead; it gets name and value."""

    default: Value
    check: Callable[[str, object], Value]


def period(default: int, most: int = _numbers.PERIOD_MAX) -> Parameter:
    """Return a parameter that counts bars."""
    return Parameter(default, lambda name, value: _numbers.period(name, value, most=most))


def factor(default: float, *, zero: bool = False) -> Parameter:
    """Return a parameter that is above 0, or is 0 where that is allowed."""

    def check(name: str, value: object) -> float:
        if zero and _numbers.real(name, value) == 0.0:
            return 0.0
        return _numbers.positive(name, value)

    return Parameter(default, check)


def percent(default: float) -> Parameter:
    """Return a parameter from 0 to 100."""

    def check(name: str, value: object) -> float:
        x = _numbers.real(name, value)
        if not 0.0 <= x <= _PERCENT_MOST:
            raise _numbers.refusal(name, x, "a number from 0 to 100", advice=_numbers.MEND_CALL)
        return x

    return Parameter(default, check)


def switch() -> Parameter:
    """Return a parameter that is off unless it is switched on."""

    def check(name: str, value: object) -> bool:
        if not isinstance(value, bool):
            raise _numbers.wrong_type(name, value, "a bool")
        return value

    return Parameter(False, check)  # noqa: FBT003 - a default


def checked(known: Mapping[str, Parameter], given: Mapping[str, Value | str]) -> dict[str, Value]:
    """Return all parameters, those that are not given by their defaults."""
    for name in given:
        _numbers.choice("parameter", name, known)
    return {
        name: parameter.check(name, given[name]) if name in given else parameter.default
        for name, parameter in known.items()
    }
