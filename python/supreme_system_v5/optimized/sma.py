"""Simple moving average."""

from __future__ import annotations

from supreme_system_v5._native import SimpleMovingAverage

__all__ = ["SimpleMovingAverage"]
