"""Is a stated confidence right? Of the trades that were given 60 %, 60 % should win."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from supreme_system_v5.errors import InvalidInputError

__all__ = ["BINS", "Calibration", "ReliabilityBin", "calibrate"]

BINS = 10
"""Equally wide bins of the reliability curve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityBin:
    """The trades whose confidence is in one bin; bins without trades are left out.

    Attributes:
        low: Lower end; it belongs to the bin.
        high: Upper end; it belongs to the next bin, but for 1.
        trades: How many.
        confidence: Their mean confidence.
        won: The part of them that won, 0 to 1.
    """

    low: float
    high: float
    trades: int
    confidence: float
    won: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A reliability curve and its two errors.

    Attributes:
        trades: How many.
        curve: The bins, lowest first.
        ece: Expected calibration error: sum over the bins of their part of the trades *
            |won - confidence|, 0 to 1 (Naeini, Cooper and Hauskrecht 2015; Guo et al. 2017).
        brier: Mean of (confidence - outcome)^2, outcome 1 or 0; 0 to 1 (Brier 1950). Saying the
            base rate b every time has b * (1 - b).
        base_rate: The part of all trades that won.
    """

    trades: int
    curve: tuple[ReliabilityBin, ...]
    ece: float
    brier: float
    base_rate: float


def calibrate(
    confidences: Sequence[float], won: Sequence[bool], bins: int = BINS
) -> Calibration | None:
    """Return how well stated confidences met what happened; None without trades.

    Args:
        confidences: Chances of a gain, 0 to 1.
        won: Whether there was one; as many.
        bins: Bins of the curve, 1 or more.

    Raises:
        InvalidInputError: Lengths differ, no bins, or a confidence is no chance.

    >>> calibrate([0.75, 0.75, 0.25, 0.25], [True, True, True, False], bins=2).ece
    0.25
    """
    if len(confidences) != len(won) or bins < 1:
        bound = "as many outcomes as confidences, in 1 bin or more"
        raise InvalidInputError(
            f"{len(confidences)} confidences, {len(won)} outcomes, {bins} bins; allowed is {bound}",
            "won",
            len(won),
            bound,
        )
    inside: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for index, pair in enumerate(zip(confidences, won, strict=True)):
        if not 0 <= pair[0] <= 1:
            bound = "from 0 to 1"
            raise InvalidInputError(
                f"confidences[{index}] is {pair[0]}, allowed is {bound}",
                "confidences",
                pair[0],
                bound,
                index,
            )
        inside[min(int(pair[0] * bins), bins - 1)].append(pair)
    if not confidences:
        return None
    curve = tuple(
        ReliabilityBin(
            low=number / bins,
            high=(number + 1) / bins,
            trades=len(pairs),
            confidence=math.fsum(stated for stated, _ in pairs) / len(pairs),
            won=sum(outcome for _, outcome in pairs) / len(pairs),
        )
        for number, pairs in enumerate(inside)
        if pairs
    )
    total = len(confidences)
    return Calibration(
        trades=total,
        curve=curve,
        ece=math.fsum(each.trades * abs(each.won - each.confidence) for each in curve) / total,
        brier=math.fsum((c - w) ** 2 for c, w in zip(confidences, won, strict=True)) / total,
        base_rate=sum(won) / total,
    )
