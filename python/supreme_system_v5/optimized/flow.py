"""Windows of what flows between exchanges and the world."""

from __future__ import annotations

from supreme_system_v5._native import FlowWindows

__all__ = ["FlowWindows"]
