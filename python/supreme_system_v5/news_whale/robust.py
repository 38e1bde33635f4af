"""How unusual a number is beside earlier ones, whatever a few wild ones among them do."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

__all__ = ["DAYS_LEAST", "DAYS_TRUSTED", "robust_z", "trust"]

DAYS_LEAST = 3
"""With fewer numbers before it, nothing is unusual."""
DAYS_TRUSTED = 7
"""With fewer days before it, what is said of a day is hardly to be trusted."""
_DAYS_WHOLE = 30
_UNTRUSTED = 0.3
_CLIP = 5.0
_NORMAL = 1.4826
_FLOOR = 0.1


def robust_z(value: int, before: Sequence[int], *, least: int = 0) -> float:
    """Return (value - median) / scale, from -5 to 5; 0 with fewer than 3 numbers before it.

    The scale is 1.4826 times the median distance from the median, and at least a tenth of the
    median size, and at least `least`; where all are 0 whatever differs is 5 away.

    Args:
        value: Any unit.
        before: What it is compared with, in the same unit.
        least: The smallest scale: on quiet days the distances are next to nothing, and what
            differs by next to nothing would look unusual.

    Source: Iglewicz and Hoaglin, "How to detect and handle outliers" (1993), for the median
    distance; ``docs/whales.md``, "Figures", for the floors and the clip.

    >>> robust_z(70, [10, 20, 30, 40, 50])
    2.697963
    >>> robust_z(70, [10, 20]), robust_z(0, [0, 0, 0]), robust_z(-1, [0, 0, 0])
    (0.0, 0.0, -5.0)
    >>> robust_z(-1, [0, 0, 0], least=100)
    -0.01
    """
    if len(before) < DAYS_LEAST:
        return 0.0
    middle = median(before)
    spread = _NORMAL * median([abs(one - middle) for one in before])
    scale = max(spread, _FLOOR * median(list(map(abs, before))), least)
    away = value - middle
    if not scale:
        return _CLIP * ((away > 0) - (away < 0))
    return round(min(max(away / scale, -_CLIP), _CLIP), 6)


def trust(days: int) -> float:
    """Return the most confidence that so many days before allow: 0.3 below 7, then up to 1 at 30.

    >>> [round(trust(days), 2) for days in (0, 6, 7, 10, 20, 30, 31)]
    [0.3, 0.3, 0.3, 0.39, 0.7, 1.0, 1.0]
    """
    grown = max(days - DAYS_TRUSTED, 0) / (_DAYS_WHOLE - DAYS_TRUSTED)
    return min(_UNTRUSTED + (1.0 - _UNTRUSTED) * grown, 1.0)
