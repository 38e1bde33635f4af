"""Average true range."""

from __future__ import annotations

from supreme_system_v5._native import AverageTrueRange

__all__ = ["AverageTrueRange"]
