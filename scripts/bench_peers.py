"""Compare with other libraries, side by side in one process.

    make bench-peers
    python scripts/bench_peers.py [--rounds N] [--ticks N] [--elements N] [--json] [--report-only]

Ends with 1 when a bar is missed and with 2 when nothing can be compared. What is measured and why
it is measured this way: docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from random import Random
from time import perf_counter_ns
from typing import Any

from benchlib import (
    Bar,
    Contender,
    Plan,
    Result,
    keep_memory,
    machine,
    measure,
    own_copy,
    version_of,
)
from benchreport import as_json, as_text
from formulas import ema, macd, rsi
from peers import (
    INDICATORS,
    Batch,
    Peer,
    Streaming,
    Update,
    differences,
    installed,
    wrong_values,
)
from supreme_system_v5.market_data.synthetic import synthetic_trades
from supreme_system_v5.optimized import (
    OptimizedTechnicalAnalyzer,
    UltraOptimizedEMA,
    UltraOptimizedMACD,
    UltraOptimizedRSI,
)

SEED = 20_240_808
WARM_UP_ROUNDS = 3
LEAST_ROUNDS = 25
CHECKED_PRICES = 3_000
BARE = ("loop", "loop again")
BARE_TICK = ("tick loop", "tick loop again")


@dataclass(frozen=True, slots=True)
class Market:
    """The same synthetic trades for every contender, as Python numbers and as one array."""

    prices: list[float]
    sizes: list[float]
    times: list[int]
    array: Any

    @classmethod
    def make(cls, ticks: int, elements: int) -> Market:
        """Invent enough trades for loops over `ticks` and arrays of `elements`."""
        wanted = max(ticks, elements)
        chunks = synthetic_trades(Random(SEED), minutes=wanted // 60 + 60)
        trades = list(islice(_rows(chunks), wanted))
        prices, sizes, times = zip(*trades[:ticks], strict=True)
        array = import_module("numpy").array([price for price, *_ in trades[:elements]])
        return cls(list(prices), list(sizes), list(times), array)


def _rows(chunks: Iterator[Any]) -> Iterator[tuple[float, float, int]]:
    for chunk in chunks:
        yield from zip(chunk.prices, chunk.sizes, chunk.timestamps_ns, strict=True)


# What is timed. Callables are locals of the loop, and each contender gets a copy of the loop.


def _loop(prices: Sequence[float]) -> int:
    start = perf_counter_ns()
    for _price in prices:
        pass
    return perf_counter_ns() - start


def _one_call(update: Update, prices: Sequence[float]) -> int:
    start = perf_counter_ns()
    for price in prices:
        update(price)
    return perf_counter_ns() - start


def _three_calls(first: Update, second: Update, third: Update, prices: Sequence[float]) -> int:
    start = perf_counter_ns()
    for price in prices:
        first(price)
        second(price)
        third(price)
    return perf_counter_ns() - start


def _tick_loop(prices: Sequence[float], sizes: Sequence[float], times: Sequence[int]) -> int:
    start = perf_counter_ns()
    for _price, _size, _time in zip(prices, sizes, times, strict=True):
        pass
    return perf_counter_ns() - start


def _tick_call(
    update: Callable[[float, float, int], object],
    prices: Sequence[float],
    sizes: Sequence[float],
    times: Sequence[int],
) -> int:
    start = perf_counter_ns()
    for price, size, time in zip(prices, sizes, times, strict=True):
        update(price, size, time)
    return perf_counter_ns() - start


def _whole_array(run: Callable[[Any], object], array: object) -> int:
    start = perf_counter_ns()
    result = run(array)
    spent = perf_counter_ns() - start
    del result  # giving memory back is nobody's arithmetic
    return spent


# What is compared.

OURS = Peer(
    "supreme",
    {
        "ema": Streaming(lambda: UltraOptimizedEMA(20).update, ema),
        "rsi": Streaming(lambda: UltraOptimizedRSI(14).update, rsi),
        "macd": Streaming(lambda: UltraOptimizedMACD(12, 26, 9).update, macd),
    },
    {
        "ema": Batch(lambda a: UltraOptimizedEMA(20).batch(a), ema),
        "rsi": Batch(lambda a: UltraOptimizedRSI(14).batch(a), rsi),
        "macd": Batch(lambda a: UltraOptimizedMACD(12, 26, 9).batch(a), macd),
        "fused": Batch(
            lambda a: OptimizedTechnicalAnalyzer().indicator_batch(a),
            lambda prices: ema(prices) + rsi(prices) + macd(prices),
        ),
    },
)


def plan_ticks(peers: Sequence[Peer], market: Market) -> Plan:
    """Set one call of the analyzer against three calls of each peer."""

    def three(peer: Peer) -> Contender:
        loop, makers = own_copy(_three_calls), [peer.streams[name].make for name in INDICATORS]
        return lambda: loop(makers[0](), makers[1](), makers[2](), market.prices)

    update, columns = own_copy(_tick_call), (market.prices, market.sizes, market.times)
    bare, bare_tick = own_copy(_loop), own_copy(_tick_loop)
    trios = {peer.name: three(peer) for peer in peers if peer.streams.keys() >= {*INDICATORS}}
    return Plan(
        key="tick",
        title="one tick: the analyzer in one call, EMA(20), RSI(14) and MACD(12,26,9) in three",
        unit="tick",
        ours="analyzer.update",
        contenders={
            **dict.fromkeys(BARE, lambda: bare(market.prices)),
            "analyzer.update": lambda: update(OptimizedTechnicalAnalyzer().update, *columns),
            "supreme, three calls": three(OURS),
            **dict.fromkeys(BARE_TICK, lambda: bare_tick(*columns)),
            **trios,
        },
        loops={
            "analyzer.update": BARE_TICK,
            **dict.fromkeys(["supreme, three calls", *trios], BARE),
        },
        parts=[list(trios)],
        elements=len(market.prices),
        bar=Bar(0.55, 0.45),
    )


def plan_emas(peers: Sequence[Peer], market: Market) -> Plan:
    """Set one update of the EMA against each peer's."""

    def one(peer: Peer) -> Contender:
        loop, make = own_copy(_one_call), peer.streams["ema"].make
        return lambda: loop(make(), market.prices)

    bare = own_copy(_loop)
    emas = {peer.name: one(peer) for peer in (OURS, *peers) if "ema" in peer.streams}
    return Plan(
        key="ema",
        title="EMA(20), one update",
        unit="update",
        ours=OURS.name,
        contenders={**dict.fromkeys(BARE, lambda: bare(market.prices)), **emas},
        loops=dict.fromkeys(emas, BARE),
        parts=[[name for name in emas if name != OURS.name]],
        elements=len(market.prices),
        bar=Bar(1.3, 1.0),
    )


