"""Rules and clocks of a venue that cannot be true are refused before anybody trades by them."""

from __future__ import annotations

from decimal import Decimal

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.domain.live import ClockReading, MarketRules
from supreme_system_v5.errors import SourceError
from supreme_system_v5.exchanges.rest_client import Answer

__all__ = ["checked_rules", "clock_reading"]

_MOST = Decimal(10) ** 15
_YEAR_2100_NS = 4_102_444_800 * 10**9


def checked_rules(rules: MarketRules, venue: str) -> MarketRules:
    """Return rules whose steps are above 0 and whose least value is not below.

    Raises:
        SourceError: BAD_ITEM.
    """
    steps = (rules.tick, rules.lot, rules.min_quantity)
    numbers = (*steps, rules.min_notional)
    if not all(number.is_finite() and 0 <= number < _MOST for number in numbers) or not all(steps):
        raise SourceError(f"{venue} tells impossible rules: {rules}", FaultKind.BAD_ITEM)
    return rules


def clock_reading(server_ns: int, answer: Answer, venue: str) -> ClockReading:
    """Return a venue's time beside ours.

    Raises:
        SourceError: BAD_ITEM: the time is not between 1970 and 2100.
    """
    if not 0 < server_ns < _YEAR_2100_NS:
        raise SourceError(f"{venue} tells an impossible time: {server_ns}", FaultKind.BAD_ITEM)
    return ClockReading(server_ns=server_ns, sent_ns=answer.sent_ns, received_ns=answer.received_ns)
