"""A whole run against the same rules written down a second time, minute by minute, sharing no code.

Of ``docs/trading.md`` it knows what a long-only strategy with stop and target over bars needs: the
signal `scalping`, a fixed part of the equity, and an exchange that walks each bar.
"""

from __future__ import annotations

import gzip
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import pytest

from supreme_system_v5.app import BacktestOptions, run_backtest
from tests.support.runs import world

UNIT = 10**8
"""Of prices, sizes and money; a holding has 10 000 times as many."""


class Minute(NamedTuple):
    """A bar in units; the close as a float too, as the strategy sees it."""

    open: int
    high: int
    low: int
    close: int
    seen: tuple[float, float, float]


def units(text: str) -> int:
    return int(Decimal(text) * UNIT)


def minutes_of(path: Path) -> list[Minute]:
    rows = [
        line.split(",") for line in gzip.decompress(path.read_bytes()).decode().splitlines()[1:]
    ]
    found = []
    for row in rows:
        first, high, low, close = map(units, row[1:5])
        found.append(Minute(first, high, low, close, (float(row[2]), float(row[3]), float(row[4]))))
    return found


class Ema:
    """Seeded with the mean of its first n inputs."""

    def __init__(self, n: int) -> None:
        self.n, self.seen, self.total, self.value = n, 0, 0.0, 0.0

    def add(self, x: float) -> float | None:
        self.seen += 1
        if self.seen <= self.n:
            self.total += x
            self.value = self.total / self.n
            return self.value if self.seen == self.n else None
        self.value += 2 / (self.n + 1) * (x - self.value)
        return self.value


class Wilder:
    """The mean of the first n inputs, then a slow average."""

    def __init__(self, n: int) -> None:
        self.n, self.seen, self.total, self.value = n, 0, 0.0, 0.0

    def add(self, x: float) -> float | None:
        self.seen += 1
        if self.seen <= self.n:
            self.total += x
            self.value = self.total / self.n
            return self.value if self.seen == self.n else None
        self.value += 1 / self.n * (x - self.value)
        return self.value


class Indicators:
    """EMA 5/20/50, RSI 14, MACD 12/26/9 and ATR 14 of closed bars."""

    def __init__(self) -> None:
        self.fast, self.middle, self.slow = Ema(5), Ema(20), Ema(50)
        self.macd_fast, self.macd_slow, self.macd_signal = Ema(12), Ema(26), Ema(9)
        self.gain, self.loss, self.range = Wilder(14), Wilder(14), Wilder(14)
        self.bars = 0
        self.close = 0.0
        self.rsi = self.atr = self.histogram = 0.0

    def add(self, high: float, low: float, close: float) -> None:
        self.bars += 1
        for ema in (self.fast, self.middle, self.slow):
            ema.add(close)
        if self.bars > 1:
            change = close - self.close
            self.gain.add(max(change, 0.0))
            self.loss.add(max(-change, 0.0))
            if both := self.gain.value + self.loss.value:
                self.rsi = 100 * (self.gain.value / both)
            spans = (high - low, abs(high - self.close), abs(low - self.close))
            self.atr = self.range.add(max(spans)) or 0.0
        if self.bars > 26 - 12:
            self.macd_fast.add(close)
        if self.macd_slow.add(close) is not None:
            macd = self.macd_fast.value - self.macd_slow.value
            self.histogram = macd - (self.macd_signal.add(macd) or 0.0)
        self.close = close

    @property
    def mature(self) -> bool:
        """Realised volatility, with 60 returns, takes longest."""
        return self.bars >= 61

    @property
    def enter(self) -> bool:
        return (
            self.mature
            and self.fast.value > self.middle.value > self.slow.value
            and self.histogram > 0
            and 50 <= self.rsi <= 70
        )


def div(a: int, b: int) -> int:
    """Half to even, as `Fraction` rounds."""
    return round(Fraction(a, b))


def part(amount: int, bps: str) -> int:
    return div(amount * int(Decimal(bps) * 10_000), UNIT)