def plan_batches(peers: Sequence[Peer], market: Market, *, used: bool) -> Plan:
    """Set one fused pass against the sum of the best peer for each indicator.

    Args:
        peers: Whom to compare with.
        market: What to compute on.
        used: Whether results lie on memory used before, or on fresh pages of the kernel.
    """

    def whole(batch: Batch) -> Contender:
        return lambda: _whole_array(batch.run, market.array)

    def label(indicator: str, peer: Peer) -> str:
        return f"{indicator} {peer.name}"

    def into(out: list[Any]) -> Contender:
        return lambda: _whole_array(
            lambda array: OptimizedTechnicalAnalyzer().indicator_batch(array, out=out), market.array
        )

    every = {
        label(indicator, peer): whole(batch)
        for peer in (OURS, *peers)
        for indicator, batch in peer.batches.items()
    }
    every["fused supreme, out="] = into([market.array.copy() for _ in range(5)])
    return Plan(
        key="batch" if used else "batch_fresh",
        title=f"one pass over {len(market.array):,} prices, results on "
        + ("memory used before" if used else "fresh pages, for information"),
        unit="price",
        ours=label("fused", OURS),
        contenders=every,
        loops=dict.fromkeys(every, ()),
        parts=[[label(i, peer) for peer in peers if i in peer.batches] for i in INDICATORS],
        elements=len(market.array),
        bar=Bar(0.5, 0.3) if used else None,
    )


