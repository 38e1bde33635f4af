"""The headline model, and patterns in headlines."""

from __future__ import annotations

from supreme_system_v5._native import HeadlineModel, HeadlinePatterns

__all__ = ["HeadlineModel", "HeadlinePatterns"]
