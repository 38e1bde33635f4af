"""The native implementation: indicators, bars, event gate and the analyzer that owns them.

Everything here is incremental, bounded in memory, and exact to ``docs/definitions.md``; the same
classes in plain Python are in `supreme_system_v5.reference`, except for the decoders of market
files, which follow ``docs/backtest.md``, the candlestick patterns, whose oracle is TA-Lib, and the
windows of flows of ``docs/whales.md`` and the headline model of ``docs/news.md``.
"""

from __future__ import annotations

from supreme_system_v5.optimized.analyzer import OptimizedTechnicalAnalyzer
from supreme_system_v5.optimized.atr import AverageTrueRange
from supreme_system_v5.optimized.bars import BarBuilder
from supreme_system_v5.optimized.bollinger import BollingerBands
from supreme_system_v5.optimized.circular_buffer import CircularBuffer
from supreme_system_v5.optimized.decoders import BarDecoder, GapFinder, TradeDecoder
from supreme_system_v5.optimized.ema import UltraOptimizedEMA
from supreme_system_v5.optimized.flow import FlowWindows
from supreme_system_v5.optimized.macd import UltraOptimizedMACD
from supreme_system_v5.optimized.news import HeadlineModel, HeadlinePatterns
from supreme_system_v5.optimized.patterns import CandlestickPatterns
from supreme_system_v5.optimized.realised_volatility import RealisedVolatility
from supreme_system_v5.optimized.rolling_average import RollingAverage
from supreme_system_v5.optimized.rsi import UltraOptimizedRSI
from supreme_system_v5.optimized.signals import Signals
from supreme_system_v5.optimized.sma import SimpleMovingAverage
from supreme_system_v5.optimized.smart_events import SmartEventProcessor
from supreme_system_v5.optimized.vwap import RollingVWAP, SessionVWAP

__all__ = [
    "AverageTrueRange",
    "BarBuilder",
    "BarDecoder",
    "BollingerBands",
    "CandlestickPatterns",
    "CircularBuffer",
    "FlowWindows",
    "GapFinder",
    "HeadlineModel",
    "HeadlinePatterns",
    "OptimizedTechnicalAnalyzer",
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
