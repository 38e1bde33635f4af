"""Time whole backtests, and see how much memory the command needs.

    make bench              the short form, with the other limits of our own
    make bench-backtest     all of it, also beside other libraries
    python scripts/bench_backtest.py [--long] [--json] [--rounds N] [--ticks N] [--bars N]

Ends with 1 when a limit is missed, and with 2 when what ran is not what was to be timed.
docs/benchmarks.md says what is measured and why it is measured this way.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from random import Random
from time import perf_counter_ns
from typing import Any

from backtest_market import bar_chunks, trade_chunks, write_trades
from backtest_peers import PEERS, join
from backtest_runs import (
    CASH,
    FEE_ONLY,
    EmaCross,
    TickReversal,
    as_shipped,
    make_runner,
    nothing_refused,
    run_once,
)
from benchlib import machine, table, version_of
from supreme_system_v5.backtest.runner import BacktestRunner
from supreme_system_v5.domain import VENUES
from supreme_system_v5.market_data import BarChunk, TradeChunk

ROUNDS = 5
COMMAND_ROUNDS = 5
TICKS = 2_000_000
BARS = 525_600
LONG_FACTOR = 10
NAUTILUS_BARS = 100_000
"""It is so slow that a year would take half a minute, and its memory grows with the bars."""

COMMAND_LIMIT_S = 2.5
RSS_LIMIT_MB = 120.0
RSS_GROWTH_LIMIT_MB = 5.0
SAME_MONEY = 1e-4
"""Quote currency by which libraries may end apart: some round every amount, some none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One thing measured, several times.

    Attributes:
        name: What.
        unit: In what.
        values: Of every round.
        limit: What it must hold; None where it is told only.
        goal: What is hoped for.
        at_most: Whether it must not be above its limit, or else not below.
        orders: How many orders were sent in a round.
    """

    name: str
    unit: str
    values: Sequence[float]
    limit: float | None = None
    goal: float | None = None
    at_most: bool = False
    orders: int | None = None

    @property
    def median(self) -> float:
        """What counts."""
        return statistics.median(self.values)

    @property
    def missed(self) -> bool:
        """Tell whether the limit is not held."""
        if self.limit is None:
            return False
        return not (self.median <= self.limit if self.at_most else self.median >= self.limit)

    def cells(self) -> list[str]:
        """Return its line in the table."""
        best = min(self.values) if self.at_most else max(self.values)
        sign = "<= " if self.at_most else ">= "
        return [
            self.name,
            f"{self.median:.2f}",
            f"{best:.2f}",
            self.unit,
            "" if self.limit is None else f"{sign}{self.limit:g}",
            "" if self.goal is None else f"{self.goal:g}",
            "" if self.orders is None else f"{self.orders}",
        ]


# The engine, over columns in memory.


def engine_figures(ticks: int, bars: int, seed: int, rounds: int) -> Iterator[Figure]:
    """Time runs over trades and over bars.

    Raises:
        RuntimeError: The built-in signal and the same in Python do not end with the same money.
    """
    trades = list(trade_chunks(Random(seed), ticks))
    spot = partial(make_runner, VENUES["okx-spot"])
    timed = partial(_timed, chunks=trades, rows=ticks, unit="M ticks/s", rounds=rounds)
    yield timed(
        "ticks, built-in ema-cross", partial(spot, signal="ema-cross"), limit=4.0, goal=20.0
    )[0]
    judged = partial(spot, signal="ema-cross", parameters={"stop_atr": 2.0}, risk=as_shipped)
    yield timed("ticks, built-in, timeframes and risk", judged, limit=4.0, refusing=True)[0]
    yield timed("ticks, Python at 1m bars", partial(spot, new_strategy=EmaCross), limit=0.4)[0]
    rare, often = (partial(TickReversal, margin) for margin in (2.0, 40.0))
    yield timed("ticks, Python at significant ticks", partial(spot, new_strategy=rare), limit=0.4)[
        0
    ]
    yield timed("ticks, the same with many orders", partial(spot, new_strategy=often))[0]
    del trades

    minutes = list(bar_chunks(Random(seed), bars))
    fee_only = partial(make_runner, FEE_ONLY)
    timed = partial(_timed, chunks=minutes, rows=bars, unit="M bars/s", rounds=rounds)
    built_in, ours = timed(
        "bars, built-in ema-cross", partial(fee_only, signal="ema-cross"), limit=1.0
    )
    yield built_in
    python, theirs = timed(
        "bars, the same in Python", partial(fee_only, new_strategy=EmaCross), limit=0.1, goal=0.2
    )
    if ours != theirs:
        raise RuntimeError(f"built in, and the same in Python, are not the same: {ours}, {theirs}")
    yield python
    judged = partial(fee_only, signal="ema-cross", parameters={"stop_atr": 2.0})
    yield timed(
        "bars, built-in, timeframes and risk",
        partial(judged, risk=as_shipped),
        limit=1.0,
        refusing=True,
    )[0]
    yield timed(
        "bars, the same, but few refused", partial(judged, risk=nothing_refused), refusing=True
    )[0]


def _timed(
    name: str,
    make: Callable[[], BacktestRunner],
    *,
    chunks: Sequence[TradeChunk | BarChunk],
    rows: int,
    unit: str,
    rounds: int,
    limit: float | None = None,
    goal: float | None = None,
    refusing: bool = False,
) -> tuple[Figure, tuple[int, int, int]]:
    """Run several times; return the figure, and what every run came to."""
    outcomes = [run_once(make(), chunks, refusing=refusing) for _ in range(rounds)]
    first = outcomes[0]
    rates = [rows * 1_000.0 / outcome.elapsed_ns for outcome in outcomes]
    figure = Figure(name=name, unit=unit, values=rates, limit=limit, goal=goal, orders=first.orders)
    return figure, (first.orders, first.trips, first.cash)


# The whole command, in processes of its own.


@dataclass(frozen=True, slots=True)
class CommandRun:
    """What one run of the command cost: seconds on the wall, and peak memory by two witnesses."""

    seconds: float
    told_mb: float
    seen_mb: float


def run_command(path: Path) -> CommandRun:
    """Run `supreme backtest` over a file, untouched by settings of whoever calls.

    Linux hands a child the peak of its parent as its own first peak, so call this while little is
    loaded.
    """
    arguments = ["backtest", str(path), "--strategy", "ema-cross", "--json"]
    with tempfile.TemporaryFile() as out:
        start = perf_counter_ns()
        process = subprocess.Popen(
            [sys.executable, "-m", "supreme_system_v5", *arguments],
            stdout=out,
            cwd=path.parent,
            env={"STATE_DIR": str(path.parent)},
        )
        _, status, used = os.wait4(process.pid, 0)
        seconds = (perf_counter_ns() - start) / 1e9
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"supreme backtest ended with {process.returncode}")
        out.seek(0)
        report = json.load(out)
    return CommandRun(seconds, report["peak_rss_mb"], used.ru_maxrss / 2**10)


def command_figures(ticks: int, seed: int, *, long: bool) -> Iterator[Figure]:
    """Time the command over a CSV of `ticks`, and see its memory there and over another length."""
    other = ticks * LONG_FACTOR if long else ticks // LONG_FACTOR
    with tempfile.TemporaryDirectory(prefix="supreme-bench-") as folder:
        path = Path(folder) / "trades.csv"
        write_trades(path, trade_chunks(Random(seed), ticks))
        runs = [run_command(path) for _ in range(COMMAND_ROUNDS)]
        write_trades(path, trade_chunks(Random(seed), other))
        others = [run_command(path) for _ in range(1 if long else 3)]
    yield Figure(
        name=f"command, {ticks:,} ticks of CSV",
        unit="s",
        values=[run.seconds for run in runs],
        limit=COMMAND_LIMIT_S if ticks == TICKS else None,
        at_most=True,
    )
    peaks = [max(run.told_mb, run.seen_mb) for run in runs]
    other_peaks = [max(run.told_mb, run.seen_mb) for run in others]
    memory = partial(Figure, unit="MB", at_most=True)
    yield memory(name=f"its peak over {ticks:,} ticks", values=peaks, limit=RSS_LIMIT_MB)
    yield memory(name=f"its peak over {other:,} ticks", values=other_peaks, limit=RSS_LIMIT_MB)
    growth = abs(statistics.median(other_peaks) - statistics.median(peaks))
    yield memory(name="difference of the two", values=[growth], limit=RSS_GROWTH_LIMIT_MB)


# Beside other libraries.


def peer_rows(bars: int, seed: int) -> Iterator[dict[str, Any]]:
    """Run the same strategy over the same bars on every library that is there.

    Raises:
        RuntimeError: A library trades another number of times, or ends with other money.
    """
    for name, run in PEERS.items():
        used = min(bars, NAUTILUS_BARS) if name == "nautilus_trader" else bars
        chunks = list(bar_chunks(Random(seed), used))
        ours = run_once(make_runner(FEE_ONLY, signal="ema-cross"), chunks)
        try:
            theirs = run(join(chunks))
        except ImportError:
            yield {"name": name, "version": "not installed"}
            continue
        net = ours.cash / 1e8 - CASH
        if theirs.trips != ours.trips or not abs(theirs.net - net) < SAME_MONEY:
            raise RuntimeError(f"{name}: {theirs}, but ours is {ours} with a net of {net}")
        yield {
            "name": name,
            "version": version_of(name),
            "bars": used,
            "bars_per_second": used * 1e9 / theirs.elapsed_ns,
            "ours_per_second": used * 1e9 / ours.elapsed_ns,
            "ratio": theirs.elapsed_ns / ours.elapsed_ns,
            "trips": theirs.trips,
            "net": theirs.net,
            "net_difference": theirs.net - net,
        }


PEER_HEAD = ("peer", "bars", "bars/s", "ours", "times", "trips", "net", "money apart")


def peer_cells(row: dict[str, Any]) -> list[str]:
    """Return a peer's line in the table."""
    if "bars" not in row:
        return [f"{row['name']} {row['version']}", *[""] * (len(PEER_HEAD) - 1)]
    return [
        f"{row['name']} {row['version']}",
        f"{row['bars']:,}",
        f"{row['bars_per_second']:,.0f}",
        f"{row['ours_per_second']:,.0f}",
        f"{row['ratio']:.1f}",
        f"{row['trips']:,}",
        f"{row['net']:,.2f}",
        f"{row['net_difference']:.1e}",
    ]


