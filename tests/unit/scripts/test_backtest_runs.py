from __future__ import annotations

from functools import partial
from random import Random

import pytest

from backtest_market import bar_chunks, trade_chunks
from backtest_runs import FEE_ONLY, EmaCross, Outcome, TickReversal, make_runner, run_once
from supreme_system_v5.domain import VENUES
from supreme_system_v5.strategies import MarketView, Signal


def came_to(outcome: Outcome) -> tuple[int, int, int]:
    return outcome.orders, outcome.trips, outcome.cash


def test_built_in_and_the_same_in_python_make_the_same_money() -> None:
    chunks = list(bar_chunks(Random(1), 3_000))
    built_in = run_once(make_runner(FEE_ONLY, signal="ema-cross"), chunks)
    python = run_once(make_runner(FEE_ONLY, new_strategy=EmaCross), chunks)
    assert came_to(built_in) == came_to(python)
    assert built_in.trips > 30
    assert built_in.elapsed_ns > 0


def test_a_reversal_over_ticks_trades_more_with_more_margin() -> None:
    chunks = list(trade_chunks(Random(1), 20_000))
    spot = partial(make_runner, VENUES["okx-spot"])
    rare = run_once(spot(new_strategy=partial(TickReversal, 2.0)), chunks)
    often = run_once(spot(new_strategy=partial(TickReversal, 40.0)), chunks)
    assert rare.orders < 10
    assert often.orders > 100


def test_a_strategy_that_fails_is_not_timed() -> None:
    class Broken(EmaCross):
        def decide(self, view: MarketView) -> Signal | None:
            raise ZeroDivisionError(f"at {view.now_ns}")

    with pytest.raises(RuntimeError, match="not what was to be timed: ZeroDivisionError"):
        run_once(make_runner(FEE_ONLY, new_strategy=Broken), list(bar_chunks(Random(1), 10)))
