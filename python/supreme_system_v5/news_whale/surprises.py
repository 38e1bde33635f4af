"""A figure beside its forecast: "CPI 2.9% vs 3.1% expected" is read as numbers, not as words."""

from __future__ import annotations

import re

__all__ = ["COMPARED", "SURPRISE", "surprise"]

SURPRISE = "macro against forecast"
"""What the rule is called in the reasons."""
_SERIES = (
    r"(?:cpi|ppi|pce|inflation|consumer prices|producer prices|unemployment|jobless (?:rate|claims)"
    r"|initial claims|continuing claims|payrolls|nonfarm|nfp|jobs"
    r"|(?:fed|ecb|boe|policy|interest|funds|key) rate)"
)
_AGAINST = (
    r"(?:vs|versus|against|compared (?:with|to)|est|ests|estimates?|estimated|exp|expected"
    r"|expectations?|forecasts?|f'cast|fcst|consensus|cons|poll)"
)
COMPARED = rf"\b{_SERIES}\b.*\d.*\b{_AGAINST}\b.*\d"
"""Where it is worth looking: a pattern for `supreme_system_v5.optimized.HeadlinePatterns`."""
_NUMBER = (
    r"(?<![$\d.,])([+-]?\d[\d,]*(?:\.\d+)?)\s?(%|percent\b|pct\b|[km]\b|thousand\b|million\b|)"
)
_BESIDE = re.compile(
    rf"\b{_SERIES}\b.*?{_NUMBER}([^\d$]{{0,24}}?)\b{_AGAINST}\b\W{{0,3}}"
    rf"(?:(?:of|at|for|an?|the|was|were|is|est|estimated|expected|forecast|consensus)\b\W{{0,2}})*{_NUMBER}",
    re.ASCII,
)
_STILL_TO_COME = re.compile(
    r"\b(?:expected|forecast|seen|due|prior|previous|prev|last)\b|\bestimate", re.ASCII
)
_JOBS = re.compile(r"\b(?:payrolls|nonfarm|nfp|jobs)\b", re.ASCII)
_UNITS = {"percent": "%", "pct": "%", "thousand": "k", "million": "m"}


def surprise(title: str) -> int | None:
    """Return -1, 0 or 1 by how a figure compares with its forecast; None without such a pair.

    More inflation, unemployment or claims than expected, or a higher rate, is -1, less is 1, the
    same is 0. More jobs than expected mean dearer money, -1, fewer 1; jobs lost are -1.

    Args:
        title: A sanitised headline.

    Example:
        >>> surprise("US CPI: 2.9% (est. 3.1%)"), surprise("Payrolls +303K vs +200K expected")
        (1, -1)
        >>> surprise("CPI sends bitcoin to $60,000 vs $65,000 last week") is None
        True
    """
    found = _BESIDE.search(title.lower())
    if found is None:
        return None
    figure, unit, between, forecast, other = found.groups()
    if _STILL_TO_COME.search(between) or _UNITS.get(unit, unit) != _UNITS.get(other, other):
        return None
    value, expected = (float(text.replace(",", "")) for text in (figure, forecast))
    if value < 0.0 and _JOBS.search(found[0]):
        return -1
    return (value < expected) - (value > expected)
