"""Time what it costs to follow large transfers, and see how much memory it needs.

    make bench
    python scripts/bench_whales.py [--json] [--transfers N] [--seed N]

Feeds seeded transfers of 30 days, and 2 880 reports of a provider, and ends with 1 when fewer than
10 000 a second are classified and counted, when windows, what is remembered and reports take more
than 2 MB, or when a view takes more than 0.5 ms. docs/benchmarks.md says more.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
from collections.abc import Sequence
from random import Random
from statistics import median
from time import process_time_ns

import psutil
from msgspec import structs

from benchlib import machine, table
from supreme_system_v5.domain import Leg, Origin, Transfer
from supreme_system_v5.news_whale import AddressBook, FlowReport, MoneyFlowAggregator
from supreme_system_v5.news_whale.addresses import Owner

TRANSFERS = 60_000
ROUNDS = 5
RATE_LIMIT = 10_000.0
STATE_LIMIT_MB = 2.0
VIEW_LIMIT_MS = 0.5
VIEWS = 20
EXCHANGES = 40
START_NS = 1_735_689_600_000_000_000
"""2025-01-01T00:00:00Z."""
DAYS_NS = 30 * 86_400 * 10**9
ASSETS = ("BTC", "BTC", "BTC", "ETH", "USDT", "USDC")
_ORIGIN = Origin(instrument="BTC-USDT", account="paper", run_id="bench")


def address(number: int) -> str:
    """Return an address of a number."""
    return f"0x{number:040x}"


def known() -> AddressBook:
    """Return a table of some exchanges with five addresses each."""
    book = AddressBook()
    for number in range(5 * EXCHANGES):
        book.add(address(number), Owner(f"Exchange {number // 5}"))
    return book


def transfers(rng: Random, count: int) -> list[Transfer]:
    """Invent transfers with two inputs and four outputs each, one in four touching an exchange."""

    def anybody() -> str:
        known_one = rng.random() < 0.04
        return address(rng.randrange(5 * EXCHANGES) if known_one else rng.randrange(10**6, 10**12))

    def legs(number: int) -> tuple[Leg, ...]:
        return tuple(Leg(anybody(), rng.randrange(10**9, 10**11)) for _ in range(number))

    found = []
    for turn in range(count):
        at_ns = START_NS + turn * DAYS_NS // count
        found.append(
            Transfer(
                origin=_ORIGIN,
                seq=turn,
                event_ns=at_ns,
                receive_ns=at_ns,
                asset=ASSETS[turn % len(ASSETS)],
                transaction=f"{turn:064x}",
                inputs=legs(2),
                outputs=legs(4),
            )
        )
    return found


def reports() -> list[FlowReport]:
    """Invent what a provider says of 24 exchanges and four assets on each of 30 days."""
    day_ns = DAYS_NS // 30
    return [
        FlowReport(
            source="bench",
            asset=asset,
            exchange=f"Exchange {number}",
            start_ns=START_NS + day * day_ns,
            end_ns=START_NS + (day + 1) * day_ns,
            received_ns=START_NS + (day + 1) * day_ns,
            net=(7 * day + number) % 50 * 10**10,
        )
        for day in range(30)
        for asset in ("BTC", "ETH", "USDT", "USDC")
        for number in range(24)
    ]


def view_ms(flow: MoneyFlowAggregator, now_ns: int) -> float:
    """Return how long a view takes just after a report has come."""
    times, last = [], flow.at(now_ns)[-1]
    for turn in range(VIEWS):
        flow.report(structs.replace(last, net=last.flow + 1 + turn, received_ns=now_ns + turn))
        start = process_time_ns()
        flow.view(now_ns + turn)
        times.append((process_time_ns() - start) / 1e6)
    return median(times)


def missed(rate: float, state_mb: float, view: float) -> list[str]:
    """Return a line for each limit that is not held."""
    faults = []
    if not rate >= RATE_LIMIT:
        faults.append(f"transfers: {rate:.0f} a second, the limit is {RATE_LIMIT:g}")
    if not state_mb <= STATE_LIMIT_MB:
        faults.append(f"state: {state_mb:.2f} MB, the limit is {STATE_LIMIT_MB:g} MB")
    if not view <= VIEW_LIMIT_MS:
        faults.append(f"view: {view:.2f} ms, the limit is {VIEW_LIMIT_MS:g} ms")
    return faults


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--transfers", type=int, default=TRANSFERS, help="how many (60 000)")
    parser.add_argument("--seed", type=int, default=42, help="of the invented transfers")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    if options.transfers < 1:
        parser.error("--transfers is 1 or more")

    told, book = transfers(Random(options.seed), options.transfers), known()
    facts_told = reports()
    rates, views, flow, grown = [], [], MoneyFlowAggregator(book), 0.0
    for _ in range(ROUNDS):
        before = psutil.Process().memory_info().rss
        flow = MoneyFlowAggregator(book)
        gc.disable()
        start = process_time_ns()
        for transfer in told:
            flow.take(transfer)
        rates.append(len(told) * 1e9 / max(process_time_ns() - start, 1))
        gc.enable()
        for fact in facts_told:
            flow.report(fact)
        views.append(view_ms(flow, START_NS + DAYS_NS))
        grown = max(grown, (psutil.Process().memory_info().rss - before) / 1e6)
    rate, view, state_mb = median(rates), median(views), flow.state_bytes / 1e6
    faults = missed(rate, state_mb, view)
    facts = machine()
    if options.json:
        report = {
            "machine": facts,
            "transfers": options.transfers,
            "per_second": rate,
            "view_ms": view,
            "state_mb": state_mb,
            "grown_mb": grown,
            "missed": faults,
        }
        print(json.dumps(report, indent=2))
    else:
        print(f"{facts['cpu']}, {facts['cores']} cores, {facts['python']}, load {facts['load']}")
        counts = f"{options.transfers} transfers and {len(facts_told)} reports"
        print(f"{counts} of 30 days, seed {options.seed}")
        rows = [
            ["transfers classified and counted, a second", f"{rate:,.0f}", f"{RATE_LIMIT:,.0f}"],
            [
                "windows, memory and reports of three assets, MB",
                f"{state_mb:.2f}",
                f"{STATE_LIMIT_MB:g}",
            ],
            ["a view after a report, ms", f"{view:.2f}", f"{VIEW_LIMIT_MS:g}"],
            ["resident memory grew by at most, MB", f"{grown:.1f}", ""],
        ]
        print(table(["whales", "measured", "limit"], rows))
    for fault in faults:
        print(f"MISSED {fault}", file=sys.stderr)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
