"""Time the headline model and the classifier, its loading and its memory, against our own limits.

    make bench
    python scripts/bench_news.py [--json] [--rounds N]

Reads the project's own headlines, and ends with 1 when a limit is missed. "Rust" are all calls of
the core for one headline (two tables, three sets of patterns), with the crossing from Python taken
off, which an empty text measures; "judge" is what a title says by itself, from raw text on;
"classify" knows sources and stories as well. docs/benchmarks.md says more.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter_ns, process_time_ns

import psutil

from benchlib import machine, percentile
from supreme_system_v5.news_whale import AdvancedNewsClassifier
from supreme_system_v5.news_whale.categories import CATEGORY_RULES
from supreme_system_v5.news_whale.model import read_model
from supreme_system_v5.news_whale.rules import HEDGE, HEDGE_UNLESS, RULES
from supreme_system_v5.news_whale.subjects import find_subjects
from supreme_system_v5.optimized import HeadlineModel, HeadlinePatterns

HEADLINES = Path(__file__).resolve().parent.parent / "data" / "news" / "headlines.csv"
WINDOW = 2_000
LIMITS = {
    "rust_us": 30.0,
    "judge_us": 60.0,
    "classify_p50_us": 1_000.0,
    "classify_max_us": 5_000.0,
    "load_ms": 50.0,
    "memory_mb": 15.0,
}
"""Of loading and of the classifier the processor's time counts; 99.9 % of calls are below "max"."""


def titles(count: int) -> list[str]:
    """Return so many different headlines, spread over the file."""
    with HEADLINES.open(encoding="utf-8", newline="") as file:
        found = [row["title"] for row in csv.DictReader(file)]
    step = max(len(found) // count, 1)
    return found[::step][:count]


def each(call: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    """Return what each call took, in microseconds."""
    taken = []
    for text in texts:
        start = perf_counter_ns()
        call(text)
        taken.append((perf_counter_ns() - start) / 1_000)
    return taken


def measure(texts: Sequence[str], rounds: int) -> dict[str, float]:
    """Return every figure that has a limit."""
    process = psutil.Process()
    before = process.memory_info().rss
    start = process_time_ns()
    model = HeadlineModel(read_model())
    news = AdvancedNewsClassifier(model)
    load_ms = (process_time_ns() - start) / 1e6
    hour = 3_600_000_000_000
    taken = []
    for number, text in enumerate([*texts, *texts]):
        at = hour + number * 86_000_000_000
        start = process_time_ns()
        news.classify(text, source=f"site{number % 40}.com", published_at=at, received_at=at)
        taken.append((process_time_ns() - start) / 1_000)
    memory_mb = (process.memory_info().rss - before) / 1e6
    patterns = [
        HeadlinePatterns([(rule.pattern, rule.unless) for rule in RULES]),
        HeadlinePatterns([(pattern, unless) for _, pattern, unless in CATEGORY_RULES]),
        HeadlinePatterns([(HEDGE, HEDGE_UNLESS)]),
    ]

    def core(text: str) -> None:
        for one in patterns:
            one.first(text)
        model.scores(text)
        model.category_scores(text)

    calls = [median(each(core, texts)) for _ in range(rounds)]
    crossing = median(median(each(core, [""] * 200)) for _ in range(rounds))
    judge_us = median(median(each(news.judge, texts)) for _ in range(rounds))
    subjects_us = median(median(each(find_subjects, texts)) for _ in range(rounds))
    return {
        "rust_us": max(median(calls) - crossing, 0.0),
        "judge_us": judge_us,
        "subjects_us": subjects_us,
        "classify_p50_us": percentile(taken, 50),
        "classify_max_us": percentile(taken, 99.9),
        "load_ms": load_ms,
        "memory_mb": memory_mb,
    }


def missed(found: dict[str, float]) -> list[str]:
    """Return a line for each limit that is not held."""
    return [
        f"{name}: {value:.2f}, the limit is {LIMITS[name]:g}"
        for name, value in found.items()
        if not value <= LIMITS.get(name, float("inf"))
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=25, help="how often (default 25)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of lines")
    options = parser.parse_args(arguments)
    if options.rounds < 1:
        parser.error("--rounds is 1 or more")
    found = measure(titles(WINDOW), options.rounds)
    faults = missed(found)
    if options.json:
        print(json.dumps({"machine": machine(), "news": found, "missed": faults}, indent=2))
    else:
        print("news: " + ", ".join(f"{name} {value:.2f}" for name, value in found.items()))
        if not faults:
            print("passed: " + ", ".join(f"{name} {most:g}" for name, most in LIMITS.items()))
    for fault in faults:
        print(f"MISSED {fault}", file=sys.stderr)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
