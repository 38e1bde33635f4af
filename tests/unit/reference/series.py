"""Series that the tests of this folder share."""

from __future__ import annotations

import csv
import gzip
import random
from array import array
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from hypothesis import strategies as st

MINUTE_NS = 60_000_000_000

prices = st.one_of(
    st.floats(1e-15, 1e15),
    st.floats(50.0, 150.0),
    st.integers(1, 5).map(float),  # many equal neighbours
)


class Candles(NamedTuple):
    """Columns of a bar file, as doubles."""

    open_ms: list[int]
    high: array[float]
    low: array[float]
    close: array[float]
    volume: array[float]


def random_walk(length: int, seed: int = 1) -> array[float]:
    """Return prices around 100 with flat stretches and gaps."""
    rng = random.Random(seed)
    price, walk = 100.0, array("d")
    for _ in range(length):
        kind = rng.random()
        if kind > 0.2:
            price *= 1.0 + rng.gauss(0.0, 0.05 if kind > 0.99 else 0.001)
        walk.append(price)
    return walk


def candles_around(closes: Sequence[float], seed: int = 2) -> Candles:
    """Return bars with the given closes."""
    rng = random.Random(seed)
    high = array("d", (close * (1.0 + rng.random() * 0.002) for close in closes))
    low = array("d", (close * (1.0 - rng.random() * 0.002) for close in closes))
    return Candles(list(range(len(closes))), high, low, array("d", closes), array("d", closes))


def read_csv(path: Path, rows: int | None = None) -> list[dict[str, str]]:
    """Return the first rows of a compressed file."""
    with gzip.open(path, "rt", newline="") as file:
        return list(islice(csv.DictReader(file), rows))


def read_candles(path: Path) -> Candles:
    """Return a bar file."""
    rows = read_csv(path)
    high, low, close, volume = (
        array("d", (float(row[name]) for row in rows))
        for name in ("high", "low", "close", "volume")
    )
    return Candles([int(row["timestamp_ms"]) for row in rows], high, low, close, volume)


def bits(values: Sequence[float]) -> bytes:
    """Return the bytes of doubles, which tell -0.0 and every NaN apart."""
    return array("d", values).tobytes()
