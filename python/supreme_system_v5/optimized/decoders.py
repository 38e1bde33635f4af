"""Rows of market files into checked columns: trades and 1-minute bars; and gaps in their times."""

from __future__ import annotations

from supreme_system_v5._native import BarDecoder, GapFinder, TradeDecoder

__all__ = ["BarDecoder", "GapFinder", "TradeDecoder"]
