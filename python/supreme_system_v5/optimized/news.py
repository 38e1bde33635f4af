"""The headline model."""

from __future__ import annotations

from supreme_system_v5._native import HeadlineModel

__all__ = ["HeadlineModel"]
