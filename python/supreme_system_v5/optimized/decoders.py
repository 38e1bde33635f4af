"""Rows of market files into checked columns: trades and 1-minute bars."""

from __future__ import annotations

from supreme_system_v5._native import BarDecoder, TradeDecoder

__all__ = ["BarDecoder", "TradeDecoder"]
