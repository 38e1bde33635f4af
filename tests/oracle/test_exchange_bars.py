"""The trades of an exchange rebuild the exchange's own bars, to the last digit."""

from __future__ import annotations

import csv
import gzip
from decimal import Decimal
from pathlib import Path

import pytest

from supreme_system_v5.domain import AnalyzerConfig, Bar, Instrument
from supreme_system_v5.optimized import BarBuilder, OptimizedTechnicalAnalyzer
from supreme_system_v5.reference import BarBuilder as PlainBarBuilder
from tests.support.recordings import MS, columns_of, trades

MINUTES = range(1_723_161_300_000, 1_723_161_600_000, 60_000)  # 2024-08-08T23:55 to 23:59
SIZE_DECIMALS = {"BTCUSDT": 5, "ETHUSDT": 4}
symbols = pytest.mark.parametrize("symbol", SIZE_DECIMALS)
Row = tuple[int, float, float, float, float, float]


def published(data_dir: Path, symbol: str) -> list[Row]:
    """Return the five minutes that the capture covers, as the exchange has them."""
    path = data_dir / "bars" / f"binance_spot_{symbol}_1m_20240726-20240808.csv.gz"
    with gzip.open(path, "rt", newline="") as file:
        rows = [
            (
                int(row["timestamp_ms"]),
                float(row["open"]),
                float(row["high"]),
                float(row["low"]),
                float(row["close"]),
                float(row["volume"]),
            )
            for row in csv.DictReader(file)
            if int(row["timestamp_ms"]) in MINUTES
        ]
    assert [row[0] for row in rows] == list(MINUTES)
    return rows


def shown(bars: list[Bar]) -> list[Row]:
    """Return the same five minutes of what was built."""
    return [
        (bar.open_ns // MS, bar.open, bar.high, bar.low, bar.close, bar.volume)
        for bar in bars
        if bar.timeframe == "1m" and bar.open_ns // MS in MINUTES
    ]


def instrument_of(symbol: str) -> Instrument:
    return Instrument(symbol=symbol, price_decimals=2, size_decimals=SIZE_DECIMALS[symbol])


@symbols
@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("make", [BarBuilder, PlainBarBuilder], ids=["native", "plain"])
def test_the_bar_builder(
    data_dir: Path, symbol: str, strict: bool, make: type[BarBuilder | PlainBarBuilder]
) -> None:
    builder = make(instrument_of(symbol) if strict else None)
    rows = trades(data_dir / "trades" / f"binance_spot_{symbol}_20240808.csv.gz")
    bars = [bar for row in rows for bar in builder.update(*row)]
    assert shown(bars) == published(data_dir, symbol)
    assert builder.late == 0
    first = next(bar for bar in bars if bar.timeframe == "1m")
    assert (first.partial, first.open_ns // MS) == (True, MINUTES[0] - 60_000)
    for bar in bars:
        if bar.timeframe == "1m":
            sizes = [
                Decimal(row.size) for row in rows if bar.open_ns <= row.timestamp_ns < bar.close_ns
            ]
            assert (bar.volume, bar.trades) == (float(sum(sizes)), len(sizes))


@symbols
@pytest.mark.parametrize("by_column", [True, False])
def test_the_analyzer(data_dir: Path, symbol: str, by_column: bool) -> None:
    analyzer = OptimizedTechnicalAnalyzer(AnalyzerConfig(instrument=instrument_of(symbol)))
    rows = trades(data_dir / "trades" / f"binance_spot_{symbol}_20240808.csv.gz")
    if by_column:
        columns, position = columns_of(rows), 0
        while position < len(rows):
            position, _ = analyzer.advance(*columns, start=position)
    else:
        for row in rows:
            analyzer.update(*row)
    assert shown(analyzer.history("bar", "1m")) == published(data_dir, symbol)
    five = analyzer.timeframe("5m").bar
    minutes = published(data_dir, symbol)
    assert five is not None
    assert (five.open, five.close) == (minutes[0][1], minutes[-1][4])
    assert (five.high, five.low) == (max(row[2] for row in minutes), min(row[3] for row in minutes))
    assert five.volume == float(sum(Decimal(str(row[5])) for row in minutes))
