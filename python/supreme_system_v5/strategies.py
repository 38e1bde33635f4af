"""Strategies: a read-only view of the market in, a signal or nothing out.

A strategy of your own is a class with `wakes`, `warmup_bars` and `decide`; it needs no base class:

    class Dip:
        wakes = Flag.BAR_1M
        warmup_bars = 60

        def decide(self, view: MarketView) -> Signal | None:
            price, rsi, atr = view.price, view.m1.rsi, view.m1.atr
            if price is None or rsi is None or atr is None:
                return None
            if view.position is None and rsi < 25:
                return Signal.enter("oversold", stop=price - 3 * atr, target=price + 4 * atr)
            return None

``supreme new strategy FILE`` writes one that runs. The built-in ones (`BUILT_IN`) are computed in
the core; ``docs/trading.md`` says what they do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol, Self

import msgspec

from supreme_system_v5.domain import Bands, Flag, Macd, SignalAction
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.ports import Ledger, TickAnalyzer

__all__ = [
    "BUILT_IN",
    "NEIGHBOURS",
    "WAKES",
    "MarketView",
    "PositionView",
    "Signal",
    "Strategy",
    "TickLens",
    "TimeframeLens",
    "needs_of",
]

BUILT_IN: Mapping[str, str] = MappingProxyType(
    {
        "scalping": "EMAs in order, MACD and RSI agree; out by stop, target, time or lost trend",
        "ema-cross": "in when the fast EMA crosses the slow one below an RSI; out on the way back",
        "trend": "in on a breakout of 15m bars along the 1h EMAs; out by channel or trailing stop",
    }
)
"""The signals in the core, by name, and what they do."""

NEIGHBOURS: Mapping[str, Sequence[Mapping[str, float]]] = MappingProxyType(
    {
        "scalping": (
            {"stop_atr": 1.0},
            {"stop_atr": 2.5},
            {"target_atr": 1.5},
            {"target_atr": 4.0},
            {"max_hold_bars": 15},
            {"max_hold_bars": 60},
        ),
        "ema-cross": (
            {"fast": 8, "slow": 17},
            {"fast": 24, "slow": 52},
            {"rsi_max": 60.0},
            {"rsi_max": 80.0},
            {"stop_atr": 2.0},
        ),
        "trend": (
            {"breakout": 10, "exit": 5},
            {"breakout": 40, "exit": 20},
            {"stop_atr": 2.0},
            {"stop_atr": 4.5},
        ),
    }
)
"""Parameters to either side of the defaults, from which a walk forward may choose; few, and named
before anything was run, because every one that is tried makes the best of them worth less."""

WAKES = Flag.SIGNIFICANT | Flag.BAR_1M | Flag.BAR_5M | Flag.BAR_15M | Flag.BAR_1H
"""What a strategy may ask to be woken by."""


class Signal(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a strategy wants, and why; `enter` and `exit` make one.

    Attributes:
        action: Open a position, or close the one there is.
        side: 1 long, -1 short, of the position to open.
        reason: Why, for people.
        stop: Price at which a loss is taken; None for no stop. Below the price for a long.
        target: Price at which a gain is taken; None for no target. Above the price for a long.
        trail: Distance at which a stop follows the best price; None for none.
        limit: Price of a limit order to enter with; None for a market order.
        good_for_seconds: After that a limit order that has not filled is cancelled.
    """

    action: SignalAction
    side: int = 1
    reason: str = ""
    stop: float | None = None
    target: float | None = None
    trail: float | None = None
    limit: float | None = None
    good_for_seconds: float = 300.0

    @classmethod
    def enter(
        cls,
        reason: str = "",
        *,
        side: int = 1,
        stop: float | None = None,
        target: float | None = None,
        trail: float | None = None,
        limit: float | None = None,
        good_for_seconds: float = 300.0,
    ) -> Self:
        """Ask for a position: long, or short with ``side=-1``; at the market, or at a limit."""
        return cls(
            action=SignalAction.ENTER,
            side=side,
            reason=reason,
            stop=stop,
            target=target,
            trail=trail,
            limit=limit,
            good_for_seconds=good_for_seconds,
        )

    @classmethod
    def exit(cls, reason: str = "") -> Self:
        """Ask to close the position."""
        return cls(action=SignalAction.EXIT, reason=reason)


