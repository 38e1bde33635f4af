"""Timeframes from one-minute bars in plain numpy, as `docs/definitions.md` has them.

An oracle: it shares nothing with the package, and works on whole columns where the package goes bar
by bar.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tests.support.recordings import Candles

__all__ = ["LENGTHS", "MATURE_AFTER", "Readings", "readings", "resampled", "tallies"]

Floats = NDArray[np.float64]

LENGTHS = {"1m": 1, "5m": 5, "15m": 15, "1h": 60}
"""Minutes in the bars."""
MATURE_AFTER = 61
"""Whole bars until all default periods are satisfied: 60 returns need 61 closes."""

MINUTE_MS = 60_000
UNITS = 1e8


class Readings(NamedTuple):
    """The numbers of a timeframe at each of its bars; NaN before they are there."""

    close: Floats
    ema_fast: Floats
    ema: Floats
    ema_slow: Floats
    histogram: Floats
    rsi: Floats
    middle: Floats


def resampled(minutes: Candles, length: int) -> Candles:
    """Return the whole bars of a number of minutes; silent minutes are flat at the last close."""
    known = (minutes.open_ms // MINUTE_MS).astype(np.int64)
    first = -(-known[0] // length) * length
    last = (known[-1] + 1) // length * length
    every = np.arange(first, last)
    at = np.searchsorted(known, every, side="right") - 1
    traded = (known[at] == every).reshape(-1, length)
    close = minutes.close[at].reshape(-1, length)
    any_trade = traded.any(axis=1)

    def over(column: Floats) -> Floats:
        return column[at].reshape(-1, length)

    opening = over(minutes.open)[np.arange(len(traded)), traded.argmax(axis=1)]
    # What traded nothing is flat at the close before it, which is that of the bar as well.
    highest = np.where(traded, over(minutes.high), -np.inf).max(axis=1)
    lowest = np.where(traded, over(minutes.low), np.inf).min(axis=1)
    units = np.rint(np.where(traded, over(minutes.volume), 0.0) * UNITS).astype(np.int64)
    return Candles(
        open_ms=(every[::length] * MINUTE_MS).astype(np.float64),
        open=np.where(any_trade, opening, close[:, -1]),
        high=np.where(any_trade, highest, close[:, -1]),
        low=np.where(any_trade, lowest, close[:, -1]),
        close=close[:, -1],
        volume=units.sum(axis=1) / UNITS,
    )


def readings(close: Floats) -> Readings:
    """Return the numbers that votes read, with the default periods."""
    fast, slow, signal = 12, 26, 9
    macd = ema(close, fast, skip=slow - fast) - ema(close, slow)
    histogram = macd - ema(macd, signal, skip=slow - 1)
    return Readings(
        close=close,
        ema_fast=ema(close, 5),
        ema=ema(close, 20),
        ema_slow=ema(close, 50),
        histogram=histogram,
        rsi=rsi(close, 14),
        middle=mean(close, 20),
    )


def tallies(numbers: Readings) -> NDArray[np.int64]:
    """Return direction * confidence * 4 of the vote at each bar, from the first mature one on."""
    close, fast, ema_, slow, histogram, rsi_, middle = (
        column[MATURE_AFTER - 1 :] for column in numbers
    )

    def part(above: Any, below: Any) -> NDArray[np.int64]:  # noqa: ANN401 - arrays of bool
        return np.asarray(above, np.int64) - np.asarray(below, np.int64)

    least = 1e-9 * close
    return (
        part(
            (fast - ema_ > least) & (ema_ - slow > least),
            (fast - ema_ < -least) & (ema_ - slow < -least),
        )
        + part(histogram > least, histogram < -least)
        + part(rsi_ > 50 + 1e-7, rsi_ < 50 - 1e-7)
        + part(close - middle > least, close - middle < -least)
    )


def ema(values: Floats, n: int, skip: int = 0) -> Floats:
    """Return an EMA that begins with the mean of the first n after `skip`."""
    out = np.full(len(values), np.nan)
    start = skip + n - 1
    if start >= len(values):
        return out
    value = _sum_in_order(values[skip : start + 1]) / n
    alpha = 2 / (n + 1)
    out[start] = value
    for place in range(start + 1, len(values)):
        value += alpha * (values[place] - value)
        out[place] = value
    return out


def rsi(values: Floats, n: int) -> Floats:
    """Return Wilder's RSI."""
    change = np.diff(values)
    sides = [np.maximum(change, 0.0), np.maximum(-change, 0.0)]
    out = np.full(len(values), np.nan)
    if len(change) < n:
        return out
    gain, loss = (_sum_in_order(side[:n]) / n for side in sides)
    weight = 1 / n
    for place in range(n, len(values)):
        if place > n:
            gain += weight * (sides[0][place - 1] - gain)
            loss += weight * (sides[1][place - 1] - loss)
        out[place] = 100 * (gain / (gain + loss)) if gain + loss else 50.0
    return out


def mean(values: Floats, n: int) -> Floats:
    """Return the mean of the last n, added oldest first."""
    out = np.full(len(values), np.nan)
    if len(values) >= n:
        total = np.zeros(len(values) - n + 1)
        for place in range(n):
            total = total + values[place : len(values) - n + 1 + place]
        out[n - 1 :] = total / n
    return out


def _sum_in_order(values: Floats) -> float:
    total = 0.0
    for value in values.tolist():
        total += value
    return total
