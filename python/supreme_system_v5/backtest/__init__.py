"""The backtest driver: market data in, an honest report out."""

from __future__ import annotations

__all__: list[str] = []
