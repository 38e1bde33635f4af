"""Money and exchange on paper, native: the ledger and the exchange that a backtest trades with.

Exact to ``docs/trading.md``, in integers; the same classes in plain Python are in
`supreme_system_v5.reference`.
"""

from __future__ import annotations

from supreme_system_v5.simulation.ledger import Ledger
from supreme_system_v5.simulation.paper_exchange import PaperExchange

__all__ = ["Ledger", "PaperExchange"]
