"""Value types that every room shares: frozen, with units in their names.

- `supreme_system_v5.domain.market`: flags, bars, views and the analyzer's configuration.
- `supreme_system_v5.domain.venue`: what a venue charges and allows, and its units.
- `supreme_system_v5.domain.orders`: orders, what becomes of them, and signals.
- `supreme_system_v5.domain.view`: what every part that judges the market answers.
- `supreme_system_v5.domain.events`: what reaches the engine, and what it answers.

Prices are in quote currency per unit of base, sizes in base currency, times in integer
nanoseconds UTC. Nothing here computes but changes of units; arithmetic belongs to the Rust core and
to `supreme_system_v5.reference`.
"""

from __future__ import annotations

from supreme_system_v5.domain.events import (
    AccountState,
    Action,
    Arm,
    BarEvent,
    Cancel,
    Event,
    ExchangeFlow,
    FeedState,
    Flatten,
    Headline,
    IntervalChange,
    Leg,
    OrderUpdate,
    Origin,
    Query,
    Rearm,
    Record,
    SourcesAsked,
    Submit,
    Timer,
    Trade,
    Transfer,
    Watermark,
)
from supreme_system_v5.domain.market import (
    NS_PER_SECOND,
    AnalyzerConfig,
    AnalyzerSnapshot,
    ArmedLevels,
    Bands,
    Bar,
    Flag,
    GateCounters,
    GateReason,
    Instrument,
    Macd,
    Seed,
    Side,
    TickView,
    Timeframe,
    TimeframeView,
)
from supreme_system_v5.domain.orders import (
    NUMBERS_APART,
    OrderKind,
    OrderStatus,
    Proposal,
    Report,
    SignalAction,
    Trip,
)
from supreme_system_v5.domain.venue import VENUES, Venue, VenueUnits
from supreme_system_v5.domain.view import TimeframeWeights, View, ViewStatus

__all__ = [
    "NS_PER_SECOND",
    "NUMBERS_APART",
    "VENUES",
    "AccountState",
    "Action",
    "AnalyzerConfig",
    "AnalyzerSnapshot",
    "Arm",
    "ArmedLevels",
    "Bands",
    "Bar",
    "BarEvent",
    "Cancel",
    "Event",
    "ExchangeFlow",
    "FeedState",
    "Flag",
    "Flatten",
    "GateCounters",
    "GateReason",
    "Headline",
    "Instrument",
    "IntervalChange",
    "Leg",
    "Macd",
    "OrderKind",
    "OrderStatus",
    "OrderUpdate",
    "Origin",
    "Proposal",
    "Query",
    "Rearm",
    "Record",
    "Report",
    "Seed",
    "Side",
    "SignalAction",
    "SourcesAsked",
    "Submit",
    "TickView",
    "Timeframe",
    "TimeframeView",
    "TimeframeWeights",
    "Timer",
    "Trade",
    "Transfer",
    "Trip",
    "Venue",
    "VenueUnits",
    "View",
    "ViewStatus",
    "Watermark",
]
