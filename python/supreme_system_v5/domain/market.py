"""The market: flags, bars, views, and the configuration of what watches it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, IntFlag, StrEnum
from typing import Literal, NamedTuple

__all__ = [
    "NS_PER_SECOND",
    "AnalyzerConfig",
    "AnalyzerSnapshot",
    "ArmedLevels",
    "Bands",
    "Bar",
    "Flag",
    "GateCounters",
    "GateReason",
    "Instrument",
    "Macd",
    "Seed",
    "Side",
    "TickView",
    "Timeframe",
    "TimeframeView",
]

NS_PER_SECOND = 1_000_000_000

Seed = Literal["first", "sma"]
"""How an EMA starts: at the first price, or at the mean of the first n prices."""


class Flag(IntFlag):
    """Why somebody should wake up; the answer of `update` and `advance`. 0 is "nobody".

    SIGNAL (a built-in signal proposes something) and ORDER (a paper exchange has reports) come only
    from the partners handed to `advance`, and are always answered; the others `wake_on` chooses.
    """

    SIGNIFICANT = 1
    BAR_1M = 2
    BAR_5M = 4
    BAR_15M = 8
    BAR_1H = 16
    LEVEL = 32
    TIMER = 64
    LATE = 128
    SIGNAL = 256
    ORDER = 512


class Side(IntEnum):
    """The taker's side of a trade."""

    SELL = -1
    UNKNOWN = 0
    BUY = 1


class GateReason(StrEnum):
    """Why the event gate let a tick through; `NONE` means it was skipped."""

    NONE = "NONE"
    FIRST = "FIRST"
    PRICE = "PRICE"
    VOLUME = "VOLUME"
    IDLE = "IDLE"
    UNGATED = "UNGATED"


class Timeframe(StrEnum):
    """A bar length, aligned to UTC."""

    M1 = "1m"
    M5 = "5m"
    M15 = "15m"
    H1 = "1h"

    @property
    def seconds(self) -> int:
        """Length of the bar in seconds."""
        return {"1m": 60, "5m": 300, "15m": 900, "1h": 3600}[self.value]

    @property
    def flag(self) -> Flag:
        """The flag raised when a bar of this length closes."""
        return Flag[f"BAR_{self.value.upper()}"]


class Macd(NamedTuple):
    """One MACD value, in quote currency."""

    macd: float
    signal: float
    histogram: float


