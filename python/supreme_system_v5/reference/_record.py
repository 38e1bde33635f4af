"""What a paper exchange remembers of a run: days, candles, drawdown."""

from __future__ import annotations

from supreme_system_v5.domain import NS_PER_SECOND

__all__ = ["RunRecord"]

_CANDLES_MOST = 2_048
_NS_PER_MINUTE = 60 * NS_PER_SECOND
_NS_PER_DAY = 86_400 * NS_PER_SECOND

_Candle = tuple[int, int, int, int, int, int]


class RunRecord:
    """Equity and prices at the end of each minute, in memory that does not grow."""

    __slots__ = ("_below", "_candles", "_deepest", "_fraction", "_last_ns", "_longest_ns", "_peak",
                 "_peak_ns", "_width_ns", "days")  # fmt: skip

    def __init__(self, initial_cash: int) -> None:
        self.days: list[tuple[int, int]] = []
        self._candles: dict[int, _Candle] = {}
        self._width_ns = _NS_PER_MINUTE
        self._peak = initial_cash
        self._peak_ns: int | None = None
        self._last_ns = 0
        self._below = False
        self._deepest = 0
        self._fraction = 0.0
        self._longest_ns = 0

    def take(
        self, open_ns: int, prices: tuple[int, int, int, int], end_ns: int, equity: int
    ) -> None:
        """Take open, high, low and close of a minute and the equity at its end."""
        self._measure(end_ns, equity)
        if end_ns % _NS_PER_DAY == 0:
            self.days.append((end_ns, equity))
        self._draw((open_ns, *prices, equity))
        while len(self._candles) > _CANDLES_MOST:
            self._width_ns *= 2
            narrow, self._candles = self._candles, {}
            for candle in narrow.values():
                self._draw(candle)

    @property
    def candles(self) -> list[_Candle]:
        """Open time, open, high, low, close and equity of each bucket."""
        return list(self._candles.values())

    @property
    def drawdown(self) -> tuple[float, int, int]:
        """The deepest fall from a peak, as a fraction and as money, and the longest, in ns."""
        under_way_ns = 0 if self._peak_ns is None else self._last_ns - self._peak_ns
        return self._fraction, self._deepest, max(self._longest_ns, under_way_ns)

    def _measure(self, end_ns: int, equity: int) -> None:
        if self._peak_ns is None:
            self._peak_ns = end_ns
        if equity >= self._peak:
            if self._below:
                self._longest_ns = max(self._longest_ns, end_ns - self._peak_ns)
            self._peak, self._peak_ns, self._below = equity, end_ns, False
        else:
            self._below = True
            fall = self._peak - equity
            self._deepest = max(self._deepest, fall)
            self._fraction = max(self._fraction, float(fall) / float(self._peak))
        self._last_ns = end_ns

    def _draw(self, candle: _Candle) -> None:
        """Let a candle begin its bucket, or extend it."""
        open_ns, first, high, low, close, equity = candle
        open_ns -= open_ns % self._width_ns
        if open_ns in self._candles:
            _, first, other_high, other_low, *_ = self._candles[open_ns]
            high, low = max(high, other_high), min(low, other_low)
        self._candles[open_ns] = (open_ns, first, high, low, close, equity)
