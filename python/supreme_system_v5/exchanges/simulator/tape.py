"""What the simulated market is made of, in whole numbers.

Prices are cents of the quote currency, sizes units of 1e-8 of the base currency, money units of
1e-10 (their product), so that nothing is ever rounded.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

__all__ = [
    "CENTS",
    "MINUTE_MS",
    "NS_PER_MS",
    "UNITS",
    "Match",
    "Minute",
    "Print",
    "Tick",
    "decimal_of",
    "money_text",
    "padded",
    "price_text",
    "size_text",
]

CENTS = 100
UNITS = 10**8
NS_PER_MS = 10**6
MINUTE_MS = 60_000
_MONEY = CENTS * UNITS


class Tick(msgspec.Struct, frozen=True, gc=False):
    """A taker at one price, before it has a time and a number.

    Attributes:
        pause_ns: After the one before.
        price: Cents.
        size: Units.
        buy: Whether the taker bought.
        matches: How many resting orders it met, at least 1.
    """

    pause_ns: int
    price: int
    size: int
    buy: bool
    matches: int = 1


class Match(msgspec.Struct, frozen=True, gc=False):
    """One taker and one maker; numbered without a gap."""

    number: int
    price: int
    size: int
    buy: bool
    time_ns: int


class Print(msgspec.Struct, frozen=True, gc=False):
    """What one taker did at one price: `count` matches that are numbered from `first` on.

    Prints have numbers of their own, `serial`, without a gap as well.
    """

    serial: int
    first: int
    count: int
    price: int
    size: int
    buy: bool
    time_ns: int

    @property
    def last(self) -> int:
        """Number of the last match."""
        return self.first + self.count - 1

    @property
    def time_ms(self) -> int:
        """When, milliseconds UTC."""
        return self.time_ns // NS_PER_MS

    def matches(self) -> tuple[Match, ...]:
        """Return the matches, whose sizes add up to that of the whole."""
        if self.count == 1:
            return (Match(self.first, self.price, self.size, self.buy, self.time_ns),)
        share = self.size // self.count
        sizes = [share] * (self.count - 1)
        sizes.append(self.size - sum(sizes))
        return tuple(
            Match(self.first + place, self.price, size, self.buy, self.time_ns)
            for place, size in enumerate(sizes)
        )


class Minute(msgspec.Struct, gc=False):
    """A candle of one minute, or of several; `turnover` is in units of 1e-10.

    Attributes:
        first: Number of the first match; 0 without one.
        last: Number of the last match; one less than `first` without one.
        count: Matches.
    """

    open_ms: int
    open: int
    high: int
    low: int
    close: int
    volume: int = 0
    turnover: int = 0
    buy_volume: int = 0
    buy_turnover: int = 0
    first: int = 0
    last: int = -1
    count: int = 0
    last_ms: int = 0

    @classmethod
    def flat(cls, open_ms: int, price: int) -> Minute:
        """Return a minute without a trade."""
        return cls(open_ms, price, price, price, price)

    def take(self, told: Print) -> None:
        """Let a print into it."""
        if not self.count:
            self.open = self.high = self.low = told.price
            self.first = told.first
        self.high = max(self.high, told.price)
        self.low = min(self.low, told.price)
        self.close = told.price
        self.volume += told.size
        value = told.price * told.size
        self.turnover += value
        if told.buy:
            self.buy_volume += told.size
            self.buy_turnover += value
        self.last = told.last
        self.count += told.count
        self.last_ms = told.time_ms

    def join(self, later: Minute) -> None:
        """Let the following candle into it."""
        if not self.count:
            self.first = later.first
        self.high = max(self.high, later.high)
        self.low = min(self.low, later.low)
        self.close = later.close
        self.volume += later.volume
        self.turnover += later.turnover
        self.buy_volume += later.buy_volume
        self.buy_turnover += later.buy_turnover
        self.last = later.last if later.count else self.last
        self.count += later.count
        self.last_ms = max(self.last_ms, later.last_ms)


def price_text(cents: int) -> str:
    """Return a price as the shortest decimal.

    >>> price_text(6_000_010), price_text(6_000_000)
    ('60000.1', '60000')
    """
    return _text(cents, CENTS, 2)


def size_text(units: int) -> str:
    """Return a size as the shortest decimal.

    >>> size_text(100_000), size_text(2 * UNITS)
    ('0.001', '2')
    """
    return _text(units, UNITS, 8)


def money_text(money: int) -> str:
    """Return money as the shortest decimal.

    >>> money_text(6_000_010 * 100_000)
    '60.0001'
    """
    return _text(money, _MONEY, 10)


def padded(value: int, one: int, digits: int) -> str:
    """Return ``value / one`` with a fixed number of digits after the point; more are cut off.

    >>> padded(6_000_010, CENTS, 8)
    '60000.10000000'
    """
    whole, rest = divmod(value, one)
    places = len(str(one)) - 1
    return f"{whole}.{f'{rest:0{places}d}':0<{digits}}"[: len(str(whole)) + 1 + digits]


def decimal_of(value: int, one: int) -> Decimal:
    """Return ``value / one`` exactly."""
    return Decimal(value).scaleb(1 - len(str(one)))


def _text(value: int, one: int, places: int) -> str:
    sign, (whole, rest) = ("-" if value < 0 else ""), divmod(abs(value), one)
    return f"{sign}{whole}.{rest:0{places}d}".rstrip("0").rstrip(".")
