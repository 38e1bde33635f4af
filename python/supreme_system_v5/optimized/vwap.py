"""Volume-weighted average prices."""

from __future__ import annotations

from supreme_system_v5._native import RollingVWAP, SessionVWAP

__all__ = ["RollingVWAP", "SessionVWAP"]
