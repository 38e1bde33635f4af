"""What may come in: types first, then bounds, as in "Values in" of ``docs/definitions.md``."""

from __future__ import annotations

import operator
from collections.abc import Collection, Sequence, Sized
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from supreme_system_v5.domain import Seed
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = [
    "MEND_CALL",
    "MOST_SKIPPED",
    "PRICE_MAX",
    "Numbers",
    "choice",
    "column",
    "columns",
    "fraction",
    "integer",
    "number",
    "period",
    "positive",
    "price",
    "real",
    "refusal",
    "seed",
    "timestamp",
    "wrong_type",
]

Numbers: TypeAlias = "Sequence[float] | Buffer"
"""A column of numbers: a list, array.array, memoryview, numpy array."""

PRICE_MIN = 1e-15
PRICE_MAX = 1e15
NUMBER_MAX = 1e300
PERIOD_MAX = 100_000
TIMESTAMP_MAX_NS = 4_102_444_800_000_000_000  # the year 2100

MEND_ROW = "drop the row or mend its source"
MEND_CALL = "correct the call"
_SHOWN_BITS = 128
_SHOWN_LENGTH = 60


MOST_SKIPPED = 0.99
"""Largest share of ticks that a gate may aim to skip."""


def refusal(
    name: str, value: object, bound: str, index: int | None = None, advice: str = MEND_ROW
) -> InvalidInputError:
    """Return the error for a value that is not `bound`."""
    where = name if index is None else f"{name} at index {index}"
    message = f"{where} must be {bound}, got {_shown(value)}; {advice}"
    return InvalidInputError(message, name, value, bound, index)


def wrong_type(
    name: str, value: object, expected: str, index: int | None = None
) -> InvalidTypeError:
    """Return the error for a value that is not of the type `expected`."""
    where = name if index is None else f"{name} at index {index}"
    kind = type(value).__name__
    return InvalidTypeError(f"{where} must be {expected}, got {kind} {_shown(value)}; convert it")


def real(name: str, value: object, index: int | None = None) -> float:
    """Return a float or an integer as a float; finite or not is for the caller to judge."""
    if isinstance(value, float):
        return float(value)  # numpy.float64 is a float too; go on with the plain one
    if isinstance(value, bool):
        raise wrong_type(name, value, "a number", index)
    try:
        whole = operator.index(cast("Any", value))
    except TypeError:
        raise wrong_type(name, value, "a number", index) from None
    try:
        return float(whole)
    except OverflowError:
        raise refusal(name, whole, "a number that a float can hold", index) from None


def integer(name: str, value: object, index: int | None = None) -> int:
    """Return an integer, whoever made it; a float or a bool is none."""
    if isinstance(value, bool):
        raise wrong_type(name, value, "an integer", index)
    try:
        return operator.index(cast("Any", value))
    except TypeError:
        raise wrong_type(name, value, "an integer", index) from None


def price(name: str, value: object, index: int | None = None) -> float:
    """Return a price, or a size, of a bare indicator."""
    x = real(name, value, index)
    if not PRICE_MIN <= x <= PRICE_MAX:
        raise refusal(name, x, f"a finite number from {PRICE_MIN:g} to {PRICE_MAX:g}", index)
    return x


def number(name: str, value: object) -> float:
    """Return a number of either sign, for buffers."""
    x = real(name, value)
    if not -NUMBER_MAX <= x <= NUMBER_MAX:
        raise refusal(name, x, f"a finite number from {-NUMBER_MAX:g} to {NUMBER_MAX:g}")
    return x


def positive(name: str, value: object) -> float:
    """Return a parameter that only has to be above zero."""
    x = real(name, value)
    if not 0.0 < x <= PRICE_MAX:
        bound = f"a finite number above 0, at most {PRICE_MAX:g}"
        raise refusal(name, x, bound, advice=MEND_CALL)
    return x


def fraction(name: str, value: object, *, most: float) -> float:
    """Return a parameter from 0 to `most`."""
    x = real(name, value)
    if not 0.0 <= x <= most:
        raise refusal(name, x, f"a finite number from 0 to {most:g}", advice=MEND_CALL)
    return x


def period(name: str, value: object, least: int = 1, most: int = PERIOD_MAX) -> int:
    """Return a count within bounds."""
    n = integer(name, value)
    if not least <= n <= most:
        raise refusal(name, n, f"an integer from {least} to {most}", advice=MEND_CALL)
    return n


def timestamp(name: str, value: object, index: int | None = None) -> int:
    """Return a time in nanoseconds UTC."""
    t = integer(name, value, index)
    if not 0 <= t <= TIMESTAMP_MAX_NS:
        raise refusal(name, t, f"nanoseconds from 0 to {TIMESTAMP_MAX_NS}", index)
    return t


def choice(name: str, value: object, allowed: Collection[str]) -> str:
    """Return one of the allowed words."""
    bound = f"one of {', '.join(allowed)}"
    if not isinstance(value, str):
        raise wrong_type(name, value, bound)
    if value not in allowed:
        raise refusal(name, value, bound, advice=MEND_CALL)
    return value


def seed(name: str, value: object) -> Seed:
    """Return the way an EMA starts."""
    return "first" if choice(name, value, ("first", "sma")) == "first" else "sma"


def column(name: str, data: Numbers) -> Sequence[object]:
    """Return an array as something to index and measure."""
    expected = "a one-dimensional array or sequence of numbers"
    if isinstance(data, str) or not isinstance(data, Sized) or not hasattr(data, "__getitem__"):
        raise wrong_type(name, data, expected)
    try:
        len(data)
    except TypeError:  # a numpy array without dimensions
        raise wrong_type(name, data, expected) from None
    return cast("Sequence[object]", data)


def columns(**arrays: Numbers) -> list[Sequence[object]]:
    """Return arrays that must all be as long as the first, by name."""
    found = {name: column(name, data) for name, data in arrays.items()}
    (first, lead), *others = found.items()
    for name, data in others:
        if len(data) != len(lead):
            bound = f"as long as {first} ({len(lead)})"
            raise refusal(name, len(data), bound, advice=MEND_CALL)
    return list(found.values())


def _shown(value: object) -> str:
    """Return a value for a message, never long: Python refuses to print very long integers."""
    if isinstance(value, float):
        return repr(float(value))
    if isinstance(value, int) and value.bit_length() > _SHOWN_BITS:
        return f"an integer of {value.bit_length()} bits"
    text = repr(value)
    return text if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]}..."
