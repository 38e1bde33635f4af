"""What can be asked of the simulated market's past: candles and trades, within bounds."""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator
from itertools import islice
from math import sqrt

from supreme_system_v5.exchanges.simulator.tape import CENTS, MINUTE_MS, UNITS, Match, Minute, Print

__all__ = ["DAYS_BEFORE", "CandleHistory", "InventedPast", "TradeHistory"]

DAYS_BEFORE = 30
"""How far back candles go at the start."""

_MINUTES_PER_DAY = 1_440
_SIZE_GRID = UNITS // 1_000
_KEPT_MINUTES = 20_000


class InventedPast:
    """Candles before the first trade, made a day at a time when they are asked for.

    The walk runs backward from the first price, so the last one closes where trading begins.

    Args:
        seed: The same seed gives the same past.
        end_ms: The first minute that is not of it, milliseconds UTC.
        price: Close of its last minute, cents.
        tick: Step of prices, cents.
        reach: Standard deviation of a minute's move, as a fraction of the price.
        first: Number of the first match after it; those of the past count back from there.
    """

    def __init__(
        self, *, seed: int, end_ms: int, price: int, tick: int, reach: float, first: int
    ) -> None:
        self.end_ms = end_ms
        self._seed = seed
        self._tick = tick
        self._reach = reach
        self._days: list[list[Minute]] = []
        self._opens = [price]
        self._firsts = [first]

    @property
    def begin_ms(self) -> int:
        """Its first minute."""
        return self.end_ms - DAYS_BEFORE * _MINUTES_PER_DAY * MINUTE_MS

    def between(self, start_ms: int, end_ms: int) -> Iterator[Minute]:
        """Yield its minutes that begin in ``[start_ms, end_ms)``, oldest first."""
        start_ms = max(-(-start_ms // MINUTE_MS) * MINUTE_MS, self.begin_ms)
        for open_ms in range(start_ms, min(end_ms, self.end_ms), MINUTE_MS):
            back = (self.end_ms - open_ms) // MINUTE_MS - 1
            day, place = divmod(back, _MINUTES_PER_DAY)
            while len(self._days) <= day:
                self._days.append(self._make(len(self._days)))
            yield self._days[day][place]

    def _make(self, day: int) -> list[Minute]:
        """Make a day, newest minute first."""
        chance = random.Random(f"{self._seed}:{day}").random  # noqa: S311 - a seeded series
        close, first = self._opens[day], self._firsts[day]
        minutes = []
        for place in range(_MINUTES_PER_DAY):
            back = day * _MINUTES_PER_DAY + place
            move = (chance() + chance() - 1.0) * sqrt(6.0) * self._reach
            opened = self._grid(max(close * (1.0 - move), 1_000.0 * CENTS))
            body = abs(opened - close) + self._reach * close * 0.3
            high = self._grid(max(opened, close) + body * chance())
            low = self._grid(min(opened, close) - body * chance() * 0.9)
            count = 400 + int(1_200 * chance())
            first -= count
            volume = int(count * (5.0 + 40.0 * chance())) * _SIZE_GRID
            middle = (opened + close + high + low) // 4
            bought = int(volume * (0.3 + 0.4 * chance()))
            open_ms = self.end_ms - (back + 1) * MINUTE_MS
            minutes.append(
                Minute(
                    open_ms,
                    opened,
                    max(high, opened, close),
                    min(low, opened, close),
                    close,
                    volume,
                    volume * middle,
                    bought,
                    bought * middle,
                    first,
                    first + count - 1,
                    count,
                    open_ms + MINUTE_MS - 1,
                )
            )
            close = opened
        self._opens.append(close)
        self._firsts.append(first)
        return minutes

    def _grid(self, cents: float) -> int:
        return max(int(cents) // self._tick, 1) * self._tick


class CandleHistory:
    """All minutes: of the invented past, and those since, of which the last 20 000 are kept."""

    def __init__(self, past: InventedPast, open_ms: int, price: int) -> None:
        self.past = past
        self.open = Minute.flat(open_ms, price)
        self._closed: deque[Minute] = deque(maxlen=_KEPT_MINUTES)

    def take(self, told: Print) -> None:
        """Let a print into its minute, which must be the open one."""
        self.open.take(told)

    def roll(self, now_ms: int) -> list[Minute]:
        """Close the minutes that ended by now, and return them."""
        closed = []
        while self.open.open_ms + MINUTE_MS <= now_ms:
            closed.append(self.open)
            self._closed.append(self.open)
            self.open = Minute.flat(self.open.open_ms + MINUTE_MS, self.open.close)
        return closed

    def between(self, start_ms: int, end_ms: int, minutes: int = 1) -> list[Minute]:
        """Return the candles that begin in ``[start_ms, end_ms)``, oldest first, the open one last.

        Args:
            start_ms: Milliseconds UTC.
            end_ms: The same.
            minutes: Length of each; they begin at whole multiples since 1970.
        """
        length = minutes * MINUTE_MS
        start_ms = -(-start_ms // length) * length
        found = [*self.past.between(start_ms, end_ms + length - MINUTE_MS)]
        found += [
            minute
            for minute in (*self._closed, self.open)
            if start_ms <= minute.open_ms < end_ms + length - MINUTE_MS
        ]
        if minutes == 1:
            return found
        joined: list[Minute] = []
        for minute in found:
            open_ms = minute.open_ms // length * length
            if open_ms >= end_ms:
                break
            if joined and joined[-1].open_ms == open_ms:
                joined[-1].join(minute)
            else:
                joined.append(
                    Minute(open_ms, *[getattr(minute, n) for n in Minute.__struct_fields__[1:]])
                )
        return joined

    def newest(self, count: int, before_ms: int, minutes: int = 1) -> list[Minute]:
        """Return up to `count` candles that begin before a time, oldest first."""
        length = minutes * MINUTE_MS
        end_ms = min(before_ms, self.open.open_ms + 1)
        last_ms = (end_ms - 1) // length * length
        return self.between(last_ms - (count - 1) * length, end_ms, minutes)


class TradeHistory:
    """The last prints."""

    def __init__(self, keep: int) -> None:
        self._prints: deque[Print] = deque(maxlen=keep)

    def __len__(self) -> int:
        """Count them."""
        return len(self._prints)

    def add(self, told: Print) -> None:
        """Keep a print, and forget the oldest when there are too many."""
        self._prints.append(told)

    def last(self, count: int) -> list[Print]:
        """Return the newest ones, oldest first."""
        return list(islice(reversed(self._prints), count))[::-1]

    def matches(self, count: int) -> list[Match]:
        """Return the newest matches, newest first."""
        return list(islice(self._backward(None), count))

    def matches_before(self, number: int, count: int) -> list[Match]:
        """Return matches with smaller numbers, newest first."""
        return list(islice(self._backward(number), count))

    def matches_before_time(self, time_ms: int, count: int) -> list[Match]:
        """Return matches earlier than a time, newest first."""
        found = (match for match in self._backward(None) if match.time_ns < time_ms * 10**6)
        return list(islice(found, count))

    def from_print(self, place: int, count: int) -> list[Print]:
        """Return prints from an index on, oldest first."""
        return list(islice(self._prints, max(place, 0), max(place, 0) + count))

    def place_of(self, number: int) -> int:
        """Return the index of the first print that ends at a match of this number or later."""
        return bisect_left(self._prints, number, key=lambda told: told.last)

    def place_at(self, time_ms: int) -> int:
        """Return the index of the first print at a time or later."""
        return bisect_left(self._prints, time_ms, key=lambda told: told.time_ms)

    def place_after(self, time_ms: int) -> int:
        """Return the index of the first print after a time."""
        return bisect_right(self._prints, time_ms, key=lambda told: told.time_ms)

    def _backward(self, before: int | None) -> Iterator[Match]:
        for told in reversed(self._prints):
            if before is not None and told.first >= before:
                continue
            for match in reversed(told.matches()):
                if before is None or match.number < before:
                    yield match
