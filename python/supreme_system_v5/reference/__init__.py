"""The indicators, the gate, the bars and the analyzer in plain Python, written for reading.

They follow ``docs/definitions.md`` operation by operation, bit for bit like the native core: the
tests hold the two against each other, and this one steps in where the native one is switched off.
"""

from __future__ import annotations

from supreme_system_v5.reference.analyzer import OptimizedTechnicalAnalyzer
from supreme_system_v5.reference.atr import AverageTrueRange
from supreme_system_v5.reference.bars import BarBuilder
from supreme_system_v5.reference.bollinger import BollingerBands
from supreme_system_v5.reference.circular_buffer import CircularBuffer
from supreme_system_v5.reference.ema import UltraOptimizedEMA
from supreme_system_v5.reference.ledger import Ledger
from supreme_system_v5.reference.macd import UltraOptimizedMACD
from supreme_system_v5.reference.paper_exchange import PaperExchange
from supreme_system_v5.reference.realised_volatility import RealisedVolatility
from supreme_system_v5.reference.rolling_average import RollingAverage
from supreme_system_v5.reference.rsi import UltraOptimizedRSI
from supreme_system_v5.reference.signals import Signals
from supreme_system_v5.reference.sma import SimpleMovingAverage
from supreme_system_v5.reference.smart_events import SmartEventProcessor
from supreme_system_v5.reference.vwap import RollingVWAP, SessionVWAP

__all__ = [
    "AverageTrueRange",
    "BarBuilder",
    "BollingerBands",
    "CircularBuffer",
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
    "UltraOptimizedEMA",
    "UltraOptimizedMACD",
    "UltraOptimizedRSI",
]
