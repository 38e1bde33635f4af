from __future__ import annotations

from decimal import Decimal

import pytest

from supreme_system_v5.backtest.account import Account, Costs
from supreme_system_v5.backtest.desk import Desk
from supreme_system_v5.strategies import Action, Signal

ENTER = Signal(action=Action.ENTER, reason="test", stop=90.0, target=110.0)
EXIT = Signal(action=Action.EXIT, reason="test")


@pytest.fixture
def desk() -> Desk:
    free = Costs(fee_bps=Decimal(0), slippage_bps=Decimal(0))
    return Desk(Account(initial_cash=Decimal(1000), costs=free, lot=Decimal("0.1")), Decimal("0.5"))


def test_an_entry_spends_what_was_fixed_when_it_was_sent(desk: Desk) -> None:
    desk.send(ENTER, 100.0)
    assert (desk.pending, desk.stop, desk.target) == (Action.ENTER, 90.0, 110.0)
    assert desk.position is None
    desk.fill(125.0, 7)
    assert desk.pending is None
    assert desk.account.position == 4
    assert desk.position is not None
    assert (desk.position.entry_price, desk.position.bars_held) == (125.0, 0)


def test_bars_are_counted_from_the_fill(desk: Desk) -> None:
    desk.bar_closed(100.0)
    desk.send(ENTER, 100.0)
    desk.bar_closed(100.0)
    desk.fill(100.0, 0)
    desk.bar_closed(100.0)
    desk.bar_closed(100.0)
    assert desk.position is not None
    assert desk.position.bars_held == 2


def test_signals_that_ask_for_what_is_so_are_ignored(desk: Desk) -> None:
    desk.send(EXIT, 100.0)
    desk.leave()
    assert desk.pending is None
    desk.send(ENTER, 100.0)
    desk.send(ENTER, 200.0)
    desk.fill(100.0, 0)
    desk.send(ENTER, 100.0)
    assert desk.pending is None
    assert desk.stop == 90.0


def test_leaving_disarms_and_fills_at_the_next_trade(desk: Desk) -> None:
    desk.send(ENTER, 100.0)
    desk.fill(100.0, 10)
    desk.leave()
    assert (desk.pending, desk.stop, desk.target) == (Action.EXIT, None, None)
    desk.fill(80.0, 25)
    assert desk.account.cash == 900
    assert desk.in_market_ns == 15
    assert (desk.tally.trades, desk.tally.losses) == (1, 1)
    assert desk.drawdown.quote == 100


def test_time_that_runs_backward_is_no_time_in_the_market(desk: Desk) -> None:
    desk.send(ENTER, 100.0)
    desk.fill(100.0, 10)
    desk.send(EXIT, 100.0)
    desk.fill(100.0, 9)
    assert desk.in_market_ns == 0


def test_an_entry_that_buys_nothing_leaves_nothing_behind(desk: Desk) -> None:
    desk.send(ENTER, 100.0)
    desk.fill(1e6, 0)
    assert desk.too_small == 1
    assert (desk.pending, desk.stop, desk.target, desk.position) == (None, None, None, None)


def test_closing_out_leaves_nothing_open(desk: Desk) -> None:
    assert not desk.close_out(100.0, 0)
    desk.send(ENTER, 100.0)
    assert not desk.close_out(100.0, 0)
    assert desk.pending is None
    desk.send(ENTER, 100.0)
    desk.fill(100.0, 0)
    assert desk.close_out(120.0, 5)
    assert desk.account.cash == 1100
    assert desk.tally.wins == 1
