"""What risk sees of a market, said outright."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from supreme_system_v5.domain import View, ViewStatus

__all__ = ["PlainScene", "told"]

NOW_NS = 1_700_000_000_000_000_000
_MINUTE_NS = 60 * 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainScene:
    """A scene whose judgements are given.

    Attributes:
        given: The judgements.
        now_ns: Time.
        volatility: Annualised, as a fraction.
    """

    given: Mapping[str, View] = field(default_factory=dict)
    now_ns: int = NOW_NS
    volatility: float | None = 0.5

    def views(self) -> Mapping[str, View]:
        """Return what was given."""
        return self.given


def told(direction: float, confidence: float, *, age_ns: int = 0) -> View:
    """Return a judgement that is complete, and as old as that; it holds for two minutes."""
    return View(
        direction=direction,
        confidence=confidence,
        as_of_ns=NOW_NS - age_ns,
        ttl_ns=2 * _MINUTE_NS,
        status=ViewStatus.OK,
    )
