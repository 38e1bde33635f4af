"""What may be bet: only from here does an order come that anything downstream accepts.

- `supreme_system_v5.risk.dynamic_risk`: who decides, and in which order.
- `supreme_system_v5.risk.confidence`: how sure the judgements are.
- `supreme_system_v5.risk.trade_costs`, `supreme_system_v5.risk.sizing`: what it costs, how large.
- `supreme_system_v5.risk.protections`: limits of the whole account.
- `supreme_system_v5.risk.fixed_fraction`: a fixed bet, to study a signal.
- `supreme_system_v5.risk.review`: how it came about, for whoever asks why.
- `supreme_system_v5.risk.affordable`: what an account could trade, before it trades.
"""

from __future__ import annotations

from supreme_system_v5.risk.affordable import Affordable, affordable
from supreme_system_v5.risk.approval import (
    ApprovedOrder,
    Entry,
    Refusal,
    RiskPolicy,
    RiskState,
    Scene,
    Watch,
)
from supreme_system_v5.risk.confidence import Assessment, ConfidenceWeights, assess
from supreme_system_v5.risk.dynamic_risk import DynamicRiskManager, RiskRules
from supreme_system_v5.risk.fixed_fraction import FixedFraction
from supreme_system_v5.risk.meanings import MEANINGS
from supreme_system_v5.risk.protections import (
    ProtectionLimits,
    Protections,
    ProtectionState,
)
from supreme_system_v5.risk.review import CostGate, Review
from supreme_system_v5.risk.sizing import Sizing, SizingRules
from supreme_system_v5.risk.trade_costs import TradeCosts

__all__ = [
    "MEANINGS",
    "Affordable",
    "ApprovedOrder",
    "Assessment",
    "ConfidenceWeights",
    "CostGate",
    "DynamicRiskManager",
    "Entry",
    "FixedFraction",
    "ProtectionLimits",
    "ProtectionState",
    "Protections",
    "Refusal",
    "Review",
    "RiskPolicy",
    "RiskRules",
    "RiskState",
    "Scene",
    "Sizing",
    "SizingRules",
    "TradeCosts",
    "Watch",
    "affordable",
    "assess",
]
