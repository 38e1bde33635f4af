"""What sources told, kept in a file as they told it, and given to a backtest by the command."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from supreme_system_v5.cli.main import supreme
from supreme_system_v5.domain.feeds import (
    CalendarEntry,
    Coverage,
    Item,
    NewsItem,
    SeriesPoint,
)
from supreme_system_v5.domain.view import ViewStatus
from tests.support.runs import HOUR_MS, bars_file, strategy_file

BEGIN_NS, MINUTE_NS, DAY_NS = HOUR_MS * 10**6, 60 * 10**9, 86_400 * 10**9
MINUTES = 240


@pytest.fixture(autouse=True)
def _a_market_that_rises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    bars_file(Path("bars.csv"), [60_000.0 + 40 * minute for minute in range(MINUTES)], reach=5.0)
    decide = "return None if view.position else Signal.enter('in', stop=view.price * 0.99, "
    strategy_file(Path("mine.py"), decide + "target=view.price * 1.03)")


def story(minute: int, title: str, source: str) -> NewsItem:
    at_ns = BEGIN_NS + minute * MINUTE_NS
    return NewsItem(
        source=source, key=f"{source} {minute}", published_ns=at_ns, received_ns=at_ns, title=title
    )


def flow(day: int, metric: str, coins: int) -> SeriesPoint:
    """Return half of what flowed on a day before the run, known by its start."""
    as_of_ns = BEGIN_NS - (day + 1) * DAY_NS
    return SeriesPoint(
        source="coin-metrics", asset="ETH", metric=metric, as_of_ns=as_of_ns,
        received_ns=as_of_ns + DAY_NS, value=str(coins),
    )  # fmt: skip


def kept(*items: Item) -> str:
    """Write a file as ``supreme news fetch --once --json`` prints it."""
    told = (*items, Coverage(status=ViewStatus.OK, age_ns=0, sources=()))
    Path("kept.jsonl").write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in told))
    return "kept.jsonl"


def told(*options: str, vetoes: str) -> dict[str, Any]:
    arguments = ["backtest", "bars.csv", "--strategy", "mine.py", "--costs", "okx-perp", "--json"]
    environment = {
        "CONFIDENCE_VETOES": vetoes, "FLOW_WEIGHTS": "0,-1,0", "IMPLEMENTATION": "rust",
    }  # fmt: skip
    result = CliRunner().invoke(supreme, [*arguments, *options], env=environment)
    assert (result.exit_code, result.stderr) == (0, "")
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def quiet() -> list[NewsItem]:
    """Somebody is heard of every ten minutes, and nothing happens."""
    return [
        story(minute, f"Developer notes number {minute} published", "rss:decrypt.co")
        for minute in range(0, MINUTES, 10)
    ]


HACK = (
    ("Hackers drain $900 million of bitcoin from Binance hot wallets", "rss:coindesk.com"),
    ("Binance confirms hack: $900 million of bitcoin drained", "rss:reuters.com"),
    ("Bitcoin plunges 20% as Binance halts withdrawals after hack", "rss:cointelegraph.com"),
)
BAD = [story(1 + turn, title, source) for turn, (title, source) in enumerate(HACK)]
DATE = CalendarEntry(
    source="forex-factory", title="CPI", country="USD", due_ns=BEGIN_NS, received_ns=BEGIN_NS,
    impact="High",
)  # fmt: skip


def test_bad_news_hold_trades_back() -> None:
    calm = told("--news", kept(*quiet()), vetoes="news")
    assert calm["trades"] > 0
    assert calm["funnel"]["approved"] > 0
    shaken = told("--news", kept(*quiet(), *BAD, DATE), vetoes="news")
    assert (shaken["trades"], shaken["funnel"]["approved"]) == (0, 0)
    assert shaken["funnel"]["refusals"] == {"CONFIDENCE": MINUTES}
    assert "Recorded items left out: 1 dates of the calendar." in shaken["notes"]
    # They are heard only by who asks for them.
    unasked = told("--news", kept(*quiet(), *BAD), vetoes="")
    assert unasked["trades"] == calm["trades"]


@pytest.mark.parametrize(("last", "held"), [(1_010, False), (900_000, True)])
def test_flows_hold_trades_back(last: int, held: bool) -> None:
    items: list[SeriesPoint] = []
    for day in range(30):
        into = last if day == 0 else 1_000 + 10 * (day % 3)
        items += [flow(day, "FlowInExNtv", into), flow(day, "FlowOutExNtv", 1_000)]
    report = told("--whales", kept(*items), vetoes="whales")
    assert (report["trades"] == 0) == held
    assert "notes" in report
    assert not [note for note in report["notes"] if "left out" in note]


def test_one_file_serves_both_options() -> None:
    series: Sequence[Item] = [flow(0, "FlowInExNtv", 1), flow(0, "FlowOutExNtv", 1)]
    name = kept(*quiet(), *series)
    both = told("--news", name, "--whales", name, vetoes="news")
    assert not [note for note in both["notes"] if "left out" in note]
    assert both["trades"] == told("--news", name, vetoes="news")["trades"] > 0
    one = told("--whales", name, vetoes="")
    rows = f"{len(quiet())} rows that are no transfers or flows"
    assert f"Recorded items left out: {rows}." in one["notes"]
