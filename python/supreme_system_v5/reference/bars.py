"""Bars of one, five and fifteen minutes and one hour from trades."""

from __future__ import annotations

from supreme_system_v5.domain import Bar, Instrument, Timeframe
from supreme_system_v5.reference import _numbers
from supreme_system_v5.reference._assembly import BarAssembly
from supreme_system_v5.reference._indicator import Stateful

__all__ = ["BarBuilder"]


class BarBuilder(Stateful):
    """Trades in, closed bars out; fulfils `supreme_system_v5.ports.BarSource`.

    Bars are aligned to UTC and close when the watermark, the latest time seen, reaches their end.
    Minutes without trades become flat bars. Sums are exact, in whole units of the grid.

    Args:
        instrument: Grid of the market; without one, values are rounded to 1e-8.
        max_gap_seconds: Longest jump ahead in time that is believed, 60 to 31 622 400.

    Raises:
        InvalidInputError: A parameter out of range.
        InvalidTypeError: A parameter of the wrong type.

    Constant memory; a trade takes constant time, and so does each minute that it closes.
    Source: the bars of ``docs/definitions.md``.

    Example:
        >>> builder = BarBuilder()
        >>> builder.update("100.5", "2", 0)
        []
        >>> [bar] = builder.update(101.0, 1.0, 60_000_000_000)
        >>> bar.timeframe, bar.close, bar.volume
        (<Timeframe.M1: '1m'>, 100.5, 2.0)
    """

    __slots__ = ("_assembly",)

    def __init__(
        self, instrument: Instrument | None = None, max_gap_seconds: int = 604_800
    ) -> None:
        self._assembly = BarAssembly(instrument, max_gap_seconds)

    @property
    def instrument(self) -> Instrument | None:
        """Grid of the market."""
        return self._assembly.grid.instrument

    @property
    def max_gap_seconds(self) -> int:
        """Longest jump ahead in time that is believed."""
        return self._assembly.max_gap_seconds

    @property
    def late(self) -> int:
        """Number of trades refused as late."""
        return self._assembly.late

    def update(
        self, price: float | str, size: float | str, timestamp_ns: int, side: int = 0
    ) -> list[Bar]:
        """Take one trade.

        Args:
            price: In quote currency, as number or decimal string, on the grid.
            size: In base currency, likewise.
            timestamp_ns: Nanoseconds UTC, up to the year 2100.
            side: The taker's side, -1 sell, 0 unknown, 1 buy.

        Returns:
            The bars it closed, in time order, short before long.

        Raises:
            InvalidInputError: A value out of range, off the grid or too far ahead; nothing changes.
            InvalidTypeError: A value of the wrong type; nothing changes.
        """
        trade = self._assembly.grid.trade(price, size, timestamp_ns, side)
        self._assembly.check_gap(trade.timestamp_ns)
        closed = self._close_until(trade.timestamp_ns)
        if self._assembly.is_late(trade.timestamp_ns):
            self._assembly.late += 1
        else:
            self._assembly.add(trade)
        return closed

    def watermark(self, timestamp_ns: int, /) -> list[Bar]:
        """Let time pass without a trade and return the bars that closed, as `update` does.

        Raises:
            InvalidInputError: A time out of range or too far ahead; nothing changes.
            InvalidTypeError: Not an integer; nothing changes.
        """
        time = _numbers.timestamp("timestamp_ns", timestamp_ns)
        self._assembly.check_gap(time)
        closed = self._close_until(time)
        self._assembly.see(time)
        return closed

    def forming(self, timeframe: Timeframe, /) -> Bar | None:
        """Return the open bar with all its trades so far, None before the first trade.

        Raises:
            InvalidInputError: No such timeframe.
            InvalidTypeError: Not a timeframe, nor the name of one.
        """
        name = _numbers.choice("timeframe", timeframe, list(Timeframe))
        return self._assembly.forming(Timeframe(name))

    def reset(self) -> None:
        """Forget all trades; the parameters stay."""
        self._assembly = BarAssembly(self.instrument, self.max_gap_seconds)

    def _close_until(self, timestamp_ns: int) -> list[Bar]:
        closed: list[Bar] = []
        while (end := self._assembly.minute_end_ns) is not None and end <= timestamp_ns:
            closed += self._assembly.close_minute()
        return closed

    def __repr__(self) -> str:
        return f"BarBuilder(instrument={self.instrument!r}, max_gap_seconds={self.max_gap_seconds})"
