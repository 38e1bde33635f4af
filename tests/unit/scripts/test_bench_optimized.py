from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import bench_optimized
from bench_optimized import MINUTE_NS, main, minute_bars, minute_ticks, missed, time_patterns

if TYPE_CHECKING:
    import pytest

SCRIPT = Path(__file__).parents[3] / "scripts" / "bench_optimized.py"
HELD = {"EMA": {"p50": 199.9, "p99": 500.0, "max": 900.0}}


def test_ticks_are_a_minute_apart_and_the_seeds() -> None:
    ticks = minute_ticks(Random(1), 500)
    assert ticks == minute_ticks(Random(1), 500) != minute_ticks(Random(2), 500)
    assert {after[2] - before[2] for before, after in pairwise(ticks)} == {MINUTE_NS}
    assert all(price > 0 and size > 0 for price, size, _ in ticks)


def test_bars_lead_from_tick_to_tick() -> None:
    ticks = minute_ticks(Random(1), 500)
    bars = minute_bars(Random(1), ticks)
    assert bars == minute_bars(Random(1), ticks)
    assert [close for *_, close in bars] == [price for price, _, _ in ticks]
    assert all(after[0] == before[3] for before, after in pairwise(bars))
    assert all(
        low <= min(first, last) <= max(first, last) <= high for first, high, low, last in bars
    )
    assert time_patterns(bars, rounds=1) >= 0.0


def test_limits_are_on_the_medians_and_on_memory() -> None:
    assert missed(HELD, 400.0, 119.9) == []
    assert missed({"EMA": {"p50": 200.0}}, 1.0, 1.0) == [
        "EMA: median 200.000 µs per update, the limit is below 200 µs"
    ]
    assert missed(HELD, 401.0, 1.0) == ["patterns: 401 ns a bar, the limit is 400 ns"]
    assert missed(HELD, 1.0, 120.0) == ["memory: 120.0 MB resident, the limit is below 120 MB"]


def test_it_reports_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--ticks", "50", "--json"])
    report = json.loads(capsys.readouterr().out)
    assert list(report["updates_us"]) == [
        "EMA(20)",
        "RSI(14)",
        "MACD(12,26,9)",
        "Bollinger(20)",
        "ATR(14)",
        "VWAP(60)",
        "volatility(60)",
        "patterns",
        "analyzer",
    ]
    assert all(set(of) == {"p50", "p99", "max"} for of in report["updates_us"].values())
    assert report["rss_mb"] > 0
    assert report["patterns_ns"] > 0


def test_a_missed_limit_is_said_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench_optimized, "RSS_LIMIT_MB", 0.0)
    assert main(["--ticks", "50"]) == 1
    assert "MISSED memory:" in capsys.readouterr().err


def test_it_loads_nothing_that_would_count_as_memory() -> None:
    code = f"import sys; sys.path.insert(0, {str(SCRIPT.parent)!r}); import bench_optimized; "
    code += "print({'numpy', 'pandas', 'aiohttp', 'asyncio'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
