"""TA-Lib over all recorded bars: the same values within 1e-9, and as many that are not known yet.

A new indicator is one more line in `SAME`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import talib

from supreme_system_v5.optimized import AverageTrueRange as Atr
from supreme_system_v5.optimized import BollingerBands as Bands
from supreme_system_v5.optimized import SimpleMovingAverage as Sma
from supreme_system_v5.optimized import UltraOptimizedEMA as Ema
from supreme_system_v5.optimized import UltraOptimizedMACD as Macd
from supreme_system_v5.optimized import UltraOptimizedRSI as Rsi
from tests.support.recordings import BAR_FILES, Candles, candles

Answer = Any
"""A column, or a tuple of columns."""


class Pair(NamedTuple):
    """What we answer, what TA-Lib answers, and how much of it is noise.

    Attributes:
        ours: Our answer.
        theirs: TA-Lib's.
        ulps: The difference of two averages may cross zero, where it is known no better than the
            prices that went into it: so many units in the last place of the highest price.
    """

    ours: Callable[[Candles], Answer]
    theirs: Callable[[Candles], Answer]
    ulps: float = 0.0


SAME: dict[str, Pair] = {
    "EMA 5": Pair(lambda x: Ema(5, "sma").batch(x.close), lambda x: talib.EMA(x.close, 5)),
    "EMA 50": Pair(lambda x: Ema(50, "sma").batch(x.close), lambda x: talib.EMA(x.close, 50)),
    "EMA 200": Pair(lambda x: Ema(200, "sma").batch(x.close), lambda x: talib.EMA(x.close, 200)),
    "SMA 20": Pair(lambda x: Sma(20).batch(x.close), lambda x: talib.SMA(x.close, 20)),
    "RSI 14": Pair(lambda x: Rsi(14).batch(x.close), lambda x: talib.RSI(x.close, 14)),
    "RSI 2": Pair(lambda x: Rsi(2).batch(x.close), lambda x: talib.RSI(x.close, 2)),
    "MACD": Pair(
        lambda x: Macd(seed="sma").batch(x.close), lambda x: talib.MACD(x.close, 12, 26, 9)
    ),
    "MACD 5 35 5": Pair(
        lambda x: Macd(5, 35, 5, "sma").batch(x.close),
        lambda x: talib.MACD(x.close, 5, 35, 5),
        ulps=4.0,
    ),
    "Bollinger 20": Pair(
        lambda x: Bands(20, 2.0).batch(x.close),
        lambda x: talib.BBANDS(x.close, 20, 2.0, 2.0),
    ),
    "Bollinger 50": Pair(
        lambda x: Bands(50, 2.5).batch(x.close),
        lambda x: talib.BBANDS(x.close, 50, 2.5, 2.5),
    ),
    "ATR 14": Pair(
        lambda x: Atr(14).batch(x.high, x.low, x.close),
        lambda x: talib.ATR(x.high, x.low, x.close, 14),
    ),
    "ATR 3": Pair(
        lambda x: Atr(3).batch(x.high, x.low, x.close),
        lambda x: talib.ATR(x.high, x.low, x.close, 3),
    ),
}


@pytest.fixture(scope="module")
def recorded(data_dir: Path) -> dict[str, Candles]:
    """Return all bar files."""
    files = sorted((data_dir / "bars").glob("*.csv.gz"))
    assert len(files) == BAR_FILES
    return {path.name: candles(path) for path in files}


@pytest.mark.parametrize("name", SAME)
def test_it_says_the_same(recorded: dict[str, Candles], name: str) -> None:
    ours, theirs, ulps = SAME[name]
    bars = 0
    for file, columns in recorded.items():
        bars += len(columns.close)
        one, other = ours(columns), theirs(columns)
        noise = ulps * float(np.spacing(columns.high.max()))
        pairs = zip(one, other, strict=True) if isinstance(other, tuple | list) else [(one, other)]
        for mine, yours in pairs:
            found = np.asarray(mine)
            assert found.shape == yours.shape
            assert np.array_equal(np.isnan(found), np.isnan(yours)), file
            np.testing.assert_allclose(found, yours, rtol=1e-9, atol=noise, err_msg=file)
    assert bars > 600_000
