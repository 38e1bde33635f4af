"""Recorded trades, whole files: native and in plain Python the same, down to the last bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from supreme_system_v5 import optimized, reference
from supreme_system_v5.domain import AnalyzerConfig, Flag, Instrument
from tests.support.bits import everything, exact
from tests.support.recordings import columns_of, trades

FILES = {
    "binance_spot_BTCUSDT_20240808.csv.gz": Instrument(
        symbol="BTC-USDT", price_decimals=2, size_decimals=5
    ),
    "binance_spot_BTCUSDT_20250215.csv.gz": None,  # jumps back in time, repeats itself
    "binance_spot_BTCUSDT_20250928-30_sessions.csv.gz": None,  # silent for a day, sizes like 1e-05
    "binance_spot_XRPETH_201910.csv.gz": Instrument(
        symbol="XRP-ETH", price_decimals=8, size_decimals=8
    ),
}
each_file = pytest.mark.parametrize(("name", "instrument"), FILES.items(), ids=list(FILES))


@each_file
def test_every_answer(data_dir: Path, name: str, instrument: Instrument | None) -> None:
    config = AnalyzerConfig(instrument=instrument)
    native: Any = optimized.OptimizedTechnicalAnalyzer(config)
    plain: Any = reference.OptimizedTechnicalAnalyzer(config)
    rows = trades(data_dir / "trades" / name)
    raised = 0
    for place, row in enumerate(rows):
        answer = native.update(*row)
        assert answer == plain.update(float(row.price), float(row.size), *row[2:])
        raised |= answer
        if place % 1_000 == 0:
            assert native.snapshot() == plain.snapshot()
    assert everything(native) == everything(plain)
    snapshot = native.snapshot()
    assert snapshot.accepted + snapshot.late == len(rows)
    assert snapshot.gate.seen == snapshot.accepted
    assert Flag(raised) & (Flag.SIGNIFICANT | Flag.BAR_1M)


@each_file
def test_every_stop_of_advance(data_dir: Path, name: str, instrument: Instrument | None) -> None:
    config = AnalyzerConfig(instrument=instrument)
    native = optimized.OptimizedTechnicalAnalyzer(config)
    loop = optimized.OptimizedTechnicalAnalyzer(config)
    rows = trades(data_dir / "trades" / name)
    columns, position, found = columns_of(rows), 0, 0
    while position < len(rows):
        position, flags = native.advance(*columns, start=position)
        found |= flags
    raised = 0
    for row in rows:
        raised |= loop.update(*row)
    assert found == raised
    assert native.__getstate__() == loop.__getstate__()


@each_file
def test_every_bar(data_dir: Path, name: str, instrument: Instrument | None) -> None:
    native, plain = optimized.BarBuilder(instrument), reference.BarBuilder(instrument)
    closed = 0
    for row in trades(data_dir / "trades" / name):
        bars = native.update(*row)
        assert exact(bars) == exact(plain.update(*row))
        closed += len(bars)
    assert native.late == plain.late
    assert closed or "20250215" in name  # that one lasts for 23 seconds
