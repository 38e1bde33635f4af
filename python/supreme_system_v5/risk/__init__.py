"""What may be bet: only from here does an order come that anything downstream accepts."""

from __future__ import annotations

from supreme_system_v5.risk.approval import ApprovedOrder, Entry, Refusal, RiskPolicy
from supreme_system_v5.risk.fixed_fraction import FixedFraction

__all__ = ["ApprovedOrder", "Entry", "FixedFraction", "Refusal", "RiskPolicy"]
