"""What candlestick patterns were worth: the move that followed each, and what is left of chance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import NormalDist

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.evidence.bootstrap import RESAMPLES, Estimate, estimates
from supreme_system_v5.evidence.trades import DAY_NS

__all__ = ["FEWEST", "PatternSums", "PatternWorth", "weigh_patterns"]

FEWEST = 200
"""Times that a pattern must have been seen to earn a confidence."""

_BPS = 10_000.0
_CHANCE = 0.05


class PatternSums:
    """Counts, by pattern and by UTC day, how far and how often the price went its way.

    Args:
        horizon: Bars after the pattern's own until which the price is followed, 1 or more.

    Raises:
        InvalidInputError: The horizon is none.
    """

    __slots__ = ("_days", "horizon")

    def __init__(self, horizon: int) -> None:
        if horizon < 1:
            bound = "1 or more"
            raise InvalidInputError(
                f"horizon is {horizon}, allowed is {bound}", "horizon", horizon, bound
            )
        self.horizon = horizon
        self._days: defaultdict[str, defaultdict[int, list[float]]] = defaultdict(
            lambda: defaultdict(lambda: [0.0, 0.0, 0.0])
        )

    def add(
        self, found: Mapping[str, Sequence[int]], closes: Sequence[float], times_ns: Sequence[int]
    ) -> None:
        """Count the patterns of one stretch of data.

        Args:
            found: TA-Lib's value of each pattern at each bar; what is above 0 says up.
            closes: Of the bars, as many.
            times_ns: Their opening times, nanoseconds UTC.

        The move is that of the close, `horizon` bars later, in basis points, with the sign of the
        pattern. Bars at the end, whose move is not known, are left out.
        """
        ahead = self.horizon
        known = len(closes) - ahead
        for name, values in found.items():
            days = self._days[name]
            for index, value in enumerate(values):
                if not value or index >= known:
                    continue
                move = (closes[index + ahead] / closes[index] - 1.0) * _BPS
                signed = move if value > 0 else -move
                sums = days[times_ns[index] // DAY_NS]
                sums[0] += 1
                sums[1] += signed
                sums[2] += signed > 0

    def by_name(self) -> Mapping[str, Sequence[list[float]]]:
        """Return times, sum of moves and hits of each day, by pattern."""
        return {name: list(days.values()) for name, days in sorted(self._days.items())}


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternWorth:
    """What one pattern was worth.

    Attributes:
        name: TA-Lib's.
        times: How often it was seen, with its move known.
        move: Mean move its way, basis points; None where it was never seen.
        hits: Part of the times that the price went its way; None likewise.
        surely: Lower bound of that part, one-sided at 5 % over all patterns together (Bonferroni);
            None on too few days.
        confidence: max(2 * `surely` - 1, 0) for one seen `FEWEST` times whose mean move is its
            way, else 0.
    """

    name: str
    times: int
    move: Estimate | None
    hits: Estimate | None
    surely: float | None
    confidence: float


def weigh_patterns(
    sums: PatternSums, names: Sequence[str], rng: Random, resamples: int = RESAMPLES
) -> list[PatternWorth]:
    """Return what each pattern was worth, in the order of the names.

    Intervals are those of `estimates`: whole days are drawn again. Of 61 patterns that are worth
    nothing some look good, so the bound that earns a confidence is that of all of them together:
    mean - z(1 - 0.05 / 61) * standard error.

    Args:
        sums: What was counted.
        names: Of all patterns.
        rng: Draws the days.
        resamples: How often, 100 or more.
    """
    by_name = sums.by_name()
    z = NormalDist().inv_cdf(1 - _CHANCE / max(len(names), 1))
    worth = []
    for name in names:
        days = by_name.get(name, [])
        counts = [round(times) for times, _, _ in days]
        columns = {"move": [day[1] for day in days], "hits": [day[2] for day in days]}
        found = estimates(counts, columns, rng, resamples)
        move, hits = found.get("move"), found.get("hits")
        surely = None
        if hits is not None and hits.standard_error is not None:
            surely = hits.mean - z * hits.standard_error
        times = sum(counts)
        earned = surely is not None and times >= FEWEST and move is not None and move.mean > 0
        confidence = max(2.0 * (surely or 0.0) - 1.0, 0.0) if earned else 0.0
        worth.append(
            PatternWorth(
                name=name,
                times=times,
                move=move,
                hits=hits,
                surely=surely,
                confidence=confidence,
            )
        )
    return worth
