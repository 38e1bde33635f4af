"""Candlestick patterns."""

from __future__ import annotations

from supreme_system_v5._native import CandlestickPatterns

__all__ = ["CandlestickPatterns"]
