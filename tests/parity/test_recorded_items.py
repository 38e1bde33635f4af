"""Recorded headlines and transfers, judged by those who judge them in earnest, over recorded bars.

The parts are put together as a run of the command does it: the classifier with its model, the
flows of the whales with a published table of addresses, and the dynamic risk.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from supreme_system_v5.app import BacktestOptions, parts
from supreme_system_v5.app.backtest import make_runner
from supreme_system_v5.domain import Action, Record, Report
from supreme_system_v5.market_data import BarChunk, MarketFiles, TimeWindow
from supreme_system_v5.settings import load_settings
from tests.support.runs import strategy_file

SECOND_MS, DAY_MS = 1_000, 86_400_000
FROM_MS = 1_733_097_600_000
"""2024-12-02 00:00 UTC."""
DAYS = 2
_DECIDE = """
if view.position is not None:
    return Signal.exit("turn") if view.position.bars_held > 20 else None
return Signal.enter("turn", stop=view.price * 0.99, target=view.price * 1.05)
"""

Row = dict[str, Any]


class Decisions:
    """Everything decided and reported, with its time."""

    def __init__(self) -> None:
        self.found: list[tuple[int, bytes]] = []

    def add(self, entry: Action | Report) -> None:
        self.found.append((entry.event_ns, msgspec.msgpack.encode(entry)))

    def note(self, record: Record) -> None:
        self.found.append((record.event_ns, msgspec.msgpack.encode(record)))

    def until(self, time_ns: int) -> list[tuple[int, bytes]]:
        return [entry for entry in self.found if entry[0] <= time_ns]


def headlines(folder: Path) -> list[Row]:
    """Return the headlines of those days, each received half a second before a minute ended.

    So a second more or less is a decision earlier or later.
    """
    first, last = "2024-12-01T18", f"2024-12-{2 + DAYS:02}"
    with (folder / "news" / "cryptopanic_votes.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if first <= row["published_at"] < last]
    return [
        {
            "title": row["title"],
            "source": row["source"],
            "published_at": row["published_at"],
            "received_ms": (
                round(datetime.fromisoformat(row["published_at"]).timestamp()) // 60 + 1
            )
            * 60_000
            - 500,
        }
        for row in rows
    ]


def transfers(folder: Path) -> list[Row]:
    """Return recorded transfers, moved so that four weeks of them come before those days."""
    path = folder / "whale" / "btc_whale_transactions.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    for row in rows:
        row["timestamp_ms"] -= 392 * DAY_MS
    return [row for row in rows if row["timestamp_ms"] < FROM_MS + DAYS * DAY_MS]


@pytest.fixture(scope="module")
def bars(data_dir: Path) -> list[BarChunk]:
    files = MarketFiles.find(
        [data_dir / "bars" / "binance_spot_BTCUSDT_1m_20241201-20241229.csv.gz"]
    )
    window = TimeWindow(from_ns=FROM_MS * 10**6, to_ns=(FROM_MS + DAYS * DAY_MS) * 10**6)
    return [chunk for chunk in window.of(files.chunks()) if isinstance(chunk, BarChunk)]


def written(path: Path, rows: Iterable[Row]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def run(
    bars: Sequence[BarChunk],
    folder: Path,
    data: Path,
    news: Sequence[Row],
    whales: Sequence[Row],
) -> Decisions:
    addresses = data / "whale" / "btc_exchange_addresses.csv"
    environment = {
        "CONFIDENCE_VETOES": "news,whales",
        "EXCHANGE_ADDRESSES": str(addresses),
        "FLOW_WEIGHTS": "0.5,-0.1,0.1",
        "CONFIDENCE_WEIGHTS": "1,0,0",
        "COOL_DOWN_MINUTES": "0",
        "MAX_FEE_BLEED": "1",
        "MAX_DRAWDOWN": "0.5",
        "MAX_DAILY_LOSS": "0.2",
        "MAX_DAILY_LOSS_R": "100",
        "MAX_ENTRIES_PER_DAY": "1000",
        "MAX_LOSS_STREAK": "1000",
    }
    settings = load_settings(environment, None)
    options = BacktestOptions(
        strategy=str(strategy_file(folder / "mine.py", _DECIDE)),
        news=written(folder / "news.jsonl", news),
        whales=written(folder / "whales.jsonl", whales),
        risk="dynamic",
    )
    log = Decisions()
    units = parts.venue(settings, options.costs).in_units(None)
    runner = make_runner(options, settings, None, units, log, None, log.note)
    for chunk in bars:
        runner.feed(chunk)
    runner.finish()
    return log


def statuses(log: Decisions, domain: str) -> set[str]:
    """Return what a domain's judgement was when something was decided."""
    found = set()
    for _, entry in log.found:
        details = msgspec.msgpack.decode(entry).get("details") or {}
        judged = (details.get("review") or {}).get("judged") or {}
        factors = [one for one in judged.get("factors", ()) if one["name"] == domain]
        found |= {factor["status"] for factor in factors}
    return found


def test_a_second_later_changes_no_earlier_decision(
    bars: list[BarChunk], data_dir: Path, tmp_path: Path
) -> None:
    news, whales = headlines(data_dir), transfers(data_dir)
    assert len(news) >= 20
    assert len(whales) > 200
    original = run(bars, tmp_path, data_dir, news, whales)
    assert statuses(original, "news") >= {"no_data", "partial"}
    assert statuses(original, "whales") == {"partial", "stale"}
    assert len({entry[0] for entry in original.found}) > 1_000
    rng, changed = random.Random(3), set()
    for kind, rows in (("news", news), ("whales", whales)):
        name = "received_ms" if kind == "news" else "timestamp_ms"
        places = [place for place, row in enumerate(rows) if row[name] > FROM_MS - DAY_MS]
        for place in rng.sample(places, 6):
            later = [dict(row) for row in rows]
            received_ms = later[place][name]
            later[place][name] += SECOND_MS
            both = (later, whales) if kind == "news" else (news, later)
            again = run(bars, tmp_path, data_dir, *both)
            assert again.until(received_ms * 10**6) == original.until(received_ms * 10**6)
            if again.found != original.found:
                changed.add(kind)
    assert changed == {"news", "whales"}  # what comes after may well


def test_the_order_of_rows_in_a_file_does_not_matter(
    bars: list[BarChunk], data_dir: Path, tmp_path: Path
) -> None:
    news, whales = headlines(data_dir), transfers(data_dir)
    backward = run(bars, tmp_path, data_dir, news[::-1], whales[::-1])
    assert backward.found == run(bars, tmp_path, data_dir, news, whales).found
