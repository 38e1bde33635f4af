"""What EMA(20), RSI(14) and MACD(12,26,9) are, written for reading: the judge of who may be timed.

Each formula takes at least some hundred prices and returns the values after the last. Libraries
start differently, which is forgotten after so many prices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

Values = tuple[float, ...]
Formula = Callable[[Sequence[float]], Values]


def _smooth(values: Iterable[float], alpha: float) -> Iterator[float]:
    value: float | None = None
    for x in values:
        value = x if value is None else value + alpha * (x - value)
        yield value


def _last(values: Iterable[float]) -> float:
    *_, last = values
    return last


def ema(prices: Sequence[float]) -> Values:
    """Return the EMA of 20 prices."""
    return (_last(_smooth(prices, 2 / 21)),)


def macd(prices: Sequence[float], fast: float = 2 / 13, slow: float = 2 / 27) -> Values:
    """Return MACD(12, 26, 9): line, signal, histogram."""
    lines = [
        quick - lazy
        for quick, lazy in zip(_smooth(prices, fast), _smooth(prices, slow), strict=True)
    ]
    signal = _last(_smooth(lines, 2 / 10))
    return lines[-1], signal, lines[-1] - signal


def rsi(prices: Sequence[float], alpha: float = 1 / 14) -> Values:
    """Return the RSI of 14 changes, smoothed as Wilder does unless said otherwise."""
    changes = [after - before for before, after in pairwise(prices)]
    gain = _last(_smooth((max(change, 0.0) for change in changes), alpha))
    loss = _last(_smooth((max(-change, 0.0) for change in changes), alpha))
    return (100.0 * gain / (gain + loss),)


def rsi_of_moves(prices: Sequence[float]) -> Values:
    """Return an RSI whose gains are smoothed over rises alone, and its losses over falls alone."""
    changes = [after - before for before, after in pairwise(prices)]
    gain = _last(_smooth((change for change in changes if change > 0), 1 / 14))
    loss = _last(_smooth((-change for change in changes if change < 0), 1 / 14))
    return (100.0 * gain / (gain + loss),)
