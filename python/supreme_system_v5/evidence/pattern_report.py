"""The worth of candlestick patterns for people and programs."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from supreme_system_v5.evidence.bootstrap import Estimate
from supreme_system_v5.evidence.pattern_worth import FEWEST, PatternWorth

__all__ = ["PatternReport", "patterns_to_json", "patterns_to_text"]

_HEAD = ("pattern", "times", "move bps", "95 %", "right", "surely", "confidence")
_WIDTHS = (22, 9, 10, 18, 8, 8, 11)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternReport:
    """What was measured over which data.

    Attributes:
        source: The files.
        symbol: As set; it is not read from the data.
        bars: 1-minute bars looked at.
        horizon: Bars after a pattern until which the price was followed.
        seed: Of the drawn days.
        patterns: All 61, in TA-Lib's order.
    """

    source: str
    symbol: str
    bars: int
    horizon: int
    seed: int
    patterns: tuple[PatternWorth, ...]

    @property
    def earned(self) -> tuple[PatternWorth, ...]:
        """Those that earned a confidence."""
        return tuple(each for each in self.patterns if each.confidence)


def patterns_to_json(report: PatternReport) -> str:
    """Return the report as JSON; ``PATTERN_EVIDENCE`` reads it."""
    return msgspec.json.encode(report).decode()


def patterns_to_text(report: PatternReport) -> str:
    """Return the report for a terminal: what earned a confidence first, then all patterns."""
    earned = report.earned
    names = ", ".join(f"{each.name} {each.confidence:.3f}" for each in earned)
    about = (
        f"  {report.bars:,} 1-minute bars of {report.symbol} (setting), moves within "
        f"{report.horizon} bars, before any cost"
    )
    lines = [
        f"{len(earned)} of {len(report.patterns)} patterns earned a confidence"
        + (f": {names}" if earned else ""),
        about,
        f"  files: {report.source}",
        "",
        _row(_HEAD),
    ]
    by_worth = sorted(report.patterns, key=lambda worth: (-worth.confidence, -worth.times))
    lines += [_row(_cells(each)) for each in by_worth]
    lines += [
        "",
        f"A confidence is twice what is surely right, less 1, of a pattern seen {FEWEST} times.",
        "Keep it with --json > FILE, name FILE in PATTERN_EVIDENCE, and give patterns a weight in",
        "CONFIDENCE_WEIGHTS; without a confidence a weight only makes bets smaller.",
    ]
    return "\n".join(lines)


def _cells(worth: PatternWorth) -> tuple[str, ...]:
    return (
        worth.name,
        f"{worth.times:,}",
        _mean(worth.move),
        _interval(worth.move),
        "" if worth.hits is None else f"{worth.hits.mean:.1%}",
        "" if worth.surely is None else f"{worth.surely:.1%}",
        f"{worth.confidence:.3f}",
    )


def _row(cells: tuple[str, ...]) -> str:
    first, *others = zip(cells, _WIDTHS, strict=True)
    return (
        f"{first[0]:<{first[1]}}" + "".join(f"{cell:>{width}}" for cell, width in others)
    ).rstrip()


def _mean(estimate: Estimate | None) -> str:
    return "" if estimate is None else f"{estimate.mean:+.2f}"


def _interval(estimate: Estimate | None) -> str:
    if estimate is None or estimate.low is None or estimate.high is None:
        return ""
    return f"{estimate.low:+.2f} to {estimate.high:+.2f}"
