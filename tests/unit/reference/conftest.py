"""Fixtures for the reference implementation."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.reference.series import Candles, candles_around, random_walk, read_candles


@pytest.fixture(scope="session")
def real_candles(data_dir: Path) -> Candles:
    """Return two weeks of recorded one-minute bars, a crash among them."""
    return read_candles(data_dir / "bars" / "binance_spot_BTCUSDT_1m_20240726-20240808.csv.gz")


@pytest.fixture(params=["walk", "real"])
def candles(request: pytest.FixtureRequest) -> Candles:
    """Return made-up bars, then recorded ones."""
    if request.param == "walk":
        return candles_around(random_walk(2_000))
    recorded: Candles = request.getfixturevalue("real_candles")
    return recorded
