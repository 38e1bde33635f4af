"""Bollinger Bands."""

from __future__ import annotations

from supreme_system_v5._native import BollingerBands

__all__ = ["BollingerBands"]
