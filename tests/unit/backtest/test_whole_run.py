"""A whole run against the same rules written down a second time, tick by tick, sharing no code."""

from __future__ import annotations

import gzip
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

from supreme_system_v5.app import BacktestOptions, World, run_backtest
from tests.fakes.clock import ManualClock

CENT_OF_CENT = Decimal("1e-8")


class Tick(NamedTuple):
    minute: int
    price: float


def ticks_of(path: Path) -> list[Tick]:
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()[1:]
    bars = [line.split(",") for line in lines]
    return [
        Tick(int(time) // 60_000, float(price))
        for time, first, high, low, close, _ in bars
        for price in (first, low, high, close)
    ]


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


class Book:
    """10 000 in cash, a tenth in each trade, 10 bps fee, 2 bps slippage."""

    def __init__(self) -> None:
        self.cash, self.held, self.trades, self.wins = Decimal(10_000), Decimal(0), 0, 0
        self.before, self.stops = self.cash, 0

    def fill(self, order: str, price: float, spend: Decimal) -> None:
        if order == "buy":
            self.buy(price, spend)
        else:
            self.sell(price)

    def buy(self, price: float, spend: Decimal) -> None:
        paid = Decimal(str(price)) * Decimal("1.0002")
        self.before = self.cash
        self.held = (spend / (paid * Decimal("1.001"))).quantize(Decimal("0.00001"), ROUND_DOWN)
        self.cash -= self.rounded(self.held * paid) + self.rounded(self.held * paid / 1000)

    def sell(self, price: float) -> None:
        got = Decimal(str(price)) * Decimal("0.9998")
        self.cash += self.rounded(self.held * got) - self.rounded(self.held * got / 1000)
        self.held = Decimal(0)
        self.trades += 1
        self.wins += self.cash > self.before

    def stopped(self, stop: float, bar_open: float, low: float) -> None:
        first, lowest = Decimal(str(bar_open)), Decimal(str(low))
        base = min(Decimal(str(stop)), first)
        slip = max(base * 2 / 10_000, base * 5 / 10_000 + (first - lowest) / 4)
        got = max(base - slip, lowest)
        self.cash += self.rounded(self.held * got) - self.rounded(self.held * got / 1000)
        self.held = Decimal(0)
        self.trades += 1
        self.stops += 1
        self.wins += self.cash > self.before

    @staticmethod
    def rounded(amount: Decimal) -> Decimal:
        return amount.quantize(CENT_OF_CENT, ROUND_HALF_EVEN)


def simulate(ticks: list[Tick]) -> Book:
    indicators, book = Indicators(), Book()
    order: str | None = None
    spend, stop, target, bars_held = Decimal(0), 0.0, 0.0, 0
    minute, bar = ticks[0].minute, [ticks[0].price]
    for tick in ticks:
        if tick.minute != minute:
            indicators.add(max(bar), min(bar), bar[-1])
            bars_held += 1
            if order is None and book.held:
                if bars_held >= 30 or indicators.fast.value < indicators.middle.value:
                    order = "sell"
            elif order is None and indicators.enter:
                order = "buy"
                spend = Book.rounded(book.cash / 10)
                stop = bar[-1] - 1.5 * indicators.atr
                target = bar[-1] + 2.5 * indicators.atr
            minute, bar = tick.minute, []
        if order is not None:
            book.fill(order, tick.price, spend)
            order, bars_held = None, 0
        bar.append(tick.price)
        if book.held and tick.price <= stop:
            book.stopped(stop, bar[0], tick.price)
        elif book.held and tick.price > target:
            order = "sell"
    if book.held:
        book.sell(ticks[-1].price)
    return book


@pytest.mark.parametrize("symbol", ["BTCUSDT", "ETHUSDT"])
def test_a_fortnight_of_recorded_minutes(symbol: str, data_dir: Path) -> None:
    path = data_dir / "bars" / f"binance_spot_{symbol}_1m_20240726-20240808.csv.gz"
    expected = simulate(ticks_of(path))
    report = run_backtest(
        BacktestOptions(files=(path,)),
        World(environment={}, dotenv_path=None, clock=ManualClock()),
    )
    assert (report.trades, report.wins) == (expected.trades, expected.wins)
    assert report.trades > 500
    assert expected.stops > 100
    assert report.final_equity == expected.cash
