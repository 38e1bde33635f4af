"""How one entry was judged, step by step, for whoever asks why."""

from __future__ import annotations

import msgspec

from supreme_system_v5.risk.confidence import Assessment
from supreme_system_v5.risk.sizing import Sizing

__all__ = ["CostGate", "Review"]


class CostGate(msgspec.Struct, frozen=True, gc=False):
    """Whether a trade can earn enough.

    Attributes:
        distance_bps: From the price to the target; without a target, to the stop.
        aim: ``"target"`` or ``"stop"``: which of them that is.
        round_trip_bps: Fees, spread and slippage there and back.
        needed_bps: The least distance allowed.
    """

    distance_bps: float
    aim: str
    round_trip_bps: float
    needed_bps: float


class Review(msgspec.Struct, frozen=True, gc=False):
    """What was asked, in this order; what comes after a refusal was not asked.

    Attributes:
        side: 1 long, -1 short.
        price: Of the entry, price units; as the following.
        stop: Where a loss is taken at first; 0 for nowhere.
        target: Where a gain is taken; 0 for nowhere.
        state: Of the protections.
        costs: Whether it can earn enough.
        judged: How sure the judgements are.
        volatility: Realised, annualised, as a fraction; None where it is not known.
        size: How the quantity came about.
    """

    side: int
    price: int
    stop: int
    target: int
    state: str = ""
    costs: CostGate | None = None
    judged: Assessment | None = None
    volatility: float | None = None
    size: Sizing | None = None
