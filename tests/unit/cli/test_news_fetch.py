from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from supreme_system_v5.app import news_fetch
from supreme_system_v5.app.news_fetch import NewsFetched
from supreme_system_v5.cli.main import supreme
from supreme_system_v5.domain.feeds import (
    CalendarEntry,
    ChainTransfer,
    Coverage,
    NewsItem,
    SeriesPoint,
    SourceHealth,
    TransferStatus,
)
from supreme_system_v5.domain.view import ViewStatus

NOW = 1_780_000_000 * 10**9
ITEMS = (
    NewsItem(source="a", key="k", published_ns=NOW, received_ns=NOW, title="evil \u202e title"),
    NewsItem(source="a", key="l", published_ns=None, received_ns=NOW, title="no date"),
    ChainTransfer(
        source="b",
        chain="bitcoin",
        transaction="ab",
        asset="BTC",
        amount="150.5",
        status=TransferStatus.CONFIRMED,
        receiver_owner="binance",
        happened_ns=NOW,
        received_ns=NOW,
    ),
    SeriesPoint(
        source="c",
        asset="",
        metric="fear_greed",
        as_of_ns=NOW,
        received_ns=NOW,
        value="39",
        label="Fear",
    ),
    CalendarEntry(
        source="d",
        title="CPI",
        country="USD",
        due_ns=NOW,
        received_ns=NOW,
        impact="High",
        forecast="0.3%",
    ),
)
UP = SourceHealth(source="a", last_success_ns=NOW, items=5)
DOWN = SourceHealth(source="e", last_fault="e did not answer in time")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def fetched(
    monkeypatch: pytest.MonkeyPatch, *healths: SourceHealth, options: tuple[str, ...] = ()
) -> Result:
    status = ViewStatus.PARTIAL if UP in healths else ViewStatus.NO_DATA
    answer = NewsFetched(
        items=ITEMS if UP in healths else (),
        coverage=Coverage(status=status, age_ns=90 * 10**9, sources=healths),
    )
    monkeypatch.setattr(news_fetch, "run_news_fetch", lambda *_: answer)
    return CliRunner().invoke(supreme, ["news", "fetch", "--once", *options])


def test_what_is_told_stands_in_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    result = fetched(monkeypatch, UP, DOWN)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "2026-05-28 20:26  a                        evil \ufffd title"
    assert lines[1].startswith("no time           a")
    assert "150.5 BTC ? -> binance confirmed" in lines[2]
    assert "fear_greed 39 Fear" in lines[3]
    assert "High USD CPI forecast 0.3%" in lines[4]
    assert "coverage partial: the newest answer is 90.0 s old" in lines
    assert result.stderr == "e: e did not answer in time\n"


def test_json_lines_hold_items_and_then_health(monkeypatch: pytest.MonkeyPatch) -> None:
    result = fetched(monkeypatch, UP, options=("--json",))
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    kinds = [row["type"] for row in rows]
    assert kinds == ["news", "news", "transfer", "point", "date", "coverage"]
    assert rows[-1]["sources"][0]["source"] == "a"


def test_what_json_tells_is_read_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept = tmp_path / "kept.jsonl"
    kept.write_text(2 * fetched(monkeypatch, UP, options=("--json",)).stdout, encoding="utf-8")
    judged = CliRunner().invoke(supreme, ["news", "classify", str(kept), "--json"])
    rows = [json.loads(line) for line in judged.stdout.splitlines()]
    assert [row["title"] for row in rows] == 2 * ["evil \u202e title", "no date"]
    assert [row.get("read_as") for row in rows] == 2 * ["evil title", None]
    assert judged.stderr == f"{kept}: left out 6 items that are no headlines\n"
    whales = CliRunner().invoke(supreme, ["whales", str(kept), "--json"])
    assert (whales.exit_code, json.loads(whales.stdout)["transfers"]) == (0, 2)
    assert whales.stderr.splitlines() == [
        f"{kept}: left out 2 points of other series",
        f"{kept}: left out 6 rows that are no transfers or flows",
    ]


def test_nobody_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    result = fetched(monkeypatch, DOWN)
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "e: e did not answer in time",
        "Error: the source did not answer: there is no data",
    ]
    assert "coverage no_data: nothing was heard for 90.0 s" in result.stdout
    two = fetched(monkeypatch, DOWN, SourceHealth(source="f", last_fault="f is down"))
    assert two.stderr.endswith("Error: none of 2 sources answered: there is no data\n")


def test_a_run_for_real_against_what_is_not_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWS_FEEDS", "https://127.0.0.1/feed")
    result = CliRunner().invoke(supreme, ["news", "fetch", "--once", "--source", "rss:127.0.0.1"])
    assert result.exit_code == 1
    assert "https://127.0.0.1/feed is not asked: allowed is a public address" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "write --once"),
        (["--once", "--source", "x"], "source is 'x', allowed is one of"),
        (["--once", "--source", "cryptopanic"], "set CRYPTOPANIC_API_KEY"),
    ],
)
def test_wrong_usage(arguments: list[str], told: str) -> None:
    result = CliRunner().invoke(supreme, ["news", "fetch", *arguments])
    assert result.exit_code == 2
    assert told in result.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["news", "--help"], ["news", "fetch", "--help"]])
def test_help_needs_no_network_library(arguments: list[str]) -> None:
    program = (
        "import sys; from supreme_system_v5.cli.main import supreme\n"
        f"supreme({arguments!r}, standalone_mode=False)\n"
        "print(sorted({'aiohttp', 'numpy', 'asyncio', 'tenacity'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
