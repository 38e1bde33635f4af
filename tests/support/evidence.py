"""Made-up trades and minutes, for those who weigh them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

from supreme_system_v5.evidence.random_entries import MinuteBars
from supreme_system_v5.evidence.report import EvidenceReport, Labels, Tries
from supreme_system_v5.evidence.trades import DAY_NS, TradeRecord
from supreme_system_v5.evidence.walk_forward import split
from supreme_system_v5.evidence.weighing import Material, Variant, daily_sums, weigh
from tests.support.runs import HOUR_MS

__all__ = ["MINUTE_NS", "START_NS", "bars_of", "material", "random_walk", "record", "weighed"]

MINUTE_NS = 60_000_000_000
START_NS = HOUR_MS * 1_000_000

LABELS = Labels(
    strategy="mine", source="bars.csv", symbol="BTC-USDT", costs="okx-perp", risk="fixed", seed=42
)


def record(
    net: float = 1.0,
    *,
    day: float = 0.0,
    gross: float | None = None,
    minutes: float = 10.0,
    side: int = 1,
    confidence: float | None = None,
) -> TradeRecord:
    """Return a trade entered so many days after 2025-01-01."""
    entry_ns = START_NS + round(day * DAY_NS)
    return TradeRecord(
        side=side,
        entry_ns=entry_ns,
        exit_ns=entry_ns + round(minutes * MINUTE_NS),
        gross_bps=net if gross is None else gross,
        net_bps=net,
        confidence=confidence,
    )


def bars_of(
    closes: Sequence[float], start_ns: int = START_NS, step_ns: int = MINUTE_NS
) -> MinuteBars:
    """Return a minute (or another step) for each close, which opens at the close before."""
    bars, first = MinuteBars.empty(), closes[0]
    for minute, close in enumerate(closes):
        bars.times_ns.append(start_ns + minute * step_ns)
        bars.opens.append(first)
        bars.highs.append(max(first, close))
        bars.lows.append(min(first, close))
        bars.closes.append(close)
        first = close
    return bars


def random_walk(rng: Random, minutes: int, momentum: float = 0.0) -> list[float]:
    """Return closes whose steps (5 bps) keep this part of the step before."""
    price, step, closes = 100.0, 0.0, []
    for _ in range(minutes):
        step = momentum * step + rng.gauss(0.0, 0.0005)
        price *= math.exp(step)
        closes.append(price)
    return closes


def material(
    variants: Sequence[Sequence[TradeRecord]],
    days: int,
    bars: MinuteBars | None = None,
    *,
    tries: Tries | None = None,
    errors: Sequence[str] = (),
) -> Material:
    """Return what is weighed: trades of variants over so many days from 2025-01-01."""
    from supreme_system_v5.evidence.deflated_sharpe import day_statistics

    first = START_NS // DAY_NS
    places = range(first, first + days)
    return Material(
        labels=LABELS,
        variants=[
            Variant(
                name=f"n={number}" if number else "",
                trades=trades,
                observed=day_statistics(daily_sums(trades, places)),
            )
            for number, trades in enumerate(variants)
        ],
        stretches=[bars_of([100.0, 101.0, 100.0, 99.0] * 360 * days) if bars is None else bars],
        periods=split(START_NS, START_NS + days * DAY_NS),
        days=places,
        tries=tries or Tries(variants=len(variants), variance=None, counted=True, note="here"),
        costs_bps=(0.0, 2.0, 5.0, 10.0),
        strategy_errors=errors,
    )


def weighed(
    trades: Sequence[TradeRecord], days: int, *more: Sequence[TradeRecord], draws: int = 20
) -> EvidenceReport:
    """Return the report about trades over so many days."""
    return weigh(material([trades, *more], days), Random(1), draws)
