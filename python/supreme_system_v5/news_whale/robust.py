"""How unusual a number is beside earlier ones, whatever a few wild ones among them do."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

__all__ = ["DAYS_LEAST", "robust_z"]

DAYS_LEAST = 3
"""With fewer numbers before it, nothing is unusual."""
_CLIP = 5.0
_NORMAL = 1.4826
_FLOOR = 0.1


def robust_z(value: int, before: Sequence[int]) -> float:
    """Return (value - median) / scale, from -5 to 5; 0 with fewer than 3 numbers before it.

    The scale is 1.4826 times the median distance from the median, and at least a tenth of the
    median size; where both are 0 whatever differs is 5 away.

    Source: Iglewicz and Hoaglin, "How to detect and handle outliers" (1993), for the median
    distance; ``docs/whales.md``, "Figures", for the floor and the clip.

    >>> robust_z(70, [10, 20, 30, 40, 50])
    2.697963
    >>> robust_z(70, [10, 20]), robust_z(0, [0, 0, 0]), robust_z(-1, [0, 0, 0])
    (0.0, 0.0, -5.0)
    """
    if len(before) < DAYS_LEAST:
        return 0.0
    middle = median(before)
    spread = _NORMAL * median(abs(one - middle) for one in before)
    scale = max(spread, _FLOOR * median(map(abs, before)))
    away = value - middle
    if not scale:
        return _CLIP * ((away > 0) - (away < 0))
    return round(min(max(away / scale, -_CLIP), _CLIP), 6)
