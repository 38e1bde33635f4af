"""What every part that judges the market answers, and how much each timeframe counts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from supreme_system_v5.domain.market import Timeframe
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError

__all__ = ["TimeframeWeights", "View", "ViewStatus"]

_SUM_WITHIN = 1e-9


class ViewStatus(StrEnum):
    """How much a view is worth: what is missing is said to be missing, never neutral.

    OK: everything that should speak does. PARTIAL: something does not. STALE: it is too old.
    NO_DATA: there is nothing to judge by. ERROR: judging failed.
    """

    OK = "ok"
    PARTIAL = "partial"
    STALE = "stale"
    NO_DATA = "no_data"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A judgement of the market; ``docs/definitions.md``, "Timeframes that agree".

    Attributes:
        direction: -1 (falls) to 1 (rises).
        confidence: 0 to 1.
        as_of_ns: Time of the newest data in it, nanoseconds UTC; None when there are none.
        ttl_ns: How long after `as_of_ns` it holds, nanoseconds, at least 0.
        status: How much it is worth; with NO_DATA and ERROR direction and confidence are 0.
        reasons: Why, for people and programs.
        blocks: A side that nobody should enter until more is known: 1 long, -1 short, 0 neither.

    Raises:
        InvalidInputError: A number out of range, or NaN, or a judgement without data.

    Example:
        >>> ok = ViewStatus.OK
        >>> view = View(direction=1.0, confidence=0.5, as_of_ns=60, ttl_ns=120, status=ok)
        >>> view.is_stale(180), view.is_stale(181)
        (False, True)
    """

    direction: float
    confidence: float
    as_of_ns: int | None
    ttl_ns: int
    status: ViewStatus
    reasons: tuple[str, ...] = ()
    blocks: int = 0

    def __post_init__(self) -> None:
        _check("direction", self.direction, -1.0, 1.0)
        if self.blocks not in (-1, 0, 1):
            raise _refusal("blocks", self.blocks, "1, 0 or -1")
        _check("confidence", self.confidence, 0.0, 1.0)
        if self.ttl_ns < 0:
            raise _refusal("ttl_ns", self.ttl_ns, "at least 0")
        if self.status not in (ViewStatus.NO_DATA, ViewStatus.ERROR):
            if self.as_of_ns is None:
                raise _refusal("as_of_ns", None, f"a time when the status is {self.status}")
        elif self.direction or self.confidence:
            name = "direction" if self.direction else "confidence"
            bound = f"0 when the status is {self.status}"
            raise _refusal(name, getattr(self, name), bound)

    def is_stale(self, now_ns: int) -> bool:
        """Return whether it is too old at a time, nanoseconds UTC; so is one without data."""
        return self.as_of_ns is None or now_ns > self.as_of_ns + self.ttl_ns


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeframeWeights:
    """How much each timeframe counts in the consensus.

    Attributes:
        m1: Weight of the 1-minute bars, finite, at least 0; as the others.
        m5: Weight of the 5-minute bars.
        m15: Weight of the 15-minute bars.
        h1: Weight of the 1-hour bars.

    Raises:
        InvalidInputError: A weight out of range, or they do not add up to 1 within 1e-9.
        InvalidTypeError: A weight is not a number.

    Example:
        >>> TimeframeWeights()[Timeframe.M5]
        0.3
        >>> TimeframeWeights(m1=0.5, m5=0.5, m15=0.5, h1=0.0)
        Traceback (most recent call last):
        supreme_system_v5.errors.InvalidInputError: weights add up to 1.5, allowed is 1
    """

    m1: float = 0.20
    m5: float = 0.30
    m15: float = 0.25
    h1: float = 0.25

    def __post_init__(self) -> None:
        weights = {"m1": self.m1, "m5": self.m5, "m15": self.m15, "h1": self.h1}
        for name, weight in weights.items():
            _check(name, weight, 0.0, math.inf)
        # That one is above 0 follows.
        if abs((total := math.fsum(weights.values())) - 1.0) > _SUM_WITHIN:
            raise InvalidInputError(
                f"weights add up to {total!r}, allowed is 1", "weights", total, "1"
            )

    def __getitem__(self, timeframe: Timeframe) -> float:
        return {
            Timeframe.M1: self.m1,
            Timeframe.M5: self.m5,
            Timeframe.M15: self.m15,
            Timeframe.H1: self.h1,
        }[timeframe]


def _check(name: str, value: float, low: float, high: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidTypeError(f"{name} is {value!r}, allowed is a number")
    if not (math.isfinite(value) and low <= value <= high):
        bound = f"finite, at least {low:g}" if high == math.inf else f"from {low:g} to {high:g}"
        raise _refusal(name, value, bound)


def _refusal(name: str, value: object, bound: str) -> InvalidInputError:
    return InvalidInputError(f"{name} is {value!r}, allowed is {bound}", name, value, bound)
