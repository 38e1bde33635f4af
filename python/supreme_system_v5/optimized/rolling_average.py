"""The mean of the last n numbers."""

from __future__ import annotations

from supreme_system_v5._native import RollingAverage

__all__ = ["RollingAverage"]
