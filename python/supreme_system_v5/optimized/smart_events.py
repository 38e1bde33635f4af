"""The event gate: which ticks are worth waking anybody for."""

from __future__ import annotations

from supreme_system_v5._native import SmartEventProcessor

__all__ = ["SmartEventProcessor"]
