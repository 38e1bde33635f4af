"""Readers of market data: recorded trades, recorded bars and an invented market.

Trades come as `TradeChunk`s, whether recorded or invented, and bars as `BarChunk`s. Nothing here
knows a strategy or an indicator.
"""

from __future__ import annotations

from supreme_system_v5.market_data.chunks import BarChunk, Dropped, Grid, TradeChunk
from supreme_system_v5.market_data.files import DataKind, MarketFiles
from supreme_system_v5.market_data.fingerprint import Fingerprint
from supreme_system_v5.market_data.other_future import shaken, truncated, write_csv
from supreme_system_v5.market_data.synthetic import synthetic_trades
from supreme_system_v5.market_data.time_window import TimeWindow

__all__ = [
    "BarChunk",
    "DataKind",
    "Dropped",
    "Fingerprint",
    "Grid",
    "MarketFiles",
    "TimeWindow",
    "TradeChunk",
    "shaken",
    "synthetic_trades",
    "truncated",
    "write_csv",
]
