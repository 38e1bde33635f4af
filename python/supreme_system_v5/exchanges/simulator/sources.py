"""Where the simulated market's trades come from: an invented walk, seeded.

Takers come in clusters, with pauses that have a fat tail; a taker may walk through several
prices at once; sizes have a fat tail, about that of recorded markets. Only ``random()`` and exactly
rounded arithmetic are used, so a seed gives the same market everywhere. It is evidence of nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from types import MappingProxyType
from typing import Protocol

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.exchanges.simulator.tape import CENTS, UNITS, Tick

__all__ = ["MOODS", "InventedMarket", "Mood", "TickSource"]

_NS = 10**9
_LOWEST = 1_000 * CENTS
_LONGEST_PAUSE = 60.0
_LARGEST = 5_000.0
_SIZE_GRID = UNITS // 1_000
_BASE_SIZE = 4 * _SIZE_GRID
_WALK = 0.38  # of a taker going on to the next price
_LONGEST_WALK = 30
_MEAN_WALK = 1.0 / (1.0 - _WALK)
_AGGREGATED = 0.18  # of a print that met several resting orders
_STRETCH_NS = 8 * _NS


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """How a market behaves.

    Attributes:
        reach: Standard deviation of a minute's move, as a fraction of the price.
        pace: Times the asked rate of trades.
        spread: Ticks between bid and ask.
        fall: Of the price within a crash; 0 for none.
    """

    reach: float
    pace: float = 1.0
    spread: int = 1
    fall: float = 0.0


MOODS = MappingProxyType(
    {
        "calm": Mood(reach=0.0002),
        "normal": Mood(reach=0.0006),
        "volatile": Mood(reach=0.0020, pace=1.5, spread=3),
        "crash": Mood(reach=0.0010, spread=2, fall=0.08),
    }
)
"""The invented markets by name."""

_CRASH_EVERY_NS = 1_800 * _NS
_CRASH_AFTER_NS = 60 * _NS
_CRASH_NS = 90 * _NS
_CRASH_PACE = 4.0


class TickSource(Protocol):
    """Tells one trade after the other."""

    @property
    def price(self) -> int:
        """The price it begins with, or is at; cents, above 0."""
        ...

    @property
    def spread(self) -> int:
        """Distance of bid and ask now, cents."""
        ...

    @property
    def tick(self) -> int:
        """Step of prices, cents."""
        ...

    def next(self) -> Tick:
        """Return the next trade."""
        ...


class InventedMarket:
    """A seeded walk in one of `MOODS`.

    Args:
        mood: Which.
        chance: The seeded source of chance; only ``random()`` is called.
        rate: Trades a second on average, as OKX tells them, above 0.
        price: To begin with, cents.
        tick: Step of prices, cents.
        lead_ns: How much of its time is past when somebody looks first; a crash comes after it.

    Raises:
        InvalidInputError: There is no such mood, or the rate is not above 0.
    """

    def __init__(
        self,
        mood: str,
        chance: random.Random,
        *,
        rate: float = 20.0,
        price: int = 60_000 * CENTS,
        tick: int = 10,
        lead_ns: int = 0,
    ) -> None:
        if mood not in MOODS:
            bound = ", ".join(MOODS)
            raise InvalidInputError(
                f"scenario is {mood!r}, allowed is one of {bound}, or a file", "scenario", mood
            )
        if not 0 < rate <= 1e5:  # noqa: PLR2004 - what one process can tell, with room
            raise InvalidInputError(
                f"rate is {rate}, allowed is above 0 and up to 100000 trades a second", "rate", rate
            )
        self.rate = rate
        self.tick = tick
        self._mood = MOODS[mood]
        self._random = chance.random
        self._mid = float(price)
        self._elapsed_ns = -lead_ns
        self._stretch_end_ns = -lead_ns
        self._pace = 1.0
        self._bias = 0.0
        self._walk: Iterator[Tick] = iter(())

    @property
    def price(self) -> int:
        """Its bid, cents."""
        return int(self._mid) // self.tick * self.tick

    @property
    def spread(self) -> int:
        """Distance of bid and ask, cents."""
        return self._mood.spread * self.tick

    @property
    def mid(self) -> float:
        """Where the price is, cents; a jump may set it."""
        return self._mid

    @mid.setter
    def mid(self, cents: float) -> None:
        self._mid = max(cents, float(_LOWEST))

    def next(self) -> Tick:
        """Return the next trade."""
        tick = next(self._walk, None)
        if tick is None:
            self._walk = self._taker()
            tick = next(self._walk)
        return tick

    def _taker(self) -> Iterator[Tick]:
        chance = self._random
        pace, drift = self._weather()
        per_s = max(self.rate * self._mood.pace * pace / _MEAN_WALK, 1e-3)
        # Pareto with exponent 2, less 1: mean 1, median 0.41.
        pause = min(1.0 / sqrt(1.0 - chance()) - 1.0, _LONGEST_PAUSE)
        pause_ns = int(pause * _NS / per_s)
        self._elapsed_ns += pause_ns
        aggressor = chance()
        noise = (aggressor + chance() - 1.0) * sqrt(6.0)
        step = self._mood.reach * sqrt(1.0 / (60.0 * per_s))
        if chance() < 0.01:  # noqa: PLR2004 - now and then much happens at once
            step *= 4.0
        moved = self._mid * (1.0 + step * (noise + self._bias) + drift / per_s)
        self._mid = max(moved, float(_LOWEST))
        buy = aggressor >= 0.5  # noqa: PLR2004 - a fair coin
        price = self.price + (self.spread if buy else 0)
        direction = self.tick if buy else -self.tick
        for walked in range(_LONGEST_WALK):
            matches = 1
            if chance() < _AGGREGATED:
                matches = min(2 + int(1.0 / (1.0 - chance())), 40)
            yield Tick(pause_ns, price, self._size(matches), buy, matches)
            if chance() >= _WALK:
                return
            pause_ns = 0
            price += direction * (1 + walked // 4)
            self._mid += direction / 2

    def _size(self, matches: int) -> int:
        rest = 1.0 - self._random()
        tail = min(1.0 / (rest * sqrt(sqrt(rest))), _LARGEST)
        grid = int(_BASE_SIZE * tail * (0.25 + self._random())) // _SIZE_GRID
        return max(grid, matches) * _SIZE_GRID

    def _weather(self) -> tuple[float, float]:
        """Return the pace of trades, and the drift a second as a fraction of the price."""
        if self._elapsed_ns >= self._stretch_end_ns:
            lively = self._random()
            self._pace = 0.4 + 1.2 * lively  # 1 on average
            self._bias = (self._random() - 0.5) * 0.1
            self._stretch_end_ns = self._elapsed_ns + int(_STRETCH_NS * (0.5 + self._random()))
        if not self._mood.fall:
            return self._pace, 0.0
        into = self._elapsed_ns % _CRASH_EVERY_NS - _CRASH_AFTER_NS
        if self._elapsed_ns < 0 or not 0 <= into < 3 * _CRASH_NS:
            return self._pace, 0.0
        per_s = self._mood.fall * _NS / _CRASH_NS
        if into < _CRASH_NS:
            return self._pace * _CRASH_PACE, -per_s
        return self._pace * _CRASH_PACE / 2.0, per_s / 4.0  # it recovers half of it
