"""Realised volatility."""

from __future__ import annotations

from supreme_system_v5._native import RealisedVolatility

__all__ = ["RealisedVolatility"]