class Bands(NamedTuple):
    """One Bollinger Bands value, in quote currency."""

    upper: float
    middle: float
    lower: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """The grid that prices and sizes of a market live on.

    Attributes:
        symbol: For example ``"BTC-USDT"``.
        price_decimals: Decimals of the price grid, 0 to 12.
        size_decimals: Decimals of the size grid, 0 to 12.
    """

    symbol: str
    price_decimals: int
    size_decimals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyzerConfig:
    """Parameters of the analyzer; the native and the reference implementation take the same.

    Attributes:
        instrument: Grid of the market; without one, values are rounded to 1e-8.
        tick_ema: Period of the EMA over every tick, 1 to 100 000 (as all periods here).
        tick_rsi: Period of the RSI over every tick.
        tick_macd: Fast, slow and signal period of the MACD over every tick; fast < slow.
        tick_seed: How the tick EMA and MACD start.
        bar_emas: Periods of the three EMAs over closed bars, shortest first.
        bar_rsi: Period of the RSI over closed bars.
        bar_macd: Fast, slow and signal period of the MACD over closed bars.
        bar_atr: Period of the ATR over closed bars.
        bar_bollinger: Period of the Bollinger Bands over closed bars, at least 2.
        bar_bollinger_width: Half width of the bands in standard deviations, above 0.
        bar_volatility: Number of log returns in realised volatility, at least 2.
        bar_seed: How the bar EMAs and MACD start.
        min_price_change: Gate: relative price move that is significant, above 0.
        volume_multiple: Gate: multiple of the mean recent size that is significant, above 0.
        volume_window: Gate: number of recent sizes in that mean, 1 to 100 000.
        max_idle_seconds: Gate: seconds without a significant tick until the next one is.
        target_skip_ratio: Gate: share of ticks to skip, up to 0.99, that the price threshold
            follows the market towards, beginning with `min_price_change`; 0 leaves it there.
        gated: False wakes on every accepted tick, counted as `GateReason.UNGATED`.
        wake_on: Which flags are answered; the others happen and are counted, but wake nobody.
        max_gap_seconds: Longest jump ahead in time that is believed, 60 to 31 622 400. A tick
            further ahead is refused: one bad clock must not close a month of bars.
    """

    instrument: Instrument | None = None
    tick_ema: int = 20
    tick_rsi: int = 14
    tick_macd: tuple[int, int, int] = (12, 26, 9)
    tick_seed: Seed = "first"
    bar_emas: tuple[int, int, int] = (5, 20, 50)
    bar_rsi: int = 14
    bar_macd: tuple[int, int, int] = (12, 26, 9)
    bar_atr: int = 14
    bar_bollinger: int = 20
    bar_bollinger_width: float = 2.0
    bar_volatility: int = 60
    bar_seed: Seed = "sma"
    min_price_change: float = 0.001
    volume_multiple: float = 2.0
    volume_window: int = 20
    max_idle_seconds: float = 60.0
    target_skip_ratio: float = 0.0
    gated: bool = True
    wake_on: Flag = Flag(255)
    max_gap_seconds: int = 604_800


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar. Prices in quote, volumes in base currency.

    Attributes:
        timeframe: Length of the bar.
        open_ns: First nanosecond of the bar, UTC.
        close_ns: First nanosecond after the bar.
        open: First price; the previous close when nothing traded.
        high: Highest price.
        low: Lowest price.
        close: Last price.
        volume: Sum of sizes; 0.0 when nothing traded.
        buy_volume: Part of `volume` whose taker is known to have bought.
        trades: Number of trades.
        partial: True when watching began inside the bar: its close is real, the rest may
            miss trades. Partial bars are shown, but no indicator reads them.
    """

    timeframe: Timeframe
    open_ns: int
    close_ns: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    buy_volume: float
    trades: int
    partial: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TickView:
    """Indicators over every accepted tick, for entry timing; None before warm-up.

    Attributes:
        price: Last accepted price; None before the first.
        size: Last accepted size; None before the first.
        timestamp_ns: Time of the last accepted tick; None before the first.
        ema: EMA of the price.
        rsi: RSI of the price, 0 to 100.
        macd: MACD of the price.
        mature: True when all three have seen as many prices as their periods ask.
    """

    price: float | None
    size: float | None
    timestamp_ns: int | None
    ema: float | None
    rsi: float | None
    macd: Macd | None
    mature: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeframeView:
    """Last closed bar of one timeframe and the indicators over its closed, whole bars.

    Every indicator is None until it has warmed up.

    Attributes:
        timeframe: Length of the bars.
        bar: Last closed bar; None before the first.
        forming: The bar still open, as far as closed minutes and ticks have filled it.
        closed: Number of bars closed so far.
        ema_fast: EMA of the close with the shortest of the three periods.
        ema: EMA of the close with the middle period.
        ema_slow: EMA of the close with the longest period.
        rsi: RSI of the close, 0 to 100.
        macd: MACD of the close.
        atr: Average true range, in quote currency.
        bollinger: Bollinger Bands of the close.
        vwap: Volume-weighted typical price since 00:00 UTC.
        volatility: Realised volatility of the close, annualised, as a fraction (0.5 = 50 %).
        mature: True when all but `vwap` have seen as many bars as their periods ask.
    """

    timeframe: Timeframe
    bar: Bar | None
    forming: Bar | None
    closed: int
    ema_fast: float | None
    ema: float | None
    ema_slow: float | None
    rsi: float | None
    macd: Macd | None
    atr: float | None
    bollinger: Bands | None
    vwap: float | None
    volatility: float | None
    mature: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GateCounters:
    """What the event gate did: `processed` + `skipped` = `seen`, reasons add up to `processed`."""

    seen: int
    processed: int
    skipped: int
    skip_ratio: float
    by_reason: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmedLevels:
    """What is armed; None where nothing is."""

    stop_below: float | None = None
    stop_above: float | None = None
    limit_below: float | None = None
    limit_above: float | None = None
    wake_at_ns: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyzerSnapshot:
    """Everything the analyzer knows, at one instant.

    Attributes:
        watermark_ns: Latest event time seen; None before the first event.
        accepted: Ticks that entered bars and indicators.
        late: Ticks below a closed bar, which changed nothing.
        tick: Indicators over ticks.
        timeframes: One view for each of ``"1m"``, ``"5m"``, ``"15m"``, ``"1h"``.
        gate: Counters of the event gate.
        armed: Levels and timer that are armed.
        last_hit: Names of the levels that the last `Flag.LEVEL` disarmed.
    """

    watermark_ns: int | None
    accepted: int
    late: int
    tick: TickView
    timeframes: Mapping[str, TimeframeView]
    gate: GateCounters
    armed: ArmedLevels
    last_hit: tuple[str, ...]
