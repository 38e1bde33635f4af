"""Bars of all lengths, put together from trades in whole units of the grid.

The caller decides when a minute closes: `BarBuilder` at once, the analyzer one instant at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from supreme_system_v5.domain import NS_PER_SECOND, Bar, Instrument, Side, Timeframe
from supreme_system_v5.reference import _numbers
from supreme_system_v5.reference._grid import MarketGrid, Trade

__all__ = ["BarAssembly", "OpenBar"]

_GAP_MIN_SECONDS = 60
_GAP_MAX_SECONDS = 31_622_400
_MINUTE_NS = 60 * NS_PER_SECOND


@dataclass(slots=True)
class OpenBar:
    """A bar that is still open; prices and volumes in units."""

    timeframe: Timeframe
    open_ns: int
    open: int
    high: int
    low: int
    close: int
    volume: int = 0
    buy_volume: int = 0
    trades: int = 0

    @classmethod
    def flat(cls, timeframe: Timeframe, open_ns: int, price: int) -> OpenBar:
        """Return a bar in which nothing has traded."""
        return cls(timeframe, open_ns, price, price, price, price)

    @property
    def close_ns(self) -> int:
        """First nanosecond after the bar."""
        return self.open_ns + self.timeframe.seconds * NS_PER_SECOND

    def add(self, trade: Trade) -> None:
        """Take a trade."""
        price, size = trade.price_units, trade.size_units
        bought = size if trade.side == Side.BUY else 0
        self.merge(
            OpenBar(self.timeframe, self.open_ns, price, price, price, price, size, bought, 1)
        )

    def merge(self, part: OpenBar) -> None:
        """Take what traded in a part of this bar: its first trades replace the flat prices."""
        if part.trades == 0:
            return
        if self.trades == 0:
            self.open, self.high, self.low = part.open, part.high, part.low
        else:
            self.high = max(self.high, part.high)
            self.low = min(self.low, part.low)
        self.close = part.close
        self.volume += part.volume
        self.buy_volume += part.buy_volume
        self.trades += part.trades


class BarAssembly:
    """The open bars, the watermark, and the count of late trades."""

    __slots__ = ("_began_ns", "_open", "closed", "grid", "late", "max_gap_seconds", "watermark_ns")

    def __init__(self, instrument: Instrument | None, max_gap_seconds: int) -> None:
        self.grid = MarketGrid(instrument)
        self.max_gap_seconds = _numbers.period(
            "max_gap_seconds", max_gap_seconds, least=_GAP_MIN_SECONDS, most=_GAP_MAX_SECONDS
        )
        self.late = 0
        self.closed: OpenBar | None = None  # the last minute that closed, in units
        self.watermark_ns: int | None = None
        self._began_ns = 0  # when watching began; stands once there is a watermark
        self._open: dict[Timeframe, OpenBar] = {}

    @property
    def minute_end_ns(self) -> int | None:
        """When the open minute closes, None before the first trade."""
        return self._open[Timeframe.M1].close_ns if self._open else None

    def check_gap(self, timestamp_ns: int, index: int | None = None) -> None:
        """Refuse an event too far ahead of the watermark."""
        mark, gap_ns = self.watermark_ns, self.max_gap_seconds * NS_PER_SECOND
        if mark is not None and timestamp_ns - mark > gap_ns:
            bound = f"at most {self.max_gap_seconds} s past the watermark {mark}"
            raise _numbers.refusal("timestamp_ns", timestamp_ns, bound, index)

    def see(self, timestamp_ns: int) -> None:
        """Let an event move the watermark; the first one begins the watching."""
        if self.watermark_ns is None:
            self._began_ns = self.watermark_ns = timestamp_ns
        self.pass_instant(timestamp_ns)

    def pass_instant(self, timestamp_ns: int) -> None:
        """Let a bar end or a timer move the watermark, if an event has set it."""
        if self.watermark_ns is not None:
            self.watermark_ns = max(self.watermark_ns, timestamp_ns)

    def is_late(self, timestamp_ns: int) -> bool:
        """Return whether a time lies below the open minute, or below the one watched."""
        if self._open:
            return timestamp_ns < self._open[Timeframe.M1].open_ns
        mark = self.watermark_ns
        return mark is not None and timestamp_ns < mark - mark % _MINUTE_NS

    def add(self, trade: Trade) -> None:
        """Take a trade, not late, for which every minute that ends before it was closed."""
        self._begin(trade.timestamp_ns, trade.price_units)
        self._open[Timeframe.M1].add(trade)

    def read_minute(self, row: Sequence[object], index: int) -> OpenBar:
        """Return a row of open, high, low, close, volume and opening time as a minute."""
        opened, high, low, close = (
            self.grid.price.units(name, value, index)
            for name, value in zip(("open", "high", "low", "close"), row, strict=False)
        )
        *_, volume, timestamp_ns = row
        size = self.grid.size.units("volume", volume, index)
        time = _numbers.timestamp("timestamp_ns", timestamp_ns, index)
        if time % _MINUTE_NS:
            raise _numbers.refusal("timestamp_ns", time, "the beginning of a minute", index)
        if high < low:
            raise _numbers.refusal("high", row[1], f"at least low ({row[2]!r})", index)
        for name, price, value in (("open", opened, row[0]), ("close", close, row[3])):
            if not low <= price <= high:
                bound = f"from low ({row[2]!r}) to high ({row[1]!r})"
                raise _numbers.refusal(name, value, bound, index)
        self.check_gap(time, index)
        return OpenBar(Timeframe.M1, time, opened, high, low, close, size, trades=1)

    def add_minute(self, minute: OpenBar) -> None:
        """Take a whole minute, not late, for which every minute before it was closed."""
        self._begin(minute.open_ns, minute.open)
        self._open[Timeframe.M1].merge(minute)

    def _begin(self, timestamp_ns: int, price_units: int) -> None:
        """Let a trade move the watermark; the first one opens the bars."""
        self.see(timestamp_ns)
        if not self._open:
            self._open = {
                timeframe: OpenBar.flat(
                    timeframe,
                    timestamp_ns - timestamp_ns % (timeframe.seconds * NS_PER_SECOND),
                    price_units,
                )
                for timeframe in Timeframe
            }

    def close_minute(self) -> list[Bar]:
        """Close the open minute, and what ends with it, short before long; open the next ones."""
        minute = self.closed = self._open[Timeframe.M1]
        self.pass_instant(minute.close_ns)
        closed = []
        for timeframe, bar in self._open.items():
            if bar is not minute:
                bar.merge(minute)
            if bar.close_ns == minute.close_ns:
                closed.append(self._bar(bar))
                self._open[timeframe] = OpenBar.flat(timeframe, bar.close_ns, bar.close)
        return closed

    def forming(self, timeframe: Timeframe) -> Bar | None:
        """Return an open bar with all its trades so far, None before the first trade."""
        if not self._open:
            return None
        bar = replace(self._open[timeframe])
        if timeframe is not Timeframe.M1:
            bar.merge(self._open[Timeframe.M1])
        return self._bar(bar)

    def _bar(self, bar: OpenBar) -> Bar:
        price, size = self.grid.price.value, self.grid.size.value
        return Bar(
            timeframe=bar.timeframe,
            open_ns=bar.open_ns,
            close_ns=bar.close_ns,
            open=price(bar.open),
            high=price(bar.high),
            low=price(bar.low),
            close=price(bar.close),
            volume=size(bar.volume),
            buy_volume=size(bar.buy_volume),
            trades=bar.trades,
            partial=bar.open_ns < self._began_ns,
        )
