"""All stories about a paper exchange that were computed by hand."""

from __future__ import annotations

from tests.support import account_scenarios, bar_scenarios, order_scenarios

__all__ = ["SCENARIOS"]

SCENARIOS = [
    *order_scenarios.SCENARIOS,
    *account_scenarios.SCENARIOS,
    *bar_scenarios.SCENARIOS,
]