class PositionView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The open position.

    Attributes:
        side: 1 long, -1 short.
        quantity: Base currency, above 0.
        entry_price: Average price paid, before costs.
        bars_held: 1-minute bars closed since it was opened.
    """

    side: int
    quantity: float
    entry_price: float
    bars_held: int


_QUOTE_PER_BASE = 1e4
"""Money (1e-8 quote) over a holding (1e-12 base), as quote per base."""


class _Lens:
    """Reads numbers one by one, when they are asked for."""

    __slots__ = ("_read", "_timeframe")

    def __init__(self, market: TickAnalyzer, timeframe: str) -> None:
        self._read = market.read
        self._timeframe = timeframe

    @property
    def rsi(self) -> float | None:
        """RSI, 0 to 100."""
        return self._read("rsi", self._timeframe)

    @property
    def ema(self) -> float | None:
        """EMA; of a timeframe the one with the middle period."""
        return self._read("ema", self._timeframe)

    @property
    def macd(self) -> Macd | None:
        """MACD with signal and histogram."""
        macd = self._read("macd", self._timeframe)
        signal = self._read("signal", self._timeframe)
        histogram = self._read("histogram", self._timeframe)
        if macd is None or signal is None or histogram is None:
            return None
        return Macd(macd, signal, histogram)

    @property
    def mature(self) -> bool:
        """Whether every indicator has seen as many values as its period asks for."""
        return bool(self._read("mature", self._timeframe))


class TickLens(_Lens):
    """Indicators over every accepted tick; None before they are there."""

    __slots__ = ()

    @property
    def price(self) -> float | None:
        """Last price."""
        return self._read("price", "tick")

    @property
    def size(self) -> float | None:
        """Last size."""
        return self._read("size", "tick")


class TimeframeLens(_Lens):
    """The last closed bar of one timeframe and its indicators; None before they are there."""

    __slots__ = ("_recent",)

    def __init__(self, market: TickAnalyzer, timeframe: str) -> None:
        super().__init__(market, timeframe)
        self._recent = market.recent

    @property
    def open(self) -> float | None:
        """First price of the last closed bar."""
        return self._read("open", self._timeframe)

    @property
    def high(self) -> float | None:
        """Highest price of the last closed bar."""
        return self._read("high", self._timeframe)

    @property
    def low(self) -> float | None:
        """Lowest price of the last closed bar."""
        return self._read("low", self._timeframe)

    @property
    def close(self) -> float | None:
        """Last price of the last closed bar."""
        return self._read("close", self._timeframe)

    @property
    def volume(self) -> float | None:
        """Volume of the last closed bar, base currency."""
        return self._read("volume", self._timeframe)

    @property
    def closed(self) -> int:
        """Number of bars closed."""
        return int(self._read("closed", self._timeframe) or 0)

    @property
    def ema_fast(self) -> float | None:
        """EMA with the shortest period."""
        return self._read("ema_fast", self._timeframe)

    @property
    def ema_slow(self) -> float | None:
        """EMA with the longest period."""
        return self._read("ema_slow", self._timeframe)

    @property
    def atr(self) -> float | None:
        """Average true range, quote currency."""
        return self._read("atr", self._timeframe)

    @property
    def bollinger(self) -> Bands | None:
        """Bollinger Bands."""
        upper = self._read("upper", self._timeframe)
        middle = self._read("middle", self._timeframe)
        lower = self._read("lower", self._timeframe)
        if upper is None or middle is None or lower is None:
            return None
        return Bands(upper, middle, lower)

    @property
    def vwap(self) -> float | None:
        """VWAP since 00:00 UTC."""
        return self._read("vwap", self._timeframe)

    @property
    def volatility(self) -> float | None:
        """Realised volatility, annualised, as a fraction."""
        return self._read("volatility", self._timeframe)

    def recent(self, name: str, count: int) -> Sequence[float]:
        """Return up to `count` of the last values of one number, oldest first.

        Args:
            name: open, high, low, close, volume, or an indicator such as ``"rsi"``.
            count: 1 to 50, which is what is kept.

        Raises:
            InvalidInputError: There is no such number, or `count` is out of range: what is older is
                not kept, and the future is not known.
        """
        return self._recent(name, count, self._timeframe)


class MarketView:
    """What a strategy may know: the market up to now, and its own position. Read only, and lazy.

    It always shows the present; keep numbers, not the view.

    Args:
        market: Where the numbers come from.
        ledger: Where the position comes from.
        size_scale: Size units in 1 base.

    Attributes:
        m1: 1-minute bars.
        m5: 5-minute bars.
        m15: 15-minute bars.
        h1: 1-hour bars.
        tick: Indicators over ticks; empty when only bars are known.
        flags: Why it was woken.
    """

    __slots__ = (
        "_entered",
        "_entry_price",
        "_ledger",
        "_market",
        "_quantity",
        "_side",
        "_size_scale",
        "flags",
        "h1",
        "m1",
        "m5",
        "m15",
        "tick",
    )

    def __init__(self, market: TickAnalyzer, ledger: Ledger, size_scale: float) -> None:
        self._market = market
        self._ledger = ledger
        self._size_scale = size_scale
        self._entered = 0
        self._side = 0
        self._quantity = 0.0
        self._entry_price = 0.0
        self.flags = 0
        self.m1 = TimeframeLens(market, "1m")
        self.m5 = TimeframeLens(market, "5m")
        self.m15 = TimeframeLens(market, "15m")
        self.h1 = TimeframeLens(market, "1h")
        self.tick = TickLens(market, "tick")

    @property
    def now_ns(self) -> int:
        """Time of the decision, nanoseconds UTC."""
        return self._market.now_ns

    @property
    def price(self) -> float | None:
        """The last price known; None before the first."""
        price = self._market.read("price", "tick")
        return price if price is not None else self._market.read("close", "1m")

    @property
    def position(self) -> PositionView | None:
        """The open position; None when there is none."""
        if not self._side:
            return None
        return PositionView(
            side=self._side,
            quantity=self._quantity,
            entry_price=self._entry_price,
            bars_held=self.bars_held,
        )

    @property
    def bars_held(self) -> int:
        """1-minute bars closed since the position changed its side."""
        return int(self._market.read("closed") or 0) - self._entered

    def filled(self) -> int:
        """Look at the ledger again and return the position's side; for the engine."""
        ledger = self._ledger
        whole = ledger.whole
        self._side = side = (whole > 0) - (whole < 0)
        if side:
            self._quantity = abs(whole) / self._size_scale
            self._entry_price = ledger.cost / ledger.position * _QUOTE_PER_BASE
        return side

    def entered(self, bars_held: int = 0) -> None:
        """Count bars held from here on, after so many; for the engine."""
        self._entered = int(self._market.read("closed") or 0) - bars_held


