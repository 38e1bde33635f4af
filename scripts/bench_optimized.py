"""Time every indicator update, and see how much memory the process needs.

    make bench
    python scripts/bench_optimized.py [--json] [--ticks N] [--seed N]

Feeds synthetic one-minute ticks and ends with 1 when the median update of any indicator takes
0.2 ms or more, when the candlestick patterns of a bar take more than 400 ns, or when the process is
resident with 120 MB or more. docs/benchmarks.md says more.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
from array import array
from collections.abc import Callable, Sequence
from random import Random
from statistics import median
from time import perf_counter_ns, process_time_ns
from typing import Any

import psutil

from benchlib import machine, percentile, table
from supreme_system_v5.optimized import (
    AverageTrueRange,
    BollingerBands,
    CandlestickPatterns,
    OptimizedTechnicalAnalyzer,
    RealisedVolatility,
    RollingVWAP,
    UltraOptimizedEMA,
    UltraOptimizedMACD,
    UltraOptimizedRSI,
)

TICKS = 10_000
MEDIAN_LIMIT_US = 200.0
PATTERNS_LIMIT_NS = 400.0
RSS_LIMIT_MB = 120.0
ROUNDS = 25
MINUTE_NS = 60_000_000_000
START_NS = 1_735_689_600_000_000_000
"""2025-01-01T00:00:00Z."""

Tick = tuple[float, float, int]
"""Price, size, time in nanoseconds."""

Bar = tuple[float, float, float, float]
"""Open, high, low and close."""


def minute_ticks(rng: Random, count: int) -> list[Tick]:
    """Invent one tick a minute: a price in cents that wanders by up to 0.1 %, and its size."""
    ticks, price = [], 60_000.0
    for minute in range(count):
        price = max(round(price * (1.0 + 0.002 * (rng.random() - 0.5)), 2), 1_000.0)
        size = round(0.001 + rng.random(), 5)
        ticks.append((price, size, START_NS + minute * MINUTE_NS))
    return ticks


def minute_bars(rng: Random, ticks: Sequence[Tick]) -> list[Bar]:
    """Invent a bar to each tick, which opens at the one before and reaches up to 20 beyond both."""
    bars, opened = [], ticks[0][0]
    for close, _, _ in ticks:
        high = max(opened, close) + round(20.0 * rng.random(), 2)
        low = min(opened, close) - round(20.0 * rng.random(), 2)
        bars.append((opened, high, low, close))
        opened = close
    return bars


def time_patterns(bars: Sequence[Bar], rounds: int = ROUNDS) -> float:
    """Return what all patterns of a bar cost over columns: the median of the processor's ns."""
    columns = [array("d", column) for column in zip(*bars, strict=True)]
    patterns, taken = CandlestickPatterns(), []
    for _ in range(rounds):
        start = process_time_ns()
        patterns.batch(*columns)
        taken.append((process_time_ns() - start) / len(bars))
    return median(taken)


def time_calls(update: Callable[..., object], arguments: Sequence[tuple[Any, ...]]) -> list[float]:
    """Return what each call took, in microseconds, reading the clock included."""
    taken = []
    for values in arguments:
        start = perf_counter_ns()
        update(*values)
        taken.append((perf_counter_ns() - start) / 1_000)
    return taken


def measure(ticks: Sequence[Tick], candles: Sequence[Bar]) -> dict[str, list[float]]:
    """Time every update of each indicator over the same ticks, and of the patterns over bars."""
    prices = [(price,) for price, _, _ in ticks]
    bars = [(price + 1.0, price - 1.0, price) for price, _, _ in ticks]
    gc.disable()
    try:
        return {
            "EMA(20)": time_calls(UltraOptimizedEMA(20).update, prices),
            "RSI(14)": time_calls(UltraOptimizedRSI(14).update, prices),
            "MACD(12,26,9)": time_calls(UltraOptimizedMACD(12, 26, 9).update, prices),
            "Bollinger(20)": time_calls(BollingerBands(20).update, prices),
            "ATR(14)": time_calls(AverageTrueRange(14).update, bars),
            "VWAP(60)": time_calls(RollingVWAP(60).update, ticks),
            "volatility(60)": time_calls(RealisedVolatility(60).update, prices),
            "patterns": time_calls(CandlestickPatterns().update, candles),
            "analyzer": time_calls(OptimizedTechnicalAnalyzer().update, ticks),
        }
    finally:
        gc.enable()


def missed(updates: dict[str, dict[str, float]], patterns_ns: float, rss_mb: float) -> list[str]:
    """Return a line for each limit that is not held."""
    faults = [
        f"{name}: median {of['p50']:.3f} µs per update, the limit is below {MEDIAN_LIMIT_US:g} µs"
        for name, of in updates.items()
        if not of["p50"] < MEDIAN_LIMIT_US
    ]
    if not patterns_ns <= PATTERNS_LIMIT_NS:
        faults.append(
            f"patterns: {patterns_ns:.0f} ns a bar, the limit is {PATTERNS_LIMIT_NS:g} ns"
        )
    if not rss_mb < RSS_LIMIT_MB:
        faults.append(f"memory: {rss_mb:.1f} MB resident, the limit is below {RSS_LIMIT_MB:g} MB")
    return faults


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--ticks", type=int, default=TICKS, help="how many (default 10 000)")
    parser.add_argument("--seed", type=int, default=42, help="of the synthetic ticks")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    if options.ticks < 1:
        parser.error("--ticks is 1 or more")

    ticks = minute_ticks(Random(options.seed), options.ticks)
    candles = minute_bars(Random(options.seed), ticks)
    taken = measure(ticks, candles)
    patterns_ns = time_patterns(candles)
    rss_mb = psutil.Process().memory_info().rss / 1e6
    updates = {
        name: {"p50": percentile(of, 50), "p99": percentile(of, 99), "max": max(of)}
        for name, of in taken.items()
    }
    faults = missed(updates, patterns_ns, rss_mb)
    facts = machine()
    if options.json:
        report: dict[str, object] = {
            "machine": facts,
            "ticks": options.ticks,
            "updates_us": updates,
        }
        report |= {"patterns_ns": patterns_ns, "rss_mb": rss_mb, "missed": faults}
        print(json.dumps(report, indent=2))
    else:
        rows = [[name, *(f"{value:.3f}" for value in of.values())] for name, of in updates.items()]
        print(f"{facts['cpu']}, {facts['cores']} cores, {facts['python']}, load {facts['load']}")
        print(f"{options.ticks} one-minute ticks, seed {options.seed}")
        print(table(["µs per update", "p50", "p99", "max"], rows))
        print(f"patterns over columns {patterns_ns:.0f} ns a bar, resident memory {rss_mb:.1f} MB")
        if not faults:
            limits = (
                f"medians below {MEDIAN_LIMIT_US:g} µs, patterns {PATTERNS_LIMIT_NS:g} ns a bar"
            )
            print(f"passed: {limits}, memory below {RSS_LIMIT_MB:g} MB")
    for fault in faults:
        print(f"MISSED {fault}", file=sys.stderr)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
