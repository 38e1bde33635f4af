"""The per-tick core: ticks in, wake-up flags out, everything else on request."""

from __future__ import annotations

from supreme_system_v5._native import OptimizedTechnicalAnalyzer

__all__ = ["OptimizedTechnicalAnalyzer"]
