"""Timeframes driven over real minutes, as whole bars or as ticks that rebuild them."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from supreme_system_v5.mtf import Consensus, MultiTimeframeEngine
from supreme_system_v5.ports import TickAnalyzer
from tests.support.recordings import MS, Candles, Columns

__all__ = ["Run", "bars_into", "columns_into", "cut", "drive", "ticks_into", "ticks_of", "traded"]

UNITS = 10**8
SECOND = 1_000_000_000
PER_MINUTE = 4


class Run(NamedTuple):
    """A market and who listens to it."""

    market: TickAnalyzer
    timeframes: MultiTimeframeEngine


def cut(minutes: Candles, start: int, stop: int) -> Candles:
    """Return some rows."""
    return Candles(*(column[start:stop] for column in minutes))


def traded(minutes: Candles) -> Candles:
    """Return the minutes in which something traded; some files list silent ones, at volume 0."""
    return Candles(*(column[minutes.volume > 0] for column in minutes))


def ticks_of(minutes: Candles) -> Columns:
    """Return four trades for each minute: its open, high, low and close; they share its volume."""
    prices = np.column_stack([minutes.open, minutes.high, minutes.low, minutes.close]).ravel()
    units = np.rint(minutes.volume * UNITS).astype(np.int64)
    quarter = units // PER_MINUTE
    shares = np.column_stack([quarter, quarter, quarter, units - 3 * quarter]).ravel()
    opened = minutes.open_ms.astype(np.int64) * MS
    times = (opened[:, None] + np.arange(PER_MINUTE) * 15 * SECOND).ravel()
    return Columns(
        array("d", prices),
        array("d", shares / UNITS),
        array("q", times.tolist()),
        array("b", bytes(len(times))),
    )


def drive(
    run: Run, advance: Callable[[int], tuple[int, int]], length: int
) -> Iterator[tuple[int, Consensus]]:
    """Tell the timeframes every answer; yield flags and consensus."""
    position = 0
    while position < length:
        position, flags = advance(position)
        run.timeframes.on_closed(flags)
        yield flags, run.timeframes.consensus()


def bars_into(run: Run, minutes: Candles) -> Iterator[tuple[int, Consensus]]:
    """Feed whole bars."""
    opened = array("q", (minutes.open_ms.astype(np.int64) * MS).tolist())
    opens, highs, lows, closes, volumes = (array("d", column) for column in minutes[1:])
    return drive(
        run,
        lambda at: run.market.advance_bars(opens, highs, lows, closes, volumes, opened, at),
        len(opens),
    )


def columns_into(run: Run, columns: Columns) -> Iterator[tuple[int, Consensus]]:
    """Feed ticks."""
    return drive(run, lambda at: run.market.advance(*columns, at), len(columns.prices))


def ticks_into(run: Run, minutes: Candles) -> Iterator[tuple[int, Consensus]]:
    """Feed ticks that rebuild minutes, and let the last one end."""
    yield from columns_into(run, ticks_of(minutes))
    end_ns = int(minutes.open_ms[-1]) * MS + 60 * SECOND
    while flags := run.market.elapse(end_ns):
        run.timeframes.on_closed(flags)
        yield flags, run.timeframes.consensus()
