"""The backtest driver: market data in, an honest report out."""

from __future__ import annotations

from supreme_system_v5.backtest.account import Account, Costs
from supreme_system_v5.backtest.report import BacktestReport, Labels
from supreme_system_v5.backtest.runner import WAKE_ON, BacktestRunner

__all__ = ["WAKE_ON", "Account", "BacktestReport", "BacktestRunner", "Costs", "Labels"]
