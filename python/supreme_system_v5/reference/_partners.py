"""Who the analyzer takes along: a built-in signal and a paper exchange, each if there is one."""

from __future__ import annotations

from typing import NamedTuple, Self

from supreme_system_v5 import ports
from supreme_system_v5.domain import Flag
from supreme_system_v5.reference import _numbers
from supreme_system_v5.reference._assembly import OpenBar
from supreme_system_v5.reference._grid import Trade
from supreme_system_v5.reference._states import States
from supreme_system_v5.reference.paper_exchange import PaperExchange
from supreme_system_v5.reference.signals import Signals

__all__ = ["Partners"]


class Partners(NamedTuple):
    """The partners of one call; their flags are answered, whatever the analyzer wakes on."""

    signals: Signals | None = None
    exchange: PaperExchange | None = None

    @classmethod
    def of(
        cls, signals: ports.SignalSource | None, exchange: ports.PaperExchange | None = None
    ) -> Self:
        """Return them, if they are from this package as well."""
        if signals is not None and not isinstance(signals, Signals):
            raise _numbers.wrong_type("signals", signals, "a Signals of the reference or None")
        if exchange is not None and not isinstance(exchange, PaperExchange):
            expected = "a PaperExchange of the reference or None"
            raise _numbers.wrong_type("exchange", exchange, expected)
        return cls(signals, exchange)

    def trade(self, trade: Trade) -> int:
        """Show the exchange a trade that is not late; answer a flag."""
        seen = self.exchange is not None and self.exchange.on_trade(
            trade.price_units, trade.size_units, trade.timestamp_ns
        )
        return Flag.ORDER if seen else 0

    def walk(self, bar: OpenBar) -> int:
        """Let the exchange walk a bar that is not late; answer a flag."""
        seen = self.exchange is not None and self.exchange.on_bar(
            bar.open, bar.high, bar.low, bar.close, bar.volume, bar.open_ns
        )
        return Flag.ORDER if seen else 0

    def close(self, minute: OpenBar, flags: int, states: States) -> int:
        """Tell both that a minute closed, and all that ended with it; answer a flag."""
        if self.exchange is not None:
            prices = (minute.open, minute.high, minute.low, minute.close)
            self.exchange.on_closed(minute.open_ns, *prices, minute.close_ns)
        asked = self.signals is not None and self.signals.on_bars(flags, states)
        return Flag.SIGNAL if asked else 0
