"""Load the whole live system by a simulated exchange, and hold it to its budgets.

    make load                                    # 60 s at 20 trades a second
    python scripts/load_single_symbol.py --duration 3600
    python scripts/load_single_symbol.py --rate 5000

The exchange (`supreme sim`) and the system (`supreme run`) are processes of their own; only the
system is measured, once a second. Ends with 1 when the processor was used for more than 88 % on
average, more than 3.86 GB of memory at the peak, a trade was lost, by the system's own account or
by the exchange's count of what it told, or, at up to 20 trades a second, the share of skipped
trades left 0.2 to 0.8; at more than 100 a second also when the 99th percentile from receiving
trades to having decided is above 5 ms. docs/benchmarks.md says more.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent))

from benchlib import machine, table
from supreme_system_v5.market_data import MarketFiles, TradeChunk
from supreme_system_v5.optimized import SmartEventProcessor

MOST_CPU, MOST_BYTES = 88.0, 3.86e9
"""The roadmap's walls."""
OWN_CPU, OWN_MB = 3.0, 90.0
"""What the system sets itself: percent of a core at 20 trades a second, and resident memory."""
SKIPPED = (0.2, 0.8)
MOST_P99_S = 0.005
BUSY = 100.0
"""From so many trades a second on, the time to a decision is what counts."""
TARGET = "0.6"
CAPTURES = (
    "binance_spot_BTCUSDT_20240808",
    "binance_usdm_BTCUSDT_20240808",
    "binance_spot_BTCUSDT_20250928-30_sessions",
)
HISTORY = "300"
_SETTLED_S = 2.0
_COUNTED_S = 2.0
"""So long, at the begin and at the end, the exchange's count is put beside the system's."""
_UNDER_WAY_S = 0.02
"""What is told within so long can be between the two: nothing at 20 trades a second."""
SUPREME = (sys.executable, "-m", "supreme_system_v5")


@dataclass(frozen=True)
class Load:
    """What was seen.

    Attributes:
        seconds: How long it traded.
        cpu_percent: Of one core, on average.
        peak_bytes: Largest resident memory.
        growth_bytes: Of the last third over the middle third, on average.
        trades: Trades that the system took, with those of the first minute that it read later.
        rate: Of those that it was told in a second.
        lost: Trades that it knows it missed, and could not read later.
        untold: Trades that the exchange counts, and the system does not; see `untold`.
        skip_ratio: Share of trades that woke nobody.
        bars_checked: Minutes compared with the exchange's.
        bars_differing: Those that differed.
        p99_s: From receiving trades to having decided; the upper bound of its bucket.
    """

    seconds: float
    cpu_percent: float
    peak_bytes: float
    growth_bytes: float
    trades: int
    rate: float
    lost: int
    untold: int
    skip_ratio: float
    bars_checked: int
    bars_differing: int
    p99_s: float


