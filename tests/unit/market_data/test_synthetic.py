from __future__ import annotations

import hashlib
from itertools import pairwise
from random import Random
from types import SimpleNamespace
from typing import cast

import pytest

from supreme_system_v5.market_data.chunks import CHUNK_ROWS
from supreme_system_v5.market_data.synthetic import (
    DEFAULT_MINUTES,
    DEFAULT_START_NS,
    synthetic_trades,
)

MINUTE_NS = 60_000_000_000


def digest(seed: int, minutes: int) -> str:
    """Return a hash of the columns, wherever chunks end."""
    sha = hashlib.sha256()
    chunks = list(synthetic_trades(Random(seed), minutes=minutes))
    for column in ("prices", "sizes", "timestamps_ns", "sides"):
        for chunk in chunks:
            sha.update(getattr(chunk, column).tobytes())
    return sha.hexdigest()[:16]


def test_a_seed_gives_the_same_market_on_every_machine() -> None:
    assert digest(42, 600) == "f18965aa64ca3805"
    assert digest(43, 600) != digest(42, 600)


def test_only_random_is_asked() -> None:
    """The other methods of `Random` use logarithms, which are not the same on every machine."""
    only = cast("Random", SimpleNamespace(random=Random(42).random))
    with_it = next(synthetic_trades(only, minutes=60))
    assert with_it == next(synthetic_trades(Random(42), minutes=60))


@pytest.mark.parametrize("seed", range(5))
def test_the_market_is_as_described(seed: int) -> None:
    minutes = 12 * 60
    chunks = list(synthetic_trades(Random(seed), minutes=minutes))
    assert all(len(chunk) <= CHUNK_ROWS for chunk in chunks)
    prices = [price for chunk in chunks for price in chunk.prices]
    sizes = [size for chunk in chunks for size in chunk.sizes]
    times = [time for chunk in chunks for time in chunk.timestamps_ns]
    assert times[0] == DEFAULT_START_NS
    assert DEFAULT_START_NS % (60 * MINUTE_NS) == 0
    assert all(a < b for a, b in pairwise(times))
    assert times[-1] < DEFAULT_START_NS + minutes * MINUTE_NS
    assert 2 <= len(times) / (minutes * 60) <= 5
    assert all(price == round(price, 2) > 0 for price in prices)
    assert all(size == round(size, 5) > 0 for size in sizes)
    assert max(sizes) > 20 * sum(sizes) / len(sizes)
    assert {side for chunk in chunks for side in chunk.sides} == {-1, 1}


def test_all_minutes_are_told() -> None:
    told: list[int] = []
    for _ in synthetic_trades(Random(1), minutes=300, on_minutes=told.append):
        pass
    assert 300 - 31 <= sum(told) <= 300
    assert DEFAULT_MINUTES == 3 * 24 * 60
