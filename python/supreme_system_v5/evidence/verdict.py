"""One word about a strategy: EDGE, NONE or UNPROVEN, and why.

The conditions of EDGE are written down here once, and nowhere else is the word said.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from supreme_system_v5.evidence.bootstrap import FEWEST_DAYS, DaySums, Estimate, estimates

__all__ = [
    "FEWEST_PERIODS",
    "FEWEST_TRADES",
    "Judged",
    "Judgement",
    "Verdict",
    "in_sample",
    "judge",
    "more_trades",
]

FEWEST_TRADES = 200
"""Out-of-sample trades that EDGE takes."""

FEWEST_PERIODS = 3
"""Out-of-sample periods that EDGE takes: two thirds of one period are no test."""

_LARGEST_P = 0.05
_SAME_SIGN = 2 / 3
_SEED = 42
_RESAMPLES = 1_000


class Verdict(StrEnum):
    """What is to be said of a strategy over some data."""

    EDGE = "EDGE"
    """It gained after all costs, out of sample, beyond what chance and search explain."""
    NONE = "NONE"
    """After costs it loses, or gains nothing: the whole interval of its mean is 0 or below."""
    UNPROVEN = "UNPROVEN"
    """The data decide neither."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a verdict rests on.

    Attributes:
        net: Net mean per trade at the venue's costs; None without trades.
        trades: How many.
        out_of_sample: Whether nothing was chosen from the very trades that are judged.
        period_means: Net mean of each period; None of one without trades.
        p: Of the deflated Sharpe ratio, 0 to 1; None where there is no ratio.
        counted: Whether the register knows how many variants were tried.
        sound: Whether the strategy ran to the end without an error.
    """

    net: Estimate | None
    trades: int
    out_of_sample: bool
    period_means: Sequence[float | None]
    p: float | None
    counted: bool
    sound: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict and its reasons.

    Attributes:
        verdict: In one word.
        reasons: Of EDGE and NONE what it rests on, of UNPROVEN what is missing; sentences.
        more_trades: How many more trades like these would make the mean detectable, 0 where it is;
            None where no number would, or where nothing can be said.
    """

    verdict: Verdict
    reasons: tuple[str, ...]
    more_trades: int | None


def judge(of: Judged) -> Judgement:
    """Return the verdict.

    EDGE takes all of: the lower end of the net mean's 95 % interval above 0; p of the deflated
    Sharpe ratio below 0.05; 200 trades; all that out of sample; at least three periods, two thirds
    of them with a mean of the same sign as the whole; a register that counted the variants; no
    error of the strategy. NONE: the upper end of the interval is 0 or below. Else UNPROVEN.
    """
    net = of.net
    more = more_trades(net, of.trades)
    if net is not None and net.high is not None and net.high <= 0:
        reason = f"even the upper end of the net mean, {net.high:.2f} bps a trade, is not above 0"
        return Judgement(verdict=Verdict.NONE, reasons=(reason,), more_trades=None)
    missing = _missing(of)
    if not missing:
        low = 0.0 if net is None or net.low is None else net.low
        reason = (
            f"the lower end of the net mean, {low:.2f} bps a trade, is above 0 out of sample, and "
            "neither search nor a single period explains it"
        )
        return Judgement(verdict=Verdict.EDGE, reasons=(reason,), more_trades=0)
    if net is not None and net.mean <= 0:
        missing.append("the net mean is not above 0: no number of trades like these is an edge")
    elif more:
        missing.append(f"its mean would be detectable with {more:,} more trades like these")
    return Judgement(verdict=Verdict.UNPROVEN, reasons=tuple(missing), more_trades=more)


def _missing(of: Judged) -> list[str]:
    """Return what EDGE lacks."""
    if of.net is None:
        return ["there are no trades"]
    missing = []
    if of.net.low is None:
        missing.append(f"there are trades on fewer than {FEWEST_DAYS} days: no interval")
    elif of.net.low <= 0:
        low = f"{of.net.low:.2f} bps a trade"
        missing.append(f"the lower end of the net mean, {low}, is not above 0")
    if of.trades < FEWEST_TRADES:
        missing.append(f"{of.trades:,} trades, and it takes {FEWEST_TRADES}")
    if of.p is None:
        missing.append("the days give no Sharpe ratio")
    elif of.p >= _LARGEST_P:
        missing.append(f"p of the deflated Sharpe ratio is {of.p:.3f}, not below {_LARGEST_P}")
    missing += _missing_in_periods(of.net.mean, of.period_means)
    if not of.out_of_sample:
        missing.append("the trades are in sample: there is no period after one to choose from")
    if not of.counted:
        missing.append("the register of runs cannot be used, so nobody knows how many were tried")
    if not of.sound:
        missing.append("the strategy raised an error and was not asked again")
    return missing


def _missing_in_periods(mean: float, periods: Sequence[float | None]) -> list[str]:
    if len(periods) < FEWEST_PERIODS:
        return [f"{len(periods)} periods out of sample, and it takes {FEWEST_PERIODS}"]
    same = sum(each is not None and _sign(each) == _sign(mean) for each in periods)
    if same < _SAME_SIGN * len(periods):
        told = f"only {same} of {len(periods)} periods have the sign of the whole"
        return [f"{told}, and it takes two thirds"]
    return []


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def more_trades(net: Estimate | None, trades: int) -> int | None:
    """Return how many more trades would make the present mean detectable at 80 % power.

    The standard error falls with the root of the number of trades: n * (detectable / mean)^2 of
    them, less the n that there are; 0 where there are enough.

    Returns:
        None without an interval, and where the mean is not above 0: no number would.
    """
    if net is None or net.detectable is None or net.mean <= 0:
        return None
    ratio = (net.detectable / net.mean) ** 2
    wanted = trades * ratio
    return max(0, math.ceil(wanted) - trades) if math.isfinite(wanted) else None


def in_sample(days: DaySums) -> Judgement:
    """Return what one run says by itself: NONE or UNPROVEN.

    EDGE it cannot say: nobody knows how its parameters were found. The interval is drawn with a
    fixed seed, so that equal runs say the same. It costs some 0.2 ms a day.
    """
    by_day = days.by_day().values()
    found = estimates(
        [count for count, _ in by_day],
        {"net": [total for _, total in by_day]},
        Random(_SEED),  # noqa: S311 - draws days, no secret
        _RESAMPLES,
    )
    return judge(
        Judged(
            net=found.get("net"),
            trades=days.trades,
            out_of_sample=False,
            period_means=(),
            p=None,
            counted=False,
            sound=True,
        )
    )
