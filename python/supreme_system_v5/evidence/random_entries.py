"""The same exits behind entries by chance: does it matter when the strategy enters?

Each draw takes as many trades as the strategy made, each with a real trade's side, its stop, target
and trailing distance (relative to the entry price) and, where a signal ended it, its holding time;
it enters at the open of a bar chosen at random, each alike. Where the strategy's gross mean stands
among the means of the draws says what its entries are worth (a permutation test in the manner of
Aronson 2006, "Evidence-Based Technical Analysis", ch. 6; gross, because the costs are the same).

A bar is walked as the paper exchange walks it with a position: open, then the stop, then the target
(``docs/trading.md``, "Bars are walked"). A walk that reaches the end of its stretch of data leaves
at the last close.
"""

from __future__ import annotations

import math
import statistics
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from operator import add
from random import Random
from typing import NamedTuple

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.evidence.trades import TradeRecord

__all__ = ["DRAWS", "MinuteBars", "RandomEntries", "random_entries"]

DRAWS = 1_000
"""How many times the strategy's trades are drawn again."""

_MINUTE_NS = 60_000_000_000
_BLOCK = 16
_WALKS = 200_000
_FEWEST_WALKS = 50
_BPS = 10_000.0


class MinuteBars(NamedTuple):
    """Minutes in order of time; five arrays of one length.

    Attributes:
        times_ns: ``array('q')``, where each begins, nanoseconds UTC.
        opens: ``array('d')``, quote currency, above 0, as the others.
        highs: ``array('d')``.
        lows: ``array('d')``.
        closes: ``array('d')``.
    """

    times_ns: array[int]
    opens: array[float]
    highs: array[float]
    lows: array[float]
    closes: array[float]

    @classmethod
    def empty(cls) -> MinuteBars:
        """Return none, to be filled."""
        return cls(array("q"), array("d"), array("d"), array("d"), array("d"))

    def extend(self, more: MinuteBars) -> None:
        """Put later minutes behind these."""
        self.times_ns.extend(more.times_ns)
        self.opens.extend(more.opens)
        self.highs.extend(more.highs)
        self.lows.extend(more.lows)
        self.closes.extend(more.closes)


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomEntries:
    """What chance does with the same exits; gross basis points per trade.

    Attributes:
        draws: How many.
        mean: Of the means of the draws.
        deviation: Their sample standard deviation.
        percentile: Part of the draws below the strategy's gross mean, ties by half, 0 to 1.
    """

    draws: int
    mean: float
    deviation: float
    percentile: float


