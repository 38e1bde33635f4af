from __future__ import annotations

from importlib.util import find_spec
from random import Random

import pytest

from backtest_market import bar_chunks
from backtest_peers import PEERS, join, lots
from backtest_runs import CASH, FEE_ONLY, FRACTION, MARKET, make_runner, run_once
from supreme_system_v5.risk import ApprovedOrder, Entry, FixedFraction
from supreme_system_v5.simulation import Ledger
from tests.support.scenes import PlainScene


def test_chunks_become_columns_with_their_signals() -> None:
    bars = join(list(bar_chunks(Random(1), 2_000, rows=700)))
    (whole,) = bar_chunks(Random(1), 2_000)
    assert (bars.closes, bars.times) == (whole.closes, whole.timestamps_ns)
    assert len(bars.enter) == len(bars.leave) == 2_000
    assert not any([*bars.enter[:25], *bars.leave[:25]])  # EMA(26) is not there yet
    assert not any(enter and leave for enter, leave in zip(bars.enter, bars.leave, strict=True))


def test_talib_signals_as_often_as_the_core_enters() -> None:
    chunks = list(bar_chunks(Random(1), 3_000))
    bars, long, entries = join(chunks), False, 0
    for enter, leave in zip(bars.enter, bars.leave, strict=True):
        if long:
            long = not leave
        elif enter:
            long, entries = True, entries + 1
    assert entries == run_once(make_runner(FEE_ONLY, signal="ema-cross"), chunks).trips


@pytest.mark.parametrize("price", [61_234.56, 0.5, 999_999.99])
def test_lots_are_what_risk_approves(price: float) -> None:
    units = FEE_ONLY.in_units(MARKET)
    entry = Entry(1, round(price * 100), 0)
    order = FixedFraction(FRACTION, units).review(entry, PlainScene(), Ledger(units, CASH * 10**8))
    assert isinstance(order, ApprovedOrder)
    assert order.quantity == lots(CASH, price)


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_makes_the_same_money(name: str) -> None:
    if find_spec(name) is None:
        pytest.skip(f"{name} is not installed; `make bench-backtest` installs it")
    chunks = list(bar_chunks(Random(1), 2_000))
    ours = run_once(make_runner(FEE_ONLY, signal="ema-cross"), chunks)
    theirs = PEERS[name](join(chunks))
    assert theirs.trips == ours.trips > 20
    assert theirs.net == pytest.approx(ours.cash / 1e8 - CASH, abs=1e-6)
