"""Moving average convergence divergence."""

from __future__ import annotations

from supreme_system_v5._native import UltraOptimizedMACD

__all__ = ["UltraOptimizedMACD"]
