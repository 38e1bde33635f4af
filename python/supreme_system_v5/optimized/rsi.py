"""Relative strength index."""

from __future__ import annotations

from supreme_system_v5._native import UltraOptimizedRSI

__all__ = ["UltraOptimizedRSI"]
