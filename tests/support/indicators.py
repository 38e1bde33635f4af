"""All indicators in one table: what builds them, what they read, when they answer.

A new indicator is one entry here; the contract, the parity with the reference and whatever else
goes over `CASES` then hold for it too.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, cast

from supreme_system_v5 import optimized, reference

__all__ = ["CASES", "Case", "Indicator", "Reads", "cases_of", "rows", "walk"]

DAY_NS = 86_400_000_000_000
START_NS = 1_723_000_000_000_000_000


class Indicator(Protocol):
    """What every indicator offers, whoever wrote it."""

    @property
    def value(self) -> object: ...
    @property
    def warmup(self) -> int: ...
    @property
    def mature(self) -> bool: ...
    def update(self, *row: object) -> object: ...
    def batch(self, *columns: object) -> object: ...
    def reset(self) -> None: ...
    def __getstate__(self) -> bytes: ...
    def __setstate__(self, state: bytes) -> None: ...


@dataclass(frozen=True)
class Reads:
    """What an indicator takes at a time; `codes` are the type codes of the columns."""

    update: tuple[str, ...]
    batch: tuple[str, ...]
    codes: str


PRICE = Reads(("price",), ("prices",), "d")
BAR = Reads(("high", "low", "close"), ("high", "low", "close"), "ddd")
TRADE = Reads(("price", "size", "timestamp_ns"), ("prices", "sizes", "timestamps_ns"), "ddq")


@dataclass(frozen=True)
class Case:
    """One indicator with parameters.

    Attributes:
        name: The class, in `optimized` and in `reference`.
        reads: What it takes.
        arguments: What builds it.
        warmup: Number of inputs until the first value.
        mature: Number of inputs that the periods ask for.
        whole: Parameters that are integers, with the least value allowed.
        real: Parameters that are floats above 0.
        columns: Number of values in one answer.
    """

    name: str
    reads: Reads
    arguments: Mapping[str, object]
    warmup: int
    mature: int
    whole: Mapping[str, int] = field(default_factory=dict)
    real: tuple[str, ...] = ()
    columns: int = 1

    def native(self, **changed: object) -> Indicator:
        """Build the native one."""
        return cast("Indicator", getattr(optimized, self.name)(**{**self.arguments, **changed}))

    def plain(self) -> Indicator:
        """Build the one in plain Python."""
        return cast("Indicator", getattr(reference, self.name)(**self.arguments))

    def __str__(self) -> str:
        return f"{self.name}({', '.join(f'{k}={v!r}' for k, v in self.arguments.items())})"


def _averages(name: str, *cases: tuple[Mapping[str, object], int, int]) -> list[Case]:
    """Return cases of an indicator that reads prices and has one period of at least 1."""
    return [
        Case(name, PRICE, arguments, warmup, mature, whole={"period": 1})
        for arguments, warmup, mature in cases
    ]


def _macd(fast: int, slow: int, signal: int, seed: str) -> Case:
    mature = slow + signal - 1
    return Case(
        "UltraOptimizedMACD",
        PRICE,
        {"fast": fast, "slow": slow, "signal": signal, "seed": seed},
        1 if seed == "first" else mature,
        mature,
        whole={"fast": 1, "slow": 1, "signal": 1},
        columns=3,
    )


CASES: list[Case] = [
    *_averages(
        "UltraOptimizedEMA",
        ({"period": 1}, 1, 1),
        ({"period": 5}, 1, 5),
        ({"period": 5, "seed": "sma"}, 5, 5),
        ({"period": 20, "seed": "first"}, 1, 20),
    ),
    *_averages(
        "SimpleMovingAverage", ({"period": 1}, 1, 1), ({"period": 4}, 4, 4), ({"period": 9}, 9, 9)
    ),
    *_averages(
        "UltraOptimizedRSI", ({"period": 1}, 2, 2), ({"period": 3}, 4, 4), ({"period": 14}, 15, 15)
    ),
    _macd(1, 2, 1, "first"),
    _macd(3, 6, 4, "first"),
    _macd(3, 6, 4, "sma"),
    _macd(12, 26, 9, "sma"),
    *(
        Case(
            "BollingerBands",
            PRICE,
            {"period": period, "width": width},
            period,
            period,
            whole={"period": 2},
            real=("width",),
            columns=3,
        )
        for period, width in ((2, 1.0), (5, 2.5), (20, 2.0))
    ),
    *(
        Case(
            "RealisedVolatility",
            PRICE,
            {"period": period, "periods_per_year": per_year},
            period + 1,
            period + 1,
            whole={"period": 2},
            real=("periods_per_year",),
        )
        for period, per_year in ((2, 365.0), (10, 525_600.0))
    ),
    *(
        Case("AverageTrueRange", BAR, {"period": n}, n + 1, n + 1, whole={"period": 1})
        for n in (1, 4, 14)
    ),
    Case("SessionVWAP", TRADE, {}, 1, 1),
    *(
        Case("RollingVWAP", TRADE, {"period": n}, 1, n, whole={"period": 1})
        for n in (1, 4, 20)
    ),
]  # fmt: skip


def cases_of(name: str) -> list[Case]:
    """Return the cases of one class; there are some."""
    found = [case for case in CASES if case.name == name]
    assert found, f"no case of {name}"
    return found


def walk(length: int, seed: int = 1, start: float = 100.0) -> list[float]:
    """Return prices that rise, fall, stand still and jump; no logarithm, so alike everywhere."""
    rng = random.Random(seed)
    price, prices = start, []
    for _ in range(length):
        kind = rng.random()
        if kind > 0.2:
            price *= 1.0 + (rng.random() - 0.5) * (0.1 if kind > 0.98 else 0.002)
        prices.append(price)
    return prices


def rows(case: Case, length: int, seed: int = 1) -> list[tuple[float, ...]]:
    """Return inputs for an indicator."""
    return shaped(case.reads, walk(length, seed), random.Random(seed + 1))


def shaped(reads: Reads, prices: Sequence[float], rng: random.Random) -> list[tuple[float, ...]]:
    """Return prices as what an indicator takes: prices, bars around them, or trades at them."""
    if reads is PRICE:
        return [(price,) for price in prices]
    if reads is BAR:
        low = [price * (1.0 - rng.random() * 0.002) for price in prices]
        high = [price * (1.0 + rng.random() * 0.002) for price in prices]
        return list(zip(high, low, prices, strict=True))
    trades: list[tuple[float, ...]] = []
    now = START_NS
    for price in prices:
        now += int((rng.random() - 0.1) * DAY_NS / 10)  # at times backward
        trades.append((price, 0.001 + rng.random() * 3.0, now))
    return trades
