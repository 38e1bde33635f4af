"""The built-in signals."""

from __future__ import annotations

from supreme_system_v5._native import Signals

__all__ = ["Signals"]
