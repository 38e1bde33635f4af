"""What the repair of minutes puts up with, asks, and keeps of a minute."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from supreme_system_v5.domain.live import Candle, FeedTrade

__all__ = ["AskCandles", "Minute", "RepairLimits", "Wait", "units_of"]

_S = 1_000_000_000
_UNIT = 10**8


class RepairLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How long to hold trades for a minute in doubt.

    Attributes:
        grace_ns: Without a later trade a minute is over so long after its end: some may be under
            way.
        hold_ns: At most so long, from when the minute is over; candles come within 2 s.
        ask_ns: After so long the candle is asked for over REST.
        again_ns: And again, when the answer did not have it.
        keep_ns: The latest trade of a minute in doubt is kept back for so long at most.
        most_minutes: Minutes lost as a whole that are made up, per hole.
        most_waiting: Trades held; with more, no candle is waited for.
    """

    grace_ns: int = _S
    hold_ns: int = 3 * _S
    ask_ns: int = _S // 2
    again_ns: int = _S
    keep_ns: int = _S
    most_minutes: int = 120
    most_waiting: int = 20_000


class AskCandles(msgspec.Struct, frozen=True, kw_only=True):
    """Read closed minutes over REST; the answer is `candle`, once for each."""

    start_ns: int
    end_ns: int


@dataclass(slots=True)
class Minute:
    """What was passed on of a minute, and kept; volume in units of 1e-8.

    Attributes:
        doubt: Whether trades may be missing.
        overdue: Whether it was waited for long enough.
    """

    open_ns: int
    doubt: bool
    overdue: bool = False
    open: float = 0.0
    high: float = 0.0
    low: float = 0.0
    close: float = 0.0
    units: int = 0
    trades: int = 0
    last_ns: int = 0

    def equals(self, candle: Candle) -> bool:
        """Return whether nothing is missing."""
        mine = (self.open, self.high, self.low, self.close, self.units)
        return mine == (
            candle.open,
            candle.high,
            candle.low,
            candle.close,
            units_of(candle.volume),
        )

    def add(self, trade: FeedTrade) -> None:
        if not self.trades:
            self.open = self.high = self.low = trade.price
        self.high = max(self.high, trade.price)
        self.low = min(self.low, trade.price)
        self.close = trade.price
        self.units += units_of(trade.size)
        self.trades += 1
        self.last_ns = trade.time_ns


@dataclass(slots=True)
class Wait:
    """For a candle: until when, and when to ask for it."""

    deadline_ns: int
    ask_ns: int


def units_of(size: float) -> int:
    """Return a size, base currency, in units of 1e-8."""
    return round(size * _UNIT)