# The run.


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return the exit code."""
    options = _parse(arguments)
    facts = machine()
    try:
        figures = [
            *command_figures(options.ticks, options.seed, long=options.long),
            *engine_figures(options.ticks, options.bars, options.seed, options.rounds),
        ]
        peers = list(peer_rows(options.bars, options.seed)) if options.long else []
    except RuntimeError as error:
        print(f"bench_backtest: {error}", file=sys.stderr)
        return 2
    if options.json:
        shown = [{**asdict(figure), "missed": figure.missed} for figure in figures]
        print(json.dumps({"machine": facts, "figures": shown, "peers": peers}, indent=2))
    else:
        print(f"{facts['cpu']}, {facts['cores']} cores, {facts['python']}, load {facts['load']}")
        head = ["backtest", "median", "best", "unit", "limit", "goal", "orders"]
        print(table(head, [figure.cells() for figure in figures]))
        if peers:
            print()
            print(table(PEER_HEAD, [peer_cells(row) for row in peers]))
    missed = [figure for figure in figures if figure.missed]
    for figure in missed:
        name, median, _, unit, limit, *_ = figure.cells()
        print(f"MISSED {name}: {median} {unit}, the limit is {limit}", file=sys.stderr)
    return int(bool(missed))


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--long", action="store_true", help="also 10 times the ticks, and peers")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"of each (default {ROUNDS})")
    parser.add_argument("--ticks", type=int, default=TICKS, help=f"how many (default {TICKS})")
    parser.add_argument("--bars", type=int, default=BARS, help=f"how many (default {BARS})")
    parser.add_argument("--seed", type=int, default=42, help="of the invented markets")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    options = parser.parse_args(arguments)
    if min(options.rounds, options.ticks // LONG_FACTOR, options.bars) < 1:
        parser.error(f"--rounds and --bars are 1 or more, --ticks is {LONG_FACTOR} or more")
    return options


if __name__ == "__main__":
    sys.exit(main())
