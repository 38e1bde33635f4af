"""The one market that all venues of the simulator show: its tape, its quote, its candles.

A pure state machine: it is told how late it is, and answers what happened until then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from supreme_system_v5.exchanges.simulator.history import (
    CandleHistory,
    InventedPast,
    TradeHistory,
)
from supreme_system_v5.exchanges.simulator.sources import InventedMarket, TickSource
from supreme_system_v5.exchanges.simulator.tape import (
    MINUTE_MS,
    NS_PER_MS,
    UNITS,
    Minute,
    Print,
    Tick,
)

__all__ = ["FIRST_MATCH", "Level", "Market", "Rules"]

FIRST_MATCH = 700_000_001
"""Number of the first match, and more than the past needs."""

_NEVER = 2**63
_SIZE_GRID = UNITS // 1_000
_MIX = 2_654_435_761  # Knuth's multiplicative hash: sizes that look arbitrary, and stay


@dataclass(frozen=True, slots=True)
class Level:
    """A price of the book: cents, units, and how many orders wait there."""

    price: int
    size: int
    orders: int


@dataclass(slots=True)
class Rules:
    """What the venues say of the market; faults change it.

    Attributes:
        state: ``"live"``, ``"suspend"``, ``"preopen"``, ``"post_only"`` or ``"cancel_only"``.
        tick: Step of prices, cents.
        min_size: Smallest order, units.
    """

    state: str = "live"
    tick: int = 10
    min_size: int = UNITS // 100_000


class Market:
    """Tape, quote and candles, from a source of ticks.

    Args:
        source: Tells the trades.
        start_ns: When trading begins, nanoseconds UTC.
        seed: Of the past, and of the sizes in the book.
        speed: Pauses between trades are divided by it.
        keep: How many prints can be asked for later.
        reach: Of the past: standard deviation of a minute's move, as a fraction.
    """

    def __init__(
        self,
        source: TickSource,
        *,
        start_ns: int,
        seed: int = 1,
        speed: float = 1.0,
        keep: int = 100_000,
        reach: float = 0.0006,
    ) -> None:
        self.rules = Rules(tick=source.tick)
        self.trades = TradeHistory(keep)
        self.bid = source.price
        self.ask = source.price + source.spread
        self.last = source.price
        self.quiet_until_ns = 0
        self._source = source
        self._speed = speed
        self._seed = seed
        self._serial = 0
        self._next_match = FIRST_MATCH
        self._time_ns = start_ns
        self._shift = 1.0
        open_ms = start_ns // (NS_PER_MS * MINUTE_MS) * MINUTE_MS
        past = InventedPast(
            seed=seed,
            end_ms=open_ms,
            price=source.price,
            tick=source.tick,
            reach=reach,
            first=FIRST_MATCH,
        )
        self.candles = CandleHistory(past, open_ms, source.price)
        self._tick = source.next()
        self._due_ns = start_ns + self._pause(self._tick)

    @property
    def due_ns(self) -> int:
        """When the next trade of the source comes; never while the market is halted."""
        if self.rules.state != "live":
            return _NEVER
        return max(self._due_ns, self.quiet_until_ns)

    @property
    def closes_ns(self) -> int:
        """When the open minute ends."""
        return (self.candles.open.open_ms + MINUTE_MS) * NS_PER_MS

    @property
    def serial(self) -> int:
        """How many prints there were; it grows with every change of the book."""
        return self._serial

    def advance(self, now_ns: int) -> Iterator[Print | Minute]:
        """Yield what happens until a time, in order: prints, and minutes that closed."""
        while self.due_ns <= now_ns:
            due_ns = self.due_ns
            yield from self.candles.roll(due_ns // NS_PER_MS)
            tick = self._tick
            yield self.print_at(
                self._shifted(tick.price),
                tick.size,
                buy=tick.buy,
                matches=tick.matches,
                time_ns=due_ns,
            )
            self._tick = self._source.next()
            self._due_ns = due_ns + self._pause(self._tick)
        if self.rules.state != "live":
            self.quiet_until_ns = max(self.quiet_until_ns, now_ns)
        yield from self.candles.roll(now_ns // NS_PER_MS)

    def print_at(
        self, price: int, size: int, *, buy: bool, time_ns: int, matches: int = 1
    ) -> Print:
        """Put a trade on the tape; its minute must not have closed yet.

        Args:
            price: Cents.
            size: Units, at least `matches`.
            buy: Whether the taker bought.
            time_ns: Nanoseconds UTC; one before the last trade's counts as that.
            matches: Resting orders it met.
        """
        self._time_ns = max(time_ns, self._time_ns)
        self._serial += 1
        told = Print(self._serial, self._next_match, matches, price, size, buy, self._time_ns)
        self._next_match += matches
        spread = self._source.spread
        self.bid, self.ask = (price - spread, price) if buy else (price, price + spread)
        self.last = price
        self.trades.add(told)
        self.candles.take(told)
        return told

    def burst(self, count: int, now_ns: int) -> Iterator[Print]:
        """Yield so many trades of the source at once."""
        for _ in range(count):
            tick = self._tick
            price = self._shifted(tick.price)
            yield self.print_at(
                price, tick.size, buy=tick.buy, matches=tick.matches, time_ns=now_ns
            )
            self._tick = self._source.next()

    def jump(self, fraction: float) -> None:
        """Move all prices to come by a fraction, for example -0.05."""
        if isinstance(self._source, InventedMarket):
            self._source.mid *= 1.0 + fraction
        else:
            self._shift *= 1.0 + fraction

    def level(self, price: int) -> Level:
        """Return what waits at a price; the same whenever it is asked."""
        mixed = (price // self.rules.tick * _MIX + self._seed * 97) >> 7
        return Level(price, (20 + mixed % 2_400) * _SIZE_GRID, 1 + mixed % 13)

    def ladder(self, *, bids: bool, depth: int) -> list[Level]:
        """Return the best prices of a side, best first."""
        tick = self.rules.tick
        first, step = (self.bid, -tick) if bids else (self.ask, tick)
        return [self.level(first + place * step) for place in range(depth)]

    def _shifted(self, price: int) -> int:
        if self._shift == 1.0:
            return price
        return max(int(price * self._shift) // self.rules.tick, 1) * self.rules.tick

    def _pause(self, tick: Tick) -> int:
        return int(tick.pause_ns / self._speed)
