"""Steps for a paper exchange, and how to play them on either implementation.

The native exchange sees the market only through the analyzer, and so both do here: an analyzer that
nobody is woken by shows it each trade and each bar.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from supreme_system_v5 import optimized, reference, simulation
from supreme_system_v5.domain import AnalyzerConfig, Flag, Instrument, OrderKind, Report, VenueUnits
from supreme_system_v5.ports import Ledger, PaperExchange

__all__ = [
    "BAR_NS",
    "NATIVE",
    "REFERENCE",
    "AccountMaker",
    "Bar",
    "Cancel",
    "CloseOut",
    "Implementation",
    "Play",
    "Step",
    "Submit",
    "Trade",
    "state_of",
]

BAR_NS = 60 * 10**9


class Submit(NamedTuple):
    """Send an order; as the arguments of `submit`."""

    number: int
    side: int
    kind: OrderKind
    quantity: int
    sent_ns: int
    price: int = 0
    reduce_only: bool = False
    stop: int = 0
    target: int = 0
    trail: int = 0


class Cancel(NamedTuple):
    """Send a cancellation."""

    number: int
    sent_ns: int


class Trade(NamedTuple):
    """Somebody trades."""

    price: int
    size: int
    time_ns: int


class Bar(NamedTuple):
    """A minute passes."""

    open: int
    high: int
    low: int
    close: int
    volume: int
    open_ns: int


class CloseOut(NamedTuple):
    """The data end."""


Step = Submit | Cancel | Trade | Bar | CloseOut


class AccountMaker(Protocol):
    """Makes a ledger, or an exchange, of either implementation."""

    def __call__(self, units: VenueUnits, initial_cash: int) -> Any: ...  # noqa: ANN401


class Implementation(NamedTuple):
    """The classes of one room."""

    name: str
    exchange: AccountMaker
    ledger: AccountMaker
    analyzer: Any
    signals: Any


REFERENCE = Implementation(
    "reference",
    reference.PaperExchange,
    reference.Ledger,
    reference.OptimizedTechnicalAnalyzer,
    reference.Signals,
)


NATIVE = Implementation(
    "native",
    simulation.PaperExchange,
    simulation.Ledger,
    optimized.OptimizedTechnicalAnalyzer,
    optimized.Signals,
)
"""The one in Rust."""


class Play:
    """An exchange and the market that it sees."""

    def __init__(self, by: Implementation, units: VenueUnits, cash: int) -> None:
        instrument = Instrument(
            symbol="X", price_decimals=units.price_decimals, size_decimals=units.size_decimals
        )
        config = AnalyzerConfig(instrument=instrument, wake_on=Flag(0), max_gap_seconds=31_622_400)
        self.exchange: PaperExchange = by.exchange(units, cash)
        self.analyzer = by.analyzer(config)
        self._price, self._size = 10**units.price_decimals, 10**units.size_decimals
        self.found: bool | None = None
        """What the last cancellation was answered."""

    def do(self, step: Step) -> Sequence[Report]:
        """Play a step and return what was reported."""
        row: tuple[float, ...]
        match step:
            case Submit():
                named = step._asdict()
                arguments = [named.pop(name) for name in Submit._fields[:5]]
                self.exchange.submit(*arguments, **named)
            case Cancel():
                self.found = self.exchange.cancel(step.number, step.sent_ns)
            case Trade():
                row = (step.price / self._price, step.size / self._size, step.time_ns)
                self._show(self.analyzer.advance, row)
            case Bar():
                prices = (price / self._price for price in step[:4])
                row = (*prices, step.volume / self._size, step.open_ns)
                self._show(self.analyzer.advance_bars, row)
            case CloseOut():
                self.exchange.close_out()
        return self.exchange.take_reports()

    def _show(self, advance: Any, row: Sequence[float]) -> None:  # noqa: ANN401 - of either kind
        columns, position = [[value] for value in row], 0
        answer = advance(*columns, exchange=self.exchange)
        while answer[1]:
            assert answer[1] == Flag.ORDER
            position = answer[0]
            answer = advance(*columns, start=position, exchange=self.exchange)
        assert answer == (1, 0)


def state_of(ledger: Ledger) -> dict[str, int]:
    """Return everything that a ledger tells."""
    names = ("cash", "position", "cost", "gross", "fees", "spread", "slippage", "funding",
             "turnover", "whole")  # fmt: skip
    return {name: getattr(ledger, name) for name in names}