class _Walker:
    """Walks a position over bars; a short one over the mirror image, where it is long."""

    def __init__(self, stretches: Sequence[MinuteBars], *, short: bool) -> None:
        opens, highs, lows, closes = array("d"), array("d"), array("d"), array("d")
        ends = array("q")
        for bars in stretches:
            opens += bars.opens
            highs += bars.lows if short else bars.highs
            lows += bars.highs if short else bars.lows
            closes += bars.closes
            ends.extend([len(opens)] * len(bars.opens))
        if short:
            opens, highs, lows, closes = (
                array("d", [-price for price in column]) for column in (opens, highs, lows, closes)
            )
        self._opens, self._highs, self._lows, self._closes = opens, highs, lows, closes
        self._ends = ends
        whole = range(0, len(opens) - _BLOCK + 1, _BLOCK)
        self._tops = array("d", [max(highs[at : at + _BLOCK]) for at in whole])
        self._bottoms = array("d", [min(lows[at : at + _BLOCK]) for at in whole])

    def held(self, start: int, bars: int) -> float:
        """Return the gain of so many bars from the open of `start`, as a fraction."""
        first = self._opens[start]
        stop, end = start + bars, self._ends[start]
        last = self._opens[stop] if stop < end else self._closes[end - 1]
        return (last - first) / abs(first)

    def protected(
        self, start: int, bars: int | None, stop: float, target: float, trail: float
    ) -> float:
        """Return the gain until stop, target, trailing stop or so many bars, as a fraction."""
        first, end = self._opens[start], self._ends[start]
        size = abs(first)
        floor = first - stop * size if stop else -math.inf
        ceiling = first + target * size if target else math.inf
        behind = trail * size if trail else math.inf
        last = end if bars is None else min(start + bars, end)
        left = self._left(start, last, floor, ceiling, behind)
        if left is None:
            left = self._opens[last] if last < end else self._closes[end - 1]
        return (left - first) / size

    def _left(
        self, at: int, last: int, floor: float, ceiling: float, behind: float
    ) -> float | None:
        """Return the price at which a level was met before `last`; None if none was.

        Sixteen bars in which no level can be met, whatever their order, are passed over at once.
        """
        opens, highs, lows, closes = self._opens, self._highs, self._lows, self._closes
        best = opens[at]
        while at < last:
            if not at % _BLOCK and at + _BLOCK <= last:
                top = self._tops[at // _BLOCK]
                peak = max(best, top)
                if self._bottoms[at // _BLOCK] > max(floor, peak - behind) and top < ceiling:
                    best = peak
                    at += _BLOCK
                    continue
            level = max(floor, best - behind)
            price = opens[at]
            if price <= level or price >= ceiling:
                return price
            if lows[at] <= level:
                return level
            if highs[at] >= ceiling:
                return ceiling
            best = max(best, highs[at])
            if closes[at] <= best - behind:
                return best - behind
            at += 1
        return None


def random_entries(
    trades: Sequence[TradeRecord],
    stretches: Sequence[MinuteBars],
    rng: Random,
    draws: int = DRAWS,
) -> RandomEntries | None:
    """Return where the gross mean of trades stands among entries by chance.

    Of more than some 200 trades with stops or targets not each draw walks anew: for each trade
    200 000 / trades walks are made (50 at least), and each draw takes one of them.

    Args:
        trades: Those of the strategy.
        stretches: The data, one for each stretch that no position may outlive.
        rng: Chooses the bars.
        draws: 2 or more. It costs some 0.5 microseconds for each draw of each trade, and more
            where walks are long.

    Returns:
        None without trades or bars.

    Raises:
        InvalidInputError: Fewer than two draws.
    """
    if draws < 2:  # noqa: PLR2004 - a deviation takes two
        bound = "2 or more"
        raise InvalidInputError(f"draws is {draws}, allowed is {bound}", "draws", draws, bound)
    bars = sum(len(each.opens) for each in stretches)
    if not trades or not bars:
        return None
    walkers = {
        side: _Walker(stretches, short=side < 0) for side in sorted({t.side for t in trades})
    }
    walks = min(draws, max(_WALKS // len(trades), _FEWEST_WALKS))
    totals = [0.0] * draws
    for trade in trades:
        held = trade.stop == trade.target == trade.trail == 0
        starts = [int(rng.random() * bars) for _ in range(draws if held else walks)]
        gains = [_walked(walkers[trade.side], trade, start) for start in starts]
        if len(gains) < draws:
            gains = rng.choices(gains, k=draws)
        totals = list(map(add, totals, gains))
    means = [total / len(trades) * _BPS for total in totals]
    ours = math.fsum(trade.gross_bps for trade in trades) / len(trades)
    below = sum(mean < ours for mean in means) + sum(mean == ours for mean in means) / 2
    return RandomEntries(
        draws=draws,
        mean=math.fsum(means) / draws,
        deviation=statistics.stdev(means),
        percentile=below / draws,
    )


def _walked(walker: _Walker, trade: TradeRecord, start: int) -> float:
    """Return what a trade's exits bring behind an entry at another bar, as a fraction."""
    held_ns = trade.exit_ns - trade.entry_ns
    bars = max(1, round(held_ns / _MINUTE_NS)) if trade.timed else None
    if trade.stop == trade.target == trade.trail == 0:
        return walker.held(start, bars or 1)
    return walker.protected(start, bars, trade.stop, trade.target, trade.trail)
