"""A closed trade as plain numbers, relative to the value at its entry."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["DAY_NS", "TradeRecord", "mean_net_bps"]

DAY_NS = 86_400_000_000_000
"""Nanoseconds in a UTC day."""


class TradeRecord(NamedTuple):
    """One position, from flat to flat. Basis points are of the value at the entry.

    Attributes:
        side: 1 long, -1 short.
        entry_ns: Time of the first fill, nanoseconds UTC.
        exit_ns: Time of the last fill, not below `entry_ns`.
        gross_bps: Gain at the prices that the market showed, before any cost.
        net_bps: What the account gained.
        funding_bps: Funding paid; below 0 when received.
        turnover: Value of all its fills / value at the entry, about 2.
        stop: Distance of the stop from the entry price, as a fraction of it; 0 for none.
        target: The same of the target.
        trail: The same of a trailing stop.
        timed: True where a signal (or the end of the data) ended it, false where a stop or target
            did.
        confidence: Stated chance of a net gain, 0 to 1; None where none was stated.
    """

    side: int
    entry_ns: int
    exit_ns: int
    gross_bps: float
    net_bps: float
    funding_bps: float = 0.0
    turnover: float = 2.0
    stop: float = 0.0
    target: float = 0.0
    trail: float = 0.0
    timed: bool = True
    confidence: float | None = None

    def net_at(self, cost_bps: float) -> float:
        """Return its net result at an all-in cost per side: gross - turnover * cost - funding."""
        return self.gross_bps - self.turnover * cost_bps - self.funding_bps


def mean_net_bps(trades: Iterable[TradeRecord]) -> float | None:
    """Return the mean net result per trade, basis points; None without trades."""
    nets = [trade.net_bps for trade in trades]
    return math.fsum(nets) / len(nets) if nets else None