@contextmanager
def simulated(rate: float, scenario: str, seed: int) -> Iterator[str]:
    """Yield the address of an exchange that runs until it is left."""
    command = [*SUPREME, "sim", "--port", "0", "--rate", f"{rate:g}", "--scenario", scenario]
    with subprocess.Popen(
        [*command, "--seed", str(seed), "--no-limits"], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            if process.stdout is None:
                raise RuntimeError("the exchange has no output")
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def run_load(duration: float, rate: float, scenario: str, seed: int) -> Load:
    """Run both, and return what was seen of the system.

    Raises:
        RuntimeError: The system did not run to its end.
    """
    with tempfile.TemporaryDirectory() as folder, simulated(rate, scenario, seed) as url:
        environment = os.environ | {
            "STATE_DIR": folder,
            "GATE_TARGET_SKIP_RATIO": TARGET,
            "WARMUP_MINUTES": HISTORY,
        }
        command = [*SUPREME, "run", "--feed", "okx", "--feed-url", url, "--json"]
        command += ["--duration", f"{duration:g}", "--metrics-port", "0"]
        out, said = Path(folder, "out.json"), Path(folder, "said.txt")
        with (
            out.open("w") as stdout,
            said.open("w") as stderr,
            subprocess.Popen(command, stdout=stdout, stderr=stderr, env=environment) as process,
        ):
            used = _watched(process, said, url, duration)
        if process.returncode:
            raise RuntimeError(f"supreme run ended with {process.returncode}: {said.read_text()}")
        status = json.loads(out.read_text())["status"]
    feed, wakes = status["feed"], status["wakes"]
    return Load(
        seconds=used.seconds,
        cpu_percent=used.cpu_percent,
        peak_bytes=max(used.peak_bytes, status["machine"]["memory_peak_bytes"]),
        growth_bytes=used.growth_bytes,
        trades=wakes["seen"],
        rate=used.rate,
        lost=feed["missing"] - feed["recovered"] + wakes["late"] + wakes["bad"],
        untold=untold(used.begin, used.end),
        skip_ratio=1.0 - wakes["processed"] / max(wakes["seen"], 1),
        bars_checked=status["bars_checked"],
        bars_differing=status["bars_differing"],
        p99_s=used.p99_s,
    )


@dataclass(frozen=True)
class _Used:
    seconds: float
    cpu_percent: float
    peak_bytes: float
    growth_bytes: float
    p99_s: float
    rate: float
    begin: list[int]
    end: list[int]


def _watched(process: subprocess.Popen[bytes], said: Path, exchange: str, duration: float) -> _Used:
    """Watch a process until it ends; from when it trades on."""
    watched = psutil.Process(process.pid)
    url = _metrics_url(process, said)
    begin, before = monotonic(), watched.cpu_times()
    sizes: list[int] = []
    begun: list[int] = []
    ended: list[int] = []
    first, page, cpu, seconds = "", "", 0.0, 0.0
    first_s, page_s = 0.0, 0.0
    while process.poll() is None:
        try:
            times = watched.cpu_times()
            sizes.append(watched.memory_info().rss)
        except psutil.Error:
            break
        cpu = times.user + times.system - before.user - before.system
        seconds = monotonic() - begin
        # What waited for history is no measure.
        opening = _SETTLED_S < seconds < _SETTLED_S + _COUNTED_S
        ending = seconds > duration - _COUNTED_S
        if opening or ending:
            seen = _page(url)
            if seen:
                first, first_s = (first, first_s) if first else (seen, seconds)
                page, page_s = seen, seconds
            (ended if ending else begun).extend(_apart(exchange, seen))
        often = seconds < _SETTLED_S + _COUNTED_S or seconds > duration - 2 * _COUNTED_S
        sleep(0.25 if often else 1.0)
    process.wait()
    third = len(sizes) // 3
    middle, last = sizes[third : 2 * third], sizes[2 * third : 3 * third]
    growth = sum(last) / len(last) - sum(middle) / len(middle) if third else 0.0
    return _Used(
        seconds=seconds,
        cpu_percent=100 * cpu / max(seconds, 1e-9),
        peak_bytes=max(sizes, default=0),
        growth_bytes=growth,
        p99_s=p99(first, page),
        rate=((_taken(page) or 0) - (_taken(first) or 0)) / max(page_s - first_s, 1e-9),
        begin=begun,
        end=ended,
    )


def _apart(exchange: str, page: str) -> list[int]:
    """Return the exchange's count just after a page less the page's; nothing where one is not."""
    taken, told = _taken(page), _page(f"{exchange}/sim")
    return [json.loads(told)["trades"] - taken] if taken is not None and told else []


def _taken(page: str) -> int | None:
    found = re.search(r"^supreme_ticks_total (\S+)$", page, re.MULTILINE)
    return int(float(found[1])) if found else None


def untold(begin: Sequence[int], end: Sequence[int]) -> int:
    """Return how many trades were lost between two times, whatever the system itself says.

    Args:
        begin: By how much the exchange's count of trades was ahead of the system's, a few times.
        end: The same, later. What was just under way makes single ones larger, never smaller: the
            least counts.

    Raises:
        RuntimeError: One of them was not counted.
    """
    if not begin or not end:
        raise RuntimeError("exchange and system could not be compared: let it run for 10 s or more")
    return max(min(end) - min(begin), 0)


def _metrics_url(process: subprocess.Popen[bytes], said: Path) -> str:
    while process.poll() is None:
        if found := re.search(r"http://\S+/metrics", said.read_text()):
            return found[0]
        sleep(0.05)
    raise RuntimeError(f"supreme run ended with {process.returncode}: {said.read_text()}")


def _page(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - http to ourselves
            return str(answer.read().decode())
    except OSError:
        return ""


def p99(first: str, last: str) -> float:
    """Return the bound below which 99 % of decisions between two pages of metrics were made.

    In seconds; infinite where there were none.
    """
    before, counts = _buckets(first), _buckets(last)
    more = {bound: count - before.get(bound, 0.0) for bound, count in counts.items()}
    total = more.get(float("inf"), 0.0)
    within = (bound for bound, count in more.items() if total and count >= 0.99 * total)
    return min(within, default=float("inf"))


def _buckets(page: str) -> dict[float, float]:
    name = "supreme_tick_to_decision_seconds_bucket"
    rows = re.findall(rf'^{name}\{{le="([^"]+)"\}} (\S+)$', page, re.MULTILINE)
    return {float(bound): float(count) for bound, count in rows}


def static_ratios(data: Path) -> dict[str, float]:
    """Return the share that the fixed gate skips of each recording that is there."""
    found = {}
    for name in CAPTURES:
        path = data / "trades" / f"{name}.csv.gz"
        if path.is_file():
            gate = SmartEventProcessor()
            for chunk in MarketFiles.find([path]).chunks():
                if isinstance(chunk, TradeChunk):
                    rows = zip(chunk.prices, chunk.sizes, chunk.timestamps_ns, strict=True)
                    for price, size, at_ns in rows:
                        gate.should_process(price, size, at_ns)
            found[name] = gate.skip_ratio
    return found


def missed(load: Load, rate: float) -> list[str]:
    """Return a line for each limit that was not held."""
    faults = []
    if load.cpu_percent >= MOST_CPU:
        faults.append(f"processor: {load.cpu_percent:.1f} %, the limit is {MOST_CPU:g} %")
    if load.peak_bytes >= MOST_BYTES:
        faults.append(f"memory: {load.peak_bytes / 1e6:.0f} MB, the limit is 3860 MB")
    if load.lost:
        faults.append(f"{load.lost} trades were lost")
    if load.untold > math.floor(rate * _UNDER_WAY_S):
        faults.append(f"{load.untold} trades were told by the exchange, and not taken")
    if load.bars_differing:
        faults.append(f"{load.bars_differing} minutes differ from the exchange's")
    low, high = SKIPPED
    if rate < BUSY and not low <= load.skip_ratio <= high:
        faults.append(f"skipped: {load.skip_ratio:.3f} of the trades, allowed is {low} to {high}")
    if rate >= BUSY and load.p99_s > MOST_P99_S:
        faults.append(f"99 % decided within {load.p99_s * 1e3:g} ms, the limit is 5 ms")
    return faults


def shown(load: Load) -> str:
    """Return what was seen, as a table."""
    rows = [
        ("trades taken, with the first minute's", f"{load.trades:,}", ""),
        ("trades a second", f"{load.rate:.1f}", ""),
        ("trades lost, by its own account", f"{load.lost}", "0"),
        ("trades lost, by the exchange's count", f"{load.untold}", "0 at 20/s; 20 ms of them"),
        ("minutes that differ from the exchange's", f"{load.bars_differing}", "0"),
        ("minutes compared", f"{load.bars_checked}", ""),
        ("processor, % of a core", f"{load.cpu_percent:.2f}", f"{MOST_CPU:g}; own {OWN_CPU:g}"),
        ("memory at the peak, MB", f"{load.peak_bytes / 1e6:.1f}", f"3860; own {OWN_MB:g}"),
        ("memory, last third over the middle one, MB", f"{load.growth_bytes / 1e6:+.2f}", ""),
        ("share of trades skipped", f"{load.skip_ratio:.3f}", "0.2 to 0.8 at 20/s"),
        ("99 % decided within, ms", f"{load.p99_s * 1e3:g}", "5 from 100/s on"),
    ]
    return table(("whole system, live", "seen", "limit"), rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the load and print what was seen; 1 when a limit was missed."""
    parser = argparse.ArgumentParser(description="Load the live system by a simulated exchange.")
    parser.add_argument("--duration", type=float, default=60.0, help="seconds")
    parser.add_argument("--rate", type=float, default=20.0, help="trades a second")
    moods = ("calm", "normal", "volatile", "crash")
    parser.add_argument("--scenario", default="normal", choices=moods)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print figures as JSON")
    options = parser.parse_args(arguments)
    load = run_load(options.duration, options.rate, options.scenario, options.seed)
    data = os.environ.get("SUPREME_DATA_DIR")
    ratios: Mapping[str, float] = static_ratios(Path(data)) if data else {}
    faults = missed(load, options.rate)
    if options.json:
        print(json.dumps({**vars(load), "static": ratios, "missed": faults}))
    else:
        print("; ".join(f"{name} {value}" for name, value in machine().items()))
        print(shown(load))
        if ratios:
            rows = [(name, f"{ratio:.3f}") for name, ratio in ratios.items()]
            print(table(("recorded trades, fixed gate", "skipped"), rows))
        for fault in faults:
            print(f"missed: {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
