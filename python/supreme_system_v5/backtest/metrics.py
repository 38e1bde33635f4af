"""How a run went, counted as it goes, in constant memory.

Where a number has no meaning it is None, never 0: no win rate without trades, no profit factor
without losses, no exposure of a run without length.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

__all__ = ["Drawdown", "TradeTally", "exposure", "relative_change"]


@dataclass(slots=True)
class TradeTally:
    """Counts closed trades by their net result. One that gained exactly 0 is neither.

    Attributes:
        trades: Closed trades.
        wins: Those that gained.
        losses: Those that lost.
        gained: Sum of the gains.
        lost: Sum of the losses, 0 or more.
    """

    trades: int = 0
    wins: int = 0
    losses: int = 0
    gained: Decimal = Decimal(0)
    lost: Decimal = Decimal(0)

    def add(self, net: Decimal) -> None:
        """Count one closed trade."""
        self.trades += 1
        if net > 0:
            self.wins += 1
            self.gained += net
        elif net < 0:
            self.losses += 1
            self.lost -= net

    @property
    def win_rate(self) -> float | None:
        """Wins / trades; None without trades."""
        return self.wins / self.trades if self.trades else None

    @property
    def profit_factor(self) -> float | None:
        """Sum of gains / sum of losses; None without losses."""
        return float(self.gained / self.lost) if self.lost else None


class Drawdown:
    """The deepest fall of the equity below its highest value so far.

    Args:
        equity: At the start, above 0.
    """

    __slots__ = ("_deepest", "_fraction", "_peak")

    def __init__(self, equity: Decimal) -> None:
        self._peak = equity
        self._deepest = Decimal(0)
        self._fraction = Decimal(0)

    def sample(self, equity: Decimal) -> None:
        """Take the equity at this moment."""
        if equity >= self._peak:
            self._peak = equity
            return
        fall = self._peak - equity
        self._deepest = max(self._deepest, fall)
        self._fraction = max(self._fraction, fall / self._peak)

    @property
    def quote(self) -> Decimal:
        """The deepest fall in quote currency."""
        return self._deepest

    @property
    def fraction(self) -> float:
        """The deepest fall as a fraction of the peak before it; maybe not the same fall."""
        return float(self._fraction)


def exposure(in_market_ns: int, total_ns: int) -> float | None:
    """Return the part of the time with an open position; None for a run without length."""
    return in_market_ns / total_ns if total_ns > 0 else None


def relative_change(first: Decimal, last: Decimal) -> float:
    """Return how much larger `last` is than `first`, as a fraction of `first`, which is above 0."""
    return float((last - first) / first)