class Strategy(Protocol):
    """What a strategy must have.

    It may also have, as attributes of its class:

    - `wakes`: what wakes it, any of `WAKES`; `Flag.BAR_1M` where it is left out.
    - `warmup_bars`: how many 1-minute bars must have closed before its signals count, 0 where it is
      left out; until then they are refused as WARM_UP.
    """

    def decide(self, view: MarketView) -> Signal | None:
        """Return what to do now; None for nothing. Never asked while its order is under way."""
        ...


def needs_of(strategy: Strategy) -> tuple[Flag, int]:
    """Return what wakes a strategy and how many bars it warms up for.

    Raises:
        InvalidInputError: One of them is none.
    """
    wakes = getattr(strategy, "wakes", Flag.BAR_1M)
    if not _is_whole(wakes) or not wakes or wakes & ~int(WAKES):
        bound = f"any of Flag.{WAKES.name}"
        raise InvalidInputError(
            f"wakes of the strategy is {wakes!r}, allowed is {bound}", "wakes", wakes, bound
        )
    bars = getattr(strategy, "warmup_bars", 0)
    if not _is_whole(bars) or bars < 0:
        bound = "a whole number from 0"
        raise InvalidInputError(
            f"warmup_bars of the strategy is {bars!r}, allowed is {bound}",
            "warmup_bars",
            bars,
            bound,
        )
    return Flag(wakes), bars


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