class Book:
    """10 000 in cash at okx-spot: 10 bps of fee, half of 0.1 bps of spread, 1 bp of slippage."""

    def __init__(self) -> None:
        self.cash, self.held = 10_000 * UNIT, 0
        self.ends: list[str] = []
        self._stop = self._target = 0
        self._quantity = 0

    def value(self, holding: int, price: int) -> int:
        return div(holding * price, 10**12)

    @property
    def lots(self) -> int:
        """Whole lots of 1e-8; what is below one is dust."""
        return self.held // 10_000

    def plan(self, price: int, stop: float, target: float) -> None:
        """Spend a tenth of the equity, on ticks of 0.1."""
        self._stop = int(Decimal(stop * UNIT).quantize(Decimal("1e7"), ROUND_FLOOR))
        self._target = int(Decimal(target * UNIT).quantize(Decimal("1e7"), ROUND_CEILING))
        spend = (self.cash + self.value(self.held, price)) // 10
        each = Fraction(price, UNIT) * (1 + Fraction(10_501, UNIT))  # the last 1 is for rounding
        self._quantity = int(spend / each)

    def buy(self, price: int) -> None:
        """The fee is taken out of what is bought."""
        holding = self._quantity * 10_000
        value = self.value(holding, price)
        self.cash -= value + div(value * 1_000, 2 * UNIT) + part(value, "1")
        self.held += holding - part(holding, "10")

    def sell(self, why: str, price: int, bar: Minute | None = None) -> None:
        """Sell all whole lots; of a stop the bar says how far it slips."""
        sold = self.lots * 10_000
        value = self.value(sold, price)
        slippage = part(value, "1")
        if bar is not None:
            slippage = part(value, "5") + div(sold * (bar.high - bar.low), 4 * 10**12)
            slippage = min(slippage, self.value(sold, price - bar.low))
        self.cash += value - div(value * 1_000, 2 * UNIT) - slippage - part(value, "10")
        self.held -= sold
        self.ends.append(why)

    def walk(self, bar: Minute, order: str) -> None:
        """Open, then the low and the high: always against a long position."""
        if order == "buy":
            self.buy(bar.open)
        if not self.lots:
            return
        if bar.open <= self._stop:
            self.sell("STOP", bar.open, bar)
        elif bar.open >= self._target:
            self.sell("TARGET", bar.open)
        elif order in ("HELD", "TREND_LOST"):
            self.sell(order, bar.open)
        elif bar.low <= self._stop:
            self.sell("STOP", self._stop, bar)
        elif bar.high >= self._target:
            self.sell("TARGET", self._target)


def simulate(minutes: list[Minute]) -> Book:
    indicators, book = Indicators(), Book()
    order, bars_held = "", 0
    for bar in minutes:
        bars_held = 0 if order == "buy" else bars_held
        book.walk(bar, order)
        order = ""
        indicators.add(*bar.seen)
        bars_held += 1
        close, atr = bar.seen[2], indicators.atr
        if book.lots:
            if bars_held >= 30:
                order = "HELD"
            elif indicators.fast.value < indicators.middle.value:
                order = "TREND_LOST"
        elif indicators.enter and atr > 0:
            order = "buy"
            book.plan(bar.close, close - 1.5 * atr, close + 2.5 * atr)
    if book.lots:
        book.sell("END_OF_DATA", minutes[-1].close)
    return book


@pytest.mark.parametrize("symbol", ["BTCUSDT", "ETHUSDT"])
def test_a_fortnight_of_recorded_minutes(symbol: str, data_dir: Path) -> None:
    path = data_dir / "bars" / f"binance_spot_{symbol}_1m_20240726-20240808.csv.gz"
    minutes = minutes_of(path)
    expected = simulate(minutes)
    result = run_backtest(BacktestOptions(files=(path,), risk="fixed"), world()).result
    assert [trade.exit_reason for trade in result.trades] == expected.ends
    assert len(expected.ends) > 500
    assert {*expected.ends} >= {"STOP", "TARGET", "TREND_LOST"}
    equity = expected.cash + expected.value(expected.held, minutes[-1].close)
    assert result.final_equity == Decimal(equity) / UNIT