# The run.


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return the exit code."""
    options = _parse(arguments)
    found, missing = installed()
    if not found:
        print(f"bench_peers: none is installed of {', '.join(missing)}", file=sys.stderr)
        return 2
    if find_spec("numpy") is None:
        print("bench_peers: numpy is missing; the extra `bench` has it", file=sys.stderr)
        return 2
    peers = [peer for of_library in found.values() for peer in of_library]
    market = Market.make(options.ticks, options.elements)
    checked = market.prices[:CHECKED_PRICES]
    faults = [
        fault
        for peer in (OURS, *peers)
        for fault in wrong_values(peer, checked, market.array[: len(checked)])
    ]
    faults += analyzer_faults(market)
    if faults:
        print("bench_peers: not timed, values are wrong:", *faults, sep="\n  ", file=sys.stderr)
        return 2
    facts = {
        "machine": machine(),
        "versions": {name: version_of(name) for name in ("supreme-system-v5", *found)},
        "missing": missing,
        "rounds": options.rounds,
        "ticks": options.ticks,
        "elements": options.elements,
        "notes": {peer.name: peer.note for peer in peers if peer.note},
    }
    results = run(peers, market, options.rounds)
    print(as_json(facts, results) if options.json else as_text(facts, results))
    return int(any(result.missed for result in results) and not options.report_only)


def run(peers: Sequence[Peer], market: Market, rounds: int) -> list[Result]:
    """Measure every comparison for which there are peers."""
    results = []
    for make, keep in (
        (plan_ticks, None),
        (plan_emas, None),
        (partial(plan_batches, used=False), False),
        (partial(plan_batches, used=True), True),
    ):
        plan = make(peers, market)
        if not all(plan.parts):
            print(f"bench_peers: {plan.key}: no peer at hand takes part", file=sys.stderr)
            continue
        if keep is not None and not keep_memory(keep=keep):
            print(f"bench_peers: {plan.key}: the allocator cannot be told", file=sys.stderr)
        results.append(measure(plan, rounds=rounds, warm_up=WARM_UP_ROUNDS))
    return results


def analyzer_faults(market: Market) -> list[str]:
    """Tell what the analyzer did not do on the ticks that it will be timed with."""
    analyzer = OptimizedTechnicalAnalyzer()
    for price, size, time in zip(market.prices, market.sizes, market.times, strict=True):
        analyzer.update(price, size, time)
    seen = analyzer.snapshot()
    tick = seen.tick
    if tick.ema is None or tick.rsi is None or tick.macd is None:
        return ["analyzer: no values"]
    expected = ema(market.prices) + rsi(market.prices) + macd(market.prices)
    faults = differences("analyzer", (tick.ema, tick.rsi, *tick.macd), expected)
    closed = analyzer.history("bar", "1m")
    if not (closed and seen.accepted == seen.gate.seen == len(market.prices)):
        faults.append("analyzer: the gate did not see every tick, or no bar was closed")
    return faults


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=40, help="how often each one works")
    parser.add_argument("--ticks", type=int, default=20_000, help="calls per round")
    parser.add_argument("--elements", type=int, default=1_000_000, help="length of the arrays")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--report-only", action="store_true", help="end with 0 at missed bars too")
    options = parser.parse_args(arguments)
    if options.rounds < (1 if options.report_only else LEAST_ROUNDS):
        parser.error(f"--rounds is {LEAST_ROUNDS} or more, so that a median can be judged")
    if min(options.ticks, options.elements) < CHECKED_PRICES:
        parser.error(f"--ticks and --elements are {CHECKED_PRICES} or more")
    return options


if __name__ == "__main__":
    sys.exit(main())
