"""All the evidence about one strategy as one value, and as JSON for programs.

``docs/evidence.md`` says what each figure means. For people there is `report_text`.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from supreme_system_v5.evidence.bootstrap import Estimate
from supreme_system_v5.evidence.calibration import Calibration
from supreme_system_v5.evidence.deflated_sharpe import DayStatistics
from supreme_system_v5.evidence.random_entries import RandomEntries
from supreme_system_v5.evidence.verdict import Judgement

__all__ = [
    "CostStep",
    "Deflated",
    "EvidenceReport",
    "Holding",
    "Labels",
    "PeriodReport",
    "Sample",
    "Tries",
    "VariantReport",
    "to_json",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What the evidence is about, for people.

    Attributes:
        strategy: As set, with the parameters given.
        source: The files.
        symbol: As set; it is not read from the data.
        costs: Whose costs and rules.
        risk: Who decided about size: ``fixed`` or ``dynamic``.
        seed: Of all that was drawn.
    """

    strategy: str
    source: str
    symbol: str
    costs: str
    risk: str
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CostStep:
    """The same trades at another all-in cost per side."""

    bps: float
    net: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Some trades; basis points of the value at the entry, per trade.

    Attributes:
        trades: How many.
        days: UTC days of the data, those without trades included.
        gross: Mean before any cost; None without trades, as all that follow.
        net: Mean at the venue's costs.
        net_at: Mean at other costs per side.
        break_even_bps: Cost per side at which the mean is 0: (gross - funding) / turnover.
        charged_bps: What was paid per side, funding aside.
    """

    trades: int
    days: int
    gross: Estimate | None
    net: Estimate | None
    net_at: tuple[CostStep, ...]
    break_even_bps: float | None
    charged_bps: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodReport:
    """One period of the walk.

    Attributes:
        start: First day, UTC.
        end: Last day, UTC.
        variant: What was traded; None where the period only served for choosing.
        trades: How many were entered in it.
        net_bps: Their mean; None without trades.
    """

    start: str
    end: str
    variant: str | None
    trades: int
    net_bps: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantReport:
    """One variant over all the data, in sample."""

    parameters: str
    trades: int
    net_bps: float | None
    daily_sharpe: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """What the register of runs knows about the data.

    Attributes:
        variants: N, distinct variants ever run over data that overlap with these, 1 or more.
        variance: V of the daily Sharpe ratios of those run over exactly these data; None below two.
        counted: False where the register could not be used, and only this run was counted.
        note: Why, or where the register is.
    """

    variants: int
    variance: float | None
    counted: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deflated:
    """The deflated Sharpe ratio of the judged trades; all ratios are per day.

    Attributes:
        observed: Of the daily sums of net basis points, with skewness and kurtosis.
        variants: N, as in `Tries`.
        variance: V that was used, 1 / (T - 1) at least.
        benchmark: SR0, the ratio expected of the best of N variants worth nothing.
        p: 1 - DSR, 0 to 1.
    """

    observed: DayStatistics
    variants: int
    variance: float
    benchmark: float
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Buy-and-hold at equal exposure, over the judged periods.

    Attributes:
        exposure: Mean position as a part of the stake of a trade, -1 to 1; shorts below 0.
        market_bps: Sum over the periods of the market's return.
        held_bps: Sum over the periods of exposure * market return.
        per_trade_bps: The same / trades: what holding brought beside `gross`; None without trades.
    """

    exposure: float
    market_bps: float
    held_bps: float
    per_trade_bps: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceReport:
    """All of it.

    Attributes:
        judgement: The verdict and its reasons.
        labels: What it is about.
        out_of_sample: False where no period is left for judging, and the judged trades are those
            of the given parameters over all the data.
        fixed: True where there is one variant, so that nothing was chosen.
        judged: The trades that the verdict is about.
        given: The given parameters over all the data.
        periods: The walk.
        agreeing: Judged periods whose mean has the sign of the whole.
        variants: All variants over all the data.
        tries: What the register knows.
        deflated: None where there is no ratio.
        random: The same exits behind entries by chance; None without trades.
        holding: None without judged periods.
        calibration: None where no trade has a confidence.
        strategy_errors: What the strategy raised.
        notes: What a reader must know besides.
    """

    judgement: Judgement
    labels: Labels
    out_of_sample: bool
    fixed: bool
    judged: Sample
    given: Sample
    periods: tuple[PeriodReport, ...]
    agreeing: int
    variants: tuple[VariantReport, ...]
    tries: Tries
    deflated: Deflated | None
    random: RandomEntries | None
    holding: Holding | None
    calibration: Calibration | None
    strategy_errors: tuple[str, ...]
    notes: tuple[str, ...]


def to_json(report: EvidenceReport) -> str:
    """Return the report as one line of JSON."""
    return msgspec.json.encode(report).decode()
