"""Trades into bars of 1m, 5m, 15m and 1h."""

from __future__ import annotations

from supreme_system_v5._native import BarBuilder

__all__ = ["BarBuilder"]
