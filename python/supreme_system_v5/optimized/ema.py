"""Exponential moving average."""

from __future__ import annotations

from supreme_system_v5._native import UltraOptimizedEMA

__all__ = ["UltraOptimizedEMA"]
