"""The ring of fixed size behind every rolling statistic."""

from __future__ import annotations

from supreme_system_v5._native import CircularBuffer

__all__ = ["CircularBuffer"]
