"""The one door to the native core; everything else imports its names from here or above."""

from __future__ import annotations

from supreme_system_v5._core import (
    AverageTrueRange,
    BarBuilder,
    BarDecoder,
    BollingerBands,
    CircularBuffer,
    GapFinder,
    Ledger,
    OptimizedTechnicalAnalyzer,
    PaperExchange,
    RealisedVolatility,
    RollingAverage,
    RollingVWAP,
    SessionVWAP,
    Signals,
    SimpleMovingAverage,
    SmartEventProcessor,
    TradeDecoder,
    UltraOptimizedEMA,
    UltraOptimizedMACD,
    UltraOptimizedRSI,
)

__all__ = [
    "AverageTrueRange",
    "BarBuilder",
    "BarDecoder",
    "BollingerBands",
    "CircularBuffer",
    "GapFinder",
    "Ledger",
    "OptimizedTechnicalAnalyzer",
    "PaperExchange",
    "RealisedVolatility",
    "RollingAverage",
    "RollingVWAP",
    "SessionVWAP",
    "Signals",
    "SimpleMovingAverage",
    "SmartEventProcessor",
    "TradeDecoder",
    "UltraOptimizedEMA",
    "UltraOptimizedMACD",
    "UltraOptimizedRSI",
]
