"""Small runs: the world around them, files of trades and bars, and strategies as files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from textwrap import indent

from supreme_system_v5.app import World
from tests.fakes.clock import ManualClock

__all__ = ["HOUR_MS", "bars_file", "strategy_file", "trades_file", "world"]

HOUR_MS = 1_735_689_600_000
"""2025-01-01T00:00:00Z."""


def world(**environment: str) -> World:
    """Return a process without a file of settings, whose clock stands still."""
    return World(environment=environment, dotenv_path=None, clock=ManualClock())


def trades_file(path: Path, rows: Sequence[tuple[float, str]]) -> Path:
    """Write trades of size 0.5 from (seconds after the hour, price)."""
    lines = [f"{HOUR_MS + round(at * 1000)},{price},0.5,buy\n" for at, price in rows]
    path.write_text("timestamp_ms,price,size,side\n" + "".join(lines), encoding="utf-8")
    return path


def bars_file(path: Path, closes: Sequence[float], reach: float = 0.0) -> Path:
    """Write a minute for each close, which opens at the close before and goes `reach` beyond."""
    lines, first = [], closes[0]
    for minute, close in enumerate(closes):
        high, low = max(first, close) + reach, min(first, close) - reach
        lines.append(f"{HOUR_MS + 60_000 * minute},{first},{high},{low},{close},1.5\n")
        first = close
    path.write_text("timestamp_ms,open,high,low,close,volume\n" + "".join(lines), encoding="utf-8")
    return path


def strategy_file(path: Path, decide: str, more: str = "") -> Path:
    """Write a strategy whose class `Mine` has this body of `decide`, and this besides."""
    path.write_text(
        "import math\n"
        "from supreme_system_v5.domain import Flag\n"
        "from supreme_system_v5.strategies import MarketView, Signal\n\n\n"
        "class Mine:\n"
        f"{indent(more, '    ')}\n"
        "    def decide(self, view: MarketView) -> Signal | None:\n"
        f"{indent(decide, '        ')}\n",
        encoding="utf-8",
    )
    return path
