"""Exchanges: what they tell of a market, live. One file per venue, one supervisor for all."""

from __future__ import annotations

__all__: list[str] = []
