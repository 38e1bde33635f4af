"""The same decisions under dynamic risk, native or plain, however the events come."""

from __future__ import annotations

import random
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.parity.test_engine import streams
from tests.support.engine_runs import NATIVE, REFERENCE, BusyStrategy, Chunk, cut, read, run
from tests.support.risk_runs import eager


@settings(deadline=None, max_examples=25)
@given(chunks=streams(), seed=st.integers(0, 2**32))
def test_invented_markets_however_they_come(chunks: list[Chunk], seed: int) -> None:
    rng = random.Random(seed)
    whole = run(NATIVE, BusyStrategy, chunks, risk=eager)
    assert whole == run(NATIVE, BusyStrategy, cut(chunks, rng), risk=eager)
    assert whole == run(NATIVE, BusyStrategy, cut(chunks, None), risk=eager)
    assert whole == run(REFERENCE, BusyStrategy, cut(chunks, rng), risk=eager)


def test_recorded_bars_and_trades_however_they_come(data_dir: Path) -> None:
    paths = sorted((data_dir / "bars").glob("*BTCUSDT_1m_2024*"))
    paths += sorted((data_dir / "trades").glob("*usdm_BTCUSDT*"))
    assert len(paths) == 4
    refused: set[str] = set()
    for path in paths:
        chunks = read(path)
        whole = run(NATIVE, BusyStrategy, chunks, risk=eager)
        assert whole == run(NATIVE, BusyStrategy, cut(chunks, random.Random(path.name)), risk=eager)
        assert whole == run(REFERENCE, BusyStrategy, chunks, risk=eager)
        refused |= whole.refusals.keys()
    assert refused >= {"DRAWDOWN", "CONFIDENCE", "NO_STOP"}
