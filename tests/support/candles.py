"""Invented bars that patterns are found in: on grids so coarse that prices are often equal."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

__all__ = ["TICKS", "Ohlc", "on_a_grid", "with_shapes", "with_shock"]

Column = np.ndarray[Any, np.dtype[np.float64]]

TICKS = (1.0, 0.1, 0.01, 1 / 3, 1e-6, 7.3)
"""Steps of the grid, most of which no double holds exactly."""

_LEVEL = 1_000
_APART = 25
"""Bars from one shape to the next, more than any average looks back."""

_SHAPES: tuple[tuple[tuple[int, int, int, int], ...], ...] = (
    # Three stars in the south, the second with the low of the first.
    ((0, 0, -40, -20), (-10, -5, -40, -21), (-15, -15, -20, -20)),
    # A concealing baby swallow, and one whose third candle only touches the second body.
    ((20, 20, 0, 0), (-2, -2, -22, -22), (-30, -15, -35, -32), (-12, -10, -40, -40)),
    ((20, 20, 0, 0), (-2, -2, -22, -22), (-30, -22, -35, -32), (-12, -10, -40, -40)),
    # A mat hold, and one that gives back exactly half.
    ((0, 40, 0, 40), (50, 51, 47, 48), (47, 48, 38, 39), (38, 39, 30, 31), (40, 70, 40, 70)),
    ((0, 40, 0, 40), (45, 46, 42, 43), (39, 40, 36, 37), (22, 23, 19, 20), (30, 70, 30, 70)),
    # Rising three methods.
    ((0, 30, 0, 30), (25, 26, 20, 21), (20, 21, 15, 16), (15, 16, 10, 11), (14, 50, 13, 45)),
    # A breakaway.
    ((40, 41, 0, 1), (-4, -3, -10, -9), (-9, -6, -14, -13), (-12, -8, -20, -18), (-18, 0, -19, -2)),
    # Crows above a gap.
    ((0, 40, 0, 40), (50, 60, 46, 48), (58, 61, 42, 43)),
    # Two that kick, down and up.
    ((0, 40, 0, 40), (30, 30, -20, -20), (-50, -50, -90, -90)),
    ((0, 0, -40, -40), (10, 60, 10, 60), (70, 70, 68, 68)),
    # An abandoned baby.
    ((40, 41, 0, 1), (-9, -8, -10, -9), (-5, 20, -6, 19)),
    # Long candles with closes in common.
    ((60, 61, 29, 30), (31, 33, 5, 6), (7, 30, 6, 29), (60, 61, 29, 30), (0, 30, 0, 30)),
)  # fmt: skip
"""Each in ticks: open, high, low and close, large beside the bars that are drawn."""


class Ohlc(NamedTuple):
    """Columns of bars."""

    open: Column
    high: Column
    low: Column
    close: Column


def _drawn(rng: np.random.Generator, length: int) -> Ohlc:
    """Draw bars in ticks, their liveliness as well."""
    body_most, gap_most, shadow_most = rng.integers(0, (12, 8, 9))
    body = rng.integers(-body_most, body_most, length, endpoint=True)
    body[rng.random(length) < rng.choice((0.0, 0.1, 0.4))] = 0
    gap = rng.integers(-gap_most, gap_most, length, endpoint=True)
    close = np.cumsum(gap + body)
    close += _LEVEL - min(0, int(close.min()))
    first = close - body
    shadows = rng.integers(0, shadow_most, (2, length), endpoint=True)
    shadows[rng.random((2, length)) < 0.4] = 0
    columns = (
        first,
        np.maximum(first, close) + shadows[0],
        np.minimum(first, close) - shadows[1],
        close,
    )
    return Ohlc(*(np.ascontiguousarray(column, dtype=np.float64) for column in columns))


def on_a_grid(seed: int, length: int) -> Ohlc:
    """Return bars whose prices are whole numbers of ticks."""
    rng = np.random.default_rng(seed)
    tick = rng.choice(TICKS)
    return Ohlc(*(column * tick for column in _drawn(rng, length)))


def with_shapes(seed: int, length: int) -> Ohlc:
    """Return bars on a grid with the shapes among them that chance seldom makes, each a bit off."""
    rng = np.random.default_rng(seed)
    bars = np.array(_drawn(rng, length))
    for start in range(_APART, length - _APART, _APART):
        shape = np.array(_SHAPES[rng.integers(len(_SHAPES))]).T * rng.integers(1, 3)
        shape += rng.integers(-1, 1, shape.shape, endpoint=True) * (rng.random(shape.shape) < 0.1)
        shape = _LEVEL + shape * (1 if rng.random() < 0.8 else -1)
        shape[1], shape[2] = shape.max(axis=0), shape.min(axis=0)
        bars[:, start : start + shape.shape[1]] = shape
    return Ohlc(*(np.ascontiguousarray(column) for column in bars * rng.choice(TICKS)))


def with_shock(seed: int, length: int) -> Ohlc:
    """Return bars on a grid of which an early one is so large that it stays in running totals."""
    rng = np.random.default_rng(seed)
    bars = np.array(_drawn(rng, length)) * rng.choice(TICKS)
    bar = bars[:, rng.integers(0, 20)]
    bar[1] *= 10.0 ** rng.integers(1, 10) * rng.choice((1.0, 1 / 3))
    bar[3] = bar[1] * rng.choice((1.0, 0.7))
    bar[2] = bar.min()
    bar[1] = bar.max()
    return Ohlc(*(np.ascontiguousarray(column) for column in bars))
