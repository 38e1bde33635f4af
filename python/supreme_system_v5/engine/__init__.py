"""The engine: events in, actions out. It reads no clock, opens no socket, draws no random number.

- `supreme_system_v5.engine.trading_engine`: the state machine.
- `supreme_system_v5.engine.order_desk`: its orders, and what the exchange says of them.
- `supreme_system_v5.engine.notes`: what it decided, counted and recorded.
"""

from __future__ import annotations

from supreme_system_v5.engine.notes import Funnel, Notes
from supreme_system_v5.engine.trading_engine import TradingEngine

__all__ = ["Funnel", "Notes", "TradingEngine"]
