"""What a live driver drives: an engine, its market and an exchange on paper.

`supreme_system_v5.backtest.runner.BacktestRunner` is one, and the only one: live and backtest share
the code that carries what engine and exchange say to each other.
"""

from __future__ import annotations

from typing import Protocol

from supreme_system_v5.domain import Event
from supreme_system_v5.engine import TradingEngine
from supreme_system_v5.market_data import BarChunk, TradeChunk
from supreme_system_v5.ports import PaperExchange, TickAnalyzer

__all__ = ["Session"]


class Session(Protocol):
    """One account in one market."""

    @property
    def engine(self) -> TradingEngine:
        """Who decides."""
        ...

    @property
    def market(self) -> TickAnalyzer:
        """What the engine sees."""
        ...

    @property
    def exchange(self) -> PaperExchange:
        """Who fills."""
        ...

    def warm_up(self, chunk: BarChunk) -> None:
        """Learn from bars of the past; before anything is fed."""
        ...

    def feed(self, chunk: TradeChunk | BarChunk) -> None:
        """Take trades; every decision they lead to is carried out."""
        ...

    def tell(self, event: Event) -> None:
        """Take anything else; likewise."""
        ...
