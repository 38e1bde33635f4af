"""How much memory news, whales and their sources add to a run, part by part, against our own limit.

    python scripts/bench_memory_news.py [--json]        exit code 1 beyond the limit

Resident memory of one process, after each step. It begins with what every run has loaded: engine,
risk, native core; the composition root is loaded on the way, and not counted. The windows are
full: 2 000 headlines, 20 000 transfers in 30 days, a provider's word on ten exchanges for each day,
in all three assets, and 225 addresses. The sources are made with every key and stand idle, and
remember 10 000 things. aiohttp is told apart: whoever is connected to an exchange has it anyway.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import gc
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil

from benchlib import machine
from supreme_system_v5 import engine, mtf, optimized, risk, simulation
from supreme_system_v5.backtest.runner import BacktestRunner

LIMIT_MB = 15.0
"""Of everything but aiohttp and what comes with it."""
HEADLINES = Path(__file__).resolve().parent.parent / "data" / "news" / "headlines.csv"
WINDOW = 2_000
DAYS, DAY_NS = 30, 86_400 * 10**9
BEGIN_NS = 20_000 * DAY_NS
EVERY_RUN = (engine, mtf, optimized, risk, simulation, BacktestRunner)
ROOT = "composition root, in every run"
NETWORK = "aiohttp, with asyncio and ssl"


class Scale:
    """Weighs the process."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._last = self._weigh()
        self.base = self._last
        self.steps: dict[str, float] = {}

    def _weigh(self) -> float:
        gc.collect()
        return self._process.memory_info().rss / 1e6

    def step(self, name: str) -> None:
        """Note what was added since the last step, in MB."""
        now = self._weigh()
        self.steps[name] = now - self._last
        self._last = now


def classifier(texts: Sequence[str], scale: Scale) -> object:
    """Make one with its model and fill its window."""
    from supreme_system_v5.news_whale import AdvancedNewsClassifier
    from supreme_system_v5.news_whale.model import read_model

    scale.step("code of news and whales")
    from supreme_system_v5 import app  # noqa: F401 - it is not to be weighed with what comes next

    scale.step(ROOT)
    news = AdvancedNewsClassifier(optimized.HeadlineModel(read_model()))
    for number, text in enumerate(texts):
        at_ns = BEGIN_NS + number * 86 * 10**9
        news.classify(text, source=f"site{number % 40}.com", published_at=at_ns, received_at=at_ns)
    scale.step(f"model, classifier, {len(texts)} headlines")
    return news


def flows(scale: Scale) -> object:
    """Make an aggregator and fill it for 30 days."""
    from supreme_system_v5.domain import ExchangeFlow, Origin, Transfer
    from supreme_system_v5.news_whale import AddressBook, MoneyFlowAggregator
    from supreme_system_v5.news_whale.addresses import Owner

    book = AddressBook()
    for number in range(225):
        book.add(f"0x{number:040x}", Owner(f"exchange {number % 40}"))
    whales, origin = MoneyFlowAggregator(book), Origin("BTC-USDT", "paper", "1")
    chance = random.Random(1)
    for number in range(20_000):
        at_ns = BEGIN_NS + number * DAYS * DAY_NS // 20_000
        whales.take(
            Transfer(
                origin=origin, seq=0, event_ns=at_ns, receive_ns=at_ns,
                asset=("BTC", "ETH", "USDT")[number % 3], amount=chance.randrange(1, 2_000) / 2,
                sender=f"0x{chance.randrange(2_000):040x}",
                receiver=f"0x{chance.randrange(2_000):040x}", transaction=f"{number:064x}",
            )
        )  # fmt: skip
    for number in range(DAYS * 30):
        end_ns = BEGIN_NS + (DAYS + number // 30) * DAY_NS
        whales.take(
            ExchangeFlow(
                origin=origin, seq=0, event_ns=end_ns, receive_ns=end_ns, source="a",
                asset=("BTC", "ETH", "USDT")[number % 3], start_ns=end_ns - DAY_NS,
                exchange=f"exchange {number % 30 // 3}",
                inflow=number, outflow=0,
            )
        )  # fmt: skip
    whales.view(BEGIN_NS + 2 * DAYS * DAY_NS)
    scale.step(f"flows of {DAYS} days")
    return whales


async def idle(scale: Scale) -> object:
    """Make every source, with a client that is entered."""
    import aiohttp  # noqa: F401 - to weigh it

    scale.step(NETWORK)
    from supreme_system_v5.app.sources import keys_of, limits_of, make_pollers
    from supreme_system_v5.clock import SystemClock, sleep_ns
    from supreme_system_v5.domain.feeds import NewsItem
    from supreme_system_v5.news_sources.http_client import HttpClient
    from supreme_system_v5.news_sources.seen import Seen
    from supreme_system_v5.settings import load_settings

    keys = {"CRYPTOPANIC_API_KEY": "k" * 40, "WHALE_ALERT_API_KEY": "k" * 40}
    settings = load_settings(keys, None)
    clock, chance = SystemClock(), random.Random(1)
    async with HttpClient(
        clock=clock, sleep=sleep_ns, chance=chance, keys=keys_of(settings), limits=limits_of()
    ) as client:
        pollers = make_pollers(settings, client, clock=clock, sleep=sleep_ns, chance=chance)
        scale.step("sources, idle")
        seen = Seen()
        for number in range(10_000):
            seen.is_new(
                NewsItem(source="a", key=f"{number}", published_ns=None, received_ns=1, title="t")
            )
        scale.step("10 000 things remembered as told")
        return pollers, seen


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="print JSON instead of lines")
    options = parser.parse_args(arguments)
    if early := [name for name in sys.modules if ".news_" in name]:
        parser.error(f"{', '.join(early)} is loaded by every run, and would not be counted")
    with HEADLINES.open(encoding="utf-8", newline="") as file:
        texts = [row["title"] for row in csv.DictReader(file)][:WINDOW]
    scale = Scale()
    held = [classifier(texts, scale), flows(scale)]  # they have to stay while the next is weighed
    held.append(asyncio.run(idle(scale)))
    total = sum(scale.steps.values()) - scale.steps[ROOT]
    ours = total - scale.steps[NETWORK]
    if options.json:
        told = {"base_mb": scale.base, "added_mb": scale.steps, "ours_mb": ours, "total_mb": total}
        print(json.dumps({"machine": machine(), "memory": told}, indent=2))
    else:
        rows = {"every run": scale.base, **scale.steps, "without aiohttp": ours, "all": total}
        for name, megabytes in rows.items():
            print(f"{name:<44} {megabytes:>7.1f} MB")
    if ours > LIMIT_MB:
        print(f"MISSED without aiohttp: {ours:.1f} MB, the limit is {LIMIT_MB:g}", file=sys.stderr)
    return int(ours > LIMIT_MB)


if __name__ == "__main__":
    sys.exit(main())
