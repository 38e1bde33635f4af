"""Recorded market data, as it stands in the files."""

from __future__ import annotations

import csv
import gzip
from array import array
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

__all__ = ["BAR_FILES", "Candles", "Columns", "Trade", "candles", "columns_of", "trades"]

BAR_FILES = 11
"""How many bar files there are."""

MS = 1_000_000
SIDES = {"buy": 1, "sell": -1}


class Candles(NamedTuple):
    """The columns of a bar file."""

    open_ms: np.ndarray[Any, np.dtype[np.float64]]
    open: np.ndarray[Any, np.dtype[np.float64]]
    high: np.ndarray[Any, np.dtype[np.float64]]
    low: np.ndarray[Any, np.dtype[np.float64]]
    close: np.ndarray[Any, np.dtype[np.float64]]
    volume: np.ndarray[Any, np.dtype[np.float64]]


class Trade(NamedTuple):
    """One row of a trade file; price and size as they are written."""

    price: str
    size: str
    timestamp_ns: int
    side: int


class Columns(NamedTuple):
    """Trades by column."""

    prices: array[float]
    sizes: array[float]
    timestamps_ns: array[int]
    sides: array[int]


def candles(path: Path) -> Candles:
    """Read a bar file."""
    table = np.loadtxt(path, delimiter=",", skiprows=1, usecols=range(6), ndmin=2)
    return Candles(*(np.ascontiguousarray(column) for column in table.T))


def trades(path: Path) -> list[Trade]:
    """Read a trade file."""
    with gzip.open(path, "rt", newline="") as file:
        return [
            Trade(row["price"], row["size"], int(row["timestamp_ms"]) * MS, SIDES[row["side"]])
            for row in csv.DictReader(file)
        ]


def columns_of(rows: list[Trade]) -> Columns:
    """Return trades by column."""
    return Columns(
        array("d", [float(row.price) for row in rows]),
        array("d", [float(row.size) for row in rows]),
        array("q", [row.timestamp_ns for row in rows]),
        array("b", [row.side for row in rows]),
    )
